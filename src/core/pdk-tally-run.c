/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Adding many events at once. A log that is read for the first time brings millions, in order, so that hardly
 * any needs more than to be kept behind the one before; what does is added by itself. */

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
