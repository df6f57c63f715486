/* SPDX-License-Identifier: GPL-3.0-or-later */

/* paddock status: asks every source once, prints, exits. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-status-command.h"

#include "pdk-printer.h"
#include "pdk-session.h"

/* What comes from a network that is not ours is waited for this long after all else is there: long enough for
 * an answer of the cloud, mostly, and for its source to show what it remembers of earlier when there is none.
 */
#define PATIENCE_MSEC 3000
/* An answer that the run before did not wait for would be lost at each run, as it may be asked for once a
 * minute at most. The second time all of the cloud's own deadline is waited, after which there is an answer
 * or a failure to remember. */
#define MORE_PATIENCE_MSEC 15000
/* A file on a share that hangs may never be read; a log of many gigabytes takes some seconds. */
#define DEADLINE_MSEC 60000

typedef struct
{
  PdkSession *session;
  guint patience_timer, deadline_timer;
  gboolean is_patient; /* it waits for longer than usual */
} Wait;

static gboolean
on_deadline (gpointer user_data)
{
  Wait *wait = user_data;

  wait->deadline_timer = 0;
  g_main_loop_quit (wait->session->loop);
  return G_SOURCE_REMOVE;
}

static gboolean
on_patience_over (gpointer user_data)
{
  Wait *wait = user_data;

  wait->patience_timer = 0;
  if (wait->is_patient || !pdk_monitor_was_lost (wait->session->monitor))
    {
      g_main_loop_quit (wait->session->loop);
      return G_SOURCE_REMOVE;
    }
  wait->is_patient = TRUE;
  wait->patience_timer = g_timeout_add (MORE_PATIENCE_MSEC, on_patience_over, wait);
  return G_SOURCE_REMOVE;
}

static void
on_changed (PdkMonitor *monitor, gpointer user_data)
{
  Wait *wait = user_data;

  if (!pdk_monitor_is_polling (monitor))
    g_main_loop_quit (wait->session->loop);
  else if (pdk_monitor_is_waiting_for_last (monitor) && !pdk_monitor_is_waiting_for_keys (monitor) &&
           wait->patience_timer == 0)
    wait->patience_timer = g_timeout_add (PATIENCE_MSEC, on_patience_over, wait);
}

/**
 * pdk_status_command_run:
 * @line: the call
 * @error: return location for PDK_ERROR_SETTINGS, PDK_ERROR_USAGE and errors of writing
 *
 * Returns: the exit status: 0 when an account has data, 1 when none has; -1 with @error set
 */
int
pdk_status_command_run (const PdkCommandLine *line, GError **error)
{
  g_auto (PdkSession) session = { 0 };
  PdkSnapshot *snapshot;
  g_autofree char *text = NULL;
  Wait wait = { &session, 0, 0, FALSE };

  if (!pdk_session_init (&session, line, error))
    return -1;
  g_signal_connect (session.monitor, "changed", G_CALLBACK (on_changed), &wait);
  wait.deadline_timer = g_timeout_add (DEADLINE_MSEC, on_deadline, &wait);
  pdk_monitor_start (session.monitor);
  g_main_loop_run (session.loop);
  g_signal_handlers_disconnect_by_data (session.monitor, &wait);
  g_clear_handle_id (&wait.patience_timer, g_source_remove);
  g_clear_handle_id (&wait.deadline_timer, g_source_remove);

  snapshot = pdk_monitor_get_snapshot (session.monitor);
  text = pdk_printer_format (snapshot, pdk_session_get_rules (&session), line);
  if (!pdk_printer_write (text, error))
    return -1;
  return pdk_snapshot_has_data (snapshot) ? 0 : 1;
}
