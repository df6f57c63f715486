/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The item in the panel, with its menu. What a click does is an action of the group that it is given:
 * "details", "refresh", "copy-status", "quit", and "preferences" where that is enabled. */
#define PDK_TYPE_TRAY (pdk_tray_get_type ())
G_DECLARE_FINAL_TYPE (PdkTray, pdk_tray, PDK, TRAY, GObject)

/* Signals, each emitted once at most:
 *   "settled": a panel shows the item; or there was time enough for that, and none does
 *   "no-host": some more time has passed, and no panel shows tray items */

PdkTray *pdk_tray_new (GActionGroup *actions, const char *icon_theme_path, const char *icon_name);
void pdk_tray_set_state (PdkTray *self,
                         const char *icon_name,
                         const char *icon_description,
                         const char *title,
                         const char *label,
                         const char *label_guide,
                         const char *const *lines);

G_END_DECLS
