/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Keys inside of a sandbox, with a Secret portal on a bus of the test's own. The portal has a thread, since
 * libsecret waits for one of its answers. */

#include "config.h"

#include <gio/gio.h>
#include <gio/gunixfdlist.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "pdk-error.h"
#include "pdk-sandbox.h"
#include "pdk-secret-store.h"
#include "scratch-folder.h"

/* libsecret 0.20.5 keeps the entity tag of the file that it has written for ever. What is allocated in
 * between is no leak of ours. */
#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/lsan_interface.h>
#define BEGIN_LEAK_OF_LIBRARY() __lsan_disable ()
#define END_LEAK_OF_LIBRARY() __lsan_enable ()
#else
#define BEGIN_LEAK_OF_LIBRARY()
#define END_LEAK_OF_LIBRARY()
#endif

#define PATH "/org/freedesktop/portal/desktop"
#define KEY "sk-of-a-test"
/* What libsecret reads of the portal's secret. */
#define SECRET_BYTES 64
/* libsecret before 0.21 begins to listen only when it has been given the name of its request. */
#define RESPOND_AGAIN_MSEC 10
/* No response of the portal's: it takes the request, and is never heard of again. */
#define SILENCE G_MAXUINT

static const char interfaces[] = "<node><interface name='org.freedesktop.portal.Secret'>"
                                 "<method name='RetrieveSecret'>"
                                 "<arg type='h' direction='in'/><arg type='a{sv}' direction='in'/>"
                                 "<arg type='o' direction='out'/></method>"
                                 "<property name='version' type='u' access='read'/>"
                                 "</interface></node>";

typedef struct
{
  GTestDBus *bus;
  GDBusNodeInfo *node;
  GMainContext *context;
  GMainLoop *loop;
  GThread *thread;
  GDBusConnection *connection;
  guint response;         /* atomic */
  gint requests;          /* atomic */
  char *sender, *request; /* (nullable): the last that asked, and its request */
  char *folder, *file;
} Portal;

typedef struct
{
  gboolean is_done, is_good, was_there;
  PdkSecret *key;
  GError *error;
} Answer;

/* This process is inside of one, as far as the store knows. */
gboolean
pdk_sandbox_is_flatpak (void)
{
  return TRUE;
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
  return g_variant_new_uint32 (1);
}

static void
on_request (GDBusConnection *connection,
            const char *sender,
            const char *path,
            const char *interface,
            const char *method,
            GVariant *parameters,
            GDBusMethodInvocation *invocation,
            gpointer user_data)
{
  Portal *portal = user_data;
  g_autoptr (GVariant) options = g_variant_get_child_value (parameters, 1);
  GUnixFDList *list = g_dbus_message_get_unix_fd_list (g_dbus_method_invocation_get_message (invocation));
  g_autofree char *name = g_strdelimit (g_strdup (sender + 1), ".", '_');
  const char *token = "unnamed";
  char secret[SECRET_BYTES];
  int fd = g_unix_fd_list_get (list, 0, NULL);

  g_atomic_int_inc (&portal->requests);
  g_variant_lookup (options, "handle_token", "&s", &token);
  g_free (portal->sender);
  portal->sender = g_strdup (sender);
  g_free (portal->request);
  portal->request = g_strdup_printf (PATH "/request/%s/%s", name, token);
  memset (secret, 's', sizeof secret);
  g_assert_cmpint (write (fd, secret, sizeof secret), ==, sizeof secret);
  close (fd);
  g_dbus_method_invocation_return_value (invocation, g_variant_new ("(o)", portal->request));
}

static gboolean
on_respond (gpointer user_data)
{
  Portal *portal = user_data;
  guint response = (guint) g_atomic_int_get (&portal->response);

  if (portal->request != NULL && response != SILENCE)
    g_dbus_connection_emit_signal (portal->connection, portal->sender, portal->request,
                                   "org.freedesktop.portal.Request", "Response",
                                   g_variant_new ("(ua{sv})", response, NULL), NULL);
  return G_SOURCE_CONTINUE;
}

