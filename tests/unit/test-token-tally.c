/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "pdk-token-tally.h"

#define NOW G_GINT64_CONSTANT (1795180800) /* a midnight in UTC, plus 14 h 20 min */
#define DAY 86400

static GTimeZone *
utc (void)
{
  return g_time_zone_new_utc ();
}

static void
add (PdkTokenTally *tally,
     gint64 time_sec,
     guint32 prompt,
     guint32 output,
     double msec,
     gboolean is_attributed)
{
  PdkTokenGroup group = { time_sec, prompt, output, msec, is_attributed };

  pdk_token_tally_add (tally, &group);
}

static void
assert_count (
    PdkTokenTally *tally, gint64 start, gint64 end, guint64 prompt, guint64 output, guint64 unattributed)
{
  PdkTokenCounts counts;

  pdk_token_tally_count (tally, start, end, &counts);
  g_assert_cmpuint (counts.prompt_tokens, ==, prompt);
  g_assert_cmpuint (counts.output_tokens, ==, output);
  g_assert_cmpuint (counts.unattributed_tokens, ==, unattributed);
}

static void
test_edges (void)
{
  g_autoptr (GTimeZone) zone = utc ();
  g_autoptr (PdkTokenTally) tally = pdk_token_tally_new (zone, NOW);
  PdkTokenCounts counts;

  g_assert_true (pdk_token_tally_is_empty (tally));
  assert_count (tally, NOW - DAY, NOW, 0, 0, 0);
  add (tally, NOW, 1, 10, 2.5, TRUE);
  add (tally, NOW - 1, 2, 20, 2.5, FALSE);
  add (tally, NOW - 3600, 4, 40, 5.01, TRUE);
  g_assert_false (pdk_token_tally_is_empty (tally));

  assert_count (tally, NOW - 3601, NOW, 7, 70, 22);
  assert_count (tally, NOW - 3600, NOW, 3, 30, 22);
  assert_count (tally, NOW - 1, NOW, 1, 10, 0);
  assert_count (tally, NOW - 2, NOW - 1, 2, 20, 22);
  assert_count (tally, NOW, NOW + 100, 0, 0, 0);
  pdk_token_tally_count (tally, NOW - DAY, NOW, &counts);
  g_assert_cmpfloat_with_epsilon (counts.output_msec, 10.01, 1e-9);
}

/* Against counting one by one. */
static void
test_random (void)
{
  g_autoptr (GTimeZone) zone = utc ();
  g_autoptr (PdkTokenTally) tally = pdk_token_tally_new (zone, NOW);
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);
  enum
  {
    N = 5000
  };
  static gint64 times[N];
  static guint32 tokens[N];

  for (guint i = 0; i < N; i++)
    {
      times[i] = NOW - g_rand_int_range (rand, 0, 7 * DAY);
      tokens[i] = g_rand_int_range (rand, 0, 100000);
      add (tally, times[i], tokens[i], tokens[i] / 2, 1, i % 3 == 0);
    }
  for (guint round = 0; round < 200; round++)
    {
      gint64 start = NOW - g_rand_int_range (rand, 0, 7 * DAY), end = start + g_rand_int_range (rand, 0, DAY);
      guint64 prompt = 0, output = 0, unattributed = 0;

      for (guint i = 0; i < N; i++)
        {
          if (times[i] <= start || times[i] > end)
            continue;
          prompt += tokens[i];
          output += tokens[i] / 2;
          unattributed += i % 3 == 0 ? 0 : tokens[i] + tokens[i] / 2;
        }
      assert_count (tally, start, end, prompt, output, unattributed);
    }
}

/* The tokens of requests that are known, and when the first and the last of them came, one by one. */
static void
test_attributed (void)
{
  g_autoptr (GTimeZone) zone = utc ();
  g_autoptr (PdkTokenTally) tally = pdk_token_tally_new (zone, NOW);
  g_autoptr (GRand) rand = g_rand_new_with_seed (8);
  enum
  {
    N = 300
  };
  static gint64 times[N];

  for (guint i = 0; i < N; i++)
    {
      times[i] = NOW - g_rand_int_range (rand, 0, 7 * DAY);
      add (tally, times[i], 1 + i, 2 * (1 + i), 4, i % 3 == 0);
    }
  for (guint round = 0; round < 500; round++)
    {
      gint64 first = NOW - g_rand_int_range (rand, 0, 7 * DAY);
      gint64 last = first + g_rand_int_range (rand, 0, round % 2 == 0 ? DAY : 9000);
      gint64 expected_first = G_MAXINT64, expected_last = G_MININT64;
      guint64 sum = 0, n = 0;
      PdkTokenCounts counts;

      for (guint i = 0; i < N; i += 3)
        {
          if (times[i] < first || times[i] > last)
            continue;
          sum += 1 + i;
          n++;
          expected_first = MIN (expected_first, times[i]);
          expected_last = MAX (expected_last, times[i]);
        }
      pdk_token_tally_count (tally, first - 1, last, &counts);
      g_assert_cmpuint (counts.attributed_prompt_tokens, ==, sum);
      g_assert_cmpuint (counts.attributed_output_tokens, ==, 2 * sum);
      g_assert_cmpfloat_with_epsilon (counts.attributed_output_msec, 4.0 * (double) n, 1e-6);
      if (n == 0)
        {
          expected_first = first;
          expected_last = last;
        }
      g_assert_cmpint (pdk_token_tally_find_attributed (tally, &first, &last), ==, n > 0);
      g_assert_cmpint (first, ==, expected_first);
      g_assert_cmpint (last, ==, expected_last);
    }
}

