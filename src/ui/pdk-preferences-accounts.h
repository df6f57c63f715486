/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

#include "pdk-monitor.h"
#include "pdk-settings-store.h"

G_BEGIN_DECLS

/* The page of the accounts: which there are, and what is set for one of them. */
#define PDK_TYPE_PREFERENCES_ACCOUNTS (pdk_preferences_accounts_get_type ())
G_DECLARE_FINAL_TYPE (PdkPreferencesAccounts, pdk_preferences_accounts, PDK, PREFERENCES_ACCOUNTS, GtkBox)

GtkWidget *pdk_preferences_accounts_new (PdkSettingsStore *store, PdkMonitor *monitor);

G_END_DECLS
