/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Counts inference requests by window and by day.
 *
 * A tally belongs to one thread at a time. It has no clock: what "now" is, its caller says. Events may come
 * in any order. Those of the last eight days are kept one by one, in chunks by time (pdk-tally-chunk.c);
 * older ones only live on in the sums of their local hour and day. Those that lie in the future wait aside
 * until their time has come.
 *
 * A chunk is summed up when it is settled: when a newer one begins, or when somebody asks. So whatever reads
 * sums calls pdk_tally_settle() first.
 */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-tally.h"

#include "pdk-tally-private.h"

/* pdk_tally_chunk_start: Returns: where the chunk begins that @time_sec lies in */
gint64
pdk_tally_chunk_start (gint64 time_sec)
{
  gint64 rest = time_sec % PDK_TALLY_CHUNK_SEC;

  return time_sec - (rest < 0 ? rest + PDK_TALLY_CHUNK_SEC : rest);
}

/* pdk_tally_find_chunk: Returns: the index of the first chunk that starts at @start_sec or later */
guint
pdk_tally_find_chunk (PdkTally *tally, gint64 start_sec)
{
  guint low = 0, high = tally->chunks->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;
      const PdkTallyChunk *chunk = g_ptr_array_index (tally->chunks, middle);

      if (chunk->start_sec < start_sec)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

/* pdk_tally_add_to_day: adds @hour to the sums of its day */
void
pdk_tally_add_to_day (PdkTally *tally, const PdkHour *hour)
{
  const PdkDaySums sums = {
    .julian = pdk_log_clock_day (tally->clock, hour->start_sec),
    .requests = (guint32) hour->requests,
    .chat = (guint32) hour->n_by_kind[PDK_REQUEST_CHAT],
    .generate = (guint32) hour->n_by_kind[PDK_REQUEST_GENERATE],
    .embed = (guint32) hour->n_by_kind[PDK_REQUEST_EMBED],
    .http_4xx = (guint32) hour->http_4xx,
    .http_5xx = (guint32) hour->http_5xx,
  };

  if (sums.requests > 0)
    pdk_day_series_add_sums (tally->days, &sums);
}

/* Brings a chunk into order, and what was added to it into the sums of its hour and day. A quarter of an hour
 * is taken for a part of the hour that it begins in: clocks are a multiple of it away from each other. */
static void
settle (PdkTally *tally, PdkTallyChunk *chunk)
{
  PdkHour added = { .start_sec = pdk_log_clock_hour (tally->clock, chunk->start_sec) };

  if (!pdk_tally_chunk_settle (chunk, &added))
    return;
  pdk_tally_add_to_day (tally, &added);
  pdk_hour_merge (pdk_tally_obtain_hour (tally, added.start_sec), &added);
}

static void
forget_recent_chunk (PdkTally *tally)
{
  tally->recent_chunk = NULL;
  tally->recent_end_sec = G_MININT64;
}

static void
drop_oldest_chunk (PdkTally *tally)
{
  PdkTallyChunk *chunk = g_ptr_array_index (tally->chunks, 0);

  if (chunk == tally->recent_chunk)
    forget_recent_chunk (tally);
  if (g_ptr_array_remove_fast (tally->unsettled, chunk))
    settle (tally, chunk);
  tally->n_events -= chunk->n;
  tally->generation++;
  g_ptr_array_remove_index (tally->chunks, 0);
}

/* The chunk that @time_sec lies in, made if there is none. The one that was the newest until now is settled
 * and trimmed by whoever adds, so that counting need not. */
static PdkTallyChunk *
obtain_chunk (PdkTally *tally, gint64 time_sec)
{
  gint64 start_sec = pdk_tally_chunk_start (time_sec);
  guint i = pdk_tally_find_chunk (tally, start_sec);
  PdkTallyChunk *chunk;
  guint32 n_expected = 0;

  if (i < tally->chunks->len)
    {
      chunk = g_ptr_array_index (tally->chunks, i);
      if (chunk->start_sec == start_sec)
        return chunk;
    }
  else if (i > 0)
    {
      PdkTallyChunk *former = g_ptr_array_index (tally->chunks, i - 1);

      pdk_tally_chunk_trim (former);
      if (g_ptr_array_remove_fast (tally->unsettled, former))
        settle (tally, former);
      pdk_tally_save_chunk (tally, former);
      /* Mostly, a quarter of an hour is like the one before. */
      n_expected = former->n;
    }

  chunk = pdk_tally_chunk_new (start_sec, n_expected);
  g_ptr_array_insert (tally->chunks, i, chunk);
  return chunk;
}

/* Makes the chunk that @time_sec lies in the recent one. */
static void
enter_chunk (PdkTally *tally, gint64 time_sec)
{
  PdkTallyChunk *chunk = obtain_chunk (tally, time_sec);

  if (chunk->n == chunk->n_settled)
    g_ptr_array_add (tally->unsettled, chunk);
  if (chunk != g_ptr_array_index (tally->chunks, tally->chunks->len - 1))
    tally->generation++;
  tally->has_unsaved = TRUE;
  tally->recent_chunk = chunk;
  /* Events whose time has not come, and hours that will soon be without their chunks, are not for it alone.
   */
  tally->recent_end_sec =
      chunk->start_sec - 3600 >= tally->now_sec - OLD_HOURS_SEC
          ? MIN (chunk->start_sec + PDK_TALLY_CHUNK_SEC, tally->now_sec + PDK_TALLY_MAX_AHEAD_SEC + 1)
          : G_MININT64;
}

static void
add_to_chunks (PdkTally *tally, gint64 time_sec, PdkRequestKind kind, guint status, gint64 latency_nsec)
{
  while (tally->n_events >= tally->max_events)
    {
      const PdkTallyChunk *oldest = g_ptr_array_index (tally->chunks, 0);

      tally->n_dropped += oldest->n;
      tally->dropped_until_sec = MAX (tally->dropped_until_sec, oldest->start_sec + PDK_TALLY_CHUNK_SEC);
      drop_oldest_chunk (tally);
    }
  if (tally->recent_chunk == NULL || pdk_tally_chunk_start (time_sec) != tally->recent_chunk->start_sec)
    enter_chunk (tally, time_sec);
  pdk_tally_chunk_add (tally->recent_chunk, time_sec, kind, status, latency_nsec);
  tally->n_events++;
}

/* An event that is older than any chunk. */
static void
add_to_sums (PdkTally *tally, gint64 time_sec, PdkRequestKind kind, guint status, gint64 latency_nsec)
{
  if (time_sec >= tally->now_sec - (KEEP_DAYS + 1) * PDK_SECONDS_PER_DAY)
    pdk_day_series_add (tally->days, pdk_log_clock_day (tally->clock, time_sec), kind, status);
  if (time_sec >= tally->now_sec - KEEP_HOURS_SEC)
    pdk_hour_add_request (pdk_tally_obtain_hour (tally, pdk_log_clock_hour (tally->clock, time_sec)), kind,
                          status, pdk_tally_to_kept_msec (latency_nsec));
}

/* What no chunk holds, or not for much longer, is summed up apart for whoever keeps a history. */
static void
add_to_old_hours (PdkTally *tally, gint64 time_sec, PdkRequestKind kind, guint status, gint64 latency_nsec)
{
  gint64 hour_sec = pdk_log_clock_hour (tally->clock, time_sec);

  if (hour_sec < tally->now_sec - OLD_HOURS_SEC)
    pdk_hour_add_request (pdk_hour_obtain (tally->old_hours, hour_sec), kind, status,
                          pdk_tally_to_kept_msec (latency_nsec));
}

/* pdk_tally_settle: brings all chunks into order, and all sums up to date */
void
pdk_tally_settle (PdkTally *tally)
{
  forget_recent_chunk (tally);
  for (guint i = 0; i < tally->unsettled->len; i++)
    {
      PdkTallyChunk *chunk = g_ptr_array_index (tally->unsettled, i);

      settle (tally, chunk);
      if (chunk != g_ptr_array_index (tally->chunks, tally->chunks->len - 1))
        pdk_tally_chunk_trim (chunk);
    }
  g_ptr_array_set_size (tally->unsettled, 0);
}

/**
 * pdk_tally_new:
 * @zone: (nullable): the zone whose days are counted; %NULL for the local one
 * @now_sec: Unix seconds
 *
 * Returns: (transfer full): an empty tally
 */
PdkTally *
pdk_tally_new (GTimeZone *zone, gint64 now_sec)
{
  PdkTally *tally = g_new0 (PdkTally, 1);

  tally->clock = pdk_log_clock_new (zone);
  tally->now_sec = now_sec;
  tally->first_known_sec = G_MAXINT64;
  tally->max_events = PDK_TALLY_MAX_EVENTS;
  tally->generation = 1;
  tally->hours_generation = 1;
  tally->recent_end_sec = G_MININT64;
  tally->unsettled = g_ptr_array_new ();
  tally->chunks = g_ptr_array_new_with_free_func ((GDestroyNotify) pdk_tally_chunk_free);
  tally->days = pdk_day_series_new ();
  /* Only what is used of it is memory. To grow by moving costs an interrupt of every processor. */
  tally->hours = g_array_sized_new (FALSE, FALSE, sizeof (PdkHour), KEEP_HOURS_SEC / 3600 + 2);
  tally->future = g_array_new (FALSE, FALSE, sizeof (FutureEvent));
  tally->old_hours = g_array_sized_new (FALSE, FALSE, sizeof (PdkHour), KEEP_HOURS_SEC / 3600 + 2);
  tally->ranges = g_array_new (FALSE, FALSE, sizeof (PdkLatencyRange));
  tally->edges = g_array_new (FALSE, FALSE, sizeof (PdkLatency));
  return tally;
}

/**
 * pdk_tally_free:
 * @tally: (nullable) (transfer full): what to free
 */
void
pdk_tally_free (PdkTally *tally)
{
  if (tally == NULL)
    return;
  pdk_log_clock_free (tally->clock);
  g_ptr_array_unref (tally->chunks);
  g_ptr_array_unref (tally->unsettled);
  g_clear_pointer (&tally->month.days, g_array_unref);
  pdk_day_series_free (tally->days);
  g_array_unref (tally->hours);
  g_array_unref (tally->future);
  g_array_unref (tally->old_hours);
  g_array_unref (tally->ranges);
  g_array_unref (tally->edges);
  for (guint i = 0; i < PDK_TALLY_N_WINDOWS; i++)
    pdk_tally_memo_clear (&tally->memos[i]);
  g_free (tally);
}

/**
 * pdk_tally_set_max_events:
 * @tally: a tally without events
 * @max_events: at least 1; %PDK_TALLY_MAX_EVENTS at first
 *
 * Bounds the events that are kept. Beyond it, the oldest quarter of an hour that has any is forgotten, and
 * counted by pdk_tally_get_n_dropped(); the sums of days do not change. The bound that holds takes a hundred
 * megabytes and more to reach, so tests set a lower one.
 */
void
pdk_tally_set_max_events (PdkTally *tally, gsize max_events)
{
  tally->max_events = MAX (max_events, 1);
}

/**
 * pdk_tally_expire:
 * @tally: the tally
 * @now_sec: Unix seconds
 *
 * Moves the tally's "now": forgets what no window can reach any more, and takes in what was in the future.
 * Call it before adding and before counting. When a clock is set back by far, what was forgotten is not found
 * again: make another tally, and read the logs again.
 */
void
pdk_tally_expire (PdkTally *tally, gint64 now_sec)
{
  pdk_tally_settle (tally);
  tally->now_sec = now_sec;
  pdk_day_series_drop_before (tally->days, pdk_log_clock_day (tally->clock, now_sec) - KEEP_DAYS);
  pdk_tally_expire_hours (tally);
  while (tally->chunks->len > 0)
    {
      const PdkTallyChunk *oldest = g_ptr_array_index (tally->chunks, 0);

      if (oldest->start_sec + PDK_TALLY_CHUNK_SEC > now_sec - KEEP_EVENTS_DAYS * PDK_SECONDS_PER_DAY)
        break;
      drop_oldest_chunk (tally);
    }
  if (tally->dropped_until_sec <= now_sec - KEEP_EVENTS_DAYS * PDK_SECONDS_PER_DAY)
    tally->n_dropped = 0;

  if (tally->future->len > 0)
    pdk_tally_release_future (tally);
}

/**
 * pdk_tally_note_day:
 * @tally: the tally
 * @time_sec: Unix seconds
 *
 * Tells that a log has a line, of whatever kind, of that time: from its day on, a day without requests had
 * none.
 */
void
pdk_tally_note_day (PdkTally *tally, gint64 time_sec)
{
  tally->first_known_sec = MIN (tally->first_known_sec, time_sec);
}

/**
 * pdk_tally_add:
 * @tally: the tally
 * @time_sec: when the request ended, Unix seconds
 * @kind: what was asked for; %PDK_REQUEST_NONE only notes the day
 * @status: HTTP status
 * @latency_nsec: how long it took, not negative
 *
 * Adds one event. One that is more than %PDK_TALLY_MAX_AHEAD_SEC ahead of now waits for its time; at most
 * %PDK_TALLY_MAX_FUTURE do.
 */
void
pdk_tally_add (PdkTally *tally, gint64 time_sec, PdkRequestKind kind, guint status, gint64 latency_nsec)
{
  tally->first_known_sec = MIN (tally->first_known_sec, time_sec);
  if (kind == PDK_REQUEST_NONE)
    return;

  /* Nearly all of a log follows the line before. */
  if (time_sec < tally->recent_end_sec && time_sec >= tally->recent_chunk->start_sec &&
      tally->n_events < tally->max_events)
    {
      pdk_tally_chunk_add (tally->recent_chunk, time_sec, kind, status, latency_nsec);
      tally->n_events++;
      return;
    }
  if (time_sec > tally->now_sec + PDK_TALLY_MAX_AHEAD_SEC)
    {
      pdk_tally_add_to_future (tally, time_sec, kind, status, latency_nsec);
      return;
    }
  if (time_sec < tally->now_sec - OLD_HOURS_SEC)
    add_to_old_hours (tally, time_sec, kind, status, latency_nsec);
  if (time_sec >= tally->now_sec - KEEP_EVENTS_DAYS * PDK_SECONDS_PER_DAY)
    add_to_chunks (tally, time_sec, kind, status, latency_nsec);
  else
    add_to_sums (tally, time_sec, kind, status, latency_nsec);
}

/**
 * pdk_tally_get_window:
 * @tally: the tally
 * @window: which window
 * @now_sec: Unix seconds
 * @start_exclusive: (out): its start for pdk_tally_count()
 * @end_inclusive: (out): its end for pdk_tally_count()
 */
void
pdk_tally_get_window (
    PdkTally *tally, PdkWindow window, gint64 now_sec, gint64 *start_exclusive, gint64 *end_inclusive)
{
  gint64 day_start, day_end;

  *end_inclusive = now_sec + PDK_TALLY_MAX_AHEAD_SEC;
  switch (window)
    {
    case PDK_WINDOW_TODAY:
      pdk_log_clock_day_bounds (tally->clock, now_sec, &day_start, &day_end);
      *start_exclusive = day_start - 1;
      *end_inclusive = MIN (*end_inclusive, day_end - 1);
      break;
    case PDK_WINDOW_5H:
      *start_exclusive = now_sec - 5 * 3600;
      break;
    case PDK_WINDOW_1D:
      *start_exclusive = now_sec - PDK_SECONDS_PER_DAY;
      break;
    case PDK_WINDOW_7D:
      *start_exclusive = now_sec - 7 * PDK_SECONDS_PER_DAY;
      break;
    case PDK_WINDOW_30D:
      pdk_log_clock_day_bounds (tally->clock, now_sec, &day_start, &day_end);
      /* Noon is in the day, whatever the clocks did since. */
      pdk_log_clock_day_bounds (tally->clock,
                                day_start - (PDK_TALLY_SERIES_DAYS - 1) * PDK_SECONDS_PER_DAY +
                                    PDK_SECONDS_PER_DAY / 2,
                                &day_start, &day_end);
      *start_exclusive = day_start - 1;
      break;
    default:
      g_assert_not_reached ();
    }
}

/**
 * pdk_tally_get_days:
 * @tally: the tally
 * @now_sec: Unix seconds
 *
 * The trailing %PDK_TALLY_SERIES_DAYS local days up to today, oldest first. A day without requests is there
 * with zeros; days from before any log are left out.
 *
 * Returns: (transfer full) (element-type PdkDaySums): the days, none if no log is known
 */
GArray *
pdk_tally_get_days (PdkTally *tally, gint64 now_sec)
{
  guint32 today = pdk_log_clock_day (tally->clock, now_sec);
  guint32 first_known = today + 1;

  pdk_tally_settle (tally);
  if (tally->first_known_sec <= now_sec + PDK_TALLY_MAX_AHEAD_SEC)
    first_known = pdk_log_clock_day (tally->clock, tally->first_known_sec);
  /* The first hour, if it was counted in another zone, may begin on the day before its first event. */
  first_known = MIN (first_known, pdk_day_series_get_first (tally->days));
  return pdk_day_series_get (tally->days, MAX (first_known, today - (PDK_TALLY_SERIES_DAYS - 1)), today);
}

/**
 * pdk_tally_get_n_dropped:
 * @tally: the tally
 *
 * Returns: how many events were forgotten since they were too many; 0 again when no window would have them
 */
guint64
pdk_tally_get_n_dropped (PdkTally *tally)
{
  return tally->n_dropped;
}

/**
 * pdk_tally_get_size_bytes:
 * @tally: the tally
 *
 * That the memory is given back, and how much a request takes, cannot be seen in any count, so tests and the
 * bench ask here.
 *
 * Returns: the memory that events take
 */
gsize
pdk_tally_get_size_bytes (PdkTally *tally)
{
  gsize size = sizeof *tally + tally->future->len * sizeof (FutureEvent);

  for (guint i = 0; i < tally->chunks->len; i++)
    size += pdk_tally_chunk_get_size_bytes (g_ptr_array_index (tally->chunks, i)) + sizeof (gpointer);
  return size;
}