static void
test_days (void)
{
  g_autoptr (GTimeZone) zone = utc ();
  g_autoptr (PdkTokenTally) tally = pdk_token_tally_new (zone, NOW);
  g_autoptr (GArray) none = pdk_token_tally_get_days (tally, NOW);
  g_autoptr (GArray) some = NULL;
  g_autoptr (GArray) all = NULL;

  g_assert_cmpuint (none->len, ==, 0);
  add (tally, NOW, 1, 2, 1, TRUE);
  add (tally, NOW - 2 * DAY, 10, 20, 1, TRUE);
  add (tally, NOW - 2 * DAY, 100, 200, 1, TRUE);
  some = pdk_token_tally_get_days (tally, NOW);
  g_assert_cmpuint (some->len, ==, 3);
  g_assert_cmpuint (g_array_index (some, PdkTokenDay, 0).prompt_tokens, ==, 110);
  g_assert_cmpuint (g_array_index (some, PdkTokenDay, 0).output_tokens, ==, 220);
  g_assert_cmpuint (g_array_index (some, PdkTokenDay, 1).prompt_tokens, ==, 0);
  g_assert_cmpuint (g_array_index (some, PdkTokenDay, 2).output_tokens, ==, 2);

  add (tally, NOW - 300 * DAY, 5, 5, 1, TRUE);
  all = pdk_token_tally_get_days (tally, NOW);
  g_assert_cmpuint (all->len, ==, 30);
}

static void
test_expires (void)
{
  g_autoptr (GTimeZone) zone = utc ();
  g_autoptr (PdkTokenTally) tally = pdk_token_tally_new (zone, NOW);
  gsize empty = pdk_token_tally_get_size_bytes (tally), full;

  for (guint i = 0; i < 3 * DAY; i += 10)
    add (tally, NOW - i, 1, 1, 1, TRUE);
  full = pdk_token_tally_get_size_bytes (tally) - empty;
  g_assert_cmpuint (full, <, 3 * DAY / 10 * 16);
  pdk_token_tally_expire (tally, NOW + 6 * DAY);
  assert_count (tally, NOW - DAY, NOW, DAY / 10, DAY / 10, 0);
  pdk_token_tally_expire (tally, NOW + 9 * DAY);
  g_assert_cmpuint (pdk_token_tally_get_size_bytes (tally), ==, empty);
  g_assert_false (pdk_token_tally_is_empty (tally));
}

static void
test_future (void)
{
  g_autoptr (GTimeZone) zone = utc ();
  g_autoptr (PdkTokenTally) tally = pdk_token_tally_new (zone, NOW);

  add (tally, NOW + 300, 1, 1, 1, TRUE);
  add (tally, NOW + 301, 2, 2, 1, TRUE);
  assert_count (tally, NOW, NOW + DAY, 1, 1, 0);
  pdk_token_tally_expire (tally, NOW + 1);
  assert_count (tally, NOW, NOW + DAY, 3, 3, 0);
}

static void
test_extremes (void)
{
  g_autoptr (GTimeZone) zone = utc ();
  g_autoptr (PdkTokenTally) tally = pdk_token_tally_new (zone, NOW);
  PdkTokenCounts counts;

  add (tally, NOW, PDK_SERVER_LINE_MAX_TOKENS, PDK_SERVER_LINE_MAX_TOKENS, PDK_SERVER_LINE_MAX_MSEC, FALSE);
  assert_count (tally, NOW - 1, NOW, PDK_SERVER_LINE_MAX_TOKENS, PDK_SERVER_LINE_MAX_TOKENS,
                2 * (guint64) PDK_SERVER_LINE_MAX_TOKENS);
  pdk_token_tally_count (tally, NOW - 1, NOW, &counts);
  g_assert_cmpfloat (counts.output_msec, ==, PDK_SERVER_LINE_MAX_MSEC);
  add (tally, -1, 1, 1, 1, TRUE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/token-tally/edges", test_edges);
  g_test_add_func ("/token-tally/random", test_random);
  g_test_add_func ("/token-tally/attributed", test_attributed);
  g_test_add_func ("/token-tally/days", test_days);
  g_test_add_func ("/token-tally/expires", test_expires);
  g_test_add_func ("/token-tally/future", test_future);
  g_test_add_func ("/token-tally/extremes", test_extremes);
  return g_test_run ();
}
