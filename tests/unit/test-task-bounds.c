/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "pdk-task-bounds.h"

static gboolean
on_deadline (gpointer user_data)
{
  PdkTaskBounds *bounds = g_task_get_task_data (user_data);

  if (pdk_task_bounds_finish (bounds))
    g_task_return_int (user_data, 1);
  return G_SOURCE_REMOVE;
}

static gboolean
on_cancelled (GCancellable *cancellable, gpointer user_data)
{
  PdkTaskBounds *bounds = g_task_get_task_data (user_data);

  if (pdk_task_bounds_finish (bounds))
    g_task_return_error_if_cancelled (user_data);
  return G_SOURCE_REMOVE;
}

static void
bounds_free (gpointer data)
{
  pdk_task_bounds_finish (data);
  g_free (data);
}

static void
on_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_set_object ((GTask **) user_data, G_TASK (result));
}

static GTask *
task_new (GCancellable *cancellable, GTask **done)
{
  GTask *task = g_task_new (NULL, cancellable, on_done, done);

  g_task_set_task_data (task, g_new0 (PdkTaskBounds, 1), bounds_free);
  return task;
}

static void
wait_for (GTask **done)
{
  while (*done == NULL)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_deadline (void)
{
  g_autoptr (GTask) done = NULL;
  GTask *task = task_new (NULL, &done);

  pdk_task_bounds_set_deadline (g_task_get_task_data (task), task, 0, on_deadline);
  g_object_unref (task);
  wait_for (&done);
  g_assert_cmpint (g_task_propagate_int (done, NULL), ==, 1);
}

/* A later deadline takes the place of the one before. */
static void
test_replaced (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GTask) done = NULL, task = task_new (cancellable, &done);
  g_autoptr (GError) error = NULL;
  PdkTaskBounds *bounds = g_task_get_task_data (task);

  pdk_task_bounds_set_deadline (bounds, task, 0, on_deadline);
  pdk_task_bounds_set_deadline (bounds, task, 120, on_deadline);
  pdk_task_bounds_set_cancelled (bounds, task, on_cancelled);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_null (done);
  g_cancellable_cancel (cancellable);
  wait_for (&done);
  g_task_propagate_int (done, &error);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* Only the first end counts, after which nothing holds the task. */
static void
test_finished (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  GTask *done = NULL, *task = task_new (cancellable, &done);
  PdkTaskBounds *bounds = g_task_get_task_data (task);
  gpointer watched = task;

  g_object_add_weak_pointer (G_OBJECT (task), &watched);
  pdk_task_bounds_set_deadline (bounds, task, 0, on_deadline);
  pdk_task_bounds_set_cancelled (bounds, task, on_cancelled);
  g_assert_true (pdk_task_bounds_finish (bounds));
  g_assert_false (pdk_task_bounds_finish (bounds));
  g_cancellable_cancel (cancellable);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_null (done);
  g_task_return_int (task, 2);
  g_clear_object (&task);
  wait_for (&done);
  g_clear_object (&done);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_null (watched);
}

/* A task that cannot be cancelled is bounded by its deadline alone. */
static void
test_uncancellable (void)
{
  g_autoptr (GTask) done = NULL, task = task_new (NULL, &done);
  PdkTaskBounds *bounds = g_task_get_task_data (task);

  pdk_task_bounds_set_cancelled (bounds, task, on_cancelled);
  g_assert_null (bounds->on_cancelled);
  pdk_task_bounds_set_deadline (bounds, task, 0, on_deadline);
  wait_for (&done);
  g_assert_cmpint (g_task_propagate_int (done, NULL), ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/task-bounds/deadline", test_deadline);
  g_test_add_func ("/task-bounds/replaced", test_replaced);
  g_test_add_func ("/task-bounds/finished", test_finished);
  g_test_add_func ("/task-bounds/uncancellable", test_uncancellable);
  return g_test_run ();
}
