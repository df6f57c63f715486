/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "pdk-tally-feed.h"

#define NOW_SEC G_GINT64_CONSTANT (1795176000) /* 2026-11-20 12:00:00 UTC */

static PdkAccessLine
random_line (GRand *rand, gint64 time_sec)
{
  static const guint statuses[] = { 200, 200, 200, 404, 500 };
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (time_sec);
  PdkAccessLine line = { 0 };

  line.year = (guint16) g_date_time_get_year (time);
  line.month = (guint8) g_date_time_get_month (time);
  line.day = (guint8) g_date_time_get_day_of_month (time);
  line.hour = (guint8) g_date_time_get_hour (time);
  line.minute = (guint8) g_date_time_get_minute (time);
  line.second = (guint8) g_date_time_get_second (time);
  line.kind = (PdkRequestKind) g_rand_int_range (rand, PDK_REQUEST_NONE, PDK_REQUEST_OTHER + 1);
  line.status = statuses[g_rand_int_range (rand, 0, G_N_ELEMENTS (statuses))];
  line.latency_nsec = g_rand_int_range (rand, 0, G_MAXINT32);
  return line;
}

/* Whatever the number of lines, and so whether or not there is a thread, the sums are those of the plain way.
 */
static void
test_equals_adding (gconstpointer data)
{
  guint n = GPOINTER_TO_UINT (data);
  g_autoptr (GTimeZone) zone = g_time_zone_new_utc ();
  g_autoptr (PdkLogClock) clock = pdk_log_clock_new (zone);
  g_autoptr (PdkTally) tally = pdk_tally_new (zone, NOW_SEC);
  g_autoptr (PdkTally) expected = pdk_tally_new (zone, NOW_SEC);
  g_autoptr (GRand) rand = g_rand_new_with_seed (n);
  PdkTallyFeed *feed = pdk_tally_feed_new (clock, tally);
  PdkTallyCounts counts, expected_counts;

  for (guint i = 0; i < n; i++)
    {
      gint64 time_sec = NOW_SEC - 6 * PDK_SECONDS_PER_DAY + (gint64) i * 6 * PDK_SECONDS_PER_DAY / n;
      PdkAccessLine line = random_line (rand, time_sec);

      pdk_tally_feed_push (feed, &line);
      pdk_tally_add (expected, time_sec, line.kind, line.status, line.latency_nsec);
    }
  pdk_tally_feed_finish (feed);

  pdk_tally_count (tally, NOW_SEC - 7 * PDK_SECONDS_PER_DAY, NOW_SEC, &counts);
  pdk_tally_count (expected, NOW_SEC - 7 * PDK_SECONDS_PER_DAY, NOW_SEC, &expected_counts);
  g_assert_cmpmem (&counts, sizeof counts, &expected_counts, sizeof expected_counts);
  g_assert_cmpuint (counts.requests > 0, ==, n > 10);
}

int
main (int argc, char **argv)
{
  /* None, a few, one batch to the line, and enough for a thread with a rest. */
  static const guint counts[] = { 0, 1, 2048, 5000, 65536, 200001 };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (counts); i++)
    {
      g_autofree char *path = g_strdup_printf ("/tally-feed/equals-adding/%u", counts[i]);

      g_test_add_data_func (path, GUINT_TO_POINTER (counts[i]), test_equals_adding);
    }
  return g_test_run ();
}
