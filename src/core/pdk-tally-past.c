/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a tally says of hours, of 30 days, and of the periods before its windows. Single requests are kept for
 * eight days, so all that is older comes from sums by the hour, whose latencies stand in buckets, and by the
 * day. They are kept up to date by pdk_tally_settle(). What the many hours of 30 days come to is only made
 * anew when one of them has changed. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-tally-past.h"

#include "pdk-tally-private.h"

#define HOUR_SEC 3600

static const PdkHour *
get_hour (const PdkTally *tally, guint i)
{
  return &g_array_index (tally->hours, PdkHour, i);
}

/* pdk_tally_obtain_hour: Returns: (transfer none): the sums of the hour that begins at @hour_sec, for adding
 */
PdkHour *
pdk_tally_obtain_hour (PdkTally *tally, gint64 hour_sec)
{
  tally->hours_generation++;
  return pdk_hour_obtain (tally->hours, hour_sec);
}

/* pdk_tally_load_hours: replaces what is known of hours by @hours, those of more days than are kept */
void
pdk_tally_load_hours (PdkTally *tally, const GArray *hours)
{
  g_array_set_size (tally->hours, 0);
  g_array_append_vals (tally->hours, hours->data, hours->len);
  tally->hours_generation++;
  pdk_tally_expire_hours (tally);
}

/* pdk_tally_expire_hours: forgets hours that nobody can ask for any more */
void
pdk_tally_expire_hours (PdkTally *tally)
{
  guint n = pdk_hour_find (tally->hours, tally->now_sec - KEEP_HOURS_SEC);

  if (n == 0)
    return;
  g_array_remove_range (tally->hours, 0, n);
  tally->hours_generation++;
}

/* Whether every request after @start_exclusive was counted, and is still there one by one. */
static gboolean
is_covered (const PdkTally *tally, gint64 start_exclusive)
{
  return tally->first_known_sec <= start_exclusive &&
         (tally->n_dropped == 0 || tally->dropped_until_sec <= start_exclusive);
}

static guint64
count_in_chunks (PdkTally *tally, gint64 start_exclusive, gint64 end_inclusive)
{
  guint64 n = 0;

  for (guint i = pdk_tally_find_chunk (tally, pdk_tally_chunk_start (start_exclusive));
       i < tally->chunks->len; i++)
    {
      const PdkTallyChunk *chunk = g_ptr_array_index (tally->chunks, i);

      if (chunk->start_sec > end_inclusive)
        break;
      n += pdk_tally_chunk_is_within (chunk, start_exclusive, end_inclusive)
               ? chunk->n
               : pdk_tally_chunk_count_requests (chunk, start_exclusive, end_inclusive);
    }
  return n;
}

static guint64
count_in_hours (const PdkTally *tally, gint64 first_sec, gint64 end_sec)
{
  guint64 requests = 0;

  for (guint i = pdk_hour_find (tally->hours, first_sec); i < tally->hours->len; i++)
    {
      if (get_hour (tally, i)->start_sec >= end_sec)
        break;
      requests += get_hour (tally, i)->requests;
    }
  return requests;
}

/* Yesterday, until the time that it is today. */
static gboolean
count_yesterday (PdkTally *tally, gint64 now_sec, guint64 *requests)
{
  gint64 today_sec, yesterday_sec, end_sec;

  pdk_log_clock_day_bounds (tally->clock, now_sec, &today_sec, &end_sec);
  pdk_log_clock_day_bounds (tally->clock, today_sec - 1, &yesterday_sec, &end_sec);
  if (!is_covered (tally, yesterday_sec))
    return FALSE;
  *requests =
      count_in_chunks (tally, yesterday_sec - 1, MIN (yesterday_sec + (now_sec - today_sec), today_sec - 1));
  return TRUE;
}

