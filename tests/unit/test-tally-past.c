/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "pdk-tally-past.h"

#include "pdk-tally-archive.h"

/* Friday 20 November 2026, 12:30:00 UTC */
#define NOW G_GINT64_CONSTANT (1795177800)
#define HOUR 3600
#define DAY 86400
#define MSEC G_GINT64_CONSTANT (1000000)

static PdkTally *
tally_in (const char *zone_name)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier (zone_name);

  g_assert_nonnull (zone);
  return pdk_tally_new (zone, NOW);
}

static void
add (PdkTally *tally, gint64 time_sec)
{
  pdk_tally_add (tally, time_sec, PDK_REQUEST_CHAT, 200, 100 * MSEC);
}

static gint64
before (PdkTally *tally, PdkWindow window)
{
  guint64 requests;

  return pdk_tally_count_before (tally, window, NOW, &requests) ? (gint64) requests : -1;
}

static void
test_before (void)
{
  static const struct
  {
    PdkWindow window;
    gint64 first, last; /* the seconds of the period before */
  } cases[] = {
    /* Midnight was twelve and a half hours ago. */
    { PDK_WINDOW_TODAY, NOW - 36 * HOUR - HOUR / 2, NOW - DAY },
    { PDK_WINDOW_5H, NOW - 10 * HOUR + 1, NOW - 5 * HOUR },
    { PDK_WINDOW_1D, NOW - 2 * DAY + 1, NOW - DAY },
    { PDK_WINDOW_7D, NOW - 14 * DAY - HOUR / 2, NOW - 7 * DAY - HOUR / 2 - 1 },
    { PDK_WINDOW_30D, NOW - 59 * DAY - 12 * HOUR - HOUR / 2, NOW - 29 * DAY - 12 * HOUR - HOUR / 2 - 1 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (PdkTally) tally = tally_in ("UTC");

      add (tally, cases[i].first);
      add (tally, cases[i].last);
      add (tally, cases[i].last + 1);
      /* It may have begun before the first of these. */
      g_assert_cmpint (before (tally, cases[i].window), ==,
                       -1 + 3 * (cases[i].window == PDK_WINDOW_TODAY || cases[i].window == PDK_WINDOW_7D));
      add (tally, cases[i].first - DAY);
      g_assert_cmpint (before (tally, cases[i].window), ==, 2);
    }
}

static void
test_before_nothing (void)
{
  g_autoptr (PdkTally) tally = tally_in ("UTC");

  for (PdkWindow window = PDK_WINDOW_TODAY; window <= PDK_WINDOW_30D; window++)
    g_assert_cmpint (before (tally, window), ==, -1);
  pdk_tally_note_day (tally, NOW - 62 * DAY);
  for (PdkWindow window = PDK_WINDOW_TODAY; window <= PDK_WINDOW_30D; window++)
    g_assert_cmpint (before (tally, window), ==, 0);
}

/* What was forgotten is not taken for nothing. */
static void
test_before_dropped (void)
{
  g_autoptr (PdkTally) tally = tally_in ("UTC");

  pdk_tally_set_max_events (tally, 2);
  pdk_tally_note_day (tally, NOW - 20 * DAY);
  for (gint64 time_sec = NOW - 9 * HOUR; time_sec < NOW; time_sec += HOUR)
    add (tally, time_sec);
  g_assert_cmpint (before (tally, PDK_WINDOW_5H), ==, -1);
  g_assert_cmpint (before (tally, PDK_WINDOW_7D), ==, 0);
}

static void
test_month (void)
{
  g_autoptr (PdkTally) tally = tally_in ("UTC");
  gint64 first = NOW - 29 * DAY - 12 * HOUR - HOUR / 2;
  PdkTallyCounts counts;

  g_assert_false (pdk_tally_count_month (tally, NOW, &counts));
  add (tally, first - 1);
  g_assert_true (pdk_tally_count_month (tally, NOW, &counts));
  g_assert_cmpuint (counts.requests, ==, 0);
  g_assert_cmpfloat (counts.p95_msec, ==, 0);

  add (tally, first);
  pdk_tally_add (tally, NOW - 3 * DAY, PDK_REQUEST_EMBED, 404, 100 * MSEC);
  pdk_tally_add (tally, NOW, PDK_REQUEST_GENERATE, 500, 4000 * MSEC);
  g_assert_true (pdk_tally_count_month (tally, NOW, &counts));
  g_assert_cmpuint (counts.requests, ==, 3);
  g_assert_cmpuint (counts.chat, ==, 1);
  g_assert_cmpuint (counts.embed, ==, 1);
  g_assert_cmpuint (counts.generate, ==, 1);
  g_assert_cmpuint (counts.http_4xx, ==, 1);
  g_assert_cmpuint (counts.http_5xx, ==, 1);
  g_assert_cmpfloat (counts.latency_sum_msec, ==, 4200);
  g_assert_cmpfloat_with_epsilon (counts.p50_msec, 100, 100 / 8.0);
  g_assert_cmpfloat_with_epsilon (counts.p95_msec, 4000, 4000 / 8.0);
}

/* Hours are those of the wall clock, which is half an hour off here. */
static void
test_hours (void)
{
  g_autoptr (PdkTally) tally = tally_in ("Asia/Kolkata");
  g_autoptr (GArray) few = NULL;
  g_autoptr (GArray) all = NULL;
  const PdkHour *hour;

  add (tally, NOW - 3 * HOUR - 1);
  add (tally, NOW - 3 * HOUR);
  add (tally, NOW);
  few = pdk_tally_get_hours (tally, NOW);
  g_assert_cmpuint (few->len, ==, 5);
  hour = &g_array_index (few, PdkHour, 0);
  g_assert_cmpint (hour->start_sec, ==, NOW - 4 * HOUR);
  g_assert_cmpuint (hour->requests, ==, 1);
  g_assert_cmpuint (g_array_index (few, PdkHour, 1).requests, ==, 1);
  g_assert_cmpuint (g_array_index (few, PdkHour, 2).requests, ==, 0);
  hour = &g_array_index (few, PdkHour, 4);
  g_assert_cmpint (hour->start_sec, ==, NOW);
  g_assert_cmpuint (hour->requests, ==, 1);

  pdk_tally_note_day (tally, NOW - 5 * DAY);
  all = pdk_tally_get_hours (tally, NOW);
  g_assert_cmpuint (all->len, ==, 25);
}

static void
test_by_day (void)
{
  g_autoptr (PdkTally) tally = tally_in ("UTC");
  const GArray *days;

  add (tally, NOW - 40 * DAY);
  add (tally, NOW - 2 * DAY);
  add (tally, NOW - 2 * DAY - HOUR);
  add (tally, NOW);
  days = pdk_tally_get_hours_by_day (tally, NOW);
  g_assert_cmpuint (days->len, ==, 2);
  g_assert_cmpuint (g_array_index (days, PdkHour, 0).requests, ==, 2);
  g_assert_cmpuint (pdk_tally_get_day (tally, g_array_index (days, PdkHour, 0).start_sec) + 2, ==,
                    pdk_tally_get_day (tally, g_array_index (days, PdkHour, 1).start_sec));
}

/* What 30 days come to is remembered, but follows each change: a request of now, one of long ago, one whose
 * time comes, a day that ends. */
static void
test_month_follows (void)
{
  g_autoptr (PdkTally) tally = tally_in ("UTC");
  PdkTallyCounts counts;

  add (tally, NOW - 29 * DAY);
  add (tally, NOW - 1);
  for (guint i = 0; i < 2; i++)
    {
      g_assert_true (pdk_tally_count_month (tally, NOW, &counts));
      g_assert_cmpuint (counts.requests, ==, 2);
    }
  add (tally, NOW - 1);
  add (tally, NOW - 20 * DAY);
  add (tally, NOW + HOUR);
  g_assert_true (pdk_tally_count_month (tally, NOW, &counts));
  g_assert_cmpuint (counts.requests, ==, 4);
  g_assert_cmpuint (pdk_tally_get_hours_by_day (tally, NOW)->len, ==, 3);

  pdk_tally_expire (tally, NOW + HOUR);
  g_assert_true (pdk_tally_count_month (tally, NOW + HOUR, &counts));
  g_assert_cmpuint (counts.requests, ==, 5);
  pdk_tally_expire (tally, NOW + DAY);
  g_assert_true (pdk_tally_count_month (tally, NOW + DAY, &counts));
  g_assert_cmpuint (counts.requests, ==, 4);
}

/* Hours that were kept stand for those that were counted, and old ones are let go. */
static void
test_load (void)
{
  g_autoptr (PdkTally) tally = tally_in ("UTC");
  g_autoptr (GArray) hours = g_array_new (FALSE, FALSE, sizeof (PdkHour));
  PdkTallyCounts counts;

  add (tally, NOW - HOUR);
  pdk_hour_add_request (pdk_hour_obtain (hours, NOW - 50 * DAY), PDK_REQUEST_CHAT, 200, 1);
  pdk_hour_add_request (pdk_hour_obtain (hours, NOW - 20 * DAY), PDK_REQUEST_CHAT, 200, 1);
  pdk_hour_add_request (pdk_hour_obtain (hours, NOW - 20 * DAY), PDK_REQUEST_CHAT, 200, 1);
  pdk_tally_load_days (tally, hours);
  pdk_tally_note_day (tally, NOW - 61 * DAY);
  g_assert_true (pdk_tally_count_month (tally, NOW, &counts));
  g_assert_cmpuint (counts.requests, ==, 2);
  g_assert_cmpint (before (tally, PDK_WINDOW_30D), ==, 1);
  pdk_tally_expire (tally, NOW + 20 * DAY);
  g_assert_true (pdk_tally_count_month (tally, NOW + 20 * DAY, &counts));
  g_assert_cmpuint (counts.requests, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tally-past/before", test_before);
  g_test_add_func ("/tally-past/before-nothing", test_before_nothing);
  g_test_add_func ("/tally-past/before-dropped", test_before_dropped);
  g_test_add_func ("/tally-past/month", test_month);
  g_test_add_func ("/tally-past/hours", test_hours);
  g_test_add_func ("/tally-past/by-day", test_by_day);
  g_test_add_func ("/tally-past/month-follows", test_month_follows);
  g_test_add_func ("/tally-past/load", test_load);
  return g_test_run ();
}
