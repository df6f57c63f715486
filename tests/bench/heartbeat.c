/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Runs the monitor on a main loop beside a heartbeat of 1 ms, and prints the longest gap between two beats:
 * how long the sources ever keep the main loop. The machine may do so too, so the processor time that this
 * thread used in a gap is told beside it. One thread here; the monitor has its own. Times in microseconds. */

#define G_LOG_DOMAIN "heartbeat"

#include "config.h"

#include <stdlib.h>
#include <time.h>

#include "pdk-monitor.h"
#include "pdk-settings-store.h"

typedef struct
{
  GMainLoop *loop;
  gint64 end_usec;
  gint64 last_usec, last_busy_usec;
  gint64 longest_usec, longest_busy_usec;
  guint n_beats, n_late;
  guint n_changes;
} Heart;

static gint64
get_busy_usec (void)
{
  struct timespec busy = { 0, 0 };

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &busy);
  return busy.tv_sec * G_USEC_PER_SEC + busy.tv_nsec / 1000;
}

static gboolean
on_beat (gpointer data)
{
  Heart *heart = data;
  gint64 now = g_get_monotonic_time (), busy = get_busy_usec ();

  if (heart->n_beats > 0)
    {
      heart->longest_usec = MAX (heart->longest_usec, now - heart->last_usec);
      heart->longest_busy_usec = MAX (heart->longest_busy_usec, busy - heart->last_busy_usec);
      heart->n_late += now - heart->last_usec > 8000;
    }
  heart->n_beats++;
  heart->last_usec = now;
  heart->last_busy_usec = busy;
  if (now >= heart->end_usec)
    g_main_loop_quit (heart->loop);
  return G_SOURCE_CONTINUE;
}

/* A view takes the snapshot at every change. */
static void
on_changed (PdkMonitor *monitor, gpointer data)
{
  Heart *heart = data;

  pdk_monitor_get_snapshot (monitor);
  heart->n_changes++;
}

int
main (int argc, char **argv)
{
  g_autoptr (PdkClock) clock = pdk_clock_new_system ();
  g_autoptr (PdkMonitor) monitor = pdk_monitor_new (clock, FALSE);
  g_autoptr (PdkSettingsStore) store = NULL;
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  Heart heart = { .loop = loop };
  guint beat;

  if (argc != 3)
    {
      g_printerr ("usage: heartbeat SETTINGS SECONDS\n");
      return 2;
    }
  store = pdk_settings_store_new (argv[1]);
  g_signal_connect (monitor, "changed", G_CALLBACK (on_changed), &heart);
  pdk_monitor_set_settings (monitor, pdk_settings_store_get_settings (store),
                            pdk_settings_store_get_error (store));

  heart.end_usec = g_get_monotonic_time () + atoi (argv[2]) * G_USEC_PER_SEC;
  beat = g_timeout_add_full (G_PRIORITY_HIGH, 1, on_beat, &heart, NULL);
  pdk_monitor_start (monitor);
  g_main_loop_run (loop);
  g_source_remove (beat);

  g_print ("%u beats, %u changes shown\n", heart.n_beats, heart.n_changes);
  g_print ("longest gap %.2f ms, %u gaps above 8 ms\n", (double) heart.longest_usec / 1000, heart.n_late);
  g_print ("longest processor time between two beats %.2f ms\n", (double) heart.longest_busy_usec / 1000);
  return 0;
}
