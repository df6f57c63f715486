/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Keys inside of a sandbox, with a Secret portal on a bus of the test's own. The portal has a thread, so that
 * it answers whatever the test's main loop does. */

#include "config.h"

#include <gio/gunixfdlist.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "mock-bus.h"
#include "pdk-error.h"
#include "pdk-sandbox.h"
#include "scratch-folder.h"
#include "secret-fixture.h"

/* libsecret 0.20.5 loses the entity tag, a string, of a file that it has read or written, and its backend
 * with it. These are known by their whole stacks. */
#if defined(__SANITIZE_ADDRESS__)
const char *__asan_default_options (void);
const char *__lsan_default_suppressions (void);

const char *
__asan_default_options (void)
{
  return "fast_unwind_on_malloc=0";
}

const char *
__lsan_default_suppressions (void)
{
  return "leak:secret_backend_get\n"
         "leak:g_strdup\n";
}
#endif

#define NAME "org.freedesktop.portal.Desktop"
#define PATH "/org/freedesktop/portal/desktop"
/* What libsecret reads of the portal's secret. */
#define SECRET_BYTES 64
/* libsecret before 0.21 begins to listen only when it has been given the name of its request. */
#define RESPOND_AGAIN_MSEC 10
#define LOOK_AGAIN_MSEC 10

static const char interfaces[] = "<node><interface name='org.freedesktop.portal.Secret'>"
                                 "<method name='RetrieveSecret'>"
                                 "<arg type='h' direction='in'/><arg type='a{sv}' direction='in'/>"
                                 "<arg type='o' direction='out'/></method>"
                                 "<property name='version' type='u' access='read'/>"
                                 "</interface></node>";

typedef struct
{
  MockBus bus;
  GDBusNodeInfo *node;
  GMainContext *context;
  GMainLoop *loop;
  GThread *thread;
  guint32 response;
  gboolean is_silent;          /* it does not say which version it is until it is told to go on */
  gboolean is_busy;            /* it takes a request, and has nothing to say to it until then */
  gint requests, questions;    /* atomic; of the latter, those for the version */
  GDBusMethodInvocation *held; /* (nullable): such a question */
  char *sender, *request;      /* (nullable): the last that asked, and its request */
  char *folder, *file;
} Portal;

/* This process is inside of one, as far as the store knows. */
gboolean
pdk_sandbox_is_flatpak (void)
{
  return TRUE;
}

static void
tell_version (GDBusMethodInvocation *invocation)
{
  g_dbus_method_invocation_return_value (invocation, g_variant_new ("(v)", g_variant_new_uint32 (1)));
}

static void
on_question (Portal *portal, GDBusMethodInvocation *invocation)
{
  if (portal->is_silent)
    portal->held = invocation;
  else
    tell_version (invocation);
  g_atomic_int_inc (&portal->questions);
}

static gboolean
on_go_on (gpointer user_data)
{
  Portal *portal = user_data;

  portal->is_silent = portal->is_busy = FALSE;
  if (portal->held != NULL)
    tell_version (g_steal_pointer (&portal->held));
  return G_SOURCE_REMOVE;
}

static void
go_on (Portal *portal)
{
  g_main_context_invoke (portal->context, on_go_on, portal);
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
  g_autoptr (GVariant) options = NULL;
  GUnixFDList *list = g_dbus_message_get_unix_fd_list (g_dbus_method_invocation_get_message (invocation));
  char secret[SECRET_BYTES];
  int fd;

  if (g_str_equal (method, "Get"))
    {
      on_question (portal, invocation);
      return;
    }
  g_atomic_int_inc (&portal->requests);
  options = g_variant_get_child_value (parameters, 1);
  g_free (portal->sender);
  portal->sender = g_strdup (sender);
  g_free (portal->request);
  portal->request = mock_bus_dup_request_path (sender, options);
  memset (secret, 's', sizeof secret);
  fd = g_unix_fd_list_get (list, 0, NULL);
  g_assert_cmpint (write (fd, secret, sizeof secret), ==, sizeof secret);
  close (fd);
  g_dbus_method_invocation_return_value (invocation, g_variant_new ("(o)", portal->request));
}

