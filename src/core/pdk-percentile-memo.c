/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Finds a percentile of many values that stay, and of some that come and go, without looking at the many each
 * time: of those it keeps the values around the percentile that was found before, and how many lie below. The
 * next percentile is among them, or among the few, or it is not found. Exact; pure. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-percentile-memo.h"

#include <string.h>

/* How many values are kept to each side. The percentile moves by about the square root of how many come and
 * go, which is hardly ever a hundred. */
#define REACH 512

/* Values that are equal are kept once, but all of them are gathered before. */
#define MAX_GATHERED (64 * REACH)

static guint64
count_at_most (const PdkLatencyRange *ranges, guint n_ranges, PdkLatency value)
{
  guint64 n = 0;

  for (guint i = 0; i < n_ranges; i++)
    n += pdk_latency_range_count_at_most (&ranges[i], value);
  return n;
}

static guint64
count_below (const PdkLatencyRange *ranges, guint n_ranges, PdkLatency value)
{
  return value > 0 ? count_at_most (ranges, n_ranges, value - 1) : 0;
}

static PdkLatency
select_near (const PdkLatencyRange *ranges, guint n_ranges, guint64 rank, PdkLatency guess)
{
  g_autofree PdkLatencyRange *used_up = g_memdup2 (ranges, n_ranges * sizeof *ranges);

  return pdk_latency_rank_select (used_up, n_ranges, rank, guess);
}

/* The values from @least to @greatest in order; @n of them. */
static PdkLatency *
gather (const PdkLatencyRange *ranges, guint n_ranges, PdkLatency least, PdkLatency greatest, guint32 n)
{
  g_autofree PdkLatency *values = g_new (PdkLatency, n);
  g_autofree guint16 *tags = g_new0 (guint16, n);
  guint32 position = 0;

  for (guint i = 0; i < n_ranges; i++)
    {
      guint32 low = least > 0 ? pdk_latency_range_count_at_most (&ranges[i], least - 1) : 0;
      guint32 high = pdk_latency_range_count_at_most (&ranges[i], greatest);

      memcpy (values + position, ranges[i].values + low, (high - low) * sizeof *values);
      position += high - low;
    }
  pdk_latency_rank_sort (values, tags, n, 0);
  return g_steal_pointer (&values);
}

/* For values of which very many are the same. */
static void
remember_one (PdkPercentileMemo *memo, const PdkLatencyRange *ranges, guint n_ranges, PdkLatency value)
{
  memo->n = 1;
  memo->n_below = (guint32) count_below (ranges, n_ranges, value);
  memo->values = g_memdup2 (&value, sizeof value);
  memo->n_at_most = g_new (guint32, 1);
  memo->n_at_most[0] = (guint32) count_at_most (ranges, n_ranges, value);
}

/* The value at @rank among those of @others that lie between two neighbours, and then @high itself. */
static PdkLatency
select_between (const PdkLatencyRange *others, guint n_others, PdkLatency low, PdkLatency high, guint64 rank)
{
  g_autofree PdkLatencyRange *between = g_new0 (PdkLatencyRange, n_others);
  guint64 n = 0;

  for (guint i = 0; i < n_others; i++)
    {
      guint32 n_low = pdk_latency_range_count_at_most (&others[i], low);

      between[i].values = others[i].values + n_low;
      between[i].high = pdk_latency_range_count_at_most (&others[i], high - 1) - n_low;
      n += between[i].high;
    }
  return rank <= n ? pdk_latency_rank_select (between, n_others, rank, high) : high;
}

/**
 * pdk_percentile_memo_clear:
 * @memo: a memo
 *
 * Forgets everything, and gives back the memory.
 */
void
pdk_percentile_memo_clear (PdkPercentileMemo *memo)
{
  g_clear_pointer (&memo->values, g_free);
  g_clear_pointer (&memo->n_at_most, g_free);
  memo->n = 0;
  memo->n_below = 0;
}

/**
 * pdk_percentile_memo_fill:
 * @memo: a memo
 * @ranges: sorted arrays of values that stay
 * @n_ranges: how many arrays
 * @value: about where percentiles will be looked for
 *
 * Takes what lies around @value. Where very many values are the same, only @value itself is kept.
 */
void
pdk_percentile_memo_fill (PdkPercentileMemo *memo,
                          const PdkLatencyRange *ranges,
                          guint n_ranges,
                          PdkLatency value)
{
  guint64 n_all = count_at_most (ranges, n_ranges, G_MAXUINT32);
  guint64 rank = CLAMP (count_at_most (ranges, n_ranges, value), 1, MAX (n_all, 1)), n_below, n_near;
  PdkLatency least, greatest;
  g_autofree PdkLatency *near = NULL;

  pdk_percentile_memo_clear (memo);
  if (n_all == 0 || n_all > G_MAXUINT32)
    return;
  least = select_near (ranges, n_ranges, rank > REACH ? rank - REACH : 1, value);
  greatest = select_near (ranges, n_ranges, MIN (rank + REACH, n_all), value);
  n_below = count_below (ranges, n_ranges, least);
  n_near = count_at_most (ranges, n_ranges, greatest) - n_below;
  if (n_near > MAX_GATHERED)
    {
      remember_one (memo, ranges, n_ranges, value);
      return;
    }

  memo->n_below = (guint32) n_below;
  near = gather (ranges, n_ranges, least, greatest, (guint32) n_near);
  memo->values = g_new (PdkLatency, n_near);
  memo->n_at_most = g_new (guint32, n_near);
  for (guint32 i = 0; i < n_near; i++)
    {
      if (memo->n == 0 || memo->values[memo->n - 1] != near[i])
        memo->values[memo->n++] = near[i];
      memo->n_at_most[memo->n - 1] = memo->n_below + i + 1;
    }
  memo->values = g_renew (PdkLatency, memo->values, memo->n);
  memo->n_at_most = g_renew (guint32, memo->n_at_most, memo->n);
}

/**
 * pdk_percentile_memo_find:
 * @memo: what pdk_percentile_memo_fill() made of the values that stay
 * @others: sorted arrays of other values
 * @n_others: how many arrays
 * @rank: 1 for the least value, up to the number of all values together
 * @value: (out): the value at @rank
 *
 * Returns: %FALSE if it is not known, being too far from what was looked for before
 */
gboolean
pdk_percentile_memo_find (const PdkPercentileMemo *memo,
                          const PdkLatencyRange *others,
                          guint n_others,
                          guint64 rank,
                          PdkLatency *value)
{
  guint low = 0, high = memo->n;
  guint64 n_before;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (memo->n_at_most[middle] + count_at_most (others, n_others, memo->values[middle]) < rank)
        low = middle + 1;
      else
        high = middle;
    }
  if (low == memo->n)
    return FALSE;
  if (low == 0)
    {
      /* Below the first value that is kept there may be others, which are not known. */
      *value = memo->values[0];
      return memo->n_below + count_below (others, n_others, *value) < rank;
    }
  n_before = memo->n_at_most[low - 1] + count_at_most (others, n_others, memo->values[low - 1]);
  *value = select_between (others, n_others, memo->values[low - 1], memo->values[low], rank - n_before);
  return TRUE;
}
