/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "pdk-http-client.h"

G_BEGIN_DECLS

void pdk_signin_link_fetch_async (PdkHttpClient *client,
                                  const char *base_url,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);
char *pdk_signin_link_fetch_finish (GAsyncResult *result, GError **error);

G_END_DECLS
