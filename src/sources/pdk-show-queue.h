/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "pdk-http-client.h"
#include "pdk-ollama-api.h"

G_BEGIN_DECLS

#define PDK_TYPE_SHOW_QUEUE (pdk_show_queue_get_type ())
G_DECLARE_FINAL_TYPE (PdkShowQueue, pdk_show_queue, PDK, SHOW_QUEUE, GObject)

PdkShowQueue *pdk_show_queue_new (PdkHttpClient *client, const char *base_url);

gboolean pdk_show_queue_needs_run (PdkShowQueue *self, const PdkTags *tags);
void pdk_show_queue_run_async (PdkShowQueue *self,
                               const PdkTags *tags,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data);
gboolean pdk_show_queue_run_finish (PdkShowQueue *self, GAsyncResult *result, GError **error);
void pdk_show_queue_fill_in (PdkShowQueue *self, PdkTags *tags);

G_END_DECLS
