/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The rows of Paddock's own file: the half of pdk-history-db.h that reads and writes within a transaction. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-history-db-private.h"

/**
 * pdk_history_db_read_state:
 * @db: a file in a transaction
 * @error: return location
 *
 * Returns: (transfer full) (nullable): what pdk_history_db_write_state() was given last, as a "v"; %NULL
 * without
 *   @error if there is none
 */
GVariant *
pdk_history_db_read_state (PdkHistoryDb *db, GError **error)
{
  sqlite3_stmt *statement = pdk_history_db_prepare (db, READ_STATE, error);
  GVariant *state = NULL;
  gboolean is_row;

  if (statement == NULL)
    return NULL;
  sqlite3_bind_int64 (statement, 1, db->account_id);
  if (!pdk_history_db_step (db, statement, &is_row, error) || !is_row)
    return NULL;
  if (sqlite3_column_type (statement, 0) == SQLITE_BLOB)
    {
      g_autoptr (GBytes) bytes =
          g_bytes_new (sqlite3_column_blob (statement, 0), sqlite3_column_bytes (statement, 0));
      g_autoptr (GVariant) stored =
          g_variant_ref_sink (g_variant_new_from_bytes (G_VARIANT_TYPE_VARIANT, bytes, FALSE));

      state = g_variant_get_normal_form (stored);
    }
  sqlite3_reset (statement);
  return state;
}

/**
 * pdk_history_db_read_recent:
 * @db: a file in a transaction
 * @after_generation: rows of this generation and earlier ones are left out
 * @from_sec: rows that begin earlier are left out, too
 * @func: takes each of the others, in the order of kinds, and of time
 * @user_data: for @func
 * @error: return location
 *
 * Returns: whether all were read
 */
gboolean
pdk_history_db_read_recent (PdkHistoryDb *db,
                            gint64 after_generation,
                            gint64 from_sec,
                            PdkHistoryRecentFunc func,
                            gpointer user_data,
                            GError **error)
{
  sqlite3_stmt *statement = pdk_history_db_prepare (db, READ_RECENT, error);
  gboolean is_row;

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, db->account_id);
  sqlite3_bind_int64 (statement, 2, after_generation);
  sqlite3_bind_int64 (statement, 3, from_sec);
  do
    {
      if (!pdk_history_db_step (db, statement, &is_row, error))
        return FALSE;
      if (is_row)
        func (sqlite3_column_int (statement, 0), sqlite3_column_int64 (statement, 1),
              sqlite3_column_blob (statement, 2), sqlite3_column_bytes (statement, 2), user_data);
    }
  while (is_row);
  return TRUE;
}

/**
 * pdk_history_db_write_state:
 * @db: a file in a transaction
 * @state: a "v" with whatever is to be read back
 * @error: return location
 *
 * Replaces the state, and raises the generation by one.
 *
 * Returns: whether it was written
 */
gboolean
pdk_history_db_write_state (PdkHistoryDb *db, GVariant *state, GError **error)
{
  sqlite3_stmt *statement = pdk_history_db_prepare (db, WRITE_STATE, error);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, db->account_id);
  sqlite3_bind_blob64 (statement, 2, g_variant_get_data (state), g_variant_get_size (state), SQLITE_STATIC);
  sqlite3_bind_int64 (statement, 3, db->generation + 1);
  return pdk_history_db_finish (db, statement, error);
}

/**
 * pdk_history_db_write_recent:
 * @db: a file in a transaction
 * @kind: what the row holds
 * @start_sec: when it begins, Unix seconds
 * @data: its data
 * @length: length of @data in bytes
 * @error: return location
 *
 * Replaces a recent row.
 *
 * Returns: whether it was written
 */
