/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <json-glib/json-glib.h>

#include "pdk-facts.h"

G_BEGIN_DECLS

PdkFacts *pdk_cloud_api_parse_usage (JsonNode *root, GError **error);
PdkFacts *pdk_cloud_api_parse_me (JsonNode *root, GError **error);
PdkFacts *pdk_cloud_api_parse_catalogue (JsonNode *root, GError **error);
char *pdk_cloud_api_dup_signin_url (JsonNode *root);

G_END_DECLS
