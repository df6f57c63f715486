/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "pdk-log-history.h"

#include <glib/gstdio.h>
#include <sqlite3.h>

#include "pdk-history-db.h"
#include "pdk-log-saver.h"

#define NOW_SEC G_GINT64_CONSTANT (1795176000) /* 2026-11-20 12:00:00 UTC */

/* What was kept from before the tests' own requests. */
#define OLD_SEC (NOW_SEC - 3 * PDK_SECONDS_PER_DAY)

/* One reader of the log, as a process is. */
typedef struct
{
  PdkLogHistory *history;
  PdkLogState *state;
} Reader;

typedef struct
{
  char *folder;
  char *log;
  char *db;
  PdkLogPlaces *places;
  Reader readers[2];
  guint n_lines;
} Fixture;

static void
set_up (Fixture *f, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  PdkAccount account = { 0 };

  f->folder = g_dir_make_tmp ("paddock-XXXXXX", &error);
  g_assert_no_error (error);
  f->log = g_build_filename (f->folder, "server.log", NULL);
  f->db = g_build_filename (f->folder, "data", "history.sqlite", NULL);
  account.logs_dir = f->folder;
  f->places = pdk_log_places_new (&account, "/nonexistent", NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (f->readers); i++)
    {
      f->readers[i].history = pdk_log_history_new (f->db, "a", 365);
      f->readers[i].state = pdk_log_state_new (f->places, NOW_SEC);
      pdk_log_state_set_time (f->readers[i].state, NOW_SEC);
    }
}

static void
tear_down (Fixture *f, gconstpointer unused)
{
  g_autofree char *data = g_path_get_dirname (f->db);
  g_autoptr (GDir) dir = NULL;
  const char *name;

  for (gsize i = 0; i < G_N_ELEMENTS (f->readers); i++)
    {
      pdk_log_history_free (f->readers[i].history);
      pdk_log_state_free (f->readers[i].state);
    }
  pdk_log_places_unref (f->places);
  dir = g_dir_open (data, 0, NULL);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (data, name, NULL);

      g_unlink (path);
    }
  g_rmdir (data);
  g_unlink (f->log);
  g_rmdir (f->folder);
  g_free (f->db);
  g_free (f->log);
  g_free (f->folder);
}

static void
append_line_at (Fixture *f, gint64 time_sec)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (time_sec);
  g_autofree char *stamp = g_date_time_format (time, "%Y/%m/%d - %H:%M:%S");
  g_autofree char *text = NULL;
  g_autofree char *longer = NULL;

  f->n_lines++;
  g_file_get_contents (f->log, &text, NULL, NULL);
  longer = g_strdup_printf ("%s[GIN] %s | 200 | %us | ::1 | POST     \"/api/chat\"\n",
                            text != NULL ? text : "", stamp, f->n_lines);
  g_assert_true (g_file_set_contents (f->log, longer, -1, NULL));
}

static void
append_line (Fixture *f)
{
  append_line_at (f, NOW_SEC - 3600 + f->n_lines % 60 * 60);
}

static void
read_log (Reader *reader)
{
  g_autoptr (PdkLogIntake) intake = pdk_log_intake_new ();

  pdk_log_state_poll_tail (reader->state, g_ptr_array_index (reader->state->tails, 0), intake, NULL, NULL);
  pdk_server_record_settle (reader->state->record);
}

/* One poll. */
static void
poll_log (Fixture *f, guint which)
{
  Reader *reader = &f->readers[which];

  g_assert_true (pdk_log_history_begin (reader->history, &reader->state, f->places, NOW_SEC));
  read_log (reader);
  pdk_log_history_end (reader->history, reader->state, NOW_SEC);
  g_assert_null (pdk_log_history_get_problem (reader->history));
}

static void
assert_requests (Fixture *f, guint which, guint expected)
{
  PdkTallyCounts counts;

  pdk_tally_count (f->readers[which].state->tally, PDK_WINDOW_1D, NOW_SEC - PDK_SECONDS_PER_DAY, NOW_SEC,
                   &counts);
  g_assert_cmpuint (counts.requests, ==, expected);
}

