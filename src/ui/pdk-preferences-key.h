/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

#include "pdk-monitor.h"

G_BEGIN_DECLS

/* The row with an account's key for the cloud, which is kept in the keyring and shown to nobody. */
#define PDK_TYPE_PREFERENCES_KEY (pdk_preferences_key_get_type ())
G_DECLARE_FINAL_TYPE (PdkPreferencesKey, pdk_preferences_key, PDK, PREFERENCES_KEY, GtkListBoxRow)

GtkWidget *pdk_preferences_key_new (PdkMonitor *monitor);
void pdk_preferences_key_set_account (PdkPreferencesKey *self, const char *account_id);

G_END_DECLS
