/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A tally of tokens as something that can be kept and read back: the half of pdk-token-tally.h that is about
 * saving and loading. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include <math.h>
#include <string.h>

#include "pdk-token-tally-private.h"

#define GROUP_BYTES (sizeof (guint64) + sizeof (guint32))

/* The time since which there are tokens, or G_MAXINT64; and the groups that are in the future: time, prompt
 * and output tokens, milliseconds, whether it is attributed. */
#define REST_TYPE G_VARIANT_TYPE ("(xa(xuudb))")

/** pdk_token_tally_has_unsaved: Returns: whether any group was added since pdk_token_tally_mark_saved() */
gboolean
pdk_token_tally_has_unsaved (const PdkTokenTally *tally)
{
  if (tally->old_hours->len > 0)
    return TRUE;
  for (guint i = tally->chunks->len; i > 0; i--)
    {
      const Chunk *chunk = g_ptr_array_index (tally->chunks, i - 1);

      if (chunk->n != chunk->n_saved)
        return TRUE;
    }
  return FALSE;
}

/* All words, then all times, in little-endian order. */
static GBytes *
dup_data (const Chunk *chunk)
{
  guint8 *data = g_malloc (chunk->n * GROUP_BYTES);
  guint8 *units = data + chunk->n * sizeof (guint64);

  for (guint32 i = 0; i < chunk->n; i++)
    {
      guint64 word = GUINT64_TO_LE (chunk->words[i]);
      guint32 unit = GUINT32_TO_LE (chunk->output_units[i]);

      memcpy (data + i * sizeof word, &word, sizeof word);
      memcpy (units + i * sizeof unit, &unit, sizeof unit);
    }
  return g_bytes_new_take (data, chunk->n * GROUP_BYTES);
}

/**
 * pdk_token_tally_foreach_unsaved:
 * @tally: a tally
 * @func: takes each chunk that something was added to since pdk_token_tally_mark_saved()
 * @user_data: for @func
 */
void
pdk_token_tally_foreach_unsaved (const PdkTokenTally *tally, PdkTokenChunkFunc func, gpointer user_data)
{
  for (guint i = 0; i < tally->chunks->len; i++)
    {
      const Chunk *chunk = g_ptr_array_index (tally->chunks, i);
      g_autoptr (GBytes) data = NULL;

      if (chunk->n == chunk->n_saved)
        continue;
      data = dup_data (chunk);
      func (chunk->start_sec, data, user_data);
    }
}

/**
 * pdk_token_tally_get_old_hours:
 * @tally: a tally
 *
 * Returns: (transfer none) (element-type PdkHour): what was added since pdk_token_tally_mark_saved() to hours
 * so old that their chunks are gone, or soon will be
 */
const GArray *
pdk_token_tally_get_old_hours (const PdkTokenTally *tally)
{
  return tally->old_hours;
}

/** pdk_token_tally_add_to_hour: adds to @hour the tokens in it; see pdk_tally_has_whole_hour() */
void
pdk_token_tally_add_to_hour (PdkTokenTally *tally, PdkHour *hour)
{
  for (guint i = pdk_token_tally_find_chunk (tally, hour->start_sec); i < tally->chunks->len; i++)
    {
      const Chunk *chunk = g_ptr_array_index (tally->chunks, i);

      if (chunk->start_sec >= hour->start_sec + 3600)
        break;
      if (pdk_log_clock_hour (tally->clock, chunk->start_sec) != hour->start_sec)
        continue;
      hour->prompt_tokens += chunk->all.prompt_tokens;
      hour->output_tokens += chunk->all.output_tokens;
      hour->unattributed_tokens += pdk_token_sums_get_unattributed (&chunk->all, &chunk->attributed);
      hour->output_msec += (double) chunk->all.output_units / UNITS_PER_MSEC;
    }
}

/** pdk_token_tally_dup_rest: Returns: (transfer floating): all that is in neither chunks nor hours, for
 * pdk_token_tally_load_rest() */
GVariant *
pdk_token_tally_dup_rest (const PdkTokenTally *tally)
{
  g_auto (GVariantBuilder) future = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a(xuudb)"));

  for (guint i = 0; i < tally->future->len; i++)
    {
      const PdkTokenGroup *group = &g_array_index (tally->future, PdkTokenGroup, i);

      g_variant_builder_add (&future, "(xuudb)", group->time_sec, group->prompt_tokens, group->output_tokens,
                             group->output_msec, group->is_attributed);
    }
  return g_variant_new ("(xa(xuudb))", tally->first_known_sec, &future);
}

/** pdk_token_tally_mark_saved: tells that everything is kept now */
void
pdk_token_tally_mark_saved (PdkTokenTally *tally)
{
  for (guint i = 0; i < tally->chunks->len; i++)
    {
      Chunk *chunk = g_ptr_array_index (tally->chunks, i);

      chunk->n_saved = chunk->n;
    }
  g_array_set_size (tally->old_hours, 0);
}

