/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "pdk-latency-rank.h"

#include <stdlib.h>

static PdkLatency
random_latency (GRand *rand, guint spread)
{
  if (spread == 0)
    return pdk_latency_from_msec (g_rand_int_range (rand, 0, 4));
  return pdk_latency_from_msec (g_rand_double (rand) * spread);
}

static int
compare_latencies (gconstpointer a, gconstpointer b)
{
  PdkLatency first = *(const PdkLatency *) a, second = *(const PdkLatency *) b;

  return (first > second) - (first < second);
}

static void
test_bits_sort_like_numbers (void)
{
  static const float numbers[] = { 0, 1e-40f, 1e-6f, 0.5f, 1, 1.0000001f, 2, 999.999f, 600000, 9.2e12f };

  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      g_assert_cmpfloat (pdk_latency_to_msec (pdk_latency_from_msec (numbers[i])), ==, numbers[i]);
      if (i > 0)
        g_assert_cmpuint (pdk_latency_from_msec (numbers[i]), >, pdk_latency_from_msec (numbers[i - 1]));
    }
}

static void
check_sort (GRand *rand, guint32 n, guint32 n_sorted, guint spread)
{
  g_autofree PdkLatency *values = g_new (PdkLatency, n + 1);
  g_autofree PdkLatency *original = g_new (PdkLatency, n + 1);
  g_autofree guint16 *tags = g_new (guint16, n + 1);
  g_autofree guint8 *seen = g_new0 (guint8, n + 1);

  for (guint32 i = 0; i < n; i++)
    values[i] = random_latency (rand, spread);
  qsort (values, n_sorted, sizeof *values, compare_latencies);
  for (guint32 i = 0; i < n; i++)
    {
      original[i] = values[i];
      tags[i] = i;
    }

  pdk_latency_rank_sort (values, tags, n, n_sorted);
  for (guint32 i = 0; i < n; i++)
    {
      g_assert_cmpuint (values[i], ==, original[tags[i]]);
      g_assert_cmpuint (seen[tags[i]]++, ==, 0);
      if (i > 0)
        g_assert_cmpuint (values[i], >=, values[i - 1]);
    }
}

static void
test_sort (void)
{
  static const guint32 sizes[] = { 0, 1, 2, 3, 48, 49, 50, 200, 1000, 40000 };
  static const guint spreads[] = { 0, 1, 100000 };
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      for (guint j = 0; j < G_N_ELEMENTS (spreads); j++)
        {
          check_sort (rand, sizes[i], 0, spreads[j]);
          check_sort (rand, sizes[i], sizes[i] / 2, spreads[j]);
          check_sort (rand, sizes[i], sizes[i] - MIN (sizes[i], 1), spreads[j]);
          check_sort (rand, sizes[i], sizes[i], spreads[j]);
        }
    }
}

/* Cuts one array into sorted pieces, and compares every rank, or some, with the whole array sorted. */
static void
check_select (GRand *rand, guint n, guint n_ranges, guint spread)
{
  g_autofree PdkLatency *values = g_new (PdkLatency, n);
  g_autofree PdkLatency *sorted = g_new (PdkLatency, n);
  g_autofree guint32 *cuts = g_new0 (guint32, n_ranges + 1);
  g_autofree PdkLatencyRange *ranges = g_new0 (PdkLatencyRange, n_ranges);

  for (guint i = 0; i < n; i++)
    sorted[i] = values[i] = random_latency (rand, spread);
  for (guint i = 1; i < n_ranges; i++)
    cuts[i] = g_rand_int_range (rand, 0, n + 1);
  cuts[n_ranges] = n;
  qsort (cuts, n_ranges, sizeof *cuts, compare_latencies);
  for (guint i = 0; i < n_ranges; i++)
    qsort (values + cuts[i], cuts[i + 1] - cuts[i], sizeof *values, compare_latencies);
  qsort (sorted, n, sizeof *sorted, compare_latencies);

  for (guint rank = 1; rank <= n; rank += 1 + n / 50)
    {
      /* None, a good one, one that is off, and no latency at all. */
      PdkLatency guesses[] = { 0, sorted[rank - 1] + 5, sorted[n / 2], G_MAXUINT32 };
      PdkLatency guess = guesses[rank % G_N_ELEMENTS (guesses)];

      for (guint i = 0; i < n_ranges; i++)
        ranges[i] = (PdkLatencyRange){ values + cuts[i], 0, cuts[i + 1] - cuts[i], 0 };
      g_assert_cmpuint (pdk_latency_rank_select (ranges, n_ranges, rank, guess), ==, sorted[rank - 1]);
    }
}

static void
test_select (void)
{
  static const guint sizes[] = { 1, 2, 3, 10, 100, 5000 };
  static const guint n_ranges[] = { 1, 2, 7, 40 };
  static const guint spreads[] = { 0, 1, 100000 };
  g_autoptr (GRand) rand = g_rand_new_with_seed (2);

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      for (guint j = 0; j < G_N_ELEMENTS (n_ranges); j++)
        {
          for (guint k = 0; k < G_N_ELEMENTS (spreads); k++)
            check_select (rand, sizes[i], n_ranges[j], spreads[k]);
        }
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/latency-rank/bits-sort-like-numbers", test_bits_sort_like_numbers);
  g_test_add_func ("/latency-rank/sort", test_sort);
  g_test_add_func ("/latency-rank/select", test_select);
  return g_test_run ();
}