static gpointer
serve (gpointer data)
{
  Portal *portal = data;
  g_autoptr (GSource) responder = g_timeout_source_new (RESPOND_AGAIN_MSEC);

  g_source_set_callback (responder, on_respond, portal, NULL);
  g_source_attach (responder, portal->context);
  g_main_loop_run (portal->loop);
  return NULL;
}

/* What is registered here is called in the portal's thread. */
static void export(Portal *portal)
{
  static const GDBusInterfaceVTable vtable = { .method_call = on_request, .get_property = on_get };
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = NULL;

  g_main_context_push_thread_default (portal->context);
  g_dbus_connection_register_object (portal->connection, PATH, portal->node->interfaces[0], &vtable, portal,
                                     NULL, &error);
  g_main_context_pop_thread_default (portal->context);
  g_assert_no_error (error);
  answer = g_dbus_connection_call_sync (portal->connection, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                                        "org.freedesktop.DBus", "RequestName",
                                        g_variant_new ("(su)", "org.freedesktop.portal.Desktop", 0), NULL,
                                        G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);
  g_assert_no_error (error);
}

static Portal *
portal_new (guint response)
{
  Portal *portal = g_new0 (Portal, 1);
  g_autoptr (GError) error = NULL;

  portal->response = response;
  portal->bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (portal->bus);
  portal->node = g_dbus_node_info_new_for_xml (interfaces, NULL);
  portal->context = g_main_context_new ();
  portal->loop = g_main_loop_new (portal->context, FALSE);
  portal->connection = g_dbus_connection_new_for_address_sync (
      g_test_dbus_get_bus_address (portal->bus),
      G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION, NULL,
      NULL, &error);
  g_assert_no_error (error);
  export(portal);
  portal->thread = g_thread_new ("portal", serve, portal);
  portal->folder = scratch_folder_new ();
  portal->file = g_build_filename (portal->folder, "keys", NULL);
  /* libsecret asks the portal in a Snap as well, which is told by a variable. */
  g_setenv ("SNAP_NAME", "paddock", TRUE);
  g_setenv ("SECRET_FILE_TEST_PATH", portal->file, TRUE);
  return portal;
}

static void
portal_free (Portal *portal)
{
  g_main_loop_quit (portal->loop);
  g_thread_join (portal->thread);
  g_dbus_connection_close_sync (portal->connection, NULL, NULL);
  g_object_unref (portal->connection);
  g_main_loop_unref (portal->loop);
  g_main_context_unref (portal->context);
  g_dbus_node_info_unref (portal->node);
  g_test_dbus_down (portal->bus);
  g_object_unref (portal->bus);
  scratch_folder_remove (portal->folder);
  g_free (portal->file);
  g_free (portal->sender);
  g_free (portal->request);
  g_free (portal);
}

static void
on_stored (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Answer *answer = user_data;

  answer->is_good = pdk_secret_store_store_finish (result, &answer->error);
  answer->is_done = TRUE;
}

static void
on_looked_up (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Answer *answer = user_data;

  answer->key = pdk_secret_store_lookup_finish (result, &answer->error);
  answer->is_done = TRUE;
}

static void
on_cleared (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Answer *answer = user_data;

  answer->is_good = pdk_secret_store_clear_finish (result, &answer->was_there, &answer->error);
  answer->is_done = TRUE;
}

/* The store's own deadline is the bound. */
static void
wait_for (const Answer *answer)
{
  while (!answer->is_done)
    g_main_context_iteration (NULL, TRUE);
}

static void
store (const char *account_id)
{
  g_autoptr (PdkSecret) key = pdk_secret_new (KEY, strlen (KEY), NULL);
  Answer answer = { FALSE };

  pdk_secret_store_store_async (account_id, key, NULL, on_stored, &answer);
  wait_for (&answer);
  g_assert_no_error (answer.error);
  g_assert_true (answer.is_good);
}

/* Returns: whether there is a key, which then is the right one */
static gboolean
has_key (const char *account_id)
{
  Answer answer = { FALSE };
  gboolean is_there;

  pdk_secret_store_lookup_async (account_id, NULL, on_looked_up, &answer);
  wait_for (&answer);
  g_assert_no_error (answer.error);
  is_there = answer.key != NULL;
  if (is_there)
    g_assert_cmpstr (pdk_secret_get_text (answer.key), ==, KEY);
  g_clear_pointer (&answer.key, pdk_secret_unref);
  return is_there;
}