gboolean
pdk_history_db_write_recent (PdkHistoryDb *db,
                             PdkHistoryRecent kind,
                             gint64 start_sec,
                             gconstpointer data,
                             gsize length,
                             GError **error)
{
  sqlite3_stmt *statement = pdk_history_db_prepare (db, WRITE_RECENT, error);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, db->account_id);
  sqlite3_bind_int (statement, 2, kind);
  sqlite3_bind_int64 (statement, 3, start_sec);
  sqlite3_bind_int64 (statement, 4, db->generation + 1);
  sqlite3_bind_blob64 (statement, 5, data, length, SQLITE_STATIC);
  return pdk_history_db_finish (db, statement, error);
}

static void
read_hour_row (sqlite3_stmt *statement, PdkHour *hour)
{
  *hour = (PdkHour){ 0 };
  hour->start_sec = sqlite3_column_int64 (statement, 0);
  hour->requests = sqlite3_column_int64 (statement, 1);
  hour->n_by_kind[PDK_REQUEST_CHAT] = sqlite3_column_int64 (statement, 2);
  hour->n_by_kind[PDK_REQUEST_GENERATE] = sqlite3_column_int64 (statement, 3);
  hour->n_by_kind[PDK_REQUEST_EMBED] = sqlite3_column_int64 (statement, 4);
  hour->n_by_kind[PDK_REQUEST_OTHER] = sqlite3_column_int64 (statement, 5);
  hour->http_4xx = sqlite3_column_int64 (statement, 6);
  hour->http_5xx = sqlite3_column_int64 (statement, 7);
  hour->latency_msec = sqlite3_column_double (statement, 8);
  hour->prompt_tokens = sqlite3_column_int64 (statement, 9);
  hour->output_tokens = sqlite3_column_int64 (statement, 10);
  hour->unattributed_tokens = sqlite3_column_int64 (statement, 11);
  hour->output_msec = sqlite3_column_double (statement, 12);
  pdk_hour_set_buckets (hour, sqlite3_column_blob (statement, 13), sqlite3_column_bytes (statement, 13));
}

/**
 * pdk_history_db_put_hour:
 * @db: a file in a transaction
 * @hour: all that came in an hour
 * @error: return location
 *
 * Returns: whether it was written in the place of what was there
 */
gboolean
pdk_history_db_put_hour (PdkHistoryDb *db, const PdkHour *hour, GError **error)
{
  sqlite3_stmt *statement = pdk_history_db_prepare (db, WRITE_HOUR, error);
  g_autoptr (GBytes) buckets = pdk_hour_dup_buckets (hour);
  gsize length;
  gconstpointer data = g_bytes_get_data (buckets, &length);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, db->account_id);
  sqlite3_bind_int64 (statement, 2, hour->start_sec);
  sqlite3_bind_int64 (statement, 3, hour->requests);
  sqlite3_bind_int64 (statement, 4, hour->n_by_kind[PDK_REQUEST_CHAT]);
  sqlite3_bind_int64 (statement, 5, hour->n_by_kind[PDK_REQUEST_GENERATE]);
  sqlite3_bind_int64 (statement, 6, hour->n_by_kind[PDK_REQUEST_EMBED]);
  sqlite3_bind_int64 (statement, 7, hour->n_by_kind[PDK_REQUEST_OTHER]);
  sqlite3_bind_int64 (statement, 8, hour->http_4xx);
  sqlite3_bind_int64 (statement, 9, hour->http_5xx);
  sqlite3_bind_double (statement, 10, hour->latency_msec);
  sqlite3_bind_int64 (statement, 11, hour->prompt_tokens);
  sqlite3_bind_int64 (statement, 12, hour->output_tokens);
  sqlite3_bind_int64 (statement, 13, hour->unattributed_tokens);
  sqlite3_bind_double (statement, 14, hour->output_msec);
  sqlite3_bind_blob64 (statement, 15, data != NULL ? data : "", length, SQLITE_STATIC);
  return pdk_history_db_finish (db, statement, error);
}

/**
 * pdk_history_db_add_hour:
 * @db: a file in a transaction
 * @delta: what came in an hour since it was written last
 * @error: return location
 *
 * Returns: whether it was added to what was there
 */
