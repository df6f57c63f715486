/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "pdk-tally.h"

#include <stdlib.h>

/* Friday 20 November 2026, 12:00:00 UTC */
#define NOW G_GINT64_CONSTANT (1795176000)
#define HOUR 3600
#define DAY 86400
#define MSEC G_GINT64_CONSTANT (1000000)

static const int window_sec[] = { 0, 5 * HOUR, DAY, 7 * DAY };

static PdkTally *
tally_in (const char *zone_name, gint64 now)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier (zone_name);

  g_assert_nonnull (zone);
  return pdk_tally_new (zone, now);
}

static PdkTallyCounts
count (PdkTally *tally, PdkWindow window, gint64 now)
{
  PdkTallyCounts counts;
  gint64 start, end;

  pdk_tally_get_window (tally, window, now, &start, &end);
  pdk_tally_count (tally, start, end, &counts);
  return counts;
}

static void
add_chat (PdkTally *tally, gint64 time)
{
  pdk_tally_add (tally, time, PDK_REQUEST_CHAT, 200, MSEC);
}

static void
test_empty (void)
{
  g_autoptr (PdkTally) tally = tally_in ("UTC", NOW);
  g_autoptr (GArray) days = pdk_tally_get_days (tally, NOW);

  g_assert_cmpuint (count (tally, PDK_WINDOW_7D, NOW).requests, ==, 0);
  g_assert_cmpfloat (count (tally, PDK_WINDOW_7D, NOW).p50_msec, ==, 0);
  g_assert_cmpuint (days->len, ==, 0);
  pdk_tally_expire (tally, NOW + DAY);
}

static void
test_window_edges (void)
{
  for (PdkWindow window = PDK_WINDOW_5H; window <= PDK_WINDOW_7D; window++)
    {
      g_autoptr (PdkTally) tally = tally_in ("UTC", NOW);

      add_chat (tally, NOW - window_sec[window]);
      g_assert_cmpuint (count (tally, window, NOW).requests, ==, 0);
      add_chat (tally, NOW - window_sec[window] + 1);
      g_assert_cmpuint (count (tally, window, NOW).requests, ==, 1);
      add_chat (tally, NOW + 300);
      g_assert_cmpuint (count (tally, window, NOW).requests, ==, 2);
      add_chat (tally, NOW + 301);
      g_assert_cmpuint (count (tally, window, NOW).requests, ==, 2);
      g_assert_cmpuint (pdk_tally_get_n_future (tally), ==, 1);
    }
}

static void
test_today (void)
{
  /* Midnight in Tokyo was at 15:00 UTC. */
  gint64 midnight = NOW - 21 * HOUR;
  g_autoptr (PdkTally) tally = tally_in ("Asia/Tokyo", NOW);

  add_chat (tally, midnight - 1);
  g_assert_cmpuint (count (tally, PDK_WINDOW_TODAY, NOW).requests, ==, 0);
  add_chat (tally, midnight);
  g_assert_cmpuint (count (tally, PDK_WINDOW_TODAY, NOW).requests, ==, 1);
  add_chat (tally, NOW + 300);
  g_assert_cmpuint (count (tally, PDK_WINDOW_TODAY, NOW).requests, ==, 2);
  /* Just before midnight, what is a little ahead may be tomorrow's. */
  g_assert_cmpuint (count (tally, PDK_WINDOW_TODAY, midnight - 100).requests, ==, 1);
}

static void
test_future_is_caught_up (void)
{
  g_autoptr (PdkTally) tally = tally_in ("UTC", NOW);
  g_autoptr (GArray) before = NULL;
  g_autoptr (GArray) after = NULL;

  add_chat (tally, NOW + HOUR);
  add_chat (tally, NOW + 300 * DAY);
  before = pdk_tally_get_days (tally, NOW);
  g_assert_cmpuint (before->len, ==, 0);

  pdk_tally_expire (tally, NOW + HOUR - 301);
  g_assert_cmpuint (pdk_tally_get_n_future (tally), ==, 2);
  g_assert_cmpuint (count (tally, PDK_WINDOW_1D, NOW + HOUR - 301).requests, ==, 0);
  pdk_tally_expire (tally, NOW + HOUR - 300);
  g_assert_cmpuint (pdk_tally_get_n_future (tally), ==, 1);
  g_assert_cmpuint (count (tally, PDK_WINDOW_1D, NOW + HOUR - 300).requests, ==, 1);
  after = pdk_tally_get_days (tally, NOW + HOUR);
  g_assert_cmpuint (after->len, ==, 1);
  g_assert_cmpuint (g_array_index (after, PdkDaySums, 0).requests, ==, 1);
}

static void
test_future_is_bounded (void)
{
  g_autoptr (PdkTally) tally = tally_in ("UTC", NOW);

  for (guint i = 0; i < PDK_TALLY_MAX_FUTURE + 10; i++)
    add_chat (tally, NOW + 2 * DAY + i);
  g_assert_cmpuint (pdk_tally_get_n_future (tally), ==, PDK_TALLY_MAX_FUTURE);
  g_assert_cmpuint (pdk_tally_get_n_dropped (tally), ==, 10);
}

