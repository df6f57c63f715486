/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "pdk-tally.h"

#include "pdk-tally-archive.h"
#include "pdk-tally-past.h"

/* Friday 20 November 2026, 12:00:00 UTC; and some time later, so that what is kept begins within hours. */
#define NOON G_GINT64_CONSTANT (1795176000)
#define NOW (NOON + 1234)
#define HOUR 3600
#define DAY 86400
#define MSEC G_GINT64_CONSTANT (1000000)

#define N_HOURS 40
#define MAX_EVENTS_OF_HOUR 900

/* The same events, added one by one and many at once. */
typedef struct
{
  PdkTally *single;
  PdkTally *run;
} Pair;

static PdkTally *
tally_in (const char *zone_name, gsize max_events)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier (zone_name);
  PdkTally *tally = pdk_tally_new (zone, NOW);

  pdk_tally_set_max_events (tally, max_events);
  return tally;
}

static PdkTallyCounts
count (PdkTally *tally, PdkWindow window)
{
  PdkTallyCounts counts;
  gint64 start, end;

  pdk_tally_get_window (tally, window, NOW, &start, &end);
  pdk_tally_count (tally, window, start, end, &counts);
  return counts;
}

static void
assert_same_hours (const Pair *pair)
{
  g_autoptr (GArray) expected = pdk_tally_get_hours (pair->single, NOW);
  g_autoptr (GArray) got = pdk_tally_get_hours (pair->run, NOW);

  g_assert_cmpmem (got->data, got->len * sizeof (PdkHour), expected->data, expected->len * sizeof (PdkHour));
}

static void
assert_same_days (const Pair *pair)
{
  g_autoptr (GArray) expected = pdk_tally_get_days (pair->single, NOW);
  g_autoptr (GArray) got = pdk_tally_get_days (pair->run, NOW);

  g_assert_cmpmem (got->data, got->len * sizeof (PdkDaySums), expected->data,
                   expected->len * sizeof (PdkDaySums));
}

/* What is kept of them besides: what is too old, what is in the future, and since when anything is known. */
static void
assert_same_rest (const Pair *pair)
{
  const GArray *expected_hours = pdk_tally_get_old_hours (pair->single);
  const GArray *hours = pdk_tally_get_old_hours (pair->run);
  g_autoptr (GVariant) expected = g_variant_ref_sink (pdk_tally_dup_rest (pair->single));
  g_autoptr (GVariant) got = g_variant_ref_sink (pdk_tally_dup_rest (pair->run));

  g_assert_cmpmem (hours->data, hours->len * sizeof (PdkHour), expected_hours->data,
                   expected_hours->len * sizeof (PdkHour));
  g_assert_cmpvariant (got, expected);
}

static void
assert_same (const Pair *pair)
{
  for (PdkWindow window = 0; window < PDK_TALLY_N_WINDOWS; window++)
    {
      PdkTallyCounts expected = count (pair->single, window);
      PdkTallyCounts got = count (pair->run, window);

      g_assert_cmpmem (&got, sizeof got, &expected, sizeof expected);
    }
  assert_same_days (pair);
  assert_same_hours (pair);
  assert_same_rest (pair);
  g_assert_cmpuint (pdk_tally_get_n_dropped (pair->run), ==, pdk_tally_get_n_dropped (pair->single));
}

static PdkLogEvent
random_event (guint second)
{
  static const guint16 statuses[] = { 200, 200, 200, 204, 399, 400, 404, 499, 500, 503 };

  return (PdkLogEvent){
    .latency_nsec = g_test_rand_int_range (0, 20000) * MSEC + g_test_rand_int_range (0, MSEC),
    .second = second,
    .status = statuses[g_test_rand_int_range (0, G_N_ELEMENTS (statuses))],
    .kind = g_test_rand_int_range (0, PDK_REQUEST_N_KINDS),
  };
}

/* An hour of a log, mostly in order. */
static void
add_hour (const Pair *pair, gint64 hour_sec)
{
  PdkLogEvent events[MAX_EVENTS_OF_HOUR];
  guint n = g_test_rand_int_range (1, MAX_EVENTS_OF_HOUR);
  guint first = g_test_rand_int_range (0, HOUR);

  for (guint i = 0; i < n; i++)
    {
      gboolean is_stray = g_test_rand_int_range (0, 50) == 0;
      guint second = is_stray ? (guint) g_test_rand_int_range (0, HOUR) : first + i * (HOUR - first) / n;

      events[i] = random_event (second);
      pdk_tally_add (pair->single, hour_sec + second, events[i].kind, events[i].status,
                     events[i].latency_nsec);
    }
  pdk_tally_add_run (pair->run, hour_sec, events, n);
}

