/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "pdk-http-client.h"

G_BEGIN_DECLS

void pdk_model_unload_async (PdkHttpClient *client,
                             const char *base_url,
                             const char *name,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data);
gboolean pdk_model_unload_finish (GAsyncResult *result, GError **error);

G_END_DECLS
