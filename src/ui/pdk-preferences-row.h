/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

#include "pdk-settings-store.h"

G_BEGIN_DECLS

/* One setting: its title, what it is changed with, and a sentence below when it cannot be as it is. */
#define PDK_TYPE_PREFERENCES_ROW (pdk_preferences_row_get_type ())
G_DECLARE_FINAL_TYPE (PdkPreferencesRow, pdk_preferences_row, PDK, PREFERENCES_ROW, GtkListBoxRow)

GtkWidget *pdk_preferences_row_new (const char *title, GtkWidget *control);
void pdk_preferences_row_set_hint (PdkPreferencesRow *self, const char *hint);
void pdk_preferences_row_set_complaint (PdkPreferencesRow *self, const char *complaint);
void pdk_preferences_row_apply (PdkPreferencesRow *self, PdkSettingsStore *store, PdkSettingsEdit *edit);
void pdk_preferences_row_set_value (PdkPreferencesRow *self,
                                    PdkSettingsStore *store,
                                    const char *key,
                                    JsonNode *value);

void pdk_preferences_row_set_entry_width (GtkEntry *entry, int n_chars);
GtkComboBoxText *pdk_preferences_choice_new (void);

G_END_DECLS
