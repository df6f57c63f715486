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
  pdk_tally_count (tally, window, start, end, &counts);
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
  g_test_add_func ("/tally/memory", test_memory);
  return g_test_run ();
}
