/* SPDX-License-Identifier: GPL-3.0-or-later */

/* paddock watch: prints a line at every change until it is interrupted, or until nobody reads any more. A
 * reader that is slow is waited for in a worker thread, and misses what has changed again meanwhile. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-watch-command.h"

#include <glib-unix.h>
#include <unistd.h>

#include "pdk-printer.h"
#include "pdk-session.h"

/* Longer than a local server may take, so that this is for answers that overlap: of servers that are asked
 * often and answer slowly, one is always still to come. */
#define HOLD_MSEC 6000

typedef struct
{
  PdkSession *session;
  char *printed; /* (nullable): the last line */
  gboolean is_writing;
  guint hold_timer;    /* runs while news waits for the rest of its round */
  gboolean is_overdue; /* it has waited for long enough */
  GError *error;       /* (nullable): why it ended */
  guint on_reader;
} Watch;

static void
write_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GError *error = NULL;

  if (pdk_printer_write (task_data, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void on_written (GObject *source, GAsyncResult *result, gpointer user_data);

/* @text: (transfer full): a copy, since writing may outlive the watch */
static void
start_writing (Watch *watch, char *text)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, on_written, watch);

  watch->is_writing = TRUE;
  g_task_set_source_tag (task, start_writing);
  g_task_set_task_data (task, text, g_free);
  g_task_run_in_thread (task, write_thread);
}

static void on_changed (PdkMonitor *monitor, gpointer user_data);

static gboolean
on_held_long (gpointer user_data)
{
  Watch *watch = user_data;

  watch->hold_timer = 0;
  watch->is_overdue = TRUE;
  on_changed (watch->session->monitor, watch);
  return G_SOURCE_REMOVE;
}

/* One line for a round of answers, not one for each of them. Returns: whether it may be printed by now */
static gboolean
is_round_over (Watch *watch)
{
  if (!watch->is_overdue && !pdk_monitor_is_waiting_for_last (watch->session->monitor))
    {
      if (watch->hold_timer == 0)
        watch->hold_timer = g_timeout_add (HOLD_MSEC, on_held_long, watch);
      return FALSE;
    }
  watch->is_overdue = FALSE;
  g_clear_handle_id (&watch->hold_timer, g_source_remove);
  return TRUE;
}

static void
on_changed (PdkMonitor *monitor, gpointer user_data)
{
  Watch *watch = user_data;
  PdkOutput output = watch->session->line->output;
  PdkSnapshot *snapshot;
  g_autofree char *text = NULL;

  if (watch->is_writing || !is_round_over (watch))
    return;
  snapshot = pdk_monitor_get_snapshot (monitor);
  text = pdk_printer_format (snapshot, pdk_session_get_rules (watch->session), watch->session->line);
  if (!pdk_printer_is_news (text, watch->printed, output))
    return;
  g_free (watch->printed);
  watch->printed = g_steal_pointer (&text);
  start_writing (watch, g_strdup (watch->printed));
}

static void
on_written (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Watch *watch = user_data;

  watch->is_writing = FALSE;
  if (!g_task_propagate_boolean (G_TASK (result), &watch->error))
    g_main_loop_quit (watch->session->loop);
  else
    on_changed (watch->session->monitor, watch);
}

static gboolean
on_interrupted (gpointer user_data)
{
  Watch *watch = user_data;

  g_main_loop_quit (watch->session->loop);
  return G_SOURCE_CONTINUE;
}

/* Without this, a bar that has gone would be found out at the next change only, and that may never come. */
static gboolean
on_reader_gone (int fd, GIOCondition condition, gpointer user_data)
{
  Watch *watch = user_data;

  watch->on_reader = 0;
  g_main_loop_quit (watch->session->loop);
  return G_SOURCE_REMOVE;
}

/**
 * pdk_watch_command_run:
 * @line: the call
 * @error: return location for PDK_ERROR_SETTINGS, PDK_ERROR_USAGE and errors of writing
 *
 * Returns: the exit status, 0 when it was interrupted or nobody reads any more; -1 with @error set
 */
int
pdk_watch_command_run (const PdkCommandLine *line, GError **error)
{
  g_auto (PdkSession) session = { 0 };
  Watch watch = { .session = &session };
  guint on_int, on_term;

  if (!pdk_session_init (&session, line, error))
    return -1;
  on_int = g_unix_signal_add (SIGINT, on_interrupted, &watch);
  on_term = g_unix_signal_add (SIGTERM, on_interrupted, &watch);
  watch.on_reader = g_unix_fd_add (STDOUT_FILENO, G_IO_ERR | G_IO_HUP, on_reader_gone, &watch);
  g_signal_connect (session.monitor, "changed", G_CALLBACK (on_changed), &watch);
  if (session.store != NULL)
    pdk_settings_store_watch (session.store);
  pdk_monitor_start (session.monitor);
  g_main_loop_run (session.loop);

  g_signal_handlers_disconnect_by_data (session.monitor, &watch);
  g_source_remove (on_int);
  g_source_remove (on_term);
  g_clear_handle_id (&watch.on_reader, g_source_remove);
  g_clear_handle_id (&watch.hold_timer, g_source_remove);
  g_free (watch.printed);
  if (watch.error == NULL)
    return 0;
  g_propagate_error (error, watch.error);
  return -1;
}
