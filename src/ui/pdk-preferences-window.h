/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

#include "pdk-monitor.h"
#include "pdk-settings-store.h"

G_BEGIN_DECLS

/* Preferences. All of them take effect as they are made. */
#define PDK_TYPE_PREFERENCES_WINDOW (pdk_preferences_window_get_type ())
G_DECLARE_FINAL_TYPE (
    PdkPreferencesWindow, pdk_preferences_window, PDK, PREFERENCES_WINDOW, GtkApplicationWindow)

GtkWindow *
pdk_preferences_window_new (GtkApplication *application, PdkSettingsStore *store, PdkMonitor *monitor);

G_END_DECLS
