/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <json-glib/json-glib.h>

#include "pdk-facts.h"

G_BEGIN_DECLS

/* How many models are kept of one answer. */
#define PDK_OLLAMA_API_MAX_MODELS 10000

/* The list of models of GET /api/tags. */
typedef struct
{
  GPtrArray *models;           /* PdkModel */
  gboolean gives_capabilities; /* at least one entry had them: the server is 0.30 or later */
  guint n_skipped;             /* entries that were no models, or more than are kept */
} PdkTags;

void pdk_tags_free (PdkTags *tags);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PdkTags, pdk_tags_free)

PdkTags *pdk_ollama_api_parse_tags (JsonNode *root, GError **error);
PdkTags *pdk_ollama_api_parse_tags_text (const char *text, gsize length, GError **error);
GPtrArray *pdk_ollama_api_parse_ps (JsonNode *root, guint *n_skipped, GError **error);
char *pdk_ollama_api_parse_version (JsonNode *root, GError **error);
gboolean pdk_ollama_api_parse_status (JsonNode *root, gboolean *is_disabled, char **source, GError **error);
GStrv pdk_ollama_api_parse_show (JsonNode *root, gint64 *context_length, GError **error);
gboolean pdk_ollama_api_parse_me (JsonNode *root, PdkFacts *facts, GError **error);
gboolean pdk_ollama_api_parse_server_config (JsonNode *root, gboolean *is_cloud_disabled, GError **error);

void pdk_ollama_api_describe_tags (const PdkTags *tags, PdkFacts *facts);
void pdk_ollama_api_describe_ps (GPtrArray *running, PdkFacts *facts);

G_END_DECLS