static void
test_days (void)
{
  g_autoptr (PdkTally) tally = tally_in ("Europe/Berlin", NOW);
  g_autoptr (GArray) days = NULL;
  g_autoptr (GArray) all = NULL;
  GDate today;

  pdk_tally_note_day (tally, NOW - 3 * DAY);
  pdk_tally_add (tally, NOW - DAY, PDK_REQUEST_EMBED, 500, MSEC);
  pdk_tally_add (tally, NOW - HOUR, PDK_REQUEST_NONE, 500, MSEC);
  /* 23:30 UTC is the next day in Berlin. */
  add_chat (tally, NOW - DAY + 11 * HOUR + HOUR / 2);
  days = pdk_tally_get_days (tally, NOW);
  g_date_set_dmy (&today, 20, 11, 2026);
  g_assert_cmpuint (days->len, ==, 4);
  g_assert_cmpuint (g_array_index (days, PdkDaySums, 3).julian, ==, g_date_get_julian (&today));
  g_assert_cmpuint (g_array_index (days, PdkDaySums, 0).requests, ==, 0);
  g_assert_cmpuint (g_array_index (days, PdkDaySums, 2).requests, ==, 1);
  g_assert_cmpuint (g_array_index (days, PdkDaySums, 2).embed, ==, 1);
  g_assert_cmpuint (g_array_index (days, PdkDaySums, 2).http_5xx, ==, 1);
  g_assert_cmpuint (g_array_index (days, PdkDaySums, 3).requests, ==, 1);
  g_assert_cmpuint (g_array_index (days, PdkDaySums, 3).chat, ==, 1);

  add_chat (tally, NOW - 29 * DAY);
  add_chat (tally, NOW - 30 * DAY);
  add_chat (tally, NOW - 1000 * DAY);
  all = pdk_tally_get_days (tally, NOW);
  g_assert_cmpuint (all->len, ==, 30);
  g_assert_cmpuint (g_array_index (all, PdkDaySums, 0).requests, ==, 1);
}

static void
test_expire (void)
{
  g_autoptr (PdkTally) tally = tally_in ("UTC", NOW);
  gsize empty = pdk_tally_get_size_bytes (tally);
  g_autoptr (GArray) days = NULL;

  for (gint64 time = NOW - 6 * DAY; time <= NOW; time += 60)
    add_chat (tally, time);
  g_assert_cmpuint (count (tally, PDK_WINDOW_7D, NOW).requests, ==, 6 * 1440 + 1);
  pdk_tally_expire (tally, NOW + 4 * DAY);
  g_assert_cmpuint (count (tally, PDK_WINDOW_7D, NOW + 4 * DAY).requests, ==, 3 * 1440);
  pdk_tally_expire (tally, NOW + 10 * DAY);
  g_assert_cmpuint (count (tally, PDK_WINDOW_7D, NOW + 10 * DAY).requests, ==, 0);
  g_assert_cmpuint (pdk_tally_get_size_bytes (tally), ==, empty);
  /* What only the days are for is not kept one by one. */
  add_chat (tally, NOW);
  g_assert_cmpuint (pdk_tally_get_size_bytes (tally), ==, empty);
  days = pdk_tally_get_days (tally, NOW + 10 * DAY);
  g_assert_cmpuint (days->len, ==, 17);
  g_assert_cmpuint (g_array_index (days, PdkDaySums, 1).requests, ==, 1440);
  g_assert_cmpuint (g_array_index (days, PdkDaySums, 6).requests, ==, 722);
}

static void
test_events_are_bounded (void)
{
  g_autoptr (PdkTally) tally = tally_in ("UTC", NOW);

  pdk_tally_set_max_events (tally, 100);
  for (guint i = 0; i < 150; i++)
    add_chat (tally, NOW - DAY + i * 60);
  g_assert_cmpuint (count (tally, PDK_WINDOW_7D, NOW).requests, ==, 150 - pdk_tally_get_n_dropped (tally));
  g_assert_cmpuint (count (tally, PDK_WINDOW_7D, NOW).requests, <=, 100);
  g_assert_cmpuint (count (tally, PDK_WINDOW_7D, NOW).requests, >=, 85);
  /* Even when all of them are of one second. */
  for (guint i = 0; i < 1000; i++)
    add_chat (tally, NOW);
  g_assert_cmpuint (count (tally, PDK_WINDOW_7D, NOW).requests, <=, 100);
}

typedef struct
{
  gint64 time;
  PdkRequestKind kind;
  guint status;
  gint64 latency_nsec;
} Event;

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double first = *(const double *) a, second = *(const double *) b;

  return (first > second) - (first < second);
}

