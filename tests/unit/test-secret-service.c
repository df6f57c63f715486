/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Keys in a keyring on a bus of the test's own: how each of its answers to a search ends a call. That keys
 * are stored in real ones is seen with the commands. */

#include "config.h"

#include <string.h>

#include "mock-bus.h"
#include "pdk-error.h"
#include "pdk-sandbox.h"
#include "secret-fixture.h"

#define NAME "org.freedesktop.secrets"
#define SERVICE_PATH "/org/freedesktop/secrets"
#define ITEM_PATH SERVICE_PATH "/collection/test/1"
#define SESSION_PATH SERVICE_PATH "/session/1"

static const char interfaces[] =
    "<node>"
    "<interface name='org.freedesktop.Secret.Service'>"
    "<method name='OpenSession'><arg type='s' direction='in'/><arg type='v' direction='in'/>"
    "<arg type='v' direction='out'/><arg type='o' direction='out'/></method>"
    "<method name='SearchItems'><arg type='a{ss}' direction='in'/>"
    "<arg type='ao' direction='out'/><arg type='ao' direction='out'/></method>"
    "<method name='Unlock'><arg type='ao' direction='in'/>"
    "<arg type='ao' direction='out'/><arg type='o' direction='out'/></method>"
    "<method name='GetSecrets'><arg type='ao' direction='in'/><arg type='o' direction='in'/>"
    "<arg type='a{o(oayays)}' direction='out'/></method>"
    "<property name='Collections' type='ao' access='read'/>"
    "</interface>"
    "<interface name='org.freedesktop.Secret.Item'>"
    "<method name='Delete'><arg type='o' direction='out'/></method>"
    "<property name='Attributes' type='a{ss}' access='read'/>"
    "<property name='Label' type='s' access='read'/>"
    "<property name='Locked' type='b' access='read'/>"
    "</interface>"
    "</node>";

typedef enum
{
  HAS_NOTHING,
  HAS_KEY,
  IS_LOCKED,
  REFUSES,
  IS_SILENT,
} Manner;

typedef struct
{
  MockBus bus;
  GDBusNodeInfo *node;
  Manner manner;
  guint searches;
  gboolean is_deleted;
  GDBusMethodInvocation *held; /* (nullable): a search that is not answered */
} Keyring;

/* This process is not inside of a sandbox, wherever the test runs. */
gboolean
pdk_sandbox_is_flatpak (void)
{
  return FALSE;
}

static GVariant *
on_get (GDBusConnection *connection,
        const char *sender,
        const char *path,
        const char *interface,
        const char *name,
        GError **error,
        gpointer user_data)
{
  const Keyring *keyring = user_data;

  if (g_str_equal (name, "Collections"))
    return g_variant_new_objv (NULL, 0);
  if (g_str_equal (name, "Attributes"))
    return g_variant_new ("a{ss}", NULL);
  if (g_str_equal (name, "Label"))
    return g_variant_new_string ("");
  return g_variant_new_boolean (keyring->manner == IS_LOCKED);
}

static GVariant *
build_found (const Keyring *keyring)
{
  static const char *const item[] = { ITEM_PATH };
  gboolean is_there = !keyring->is_deleted && keyring->manner != HAS_NOTHING;
  gboolean is_locked = keyring->manner == IS_LOCKED;

  return g_variant_new ("(@ao@ao)", g_variant_new_objv (item, is_there && !is_locked ? 1 : 0),
                        g_variant_new_objv (item, is_there && is_locked ? 1 : 0));
}

static GVariant *
build_secrets (void)
{
  GVariantBuilder secrets;
  GVariant *key =
      g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, SECRET_FIXTURE_KEY, strlen (SECRET_FIXTURE_KEY), 1);

  g_variant_builder_init (&secrets, G_VARIANT_TYPE ("a{o(oayays)}"));
  g_variant_builder_add (&secrets, "{o(o@ay@ays)}", ITEM_PATH, SESSION_PATH,
                         g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, "", 0, 1), key, "text/plain");
  return g_variant_new ("(a{o(oayays)})", &secrets);
}

static void
on_search (Keyring *keyring, GDBusMethodInvocation *invocation)
{
  keyring->searches++;
  if (keyring->manner == IS_SILENT)
    keyring->held = invocation;
  else if (keyring->manner == REFUSES)
    g_dbus_method_invocation_return_dbus_error (invocation, "org.example.Refused", "not\nnow");
  else
    g_dbus_method_invocation_return_value (invocation, build_found (keyring));
}

