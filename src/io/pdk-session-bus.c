/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Whether there is a session bus to talk to. Any thread. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-session-bus.h"

/**
 * pdk_session_bus_has_address:
 *
 * Without an address GDBus would start a bus of its own, where nobody is.
 *
 * Returns: whether the environment says where the session bus is, which need not be there
 */
gboolean
pdk_session_bus_has_address (void)
{
  return g_getenv ("DBUS_SESSION_BUS_ADDRESS") != NULL || g_getenv ("XDG_RUNTIME_DIR") != NULL;
}
