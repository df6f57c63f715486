/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a window of a tally holds. A window is asked for again and again, and most of it does not change in
 * between: the sums of its whole chunks, and what lies around its percentiles, are kept (PdkTallyMemo). What
 * remains is a look into the chunks at its two edges, and into the newest one. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-tally-private.h"

/* Fewer values than this are quicker searched than remembered. */
#define MIN_REMEMBERED 8192

/* The parts of a window, as they are counted. */
typedef struct
{
  guint first, last;           /* of the chunks in between, which are whole: [first, last) */
  const PdkTallyChunk *newest; /* (nullable): the newest of all, if it is whole, too */
  guint32 n_first_edge;        /* how many of the tally's edges belong to the first of them */
} Parts;

/* Counts the chunk at index @i if it is only partly within the window, and tells whether it was. */
static gboolean
count_edge (PdkTally *tally, guint i, gint64 start_exclusive, gint64 end_inclusive, PdkTallyCounts *counts)
{
  const PdkTallyChunk *chunk = g_ptr_array_index (tally->chunks, i);

  if (pdk_tally_chunk_is_within (chunk, start_exclusive, end_inclusive))
    return FALSE;
  pdk_tally_chunk_count_some (chunk, start_exclusive, end_inclusive, counts, tally->edges);
  return TRUE;
}

/* Counts what is not in the chunks between. */
static Parts
count_ends (PdkTally *tally, gint64 start_exclusive, gint64 end_inclusive, PdkTallyCounts *counts)
{
  Parts parts = {
    .first = pdk_tally_find_chunk (tally, pdk_tally_chunk_start (start_exclusive)),
    .last = pdk_tally_find_chunk (tally, pdk_tally_chunk_start (end_inclusive) + 1),
  };

  g_array_set_size (tally->edges, 0);
  if (parts.first < parts.last && count_edge (tally, parts.first, start_exclusive, end_inclusive, counts))
    parts.first++;
  parts.n_first_edge = tally->edges->len;
  if (parts.first < parts.last && count_edge (tally, parts.last - 1, start_exclusive, end_inclusive, counts))
    parts.last--;
  if (parts.first < parts.last && parts.last == tally->chunks->len)
    {
      parts.newest = g_ptr_array_index (tally->chunks, --parts.last);
      pdk_tally_chunk_count_all (parts.newest, counts);
    }
  return parts;
}

static void
add_counts (PdkTallyCounts *counts, const PdkTallyCounts *more)
{
  counts->requests += more->requests;
  counts->chat += more->chat;
  counts->generate += more->generate;
  counts->embed += more->embed;
  counts->other += more->other;
  counts->http_4xx += more->http_4xx;
  counts->http_5xx += more->http_5xx;
  counts->latency_sum_msec += more->latency_sum_msec;
}

/* pdk_tally_memo_clear: forgets everything but the guesses, which are good for what comes, too, and gives
 * back the memory */
void
pdk_tally_memo_clear (PdkTallyMemo *memo)
{
  pdk_percentile_memo_clear (&memo->p50);
  pdk_percentile_memo_clear (&memo->p95);
  *memo = (PdkTallyMemo){ .guess_p50 = memo->guess_p50, .guess_p95 = memo->guess_p95 };
}

/* Makes the memo one of these parts, if it is not already. */
static void
recall (PdkTally *tally, PdkTallyMemo *memo, const Parts *parts)
{
  const PdkTallyChunk *first = g_ptr_array_index (tally->chunks, parts->first);
  const PdkTallyChunk *last = g_ptr_array_index (tally->chunks, parts->last - 1);

  if (memo->generation == tally->generation && memo->first_sec == first->start_sec &&
      memo->last_sec == last->start_sec)
    return;
  pdk_tally_memo_clear (memo);
  memo->generation = tally->generation;
  memo->first_sec = first->start_sec;
  memo->last_sec = last->start_sec;
  for (guint i = parts->first; i < parts->last; i++)
    pdk_tally_chunk_count_all (g_ptr_array_index (tally->chunks, i), &memo->sums);
}

