/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What ends a task that waits for somebody who may never answer: its deadline, and its being cancelled. The
 * sources run in the task's context and hold a reference to it until pdk_task_bounds_finish() lets go of
 * them. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-task-bounds.h"

static void
drop (GSource **source)
{
  if (*source == NULL)
    return;
  g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

/* @source: (transfer full) */
static void
replace (GSource **place, GSource *source, GSourceFunc func, GTask *task)
{
  drop (place);
  *place = source;
  g_source_set_callback (source, func, g_object_ref (task), g_object_unref);
  g_source_attach (source, g_task_get_context (task));
}

/**
 * pdk_task_bounds_set_deadline:
 * @bounds: of @task
 * @task: the task
 * @seconds: from now, in place of any deadline before
 * @on_deadline: called with @task, which lives at least as long as the call, and which it is to end
 */
void
pdk_task_bounds_set_deadline (PdkTaskBounds *bounds, GTask *task, guint seconds, GSourceFunc on_deadline)
{
  replace (&bounds->on_deadline, g_timeout_source_new_seconds (seconds), on_deadline, task);
}

/**
 * pdk_task_bounds_set_cancelled:
 * @bounds: of @task
 * @task: the task, which need not have a cancellable
 * @on_cancelled: called as that of pdk_task_bounds_set_deadline() is, in the task's context, whichever thread
 *   cancels
 */
void
pdk_task_bounds_set_cancelled (PdkTaskBounds *bounds, GTask *task, GCancellableSourceFunc on_cancelled)
{
  GCancellable *cancellable = g_task_get_cancellable (task);

  if (cancellable != NULL)
    replace (&bounds->on_cancelled, g_cancellable_source_new (cancellable), G_SOURCE_FUNC (on_cancelled),
             task);
}

/**
 * pdk_task_bounds_finish:
 * @bounds: the bounds of a task of which the caller holds a reference, or whose data is being freed
 *
 * Lets go of the sources. What still comes for the task after this is too late.
 *
 * Returns: whether the task was not done before, so that it is to be returned from now
 */
gboolean
pdk_task_bounds_finish (PdkTaskBounds *bounds)
{
  gboolean is_first = !bounds->is_done;

  bounds->is_done = TRUE;
  drop (&bounds->on_deadline);
  drop (&bounds->on_cancelled);
  return is_first;
}
