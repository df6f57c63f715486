/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "pdk-percentile-memo.h"

#include <stdlib.h>
#include <string.h>

#define MAX_OTHERS 3

typedef struct
{
  guint n;
  PdkLatency *values;
  PdkLatencyRange range;
} Sorted;

static int
compare_latencies (gconstpointer a, gconstpointer b)
{
  PdkLatency first = *(const PdkLatency *) a, second = *(const PdkLatency *) b;

  return (first > second) - (first < second);
}

/* @n values below @spread, in whole numbers if there are to be many of the same. */
static Sorted
sorted_new (GRand *rand, guint n, guint spread, gboolean is_whole)
{
  Sorted sorted = { n, g_new (PdkLatency, n + 1), { 0 } };

  for (guint i = 0; i < n; i++)
    sorted.values[i] = pdk_latency_from_msec (is_whole ? (float) g_rand_int_range (rand, 0, spread)
                                                       : (float) (g_rand_double (rand) * spread));
  qsort (sorted.values, n, sizeof *sorted.values, compare_latencies);
  sorted.range = (PdkLatencyRange){ sorted.values, 0, n, 0 };
  return sorted;
}

static void
sorted_clear (Sorted *sorted)
{
  g_clear_pointer (&sorted->values, g_free);
}

/* The value at @rank of all arrays, by sorting them together. */
static PdkLatency
find_by_sorting (const PdkLatencyRange *ranges, guint n_ranges, guint rank)
{
  g_autoptr (GArray) all = g_array_new (FALSE, FALSE, sizeof (PdkLatency));

  for (guint i = 0; i < n_ranges; i++)
    g_array_append_vals (all, ranges[i].values, ranges[i].high);
  qsort (all->data, all->len, sizeof (PdkLatency), compare_latencies);
  return g_array_index (all, PdkLatency, rank - 1);
}

/* What a memo says is right at every rank, and it says something at the one it was made for. */
static void
check_memo (GRand *rand, guint n_ranges, guint n_each, guint spread, gboolean is_whole)
{
  g_autofree Sorted *sorted = g_new0 (Sorted, n_ranges + MAX_OTHERS);
  g_autofree PdkLatencyRange *ranges = g_new0 (PdkLatencyRange, n_ranges + MAX_OTHERS);
  PdkLatencyRange *others = ranges + n_ranges;
  PdkPercentileMemo memo = { 0 };
  guint n = n_ranges * n_each, n_found = 0;

  for (guint i = 0; i < n_ranges; i++)
    ranges[i] = (sorted[i] = sorted_new (rand, n_each, spread, is_whole)).range;
  pdk_percentile_memo_fill (&memo, ranges, n_ranges, find_by_sorting (ranges, n_ranges, n / 2));

  for (guint n_others = 0; n_others <= MAX_OTHERS; n_others++)
    {
      if (n_others > 0)
        {
          sorted[n_ranges + n_others - 1] = sorted_new (rand, 40 * n_others, spread, is_whole);
          others[n_others - 1] = sorted[n_ranges + n_others - 1].range;
          n += 40 * n_others;
        }
      for (guint rank = 1; rank <= n; rank += 1 + n / 200)
        {
          PdkLatency value = 0;

          if (!pdk_percentile_memo_find (&memo, others, n_others, rank, &value))
            continue;
          g_assert_cmpuint (value, ==, find_by_sorting (ranges, n_ranges + n_others, rank));
          n_found++;
        }
    }
  g_assert_cmpuint (n_found, >, 0);

  pdk_percentile_memo_clear (&memo);
  for (guint i = 0; i < n_ranges + MAX_OTHERS; i++)
    sorted_clear (&sorted[i]);
}

static void
test_exact (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (3);

  check_memo (rand, 1, 4000, 100000, FALSE);
  check_memo (rand, 50, 100, 100000, FALSE);
  check_memo (rand, 50, 100, 300, TRUE);
  check_memo (rand, 7, 30, 5, TRUE);
  check_memo (rand, 3, 40000, 2, TRUE);
}

/* The values that come and go may all be alike, or all lie on one side. */
static void
test_one_sided (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (4);
  Sorted many = sorted_new (rand, 5000, 1000, FALSE);
  PdkLatency same[200];
  PdkLatencyRange ranges[] = { many.range, { same, 0, G_N_ELEMENTS (same), 0 } };
  static const float kinds[] = { 0, 1e9f, 500, 499.5f };
  PdkPercentileMemo memo = { 0 };

  pdk_percentile_memo_fill (&memo, ranges, 1, pdk_latency_from_msec (500));
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      for (guint j = 0; j < G_N_ELEMENTS (same); j++)
        same[j] = pdk_latency_from_msec (kinds[i]);
      for (guint rank = 2300; rank <= 2900; rank++)
        {
          PdkLatency value = 0;

          g_assert_true (pdk_percentile_memo_find (&memo, ranges + 1, 1, rank, &value));
          g_assert_cmpuint (value, ==, find_by_sorting (ranges, 2, rank));
        }
    }
  pdk_percentile_memo_clear (&memo);
  sorted_clear (&many);
}

/* Far from where it was filled, and where nothing was, it says nothing. */
static void
test_says_nothing (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (5);
  Sorted many = sorted_new (rand, 5000, 1000, FALSE);
  PdkPercentileMemo memo = { 0 };
  PdkLatency value;

  g_assert_false (pdk_percentile_memo_find (&memo, NULL, 0, 1, &value));
  pdk_percentile_memo_fill (&memo, NULL, 0, 0);
  g_assert_false (pdk_percentile_memo_find (&memo, NULL, 0, 1, &value));

  pdk_percentile_memo_fill (&memo, &many.range, 1, pdk_latency_from_msec (500));
  g_assert_false (pdk_percentile_memo_find (&memo, NULL, 0, 1, &value));
  g_assert_false (pdk_percentile_memo_find (&memo, NULL, 0, 5000, &value));
  g_assert_cmpuint (memo.n, <, 1100);

  pdk_percentile_memo_clear (&memo);
  sorted_clear (&many);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/percentile-memo/exact", test_exact);
  g_test_add_func ("/percentile-memo/one-sided", test_one_sided);
  g_test_add_func ("/percentile-memo/says-nothing", test_says_nothing);
  return g_test_run ();
}
