/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A tally as something that can be kept and read back, piece by piece, so that what has not changed need not
 * be written again. Where it is kept is somebody else's business. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-tally-archive.h"

#include "pdk-tally-private.h"

/* The time since which a log is known, or G_MAXINT64; and the events that are in the future: time, latency,
 * status, kind. */
#define REST_TYPE G_VARIANT_TYPE ("(xa(xxqq))")

/**
 * pdk_tally_has_unsaved:
 * @tally: a tally
 *
 * Returns: whether any event was added since pdk_tally_mark_saved()
 */
gboolean
pdk_tally_has_unsaved (PdkTally *tally)
{
  return tally->has_unsaved || tally->old_hours->len > 0;
}

/* pdk_tally_save_chunk: gives a settled chunk to whoever saves this tally, unless it was already */
void
pdk_tally_save_chunk (PdkTally *tally, PdkTallyChunk *chunk)
{
  if (tally->save_func == NULL || chunk->n == chunk->n_written)
    return;
  chunk->n_written = chunk->n;
  tally->save_func (chunk, tally->save_data);
}

/**
 * pdk_tally_begin_saving:
 * @tally: a tally
 * @func: takes each chunk that something was added to since pdk_tally_mark_saved()
 * @user_data: for @func
 *
 * From now on, chunks are given to @func, in whichever thread adds to the tally: each when a later one
 * begins, and once more if something is added to it after that. So a long log is written while it is read.
 */
void
pdk_tally_begin_saving (PdkTally *tally, PdkTallyChunkFunc func, gpointer user_data)
{
  for (guint i = 0; i < tally->chunks->len; i++)
    {
      PdkTallyChunk *chunk = g_ptr_array_index (tally->chunks, i);

      chunk->n_written = chunk->n_saved;
    }
  tally->save_func = func;
  tally->save_data = user_data;
}

/** pdk_tally_finish_saving: gives out the chunks that remain, and ends what pdk_tally_begin_saving() began */
void
pdk_tally_finish_saving (PdkTally *tally)
{
  pdk_tally_settle (tally);
  for (guint i = 0; i < tally->chunks->len; i++)
    pdk_tally_save_chunk (tally, g_ptr_array_index (tally->chunks, i));
  tally->save_func = NULL;
}

/**
 * pdk_tally_get_old_hours:
 * @tally: a tally
 *
 * Returns: (transfer none) (element-type PdkHour): what was added since pdk_tally_mark_saved() to hours so
 * old that their chunks are gone, or soon will be
 */
const GArray *
pdk_tally_get_old_hours (PdkTally *tally)
{
  return tally->old_hours;
}

/** pdk_tally_dup_rest: Returns: (transfer floating): all that is in neither chunks nor hours, for
 * pdk_tally_load_rest() */
GVariant *
pdk_tally_dup_rest (PdkTally *tally)
{
  g_auto (GVariantBuilder) future = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a(xxqq)"));

  for (guint i = 0; i < tally->future->len; i++)
    {
      const FutureEvent *event = &g_array_index (tally->future, FutureEvent, i);

      g_variant_builder_add (&future, "(xxqq)", event->time_sec, event->latency_nsec, event->status,
                             event->kind);
    }
  return g_variant_new ("(xa(xxqq))", tally->first_known_sec, &future);
}

/** pdk_tally_mark_saved: tells that everything is kept now */
void
pdk_tally_mark_saved (PdkTally *tally)
{
  pdk_tally_settle (tally);
  for (guint i = 0; i < tally->chunks->len; i++)
    {
      PdkTallyChunk *chunk = g_ptr_array_index (tally->chunks, i);

      chunk->n_saved = chunk->n_written = chunk->n;
    }
  g_array_set_size (tally->old_hours, 0);
  tally->has_unsaved = FALSE;
}

/**
 * pdk_tally_has_whole_hour:
 * @tally: a tally
 * @hour_sec: when an hour begins
 *
 * Returns: whether pdk_tally_add_to_hour() knows all of it, as far as the tally was ever told
 */
