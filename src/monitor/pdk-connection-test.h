/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

void pdk_connection_test_async (const char *base_url,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data);
char *pdk_connection_test_finish (GAsyncResult *result, GError **error);

G_END_DECLS
