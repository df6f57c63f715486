/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Events of a tally whose time has not come: they wait, a limited number of them, and are counted when it
 * comes. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-tally-archive.h"
#include "pdk-tally-private.h"

/* pdk_tally_add_to_future: puts an event aside whose time has not come */
void
pdk_tally_add_to_future (
    PdkTally *tally, gint64 time_sec, PdkRequestKind kind, guint status, gint64 latency_nsec)
{
  FutureEvent event = { time_sec, latency_nsec, MIN (status, G_MAXUINT16), kind };

  if (tally->future->len < PDK_TALLY_MAX_FUTURE)
    g_array_append_val (tally->future, event);
  else
    {
      tally->n_dropped++;
      tally->dropped_until_sec = MAX (tally->dropped_until_sec, time_sec);
      tally->has_lost_future = TRUE;
    }
}

/* pdk_tally_release_future: counts the events whose time has come */
void
pdk_tally_release_future (PdkTally *tally)
{
  g_autoptr (GArray) waiting = tally->future;

  tally->future = g_array_new (FALSE, FALSE, sizeof (FutureEvent));
  for (guint i = 0; i < waiting->len; i++)
    {
      const FutureEvent *event = &g_array_index (waiting, FutureEvent, i);

      pdk_tally_add (tally, event->time_sec, event->kind, event->status, event->latency_nsec);
    }
}

/**
 * pdk_tally_get_n_future:
 * @tally: the tally
 *
 * Returns: how many events are waiting for their time, as of the last pdk_tally_expire()
 */
gsize
pdk_tally_get_n_future (PdkTally *tally)
{
  return tally->future->len;
}

/** pdk_tally_has_lost_future: Returns: whether any event whose time had not come was forgotten, ever */
gboolean
pdk_tally_has_lost_future (PdkTally *tally)
{
  return tally->has_lost_future;
}

/** pdk_tally_count_future: Returns: how many events wait for a time from @start_sec until before @end_sec */
guint
pdk_tally_count_future (PdkTally *tally, gint64 start_sec, gint64 end_sec)
{
  guint n = 0;

  for (guint i = 0; i < tally->future->len; i++)
    {
      gint64 time_sec = g_array_index (tally->future, FutureEvent, i).time_sec;

      n += time_sec >= start_sec && time_sec < end_sec;
    }
  return n;
}

/**
 * pdk_tally_drop_future:
 * @tally: a tally
 * @start_sec: Unix seconds
 * @end_sec: Unix seconds
 *
 * Forgets the events that wait for a time from @start_sec until before @end_sec, since they are counted in
 * what will be loaded.
 */
void
pdk_tally_drop_future (PdkTally *tally, gint64 start_sec, gint64 end_sec)
{
  for (guint i = tally->future->len; i > 0; i--)
    {
      gint64 time_sec = g_array_index (tally->future, FutureEvent, i - 1).time_sec;

      if (time_sec >= start_sec && time_sec < end_sec)
        g_array_remove_index_fast (tally->future, i - 1);
    }
}
