/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Tells that a file has been made, written, replaced or removed. Main context. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-file-watch.h"

#include <gio/gio.h>

struct _PdkFileWatch
{
  GFileMonitor *monitor; /* (nullable): where the file system has none, nothing is told; all else works */
  PdkFileWatchFunc func;
  gpointer user_data;
};

static void
on_changed (GFileMonitor *monitor, GFile *file, GFile *other, GFileMonitorEvent event, gpointer user_data)
{
  PdkFileWatch *watch = user_data;

  if (event != G_FILE_MONITOR_EVENT_ATTRIBUTE_CHANGED)
    watch->func (watch->user_data);
}

/**
 * pdk_file_watch_new:
 * @path: a file, which need not be there; a link is watched itself, not the file behind it
 * @func: called for every step of a change, of which there may be several; it may free the watch
 * @user_data: for @func
 *
 * GLib looks for a folder that is missing every four seconds; one that is there costs nothing.
 *
 * Returns: (transfer full): a watch
 */
PdkFileWatch *
pdk_file_watch_new (const char *path, PdkFileWatchFunc func, gpointer user_data)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  PdkFileWatch *watch = g_new0 (PdkFileWatch, 1);

  watch->func = func;
  watch->user_data = user_data;
  watch->monitor = g_file_monitor_file (file, G_FILE_MONITOR_WATCH_MOVES, NULL, NULL);
  if (watch->monitor != NULL)
    g_signal_connect (watch->monitor, "changed", G_CALLBACK (on_changed), watch);
  return watch;
}

/** pdk_file_watch_free: ends @watch, which tells nothing any more */
void
pdk_file_watch_free (PdkFileWatch *watch)
{
  if (watch->monitor != NULL)
    g_signal_handlers_disconnect_by_data (watch->monitor, watch);
  g_clear_object (&watch->monitor);
  g_free (watch);
}
