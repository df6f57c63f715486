/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The interface that all sources share. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-source.h"

G_DEFINE_ABSTRACT_TYPE (PdkSource, pdk_source, G_TYPE_OBJECT)

static PdkReading *
poll_finish_task (PdkSource *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
pdk_source_class_init (PdkSourceClass *klass)
{
  klass->poll_finish = poll_finish_task;
}

static void
pdk_source_init (PdkSource *self)
{
}

/** pdk_source_get_name: Returns: (transfer none): the source's name in a snapshot, a string that lives for
 * ever */
const char *
pdk_source_get_name (PdkSource *self)
{
  return PDK_SOURCE_GET_CLASS (self)->name;
}

/** pdk_source_is_last: Returns: whether it is asked after all others, and may be done without */
gboolean
pdk_source_is_last (PdkSource *self)
{
  return PDK_SOURCE_GET_CLASS (self)->is_last;
}

/** pdk_source_was_lost: Returns: whether the answer that is under way was asked for before, by somebody who
 * did not wait for it, so that it is worth waiting for now */
gboolean
pdk_source_was_lost (PdkSource *self)
{
  PdkSourceClass *klass = PDK_SOURCE_GET_CLASS (self);

  return klass->was_lost != NULL && klass->was_lost (self);
}

/**
 * pdk_source_poll_async:
 * @self: a source that is not being asked
 * @now_usec: the time, in microseconds since the epoch
 * @cancellable: (nullable): to give up
 * @callback: called in the main context when there is a reading
 * @user_data: for @callback
 */
void
pdk_source_poll_async (PdkSource *self,
                       gint64 now_usec,
                       GCancellable *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer user_data)
{
  PDK_SOURCE_GET_CLASS (self)->poll_async (self, now_usec, cancellable, callback, user_data);
}

/**
 * pdk_source_poll_finish:
 * @self: a source
 * @result: what the callback was given
 * @error: return location for G_IO_ERROR_CANCELLED, the only error there is
 *
 * Returns: (transfer full) (nullable): the reading
 */
PdkReading *
pdk_source_poll_finish (PdkSource *self, GAsyncResult *result, GError **error)
{
  return PDK_SOURCE_GET_CLASS (self)->poll_finish (self, result, error);
}
