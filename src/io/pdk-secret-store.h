/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

#include "pdk-secret.h"

G_BEGIN_DECLS

void pdk_secret_store_lookup_async (const char *account_id,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);
PdkSecret *pdk_secret_store_lookup_finish (GAsyncResult *result, GError **error);

void pdk_secret_store_store_async (const char *account_id,
                                   PdkSecret *key,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data);
gboolean pdk_secret_store_store_finish (GAsyncResult *result, GError **error);

void pdk_secret_store_clear_async (const char *account_id,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data);
gboolean pdk_secret_store_clear_finish (GAsyncResult *result, gboolean *was_there, GError **error);

G_END_DECLS