static void
append_range (PdkTally *tally, const PdkLatency *values, guint32 n)
{
  PdkLatencyRange range = { values, 0, n, 0 };

  if (n > 0)
    g_array_append_val (tally->ranges, range);
}

/* Lists the values of the window as sorted arrays: those of its ends first. Returns how many these are. */
static guint
list_ranges (PdkTally *tally, const Parts *parts, gboolean with_whole)
{
  const PdkLatency *edges = (const PdkLatency *) (gpointer) tally->edges->data;
  guint n_ends;

  g_array_set_size (tally->ranges, 0);
  /* An array of nothing is NULL, and nothing may be added to that. */
  if (tally->edges->len > 0)
    {
      append_range (tally, edges, parts->n_first_edge);
      append_range (tally, edges + parts->n_first_edge, tally->edges->len - parts->n_first_edge);
    }
  if (parts->newest != NULL)
    append_range (tally, parts->newest->latencies, parts->newest->n);
  n_ends = tally->ranges->len;
  for (guint i = parts->first; with_whole && i < parts->last; i++)
    {
      const PdkTallyChunk *chunk = g_ptr_array_index (tally->chunks, i);

      append_range (tally, chunk->latencies, chunk->n);
    }
  return n_ends;
}

/* The value at the nearest rank of @percent among all of the window's @n values. */
static PdkLatency
find_percentile (
    PdkTally *tally, const Parts *parts, PdkPercentileMemo *memo, guint64 n, guint percent, PdkLatency guess)
{
  guint64 rank = (n * percent + 99) / 100;
  PdkLatencyRange *ranges;
  PdkLatency value;
  guint n_ends;

  n_ends = list_ranges (tally, parts, FALSE);
  if (pdk_percentile_memo_find (memo, (PdkLatencyRange *) (gpointer) tally->ranges->data, n_ends, rank,
                                &value))
    return value;

  list_ranges (tally, parts, TRUE);
  ranges = (PdkLatencyRange *) (gpointer) tally->ranges->data;
  value = pdk_latency_rank_select (ranges, tally->ranges->len, rank, guess);
  if (n >= MIN_REMEMBERED)
    {
      list_ranges (tally, parts, TRUE);
      pdk_percentile_memo_fill (memo, ranges + n_ends, tally->ranges->len - n_ends, value);
    }
  return value;
}

/**
 * pdk_tally_count:
 * @tally: the tally
 * @window: which window it is, since what is remembered of one is its own
 * @start_exclusive: events later than this count, Unix seconds
 * @end_inclusive: events later than this do not
 * @counts: (out caller-allocates): the sums, and the percentiles by nearest rank
 *
 * Counts the events that are kept: eight days, and nothing that was in the future at the last
 * pdk_tally_expire(). Latencies are as exact as a float is. It takes the longer, the more the window has
 * moved since it was counted last.
 */
void
pdk_tally_count (
    PdkTally *tally, PdkWindow window, gint64 start_exclusive, gint64 end_inclusive, PdkTallyCounts *counts)
{
  PdkTallyMemo *memo = &tally->memos[window];
  Parts parts;

  *counts = (PdkTallyCounts){ 0 };
  pdk_tally_settle (tally);
  parts = count_ends (tally, start_exclusive, end_inclusive, counts);
  if (parts.first < parts.last)
    {
      recall (tally, memo, &parts);
      add_counts (counts, &memo->sums);
    }
  else
    pdk_tally_memo_clear (memo);
  if (counts->requests > 0)
    {
      memo->guess_p50 = find_percentile (tally, &parts, &memo->p50, counts->requests, 50, memo->guess_p50);
      memo->guess_p95 = find_percentile (tally, &parts, &memo->p95, counts->requests, 95, memo->guess_p95);
      counts->p50_msec = pdk_latency_to_msec (memo->guess_p50);
      counts->p95_msec = pdk_latency_to_msec (memo->guess_p95);
    }
}