static gboolean
on_respond (gpointer user_data)
{
  Portal *portal = user_data;

  if (portal->request != NULL && !portal->is_busy)
    g_dbus_connection_emit_signal (portal->bus.connection, portal->sender, portal->request,
                                   "org.freedesktop.portal.Request", "Response",
                                   g_variant_new ("(ua{sv})", portal->response, NULL), NULL);
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
static void
be_there (Portal *portal)
{
  static const GDBusInterfaceVTable vtable = { .method_call = on_request };
  g_autoptr (GError) error = NULL;

  mock_bus_connect (&portal->bus);
  g_main_context_push_thread_default (portal->context);
  g_dbus_connection_register_object (portal->bus.connection, PATH, portal->node->interfaces[0], &vtable,
                                     portal, NULL, &error);
  g_main_context_pop_thread_default (portal->context);
  g_assert_no_error (error);
  mock_bus_own_name (&portal->bus, NAME);
}

static Portal *
portal_new (guint32 response)
{
  Portal *portal = g_new0 (Portal, 1);

  portal->response = response;
  mock_bus_up (&portal->bus);
  portal->node = g_dbus_node_info_new_for_xml (interfaces, NULL);
  portal->context = g_main_context_new ();
  portal->loop = g_main_loop_new (portal->context, FALSE);
  be_there (portal);
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
  mock_bus_down (&portal->bus);
  g_main_loop_unref (portal->loop);
  g_main_context_unref (portal->context);
  g_dbus_node_info_unref (portal->node);
  scratch_folder_remove (portal->folder);
  g_free (portal->file);
  g_free (portal->sender);
  g_free (portal->request);
  g_free (portal);
}

static void
test_keys (void)
{
  Portal *portal = portal_new (0);
  g_autofree char *held = NULL, *before = NULL;
  gsize length, before_length;

  g_assert_false (secret_fixture_has_key ("one"));
  secret_fixture_store ("one");
  g_assert_true (g_file_get_contents (portal->file, &held, &length, NULL));
  g_assert_null (g_strstr_len (held, (gssize) length, SECRET_FIXTURE_KEY));
  g_assert_true (secret_fixture_has_key ("one"));
  g_assert_false (secret_fixture_has_key ("two"));
  g_assert_cmpint (g_atomic_int_get (&portal->requests), >, 0);
  g_assert_true (g_file_get_contents (portal->file, &before, &before_length, NULL));
  g_assert_true (secret_fixture_clear ("one"));
  g_assert_false (secret_fixture_clear ("one"));
  g_assert_false (secret_fixture_has_key ("one"));

  /* As another process does: this one must not go on with what it has read. */
  g_assert_true (g_file_set_contents (portal->file, before, (gssize) before_length, NULL));
  g_assert_true (secret_fixture_has_key ("one"));
  portal_free (portal);
}

static void
test_side_by_side (void)
{
  static const char *const ids[] = { "one", "two", "three", "four" };
  Portal *portal = portal_new (0);
  SecretAnswer answers[G_N_ELEMENTS (ids)] = { 0 };

  for (gsize i = 0; i < G_N_ELEMENTS (ids); i++)
    secret_fixture_begin_store (ids[i], NULL, &answers[i]);
  for (gsize i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      secret_answer_wait (&answers[i]);
      g_assert_no_error (answers[i].error);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (ids); i++)
    g_assert_true (secret_fixture_has_key (ids[i]));
  portal_free (portal);
}

static void
test_dismissed (void)
{
  Portal *portal = portal_new (1);

  secret_fixture_expect_no_key (PDK_ERROR, PDK_ERROR_PERMISSION, "the keyring's question was dismissed");
  portal_free (portal);
}

static gboolean
on_look_again (gpointer user_data)
{
  Portal *portal = user_data;

  if (g_atomic_int_get (&portal->questions) == 0)
    return G_SOURCE_CONTINUE;
  go_on (portal);
  return G_SOURCE_REMOVE;
}

/* The portal answers only when the main loop has told it to, which it must therefore still be able to. */
static void
test_main_loop_goes_on (void)
{
  Portal *portal = portal_new (0);

  portal->is_silent = TRUE;
  g_timeout_add (LOOK_AGAIN_MSEC, on_look_again, portal);
  g_assert_false (secret_fixture_has_key ("one"));
  g_assert_cmpint (g_atomic_int_get (&portal->requests), >, 0);
  portal_free (portal);
}

static void
test_silent (void)
{
  Portal *portal = portal_new (0);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  SecretAnswer answer = { FALSE };

  portal->is_silent = TRUE;
  secret_fixture_expect_no_key (PDK_ERROR, PDK_ERROR_TIMED_OUT,
                                "the keyring did not answer within 5 seconds");
  /* A call that waits for its turn behind that one. */
  secret_fixture_begin_lookup ("one", cancellable, &answer);
  g_cancellable_cancel (cancellable);
  secret_answer_wait (&answer);
  g_assert_error (answer.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  secret_answer_clear (&answer);

  go_on (portal);
  g_assert_false (secret_fixture_has_key ("one"));
  portal_free (portal);
}

/* Waits for a request after the first @n_before. libsecret hears of it a little later than the portal has
 * taken it. */
static void
wait_until_asked (Portal *portal, gint n_before)
{
  while (g_atomic_int_get (&portal->requests) == n_before)
    g_usleep (1000 * LOOK_AGAIN_MSEC);
  g_usleep (10 * 1000 * LOOK_AGAIN_MSEC);
}

/* What libsecret waits for then is not the question above, and it is not told to give up; the main loop would
 * be the one to tell it. What was given up is not done later. */
static void
test_busy (void)
{
  Portal *portal = portal_new (0);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  SecretAnswer answers[20] = { { FALSE } };

  portal->is_busy = TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS (answers); i++)
    secret_fixture_begin_store ("one", cancellable, &answers[i]);
  wait_until_asked (portal, 0);
  g_cancellable_cancel (cancellable);
  for (gsize i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      secret_answer_wait (&answers[i]);
      g_assert_error (answers[i].error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      secret_answer_clear (&answers[i]);
    }
  go_on (portal);
  g_assert_false (secret_fixture_has_key ("one"));
  portal_free (portal);
}

/* A key is not taken out after whoever wanted that has given up. */
static void
test_busy_clear (void)
{
  Portal *portal = portal_new (0);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  SecretAnswer answer = { FALSE };
  gint n_before;

  secret_fixture_store ("one");
  portal->is_busy = TRUE;
  n_before = g_atomic_int_get (&portal->requests);
  secret_fixture_begin_clear ("one", cancellable, &answer);
  wait_until_asked (portal, n_before);
  g_cancellable_cancel (cancellable);
  secret_answer_wait (&answer);
  g_assert_error (answer.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  secret_answer_clear (&answer);
  go_on (portal);
  g_assert_true (secret_fixture_has_key ("one"));
  portal_free (portal);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/secret-portal/keys", test_keys);
  g_test_add_func ("/secret-portal/side-by-side", test_side_by_side);
  g_test_add_func ("/secret-portal/dismissed", test_dismissed);
  g_test_add_func ("/secret-portal/main-loop-goes-on", test_main_loop_goes_on);
  g_test_add_func ("/secret-portal/silent", test_silent);
  g_test_add_func ("/secret-portal/busy", test_busy);
  g_test_add_func ("/secret-portal/busy-clear", test_busy_clear);
  return g_test_run ();
}
