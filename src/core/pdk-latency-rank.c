/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Sorting of latencies, and finding the value at a rank among many sorted arrays without merging them.
 * Pure; memory for sorting is taken and given back within a call. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-latency-rank.h"

#include <string.h>

/* Below this, moving elements one by one is faster than counting digits. */
#define MAX_INSERTION 48

/* When no more values than this are left to choose from, they are copied together. */
#define MAX_GATHERED 2048

/* How far from a guess the value is looked for first: a quarter of a percent, in units of a float's last bit.
 */
#define GUESS_DISTANCE (1 << 14)

/* A digit is a third of the bits in which values differ: with fewer of them, what is moved to stays in the
 * processor's nearest cache. */
#define N_PASSES 3
#define MAX_DIGIT_BITS 11
#define MAX_DIGITS (1 << MAX_DIGIT_BITS)

static void
sort_by_insertion (PdkLatency *values, guint16 *tags, guint32 n)
{
  for (guint32 i = 1; i < n; i++)
    {
      PdkLatency value = values[i];
      guint16 tag = tags[i];
      guint32 j = i;

      for (; j > 0 && values[j - 1] > value; j--)
        {
          values[j] = values[j - 1];
          tags[j] = tags[j - 1];
        }
      values[j] = value;
      tags[j] = tag;
    }
}

/* Where a value's digits are: above the least of all values. */
typedef struct
{
  PdkLatency least;
  guint bits;
} Digits;

static guint
get_digit (const Digits *digits, PdkLatency value, guint pass)
{
  return (value - digits->least) >> (pass * digits->bits) & ((1u << digits->bits) - 1);
}

static Digits
choose_digits (const PdkLatency *values, guint32 n)
{
  PdkLatency least = G_MAXUINT32, greatest = 0;

  for (guint32 i = 0; i < n; i++)
    {
      least = MIN (least, values[i]);
      greatest = MAX (greatest, values[i]);
    }
  return (Digits){ .least = least, .bits = (g_bit_storage (greatest - least) + N_PASSES - 1) / N_PASSES };
}

/* One pass over one of the digits. Returns FALSE if all values share it, and nothing was moved. */
static gboolean
sort_by_digit (const Digits *digits,
               guint pass,
               const PdkLatency *values,
               const guint16 *tags,
               guint32 n,
               guint32 *counts,
               PdkLatency *out_values,
               guint16 *out_tags)
{
  guint32 position = 0;

  if (counts[get_digit (digits, values[0], pass)] == n)
    return FALSE;
  for (guint i = 0; i < 1u << digits->bits; i++)
    {
      guint32 count = counts[i];

      counts[i] = position;
      position += count;
    }
  for (guint32 i = 0; i < n; i++)
    {
      guint32 target = counts[get_digit (digits, values[i], pass)]++;

      out_values[target] = values[i];
      out_tags[target] = tags[i];
    }
  return TRUE;
}

/* Least significant digit first; the other half of each pass lies in @spare_values and @spare_tags. */
static void
sort_by_radix (PdkLatency *values, guint16 *tags, guint32 n, PdkLatency *spare_values, guint16 *spare_tags)
{
  const Digits digits = choose_digits (values, n);
  guint32 counts[N_PASSES][MAX_DIGITS];
  PdkLatency *from_values = values, *to_values = spare_values;
  guint16 *from_tags = tags, *to_tags = spare_tags;

  for (guint pass = 0; pass < N_PASSES; pass++)
    memset (counts[pass], 0, sizeof (guint32) << digits.bits);
  for (guint32 i = 0; i < n; i++)
    {
      for (guint pass = 0; pass < N_PASSES; pass++)
        counts[pass][get_digit (&digits, values[i], pass)]++;
    }
  for (guint pass = 0; pass < N_PASSES; pass++)
    {
      if (sort_by_digit (&digits, pass, from_values, from_tags, n, counts[pass], to_values, to_tags))
        {
          PdkLatency *swap_values = from_values;
          guint16 *swap_tags = from_tags;

          from_values = to_values;
          to_values = swap_values;
          from_tags = to_tags;
          to_tags = swap_tags;
        }
    }
  if (from_values != values)
    {
      memcpy (values, from_values, n * sizeof *values);
      memcpy (tags, from_tags, n * sizeof *tags);
    }
}

/* Merges the sorted [0, n_sorted) with the sorted [n_sorted, n), from the back; the spare arrays hold the
 * latter. */