gboolean
pdk_tally_has_whole_hour (PdkTally *tally, gint64 hour_sec)
{
  return hour_sec >= tally->now_sec - OLD_HOURS_SEC - 3600;
}

/** pdk_tally_get_hour: Returns: when the hour begins that @time_sec lies in, on the user's wall clock */
gint64
pdk_tally_get_hour (PdkTally *tally, gint64 time_sec)
{
  return pdk_log_clock_hour (tally->clock, time_sec);
}

/**
 * pdk_tally_add_to_hour:
 * @tally: a tally
 * @hour: (inout): an hour, to which the requests in it are added
 */
void
pdk_tally_add_to_hour (PdkTally *tally, PdkHour *hour)
{
  PdkHour requests;
  guint i;

  pdk_tally_settle (tally);
  i = pdk_hour_find (tally->hours, hour->start_sec);
  if (i == tally->hours->len || g_array_index (tally->hours, PdkHour, i).start_sec != hour->start_sec)
    return;
  requests = g_array_index (tally->hours, PdkHour, i);
  requests.prompt_tokens = requests.output_tokens = requests.unattributed_tokens = 0;
  requests.output_msec = 0;
  pdk_hour_merge (hour, &requests);
}

/**
 * pdk_tally_load_chunk:
 * @tally: a tally
 * @start_sec: when the chunk begins
 * @data: (nullable): what pdk_tally_chunk_dup_data() made
 * @length: length of @data in bytes
 *
 * Puts a chunk in its place, instead of the one that may be there. Days are not changed.
 */
void
pdk_tally_load_chunk (PdkTally *tally, gint64 start_sec, gconstpointer data, gsize length)
{
  guint i = pdk_tally_find_chunk (tally, start_sec);
  PdkTallyChunk *chunk;

  if (start_sec % PDK_TALLY_CHUNK_SEC != 0)
    return;
  pdk_tally_settle (tally);
  if (i < tally->chunks->len)
    {
      chunk = g_ptr_array_index (tally->chunks, i);
      if (chunk->start_sec == start_sec)
        {
          tally->n_events -= chunk->n;
          g_ptr_array_remove_index (tally->chunks, i);
        }
    }
  tally->generation++;
  chunk = pdk_tally_chunk_new_from_data (start_sec, data, length);
  tally->n_events += chunk->n;
  g_ptr_array_insert (tally->chunks, i, chunk);
}

/**
 * pdk_tally_load_days:
 * @tally: a tally
 * @hours: (element-type PdkHour): the hours of all days that it may be asked for
 *
 * Replaces what is known of days.
 */
void
pdk_tally_load_days (PdkTally *tally, const GArray *hours)
{
  pdk_tally_settle (tally);
  pdk_tally_load_hours (tally, hours);
  pdk_day_series_free (tally->days);
  tally->days = pdk_day_series_new ();
  for (guint i = 0; i < hours->len; i++)
    pdk_tally_add_to_day (tally, &g_array_index (hours, PdkHour, i));
}

/**
 * pdk_tally_load_rest:
 * @tally: a tally
 * @rest: what pdk_tally_dup_rest() made; anything else is taken for nothing
 */
void
pdk_tally_load_rest (PdkTally *tally, GVariant *rest)
{
  g_autoptr (GVariantIter) future = NULL;
  FutureEvent event;

  if (!g_variant_is_of_type (rest, REST_TYPE))
    return;
  g_variant_get (rest, "(xa(xxqq))", &tally->first_known_sec, &future);
  g_array_set_size (tally->future, 0);
  while (tally->future->len < PDK_TALLY_MAX_FUTURE &&
         g_variant_iter_next (future, "(xxqq)", &event.time_sec, &event.latency_nsec, &event.status,
                              &event.kind))
    {
      if (event.kind < PDK_REQUEST_N_KINDS && event.latency_nsec >= 0)
        g_array_append_val (tally->future, event);
    }
}
