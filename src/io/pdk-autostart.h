/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  PDK_AUTOSTART_BY_FILE,   /* an autostart entry in the user's configuration */
  PDK_AUTOSTART_BY_PORTAL, /* the desktop's Background portal, as in a sandbox */
} PdkAutostartWay;

#define PDK_TYPE_AUTOSTART (pdk_autostart_get_type ())
G_DECLARE_FINAL_TYPE (PdkAutostart, pdk_autostart, PDK, AUTOSTART, GObject)

PdkAutostart *pdk_autostart_new (void);
PdkAutostart *pdk_autostart_new_at (PdkAutostartWay way, const char *path);

void pdk_autostart_get_async (PdkAutostart *self,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data);
gboolean
pdk_autostart_get_finish (PdkAutostart *self, GAsyncResult *result, gboolean *is_enabled, GError **error);

void pdk_autostart_set_async (PdkAutostart *self,
                              gboolean is_enabled,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data);
gboolean pdk_autostart_set_finish (PdkAutostart *self, GAsyncResult *result, GError **error);

G_END_DECLS