/* Who reads second takes over what the first has read, and the other way round. */
static void
test_in_turns (Fixture *f, gconstpointer unused)
{
  for (guint i = 0; i < 20; i++)
    {
      append_line (f);
      poll_log (f, i % 3 == 0);
      assert_requests (f, i % 3 == 0, i + 1);
    }
  poll_log (f, 0);
  poll_log (f, 1);
  assert_requests (f, 0, 20);
  assert_requests (f, 1, 20);
  g_assert_cmpint (f->readers[0].state->generation, ==, f->readers[1].state->generation);
  g_assert_cmpint (f->readers[0].state->generation, ==, 20);
}

/* What was read without the file is not counted a second time when somebody else has read it, too. */
static void
test_read_without (Fixture *f, gconstpointer unused)
{
  append_line (f);
  poll_log (f, 0);
  append_line (f);
  read_log (&f->readers[0]);
  assert_requests (f, 0, 2);
  poll_log (f, 1);
  assert_requests (f, 1, 2);
  append_line (f);
  poll_log (f, 0);
  assert_requests (f, 0, 3);
  poll_log (f, 1);
  assert_requests (f, 1, 3);
}

static guint64
count_kept (Fixture *f)
{
  g_autoptr (PdkHistoryDb) db = pdk_history_db_open_read_only (f->db, NULL);
  g_autoptr (GArray) hours = pdk_history_db_read_hours (db, "a", G_MININT64, NULL);
  guint64 n = 0;

  for (guint i = 0; i < hours->len; i++)
    n += g_array_index (hours, PdkHour, i).requests;
  return n;
}

/* The same of days long ago, to which is only added. */
static void
test_read_without_of_old (Fixture *f, gconstpointer unused)
{
  append_line (f);
  poll_log (f, 0);
  append_line_at (f, NOW_SEC - 20 * PDK_SECONDS_PER_DAY);
  read_log (&f->readers[0]);
  poll_log (f, 1);
  g_assert_cmpuint (count_kept (f), ==, 2);
  poll_log (f, 0);
  g_assert_cmpuint (count_kept (f), ==, 2);
}

