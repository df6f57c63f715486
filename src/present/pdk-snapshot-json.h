/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "pdk-snapshot.h"

G_BEGIN_DECLS

char *pdk_snapshot_to_json (const PdkSnapshot *snapshot, gboolean is_pretty);
gboolean pdk_snapshot_json_is_news (const char *json, const char *former);

G_END_DECLS
