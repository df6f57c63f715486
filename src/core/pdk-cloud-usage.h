/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <json-glib/json-glib.h>

#include "pdk-facts.h"

G_BEGIN_DECLS

gboolean pdk_cloud_usage_parse_history (JsonObject *root, PdkFacts *facts);
gboolean pdk_cloud_usage_parse_models (JsonObject *root, PdkFacts *facts);

G_END_DECLS
