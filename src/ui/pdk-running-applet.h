/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

void pdk_running_applet_add_action (GActionMap *map, const char *settings_path);
gboolean pdk_running_applet_register (GApplication *application,
                                      GDBusConnection *bus,
                                      const char *settings_path,
                                      gboolean is_demo,
                                      GError **error);

G_END_DECLS
