/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What was learnt from a log, as rows of Paddock's own file: single requests and groups of tokens of the last
 * eight days, a quarter of an hour in a row; sums by the hour; and the rest, with the read positions, in one
 * GVariant. pdk-log-loader.c takes it in again. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-log-saver.h"

#include "pdk-log-recount.h"
#include "pdk-log-saver-private.h"
#include "pdk-tally-archive.h"

struct _PdkLogSaving
{
  PdkLogState *state;
  PdkHistoryDb *db;
  GArray *hours; /* (element-type PdkHour): those that have changed; only start_sec is set */
  GError *error; /* (nullable): what went wrong first */
};

#if HAVE_JOURNAL
/* Read positions, and the times of requests in the journal that are still to come. */
static GVariant *
save_journal (PdkLogState *state)
{
  return g_variant_new ("(v@ax)", pdk_journal_save (state->journal),
                        g_variant_new_fixed_array (G_VARIANT_TYPE_INT64, state->journal_future->data,
                                                   state->journal_future->len, sizeof (gint64)));
}

#endif

static GVariant *
build_state (PdkLogState *state)
{
  g_auto (GVariantBuilder) tails = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a(sv)"));
  GVariant *journal = NULL;

  for (guint i = 0; i < state->tails->len; i++)
    {
      PdkLogTail *tail = g_ptr_array_index (state->tails, i);

      g_variant_builder_add (&tails, "(sv)", pdk_log_tail_get_path (tail), pdk_log_tail_save (tail));
    }
  for (guint i = 0; i < state->other_tails->len; i++)
    g_variant_builder_add_value (&tails, g_ptr_array_index (state->other_tails, i));
#if HAVE_JOURNAL
  journal = state->journal != NULL ? save_journal (state) : NULL;
#endif
  return g_variant_ref_sink (g_variant_new_variant (g_variant_new (
      STATE_TYPE, FORMAT, state->time_zone, state->has_older, pdk_tally_dup_rest (state->tally),
      pdk_server_record_save (state->record), journal != NULL ? journal : g_variant_new_boolean (FALSE),
      &tails, state->passed_over_sec, state->overflow_sec, pdk_log_clock_save (state->clock),
      state->counted_since_sec)));
}

/* Entries of others make a journal grow all the time. Read positions that are a little old cost nothing, nor
 * does what was passed over without moving them. */
static gboolean
differs_beyond_journal (GVariant *state, GVariant *former)
{
  g_autoptr (GVariant) a = g_variant_get_variant (state);
  g_autoptr (GVariant) b = g_variant_get_variant (former);

  if (g_variant_n_children (a) != g_variant_n_children (b))
    return TRUE;
  for (gsize i = 0; i < g_variant_n_children (a); i++)
    {
      g_autoptr (GVariant) one = g_variant_get_child_value (a, i);
      g_autoptr (GVariant) other = g_variant_get_child_value (b, i);

      if (i != JOURNAL_INDEX && i != PASSED_OVER_INDEX && !g_variant_equal (one, other))
        return TRUE;
    }
  return FALSE;
}

/**
 * pdk_log_saver_has_unsaved:
 * @state: a state
 *
 * Returns: whether requests or tokens were read that are not kept
 */
gboolean
pdk_log_saver_has_unsaved (PdkLogState *state)
{
  return pdk_tally_has_unsaved (state->tally) ||
         pdk_token_tally_has_unsaved (pdk_server_record_get_tokens (state->record));
}

/* What is worth keeping of the times at which a model was loaded alone: those with tokens. */
static PdkLoadedSpans *
dup_loaded (PdkLogState *state)
{
  const GArray *spans = pdk_loaded_spans_get (state->loaded);
  PdkTokenTally *tokens = pdk_server_record_get_tokens (state->record);
  PdkLoadedSpans *worth = pdk_loaded_spans_new ();

  for (guint i = 0; i < spans->len; i++)
    {
      const PdkLoadedSpan *span = &g_array_index (spans, PdkLoadedSpan, i);
      gint64 first_sec = span->first_sec, last_sec = span->last_sec;

      if (span->model != NULL && pdk_token_tally_find_attributed (tokens, &first_sec, &last_sec))
        pdk_loaded_spans_add (worth, first_sec, last_sec, span->model);
    }
  return worth;
}