/* Counts in the plainest way. */
static PdkTallyCounts
count_plainly (const Event *events, guint n, gint64 start, gint64 end)
{
  g_autofree double *latencies = g_new (double, n);
  PdkTallyCounts counts = { 0 };

  for (guint i = 0; i < n; i++)
    {
      const Event *event = &events[i];

      if (event->time <= start || event->time > end)
        continue;
      latencies[counts.requests++] = event->latency_nsec / 1e6;
      counts.chat += event->kind == PDK_REQUEST_CHAT;
      counts.generate += event->kind == PDK_REQUEST_GENERATE;
      counts.embed += event->kind == PDK_REQUEST_EMBED;
      counts.other += event->kind == PDK_REQUEST_OTHER;
      counts.http_4xx += event->status / 100 == 4;
      counts.http_5xx += event->status / 100 >= 5;
      counts.latency_sum_msec += event->latency_nsec / 1e6;
    }
  qsort (latencies, counts.requests, sizeof *latencies, compare_doubles);
  if (counts.requests > 0)
    {
      counts.p50_msec = latencies[(counts.requests + 1) / 2 - 1];
      counts.p95_msec = latencies[(counts.requests * 19 + 19) / 20 - 1];
    }
  return counts;
}

static void
assert_counts (const PdkTallyCounts *got, const PdkTallyCounts *expected)
{
  g_assert_cmpuint (got->requests, ==, expected->requests);
  g_assert_cmpuint (got->chat, ==, expected->chat);
  g_assert_cmpuint (got->generate, ==, expected->generate);
  g_assert_cmpuint (got->embed, ==, expected->embed);
  g_assert_cmpuint (got->other, ==, expected->other);
  g_assert_cmpuint (got->http_4xx, ==, expected->http_4xx);
  g_assert_cmpuint (got->http_5xx, ==, expected->http_5xx);
  g_assert_cmpfloat_with_epsilon (got->latency_sum_msec, expected->latency_sum_msec,
                                  1e-9 + 1e-6 * expected->latency_sum_msec);
  g_assert_cmpfloat_with_epsilon (got->p50_msec, expected->p50_msec, 1e-9 + 1e-6 * expected->p50_msec);
  g_assert_cmpfloat_with_epsilon (got->p95_msec, expected->p95_msec, 1e-9 + 1e-6 * expected->p95_msec);
}

/* Events in no order, counted again and again while they come, against a plain count. */
static void
test_against_plain_count (void)
{
  static const guint statuses[] = { 200, 200, 200, 399, 400, 404, 499, 500, 503, 600 };
  g_autoptr (GRand) rand = g_rand_new_with_seed (3);

  for (guint round = 0; round < 30; round++)
    {
      guint n = round < 5 ? round : (guint) g_rand_int_range (rand, 5, 3000);
      gint32 spread = round % 2 != 0 ? 8 * DAY : 4000;
      g_autofree Event *events = g_new0 (Event, n + 1);
      g_autoptr (PdkTally) tally = tally_in ("UTC", NOW);

      for (guint i = 0; i < n; i++)
        {
          events[i].time = NOW - g_rand_int_range (rand, -300, spread);
          events[i].kind = g_rand_int_range (rand, PDK_REQUEST_CHAT, PDK_REQUEST_N_KINDS);
          events[i].status = statuses[g_rand_int_range (rand, 0, G_N_ELEMENTS (statuses))];
          events[i].latency_nsec = g_rand_double (rand) * g_rand_double (rand) * 6e10;
          pdk_tally_add (tally, events[i].time, events[i].kind, events[i].status, events[i].latency_nsec);

          if (i % 500 == 0 || i + 1 == n)
            {
              gint64 start = NOW - g_rand_int_range (rand, 0, spread);
              gint64 end = start + g_rand_int_range (rand, 0, spread);
              PdkTallyCounts got, expected = count_plainly (events, i + 1, start, end);

              pdk_tally_count (tally, start, end, &got);
              assert_counts (&got, &expected);
              expected = count_plainly (events, i + 1, NOW - 7 * DAY, NOW + 300);
              got = count (tally, PDK_WINDOW_7D, NOW);
              assert_counts (&got, &expected);
            }
        }
    }
}

static void
test_memory (void)
{
  g_autoptr (PdkTally) tally = tally_in ("UTC", NOW);
  const guint n = 700000;

  for (guint i = 0; i < n; i++)
    pdk_tally_add (tally, NOW - 7 * DAY + (gint64) i * 7 * DAY / n, PDK_REQUEST_CHAT, 200, i);
  g_assert_cmpuint (pdk_tally_get_size_bytes (tally), <, 5 * 1000 * 1000);
  g_assert_cmpuint (count (tally, PDK_WINDOW_7D, NOW).requests, >, n - 10);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tally/empty", test_empty);
  g_test_add_func ("/tally/window-edges", test_window_edges);
  g_test_add_func ("/tally/today", test_today);
  g_test_add_func ("/tally/future-is-caught-up", test_future_is_caught_up);
  g_test_add_func ("/tally/future-is-bounded", test_future_is_bounded);
  g_test_add_func ("/tally/days", test_days);
  g_test_add_func ("/tally/expire", test_expire);
  g_test_add_func ("/tally/events-are-bounded", test_events_are_bounded);
  g_test_add_func ("/tally/against-plain-count", test_against_plain_count);
  g_test_add_func ("/tally/memory", test_memory);
  return g_test_run ();
}
