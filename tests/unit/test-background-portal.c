/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "mock-portal.h"
#include "pdk-background-portal.h"
#include "pdk-error.h"

typedef struct
{
  gboolean is_done, is_good;
  GError *error;
} Answer;

static void
on_answered (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Answer *answer = user_data;

  g_assert_false (answer->is_done);
  answer->is_good = pdk_background_portal_request_finish (result, &answer->error);
  answer->is_done = TRUE;
}

static void
answer_clear (Answer *answer)
{
  g_clear_error (&answer->error);
  *answer = (Answer){ FALSE };
}

static void
wait_until (const gboolean *is_done)
{
  while (!*is_done)
    g_main_context_iteration (NULL, TRUE);
}

/* Signals that come too late must not be taken for an answer a second time. */
static void
drain (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
ask (gboolean starts_at_login, GCancellable *cancellable, Answer *answer)
{
  pdk_background_portal_request_async (starts_at_login, cancellable, on_answered, answer);
  wait_until (&answer->is_done);
  drain ();
}

static void
test_granted (gconstpointer data)
{
  MockPortal *portal = mock_portal_new ((MockPortalManner) GPOINTER_TO_INT (data));
  Answer answer = { FALSE };

  ask (TRUE, NULL, &answer);
  g_assert_no_error (answer.error);
  g_assert_true (answer.is_good);
  g_assert_true (portal->starts_at_login);
  g_assert_cmpstr (portal->command, ==, "paddock");
  answer_clear (&answer);

  ask (FALSE, NULL, &answer);
  g_assert_no_error (answer.error);
  g_assert_true (answer.is_good);
  g_assert_false (portal->starts_at_login);
  g_assert_cmpuint (portal->requests, ==, 2);
  g_assert_cmpuint (portal->closed, ==, 0);
  answer_clear (&answer);
  mock_portal_free (portal);
}

static void
test_refused (void)
{
  MockPortal *portal = mock_portal_new (MOCK_PORTAL_REFUSES);
  Answer answer = { FALSE };

  ask (TRUE, NULL, &answer);
  g_assert_error (answer.error, PDK_ERROR, PDK_ERROR_PERMISSION);
  g_assert_false (answer.is_good);
  answer_clear (&answer);

  /* Who may not run in the background is not started at login either, which is what was asked for. */
  ask (FALSE, NULL, &answer);
  g_assert_no_error (answer.error);
  g_assert_true (answer.is_good);
  answer_clear (&answer);
  mock_portal_free (portal);
}

static void
test_ignored (void)
{
  MockPortal *portal = mock_portal_new (MOCK_PORTAL_IGNORES);
  Answer answer = { FALSE };

  ask (TRUE, NULL, &answer);
  g_assert_error (answer.error, PDK_ERROR, PDK_ERROR_PERMISSION);
  answer_clear (&answer);
  ask (FALSE, NULL, &answer);
  g_assert_error (answer.error, PDK_ERROR, PDK_ERROR_PERMISSION);
  answer_clear (&answer);
  mock_portal_free (portal);
}

static void
test_error (void)
{
  MockPortal *portal = mock_portal_new (MOCK_PORTAL_FAILS);
  Answer answer = { FALSE };

  ask (TRUE, NULL, &answer);
  g_assert_error (answer.error, PDK_ERROR, PDK_ERROR_FAILED);
  g_assert_nonnull (strstr (answer.error->message, "Not"));
  g_assert_null (strchr (answer.error->message, '\n'));
  answer_clear (&answer);
  mock_portal_free (portal);
}

static void
test_no_portal (void)
{
  MockPortal *portal = mock_portal_new_without ();
  Answer answer = { FALSE };

  ask (TRUE, NULL, &answer);
  g_assert_error (answer.error, PDK_ERROR, PDK_ERROR_NOT_FOUND);
  answer_clear (&answer);
  mock_portal_free (portal);
}

/* A session without a bus, where GDBus must not start one of its own. */
static void
test_no_bus (void)
{
  Answer answer = { FALSE };

  g_unsetenv ("DBUS_SESSION_BUS_ADDRESS");
  g_unsetenv ("XDG_RUNTIME_DIR");
  ask (TRUE, NULL, &answer);
  g_assert_error (answer.error, PDK_ERROR, PDK_ERROR_NOT_FOUND);
  answer_clear (&answer);
}

static void
test_cancelled (void)
{
  MockPortal *portal = mock_portal_new (MOCK_PORTAL_WAITS);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Answer answer = { FALSE };

  pdk_background_portal_request_async (TRUE, cancellable, on_answered, &answer);
  while (portal->requests == 0)
    g_main_context_iteration (NULL, TRUE);
  drain ();
  g_cancellable_cancel (cancellable);
  wait_until (&answer.is_done);
  g_assert_error (answer.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  answer_clear (&answer);
  while (portal->closed == 0)
    g_main_context_iteration (NULL, TRUE);

  ask (TRUE, cancellable, &answer);
  g_assert_error (answer.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (portal->requests, ==, 1);
  answer_clear (&answer);
  mock_portal_free (portal);
}

static void
test_portal_leaves (void)
{
  MockPortal *portal = mock_portal_new (MOCK_PORTAL_WAITS);
  Answer answer = { FALSE };

  pdk_background_portal_request_async (TRUE, NULL, on_answered, &answer);
  while (portal->requests == 0)
    g_main_context_iteration (NULL, TRUE);
  mock_portal_leave (portal);
  wait_until (&answer.is_done);
  g_assert_nonnull (answer.error);
  g_assert_false (answer.is_good);
  answer_clear (&answer);
  mock_portal_free (portal);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/background-portal/granted", GINT_TO_POINTER (MOCK_PORTAL_GRANTS), test_granted);
  g_test_add_data_func ("/background-portal/early", GINT_TO_POINTER (MOCK_PORTAL_ANSWERS_EARLY),
                        test_granted);
  g_test_add_func ("/background-portal/refused", test_refused);
  g_test_add_func ("/background-portal/ignored", test_ignored);
  g_test_add_func ("/background-portal/error", test_error);
  g_test_add_func ("/background-portal/no-portal", test_no_portal);
  g_test_add_func ("/background-portal/cancelled", test_cancelled);
  g_test_add_func ("/background-portal/portal-leaves", test_portal_leaves);
  g_test_add_func ("/background-portal/no-bus", test_no_bus);
  return g_test_run ();
}