static void
run_sql (Fixture *f, const char *format)
{
  g_autofree char *copy = g_strconcat (f->db, ".copy", NULL);
  g_autoptr (GString) sql = g_string_new (format);
  sqlite3 *handle;

  g_string_replace (sql, "%s", copy, 1);
  g_assert_cmpint (sqlite3_open (f->db, &handle), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (handle, sql->str, NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (handle);
}

/* Somebody puts back what was there some time ago. */
static void
test_older_copy (Fixture *f, gconstpointer unused)
{
  append_line (f);
  poll_log (f, 0);
  run_sql (f, "VACUUM INTO '%s'");
  append_line (f);
  poll_log (f, 0);
  run_sql (f,
           "ATTACH '%s' AS copy; BEGIN IMMEDIATE; DELETE FROM hour; DELETE FROM recent;"
           "DELETE FROM account; INSERT INTO account SELECT * FROM copy.account;"
           "INSERT INTO hour SELECT * FROM copy.hour; INSERT INTO recent SELECT * FROM copy.recent; COMMIT");
  append_line (f);
  poll_log (f, 0);
  assert_requests (f, 0, 3);
  g_assert_cmpuint (count_kept (f), ==, 3);
}

/* What was read without the file is written as soon as there is one. */
static void
test_written_later (Fixture *f, gconstpointer unused)
{
  append_line (f);
  poll_log (f, 0);
  append_line (f);
  read_log (&f->readers[0]);
  poll_log (f, 0);
  g_assert_cmpint (f->readers[0].state->generation, ==, 2);
  poll_log (f, 1);
  assert_requests (f, 1, 2);
}

/* In the place of the file, somebody begins another one, which happens to be as old. */
static void
test_replaced (Fixture *f, gconstpointer unused)
{
  g_autofree char *elsewhere = g_strconcat (f->db, ".elsewhere", NULL);

  append_line (f);
  poll_log (f, 0);
  g_assert_cmpint (g_rename (f->db, elsewhere), ==, 0);
  append_line (f);
  poll_log (f, 1);
  g_assert_cmpint (g_unlink (f->log), ==, 0);
  append_line (f);
  poll_log (f, 0);
  assert_requests (f, 0, 3);
  poll_log (f, 1);
  assert_requests (f, 1, 3);
  g_assert_cmpint (f->readers[0].state->generation, ==, 2);
}

/* A request of the model that is loaded, one second after the one before. */
static void
append_tokens (Fixture *f)
{
  g_autofree char *text = NULL;
  g_autofree char *longer = NULL;

  g_file_get_contents (f->log, &text, NULL, NULL);
  longer =
      g_strconcat (text != NULL ? text : "",
                   "slot print_timing: id  0 | task 44 | prompt eval time =      1.00 ms /    10 tokens\n"
                   "       eval time =      5.00 ms /   100 tokens\n"
                   "      total time =      6.00 ms /   110 tokens\n",
                   NULL);
  g_assert_true (g_file_set_contents (f->log, longer, -1, NULL));
  f->n_lines++;
  append_line_at (f, NOW_SEC - 60 + f->n_lines);
}

static void
assert_loaded (Fixture *f, guint which, guint n_spans, gint64 last_sec)
{
  const GArray *spans = pdk_loaded_spans_get (f->readers[which].state->loaded);

  g_assert_cmpuint (spans->len, ==, n_spans);
  if (n_spans == 0)
    return;
  g_assert_cmpstr (g_array_index (spans, PdkLoadedSpan, 0).model, ==, "m");
  g_assert_cmpint (g_array_index (spans, PdkLoadedSpan, 0).last_sec, ==, last_sec);
}

/* Which model was loaded is kept where there are tokens, as soon as it is known, and not for its own sake. */
static void
test_loaded (Fixture *f, gconstpointer unused)
{
  PdkLogState *state = f->readers[0].state;
  gint64 first_sec, generation;

  append_tokens (f);
  first_sec = NOW_SEC - 60 + f->n_lines - 1;
  poll_log (f, 0);
  poll_log (f, 1);
  g_assert_false (pdk_log_saver_has_news (state));
  pdk_loaded_spans_add (state->loaded, NOW_SEC - 1000, first_sec - 1, "m");
  g_assert_false (pdk_log_saver_has_news (state));
  pdk_loaded_spans_add (state->loaded, NOW_SEC - 1000, first_sec + 1, "m");
  g_assert_true (pdk_log_saver_has_news (state));
  poll_log (f, 0);
  g_assert_false (pdk_log_saver_has_news (state));
  poll_log (f, 1);
  assert_loaded (f, 1, 1, first_sec);

  append_tokens (f);
  poll_log (f, 1);
  generation = f->readers[1].state->generation;
  pdk_loaded_spans_add (f->readers[1].state->loaded, first_sec, NOW_SEC, "m");
  poll_log (f, 1);
  g_assert_cmpint (f->readers[1].state->generation, ==, generation + 1);
  poll_log (f, 1);
  g_assert_cmpint (f->readers[1].state->generation, ==, generation + 1);
  poll_log (f, 0);
  assert_loaded (f, 0, 1, NOW_SEC - 60 + f->n_lines - 1);
}

/* What was found is not lost when somebody else's count is taken. */
static void
test_loaded_is_kept (Fixture *f, gconstpointer unused)
{
  append_tokens (f);
  pdk_loaded_spans_add (f->readers[0].state->loaded, NOW_SEC - 100, NOW_SEC, "m");
  read_log (&f->readers[0]);
  poll_log (f, 1);
  poll_log (f, 0);
  assert_loaded (f, 0, 1, NOW_SEC);
  pdk_log_state_set_time (f->readers[0].state, NOW_SEC + 9 * PDK_SECONDS_PER_DAY);
  assert_loaded (f, 0, 0, 0);
}

/* A request at @now_sec, and a poll of a process that does no more than that one. */
static void
run_once (Fixture *f, gint64 now_sec)
{
  g_autoptr (PdkLogIntake) intake = pdk_log_intake_new ();
  PdkLogHistory *history = pdk_log_history_new (f->db, "a", 365);
  PdkLogState *state = pdk_log_state_new (f->places, now_sec);

  append_line_at (f, now_sec);
  pdk_log_state_set_time (state, now_sec);
  g_assert_true (pdk_log_history_begin (history, &state, f->places, now_sec));
  g_assert_true (pdk_log_state_poll_tail (state, g_ptr_array_index (state->tails, 0), intake, NULL, NULL));
  pdk_log_history_end (history, state, now_sec);
  g_assert_null (pdk_log_history_get_problem (history));
  pdk_log_history_free (history);
  pdk_log_state_free (state);
}

/* Puts an hour and a row of single requests at @start_sec. */
static void
keep_rows (Fixture *f, gint64 start_sec)
{
  g_autofree char *aside = NULL;
  g_autoptr (PdkHistoryDb) db = pdk_history_db_open (f->db, &aside, NULL);
  const PdkHour hour = { .start_sec = start_sec, .requests = 1 };
  gint64 generation;

  g_assert_true (pdk_history_db_begin (db, "a", &generation, NULL));
  g_assert_true (pdk_history_db_put_hour (db, &hour, NULL));
  g_assert_true (pdk_history_db_write_recent (db, PDK_HISTORY_REQUESTS, start_sec, "", 0, NULL));
  g_assert_true (pdk_history_db_commit (db, NULL));
}

static void
count_row (PdkHistoryRecent kind, gint64 start_sec, gconstpointer data, gsize length, gpointer user_data)
{
  guint *n_rows = user_data;

  *n_rows += start_sec < OLD_SEC;
}

static void
assert_old_rows (Fixture *f, guint n_hours, guint n_recent)
{
  g_autofree char *aside = NULL;
  g_autoptr (PdkHistoryDb) db = pdk_history_db_open (f->db, &aside, NULL);
  g_autoptr (GArray) hours = pdk_history_db_read_hours (db, "a", G_MININT64, NULL);
  gint64 generation;
  guint n_rows = 0, n_old_hours = 0;

  for (guint i = 0; i < hours->len; i++)
    n_old_hours += g_array_index (hours, PdkHour, i).start_sec < OLD_SEC;
  g_assert_cmpuint (n_old_hours, ==, n_hours);
  g_assert_true (pdk_history_db_begin (db, "a", &generation, NULL));
  g_assert_true (pdk_history_db_read_recent (db, 0, G_MININT64, count_row, &n_rows, NULL));
  pdk_history_db_rollback (db);
  g_assert_cmpuint (n_rows, ==, n_recent);
}

/* A file that somebody prunes each day. */
static void
begin_pruning (Fixture *f)
{
  run_once (f, NOW_SEC - 2 * PDK_SECONDS_PER_DAY);
  run_once (f, NOW_SEC - PDK_SECONDS_PER_DAY);
  run_once (f, NOW_SEC);
}

/* Processes that live for a moment prune, too, and each day one of them. */
static void
test_prunes (Fixture *f, gconstpointer unused)
{
  begin_pruning (f);
  keep_rows (f, NOW_SEC - 800 * PDK_SECONDS_PER_DAY);
  keep_rows (f, NOW_SEC - 300 * PDK_SECONDS_PER_DAY);
  run_once (f, NOW_SEC + PDK_SECONDS_PER_DAY - 1);
  assert_old_rows (f, 2, 2);
  run_once (f, NOW_SEC + PDK_SECONDS_PER_DAY);
  assert_old_rows (f, 1, 0);
  keep_rows (f, NOW_SEC - 800 * PDK_SECONDS_PER_DAY);
  run_once (f, NOW_SEC + 2 * PDK_SECONDS_PER_DAY - 1);
  assert_old_rows (f, 2, 1);
  run_once (f, NOW_SEC + 2 * PDK_SECONDS_PER_DAY);
  assert_old_rows (f, 1, 0);
}

/* A clock that is years ahead for a while, and counts requests there, costs nothing, however often. */
static void
test_clock_jumps (Fixture *f, gconstpointer unused)
{
  const gint64 ahead_sec = NOW_SEC + 3000 * PDK_SECONDS_PER_DAY;

  begin_pruning (f);
  keep_rows (f, NOW_SEC - 300 * PDK_SECONDS_PER_DAY);
  for (guint i = 0; i < 3; i++)
    run_once (f, ahead_sec + i * 3600);
  run_once (f, ahead_sec + PDK_SECONDS_PER_DAY - 1);
  assert_old_rows (f, 1, 1);
  /* What was doubted then says nothing of later days. */
  run_once (f, NOW_SEC + 3600);
  run_once (f, ahead_sec + 2 * PDK_SECONDS_PER_DAY);
  assert_old_rows (f, 1, 1);
  run_once (f, NOW_SEC + PDK_SECONDS_PER_DAY);
  assert_old_rows (f, 1, 0);
}

/* A file of which nothing was dropped yet doubts it just the same. */
static void
test_clock_jumps_at_first (Fixture *f, gconstpointer unused)
{
  run_once (f, NOW_SEC);
  keep_rows (f, NOW_SEC - 300 * PDK_SECONDS_PER_DAY);
  run_once (f, NOW_SEC + 20 * PDK_SECONDS_PER_DAY);
  run_once (f, NOW_SEC + 90 * PDK_SECONDS_PER_DAY);
  assert_old_rows (f, 1, 1);
}

/* Who was away for years is believed a day later. */
static void
test_away_for_years (Fixture *f, gconstpointer unused)
{
  const gint64 back_sec = NOW_SEC + 3000 * PDK_SECONDS_PER_DAY;

  begin_pruning (f);
  keep_rows (f, NOW_SEC - 300 * PDK_SECONDS_PER_DAY);
  run_once (f, back_sec);
  assert_old_rows (f, 1, 1);
  run_once (f, back_sec + PDK_SECONDS_PER_DAY);
  assert_old_rows (f, 0, 0);
  /* And from then on as ever. */
  keep_rows (f, NOW_SEC - 300 * PDK_SECONDS_PER_DAY);
  run_once (f, back_sec + 2 * PDK_SECONDS_PER_DAY);
  assert_old_rows (f, 0, 0);
}

/* A clock that was ahead when it pruned does not keep the right one from it. */
static void
test_clock_set_back (Fixture *f, gconstpointer unused)
{
  run_once (f, NOW_SEC + 100 * PDK_SECONDS_PER_DAY);
  run_once (f, NOW_SEC + 101 * PDK_SECONDS_PER_DAY);
  run_once (f, NOW_SEC);
  keep_rows (f, NOW_SEC - 800 * PDK_SECONDS_PER_DAY);
  run_once (f, NOW_SEC + PDK_SECONDS_PER_DAY);
  assert_old_rows (f, 0, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/log-history/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("in-turns", test_in_turns);
  ADD ("read-without", test_read_without);
  ADD ("read-without-of-old", test_read_without_of_old);
  ADD ("older-copy", test_older_copy);
  ADD ("written-later", test_written_later);
  ADD ("replaced", test_replaced);
  ADD ("loaded", test_loaded);
  ADD ("loaded-is-kept", test_loaded_is_kept);
  ADD ("prunes", test_prunes);
  ADD ("clock-jumps", test_clock_jumps);
  ADD ("clock-jumps-at-first", test_clock_jumps_at_first);
  ADD ("away-for-years", test_away_for_years);
  ADD ("clock-set-back", test_clock_set_back);
#undef ADD
  return g_test_run ();
}