gboolean
pdk_history_db_add_hour (PdkHistoryDb *db, const PdkHour *delta, GError **error)
{
  sqlite3_stmt *statement = pdk_history_db_prepare (db, READ_HOUR, error);
  PdkHour hour = { .start_sec = delta->start_sec };
  gboolean is_row;

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, db->account_id);
  sqlite3_bind_int64 (statement, 2, delta->start_sec);
  if (!pdk_history_db_step (db, statement, &is_row, error))
    return FALSE;
  if (is_row)
    {
      read_hour_row (statement, &hour);
      sqlite3_reset (statement);
    }
  pdk_hour_merge (&hour, delta);
  return pdk_history_db_put_hour (db, &hour, error);
}

static gboolean
delete_rows (PdkHistoryDb *db, Statement which, gint64 time_sec, GError **error)
{
  sqlite3_stmt *statement = pdk_history_db_prepare (db, which, error);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, db->account_id);
  if (which != FORGET_RECENT && which != FORGET_LOADED)
    sqlite3_bind_int64 (statement, 2, time_sec);
  return pdk_history_db_finish (db, statement, error);
}

/**
 * pdk_history_db_read_loaded:
 * @db: a file in a transaction
 * @spans: where to add what pdk_history_db_write_loaded() was given last
 * @error: return location
 *
 * Returns: whether all were read
 */
gboolean
pdk_history_db_read_loaded (PdkHistoryDb *db, PdkLoadedSpans *spans, GError **error)
{
  sqlite3_stmt *statement = pdk_history_db_prepare (db, READ_LOADED, error);
  gboolean is_row;

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, db->account_id);
  do
    {
      if (!pdk_history_db_step (db, statement, &is_row, error))
        return FALSE;
      if (is_row && sqlite3_column_type (statement, 2) == SQLITE_TEXT)
        pdk_loaded_spans_add (spans, sqlite3_column_int64 (statement, 0), sqlite3_column_int64 (statement, 1),
                              (const char *) sqlite3_column_text (statement, 2));
    }
  while (is_row);
  return TRUE;
}

/**
 * pdk_history_db_write_loaded:
 * @db: a file in a transaction
 * @spans: when which model was loaded alone; spans of which nothing is known are left out
 * @error: return location
 *
 * Returns: whether they were written in the place of what was there
 */
gboolean
pdk_history_db_write_loaded (PdkHistoryDb *db, const PdkLoadedSpans *spans, GError **error)
{
  const GArray *array = pdk_loaded_spans_get (spans);

  if (!delete_rows (db, FORGET_LOADED, 0, error))
    return FALSE;
  for (guint i = 0; i < array->len; i++)
    {
      const PdkLoadedSpan *span = &g_array_index (array, PdkLoadedSpan, i);
      sqlite3_stmt *statement;

      if (span->model == NULL)
        continue;
      statement = pdk_history_db_prepare (db, WRITE_LOADED, error);
      if (statement == NULL)
        return FALSE;
      sqlite3_bind_int64 (statement, 1, db->account_id);
      sqlite3_bind_int64 (statement, 2, span->first_sec);
      sqlite3_bind_int64 (statement, 3, span->last_sec);
      sqlite3_bind_text (statement, 4, span->model, -1, SQLITE_STATIC);
      if (!pdk_history_db_finish (db, statement, error))
        return FALSE;
    }
  return TRUE;
}

/**
 * pdk_history_db_read_pruning:
 * @db: a file in a transaction
 * @pruning: (out caller-allocates): when old rows were dropped
 * @error: return location
 *
 * Returns: whether it could be read
 */
gboolean
pdk_history_db_read_pruning (PdkHistoryDb *db, PdkHistoryPruning *pruning, GError **error)
{
  sqlite3_stmt *statement = pdk_history_db_prepare (db, READ_PRUNING, error);
  gboolean is_row;

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, db->account_id);
  if (!pdk_history_db_step (db, statement, &is_row, error))
    return FALSE;
  *pruning = (PdkHistoryPruning){ 0 };
  if (!is_row)
    return TRUE;
  pruning->pruned_sec = sqlite3_column_int64 (statement, 0);
  pruning->doubted_sec = sqlite3_column_int64 (statement, 1);
  sqlite3_reset (statement);
  return TRUE;
}

