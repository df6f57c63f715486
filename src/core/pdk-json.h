/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* How deep a document from outside may nest. */
#define PDK_JSON_MAX_DEPTH 64

gboolean pdk_json_check_depth (const char *text, gsize length, GError **error);
JsonNode *pdk_json_parse (const char *text, gsize length, GError **error);
JsonNode *pdk_json_parse_located (
    const char *text, gsize length, GHashTable **lines, guint *error_line, GError **error);

gboolean pdk_json_has_value (JsonObject *object, const char *name);
JsonObject *pdk_json_get_object (JsonObject *object, const char *name);
JsonArray *pdk_json_get_array (JsonObject *object, const char *name);
const char *pdk_json_get_string (JsonObject *object, const char *name);
gboolean pdk_json_get_number (JsonObject *object, const char *name, double *value);
gboolean pdk_json_get_count (JsonObject *object, const char *name, gint64 *value);
gboolean pdk_json_get_boolean (JsonObject *object, const char *name, gboolean *value);
JsonObject *pdk_json_get_element_object (JsonArray *array, guint index);

G_END_DECLS
