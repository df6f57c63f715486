/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Finds where the lines begin that are young enough to matter, without reading what is before them.
 *
 * A log is in the order of time, unless a clock was set, or somebody put it together of several. So the times
 * at points all over the file are looked at first: where they go back, or where a long stretch has none,
 * everything is read. Between two points, the order is taken on trust, and a margin makes up for small
 * disorder. Runs in a worker thread; the file belongs to somebody else.
 */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-log-seek.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define BLOCK_BYTES 65536
#define N_POINTS 32

/* Where no line of a block has a time, so many blocks after it are looked at, too. */
#define MAX_BLOCKS 16

/* Less is no clock that was set back: an hour in autumn, a zone, requests that end together. */
#define MAX_DISORDER_SEC (26 * 60 * 60)

/* Below so many margins, reading everything is as quick. */
#define MIN_MARGINS 2

typedef struct
{
  const PdkLogSeek *seek;
  int fd;
  gint64 size;
  char *block; /* BLOCK_BYTES */
} Probe;

static gssize
read_block (const Probe *probe, gint64 offset)
{
  ssize_t got;

  do
    got = pread (probe->fd, probe->block, BLOCK_BYTES, offset);
  while (got < 0 && errno == EINTR);
  return got;
}

/* The time of the first line that has one, of those that begin within the block. */
static gboolean
find_time_in_block (const Probe *probe, gsize length, gboolean is_line_start, gint64 *time_sec)
{
  const char *at = probe->block;
  const char *end = at + length;

  while (at < end)
    {
      const char *newline = memchr (at, '\n', end - at);

      if (newline == NULL)
        return FALSE;
      if (is_line_start && probe->seek->time_func (at, newline - at, time_sec, probe->seek->user_data))
        return TRUE;
      is_line_start = TRUE;
      at = newline + 1;
    }
  return FALSE;
}

/* The time at @offset: that of the first dated line after it. */
static gboolean
find_time (const Probe *probe, gint64 offset, gint64 *time_sec)
{
  for (guint i = 0; i < MAX_BLOCKS && offset < probe->size; i++)
    {
      gssize got = read_block (probe, offset);

      if (got <= 0)
        return FALSE;
      if (find_time_in_block (probe, got, offset == 0, time_sec))
        return TRUE;
      offset += got;
    }
  return FALSE;
}

/* Looks at points from @start to the end. Gives the last one whose time is too old, and the first after it
 * whose time is not, or the end. */
static gboolean
look_all_over (const Probe *probe, gint64 start, gint64 *old, gint64 *young)
{
  gint64 latest_sec = G_MININT64;

  *old = -1;
  *young = probe->size;
  for (guint i = 0; i < N_POINTS; i++)
    {
      gint64 offset = start + (probe->size - start) / N_POINTS * i;
      gint64 time_sec;

      if (!find_time (probe, offset, &time_sec) ||
          (latest_sec != G_MININT64 && time_sec < latest_sec - MAX_DISORDER_SEC))
        return FALSE;
      latest_sec = MAX (latest_sec, time_sec);
      if (time_sec >= probe->seek->oldest_sec)
        *young = MIN (*young, offset);
      else if (*young == probe->size)
        *old = offset;
    }
  return *old >= 0;
}

/**
 * pdk_log_seek_find:
 * @seek: what is too old
 * @fd: the file, open for reading
 * @start: where its bytes begin
 * @size: its size in bytes
 *
 * Returns: an offset, maybe within a line, with nothing before it that is wanted, as far as times tell;
 * @start if everything has to be read
 */
gint64
pdk_log_seek_find (const PdkLogSeek *seek, int fd, gint64 start, gint64 size)
{
  g_autofree char *block = NULL;
  Probe probe = { seek, fd, size, NULL };
  gint64 old, young;

  if (seek->time_func == NULL || (size - start) / MIN_MARGINS < seek->margin_bytes ||
      (size - start) / N_POINTS < 1)
    return start;
  block = probe.block = g_malloc (BLOCK_BYTES);
  if (!look_all_over (&probe, start, &old, &young))
    return start;

  while (young - old > BLOCK_BYTES)
    {
      gint64 middle = old + (young - old) / 2, time_sec;

      /* Near the end of the file, or before a long line, nothing may have a time: that is read. */
      if (!find_time (&probe, middle, &time_sec) || time_sec >= seek->oldest_sec)
        young = middle;
      else
        old = middle;
    }
  return MAX (old - seek->margin_bytes, start);
}