static gboolean
clear (const char *account_id)
{
  Answer answer = { FALSE };

  pdk_secret_store_clear_async (account_id, NULL, on_cleared, &answer);
  BEGIN_LEAK_OF_LIBRARY ();
  wait_for (&answer);
  END_LEAK_OF_LIBRARY ();
  g_assert_no_error (answer.error);
  g_assert_true (answer.is_good);
  return answer.was_there;
}

static void
test_portal (void)
{
  Portal *portal = portal_new (0);
  g_autofree char *held = NULL, *before = NULL;
  gsize length, before_length;

  g_assert_false (has_key ("one"));
  store ("one");
  g_assert_true (g_file_get_contents (portal->file, &held, &length, NULL));
  g_assert_null (g_strstr_len (held, (gssize) length, KEY));
  g_assert_true (has_key ("one"));
  g_assert_false (has_key ("two"));
  g_assert_cmpint (g_atomic_int_get (&portal->requests), >, 0);
  g_assert_true (g_file_get_contents (portal->file, &before, &before_length, NULL));
  g_assert_true (clear ("one"));
  g_assert_false (clear ("one"));
  g_assert_false (has_key ("one"));

  /* As another process does: this one must not go on with what it has read. */
  g_assert_true (g_file_set_contents (portal->file, before, (gssize) before_length, NULL));
  g_assert_true (has_key ("one"));
  portal_free (portal);
}

static void
test_dismissed (void)
{
  Portal *portal = portal_new (1);
  Answer answer = { FALSE };

  pdk_secret_store_lookup_async ("one", NULL, on_looked_up, &answer);
  wait_for (&answer);
  g_assert_error (answer.error, PDK_ERROR, PDK_ERROR_PERMISSION);
  g_assert_null (answer.key);
  g_clear_error (&answer.error);
  portal_free (portal);
}

static void
on_asked (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GVariant) answer = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, NULL);

  g_assert_nonnull (answer);
  *(gboolean *) user_data = TRUE;
}

/* Until libsecret waits for nothing but the portal's response: what the portal has told its connection before
 * it answers another question has arrived with that answer. */
static void
wait_until_asked (Portal *portal)
{
  g_autoptr (GDBusConnection) bus = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, NULL);
  gboolean has_answered = FALSE;

  while (g_atomic_int_get (&portal->requests) == 0)
    g_main_context_iteration (NULL, FALSE);
  g_dbus_connection_call (bus, "org.freedesktop.portal.Desktop", PATH, "org.freedesktop.DBus.Properties",
                          "Get", g_variant_new ("(ss)", "org.freedesktop.portal.Secret", "version"), NULL,
                          G_DBUS_CALL_FLAGS_NONE, -1, NULL, on_asked, &has_answered);
  while (!has_answered)
    g_main_context_iteration (NULL, TRUE);
}

/* libsecret before 0.21 waits for itself when it is cancelled at this point. What it is told later is let go.
 */
static void
test_cancelled (void)
{
  Portal *portal = portal_new (SILENCE);
  GCancellable *cancellable = g_cancellable_new ();
  Answer answer = { FALSE };

  pdk_secret_store_lookup_async ("one", cancellable, on_looked_up, &answer);
  wait_until_asked (portal);
  g_cancellable_cancel (cancellable);
  wait_for (&answer);
  g_assert_error (answer.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_null (answer.key);
  g_clear_error (&answer.error);

  g_object_add_weak_pointer (G_OBJECT (cancellable), (gpointer *) &cancellable);
  g_atomic_int_set (&portal->response, 1);
  g_object_unref (cancellable);
  while (cancellable != NULL)
    g_main_context_iteration (NULL, TRUE);
  portal_free (portal);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/secret-store/portal", test_portal);
  g_test_add_func ("/secret-store/dismissed", test_dismissed);
  g_test_add_func ("/secret-store/cancelled", test_cancelled);
  return g_test_run ();
}
