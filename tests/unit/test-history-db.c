/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "pdk-history-db-private.h"

#include <dlfcn.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "pdk-error.h"

static guint n_waits;

static int
wait_for_disk (const char *name, int fd)
{
  int (*real) (int) = dlsym (RTLD_NEXT, name);

  n_waits++;
  return real (fd);
}

/* These stand for the C library's, one of which SQLite waits for the disk with. */
int
fdatasync (int fd)
{
  return wait_for_disk ("fdatasync", fd);
}

int
fsync (int fd)
{
  return wait_for_disk ("fsync", fd);
}

typedef struct
{
  char *folder;
  char *path;
} Fixture;

static void
set_up (Fixture *f, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;

  f->folder = g_dir_make_tmp ("paddock-XXXXXX", &error);
  g_assert_no_error (error);
  f->path = g_build_filename (f->folder, "deeper", "history.sqlite", NULL);
}

static void
remove_all (const char *path)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *below = g_build_filename (path, name, NULL);

      remove_all (below);
    }
  g_assert_cmpint (g_remove (path), ==, 0);
}

static void
tear_down (Fixture *f, gconstpointer unused)
{
  remove_all (f->folder);
  g_free (f->path);
  g_free (f->folder);
}

static void
run_sql (Fixture *f, const char *sql)
{
  g_autofree char *folder = g_path_get_dirname (f->path);
  sqlite3 *handle;

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_cmpint (sqlite3_open (f->path, &handle), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (handle, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (handle);
}

static PdkHistoryDb *
open_good (Fixture *f)
{
  g_autofree char *aside = NULL;
  g_autoptr (GError) error = NULL;
  PdkHistoryDb *db = pdk_history_db_open (f->path, &aside, &error);

  g_assert_no_error (error);
  g_assert_null (aside);
  return db;
}

static gint64
begin (PdkHistoryDb *db, const char *account)
{
  g_autoptr (GError) error = NULL;
  gint64 generation = -1;

  g_assert_true (pdk_history_db_begin (db, account, &generation, &error));
  g_assert_no_error (error);
  return generation;
}

static void
write_state (PdkHistoryDb *db, const char *text)
{
  g_autoptr (GVariant) state = g_variant_ref_sink (g_variant_new_variant (g_variant_new_string (text)));

  g_assert_true (pdk_history_db_write_state (db, state, NULL));
}

static void
assert_state (PdkHistoryDb *db, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) state = pdk_history_db_read_state (db, &error);
  g_autoptr (GVariant) value = state != NULL ? g_variant_get_variant (state) : NULL;

  g_assert_no_error (error);
  g_assert_cmpstr (value != NULL ? g_variant_get_string (value, NULL) : NULL, ==, expected);
}

/* Each commit raises the generation of its account, and no other's; what is undone was never there. */
static void
test_generations (Fixture *f, gconstpointer unused)
{
  g_autoptr (PdkHistoryDb) db = open_good (f);
  g_autoptr (PdkHistoryDb) other = open_good (f);

  g_assert_cmpint (begin (db, "a"), ==, 0);
  assert_state (db, NULL);
  write_state (db, "first");
  g_assert_true (pdk_history_db_commit (db, NULL));
  g_assert_cmpint (begin (other, "b"), ==, 0);
  pdk_history_db_rollback (other);
  g_assert_cmpint (begin (other, "a"), ==, 1);
  assert_state (other, "first");
  write_state (other, "second");
  pdk_history_db_rollback (other);
  g_assert_cmpint (begin (db, "a"), ==, 1);
  assert_state (db, "first");
  pdk_history_db_rollback (db);
}

static void
assert_pragma (PdkHistoryDb *db, const char *query, const char *expected)
{
  sqlite3_stmt *statement;

  g_assert_cmpint (sqlite3_prepare_v2 (db->handle, query, -1, &statement, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_step (statement), ==, SQLITE_ROW);
  g_assert_cmpstr ((const char *) sqlite3_column_text (statement, 0), ==, expected);
  sqlite3_finalize (statement);
}

/* Only what a new file is filled with at first may be lost as a whole; nobody waits for the disk then, and
 * whoever comes next turns the log on. */
static void
test_modes (Fixture *f, gconstpointer unused)
{
  g_autoptr (PdkHistoryDb) db = NULL;
  g_autoptr (PdkHistoryDb) other = NULL;

  n_waits = 0;
  db = open_good (f);
  assert_pragma (db, "PRAGMA synchronous", "0");
  begin (db, "a");
  g_assert_true (pdk_history_db_commit (db, NULL));
  g_assert_cmpuint (n_waits, ==, 0);
  assert_pragma (db, "PRAGMA journal_mode", "delete");
  begin (db, "a");
  assert_pragma (db, "PRAGMA synchronous", "1");
  assert_pragma (db, "PRAGMA journal_mode", "wal");
  g_assert_cmpuint (n_waits, >, 0);
  g_assert_true (pdk_history_db_commit (db, NULL));

  /* The process that filled the file ends at once. */
  g_clear_pointer (&db, pdk_history_db_close);
  g_free (f->path);
  f->path = g_build_filename (f->folder, "history.sqlite", NULL);
  db = open_good (f);
  begin (db, "a");
  g_assert_true (pdk_history_db_commit (db, NULL));
  g_clear_pointer (&db, pdk_history_db_close);
  other = open_good (f);
  assert_pragma (other, "PRAGMA synchronous", "1");
  assert_pragma (other, "PRAGMA journal_mode", "wal");
}

static void
append_row (PdkHistoryRecent kind, gint64 start_sec, gconstpointer data, gsize length, gpointer user_data)
{
  g_string_append_printf (user_data, "%u:%d=%.*s ", kind, (int) start_sec, (int) length, (const char *) data);
}

static void
assert_recent_from (PdkHistoryDb *db, gint64 after_generation, gint64 from_sec, const char *expected)
{
  g_autoptr (GString) text = g_string_new (NULL);

  g_assert_true (pdk_history_db_read_recent (db, after_generation, from_sec, append_row, text, NULL));
  g_assert_cmpstr (text->str, ==, expected);
}

static void
assert_recent (PdkHistoryDb *db, gint64 after_generation, const char *expected)
{
  assert_recent_from (db, after_generation, G_MININT64, expected);
}

/* Who knows a generation is given what came later. */
static void
test_recent (Fixture *f, gconstpointer unused)
{
  g_autoptr (PdkHistoryDb) db = open_good (f);

  begin (db, "a");
  g_assert_true (pdk_history_db_write_recent (db, PDK_HISTORY_REQUESTS, 900, "x", 1, NULL));
  g_assert_true (pdk_history_db_write_recent (db, PDK_HISTORY_TOKENS, 900, "y", 1, NULL));
  write_state (db, "");
  g_assert_true (pdk_history_db_commit (db, NULL));
  begin (db, "a");
  g_assert_true (pdk_history_db_write_recent (db, PDK_HISTORY_REQUESTS, 900, "xx", 2, NULL));
  g_assert_true (pdk_history_db_write_recent (db, PDK_HISTORY_REQUESTS, 1800, "z", 1, NULL));
  write_state (db, "");
  g_assert_true (pdk_history_db_commit (db, NULL));

  g_assert_cmpint (begin (db, "a"), ==, 2);
  assert_recent (db, 0, "0:900=xx 0:1800=z 1:900=y ");
  assert_recent (db, 1, "0:900=xx 0:1800=z ");
  assert_recent (db, 2, "");
  assert_recent_from (db, 0, 901, "0:1800=z ");
  assert_recent_from (db, 0, 900, "0:900=xx 0:1800=z 1:900=y ");
  g_assert_true (pdk_history_db_drop_before (db, 1000, 0, NULL));
  assert_recent (db, 0, "0:1800=z ");
  g_assert_true (pdk_history_db_forget_since (db, 0, NULL));
  assert_recent (db, 0, "");
  pdk_history_db_rollback (db);
  begin (db, "b");
  assert_recent (db, 0, "");
  pdk_history_db_rollback (db);
}

/* Hours are added to, or replaced. */
static void
test_hours (Fixture *f, gconstpointer unused)
{
  g_autoptr (PdkHistoryDb) db = open_good (f);
  g_autoptr (PdkHistoryDb) reader = NULL;
  g_auto (GStrv) names = NULL;
  g_autoptr (GArray) hours = NULL;
  PdkHour hour = {
    .start_sec = 3600, .prompt_tokens = 7, .output_tokens = 8, .unattributed_tokens = 9, .output_msec = 1.5
  };
  PdkHour replaced = { .start_sec = 7200 };

  pdk_hour_add_request (&hour, PDK_REQUEST_CHAT, 200, 12.5);
  pdk_hour_add_request (&hour, PDK_REQUEST_EMBED, 404, 2000);
  pdk_hour_add_request (&replaced, PDK_REQUEST_OTHER, 500, 1);
  begin (db, "a");
  g_assert_true (pdk_history_db_add_hour (db, &hour, NULL));
  g_assert_true (pdk_history_db_add_hour (db, &hour, NULL));
  g_assert_true (pdk_history_db_add_hour (db, &replaced, NULL));
  g_assert_true (pdk_history_db_put_hour (db, &replaced, NULL));
  g_assert_true (pdk_history_db_commit (db, NULL));

  reader = pdk_history_db_open_read_only (f->path, NULL);
  names = pdk_history_db_list_accounts (reader, NULL);
  g_assert_cmpuint (g_strv_length (names), ==, 1);
  g_assert_cmpstr (names[0], ==, "a");
  hours = pdk_history_db_read_hours (reader, "a", 0, NULL);
  g_assert_cmpuint (hours->len, ==, 2);
  pdk_hour_merge (&hour, &hour);
  g_assert_cmpmem (&g_array_index (hours, PdkHour, 0), sizeof hour, &hour, sizeof hour);
  g_assert_cmpmem (&g_array_index (hours, PdkHour, 1), sizeof hour, &replaced, sizeof hour);
  g_clear_pointer (&hours, g_array_unref);
  hours = pdk_history_db_read_hours (reader, "a", 3601, NULL);
  g_assert_cmpuint (hours->len, ==, 1);
  g_clear_pointer (&hours, g_array_unref);
  hours = pdk_history_db_read_hours (reader, "b", 0, NULL);
  g_assert_cmpuint (hours->len, ==, 0);
}

static void
assert_pruning (PdkHistoryDb *db, const char *account, gint64 pruned_sec, gint64 doubted_sec)
{
  PdkHistoryPruning pruning;

  begin (db, account);
  g_assert_true (pdk_history_db_read_pruning (db, &pruning, NULL));
  g_assert_cmpint (pruning.pruned_sec, ==, pruned_sec);
  g_assert_cmpint (pruning.doubted_sec, ==, doubted_sec);
  pdk_history_db_rollback (db);
}

/* When old rows were dropped is known of each account. */
static void
test_pruning (Fixture *f, gconstpointer unused)
{
  g_autoptr (PdkHistoryDb) db = open_good (f);
  const PdkHistoryPruning pruning = { 7, 8 };

  assert_pruning (db, "a", 0, 0);
  begin (db, "a");
  g_assert_true (pdk_history_db_write_pruning (db, &pruning, NULL));
  g_assert_true (pdk_history_db_commit (db, NULL));
  assert_pruning (db, "b", 0, 0);
  assert_pruning (db, "a", 7, 8);
}

/* Each account has spans of its own, which are replaced as a whole. */
static void
test_loaded (Fixture *f, gconstpointer unused)
{
  g_autoptr (PdkHistoryDb) db = open_good (f);
  g_autoptr (PdkLoadedSpans) spans = pdk_loaded_spans_new ();
  g_autoptr (PdkLoadedSpans) read = pdk_loaded_spans_new ();
  g_autoptr (PdkLoadedSpans) none = pdk_loaded_spans_new ();

  begin (db, "a");
  pdk_loaded_spans_add (spans, 0, 9, "gone");
  g_assert_true (pdk_history_db_write_loaded (db, spans, NULL));
  pdk_loaded_spans_expire (spans, 10);
  pdk_loaded_spans_add (spans, 20, 29, "llama3.2:3b");
  pdk_loaded_spans_add (spans, 30, 39, "it's \"quoted\"");
  g_assert_true (pdk_history_db_write_loaded (db, spans, NULL));
  g_assert_true (pdk_history_db_commit (db, NULL));

  begin (db, "b");
  g_assert_true (pdk_history_db_read_loaded (db, none, NULL));
  g_assert_cmpuint (pdk_loaded_spans_get (none)->len, ==, 0);
  pdk_history_db_rollback (db);
  begin (db, "a");
  g_assert_true (pdk_history_db_read_loaded (db, read, NULL));
  g_assert_true (pdk_loaded_spans_equal (read, spans));

  /* What is not known is not kept. */
  pdk_loaded_spans_add (spans, 35, 36, NULL);
  g_assert_true (pdk_history_db_write_loaded (db, spans, NULL));
  g_assert_true (pdk_history_db_read_loaded (db, none, NULL));
  g_assert_cmpuint (pdk_loaded_spans_get (none)->len, ==, 3);
  pdk_history_db_rollback (db);
}

static void
test_read_only (Fixture *f, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (pdk_history_db_open_read_only (f->path, &error));
  g_assert_error (error, PDK_ERROR, PDK_ERROR_NOT_FOUND);
  g_assert_false (g_file_test (f->path, G_FILE_TEST_EXISTS));
  g_clear_error (&error);
  run_sql (f, "");
  g_assert_null (pdk_history_db_open_read_only (f->path, &error));
  g_assert_error (error, PDK_ERROR, PDK_ERROR_NOT_FOUND);
}

/* An empty file is the oldest version there is; a newer one is left alone. */
static void
test_versions (Fixture *f, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *aside = NULL;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  gsize length;
  PdkHistoryDb *db;

  run_sql (f, "");
  db = open_good (f);
  begin (db, "a");
  write_state (db, "kept");
  g_assert_true (pdk_history_db_commit (db, NULL));
  pdk_history_db_close (db);

  db = open_good (f);
  begin (db, "a");
  assert_state (db, "kept");
  pdk_history_db_close (db);

  run_sql (f, "PRAGMA user_version = 1000; PRAGMA wal_checkpoint (TRUNCATE)");
  g_assert_true (g_file_get_contents (f->path, &before, &length, NULL));
  g_assert_null (pdk_history_db_open (f->path, &aside, &error));
  g_assert_error (error, PDK_ERROR, PDK_ERROR_FAILED);
  g_assert_null (aside);
  g_assert_true (g_file_get_contents (f->path, &after, NULL, NULL));
  g_assert_cmpmem (after, length, before, length);
  g_clear_error (&error);
  g_assert_null (pdk_history_db_open_read_only (f->path, &error));
  g_assert_error (error, PDK_ERROR, PDK_ERROR_FAILED);
}

static int
append_columns (void *user_data, int n_columns, char **values, char **names)
{
  for (int i = 0; i < n_columns; i++)
    g_string_append_printf (user_data, "%s=%s ", names[i], values[i] != NULL ? values[i] : "NULL");
  g_string_append_c (user_data, '\n');
  return 0;
}

/* All that a file of the first version holds. */
static char *
dump_first_tables (Fixture *f)
{
  g_autoptr (GString) text = g_string_new (NULL);
  sqlite3 *handle;

  g_assert_cmpint (sqlite3_open (f->path, &handle), ==, SQLITE_OK);
  g_assert_cmpint (
      sqlite3_exec (handle,
                    "SELECT id, name, generation, hex (state) FROM account ORDER BY id;"
                    "SELECT account, start_sec, requests, chat, generate, embed, other, http_4xx, http_5xx,"
                    "  latency_msec, prompt_tokens, output_tokens, unattributed_tokens, output_msec,"
                    "  hex (buckets) FROM hour ORDER BY account, start_sec;"
                    "SELECT account, kind, start_sec, generation, hex (data) FROM recent ORDER BY 1, 2, 3;",
                    append_columns, text, NULL),
      ==, SQLITE_OK);
  sqlite3_close (handle);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
run_fixture (Fixture *f, const char *name)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "history", name, NULL);
  g_autofree char *sql = NULL;

  g_assert_true (g_file_get_contents (path, &sql, NULL, NULL));
  run_sql (f, sql);
}

static void
assert_first_tables (PdkHistoryDb *db)
{
  g_autoptr (GArray) hours = pdk_history_db_read_hours (db, "ollama", 0, NULL);

  g_assert_cmpuint (hours->len, ==, 2);
  g_assert_cmpuint (g_array_index (hours, PdkHour, 0).requests, ==, 5);
  g_assert_cmpuint (g_array_index (hours, PdkHour, 0).prompt_tokens, ==, 1684);
}

/* A file of an earlier version is read as it is, and loses nothing when it is brought up to date. */
static void
test_earlier_version (Fixture *f, gconstpointer name)
{
  const gboolean has_pruning = !g_str_equal (name, "version-1.sql");
  const gboolean has_loaded = g_str_equal (name, "version-3.sql");
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autoptr (PdkLoadedSpans) loaded = pdk_loaded_spans_new ();
  PdkHistoryDb *db;

  run_fixture (f, name);
  before = dump_first_tables (f);
  db = pdk_history_db_open_read_only (f->path, NULL);
  g_assert_nonnull (db);
  assert_first_tables (db);
  pdk_history_db_close (db);

  db = open_good (f);
  assert_first_tables (db);
  g_assert_cmpint (begin (db, "ollama"), ==, 12);
  assert_state (db, "kept");
  assert_recent (db, 11, "0:1795158000= ");
  g_assert_true (pdk_history_db_read_loaded (db, loaded, NULL));
  g_assert_cmpuint (pdk_loaded_spans_get (loaded)->len, ==, has_loaded ? 1 : 0);
  pdk_history_db_rollback (db);
  assert_pruning (db, "ollama", has_pruning ? 1795154000 : 0, has_pruning ? 1795158000 : 0);
  pdk_history_db_close (db);
  after = dump_first_tables (f);
  g_assert_cmpstr (after, ==, before);
}

static void
assert_set_aside (Fixture *f)
{
  g_autofree char *aside = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (PdkHistoryDb) db = pdk_history_db_open (f->path, &aside, &error);

  g_assert_no_error (error);
  g_assert_nonnull (db);
  g_assert_true (g_file_test (aside, G_FILE_TEST_EXISTS));
  begin (db, "a");
  pdk_history_db_rollback (db);
}

/* Nothing of anybody's is overwritten, also twice in a second. */
static void
test_set_aside (Fixture *f, gconstpointer unused)
{
  g_autofree char *folder = g_path_get_dirname (f->path);
  g_autoptr (GDir) dir = NULL;
  const char *name;
  guint n_aside = 0;

  run_sql (f, "CREATE TABLE theirs (x)");
  assert_set_aside (f);
  for (guint i = 0; i < 2; i++)
    {
      g_assert_true (g_file_set_contents (f->path, "SQLite format 3, or is it?", -1, NULL));
      assert_set_aside (f);
    }
  dir = g_dir_open (folder, 0, NULL);
  while ((name = g_dir_read_name (dir)) != NULL)
    n_aside += strstr (name, ".damaged-") != NULL && !g_str_has_suffix (name, "-wal") &&
               !g_str_has_suffix (name, "-shm");
  g_assert_cmpuint (n_aside, ==, 3);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/history-db/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("generations", test_generations);
  ADD ("modes", test_modes);
  ADD ("recent", test_recent);
  ADD ("hours", test_hours);
  ADD ("pruning", test_pruning);
  ADD ("loaded", test_loaded);
  ADD ("read-only", test_read_only);
  ADD ("versions", test_versions);
  g_test_add ("/history-db/version-1", Fixture, "version-1.sql", set_up, test_earlier_version, tear_down);
  g_test_add ("/history-db/version-2", Fixture, "version-2.sql", set_up, test_earlier_version, tear_down);
  g_test_add ("/history-db/version-3", Fixture, "version-3.sql", set_up, test_earlier_version, tear_down);
  ADD ("set-aside", test_set_aside);
#undef ADD
  return g_test_run ();
}