/**
 * pdk_history_db_write_pruning:
 * @db: a file in a transaction
 * @pruning: when old rows were dropped
 * @error: return location
 *
 * Returns: whether it was written
 */
gboolean
pdk_history_db_write_pruning (PdkHistoryDb *db, const PdkHistoryPruning *pruning, GError **error)
{
  sqlite3_stmt *statement = pdk_history_db_prepare (db, WRITE_PRUNING, error);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, db->account_id);
  sqlite3_bind_int64 (statement, 2, pruning->pruned_sec);
  sqlite3_bind_int64 (statement, 3, pruning->doubted_sec);
  return pdk_history_db_finish (db, statement, error);
}

/**
 * pdk_history_db_drop_before:
 * @db: a file in a transaction
 * @recent_before_sec: recent rows that begin earlier go
 * @hours_before_sec: hours that begin earlier go
 * @error: return location
 *
 * Returns: whether they are gone
 */
gboolean
pdk_history_db_drop_before (PdkHistoryDb *db,
                            gint64 recent_before_sec,
                            gint64 hours_before_sec,
                            GError **error)
{
  return delete_rows (db, DROP_RECENT, recent_before_sec, error) &&
         delete_rows (db, DROP_HOURS, hours_before_sec, error);
}

/**
 * pdk_history_db_forget_since:
 * @db: a file in a transaction
 * @since_sec: hours that begin then or later go, and all recent rows
 * @error: return location
 *
 * For logs that are to be read once more.
 *
 * Returns: whether they are gone
 */
gboolean
pdk_history_db_forget_since (PdkHistoryDb *db, gint64 since_sec, GError **error)
{
  return delete_rows (db, FORGET_RECENT, 0, error) && delete_rows (db, FORGET_HOURS, since_sec, error);
}

/**
 * pdk_history_db_list_accounts:
 * @db: an open file
 * @error: return location
 *
 * Returns: (transfer full): the accounts that have ever had something to keep, by name, or %NULL with @error
 * set
 */
GStrv
pdk_history_db_list_accounts (PdkHistoryDb *db, GError **error)
{
  sqlite3_stmt *statement = pdk_history_db_prepare (db, LIST_ACCOUNTS, error);
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  gboolean is_row;

  if (statement == NULL)
    return NULL;
  do
    {
      if (!pdk_history_db_step (db, statement, &is_row, error))
        return NULL;
      if (is_row)
        g_strv_builder_add (names, (const char *) sqlite3_column_text (statement, 0));
    }
  while (is_row);
  return g_strv_builder_end (names);
}

/**
 * pdk_history_db_read_hours:
 * @db: an open file
 * @account: whose hours
 * @from_sec: those that begin earlier are left out
 * @error: return location
 *
 * Returns: (transfer full) (element-type PdkHour): the hours that have anything in them, in the order of
 * time, or %NULL with @error set
 */
GArray *
pdk_history_db_read_hours (PdkHistoryDb *db, const char *account, gint64 from_sec, GError **error)
{
  sqlite3_stmt *statement = pdk_history_db_prepare (db, READ_HOURS, error);
  g_autoptr (GArray) hours = g_array_new (FALSE, FALSE, sizeof (PdkHour));
  gboolean is_row;

  if (statement == NULL)
    return NULL;
  sqlite3_bind_text (statement, 1, account, -1, SQLITE_STATIC);
  sqlite3_bind_int64 (statement, 2, from_sec);
  do
    {
      PdkHour hour;

      if (!pdk_history_db_step (db, statement, &is_row, error))
        return NULL;
      if (!is_row)
        break;
      read_hour_row (statement, &hour);
      g_array_append_val (hours, hour);
    }
  while (is_row);
  return g_steal_pointer (&hours);
}
