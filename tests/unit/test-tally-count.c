/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "pdk-tally-archive.h"
#include "pdk-tally-private.h"
#include "pdk-tally.h"

#include "plain-tally.h"

#define NOW G_GINT64_CONSTANT (1795262400) /* 2026-11-21T12:00:00Z */
#define DAY 86400

#define MAX_EVENTS 40000

static PdkTally *
new_tally (gint64 now)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_utc ();

  return pdk_tally_new (zone, now);
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
      g_autofree PlainEvent *events = g_new0 (PlainEvent, n + 1);
      g_autoptr (PdkTally) tally = new_tally (NOW);

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
              PdkTallyCounts got, expected = plain_tally_count (events, i + 1, start, end);

              pdk_tally_count (tally, PDK_WINDOW_1D, start, end, &got);
              plain_tally_assert (&got, &expected);
              expected = plain_tally_count (events, i + 1, NOW - 7 * DAY, NOW + 300);
              pdk_tally_count (tally, PDK_WINDOW_7D, NOW - 7 * DAY, NOW + 300, &got);
              plain_tally_assert (&got, &expected);
            }
        }
    }
}

/* Remembers everything, and tells the tally. */
static void
add_event (PdkTally *tally, GArray *events, GRand *rand, gint64 time, gboolean is_coarse)
{
  PlainEvent event = { time, PDK_REQUEST_CHAT + events->len % 3, events->len % 50 == 0 ? 500 : 200, 0 };
  gint64 msec = (gint64) (g_rand_double (rand) * g_rand_double (rand) * (is_coarse ? 40 : 60000));

  event.latency_nsec = is_coarse ? msec * 1000000 : msec * 1000000 + g_rand_int_range (rand, 0, 1000000);
  g_array_append_val (events, event);
  pdk_tally_add (tally, event.time, event.kind, event.status, event.latency_nsec);
}

/* Counts every window as it is now, against a plain count. */
static void
check_windows (PdkTally *tally, const GArray *events, gint64 now)
{
  for (guint window = PDK_WINDOW_TODAY; window <= PDK_WINDOW_7D; window++)
    {
      PdkTallyCounts got, expected;
      gint64 start, end;

      pdk_tally_get_window (tally, window, now, &start, &end);
      pdk_tally_count (tally, window, start, end, &got);
      expected =
          plain_tally_count ((const PlainEvent *) (gconstpointer) events->data, events->len, start, end);
      plain_tally_assert (&got, &expected);
    }
}

/* Polls go on for hours, while requests come; some of them are late, or far apart. */
static void
check_polls (guint seed, gboolean is_coarse)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  g_autoptr (GArray) events = g_array_new (FALSE, FALSE, sizeof (PlainEvent));
  gint64 now = NOW;
  g_autoptr (PdkTally) tally = new_tally (now);

  for (guint i = 0; i < 20000; i++)
    add_event (tally, events, rand, now - g_rand_int_range (rand, 0, 7 * DAY), is_coarse);
  for (guint poll = 0; poll < 150; poll++)
    {
      now += poll % 40 == 39 ? 6 * 3600 : g_rand_int_range (rand, 1, 120);
      pdk_tally_expire (tally, now);
      for (guint i = g_rand_int_range (rand, 0, 12); i > 0 && events->len < MAX_EVENTS; i--)
        add_event (tally, events, rand, now - g_rand_int_range (rand, 0, 60), is_coarse);
      if (poll % 10 == 9)
        add_event (tally, events, rand, now - g_rand_int_range (rand, 0, 2 * DAY), is_coarse);
      check_windows (tally, events, now);
    }
}

static void
test_polls (void)
{
  check_polls (6, FALSE);
  check_polls (7, TRUE);
}

/* What is remembered of a window is forgotten when somebody replaces a part of it. */
static void
test_loaded_chunk (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (8);
  g_autoptr (GArray) events = g_array_new (FALSE, FALSE, sizeof (PlainEvent));
  g_autoptr (PdkTally) tally = new_tally (NOW);
  PdkTallyCounts before, after;

  for (guint i = 0; i < 10000; i++)
    add_event (tally, events, rand, NOW - g_rand_int_range (rand, 0, 7 * DAY), FALSE);
  pdk_tally_count (tally, PDK_WINDOW_7D, NOW - 7 * DAY, NOW, &before);
  pdk_tally_load_chunk (tally, NOW - 3 * DAY, NULL, 0);
  pdk_tally_count (tally, PDK_WINDOW_7D, NOW - 7 * DAY, NOW, &after);
  g_assert_cmpuint (after.requests, <, before.requests);
}

/* Also where "today" is about as long as another window, each has what was remembered of it. */
static void
test_own_memory (void)
{
  const gint64 now = NOW + DAY / 2 - 1200; /* 23:40 */
  g_autoptr (GRand) rand = g_rand_new_with_seed (9);
  g_autoptr (GArray) events = g_array_new (FALSE, FALSE, sizeof (PlainEvent));
  g_autoptr (PdkTally) tally = new_tally (now);

  for (guint i = 0; i < MAX_EVENTS; i++)
    add_event (tally, events, rand, now - g_rand_int_range (rand, 0, 3 * DAY), FALSE);
  check_windows (tally, events, now);
  for (guint window = PDK_WINDOW_TODAY; window <= PDK_WINDOW_7D; window++)
    {
      gint64 start, end;

      pdk_tally_get_window (tally, window, now, &start, &end);
      g_assert_cmpint (tally->memos[window].generation, ==, tally->generation);
      /* The first chunk that is whole. */
      if (window != PDK_WINDOW_7D)
        g_assert_cmpint (ABS (tally->memos[window].first_sec - start), <=, PDK_TALLY_CHUNK_SEC);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tally-count/against-plain-count", test_against_plain_count);
  g_test_add_func ("/tally-count/polls", test_polls);
  g_test_add_func ("/tally-count/loaded-chunk", test_loaded_chunk);
  g_test_add_func ("/tally-count/own-memory", test_own_memory);
  return g_test_run ();
}