static gboolean
count_week_before (PdkTally *tally, gint64 now_sec, guint64 *requests)
{
  gint64 first_sec = pdk_log_clock_hour (tally->clock, now_sec - 14 * PDK_SECONDS_PER_DAY);
  gint64 end_sec = pdk_log_clock_hour (tally->clock, now_sec - 7 * PDK_SECONDS_PER_DAY);

  if (tally->first_known_sec > first_sec)
    return FALSE;
  *requests = count_in_hours (tally, first_sec, end_sec);
  return TRUE;
}

static gboolean
count_month_before (PdkTally *tally, gint64 now_sec, guint64 *requests)
{
  guint32 last = pdk_log_clock_day (tally->clock, now_sec) - PDK_TALLY_SERIES_DAYS;
  guint32 first = last - (PDK_TALLY_SERIES_DAYS - 1);
  g_autoptr (GArray) days = NULL;

  if (tally->first_known_sec > now_sec || pdk_log_clock_day (tally->clock, tally->first_known_sec) >= first)
    return FALSE;
  days = pdk_day_series_get (tally->days, first, last);
  *requests = 0;
  for (guint i = 0; i < days->len; i++)
    *requests += g_array_index (days, PdkDaySums, i).requests;
  return TRUE;
}

/**
 * pdk_tally_count_before:
 * @tally: the tally
 * @window: which window
 * @now_sec: Unix seconds
 * @requests: (out): how many requests there were in the period before the window
 *
 * The period before today is yesterday until the same time of day; before 5 hours, a day and 30 days it is as
 * long as they are. The seven days before are counted in whole hours, up to the one that the window begins
 * in.
 *
 * Returns: whether all of that period is known; if not, @requests is not set
 */
gboolean
pdk_tally_count_before (PdkTally *tally, PdkWindow window, gint64 now_sec, guint64 *requests)
{
  gint64 length_sec = window == PDK_WINDOW_5H ? 5 * HOUR_SEC : PDK_SECONDS_PER_DAY;

  pdk_tally_settle (tally);
  switch (window)
    {
    case PDK_WINDOW_TODAY:
      return count_yesterday (tally, now_sec, requests);
    case PDK_WINDOW_5H:
    case PDK_WINDOW_1D:
      if (!is_covered (tally, now_sec - 2 * length_sec))
        return FALSE;
      *requests = count_in_chunks (tally, now_sec - 2 * length_sec, now_sec - length_sec);
      return TRUE;
    case PDK_WINDOW_7D:
      return count_week_before (tally, now_sec, requests);
    case PDK_WINDOW_30D:
      return count_month_before (tally, now_sec, requests);
    default:
      g_assert_not_reached ();
    }
}

static void
set_counts (PdkTallyCounts *counts, const PdkHour *all)
{
  counts->requests = all->requests;
  counts->chat = all->n_by_kind[PDK_REQUEST_CHAT];
  counts->generate = all->n_by_kind[PDK_REQUEST_GENERATE];
  counts->embed = all->n_by_kind[PDK_REQUEST_EMBED];
  counts->other = all->n_by_kind[PDK_REQUEST_OTHER];
  counts->http_4xx = all->http_4xx;
  counts->http_5xx = all->http_5xx;
  counts->latency_sum_msec = all->latency_msec;
  counts->p50_msec = MAX (pdk_hour_get_percentile (all, 50), 0);
  counts->p95_msec = MAX (pdk_hour_get_percentile (all, 95), 0);
}

/* The index of the first hour that no window of @now_sec reaches. */
static guint
find_end (const PdkTally *tally, gint64 end_inclusive)
{
  guint i = tally->hours->len;

  while (i > 0 && get_hour (tally, i - 1)->start_sec > end_inclusive)
    i--;
  return i;
}

