/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

#include "pdk-preferences-row.h"

G_BEGIN_DECLS

/* Settings that belong together, below each other. */
#define PDK_TYPE_PREFERENCES_LIST (pdk_preferences_list_get_type ())
G_DECLARE_FINAL_TYPE (PdkPreferencesList, pdk_preferences_list, PDK, PREFERENCES_LIST, GtkListBox)

GtkWidget *pdk_preferences_list_new (const char *title, GtkWidget **list);
PdkPreferencesRow *
pdk_preferences_list_add (GtkWidget *list, const char *title, GtkWidget *control, const char *hint);

G_END_DECLS
