/* SPDX-License-Identifier: GPL-3.0-or-later */

/* When a line of a server's log was written, whoever wrote it. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-log-stamp.h"

#include "pdk-log-event.h"
#include "pdk-server-line.h"

/**
 * pdk_log_stamp_find:
 * @bytes: (nullable): a line, without its newline
 * @length: length of @bytes
 * @clock: a clock of the log's zone, for the lines that do not name theirs; it remembers this line
 * @time_sec: (out): Unix seconds
 *
 * Returns: whether the line has a time
 */
gboolean
pdk_log_stamp_find (const char *bytes, gsize length, PdkLogClock *clock, gint64 *time_sec)
{
  PdkAccessLine access;
  PdkServerLine server;

  if (pdk_access_line_parse (bytes, length, &access))
    {
      const PdkLogEvent event = pdk_log_event_new (&access);

      *time_sec = pdk_log_clock_resolve (clock, event.hour_key, event.second);
      return TRUE;
    }
  pdk_server_line_parse (bytes, length, &server);
  if (server.has_time)
    *time_sec = server.time_sec;
  return server.has_time;
}
