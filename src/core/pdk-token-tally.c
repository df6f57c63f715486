/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Counts tokens by window and by day, as PdkTally counts requests.
 *
 * A tally belongs to one thread at a time, and has no clock: what "now" is, its caller says. Groups may come
 * in any order. Those of the last eight days stand in chunks of a quarter of an hour, twelve bytes each, with
 * the chunk's sums: a window adds up sums, and looks into the chunks at its two edges alone. Older ones only
 * live on in the sums of their day. Those from the future wait aside.
 */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-token-tally.h"

#include <math.h>

#include "pdk-token-tally-private.h"

/* pdk_token_chunk_free: a GDestroyNotify */
void
pdk_token_chunk_free (gpointer data)
{
  Chunk *chunk = data;

  g_free (chunk->words);
  g_free (chunk->output_units);
  g_free (chunk);
}

/* pdk_token_chunk_resize: makes room for @capacity groups */
void
pdk_token_chunk_resize (Chunk *chunk, guint32 capacity)
{
  chunk->words = g_renew (guint64, chunk->words, capacity);
  chunk->output_units = g_renew (guint32, chunk->output_units, capacity);
  chunk->capacity = capacity;
}

static void
add_word (Sums *sums, guint64 word, guint32 output_units)
{
  sums->prompt_tokens += word & TOKEN_MASK;
  sums->output_tokens += word >> TOKEN_BITS & TOKEN_MASK;
  sums->output_units += output_units;
}

static void
add_sums (Sums *sums, const Sums *others)
{
  sums->prompt_tokens += others->prompt_tokens;
  sums->output_tokens += others->output_tokens;
  sums->output_units += others->output_units;
}

static gboolean
is_attributed (guint64 word)
{
  return word >> (2 * TOKEN_BITS + SECOND_BITS) != 0;
}

static guint
second_of (guint64 word)
{
  return word >> (2 * TOKEN_BITS) & SECOND_MASK;
}

/* pdk_token_chunk_count: adds one group to @all, and to @attributed if it is */
void
pdk_token_chunk_count (Sums *all, Sums *attributed, guint64 word, guint32 output_units)
{
  add_word (all, word, output_units);
  if (is_attributed (word))
    add_word (attributed, word, output_units);
}

/* pdk_token_sums_get_unattributed: Returns: the tokens of both kinds that are in @all alone */
guint64
pdk_token_sums_get_unattributed (const Sums *all, const Sums *attributed)
{
  return all->prompt_tokens + all->output_tokens - attributed->prompt_tokens - attributed->output_tokens;
}

static void
chunk_add (Chunk *chunk, const PdkTokenGroup *group)
{
  guint second = group->time_sec - chunk->start_sec;
  guint32 units = (guint32) CLAMP (round (group->output_msec * UNITS_PER_MSEC), 0, G_MAXUINT32);
  guint64 word = MIN (group->prompt_tokens, TOKEN_MASK) |
                 MIN (group->output_tokens, TOKEN_MASK) << TOKEN_BITS | (guint64) second << (2 * TOKEN_BITS) |
                 (guint64) (group->is_attributed != FALSE) << (2 * TOKEN_BITS + SECOND_BITS);

  if (chunk->n == chunk->capacity)
    pdk_token_chunk_resize (chunk, chunk->capacity + MAX (chunk->capacity / 4, FIRST_CAPACITY));
  chunk->words[chunk->n] = word;
  chunk->output_units[chunk->n] = units;
  chunk->n++;
  chunk->first = MIN (chunk->first, second);
  chunk->last = MAX (chunk->last, second);
  pdk_token_chunk_count (&chunk->all, &chunk->attributed, word, units);
}

static void
chunk_count (const Chunk *chunk, gint64 start_exclusive, gint64 end_inclusive, Sums *all, Sums *attributed)
{
  gint64 from = start_exclusive - chunk->start_sec + 1;
  gint64 to = end_inclusive - chunk->start_sec;

  if (chunk->first >= from && chunk->last <= to)
    {
      add_sums (all, &chunk->all);
      add_sums (attributed, &chunk->attributed);
      return;
    }
  for (guint32 i = 0; i < chunk->n; i++)
    {
      guint second = second_of (chunk->words[i]);

      if (second >= from && second <= to)
        pdk_token_chunk_count (all, attributed, chunk->words[i], chunk->output_units[i]);
    }
}