/* Merges the hours of the days that are shown, unless it is known what they come to. */
static const PdkTallyMonth *
obtain_month (PdkTally *tally, gint64 now_sec)
{
  PdkTallyMonth *month = &tally->month;
  gint64 start, end;
  guint first, last;
  guint32 day = 0;
  PdkHour all = { 0 };

  pdk_tally_settle (tally);
  pdk_tally_get_window (tally, PDK_WINDOW_30D, now_sec, &start, &end);
  first = pdk_hour_find (tally->hours, start);
  last = find_end (tally, end);
  if (month->generation == tally->hours_generation && month->first == first && month->last == last)
    return month;

  g_clear_pointer (&month->days, g_array_unref);
  *month = (PdkTallyMonth){ tally->hours_generation, first, last, { 0 }, NULL };
  month->days = g_array_new (FALSE, FALSE, sizeof (PdkHour));
  for (guint i = first; i < last; i++)
    {
      const PdkHour *hour = get_hour (tally, i);

      if (pdk_log_clock_day (tally->clock, hour->start_sec) == day)
        pdk_hour_merge (&g_array_index (month->days, PdkHour, month->days->len - 1), hour);
      else
        g_array_append_val (month->days, *hour);
      day = pdk_log_clock_day (tally->clock, hour->start_sec);
    }
  for (guint i = 0; i < month->days->len; i++)
    pdk_hour_merge (&all, &g_array_index (month->days, PdkHour, i));
  set_counts (&month->counts, &all);
  return month;
}

/**
 * pdk_tally_count_month:
 * @tally: the tally
 * @now_sec: Unix seconds
 * @counts: (out caller-allocates): the sums of the trailing %PDK_TALLY_SERIES_DAYS local days up to today
 *
 * Percentiles are those of pdk_hour_get_percentile(): within an eighth.
 *
 * Returns: whether any of these days is known
 */
gboolean
pdk_tally_count_month (PdkTally *tally, gint64 now_sec, PdkTallyCounts *counts)
{
  *counts = (PdkTallyCounts){ 0 };
  if (tally->first_known_sec > now_sec + PDK_TALLY_MAX_AHEAD_SEC)
    return FALSE;
  *counts = obtain_month (tally, now_sec)->counts;
  return TRUE;
}

/**
 * pdk_tally_get_hours:
 * @tally: the tally
 * @now_sec: Unix seconds
 *
 * Returns: (transfer full) (element-type PdkHour): the hours of the wall clock that the last day lies in, the
 *   present one last; hours from before any log are left out
 */
GArray *
pdk_tally_get_hours (PdkTally *tally, gint64 now_sec)
{
  GArray *hours = g_array_new (FALSE, FALSE, sizeof (PdkHour));
  gint64 first_known = MAX (tally->first_known_sec, now_sec - PDK_SECONDS_PER_DAY);
  gint64 former = G_MININT64;

  pdk_tally_settle (tally);
  for (gint64 time_sec = now_sec - PDK_SECONDS_PER_DAY; time_sec <= now_sec; time_sec += HOUR_SEC)
    {
      PdkHour hour = { .start_sec = pdk_log_clock_hour (tally->clock, time_sec) };
      guint i = pdk_hour_find (tally->hours, hour.start_sec);

      /* Where clocks are set back by half an hour, an hour may come twice. */
      if (hour.start_sec == former || hour.start_sec + HOUR_SEC <= first_known)
        continue;
      former = hour.start_sec;
      if (i < tally->hours->len && get_hour (tally, i)->start_sec == hour.start_sec)
        hour = *get_hour (tally, i);
      g_array_append_val (hours, hour);
    }
  return hours;
}

/**
 * pdk_tally_get_hours_by_day:
 * @tally: the tally
 * @now_sec: Unix seconds
 *
 * Returns: (transfer none) (element-type PdkHour): the hours of each of the trailing
 *   %PDK_TALLY_SERIES_DAYS local days on which there were requests, merged; where one begins lies in its day.
 *   Valid until the tally is changed or asked again.
 */
const GArray *
pdk_tally_get_hours_by_day (PdkTally *tally, gint64 now_sec)
{
  return obtain_month (tally, now_sec)->days;
}

/** pdk_tally_get_day: Returns: the local day that @time_sec lies in, as GDate counts */
guint32
pdk_tally_get_day (PdkTally *tally, gint64 time_sec)
{
  return pdk_log_clock_day (tally->clock, time_sec);
}
