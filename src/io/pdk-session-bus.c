/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Whether there is a session bus to talk to, waiting for it, calling the applet there, and what its errors
 * are to a person. Any thread. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-session-bus.h"

#include <glib/gi18n-lib.h>

#include "pdk-text.h"

#define MAX_CAUSE_BYTES 256
#define PAUSE_USEC (G_USEC_PER_SEC / 10)
/* Where GApplication exports what it is told and asked. */
#define APPLET_PATH "/io/github/paddock/Paddock"
/* The applet answers at once, unless the machine is so busy that it does not get its turn. */
#define ANSWER_MSEC 10000

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

/**
 * pdk_session_bus_wait:
 * @seconds: how long, at most
 *
 * Blocks until the session bus is there: a session may start its programs before its bus. Where the
 * environment names no bus, none will come.
 *
 * Whoever keeps the connection keeps it the process's only one, also once it is closed: what is built on it
 * afterwards learns of the bus's end, rather than finding no bus and doing without one for good.
 *
 * Returns: (transfer full) (nullable): the bus; %NULL when it did not come
 */
GDBusConnection *
pdk_session_bus_wait (guint seconds)
{
  gint64 deadline = g_get_monotonic_time () + seconds * G_USEC_PER_SEC;
  gboolean is_told = FALSE;

  while (pdk_session_bus_has_address ())
    {
      g_autoptr (GDBusConnection) bus = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, NULL);

      if (bus != NULL)
        return g_steal_pointer (&bus);
      if (g_get_monotonic_time () >= deadline)
        return NULL;
      if (!is_told)
        g_printerr (_ ("paddock: the session bus is not there yet; waiting for it\n"));
      is_told = TRUE;
      g_usleep (PAUSE_USEC);
    }
  return NULL;
}

/**
 * pdk_session_bus_call_applet:
 * @bus: the session bus
 * @interface: an interface of the running applet
 * @method: a method of it that the applet's main loop answers
 * @parameters: (nullable): its arguments; a floating reference is taken
 * @error: return location for an error of GDBus, %G_DBUS_ERROR_SERVICE_UNKNOWN or
 * %G_DBUS_ERROR_NAME_HAS_NO_OWNER where no applet runs
 *
 * Calls the applet that runs, and waits for ten seconds, where GDBus would for 25; none is started for it.
 *
 * Returns: (transfer full): the answer, or %NULL with @error set
 */
GVariant *
pdk_session_bus_call_applet (
    GDBusConnection *bus, const char *interface, const char *method, GVariant *parameters, GError **error)
{
  return g_dbus_connection_call_sync (bus, APPLICATION_ID, APPLET_PATH, interface, method, parameters, NULL,
                                      G_DBUS_CALL_FLAGS_NO_AUTO_START, ANSWER_MSEC, NULL, error);
}

/**
 * pdk_session_bus_dup_cause:
 * @error: what a call on the bus failed with; the name of a remote error is taken out of it
 *
 * Returns: (transfer full): what the other side says of it, on one line and bounded, for a sentence
 */
char *
pdk_session_bus_dup_cause (GError *error)
{
  g_autofree char *shown = NULL;

  g_dbus_error_strip_remote_error (error);
  shown = pdk_text_dup_for_display (error->message);
  return pdk_text_dup_bounded (shown, -1, MAX_CAUSE_BYTES);
}