/* Hours from before anything is kept to after now; some are missing, and some come again. */
static void
add_hours (const Pair *pair, gint64 first_sec)
{
  gint64 hour_sec = first_sec;

  for (guint i = 0; i < N_HOURS; i++)
    {
      add_hour (pair, hour_sec);
      assert_same_rest (pair);
      hour_sec += g_test_rand_int_range (0, 10) == 0 ? g_test_rand_int_range (-20, 20) * HOUR : HOUR;
      if (g_test_rand_int_range (0, 40) == 0)
        assert_same (pair);
    }
  assert_same (pair);
}

static void
check (const char *zone_name, gsize max_events)
{
  /* Events are kept for 8 days, hours for 31, and days for 62. */
  static const gint days[] = { 1, 3, 5, 7, 9, 10, 20, 31, 32, 61, 62, 63 };

  for (guint i = 0; i < G_N_ELEMENTS (days); i++)
    {
      Pair pair = { tally_in (zone_name, max_events), tally_in (zone_name, max_events) };

      add_hours (&pair, NOON - days[i] * DAY);
      pdk_tally_free (pair.single);
      pdk_tally_free (pair.run);
    }
}

static void
test_random (void)
{
  check ("UTC", PDK_TALLY_MAX_EVENTS);
  check ("America/New_York", PDK_TALLY_MAX_EVENTS); /* the clock was put back 19 days ago */
  check ("Asia/Kathmandu", PDK_TALLY_MAX_EVENTS);   /* hours begin at a quarter past those of the log */
}

static void
test_events_are_bounded (void)
{
  check ("UTC", 3000);
}

/* An hour that is a multiple of two to the power of 32 seconds after the one before it. */
static void
test_far_future (void)
{
  g_autoptr (PdkTally) tally = tally_in ("UTC", PDK_TALLY_MAX_EVENTS);
  const PdkLogEvent event = { .kind = PDK_REQUEST_CHAT, .status = 200 };
  const gint64 hour_sec = NOON - HOUR;

  /* That what is known begins before it lets it be added in the short way. */
  pdk_tally_note_day (tally, NOW - DAY);
  pdk_tally_add_run (tally, hour_sec, &event, 1);
  pdk_tally_add_run (tally, hour_sec + ((gint64) 1 << 32), &event, 1);
  g_assert_cmpuint (count (tally, PDK_WINDOW_1D).requests, ==, 1);
  g_assert_cmpuint (pdk_tally_get_n_future (tally), ==, 1);
}

/* What is known begins with the second line of the log, which is of the same quarter of an hour. */
static void
test_known_since (void)
{
  const PdkLogEvent events[] = { { .second = 420, .kind = PDK_REQUEST_CHAT }, { .second = 300 } };
  Pair pair = { tally_in ("UTC", PDK_TALLY_MAX_EVENTS), tally_in ("UTC", PDK_TALLY_MAX_EVENTS) };

  for (guint i = 0; i < G_N_ELEMENTS (events); i++)
    pdk_tally_add (pair.single, NOON - HOUR + events[i].second, events[i].kind, 200, 0);
  pdk_tally_add_run (pair.run, NOON - HOUR, events, G_N_ELEMENTS (events));
  assert_same (&pair);
  pdk_tally_free (pair.single);
  pdk_tally_free (pair.run);
}

/* Lines that are no requests make no hour. */
static void
test_nothing_to_count (void)
{
  const PdkLogEvent events[] = { { .second = 420 }, { .second = 300 } };
  Pair pair = { tally_in ("UTC", PDK_TALLY_MAX_EVENTS), tally_in ("UTC", PDK_TALLY_MAX_EVENTS) };

  for (guint i = 0; i < G_N_ELEMENTS (events); i++)
    pdk_tally_add (pair.single, NOON - 20 * DAY + events[i].second, events[i].kind, 200, 0);
  pdk_tally_add_run (pair.run, NOON - 20 * DAY, events, G_N_ELEMENTS (events));
  assert_same (&pair);
  pdk_tally_free (pair.single);
  pdk_tally_free (pair.run);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tally-run/random", test_random);
  g_test_add_func ("/tally-run/events-are-bounded", test_events_are_bounded);
  g_test_add_func ("/tally-run/far-future", test_far_future);
  g_test_add_func ("/tally-run/known-since", test_known_since);
  g_test_add_func ("/tally-run/nothing-to-count", test_nothing_to_count);
  return g_test_run ();
}