/* Whether @worth says more than what is kept. That it says less, since time has passed, is no news. */
static gboolean
is_more_loaded (PdkLogState *state, const PdkLoadedSpans *worth)
{
  g_autoptr (PdkLoadedSpans) together = pdk_loaded_spans_copy (state->kept_loaded);

  pdk_loaded_spans_merge (together, worth);
  return !pdk_loaded_spans_equal (together, state->kept_loaded);
}

/**
 * pdk_log_saver_has_news:
 * @state: a state
 *
 * Returns: whether anything of it is worth writing, the log apart that was not read yet
 */
gboolean
pdk_log_saver_has_news (PdkLogState *state)
{
  g_autoptr (PdkLoadedSpans) worth = NULL;

  if (pdk_log_saver_has_unsaved (state) || state->kept == NULL)
    return TRUE;
  worth = dup_loaded (state);
  return is_more_loaded (state, worth);
}

static void
note_hour (PdkLogSaving *saving, gint64 time_sec)
{
  pdk_hour_obtain (saving->hours, pdk_tally_get_hour (saving->state->tally, time_sec));
}

static void
save_recent (PdkLogSaving *saving, PdkHistoryRecent kind, gint64 start_sec, GBytes *data)
{
  gsize length;
  gconstpointer bytes = g_bytes_get_data (data, &length);

  pdk_history_db_write_recent (saving->db, kind, start_sec, bytes, length, &saving->error);
  note_hour (saving, start_sec);
}

static void
save_requests (const PdkTallyChunk *chunk, gpointer user_data)
{
  PdkLogSaving *saving = user_data;
  g_autoptr (GBytes) data = NULL;

  if (saving->error != NULL)
    return;
  data = pdk_tally_chunk_dup_data (chunk);
  save_recent (saving, PDK_HISTORY_REQUESTS, chunk->start_sec, data);
}

static void
save_tokens (gint64 start_sec, GBytes *data, gpointer user_data)
{
  PdkLogSaving *saving = user_data;

  if (saving->error == NULL)
    save_recent (saving, PDK_HISTORY_TOKENS, start_sec, data);
}

/* What is too old for a chunk is added to what is kept, unless the hour is written as a whole anyway. */
static void
add_old_hours (PdkLogSaving *saving, const GArray *hours)
{
  for (guint i = 0; i < hours->len && saving->error == NULL; i++)
    {
      const PdkHour *hour = &g_array_index (hours, PdkHour, i);

      if (pdk_tally_has_whole_hour (saving->state->tally, hour->start_sec))
        note_hour (saving, hour->start_sec);
      else
        pdk_history_db_add_hour (saving->db, hour, &saving->error);
    }
}

static void
save_whole_hours (PdkLogSaving *saving)
{
  for (guint i = 0; i < saving->hours->len && saving->error == NULL; i++)
    {
      PdkHour *hour = &g_array_index (saving->hours, PdkHour, i);

      if (!pdk_tally_has_whole_hour (saving->state->tally, hour->start_sec))
        continue;
      pdk_tally_add_to_hour (saving->state->tally, hour);
      pdk_token_tally_add_to_hour (pdk_server_record_get_tokens (saving->state->record), hour);
      pdk_history_db_put_hour (saving->db, hour, &saving->error);
    }
}

/* Writes all that has changed but the state itself. */
static gboolean
save_counts (PdkLogSaving *saving, GError **error)
{
  PdkTally *tally = saving->state->tally;
  PdkTokenTally *tokens = pdk_server_record_get_tokens (saving->state->record);

  pdk_tally_finish_saving (tally);
  pdk_token_tally_foreach_unsaved (tokens, save_tokens, saving);
  add_old_hours (saving, pdk_tally_get_old_hours (tally));
  add_old_hours (saving, pdk_token_tally_get_old_hours (tokens));
  save_whole_hours (saving);
  if (saving->error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&saving->error));
  return FALSE;
}

/** pdk_log_saving_free: frees @saving (nullable) (transfer full) */
void
pdk_log_saving_free (PdkLogSaving *saving)
{
  if (saving == NULL)
    return;
  g_array_unref (saving->hours);
  g_clear_error (&saving->error);
  g_free (saving);
}

