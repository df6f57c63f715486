/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "mock-bus.h"

/* A bus on which there is nothing. */
void
mock_bus_up (MockBus *self)
{
  self->bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (self->bus);
}

void
mock_bus_connect (MockBus *self)
{
  g_autoptr (GError) error = NULL;

  self->connection = g_dbus_connection_new_for_address_sync (
      g_test_dbus_get_bus_address (self->bus),
      G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION, NULL,
      NULL, &error);
  g_assert_no_error (error);
}

/* What is to be called by then has been registered. */
void
mock_bus_own_name (MockBus *self, const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = g_dbus_connection_call_sync (
      self->connection, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
      "RequestName", g_variant_new ("(su)", name, 0), NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);

  g_assert_no_error (error);
  g_assert_nonnull (answer);
}

/* The service is gone, the bus stays. */
void
mock_bus_leave (MockBus *self)
{
  if (self->connection != NULL)
    g_dbus_connection_close_sync (self->connection, NULL, NULL);
  g_clear_object (&self->connection);
}

void
mock_bus_down (MockBus *self)
{
  mock_bus_leave (self);
  g_test_dbus_down (self->bus);
  g_clear_object (&self->bus);
}

/* Returns: (transfer full): where a portal puts the request of @sender
 * (https://flatpak.github.io/xdg-desktop-portal/docs/doc-org.freedesktop.portal.Request.html) */
char *
mock_bus_dup_request_path (const char *sender, GVariant *options)
{
  g_autofree char *name = g_strdelimit (g_strdup (sender + 1), ".", '_');
  const char *token = "unnamed";

  g_variant_lookup (options, "handle_token", "&s", &token);
  return g_strdup_printf ("/org/freedesktop/portal/desktop/request/%s/%s", name, token);
}