/* Finds the first and the last attributed group from @first_sec to @last_sec. */
static gboolean
chunk_find_attributed (const Chunk *chunk, gint64 *first_sec, gint64 *last_sec)
{
  gint64 from = *first_sec - chunk->start_sec, to = *last_sec - chunk->start_sec;
  gint64 first = G_MAXINT64, last = G_MININT64;

  if (chunk->attributed.prompt_tokens + chunk->attributed.output_tokens == 0)
    return FALSE;
  for (guint32 i = 0; i < chunk->n; i++)
    {
      guint second = second_of (chunk->words[i]);

      if (second < from || second > to || !is_attributed (chunk->words[i]))
        continue;
      first = MIN (first, second);
      last = MAX (last, second);
    }
  if (first > last)
    return FALSE;
  *first_sec = chunk->start_sec + first;
  *last_sec = chunk->start_sec + last;
  return TRUE;
}

static gint64
chunk_start_of (gint64 time_sec)
{
  gint64 rest = time_sec % CHUNK_SEC;

  return time_sec - (rest < 0 ? rest + CHUNK_SEC : rest);
}

/* pdk_token_tally_find_chunk: Returns: the index of the first chunk that starts at @start_sec or later */
guint
pdk_token_tally_find_chunk (const PdkTokenTally *tally, gint64 start_sec)
{
  guint low = 0, high = tally->chunks->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (((Chunk *) g_ptr_array_index (tally->chunks, middle))->start_sec < start_sec)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

static void
drop_oldest_chunk (PdkTokenTally *tally)
{
  tally->n_events -= ((Chunk *) g_ptr_array_index (tally->chunks, 0))->n;
  g_ptr_array_remove_index (tally->chunks, 0);
}

/* The chunk that was the newest is not expected to grow any more. */
static Chunk *
obtain_chunk (PdkTokenTally *tally, gint64 time_sec)
{
  gint64 start_sec = chunk_start_of (time_sec);
  guint i = pdk_token_tally_find_chunk (tally, start_sec);
  Chunk *chunk = i < tally->chunks->len ? g_ptr_array_index (tally->chunks, i) : NULL;

  if (chunk != NULL && chunk->start_sec == start_sec)
    return chunk;
  if (chunk == NULL && i > 0)
    {
      Chunk *before = g_ptr_array_index (tally->chunks, i - 1);

      pdk_token_chunk_resize (before, before->n);
    }
  chunk = g_new0 (Chunk, 1);
  chunk->start_sec = start_sec;
  chunk->first = CHUNK_SEC;
  g_ptr_array_insert (tally->chunks, i, chunk);
  return chunk;
}

static void
add_to_day (PdkTokenTally *tally, const PdkTokenGroup *group)
{
  PdkTokenDay day = { .julian = pdk_log_clock_day (tally->clock, group->time_sec) };
  PdkTokenDay *known;
  guint i = tally->days->len;

  while (i > 0 && g_array_index (tally->days, PdkTokenDay, i - 1).julian >= day.julian)
    i--;
  if (i == tally->days->len || g_array_index (tally->days, PdkTokenDay, i).julian != day.julian)
    g_array_insert_val (tally->days, i, day);
  known = &g_array_index (tally->days, PdkTokenDay, i);
  known->prompt_tokens += group->prompt_tokens;
  known->output_tokens += group->output_tokens;
  known->output_msec += group->output_msec;
  if (!group->is_attributed)
    known->unattributed_tokens += group->prompt_tokens + group->output_tokens;
}

/* What no chunk holds, or not for much longer, is summed up apart for whoever keeps a history. */
static void
add_to_old_hours (PdkTokenTally *tally, const PdkTokenGroup *group)
{
  PdkHour *hour = pdk_hour_obtain (tally->old_hours, pdk_log_clock_hour (tally->clock, group->time_sec));

  hour->prompt_tokens += group->prompt_tokens;
  hour->output_tokens += group->output_tokens;
  hour->output_msec += group->output_msec;
  if (!group->is_attributed)
    hour->unattributed_tokens += group->prompt_tokens + group->output_tokens;
}

static void
release_future (PdkTokenTally *tally)
{
  g_autoptr (GArray) waiting = tally->future;

  tally->future = g_array_new (FALSE, FALSE, sizeof (PdkTokenGroup));
  for (guint i = 0; i < waiting->len; i++)
    pdk_token_tally_add (tally, &g_array_index (waiting, PdkTokenGroup, i));
}

/**
 * pdk_token_tally_new:
 * @zone: (nullable): the zone whose days are counted; %NULL for the local one
 * @now_sec: Unix seconds
 *
 * Returns: (transfer full): an empty tally
 */
PdkTokenTally *
pdk_token_tally_new (GTimeZone *zone, gint64 now_sec)
{
  PdkTokenTally *tally = g_new0 (PdkTokenTally, 1);

  tally->clock = pdk_log_clock_new (zone);
  tally->now_sec = now_sec;
  tally->first_known_sec = G_MAXINT64;
  tally->chunks = g_ptr_array_new_with_free_func (pdk_token_chunk_free);
  tally->days = g_array_new (FALSE, FALSE, sizeof (PdkTokenDay));
  tally->future = g_array_new (FALSE, FALSE, sizeof (PdkTokenGroup));
  tally->old_hours = g_array_new (FALSE, FALSE, sizeof (PdkHour));
  return tally;
}

/**
 * pdk_token_tally_free:
 * @tally: (nullable) (transfer full): what to free
 */
void
pdk_token_tally_free (PdkTokenTally *tally)
{
  if (tally == NULL)
    return;
  pdk_log_clock_free (tally->clock);
  g_ptr_array_unref (tally->chunks);
  g_array_unref (tally->days);
  g_array_unref (tally->future);
  g_array_unref (tally->old_hours);
  g_free (tally);
}

/**
 * pdk_token_tally_expire:
 * @tally: the tally
 * @now_sec: Unix seconds
 *
 * Moves the tally's "now": forgets what no window and no day can reach any more, and takes in what was in the
 * future. Call it before adding and before counting.
 */
void
pdk_token_tally_expire (PdkTokenTally *tally, gint64 now_sec)
{
  guint32 first_day = pdk_log_clock_day (tally->clock, now_sec) - KEEP_DAYS;
  guint n_old_days = 0;

  tally->now_sec = now_sec;
  while (n_old_days < tally->days->len &&
         g_array_index (tally->days, PdkTokenDay, n_old_days).julian < first_day)
    n_old_days++;
  if (n_old_days > 0)
    g_array_remove_range (tally->days, 0, n_old_days);
  while (tally->chunks->len > 0 && ((Chunk *) g_ptr_array_index (tally->chunks, 0))->start_sec + CHUNK_SEC <=
                                       now_sec - KEEP_EVENTS_DAYS * PDK_SECONDS_PER_DAY)
    drop_oldest_chunk (tally);
  if (tally->future->len > 0)
    release_future (tally);
}

/**
 * pdk_token_tally_add:
 * @tally: the tally
 * @group: the tokens of a request
 *
 * One that is older than %PDK_TOKEN_TALLY_MAX_AGE_DAYS is left out, as is its request. A group that is more
 * than %PDK_TALLY_MAX_AHEAD_SEC ahead of now waits for its time; at most
 * %PDK_TOKEN_TALLY_MAX_FUTURE do. Of more than %PDK_TOKEN_TALLY_MAX_EVENTS, the oldest leave the windows.
 */
void
pdk_token_tally_add (PdkTokenTally *tally, const PdkTokenGroup *group)
{
  if (group->time_sec > tally->now_sec + PDK_TALLY_MAX_AHEAD_SEC)
    {
      if (tally->future->len < PDK_TOKEN_TALLY_MAX_FUTURE)
        g_array_append_val (tally->future, *group);
      return;
    }

  tally->first_known_sec = MIN (tally->first_known_sec, group->time_sec);
  if (group->time_sec < tally->now_sec - PDK_TOKEN_TALLY_MAX_AGE_DAYS * PDK_SECONDS_PER_DAY)
    return;
  if (pdk_log_clock_hour (tally->clock, group->time_sec) < tally->now_sec - OLD_HOURS_SEC)
    add_to_old_hours (tally, group);
  if (group->time_sec >= tally->now_sec - (KEEP_DAYS + 1) * PDK_SECONDS_PER_DAY)
    add_to_day (tally, group);
  if (group->time_sec >= tally->now_sec - KEEP_EVENTS_DAYS * PDK_SECONDS_PER_DAY)
    {
      while (tally->n_events >= PDK_TOKEN_TALLY_MAX_EVENTS)
        drop_oldest_chunk (tally);
      chunk_add (obtain_chunk (tally, group->time_sec), group);
      tally->n_events++;
    }
}

/** pdk_token_tally_is_empty: Returns: whether nothing was ever added whose time has come */
gboolean
pdk_token_tally_is_empty (const PdkTokenTally *tally)
{
  return tally->first_known_sec == G_MAXINT64;
}

/**
 * pdk_token_tally_count:
 * @tally: the tally
 * @start_exclusive: Unix seconds; at most eight days before now
 * @end_inclusive: Unix seconds
 * @counts: (out caller-allocates): the sums of what came later than @start_exclusive and no later than
 *   @end_inclusive
 */
void
pdk_token_tally_count (const PdkTokenTally *tally,
                       gint64 start_exclusive,
                       gint64 end_inclusive,
                       PdkTokenCounts *counts)
{
  guint first = pdk_token_tally_find_chunk (tally, chunk_start_of (start_exclusive));
  guint last = pdk_token_tally_find_chunk (tally, chunk_start_of (end_inclusive) + 1);
  Sums all = { 0 }, attributed = { 0 };

  for (guint i = first; i < last; i++)
    chunk_count (g_ptr_array_index (tally->chunks, i), start_exclusive, end_inclusive, &all, &attributed);
  counts->prompt_tokens = all.prompt_tokens;
  counts->output_tokens = all.output_tokens;
  counts->output_msec = (double) all.output_units / UNITS_PER_MSEC;
  counts->unattributed_tokens = pdk_token_sums_get_unattributed (&all, &attributed);
  counts->attributed_prompt_tokens = attributed.prompt_tokens;
  counts->attributed_output_tokens = attributed.output_tokens;
  counts->attributed_output_msec = (double) attributed.output_units / UNITS_PER_MSEC;
}

/**
 * pdk_token_tally_find_attributed:
 * @tally: the tally
 * @first_sec: (inout): the first second to look at, Unix seconds; that of the first group there is
 * @last_sec: (inout): the last second to look at; that of the last group there is
 *
 * Looks for tokens of requests that are known.
 *
 * Returns: whether there are any; if not, the times stay as they are
 */
gboolean
pdk_token_tally_find_attributed (const PdkTokenTally *tally, gint64 *first_sec, gint64 *last_sec)
{
  guint begin = pdk_token_tally_find_chunk (tally, chunk_start_of (*first_sec));
  guint end = pdk_token_tally_find_chunk (tally, chunk_start_of (*last_sec) + 1);
  gint64 first = *first_sec, last = *last_sec, ignored = *last_sec;

  while (begin < end && !chunk_find_attributed (g_ptr_array_index (tally->chunks, begin), &first, &ignored))
    begin++;
  if (begin == end)
    return FALSE;
  ignored = first;
  while (!chunk_find_attributed (g_ptr_array_index (tally->chunks, end - 1), &ignored, &last))
    end--;
  *first_sec = first;
  *last_sec = last;
  return TRUE;
}

/**
 * pdk_token_tally_get_days:
 * @tally: the tally
 * @now_sec: Unix seconds
 *
 * The trailing %PDK_TALLY_SERIES_DAYS local days up to today, oldest first. A day without tokens is there
 * with zeros; days from before there were any are left out.
 *
 * Returns: (transfer full) (element-type PdkTokenDay): the days, none if the tally is empty
 */
GArray *
pdk_token_tally_get_days (PdkTokenTally *tally, gint64 now_sec)
{
  GArray *days = g_array_new (FALSE, FALSE, sizeof (PdkTokenDay));
  guint32 today = pdk_log_clock_day (tally->clock, now_sec);
  guint32 julian = today + 1;
  guint i = 0;

  if (!pdk_token_tally_is_empty (tally) && tally->first_known_sec <= now_sec + PDK_TALLY_MAX_AHEAD_SEC)
    julian =
        MAX (pdk_log_clock_day (tally->clock, tally->first_known_sec), today - (PDK_TALLY_SERIES_DAYS - 1));
  for (; julian <= today; julian++)
    {
      PdkTokenDay day = { .julian = julian };

      while (i < tally->days->len && g_array_index (tally->days, PdkTokenDay, i).julian < julian)
        i++;
      if (i < tally->days->len && g_array_index (tally->days, PdkTokenDay, i).julian == julian)
        day = g_array_index (tally->days, PdkTokenDay, i);
      g_array_append_val (days, day);
    }
  return days;
}

/** pdk_token_tally_get_size_bytes: Returns: the memory that the groups take */
gsize
pdk_token_tally_get_size_bytes (const PdkTokenTally *tally)
{
  gsize size = sizeof *tally + tally->future->len * sizeof (PdkTokenGroup);

  for (guint i = 0; i < tally->chunks->len; i++)
    {
      const Chunk *chunk = g_ptr_array_index (tally->chunks, i);

      size += sizeof *chunk + sizeof (gpointer) + chunk->capacity * (sizeof (guint64) + sizeof (guint32));
    }
  return size;
}