static Chunk *
chunk_new_from_data (gint64 start_sec, const guint8 *data, gsize n)
{
  Chunk *chunk = g_new0 (Chunk, 1);
  const guint8 *units = data + n * sizeof (guint64);

  chunk->start_sec = start_sec;
  chunk->first = CHUNK_SEC;
  pdk_token_chunk_resize (chunk, (guint32) n);
  for (gsize i = 0; i < n; i++)
    {
      guint64 word;
      guint32 unit;
      guint second;

      memcpy (&word, data + i * sizeof word, sizeof word);
      memcpy (&unit, units + i * sizeof unit, sizeof unit);
      word = GUINT64_FROM_LE (word);
      unit = GUINT32_FROM_LE (unit);
      second = word >> (2 * TOKEN_BITS) & SECOND_MASK;
      if (second >= CHUNK_SEC)
        continue;
      chunk->words[chunk->n] = word;
      chunk->output_units[chunk->n] = unit;
      chunk->n++;
      chunk->first = MIN (chunk->first, second);
      chunk->last = MAX (chunk->last, second);
      pdk_token_chunk_count (&chunk->all, &chunk->attributed, word, unit);
    }
  chunk->n_saved = chunk->n;
  return chunk;
}

/**
 * pdk_token_tally_load_chunk:
 * @tally: a tally
 * @start_sec: when the chunk begins
 * @data: (nullable): what a #PdkTokenChunkFunc was given
 * @length: length of @data in bytes
 *
 * Puts a chunk in its place, instead of the one that may be there. Days are not changed.
 */
void
pdk_token_tally_load_chunk (PdkTokenTally *tally, gint64 start_sec, gconstpointer data, gsize length)
{
  guint i = pdk_token_tally_find_chunk (tally, start_sec);
  gsize n = length / GROUP_BYTES;
  Chunk *chunk;

  if (start_sec % CHUNK_SEC != 0 || n == 0 || length % GROUP_BYTES != 0)
    return;
  chunk = i < tally->chunks->len ? g_ptr_array_index (tally->chunks, i) : NULL;
  if (chunk != NULL && chunk->start_sec == start_sec)
    {
      tally->n_events -= chunk->n;
      g_ptr_array_remove_index (tally->chunks, i);
    }
  chunk = chunk_new_from_data (start_sec, data, n);
  tally->n_events += chunk->n;
  g_ptr_array_insert (tally->chunks, i, chunk);
}

/**
 * pdk_token_tally_load_days:
 * @tally: a tally
 * @hours: (element-type PdkHour): the hours of all days that it may be asked for, in the order of time
 *
 * Replaces what is known of days.
 */
void
pdk_token_tally_load_days (PdkTokenTally *tally, const GArray *hours)
{
  g_array_set_size (tally->days, 0);
  for (guint i = 0; i < hours->len; i++)
    {
      const PdkHour *hour = &g_array_index (hours, PdkHour, i);
      PdkTokenDay day = { .julian = pdk_log_clock_day (tally->clock, hour->start_sec) };
      PdkTokenDay *last;

      if (hour->prompt_tokens == 0 && hour->output_tokens == 0)
        continue;
      if (tally->days->len == 0 ||
          g_array_index (tally->days, PdkTokenDay, tally->days->len - 1).julian < day.julian)
        g_array_append_val (tally->days, day);
      last = &g_array_index (tally->days, PdkTokenDay, tally->days->len - 1);
      last->prompt_tokens += hour->prompt_tokens;
      last->output_tokens += hour->output_tokens;
      last->unattributed_tokens += hour->unattributed_tokens;
      last->output_msec += hour->output_msec;
    }
}

/**
 * pdk_token_tally_load_rest:
 * @tally: a tally
 * @rest: what pdk_token_tally_dup_rest() made; anything else is taken for nothing
 */
void
pdk_token_tally_load_rest (PdkTokenTally *tally, GVariant *rest)
{
  g_autoptr (GVariantIter) future = NULL;
  PdkTokenGroup group = { 0 };

  if (!g_variant_is_of_type (rest, REST_TYPE))
    return;
  g_variant_get (rest, "(xa(xuudb))", &tally->first_known_sec, &future);
  g_array_set_size (tally->future, 0);
  while (tally->future->len < PDK_TOKEN_TALLY_MAX_FUTURE &&
         g_variant_iter_next (future, "(xuudb)", &group.time_sec, &group.prompt_tokens, &group.output_tokens,
                              &group.output_msec, &group.is_attributed))
    {
      if (isfinite (group.output_msec))
        g_array_append_val (tally->future, group);
    }
}

/**
 * pdk_token_tally_drop_future:
 * @tally: a tally
 * @start_sec: Unix seconds
 * @end_sec: Unix seconds
 *
 * Forgets the groups that wait for a time from @start_sec until before @end_sec, since they are counted in
 * what will be loaded.
 */
void
pdk_token_tally_drop_future (PdkTokenTally *tally, gint64 start_sec, gint64 end_sec)
{
  for (guint i = tally->future->len; i > 0; i--)
    {
      gint64 time_sec = g_array_index (tally->future, PdkTokenGroup, i - 1).time_sec;

      if (time_sec >= start_sec && time_sec < end_sec)
        g_array_remove_index_fast (tally->future, i - 1);
    }
}
