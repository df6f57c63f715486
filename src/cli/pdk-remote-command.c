/* SPDX-License-Identifier: GPL-3.0-or-later */

/* paddock details, refresh and quit: tells the running applet over the session bus, through the interface
 * org.freedesktop.Application that GApplication exports (Desktop Entry Specification, "D-Bus Activation"). An
 * applet that does not run is not started. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-remote-command.h"

#include <glib/gi18n-lib.h>

#include "pdk-error.h"
#include "pdk-session-bus.h"

/**
 * pdk_remote_command_activate:
 * @action: the name of an action of the applet
 * @error: return location for PDK_ERROR_NOT_FOUND when no applet runs, or PDK_ERROR_FAILED
 *
 * Returns: whether the applet was told
 */
gboolean
pdk_remote_command_activate (const char *action, GError **error)
{
  g_autoptr (GError) cause = NULL;
  g_autoptr (GVariant) answer = NULL;
  g_autoptr (GDBusConnection) bus = NULL;
  g_autofree char *shown = NULL;

  if (pdk_session_bus_has_address ())
    bus = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, NULL);
  if (bus == NULL)
    {
      /* What GDBus says of it names files and variables that the user has never seen. */
      g_set_error_literal (
          error, PDK_ERROR, PDK_ERROR_NOT_FOUND,
          _ ("there is no session bus to reach the applet by; try it in a terminal of the session "
             "that the applet runs in"));
      return FALSE;
    }
  answer = pdk_session_bus_call_applet (bus, "org.freedesktop.Application", "ActivateAction",
                                        g_variant_new_parsed ("(%s, @av [], @a{sv} {})", action), &cause);
  if (answer != NULL)
    return TRUE;
  if (g_error_matches (cause, G_DBUS_ERROR, G_DBUS_ERROR_SERVICE_UNKNOWN) ||
      g_error_matches (cause, G_DBUS_ERROR, G_DBUS_ERROR_NAME_HAS_NO_OWNER))
    {
      g_set_error_literal (error, PDK_ERROR, PDK_ERROR_NOT_FOUND,
                           _ ("the applet is not running; start it with “paddock”"));
      return FALSE;
    }
  shown = pdk_session_bus_dup_cause (cause);
  g_set_error (error, PDK_ERROR, PDK_ERROR_FAILED,
               _ ("the applet could not be reached (%s); if this stays, end it and start it with “paddock”"),
               shown);
  return FALSE;
}