/**
 * pdk_log_saver_begin:
 * @state: a state
 * @db: a file in a transaction of the generation that @state was loaded from; it has to stay open until
 * pdk_log_saver_finish()
 *
 * From now on, requests are written while the log is read, in whichever thread reads it, since the first
 * reading of a large log has a lot to write.
 */
void
pdk_log_saver_begin (PdkLogState *state, PdkHistoryDb *db)
{
  PdkLogSaving *saving = g_new0 (PdkLogSaving, 1);

  saving->state = state;
  saving->db = db;
  saving->hours = g_array_new (FALSE, FALSE, sizeof (PdkHour));
  pdk_log_saving_free (state->saving);
  state->saving = saving;
  pdk_tally_begin_saving (state->tally, save_requests, saving);
}

/**
 * pdk_log_saver_finish:
 * @state: a state that pdk_log_saver_begin() was called for
 * @account: whose
 * @is_news: (out): whether there was anything to write
 * @error: return location for what went wrong, also since pdk_log_saver_begin()
 *
 * Writes what else has changed since the last time.
 *
 * Returns: whether nothing went wrong
 */
gboolean
pdk_log_saver_finish (PdkLogState *state, const char *account, gboolean *is_news, GError **error)
{
  g_autoptr (PdkLogSaving) saving = g_steal_pointer (&state->saving);
  PdkHistoryDb *db = saving->db;
  PdkTokenTally *tokens = pdk_server_record_get_tokens (state->record);
  g_autoptr (GVariant) variant = NULL;
  g_autoptr (PdkLoadedSpans) worth = dup_loaded (state);

  if (pdk_tally_get_old_hours (state->tally)->len > 0 || pdk_token_tally_get_old_hours (tokens)->len > 0)
    pdk_log_state_note_passed_over (state);
  variant = build_state (state);
  *is_news = pdk_log_saver_has_unsaved (state) || state->kept == NULL || is_more_loaded (state, worth) ||
             differs_beyond_journal (variant, state->kept);
  if (!save_counts (saving, error))
    return FALSE;
  if (!*is_news)
    return TRUE;
  if (state->recount != NULL)
    {
      if (!pdk_log_recount_end (state->recount, state, db, account, error))
        return FALSE;
      g_clear_pointer (&variant, g_variant_unref);
      variant = build_state (state);
    }
  if ((!pdk_loaded_spans_equal (worth, state->kept_loaded) &&
       !pdk_history_db_write_loaded (db, worth, error)) ||
      !pdk_history_db_write_state (db, variant, error))
    return FALSE;
  g_clear_pointer (&state->written_loaded, pdk_loaded_spans_free);
  state->written_loaded = g_steal_pointer (&worth);
  g_clear_pointer (&state->written, g_variant_unref);
  state->written = g_steal_pointer (&variant);
  return TRUE;
}

/** pdk_log_saver_mark_saved: tells that what pdk_log_saver_finish() wrote is there for good */
void
pdk_log_saver_mark_saved (PdkLogState *state)
{
  pdk_tally_mark_saved (state->tally);
  pdk_token_tally_mark_saved (pdk_server_record_get_tokens (state->record));
  g_clear_pointer (&state->kept, g_variant_unref);
  state->kept = g_steal_pointer (&state->written);
  pdk_loaded_spans_free (state->kept_loaded);
  state->kept_loaded = g_steal_pointer (&state->written_loaded);
}

/**
 * pdk_log_saver_drop_old:
 * @db: a file in a transaction
 * @n_days: how long hours are kept
 * @now_sec: Unix seconds
 * @error: return location
 *
 * Drops the hours that are older than that, and what of single requests is in no window any more.
 *
 * Returns: whether nothing went wrong
 */
gboolean
pdk_log_saver_drop_old (PdkHistoryDb *db, guint n_days, gint64 now_sec, GError **error)
{
  return pdk_history_db_drop_before (db, now_sec - RECENT_DAYS * PDK_SECONDS_PER_DAY,
                                     now_sec - (gint64) n_days * PDK_SECONDS_PER_DAY, error);
}
