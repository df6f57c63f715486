/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What was learnt from a log, as rows of Paddock's own file, and back: single requests and groups of tokens
 * of the last eight days, a quarter of an hour in a row; sums by the hour; and the rest, with the read
 * positions, in one GVariant. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-log-saver.h"

#include "pdk-log-recount.h"
#include "pdk-tally-archive.h"

/* What of it is older is in no series. */
#define SERIES_DAYS 63

/* What of single requests is older is in no window; a day more than the tallies keep. */
#define RECENT_DAYS 9

#define MAX_OTHER_TAILS 64

/* Raised when the meaning of what is kept changes. What has another one is read from the log once more. */
#define FORMAT 1

/* Format, zone of the log's time stamps, whether it goes back beyond what is read, tally, record, journal,
 * tails by their paths; then, which the first releases had not, for which "now" something was passed over,
 * and for which there was too much in the future. */
#define FORMER_STATE_TYPE "(usbvvva(sv))"
#define STATE_TYPE "(usbvvva(sv)xx)"
#define TALLY_INDEX 3
#define RECORD_INDEX 4
#define JOURNAL_INDEX 5
#define TAILS_INDEX 6
#define PASSED_OVER_INDEX 7
#define OVERFLOW_INDEX 8

typedef struct
{
  PdkLogState *state;
  PdkHistoryDb *db;
  GArray *hours; /* (element-type PdkHour): those that have changed; only start_sec is set */
  GError **error;
  gboolean is_good;
} Saving;

#if HAVE_JOURNAL
/* Read positions, and the times of requests in the journal that are still to come. */
static GVariant *
save_journal (PdkLogState *state)
{
  return g_variant_new ("(v@ax)", pdk_journal_save (state->journal),
                        g_variant_new_fixed_array (G_VARIANT_TYPE_INT64, state->journal_future->data,
                                                   state->journal_future->len, sizeof (gint64)));
}

static void
load_journal (PdkLogState *state, GVariant *saved)
{
  g_autoptr (GVariant) positions = NULL;
  g_autoptr (GVariant) future = NULL;
  gconstpointer times;
  gsize n;

  if (!g_variant_is_of_type (saved, G_VARIANT_TYPE ("(vax)")))
    return;
  g_variant_get (saved, "(v@ax)", &positions, &future);
  pdk_journal_load (state->journal, positions);
  times = g_variant_get_fixed_array (future, &n, sizeof (gint64));
  g_array_set_size (state->journal_future, 0);
  g_array_append_vals (state->journal_future, times, (guint) MIN (n, PDK_TALLY_MAX_FUTURE));
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
      &tails, state->passed_over_sec, state->overflow_sec)));
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
note_hour (Saving *saving, gint64 time_sec)
{
  pdk_hour_obtain (saving->hours, pdk_tally_get_hour (saving->state->tally, time_sec));
}

static void
save_requests (const PdkTallyChunk *chunk, gpointer user_data)
{
  Saving *saving = user_data;
  g_autoptr (GBytes) data = NULL;

  if (!saving->is_good)
    return;
  data = pdk_tally_chunk_dup_data (chunk);
  saving->is_good =
      pdk_history_db_write_recent (saving->db, PDK_HISTORY_REQUESTS, chunk->start_sec,
                                   g_bytes_get_data (data, NULL), g_bytes_get_size (data), saving->error);
  note_hour (saving, chunk->start_sec);
}

static void
save_tokens (gint64 start_sec, GBytes *data, gpointer user_data)
{
  Saving *saving = user_data;

  if (!saving->is_good)
    return;
  saving->is_good =
      pdk_history_db_write_recent (saving->db, PDK_HISTORY_TOKENS, start_sec, g_bytes_get_data (data, NULL),
                                   g_bytes_get_size (data), saving->error);
  note_hour (saving, start_sec);
}

