/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Descriptors and one timeout on a main context. Used in the thread of that context only. The descriptors
 * stay their owner's, who must say when one is no longer to be watched before closing it.
 */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-fd-watch.h"

#include <glib-unix.h>

struct _PdkFdWatch
{
  GMainContext *context;
  PdkFdWatchFunc callback;
  gpointer user_data;
  GSource *timer;      /* its ready time is -1 while there is no timeout */
  GHashTable *sources; /* descriptor -> GSource */
};

static void
drop_source (gpointer data)
{
  GSource *source = data;

  g_source_destroy (source);
  g_source_unref (source);
}

/* Both callbacks may find the watch freed when they return. */
static gboolean
on_ready (int fd, GIOCondition condition, gpointer user_data)
{
  PdkFdWatch *self = user_data;

  self->callback (fd, condition, self->user_data);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_timeout (gpointer user_data)
{
  PdkFdWatch *self = user_data;

  g_source_set_ready_time (self->timer, -1);
  self->callback (-1, 0, self->user_data);
  return G_SOURCE_CONTINUE;
}

static gboolean
dispatch_timer (GSource *source, GSourceFunc callback, gpointer user_data)
{
  return callback (user_data);
}

static GSourceFuncs timer_funcs = { .dispatch = dispatch_timer };

/**
 * pdk_fd_watch_new:
 * @context: (nullable): where to watch; %NULL for the default one
 * @callback: called from @context; may free the watch
 * @user_data: for @callback
 *
 * Returns: (transfer full): a watch on nothing yet
 */
PdkFdWatch *
pdk_fd_watch_new (GMainContext *context, PdkFdWatchFunc callback, gpointer user_data)
{
  PdkFdWatch *self = g_new0 (PdkFdWatch, 1);

  self->context = context != NULL ? g_main_context_ref (context) : NULL;
  self->callback = callback;
  self->user_data = user_data;
  self->sources = g_hash_table_new_full (NULL, NULL, NULL, drop_source);
  self->timer = g_source_new (&timer_funcs, sizeof (GSource));
  g_source_set_static_name (self->timer, "[paddock] timeout");
  g_source_set_callback (self->timer, on_timeout, self, NULL);
  g_source_attach (self->timer, context);
  return self;
}

/** pdk_fd_watch_free: frees @self; its callback is not called any more, and may itself call this */
void
pdk_fd_watch_free (PdkFdWatch *self)
{
  drop_source (self->timer);
  g_hash_table_unref (self->sources);
  g_clear_pointer (&self->context, g_main_context_unref);
  g_free (self);
}

/**
 * pdk_fd_watch_set:
 * @fd: a descriptor
 * @condition: %G_IO_IN, %G_IO_OUT, both, or 0 to watch it no longer
 *
 * Watches @fd for @condition, and then also for errors and hang-ups. What was watched of @fd before is
 * forgotten: its source is replaced, not changed, since the number may stand for another file by now. Without
 * any condition it has no source at all, since a hang-up would wake that one for ever.
 */
void
pdk_fd_watch_set (PdkFdWatch *self, int fd, GIOCondition condition)
{
  GSource *source;

  g_return_if_fail (fd >= 0);

  g_hash_table_remove (self->sources, GINT_TO_POINTER (fd));
  if (condition == 0)
    return;

  source = g_unix_fd_source_new (fd, condition | G_IO_ERR | G_IO_HUP);
  g_source_set_static_name (source, "[paddock] descriptor");
  g_source_set_callback (source, G_SOURCE_FUNC (on_ready), self, NULL);
  g_source_attach (source, self->context);
  g_hash_table_insert (self->sources, GINT_TO_POINTER (fd), source);
}

/**
 * pdk_fd_watch_set_timeout:
 * @timeout_msec: from now, 0 for the next iteration, or negative for never
 *
 * Sets the timeout in place of any other. It strikes once.
 */
void
pdk_fd_watch_set_timeout (PdkFdWatch *self, gint64 timeout_msec)
{
  gint64 ready_time = -1;

  if (timeout_msec >= 0)
    ready_time = g_get_monotonic_time () + timeout_msec * G_TIME_SPAN_MILLISECOND;
  g_source_set_ready_time (self->timer, ready_time);
}
