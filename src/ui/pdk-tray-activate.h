/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Answers the calls of a panel that the indicator library leaves unanswered. */
#define PDK_TYPE_TRAY_ACTIVATE (pdk_tray_activate_get_type ())
G_DECLARE_FINAL_TYPE (PdkTrayActivate, pdk_tray_activate, PDK, TRAY_ACTIVATE, GObject)

/* Signals, emitted in the thread that made the object:
 *   "activate": the user clicked the item
 *   "token" (char *): what a window needs to come to the front for the click that follows, on Wayland */

PdkTrayActivate *pdk_tray_activate_new (GDBusConnection *connection, const char *object_path);

G_END_DECLS