static void
merge (PdkLatency *values,
       guint16 *tags,
       guint32 n,
       guint32 n_sorted,
       PdkLatency *spare_values,
       guint16 *spare_tags)
{
  guint32 left = n_sorted, right = n - n_sorted;

  memcpy (spare_values, values + n_sorted, right * sizeof *values);
  memcpy (spare_tags, tags + n_sorted, right * sizeof *tags);
  while (right > 0)
    {
      guint32 target = left + right - 1;

      if (left > 0 && values[left - 1] > spare_values[right - 1])
        {
          left--;
          values[target] = values[left];
          tags[target] = tags[left];
        }
      else
        {
          right--;
          values[target] = spare_values[right];
          tags[target] = spare_tags[right];
        }
    }
}

/* How many of the range's values are at most @value; only those between @low and @high need to be asked. */
static guint32
upper_bound_between (const PdkLatencyRange *range, guint32 low, guint32 high, PdkLatency value)
{
  const PdkLatency *base = range->values + low;
  guint32 length = high - low;

  while (length > 0)
    {
      guint32 half = length / 2;

      /* Written so that compilers move instead of jump: the outcome cannot be predicted. */
      base = base[half] <= value ? base + (length - half) : base;
      length = half;
    }
  return base - range->values;
}

static guint32
upper_bound (const PdkLatencyRange *range, PdkLatency value)
{
  return upper_bound_between (range, range->low, range->high, value);
}

/* The same where the outcome is expected to be about @guess: looks at few values, which are close together.
 */
static guint32
upper_bound_near (const PdkLatencyRange *range, guint32 guess, PdkLatency value)
{
  const PdkLatency *values = range->values;
  guint32 low = CLAMP (guess, range->low, range->high), high = low;

  for (guint32 distance = 1; low > range->low && values[low - 1] > value; distance *= 2)
    {
      high = low - 1;
      low -= MIN (distance, low - range->low);
    }
  for (guint32 distance = 1; high < range->high && values[high] <= value; distance *= 2)
    {
      low = high + 1;
      high += MIN (distance, range->high - high);
    }
  return upper_bound_between (range, low, high, value);
}

/* How many of the range's values are at most @value, in one of the steps of a selection. All ranges being
 * much alike, the first of them finds its place about as far up as the rank is among all; the second is a
 * little below what the first has cut off. */
static guint32
find_middle (const PdkLatencyRange *range, guint step, double portion, PdkLatency value)
{
  if (step == 0)
    return upper_bound_near (range, (guint32) (range->high * portion), value);
  return step == 1 ? upper_bound_near (range, range->high, value) : upper_bound (range, value);
}

/* Takes out the ranges in which nothing is left to decide. Returns how many remain; @n_below grows by the
 * number of values that are known to lie below the one sought, @n_left becomes the number of those that may
 * be it. */
static guint
drop_decided (PdkLatencyRange *ranges, guint n_ranges, guint64 *n_below, guint64 *n_left)
{
  guint n_kept = 0;

  *n_left = 0;
  for (guint i = 0; i < n_ranges; i++)
    {
      *n_left += ranges[i].high - ranges[i].low;
      if (ranges[i].low < ranges[i].high)
        ranges[n_kept++] = ranges[i];
      else
        *n_below += ranges[i].low;
    }
  return n_kept;
}

/* The value at @rank among few, by the same bisection; what cannot be the value is moved out. */
static PdkLatency
select_among (PdkLatency *values, guint n, guint rank, PdkLatency least, PdkLatency greatest)
{
  while (least < greatest)
    {
      PdkLatency middle = least + (greatest - least) / 2;
      guint n_at_most = 0, n_kept = 0;
      gboolean is_lower;

      for (guint i = 0; i < n; i++)
        n_at_most += values[i] <= middle;
      is_lower = n_at_most >= rank;
      for (guint i = 0; i < n; i++)
        {
          values[n_kept] = values[i];
          n_kept += (values[i] <= middle) == is_lower;
        }
      n = n_kept;
      if (is_lower)
        greatest = middle;
      else
        {
          rank -= n_at_most;
          least = middle + 1;
        }
    }
  return least;
}

