/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "mock-portal.h"

#define NAME "org.freedesktop.portal.Desktop"
#define PATH "/org/freedesktop/portal/desktop"
#define REQUEST_INTERFACE "org.freedesktop.portal.Request"

static const char interfaces[] =
    "<node>"
    "<interface name='org.freedesktop.portal.Background'>"
    "<method name='RequestBackground'>"
    "<arg type='s' direction='in'/><arg type='a{sv}' direction='in'/><arg type='o' direction='out'/>"
    "</method>"
    "</interface>"
    "<interface name='org.freedesktop.portal.Request'>"
    "<method name='Close'/>"
    "</interface>"
    "</node>";

static GDBusInterfaceInfo *
lookup_interface (const char *name)
{
  static GDBusNodeInfo *node;

  if (node == NULL)
    node = g_dbus_node_info_new_for_xml (interfaces, NULL);
  return g_dbus_node_info_lookup_interface (node, name);
}

static void
respond (MockPortal *self, const char *sender, const char *path)
{
  g_autoptr (GError) error = NULL;
  gboolean starts = self->manner == MOCK_PORTAL_IGNORES ? !self->starts_at_login : self->starts_at_login;
  GVariantDict results;

  g_variant_dict_init (&results, NULL);
  if (self->manner == MOCK_PORTAL_REFUSES)
    starts = FALSE;
  g_variant_dict_insert (&results, "autostart", "b", starts);
  g_dbus_connection_emit_signal (
      self->bus.connection, sender, path, REQUEST_INTERFACE, "Response",
      g_variant_new ("(u@a{sv})", self->manner == MOCK_PORTAL_REFUSES, g_variant_dict_end (&results)),
      &error);
  g_assert_no_error (error);
}

static void
remember (MockPortal *self, GVariant *options)
{
  g_autofree const char **command = NULL;

  self->requests++;
  g_assert_true (g_variant_lookup (options, "autostart", "b", &self->starts_at_login));
  g_assert_true (g_variant_lookup (options, "commandline", "^a&s", &command));
  g_free (self->command);
  self->command = g_strjoinv (" ", (char **) command);
}

static void
on_close (GDBusConnection *connection,
          const char *sender,
          const char *path,
          const char *interface,
          const char *method,
          GVariant *parameters,
          GDBusMethodInvocation *invocation,
          gpointer user_data)
{
  MockPortal *self = user_data;

  self->closed++;
  g_dbus_method_invocation_return_value (invocation, NULL);
}

static void
on_request (GDBusConnection *connection,
            const char *sender,
            const char *object_path,
            const char *interface,
            const char *method,
            GVariant *parameters,
            GDBusMethodInvocation *invocation,
            gpointer user_data)
{
  static const GDBusInterfaceVTable vtable = { .method_call = on_close };
  MockPortal *self = user_data;
  g_autoptr (GVariant) options = g_variant_get_child_value (parameters, 1);
  g_autofree char *path = mock_bus_dup_request_path (sender, options);

  remember (self, options);
  if (self->manner == MOCK_PORTAL_FAILS)
    {
      g_dbus_method_invocation_return_dbus_error (invocation, "org.freedesktop.portal.Error.NotAllowed",
                                                  "Not\nnow");
      return;
    }
  if (self->manner == MOCK_PORTAL_ANSWERS_EARLY)
    respond (self, sender, path);
  self->closer_id = g_dbus_connection_register_object (connection, path, lookup_interface (REQUEST_INTERFACE),
                                                       &vtable, self, NULL, NULL);
  g_dbus_method_invocation_return_value (invocation, g_variant_new ("(o)", path));
  if (self->manner != MOCK_PORTAL_ANSWERS_EARLY && self->manner != MOCK_PORTAL_WAITS)
    respond (self, sender, path);
}

/* Returns: (transfer full): a bus on which there is no portal */
MockPortal *
mock_portal_new_without (void)
{
  MockPortal *self = g_new0 (MockPortal, 1);

  mock_bus_up (&self->bus);
  return self;
}

/* Returns: (transfer full): a bus, which is the session's for this process, with a portal */
MockPortal *
mock_portal_new (MockPortalManner manner)
{
  static const GDBusInterfaceVTable vtable = { .method_call = on_request };
  MockPortal *self = mock_portal_new_without ();
  g_autoptr (GError) error = NULL;

  self->manner = manner;
  mock_bus_connect (&self->bus);
  self->object_id = g_dbus_connection_register_object (self->bus.connection, PATH,
                                                       lookup_interface ("org.freedesktop.portal.Background"),
                                                       &vtable, self, NULL, &error);
  g_assert_no_error (error);
  mock_bus_own_name (&self->bus, NAME);
  return self;
}

/* The portal is gone, the bus stays. */
void
mock_portal_leave (MockPortal *self)
{
  if (self->bus.connection == NULL)
    return;
  g_dbus_connection_unregister_object (self->bus.connection, self->object_id);
  if (self->closer_id != 0)
    g_dbus_connection_unregister_object (self->bus.connection, self->closer_id);
  mock_bus_leave (&self->bus);
}

void
mock_portal_free (MockPortal *self)
{
  mock_portal_leave (self);
  mock_bus_down (&self->bus);
  g_free (self->command);
  g_free (self);
}
