/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

#include "pdk-settings-edit.h"
#include "pdk-settings.h"

G_BEGIN_DECLS

#define PDK_TYPE_SETTINGS_STORE (pdk_settings_store_get_type ())
G_DECLARE_FINAL_TYPE (PdkSettingsStore, pdk_settings_store, PDK, SETTINGS_STORE, GObject)

/* Signals: "changed" (no arguments): the settings, or what is wrong with them, are others. */

PdkSettingsStore *pdk_settings_store_new (const char *path);
void pdk_settings_store_watch (PdkSettingsStore *self);
PdkSettings *pdk_settings_store_get_settings (PdkSettingsStore *self);
const char *pdk_settings_store_get_complaint (PdkSettingsStore *self);
const char *pdk_settings_store_get_error (PdkSettingsStore *self);
const char *pdk_settings_store_get_path (PdkSettingsStore *self);

void pdk_settings_store_edit_async (PdkSettingsStore *self,
                                    PdkSettingsEdit *edit,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);
gboolean pdk_settings_store_edit_finish (PdkSettingsStore *self, GAsyncResult *result, GError **error);

G_END_DECLS
