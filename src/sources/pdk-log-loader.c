/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What was kept of a log, taken in again: the half of what pdk-log-saver.c writes that reads it back. In a
 * worker thread, within a transaction of the file's. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-log-loader.h"

#include "pdk-log-recount.h"
#include "pdk-log-saver-private.h"
#include "pdk-tally-archive.h"

/* What of it is older is in no series. */
#define SERIES_DAYS 63

#define MAX_OTHER_TAILS 64

#if HAVE_JOURNAL
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
      !g_variant_is_of_type (value, G_VARIANT_TYPE (FORMER_STATE_TYPE)) &&
      !g_variant_is_of_type (value, G_VARIANT_TYPE (FIRST_STATE_TYPE)))
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
  state->counted_since_sec = read_time (value, COUNTED_SINCE_INDEX);
  state->is_depth_chosen = TRUE;
  if (g_variant_n_children (value) > CLOCK_INDEX)
    {
      g_autoptr (GVariant) clock = NULL;

      g_variant_get_child (value, CLOCK_INDEX, "v", &clock);
      pdk_log_clock_load (state->clock, clock);
    }
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
 * pdk_log_loader_is_doubtful:
 * @state: a state
 * @db: a file in a transaction
 * @account: whose
 * @now_sec: Unix seconds
 *
 * Returns: whether the log has to be read once more because of a clock that was wrong, which
 * pdk_log_loader_load() sees to if it is given a new state
 */
gboolean
pdk_log_loader_is_doubtful (PdkLogState *state, PdkHistoryDb *db, const char *account, gint64 now_sec)
{
  /* What goes wrong here goes wrong there as well, and is told then. */
  g_autoptr (GVariant) stored = pdk_history_db_read_state (db, NULL);
  g_autoptr (GVariant) value = stored != NULL ? open_state (state, stored) : NULL;

  return value != NULL && is_doubtful (db, account, value, now_sec);
}

/**
 * pdk_log_loader_load:
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
pdk_log_loader_load (
    PdkLogState *state, PdkHistoryDb *db, const char *account, gint64 now_sec, GError **error)
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
    {
      pdk_log_state_choose_depth (state);
      return pdk_history_db_forget_since (db, state->oldest_sec, error);
    }
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
