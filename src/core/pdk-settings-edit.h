/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* Changes to the settings file, made one by one and carried out together. */
typedef struct _PdkSettingsEdit PdkSettingsEdit;

PdkSettingsEdit *pdk_settings_edit_new (void);
PdkSettingsEdit *pdk_settings_edit_ref (PdkSettingsEdit *edit);
void pdk_settings_edit_unref (PdkSettingsEdit *edit);

void pdk_settings_edit_set (PdkSettingsEdit *edit, const char *account_id, const char *key, JsonNode *value);
void pdk_settings_edit_set_string (PdkSettingsEdit *edit,
                                   const char *account_id,
                                   const char *key,
                                   const char *value);
void pdk_settings_edit_remove_account (PdkSettingsEdit *edit, const char *account_id);

char *pdk_settings_edit_apply (const PdkSettingsEdit *edit,
                               const char *text,
                               gsize length,
                               const char *base_dir,
                               const char *ollama_host,
                               GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PdkSettingsEdit, pdk_settings_edit_unref)

G_END_DECLS
