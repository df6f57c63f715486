/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Runs the monitor on a main loop beside a heartbeat, and prints how long the sources ever keep the main
 * loop. One thread here; the monitor has its own. */

#define G_LOG_DOMAIN "heartbeat"

#include "config.h"

#include <stdlib.h>

#include "pdk-monitor.h"
#include "pdk-settings-store.h"

#include "heart.h"

/* A view takes the snapshot at every change. */
static void
on_changed (PdkMonitor *monitor, gpointer data)
{
  guint *n_changes = data;

  pdk_monitor_get_snapshot (monitor);
  (*n_changes)++;
}

static gboolean
on_over (gpointer data)
{
  g_main_loop_quit (data);
  return G_SOURCE_REMOVE;
}

int
main (int argc, char **argv)
{
  g_autoptr (PdkClock) clock = pdk_clock_new_system ();
  g_autoptr (PdkMonitor) monitor = pdk_monitor_new (clock, FALSE);
  g_autoptr (PdkSettingsStore) store = NULL;
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autofree char *measured = NULL;
  Heart heart = { 0 };
  guint beat, n_changes = 0;

  if (argc != 3)
    {
      g_printerr ("usage: heartbeat SETTINGS SECONDS\n");
      return 2;
    }
  store = pdk_settings_store_new (argv[1]);
  g_signal_connect (monitor, "changed", G_CALLBACK (on_changed), &n_changes);
  pdk_monitor_set_settings (monitor, pdk_settings_store_get_settings (store),
                            pdk_settings_store_get_error (store));

  g_timeout_add_seconds ((guint) atoi (argv[2]), on_over, loop);
  beat = heart_start (&heart);
  pdk_monitor_start (monitor);
  g_main_loop_run (loop);
  g_source_remove (beat);

  measured = heart_describe (&heart);
  g_print ("%u changes shown; %s\n", n_changes, measured);
  return 0;
}