static PdkLatency
select_gathered (
    const PdkLatencyRange *ranges, guint n_ranges, guint64 rank, PdkLatency least, PdkLatency greatest)
{
  PdkLatency values[MAX_GATHERED];
  guint n = 0;

  for (guint i = 0; i < n_ranges; i++)
    {
      guint32 length = ranges[i].high - ranges[i].low;

      memcpy (values + n, ranges[i].values + ranges[i].low, length * sizeof *values);
      n += length;
      rank -= ranges[i].low;
    }
  return select_among (values, n, rank, least, greatest);
}

/* The first two steps look right above and right below the guess, the others halve what is left. */
static PdkLatency
choose_middle (guint step, PdkLatency guess, PdkLatency least, PdkLatency greatest)
{
  gint64 middle = (gint64) guess + (step == 0 ? GUESS_DISTANCE : -GUESS_DISTANCE);

  if (step < 2 && middle >= least && middle < greatest)
    return middle;
  return least + (greatest - least) / 2;
}

/**
 * pdk_latency_rank_sort:
 * @values: latencies
 * @tags: what belongs to each value, and moves with it
 * @n: how many there are
 * @n_sorted: how many of them, from the start, are in order already
 *
 * Sorts in ascending order, in time proportional to @n.
 */
void
pdk_latency_rank_sort (PdkLatency *values, guint16 *tags, guint32 n, guint32 n_sorted)
{
  guint32 n_new;
  g_autofree PdkLatency *spare_values = NULL;
  g_autofree guint16 *spare_tags = NULL;

  /* What was sorted once, and kept, comes in order. */
  while (n_sorted < n && (n_sorted == 0 || values[n_sorted - 1] <= values[n_sorted]))
    n_sorted++;
  if (n_sorted == n)
    return;
  n_new = n - n_sorted;
  spare_values = g_new (PdkLatency, n_new);
  spare_tags = g_new (guint16, n_new);
  if (n_new <= MAX_INSERTION)
    sort_by_insertion (values + n_sorted, tags + n_sorted, n_new);
  else
    sort_by_radix (values + n_sorted, tags + n_sorted, n_new, spare_values, spare_tags);
  if (n_sorted > 0)
    merge (values, tags, n, n_sorted, spare_values, spare_tags);
}

/**
 * pdk_latency_range_count_at_most:
 * @range: a range as it is given to pdk_latency_rank_select()
 * @value: a latency
 *
 * Returns: how many of the range's values are at most @value
 */
guint32
pdk_latency_range_count_at_most (const PdkLatencyRange *range, PdkLatency value)
{
  return upper_bound (range, value);
}

/**
 * pdk_latency_rank_select:
 * @ranges: sorted arrays; the ranges are used up
 * @n_ranges: how many arrays
 * @rank: 1 for the least value, up to the number of all values
 * @guess: what the value was the last time, or anything
 *
 * Finds the value at @rank among all values, by bisection on its bits: each step tells, in each array, which
 * part cannot hold it.
 *
 * Returns: the value
 */
PdkLatency
pdk_latency_rank_select (PdkLatencyRange *ranges, guint n_ranges, guint64 rank, PdkLatency guess)
{
  PdkLatency least = G_MAXUINT32, greatest = 0;
  guint64 n_below = 0, n_left;
  double portion;

  n_ranges = drop_decided (ranges, n_ranges, &n_below, &n_left);
  for (guint i = 0; i < n_ranges; i++)
    {
      least = MIN (least, ranges[i].values[ranges[i].low]);
      greatest = MAX (greatest, ranges[i].values[ranges[i].high - 1]);
    }

  portion = (double) rank / MAX (n_left, 1);
  for (guint step = 0; n_left > MAX_GATHERED && least < greatest; step++)
    {
      PdkLatency middle = choose_middle (step, guess, least, greatest);
      guint64 n_at_most = n_below;

      for (guint i = 0; i < n_ranges; i++)
        {
          ranges[i].middle = find_middle (&ranges[i], step, portion, middle);
          n_at_most += ranges[i].middle;
        }
      if (n_at_most >= rank)
        {
          greatest = middle;
          for (guint i = 0; i < n_ranges; i++)
            ranges[i].high = ranges[i].middle;
        }
      else
        {
          least = middle + 1;
          for (guint i = 0; i < n_ranges; i++)
            ranges[i].low = ranges[i].middle;
        }
      n_ranges = drop_decided (ranges, n_ranges, &n_below, &n_left);
    }
  return least < greatest ? select_gathered (ranges, n_ranges, rank - n_below, least, greatest) : least;
}
