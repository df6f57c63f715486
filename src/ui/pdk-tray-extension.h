/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Gives a panel what it asks of an item and the indicator library does not have. */
#define PDK_TYPE_TRAY_EXTENSION (pdk_tray_extension_get_type ())
G_DECLARE_FINAL_TYPE (PdkTrayExtension, pdk_tray_extension, PDK, TRAY_EXTENSION, GObject)

/* Signals, emitted in the thread that made the object:
 *   "activate": the user clicked the item
 *   "token" (char *): what a window needs to come to the front for the click that follows, on Wayland */

PdkTrayExtension *pdk_tray_extension_new (GDBusConnection *connection, const char *object_path);
void pdk_tray_extension_set_tooltip (PdkTrayExtension *self, const char *title, const char *description);

G_END_DECLS
