/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <json-glib/json-glib.h>

#include "pdk-cloud-answer.h"
#include "pdk-facts.h"
#include "pdk-http-client.h"

G_BEGIN_DECLS

/* Turns the root of an answer into facts; NULL with the error set when it is of no known shape. */
typedef PdkFacts *(*PdkCloudParseFunc) (JsonNode *root, GError **error);

/* One question that the cloud is asked, again and again. */
typedef struct
{
  const char *name; /* of a file */
  const char *base_url;
  const char *path;
  const char *body; /* (nullable): makes it a POST */
  const char
      *key; /* (nullable): goes to base_url and nowhere else; NULL when the server there signs for us */
  guint connect_msec;
  guint answer_msec;
  gint64 every_usec;
  PdkCloudParseFunc parse;
} PdkCloudQuestion;

#define PDK_TYPE_CLOUD_ENDPOINT (pdk_cloud_endpoint_get_type ())
G_DECLARE_FINAL_TYPE (PdkCloudEndpoint, pdk_cloud_endpoint, PDK, CLOUD_ENDPOINT, GObject)

PdkCloudEndpoint *
pdk_cloud_endpoint_new (PdkHttpClient *client, const char *folder, const PdkCloudQuestion *question);

void pdk_cloud_endpoint_poll_async (PdkCloudEndpoint *self,
                                    gint64 now_usec,
                                    gboolean may_ask,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);
gboolean pdk_cloud_endpoint_poll_finish (PdkCloudEndpoint *self, GAsyncResult *result, GError **error);

const PdkCloudAnswer *pdk_cloud_endpoint_get_answer (PdkCloudEndpoint *self);
gboolean pdk_cloud_endpoint_was_lost (PdkCloudEndpoint *self);
const PdkFacts *pdk_cloud_endpoint_get_facts (PdkCloudEndpoint *self);

G_END_DECLS