static void
on_call (GDBusConnection *connection,
         const char *sender,
         const char *path,
         const char *interface,
         const char *method,
         GVariant *parameters,
         GDBusMethodInvocation *invocation,
         gpointer user_data)
{
  Keyring *keyring = user_data;
  const char *algorithm;

  if (g_str_equal (method, "SearchItems"))
    on_search (keyring, invocation);
  else if (g_str_equal (method, "GetSecrets"))
    g_dbus_method_invocation_return_value (invocation, build_secrets ());
  else if (g_str_equal (method, "Unlock"))
    g_dbus_method_invocation_return_value (invocation, g_variant_new ("(aoo)", NULL, "/"));
  else if (g_str_equal (method, "Delete"))
    {
      keyring->is_deleted = TRUE;
      g_dbus_method_invocation_return_value (invocation, g_variant_new ("(o)", "/"));
    }
  else
    {
      g_variant_get (parameters, "(&sv)", &algorithm, NULL);
      if (g_str_equal (algorithm, "plain"))
        g_dbus_method_invocation_return_value (
            invocation, g_variant_new ("(vo)", g_variant_new_string (""), SESSION_PATH));
      else
        g_dbus_method_invocation_return_dbus_error (invocation, "org.freedesktop.DBus.Error.NotSupported",
                                                    "only plain");
    }
}

static void
register_object (Keyring *keyring, const char *path, const char *interface)
{
  static const GDBusInterfaceVTable vtable = { .method_call = on_call, .get_property = on_get };
  g_autoptr (GError) error = NULL;

  g_dbus_connection_register_object (keyring->bus.connection, path,
                                     g_dbus_node_info_lookup_interface (keyring->node, interface), &vtable,
                                     keyring, NULL, &error);
  g_assert_no_error (error);
}

static Keyring *
keyring_new (Manner manner)
{
  Keyring *keyring = g_new0 (Keyring, 1);

  keyring->manner = manner;
  keyring->node = g_dbus_node_info_new_for_xml (interfaces, NULL);
  mock_bus_up (&keyring->bus);
  mock_bus_connect (&keyring->bus);
  register_object (keyring, SERVICE_PATH, "org.freedesktop.Secret.Service");
  register_object (keyring, ITEM_PATH, "org.freedesktop.Secret.Item");
  mock_bus_own_name (&keyring->bus, NAME);
  return keyring;
}

static void
keyring_free (Keyring *keyring)
{
  g_clear_object (&keyring->held);
  mock_bus_down (&keyring->bus);
  g_dbus_node_info_unref (keyring->node);
  g_free (keyring);
}

static void
test_key (void)
{
  Keyring *keyring = keyring_new (HAS_KEY);

  g_assert_true (secret_fixture_has_key ("one"));
  g_assert_cmpuint (keyring->searches, ==, 1);
  g_assert_true (secret_fixture_clear ("one"));
  g_assert_true (keyring->is_deleted);
  g_assert_false (secret_fixture_has_key ("one"));
  keyring_free (keyring);
}

static void
test_nothing (void)
{
  Keyring *keyring = keyring_new (HAS_NOTHING);

  g_assert_false (secret_fixture_has_key ("one"));
  g_assert_false (secret_fixture_clear ("one"));
  keyring_free (keyring);
}

static void
test_locked (void)
{
  Keyring *keyring = keyring_new (IS_LOCKED);
  SecretAnswer answer = { FALSE };

  secret_fixture_expect_no_key (PDK_ERROR, PDK_ERROR_PERMISSION, "the keyring is locked");
  secret_fixture_begin_clear ("one", NULL, &answer);
  secret_answer_wait (&answer);
  g_assert_error (answer.error, PDK_ERROR, PDK_ERROR_PERMISSION);
  g_assert_false (keyring->is_deleted);
  secret_answer_clear (&answer);
  keyring_free (keyring);
}

static void
test_refused (void)
{
  Keyring *keyring = keyring_new (REFUSES);

  secret_fixture_expect_no_key (PDK_ERROR, PDK_ERROR_FAILED, "the keyring refused: not�now");
  keyring_free (keyring);
}

static void
test_nobody_there (void)
{
  MockBus bus = { NULL };

  mock_bus_up (&bus);
  secret_fixture_expect_no_key (PDK_ERROR, PDK_ERROR_NOT_FOUND,
                                "no keyring (Secret Service) runs in this session");
  mock_bus_down (&bus);
}

static void
test_cancelled (void)
{
  Keyring *keyring = keyring_new (IS_SILENT);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  SecretAnswer answer = { FALSE };

  secret_fixture_begin_lookup ("one", cancellable, &answer);
  while (keyring->held == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_false (answer.is_done);
  g_cancellable_cancel (cancellable);
  secret_answer_wait (&answer);
  g_assert_error (answer.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  secret_answer_clear (&answer);
  keyring_free (keyring);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/secret-service/key", test_key);
  g_test_add_func ("/secret-service/nothing", test_nothing);
  g_test_add_func ("/secret-service/locked", test_locked);
  g_test_add_func ("/secret-service/refused", test_refused);
  g_test_add_func ("/secret-service/nobody-there", test_nobody_there);
  g_test_add_func ("/secret-service/cancelled", test_cancelled);
  return g_test_run ();
}
