/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

gboolean pdk_session_bus_has_address (void);
GDBusConnection *pdk_session_bus_wait (guint seconds);
GVariant *pdk_session_bus_call_applet (
    GDBusConnection *bus, const char *interface, const char *method, GVariant *parameters, GError **error);
char *pdk_session_bus_dup_cause (GError *error);

G_END_DECLS
