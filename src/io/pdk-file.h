/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

GBytes *pdk_file_read (const char *path, gsize max_bytes, GError **error);
gboolean pdk_file_write_private (const char *path, GBytes *bytes, GError **error);
void pdk_file_write_private_async (
    gpointer source, const char *path, GBytes *bytes, GAsyncReadyCallback callback, gpointer user_data);
gboolean pdk_file_write_private_finish (GAsyncResult *result, GError **error);

G_END_DECLS
