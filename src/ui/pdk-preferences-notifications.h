/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

#include "pdk-settings-store.h"

G_BEGIN_DECLS

/* The page of what is told of limits that run out. */
#define PDK_TYPE_PREFERENCES_NOTIFICATIONS (pdk_preferences_notifications_get_type ())
G_DECLARE_FINAL_TYPE (
    PdkPreferencesNotifications, pdk_preferences_notifications, PDK, PREFERENCES_NOTIFICATIONS, GtkBox)

GtkWidget *pdk_preferences_notifications_new (PdkSettingsStore *store);

G_END_DECLS
