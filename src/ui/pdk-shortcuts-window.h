/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What keys do. */
#define PDK_TYPE_SHORTCUTS_WINDOW (pdk_shortcuts_window_get_type ())
G_DECLARE_FINAL_TYPE (PdkShortcutsWindow, pdk_shortcuts_window, PDK, SHORTCUTS_WINDOW, GtkApplicationWindow)

GtkWindow *pdk_shortcuts_window_new (GtkApplication *application);

G_END_DECLS
