/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <json-glib/json-glib.h>

#include "pdk-http-client.h"

G_BEGIN_DECLS

/* Turns the root of an answer into a value; NULL with the error set when it is not the answer that belongs
 * there. */
typedef gpointer (*PdkApiParseFunc) (JsonNode *root, GError **error);

/* As that, for an answer that may be long. */
typedef gpointer (*PdkApiParseTextFunc) (const char *text, gsize length, GError **error);

/* One call of an HTTP API that answers JSON. */
typedef struct
{
  const char *base_url;
  const char *path;
  const char *body; /* (nullable): makes it a POST */
  guint answer_msec;
  GBytes *known_body; /* (nullable): an answer that equals it is not parsed again */
  PdkApiParseFunc parse;
  PdkApiParseTextFunc parse_text; /* in place of the other, if there is none */
  GDestroyNotify free_value;
} PdkApiCall;

/* What came of it. */
typedef struct
{
  gboolean is_unchanged; /* the answer equals known_body: value is NULL */
  GBytes *body;
  gpointer value;
  GDestroyNotify free_value;
} PdkApiAnswer;

void pdk_api_call_async (PdkHttpClient *client,
                         const PdkApiCall *call,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data);
PdkApiAnswer *pdk_api_call_finish (GAsyncResult *result, guint *http_status, GError **error);
gboolean pdk_api_call_is_new_connection (GAsyncResult *result);
void pdk_api_answer_free (PdkApiAnswer *answer);
gpointer pdk_api_answer_steal_value (PdkApiAnswer *answer);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PdkApiAnswer, pdk_api_answer_free)

char *pdk_api_call_describe_error (const char *base_url, const GError *error);

G_END_DECLS
