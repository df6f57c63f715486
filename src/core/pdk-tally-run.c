/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Adding many events at once. A log that is read for the first time brings millions, in order, so that hardly
 * any needs more than to be kept behind the one before, or to be summed up with those of its hour; what does
 * is added by itself. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-tally.h"

#include "pdk-tally-private.h"

/* What of @events goes where nearly all of a log goes: to the events before. Returns how many of them. */
static guint32
add_to_recent (PdkTally *tally, gint64 hour_sec, const PdkLogEvent *events, guint32 n_events)
{
  PdkTallyChunk *chunk = tally->recent_chunk;
  guint32 n_taken, n_added;

  /* Where what is known may begin in the chunk, or it may be full, each event is looked at. */
  if (chunk == NULL || tally->recent_end_sec <= chunk->start_sec ||
      tally->first_known_sec > chunk->start_sec || tally->n_events + n_events > tally->max_events)
    return 0;
  n_taken = pdk_tally_chunk_add_run (chunk, hour_sec, tally->recent_end_sec, events, n_events, &n_added);
  tally->n_events += n_added;
  return n_taken;
}

/* What there is to know of a run before it is added. */
typedef struct
{
  guint first, last; /* seconds of its hour */
  guint32 n_requests;
} Extent;

static Extent
measure (const PdkLogEvent *events, guint32 n_events)
{
  Extent extent = { .first = G_MAXUINT };

  for (guint32 i = 0; i < n_events; i++)
    {
      extent.first = MIN (extent.first, events[i].second);
      extent.last = MAX (extent.last, events[i].second);
      extent.n_requests += events[i].kind != PDK_REQUEST_NONE;
    }
  return extent;
}

/* Whether all of these seconds are of one hour on the user's wall clock, which has no chunks, and whose day
 * is kept. */
static gboolean
is_old_hour (PdkTally *tally, gint64 first_sec, gint64 last_sec)
{
  return last_sec < tally->now_sec - KEEP_EVENTS_DAYS * PDK_SECONDS_PER_DAY &&
         first_sec >= tally->now_sec - (KEEP_DAYS + 1) * PDK_SECONDS_PER_DAY &&
         pdk_log_clock_hour (tally->clock, first_sec) == pdk_log_clock_hour (tally->clock, last_sec);
}

static PdkHour
sum_up (gint64 start_sec, const PdkLogEvent *events, guint32 n_events)
{
  PdkHour sums = { .start_sec = start_sec };

  for (guint32 i = 0; i < n_events; i++)
    {
      if (events[i].kind != PDK_REQUEST_NONE)
        pdk_hour_add_request (&sums, events[i].kind, events[i].status,
                              pdk_tally_to_kept_msec (events[i].latency_nsec));
    }
  return sums;
}

/* Adds @events, which come to @sums; their latencies one by one, so that the sum is the same to the last bit,
 * however they came in. */
static void
add_to_hour (PdkHour *hour, const PdkHour *sums, const PdkLogEvent *events, guint32 n_events)
{
  double latency_msec = hour->latency_msec;

  for (guint32 i = 0; i < n_events; i++)
    {
      if (events[i].kind != PDK_REQUEST_NONE)
        latency_msec += pdk_tally_to_kept_msec (events[i].latency_nsec);
    }
  pdk_hour_merge (hour, sums);
  hour->latency_msec = latency_msec;
}

/* Adds @events to the sums of their hour and day. Returns FALSE if these are not all that they belong to. */
static gboolean
add_to_old (PdkTally *tally, gint64 hour_sec, const PdkLogEvent *events, guint32 n_events)
{
  Extent extent;
  PdkHour sums;
  gint64 first_sec;

  if (hour_sec >= tally->now_sec - KEEP_EVENTS_DAYS * PDK_SECONDS_PER_DAY)
    return FALSE;
  extent = measure (events, n_events);
  first_sec = hour_sec + extent.first;
  if (!is_old_hour (tally, first_sec, hour_sec + extent.last))
    return FALSE;
  tally->first_known_sec = MIN (tally->first_known_sec, first_sec);
  if (extent.n_requests == 0)
    return TRUE;
  sums = sum_up (pdk_log_clock_hour (tally->clock, first_sec), events, n_events);
  pdk_tally_add_to_day (tally, &sums);
  /* The one in which those that are kept begin goes at the next pdk_tally_expire(). */
  if (first_sec >= tally->now_sec - KEEP_HOURS_SEC)
    add_to_hour (pdk_tally_obtain_hour (tally, sums.start_sec), &sums, events, n_events);
  add_to_hour (pdk_hour_obtain (tally->old_hours, sums.start_sec), &sums, events, n_events);
  return TRUE;
}

/**
 * pdk_tally_add_run:
 * @tally: the tally
 * @hour_sec: Unix seconds: when the hour begins that all of @events are of
 * @events: (array length=n_events): the events of a log, in its order
 * @n_events: how many there are
 *
 * Adds each of them, as pdk_tally_add() would.
 */
void
pdk_tally_add_run (PdkTally *tally, gint64 hour_sec, const PdkLogEvent *events, guint32 n_events)
{
  if (add_to_old (tally, hour_sec, events, n_events))
    return;
  for (guint32 i = 0; i < n_events;)
    {
      guint32 n_taken = add_to_recent (tally, hour_sec, events + i, n_events - i);

      if (n_taken == 0)
        {
          pdk_tally_add (tally, hour_sec + events[i].second, events[i].kind, events[i].status,
                         events[i].latency_nsec);
          n_taken = 1;
        }
      i += n_taken;
    }
}
