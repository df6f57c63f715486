/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "pdk-secret-call.h"

static void
on_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask **done = user_data;

  g_assert_null (*done);
  *done = g_object_ref (G_TASK (result));
}

static GTask *
begin (GCancellable *cancellable, GTask **done)
{
  GTask *task = g_task_new (NULL, cancellable, on_done, done);

  pdk_secret_call_begin (task, PDK_SECRET_ACTION_LOOKUP, "one", NULL);
  return task;
}

static void
wait_for (GTask **done)
{
  while (*done == NULL)
    g_main_context_iteration (NULL, TRUE);
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

/* The first end is the one that holds. */
static void
test_once (void)
{
  g_autoptr (GTask) done = NULL, task = begin (NULL, &done);
  PdkSecret *key = pdk_secret_new ("sk-one", strlen ("sk-one"), NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (pdk_secret_call_is_done (task));
  pdk_secret_call_fail (task, PDK_ERROR_PERMISSION, "the first");
  g_assert_true (pdk_secret_call_is_done (task));
  pdk_secret_call_fail (task, PDK_ERROR_FAILED, "the second");
  pdk_secret_call_return_boolean (task, TRUE);
  pdk_secret_call_return_key (task, key);
  wait_for (&done);
  g_assert_null (g_task_propagate_pointer (done, &error));
  g_assert_error (error, PDK_ERROR, PDK_ERROR_PERMISSION);
  g_assert_cmpstr (error->message, ==, "the first");
}

static void
test_key (void)
{
  g_autoptr (GTask) done = NULL, task = begin (NULL, &done);
  g_autoptr (PdkSecret) key = pdk_secret_new ("sk-one", strlen ("sk-one"), NULL), answer = NULL;

  pdk_secret_call_return_key (task, pdk_secret_ref (key));
  wait_for (&done);
  answer = g_task_propagate_pointer (done, NULL);
  g_assert_true (answer == key);
}

/* It gives up at once, and so does what it waits for. */
static void
test_cancelled (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GTask) done = NULL, task = begin (cancellable, &done);
  PdkSecretCall *call = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  wait_for (&done);
  g_assert_true (g_cancellable_is_cancelled (call->inner));
  g_assert_null (g_task_propagate_pointer (done, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_silent (void)
{
  g_autoptr (GTask) done = NULL, task = begin (NULL, &done);
  PdkSecretCall *call = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  wait_for (&done);
  g_assert_true (g_cancellable_is_cancelled (call->inner));
  g_assert_null (g_task_propagate_pointer (done, &error));
  g_assert_error (error, PDK_ERROR, PDK_ERROR_TIMED_OUT);
  g_assert_cmpstr (error->message, ==, "the keyring did not answer within 5 seconds");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/secret-call/once", test_once);
  g_test_add_func ("/secret-call/key", test_key);
  g_test_add_func ("/secret-call/cancelled", test_cancelled);
  g_test_add_func ("/secret-call/silent", test_silent);
  return g_test_run ();
}