/* What is too old for a chunk is added to what is kept, unless the hour is written as a whole anyway. */
static void
add_old_hours (Saving *saving, const GArray *hours)
{
  for (guint i = 0; i < hours->len && saving->is_good; i++)
    {
      const PdkHour *hour = &g_array_index (hours, PdkHour, i);

      if (pdk_tally_has_whole_hour (saving->state->tally, hour->start_sec))
        note_hour (saving, hour->start_sec);
      else
        saving->is_good = pdk_history_db_add_hour (saving->db, hour, saving->error);
    }
}

static void
save_whole_hours (Saving *saving)
{
  for (guint i = 0; i < saving->hours->len && saving->is_good; i++)
    {
      PdkHour *hour = &g_array_index (saving->hours, PdkHour, i);

      if (!pdk_tally_has_whole_hour (saving->state->tally, hour->start_sec))
        continue;
      pdk_tally_add_to_hour (saving->state->tally, hour);
      pdk_token_tally_add_to_hour (pdk_server_record_get_tokens (saving->state->record), hour);
      saving->is_good = pdk_history_db_put_hour (saving->db, hour, saving->error);
    }
}

/* Writes all that has changed but the state itself. */
static gboolean
save_counts (Saving *saving)
{
  PdkTally *tally = saving->state->tally;
  PdkTokenTally *tokens = pdk_server_record_get_tokens (saving->state->record);

  pdk_tally_foreach_unsaved (tally, save_requests, saving);
  pdk_token_tally_foreach_unsaved (tokens, save_tokens, saving);
  add_old_hours (saving, pdk_tally_get_old_hours (tally));
  add_old_hours (saving, pdk_token_tally_get_old_hours (tokens));
  save_whole_hours (saving);
  return saving->is_good;
}

/**
 * pdk_log_saver_save:
 * @state: a state
 * @db: a file in a transaction of the generation that @state was loaded from
 * @account: whose
 * @is_news: (out): whether there was anything to write
 * @error: return location
 *
 * Writes what has changed since the last time.
 *
 * Returns: whether nothing went wrong
 */
