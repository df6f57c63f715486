/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The request metrics: what a tally of the access log comes to in each window of time and on each day. Times
 * in seconds since the epoch. Any thread, one at a time per tally. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-log-facts.h"

#include <math.h>

#include "pdk-tally-past.h"

static void
set_count (PdkFacts *facts, const char *metric, const char *window, guint64 count)
{
  g_autofree char *name = g_strconcat (metric, "_", window, NULL);

  pdk_facts_set_metric (facts, name, (double) count, "requests", window);
}

/* To the microsecond, or the nanosecond where it takes no longer: what lies below is the noise of adding up.
 */
static void
set_latency (PdkFacts *facts, const char *metric, const char *window, double msec)
{
  g_autofree char *name = g_strconcat (metric, "_", window, NULL);
  double scale = msec < 1 ? 1e6 : 1e3;

  pdk_facts_set_metric (facts, name, round (msec * scale) / scale, "ms", window);
}

static void
describe_window (PdkFacts *facts, const char *window, const PdkTallyCounts *counts)
{
  set_count (facts, "requests", window, counts->requests);
  set_count (facts, "chat_requests", window, counts->chat);
  set_count (facts, "generate_requests", window, counts->generate);
  set_count (facts, "embed_requests", window, counts->embed);
  set_count (facts, "http_4xx", window, counts->http_4xx);
  set_count (facts, "http_5xx", window, counts->http_5xx);
  if (counts->requests == 0)
    return;
  set_latency (facts, "avg_latency_ms", window, counts->latency_sum_msec / (double) counts->requests);
  set_latency (facts, "p50_latency_ms", window, counts->p50_msec);
  set_latency (facts, "p95_latency_ms", window, counts->p95_msec);
}

/* The period before, where the log goes back so far. */
static void
describe_before (PdkTally *tally, PdkWindow window, const char *name, gint64 now_sec, PdkFacts *facts)
{
  guint64 requests;

  if (pdk_tally_count_before (tally, window, now_sec, &requests))
    set_count (facts, "requests_previous", name, requests);
}

static void
describe_hours (PdkTally *tally, gint64 now_sec, PdkFacts *facts)
{
  g_autoptr (GArray) hours = pdk_tally_get_hours (tally, now_sec);

  for (guint i = 0; i < hours->len; i++)
    {
      const PdkHour *hour = &g_array_index (hours, PdkHour, i);

      pdk_facts_append_hour (facts, "requests", hour->start_sec, (double) hour->requests);
      pdk_facts_append_hour (facts, "http_5xx", hour->start_sec, (double) hour->http_5xx);
      if (hour->requests == 0)
        continue;
      pdk_facts_append_hour (facts, "p50_latency_ms", hour->start_sec, pdk_hour_get_percentile (hour, 50));
      pdk_facts_append_hour (facts, "p95_latency_ms", hour->start_sec, pdk_hour_get_percentile (hour, 95));
    }
}

static void
describe_latency_of_days (PdkTally *tally, gint64 now_sec, PdkFacts *facts)
{
  const GArray *days = pdk_tally_get_hours_by_day (tally, now_sec);

  for (guint i = 0; i < days->len; i++)
    {
      const PdkHour *day = &g_array_index (days, PdkHour, i);
      guint32 julian = pdk_tally_get_day (tally, day->start_sec);

      if (day->requests == 0)
        continue;
      pdk_facts_append_day (facts, "p50_latency_ms", julian, pdk_hour_get_percentile (day, 50));
      pdk_facts_append_day (facts, "p95_latency_ms", julian, pdk_hour_get_percentile (day, 95));
    }
}

/**
 * pdk_log_facts_describe_days:
 * @tally: what was counted
 * @now_sec: the time that the series end at
 * @facts: where the daily series go
 */
void
pdk_log_facts_describe_days (PdkTally *tally, gint64 now_sec, PdkFacts *facts)
{
  g_autoptr (GArray) days = pdk_tally_get_days (tally, now_sec);

  for (guint i = 0; i < days->len; i++)
    {
      const PdkDaySums *day = &g_array_index (days, PdkDaySums, i);

      pdk_facts_append_day (facts, "requests", day->julian, day->requests);
      pdk_facts_append_day (facts, "chat", day->julian, day->chat);
      pdk_facts_append_day (facts, "generate", day->julian, day->generate);
      pdk_facts_append_day (facts, "embed", day->julian, day->embed);
      pdk_facts_append_day (facts, "http_4xx", day->julian, day->http_4xx);
      pdk_facts_append_day (facts, "http_5xx", day->julian, day->http_5xx);
    }
  describe_latency_of_days (tally, now_sec, facts);
}

/**
 * pdk_log_facts_describe:
 * @tally: what was counted
 * @now_sec: the time that the windows end at
 * @facts: where the metrics, daily and hourly series go
 */
void
pdk_log_facts_describe (PdkTally *tally, gint64 now_sec, PdkFacts *facts)
{
  for (PdkWindow window = 0; window <= PDK_WINDOW_30D; window++)
    {
      PdkTallyCounts counts = { 0 };
      gint64 start, end;

      if (window == PDK_WINDOW_30D)
        {
          if (!pdk_tally_count_month (tally, now_sec, &counts))
            continue;
        }
      else
        {
          pdk_tally_get_window (tally, window, now_sec, &start, &end);
          pdk_tally_count (tally, window, start, end, &counts);
        }
      describe_window (facts, pdk_window_get_id (window), &counts);
      describe_before (tally, window, pdk_window_get_id (window), now_sec, facts);
      if (window == PDK_WINDOW_1D)
        pdk_facts_set_metric (facts, "recent_requests", (double) counts.requests, "requests", "24h");
    }
  pdk_log_facts_describe_days (tally, now_sec, facts);
  describe_hours (tally, now_sec, facts);
}
