/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

#include "pdk-settings-store.h"
#include "pdk-snapshot.h"

G_BEGIN_DECLS

/* The page of what concerns the program as a whole. */
#define PDK_TYPE_PREFERENCES_GENERAL (pdk_preferences_general_get_type ())
G_DECLARE_FINAL_TYPE (PdkPreferencesGeneral, pdk_preferences_general, PDK, PREFERENCES_GENERAL, GtkBox)

GtkWidget *pdk_preferences_general_new (PdkSettingsStore *store);
void pdk_preferences_general_set_snapshot (PdkPreferencesGeneral *self, PdkSnapshot *snapshot);

G_END_DECLS
