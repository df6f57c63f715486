/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Reads many lines of a log at once into plain data, which is what a thread can do without knowing what came
 * before. Pure; a batch belongs to one thread at a time. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-log-batch.h"

#include <string.h>

#include "pdk-access-line.h"
#include "pdk-log-cursor.h"

/* Not far below what a line takes. */
#define BYTES_PER_EVENT 80

/* Makes room for one event at least. */
static void
reserve (PdkLogBatch *batch)
{
  if (batch->n_events < batch->capacity)
    return;
  batch->capacity = MAX (batch->capacity * 2, 64);
  batch->events = g_renew (PdkLogEvent, batch->events, batch->capacity);
}

static void
append_event (PdkLogBatch *batch, const PdkLogEvent *event)
{
  reserve (batch);
  batch->events[batch->n_events++] = *event;
}

/* All lines of the usual shape, from @at on. Returns where the first that is of another one begins, or @end.
 */
static const char *
take_plain_lines (PdkLogBatch *batch, const char *at, const char *end)
{
  guint32 room, n;

  do
    {
      reserve (batch);
      room = n = batch->capacity - batch->n_events;
      at = pdk_access_plain_parse (&batch->plain, at, end, batch->events + batch->n_events, &n);
      batch->n_events += n;
    }
  while (n == room);
  return at;
}

/* Whether the last that was read was a request before the oldest day. */
static gboolean
ends_with_old (const PdkLogBatch *batch)
{
  return batch->n_events > 0 && batch->events[batch->n_events - 1].hour_key == 0 &&
         (batch->remarks->len == 0 ||
          g_array_index (batch->remarks, PdkLogRemark, batch->remarks->len - 1).n_events_before <
              batch->n_events);
}

/* One line of any shape, without its newline. */
static void
take_line (PdkLogBatch *batch, const char *bytes, gsize length, const char *oldest_date)
{
  PdkAccessLine line;

  if (pdk_access_line_is_before (bytes, length, oldest_date))
    {
      /* One of a run of them tells as much as all. */
      if (!ends_with_old (batch))
        append_event (batch, &(PdkLogEvent){ 0 });
      return;
    }
  if (!pdk_access_line_parse (bytes, length, &line))
    {
      PdkLogRemark remark = { .n_events_before = batch->n_events };

      if (pdk_server_line_parse (bytes, length, &remark.line) != PDK_SERVER_LINE_NONE)
        g_array_append_val (batch->remarks, remark);
      return;
    }
  do
    {
      PdkLogEvent event = pdk_log_event_new (&line);

      append_event (batch, &event);
    }
  while (pdk_access_line_parse_next (bytes, length, &line));
}

/**
 * pdk_log_batch_new:
 *
 * Returns: (transfer full): an empty batch
 */
PdkLogBatch *
pdk_log_batch_new (void)
{
  PdkLogBatch *batch = g_new0 (PdkLogBatch, 1);

  batch->remarks = g_array_new (FALSE, FALSE, sizeof (PdkLogRemark));
  return batch;
}

/**
 * pdk_log_batch_free:
 * @batch: (nullable) (transfer full): what to free
 */
void
pdk_log_batch_free (PdkLogBatch *batch)
{
  if (batch == NULL)
    return;
  g_free (batch->events);
  g_array_unref (batch->remarks);
  g_free (batch);
}

/**
 * pdk_log_batch_parse:
 * @batch: the batch; what it held is gone
 * @lines: (nullable): lines of a log, of any bytes; what follows the last newline is a line, too
 * @length: length of @lines
 * @oldest_date: a day as an access line writes it, `2026/11/20`; requests before it, in a row, are told by
 *   one event with an hour_key of 0
 *
 * Reads all lines. NUL bytes in front of a line, which a log with a hole has, are no part of it. A line over
 * %PDK_LOG_LINE_MAX_BYTES is passed over and counted.
 */
void
pdk_log_batch_parse (PdkLogBatch *batch, const char *lines, gsize length, const char *oldest_date)
{
  const char *at = lines, *end = lines + length;

  batch->n_events = 0;
  batch->n_skipped_long = 0;
  g_array_set_size (batch->remarks, 0);
  if (batch->capacity == 0 && length > 0)
    {
      batch->capacity = length / BYTES_PER_EVENT + 1;
      batch->events = g_new (PdkLogEvent, batch->capacity);
    }
  if (strcmp (batch->plain.oldest_date, oldest_date) != 0)
    {
      batch->plain = (PdkAccessPlain){ 0 };
      g_strlcpy (batch->plain.oldest_date, oldest_date, sizeof batch->plain.oldest_date);
    }

  while (at < end)
    {
      const char *newline, *line_end;

      at = take_plain_lines (batch, at, end);
      if (at == end)
        break;
      while (at < end && *at == '\0')
        at++;
      newline = at < end ? memchr (at, '\n', end - at) : NULL;
      line_end = newline != NULL ? newline : end;
      if (line_end - at > PDK_LOG_LINE_MAX_BYTES)
        batch->n_skipped_long++;
      else
        take_line (batch, at, line_end - at, oldest_date);
      at = line_end + 1;
    }
}
