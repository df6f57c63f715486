/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* Is given an element of a list; belongs to the caller, and is gone afterwards. */
typedef void (*PdkJsonElementFunc) (JsonNode *element, gpointer user_data);

JsonNode *pdk_json_parse_list (const char *text,
                               gsize length,
                               const char *member,
                               PdkJsonElementFunc take,
                               gpointer user_data,
                               GError **error);

G_END_DECLS
