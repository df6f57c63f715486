/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "pdk-session-bus.h"

#define PATIENCE_SECONDS 60

static void
forget_the_session (void)
{
  g_unsetenv ("DBUS_SESSION_BUS_ADDRESS");
  g_unsetenv ("XDG_RUNTIME_DIR");
}

static void
test_nowhere (void)
{
  g_assert_false (pdk_session_bus_has_address ());
  g_assert_null (pdk_session_bus_wait (PATIENCE_SECONDS));
}

static void
test_never (void)
{
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus", TRUE);
  g_assert_true (pdk_session_bus_has_address ());
  g_assert_null (pdk_session_bus_wait (0));
  forget_the_session ();
}

static void
test_there (void)
{
  g_autoptr (GTestDBus) daemon = g_test_dbus_new (G_TEST_DBUS_NONE);
  GDBusConnection *bus;

  g_test_dbus_up (daemon);
  bus = pdk_session_bus_wait (PATIENCE_SECONDS);
  g_assert_nonnull (bus);
  g_assert_false (g_dbus_connection_is_closed (bus));
  g_object_unref (bus);
  g_test_dbus_down (daemon);
  forget_the_session ();
}

/* The session ends between the wait for its bus and what is built on it. */
static void
test_gone_afterwards (void)
{
  g_autoptr (GTestDBus) daemon = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_autoptr (GDBusConnection) bus = NULL;
  g_autoptr (GDBusConnection) later = NULL;
  g_autoptr (GError) error = NULL;

  g_test_dbus_up (daemon);
  bus = pdk_session_bus_wait (PATIENCE_SECONDS);
  g_dbus_connection_set_exit_on_close (bus, FALSE);
  g_test_dbus_stop (daemon);
  while (!g_dbus_connection_is_closed (bus))
    g_main_context_iteration (NULL, TRUE);
  later = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (later == bus);
  forget_the_session ();
}

static void
test_cause (void)
{
  g_autoptr (GError) error =
      g_dbus_error_new_for_dbus_error ("org.freedesktop.DBus.Error.Failed", "it broke");
  g_autofree char *cause = pdk_session_bus_dup_cause (error);

  g_assert_cmpstr (cause, ==, "it broke");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  forget_the_session ();
  g_test_add_func ("/session-bus/nowhere", test_nowhere);
  g_test_add_func ("/session-bus/never", test_never);
  g_test_add_func ("/session-bus/there", test_there);
  g_test_add_func ("/session-bus/gone-afterwards", test_gone_afterwards);
  g_test_add_func ("/session-bus/cause", test_cause);
  return g_test_run ();
}
