/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Counting a log once more, after a clock that was wrong had parts of it passed over.
 *
 * What is kept may be of a log that is gone by now, and what the log tells now may be more than what was
 * counted then. So what is kept is put aside, the log is read from its start, and then each hour, and each
 * quarter of an hour, is the one of the two that knows of more requests. Both are counts of the same log, so
 * that is the one that has seen more of it. All of it happens in one transaction, in a worker thread. Times
 * in Unix seconds. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-log-recount.h"

#include "pdk-tally-archive.h"

/* Lines are as old as the day that they are of, in whatever zone. */
#define MARGIN_SEC (2 * PDK_SECONDS_PER_DAY)

/* A row of what happened in a quarter of an hour. */
typedef struct
{
  PdkHistoryRecent kind;
  gint64 start_sec;
  GBytes *data;
} Row;

struct _PdkLogRecount
{
  gint64 since_sec;
  GArray *hours;   /* (element-type PdkHour): those that were kept */
  GPtrArray *rows; /* (element-type Row): the same of single requests and tokens */
};

static void
row_free (gpointer data)
{
  Row *row = data;

  g_bytes_unref (row->data);
  g_free (row);
}

static void
add_row (PdkHistoryRecent kind, gint64 start_sec, gconstpointer data, gsize length, gpointer user_data)
{
  Row *row = g_new (Row, 1);

  *row = (Row){ kind, start_sec, g_bytes_new (data, length) };
  g_ptr_array_add (user_data, row);
}

static GPtrArray *
read_rows (PdkHistoryDb *db, GError **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func (row_free);

  if (!pdk_history_db_read_recent (db, -1, G_MININT64, add_row, rows, error))
    return NULL;
  return g_steal_pointer (&rows);
}

static guint64
count_tokens (const PdkHour *hour)
{
  return hour->prompt_tokens + hour->output_tokens;
}

/* Requests that wait for their time were counted already, by a clock that took it for come. */
static void
forget_future (PdkLogState *state, gint64 start_sec, gint64 end_sec)
{
  pdk_tally_drop_future (state->tally, start_sec, end_sec);
  pdk_token_tally_drop_future (pdk_server_record_get_tokens (state->record), start_sec, end_sec);
#if HAVE_JOURNAL
  for (guint i = state->journal_future->len; i > 0; i--)
    {
      gint64 time_sec = g_array_index (state->journal_future, gint64, i - 1);

      if (time_sec >= start_sec && time_sec < end_sec)
        g_array_remove_index_fast (state->journal_future, i - 1);
    }
#endif
}

/* Both are in the order of time. */
static gboolean
merge_hours (
    PdkLogRecount *recount, PdkLogState *state, PdkHistoryDb *db, const GArray *fresh, GError **error)
{
  guint next = 0;

  for (guint i = 0; i < recount->hours->len; i++)
    {
      const PdkHour *kept = &g_array_index (recount->hours, PdkHour, i);
      PdkHour hour = { .start_sec = kept->start_sec };
      guint64 n_known;

      while (next < fresh->len && g_array_index (fresh, PdkHour, next).start_sec < kept->start_sec)
        next++;
      if (next < fresh->len && g_array_index (fresh, PdkHour, next).start_sec == kept->start_sec)
        hour = g_array_index (fresh, PdkHour, next);
      n_known =
          hour.requests + pdk_tally_count_future (state->tally, kept->start_sec, kept->start_sec + 3600);
      if (kept->requests < n_known ||
          (kept->requests == n_known && count_tokens (kept) <= count_tokens (&hour)))
        continue;
      forget_future (state, kept->start_sec, kept->start_sec + 3600);
      if (!pdk_history_db_put_hour (db, kept, error))
        return FALSE;
    }
  return TRUE;
}

static int
compare_rows (const Row *row, const Row *other)
{
  if (row->kind != other->kind)
    return row->kind < other->kind ? -1 : 1;
  return row->start_sec < other->start_sec ? -1 : row->start_sec > other->start_sec;
}

/* Both are in the order of their kinds, and of time. Of one kind, the longer row has more in it. */
static gboolean
merge_rows (
    PdkLogRecount *recount, PdkLogState *state, PdkHistoryDb *db, const GPtrArray *fresh, GError **error)
{
  guint next = 0;

  for (guint i = 0; i < recount->rows->len; i++)
    {
      const Row *kept = g_ptr_array_index (recount->rows, i);
      gsize length, fresh_length = 0;
      gconstpointer data = g_bytes_get_data (kept->data, &length);

      while (next < fresh->len && compare_rows (g_ptr_array_index (fresh, next), kept) < 0)
        next++;
      if (next < fresh->len && compare_rows (g_ptr_array_index (fresh, next), kept) == 0)
        fresh_length = g_bytes_get_size (((const Row *) g_ptr_array_index (fresh, next))->data);
      /* What still waits for its time will be counted when it comes. */
      if (length > fresh_length &&
          pdk_tally_count_future (state->tally, kept->start_sec, kept->start_sec + PDK_TALLY_CHUNK_SEC) ==
              0 &&
          !pdk_history_db_write_recent (db, kept->kind, kept->start_sec, data, length, error))
        return FALSE;
    }
  return TRUE;
}

/**
 * pdk_log_recount_begin:
 * @db: a file in a transaction
 * @account: whose
 * @now_sec: Unix seconds
 * @error: return location
 *
 * Takes out of the file what the log will be read for once more.
 *
 * Returns: (transfer full): what was there, for pdk_log_recount_end(); or %NULL with @error set
 */
PdkLogRecount *
pdk_log_recount_begin (PdkHistoryDb *db, const char *account, gint64 now_sec, GError **error)
{
  g_autoptr (PdkLogRecount) recount = g_new0 (PdkLogRecount, 1);

  recount->since_sec = pdk_log_state_get_oldest_sec (now_sec) - MARGIN_SEC;
  recount->hours = pdk_history_db_read_hours (db, account, recount->since_sec, error);
  if (recount->hours == NULL)
    return NULL;
  recount->rows = read_rows (db, error);
  if (recount->rows == NULL || !pdk_history_db_forget_since (db, recount->since_sec, error))
    return NULL;
  return g_steal_pointer (&recount);
}

/** pdk_log_recount_free: frees @recount (nullable) (transfer full) */
void
pdk_log_recount_free (PdkLogRecount *recount)
{
  if (recount == NULL)
    return;
  g_clear_pointer (&recount->hours, g_array_unref);
  g_clear_pointer (&recount->rows, g_ptr_array_unref);
  g_free (recount);
}

/**
 * pdk_log_recount_end:
 * @recount: what was kept before
 * @state: what the log was read into since; what it has for later is corrected
 * @db: the file, in the same transaction, with what was read written to it
 * @account: whose
 * @error: return location
 *
 * Puts back what the log does not tell any more. @state has to be loaded anew afterwards.
 *
 * Returns: whether nothing went wrong
 */
gboolean
pdk_log_recount_end (
    PdkLogRecount *recount, PdkLogState *state, PdkHistoryDb *db, const char *account, GError **error)
{
  g_autoptr (GArray) hours = pdk_history_db_read_hours (db, account, recount->since_sec, error);
  g_autoptr (GPtrArray) rows = hours != NULL ? read_rows (db, error) : NULL;

  return rows != NULL && merge_hours (recount, state, db, hours, error) &&
         merge_rows (recount, state, db, rows, error);
}