gboolean
pdk_log_saver_save (
    PdkLogState *state, PdkHistoryDb *db, const char *account, gboolean *is_news, GError **error)
{
  PdkTokenTally *tokens = pdk_server_record_get_tokens (state->record);
  g_autoptr (GArray) hours = g_array_new (FALSE, FALSE, sizeof (PdkHour));
  g_autoptr (GVariant) variant = NULL;
  g_autoptr (PdkLoadedSpans) worth = dup_loaded (state);
  Saving saving = { state, db, hours, error, TRUE };

  if (pdk_tally_get_old_hours (state->tally)->len > 0 || pdk_token_tally_get_old_hours (tokens)->len > 0)
    pdk_log_state_note_passed_over (state);
  variant = build_state (state);
  *is_news = pdk_log_saver_has_unsaved (state) || state->kept == NULL || is_more_loaded (state, worth) ||
             differs_beyond_journal (variant, state->kept);
  if (!*is_news)
    return TRUE;
  if (!save_counts (&saving))
    return FALSE;
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

/** pdk_log_saver_mark_saved: tells that what pdk_log_saver_save() wrote is there for good */
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

static PdkLogTail *
find_tail (PdkLogState *state, const char *path)
{
  for (guint i = 0; i < state->tails->len; i++)
    {
      PdkLogTail *tail = g_ptr_array_index (state->tails, i);

      if (g_str_equal (pdk_log_tail_get_path (tail), path))
        return tail;
    }
  return NULL;
}

/* Those of places that the settings do not name now may be named again. */
static void
load_tails (PdkLogState *state, GVariant *tails)
{
  g_ptr_array_set_size (state->other_tails, 0);
  for (gsize i = 0; i < g_variant_n_children (tails); i++)
    {
      g_autoptr (GVariant) one = g_variant_get_child_value (tails, i);
      g_autoptr (GVariant) saved = NULL;
      const char *path;
      PdkLogTail *tail;

      g_variant_get (one, "(&sv)", &path, &saved);
      tail = find_tail (state, path);
      if (tail != NULL)
        pdk_log_tail_load (tail, saved);
      else if (state->other_tails->len < MAX_OTHER_TAILS)
        g_ptr_array_add (state->other_tails, g_steal_pointer (&one));
    }
}

/* Returns (transfer full) (nullable): what @stored holds, if it is of today's format and of the zone that is
 * set now. */
static GVariant *
open_state (PdkLogState *state, GVariant *stored)
{
  g_autoptr (GVariant) value = g_variant_get_variant (stored);
  const char *time_zone;
  guint32 format;

  if (!g_variant_is_of_type (value, G_VARIANT_TYPE (STATE_TYPE)) &&
      !g_variant_is_of_type (value, G_VARIANT_TYPE (FORMER_STATE_TYPE)))
    return NULL;
  g_variant_get_child (value, 0, "u", &format);
  g_variant_get_child (value, 1, "&s", &time_zone);
  return format == FORMAT && g_str_equal (time_zone, state->time_zone) ? g_steal_pointer (&value) : NULL;
}

/* Times that are not in @value yet are 0. */
static gint64
read_time (GVariant *value, gsize index)
{
  gint64 time_sec = 0;

  if (index < g_variant_n_children (value))
    g_variant_get_child (value, index, "x", &time_sec);
  return time_sec;
}

static void
load_rest (PdkLogState *state, GVariant *value)
{
  g_autoptr (GVariant) tally = NULL;
  g_autoptr (GVariant) record = NULL;
  g_autoptr (GVariant) journal = NULL;
  g_autoptr (GVariant) tails = g_variant_get_child_value (value, TAILS_INDEX);

  g_variant_get_child (value, 2, "b", &state->has_older);
  g_variant_get_child (value, TALLY_INDEX, "v", &tally);
  g_variant_get_child (value, RECORD_INDEX, "v", &record);
  g_variant_get_child (value, JOURNAL_INDEX, "v", &journal);
  state->passed_over_sec = read_time (value, PASSED_OVER_INDEX);
  state->overflow_sec = read_time (value, OVERFLOW_INDEX);
  pdk_tally_load_rest (state->tally, tally);
  pdk_server_record_load (state->record, record);
  load_tails (state, tails);
#if HAVE_JOURNAL
  if (state->journal != NULL)
    load_journal (state, journal);
#endif
}

/* All but the read positions of the log that is set now, which is to be read from its start. */
static gboolean
begin_recount (PdkLogState *state, PdkHistoryDb *db, const char *account, GVariant *value, GError **error)
{
  g_autoptr (GVariant) tally = NULL;
  g_autoptr (GVariant) record = NULL;
  g_autoptr (GVariant) tails = g_variant_get_child_value (value, TAILS_INDEX);

  state->recount = pdk_log_recount_begin (db, account, state->now_sec, error);
  if (state->recount == NULL)
    return FALSE;
  g_variant_get_child (value, TALLY_INDEX, "v", &tally);
  g_variant_get_child (value, RECORD_INDEX, "v", &record);
  pdk_tally_load_rest (state->tally, tally);
  pdk_tally_drop_future (state->tally, G_MININT64, G_MAXINT64);
  pdk_server_record_load_past (state->record, record);
  load_tails (state, tails);
  for (guint i = 0; i < state->tails->len; i++)
    pdk_log_tail_restart (g_ptr_array_index (state->tails, i));
  return TRUE;
}

static void
load_recent (PdkHistoryRecent kind, gint64 start_sec, gconstpointer data, gsize length, gpointer user_data)
{
  PdkLogState *state = user_data;

  if (kind == PDK_HISTORY_REQUESTS)
    pdk_tally_load_chunk (state->tally, start_sec, data, length);
  else if (kind == PDK_HISTORY_TOKENS)
    pdk_token_tally_load_chunk (pdk_server_record_get_tokens (state->record), start_sec, data, length);
}

/* What somebody else has found is put together with what we have. */
static gboolean
load_loaded (PdkLogState *state, PdkHistoryDb *db, GError **error)
{
  g_autoptr (PdkLoadedSpans) kept = pdk_loaded_spans_new ();

  if (!pdk_history_db_read_loaded (db, kept, error))
    return FALSE;
  pdk_loaded_spans_merge (state->loaded, kept);
  pdk_loaded_spans_free (state->kept_loaded);
  state->kept_loaded = g_steal_pointer (&kept);
  return TRUE;
}

/* What a clock that was ahead has counted lies close to where it was. Requests of the time between now and
 * then were counted by one that was right, so that it is behind now, and nothing was passed over. */
static gboolean
was_ahead (PdkHistoryDb *db, const char *account, gint64 passed_over_sec, gint64 now_sec)
{
  g_autoptr (GArray) hours = pdk_history_db_read_hours (db, account, now_sec + PDK_SECONDS_PER_DAY, NULL);

  for (guint i = 0; hours != NULL && i < hours->len; i++)
    {
      const PdkHour *hour = &g_array_index (hours, PdkHour, i);

      if (hour->start_sec < passed_over_sec - PDK_SECONDS_PER_DAY && hour->requests > 0)
        return FALSE;
    }
  return TRUE;
}

static gboolean
is_doubtful (PdkHistoryDb *db, const char *account, GVariant *value, gint64 now_sec)
{
  const gint64 passed_over_sec = read_time (value, PASSED_OVER_INDEX);

  if (pdk_log_state_is_doubtful (0, read_time (value, OVERFLOW_INDEX), now_sec))
    return TRUE;
  return pdk_log_state_is_doubtful (passed_over_sec, 0, now_sec) &&
         was_ahead (db, account, passed_over_sec, now_sec);
}

/**
 * pdk_log_saver_is_doubtful:
 * @state: a state
 * @db: a file in a transaction
 * @account: whose
 * @now_sec: Unix seconds
 *
 * Returns: whether the log has to be read once more because of a clock that was wrong, which
 * pdk_log_saver_load() sees to if it is given a new state
 */
gboolean
pdk_log_saver_is_doubtful (PdkLogState *state, PdkHistoryDb *db, const char *account, gint64 now_sec)
{
  /* What goes wrong here goes wrong there as well, and is told then. */
  g_autoptr (GVariant) stored = pdk_history_db_read_state (db, NULL);
  g_autoptr (GVariant) value = stored != NULL ? open_state (state, stored) : NULL;

  return value != NULL && is_doubtful (db, account, value, now_sec);
}

/**
 * pdk_log_saver_load:
 * @state: a state that is new, or that was loaded before and has nothing unsaved
 * @db: a file in a transaction
 * @account: whose
 * @now_sec: Unix seconds
 * @error: return location
 *
 * Takes in what was kept since @state was loaded last. What cannot be used is dropped from the file, as far
 * as the log will be read once more.
 *
 * Returns: whether nothing went wrong
 */
gboolean
pdk_log_saver_load (PdkLogState *state, PdkHistoryDb *db, const char *account, gint64 now_sec, GError **error)
{
  const gint64 series_sec = now_sec - SERIES_DAYS * PDK_SECONDS_PER_DAY;
  const gint64 recent_sec = now_sec - RECENT_DAYS * PDK_SECONDS_PER_DAY;
  g_autoptr (GError) local_error = NULL;
  g_autoptr (GVariant) stored = pdk_history_db_read_state (db, &local_error);
  g_autoptr (GVariant) value = NULL;
  g_autoptr (GArray) hours = NULL;

  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (stored == NULL)
    return TRUE;
  if (!load_loaded (state, db, error))
    return FALSE;
  value = open_state (state, stored);
  if (value == NULL)
    return pdk_history_db_forget_since (db, pdk_log_state_get_oldest_sec (now_sec), error);
  if (is_doubtful (db, account, value, now_sec))
    return begin_recount (state, db, account, value, error);

  load_rest (state, value);
  hours = pdk_history_db_read_hours (db, account, series_sec, error);
  if (hours == NULL ||
      !pdk_history_db_read_recent (db, state->generation, recent_sec, load_recent, state, error))
    return FALSE;
  pdk_tally_load_days (state->tally, hours);
  pdk_token_tally_load_days (pdk_server_record_get_tokens (state->record), hours);
  g_clear_pointer (&state->kept, g_variant_unref);
  state->kept = g_steal_pointer (&stored);
  return TRUE;
}
