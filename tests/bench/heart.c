/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How long anything ever keeps the main loop: the longest gap between two beats. The machine may keep it too,
 * so the processor time that the thread used in a gap is measured beside it, and judged by itself. */

#define G_LOG_DOMAIN "heartbeat"

#include "config.h"

#include "heart.h"

#include <time.h>

#define BEAT_MSEC 1
#define LATE_USEC 8000

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
  gint64 gap_usec = now - heart->last_usec, gap_busy_usec = busy - heart->last_busy_usec;

  if (heart->n_beats > 0)
    {
      if (gap_usec > heart->longest_usec)
        heart->busy_in_longest_usec = gap_busy_usec;
      heart->longest_usec = MAX (heart->longest_usec, gap_usec);
      heart->longest_busy_usec = MAX (heart->longest_busy_usec, gap_busy_usec);
      heart->n_late += gap_usec > LATE_USEC;
      heart->n_busy += gap_busy_usec > LATE_USEC;
    }
  heart->n_beats++;
  heart->last_usec = now;
  heart->last_busy_usec = busy;
  return G_SOURCE_CONTINUE;
}

/** heart_start: lets @heart beat, before all else. Returns: the source, which is to be removed before @heart
 * is */
guint
heart_start (Heart *heart)
{
  return g_timeout_add_full (G_PRIORITY_HIGH, BEAT_MSEC, on_beat, heart, NULL);
}

/** heart_forget: what was measured so far does not count */
void
heart_forget (Heart *heart)
{
  heart->longest_usec = heart->busy_in_longest_usec = heart->longest_busy_usec = 0;
  heart->n_beats = heart->n_late = heart->n_busy = 0;
}

/** heart_describe: Returns: (transfer full): what was measured, in one line */
char *
heart_describe (const Heart *heart)
{
  return g_strdup_printf (
      "longest gap %6.2f ms (%6.2f ms busy), %u of %u over %d ms; most busy %6.2f ms, %u over %d ms",
      (double) heart->longest_usec / 1000, (double) heart->busy_in_longest_usec / 1000, heart->n_late,
      heart->n_beats, LATE_USEC / 1000, (double) heart->longest_busy_usec / 1000, heart->n_busy,
      LATE_USEC / 1000);
}
