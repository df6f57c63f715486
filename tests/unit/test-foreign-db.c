/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "pdk-foreign-db.h"

#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "foreign-fixture.h"
#include "pdk-error.h"

static void
set_up (ForeignFixture *fixture, gconstpointer data)
{
  foreign_fixture_set_up (fixture, data);
  foreign_fixture_write (fixture, "CREATE TABLE t (x); INSERT INTO t VALUES (1);"
                                  "PRAGMA wal_checkpoint (TRUNCATE); INSERT INTO t VALUES (2)");
}

static PdkForeignDb *
open_db (ForeignFixture *fixture)
{
  g_autoptr (GError) error = NULL;
  PdkForeignDb *db = pdk_foreign_db_open (fixture->path, NULL, &error);

  g_assert_no_error (error);
  return db;
}

static void
assert_sum (PdkForeignDb *db, int expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (sqlite3_stmt) sum = pdk_foreign_db_prepare (db, "SELECT sum(x) FROM t", &error);

  g_assert_no_error (error);
  g_assert_cmpint (pdk_foreign_db_step (db, sum, &error), ==, SQLITE_ROW);
  g_assert_cmpint (sqlite3_column_int (sum, 0), ==, expected);
}

static void
test_reads_what_is_committed (ForeignFixture *fixture, gconstpointer data)
{
  g_autoptr (PdkForeignDb) db = NULL;

  foreign_fixture_write (fixture, "BEGIN IMMEDIATE; INSERT INTO t VALUES (100)");
  sqlite3_db_cacheflush (fixture->writer);
  db = open_db (fixture);
  assert_sum (db, 3);
  foreign_fixture_write (fixture, "COMMIT");
  g_clear_pointer (&db, pdk_foreign_db_free);
  db = open_db (fixture);
  assert_sum (db, 103);
}

static void
test_checkpoint_of_what_was_read (ForeignFixture *fixture, gconstpointer data)
{
  g_autoptr (PdkForeignDb) db = open_db (fixture);

  foreign_fixture_write (fixture, "PRAGMA wal_checkpoint (PASSIVE)");
  assert_sum (db, 3);
  g_assert_true (pdk_foreign_db_is_consistent (db));
}

static void
test_checkpoint_of_what_was_not (ForeignFixture *fixture, gconstpointer data)
{
  g_autoptr (PdkForeignDb) db = open_db (fixture);

  foreign_fixture_write (fixture, "INSERT INTO t VALUES (4); PRAGMA wal_checkpoint (PASSIVE)");
  g_assert_false (pdk_foreign_db_is_consistent (db));
}

static void
test_log_begins_anew (ForeignFixture *fixture, gconstpointer data)
{
  g_autoptr (PdkForeignDb) db = open_db (fixture);

  foreign_fixture_write (fixture, "PRAGMA wal_checkpoint (RESTART); INSERT INTO t VALUES (4)");
  g_assert_false (pdk_foreign_db_is_consistent (db));
}

static void
test_replaced_while_open (ForeignFixture *fixture, gconstpointer data)
{
  g_autofree char *aside = g_strconcat (fixture->path, ".aside", NULL);
  g_autofree char *content = NULL;
  gsize n_bytes;
  g_autoptr (PdkForeignDb) db = open_db (fixture);

  g_assert_true (g_file_get_contents (fixture->path, &content, &n_bytes, NULL));
  g_assert_true (g_file_set_contents (aside, content, (gssize) n_bytes, NULL));
  g_assert_cmpint (g_rename (aside, fixture->path), ==, 0);
  assert_sum (db, 3);
  g_assert_false (pdk_foreign_db_is_consistent (db));
}

static void
test_deleted_while_open (ForeignFixture *fixture, gconstpointer data)
{
  g_autoptr (PdkForeignDb) db = open_db (fixture);

  g_assert_cmpint (g_unlink (fixture->path), ==, 0);
  assert_sum (db, 3);
  g_assert_false (pdk_foreign_db_is_consistent (db));
}

static void
test_nothing_can_be_written (ForeignFixture *fixture, gconstpointer data)
{
  g_autoptr (PdkForeignDb) db = open_db (fixture);
  g_autoptr (GError) error = NULL;
  g_autoptr (sqlite3_stmt) insert = pdk_foreign_db_prepare (db, "INSERT INTO t VALUES (5)", &error);

  g_assert_no_error (error);
  g_assert_cmpint (pdk_foreign_db_step (db, insert, &error) & 0xff, ==, SQLITE_READONLY);
}

static void
test_errors (ForeignFixture *fixture, gconstpointer data)
{
  g_autofree char *missing = g_build_filename (fixture->folder, "missing", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (pdk_foreign_db_open (missing, NULL, &error));
  g_assert_error (error, PDK_ERROR, PDK_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_null (pdk_foreign_db_open (fixture->folder, NULL, &error));
  g_assert_error (error, PDK_ERROR, PDK_ERROR_NOT_REGULAR);
}

static void
assert_damaged (ForeignFixture *fixture, gboolean is_damaged)
{
  g_autoptr (PdkForeignDb) db = open_db (fixture);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (pdk_foreign_db_check (db, &error), ==, !is_damaged);
  if (is_damaged)
    g_assert_error (error, PDK_ERROR, PDK_ERROR_MALFORMED);
  else
    g_assert_no_error (error);
}

static void
test_damaged_page (ForeignFixture *fixture, gconstpointer data)
{
  foreign_fixture_close (fixture);
  assert_damaged (fixture, FALSE);
  foreign_fixture_flip (fixture->path, 4096);
  assert_damaged (fixture, TRUE);
}

/* Pages that are only in the log are missing in the file by right. */
static void
test_cut_short (ForeignFixture *fixture, gconstpointer data)
{
  struct stat st;

  foreign_fixture_write (fixture, "INSERT INTO t VALUES (zeroblob (10000))");
  assert_damaged (fixture, FALSE);
  foreign_fixture_write (fixture, "PRAGMA wal_checkpoint (PASSIVE); INSERT INTO t VALUES (1)");
  g_assert_cmpint (stat (fixture->path, &st), ==, 0);
  g_assert_cmpint (truncate (fixture->path, st.st_size - 4096), ==, 0);
  assert_damaged (fixture, TRUE);
  g_assert_cmpint (truncate (fixture->path, st.st_size), ==, 0);
  foreign_fixture_close (fixture);
  assert_damaged (fixture, FALSE);
  g_assert_cmpint (stat (fixture->path, &st), ==, 0);
  g_assert_cmpint (truncate (fixture->path, st.st_size - 1), ==, 0);
  assert_damaged (fixture, TRUE);
}

static void
test_odd_values_are_no_damage (ForeignFixture *fixture, gconstpointer data)
{
  foreign_fixture_write (fixture, "CREATE TABLE u (x TEXT, y TEXT); INSERT INTO u VALUES (NULL, 'a');"
                                  "PRAGMA writable_schema = ON;"
                                  "UPDATE sqlite_schema SET sql = 'CREATE TABLE u (x TEXT NOT NULL, y TEXT)'"
                                  " WHERE name = 'u'; PRAGMA writable_schema = RESET");
  assert_damaged (fixture, FALSE);
}

/* An older kind of journal that was left behind says that the database is half written. */
static void
test_left_half_written (ForeignFixture *fixture, gconstpointer data)
{
  g_autofree char *journal = g_strconcat (fixture->path, "-journal", NULL);
  g_autoptr (PdkForeignDb) db = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (journal, "\xd9", 1, NULL));
  g_assert_null (pdk_foreign_db_open (fixture->path, NULL, &error));
  g_assert_error (error, PDK_ERROR, PDK_ERROR_FAILED);
  g_assert_true (g_file_set_contents (journal, "", 0, NULL));
  db = open_db (fixture);
  assert_sum (db, 3);
}

static void
test_damaged_log (ForeignFixture *fixture, gconstpointer data)
{
  g_autoptr (PdkForeignDb) db = NULL;

  foreign_fixture_write (fixture, "INSERT INTO t VALUES (4)");
  foreign_fixture_flip (fixture->log_path, 100);
  db = open_db (fixture);
  g_assert_true (pdk_foreign_db_has_damaged_log (db));
  assert_sum (db, 1);
}

/* What is in the log counts as well when the database is reached by a link, as that is where SQLite has it.
 */
static void
test_link (ForeignFixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "link", NULL);
  g_autoptr (PdkForeignDb) db = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (symlink (fixture->path, path), ==, 0);
  foreign_fixture_write (fixture, "INSERT INTO t VALUES (100)");
  db = pdk_foreign_db_open (path, NULL, &error);
  g_assert_no_error (error);
  assert_sum (db, 103);
}

/* Without them, nobody knows what is in the database. */
static void
test_files_beside_that_cannot_be_read (ForeignFixture *fixture, gconstpointer data)
{
  g_autofree char *journal = g_strconcat (fixture->path, "-journal", NULL);
  const char *const paths[] = { fixture->log_path, journal };

  foreign_fixture_close (fixture);
  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_cmpint (symlink (paths[i], paths[i]), ==, 0);
      g_assert_null (pdk_foreign_db_open (fixture->path, NULL, &error));
      g_assert_error (error, PDK_ERROR, PDK_ERROR_FAILED);
      g_assert_cmpint (unlink (paths[i]), ==, 0);
    }
}

static void
test_cancelled (ForeignFixture *fixture, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (PdkForeignDb) db = pdk_foreign_db_open (fixture->path, cancellable, &error);
  g_autoptr (sqlite3_stmt) endless = pdk_foreign_db_prepare (
      db, "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n", &error);

  g_assert_no_error (error);
  g_cancellable_cancel (cancellable);
  g_assert_cmpint (pdk_foreign_db_step (db, endless, &error), !=, SQLITE_ROW);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

int
main (int argc, char **argv)
{
  static const ForeignFixtureTest tests[] = {
    { "/foreign-db/reads-what-is-committed", test_reads_what_is_committed },
    { "/foreign-db/checkpoint-of-what-was-read", test_checkpoint_of_what_was_read },
    { "/foreign-db/checkpoint-of-what-was-not", test_checkpoint_of_what_was_not },
    { "/foreign-db/log-begins-anew", test_log_begins_anew },
    { "/foreign-db/replaced-while-open", test_replaced_while_open },
    { "/foreign-db/deleted-while-open", test_deleted_while_open },
    { "/foreign-db/nothing-can-be-written", test_nothing_can_be_written },
    { "/foreign-db/errors", test_errors },
    { "/foreign-db/damaged-page", test_damaged_page },
    { "/foreign-db/cut-short", test_cut_short },
    { "/foreign-db/odd-values-are-no-damage", test_odd_values_are_no_damage },
    { "/foreign-db/left-half-written", test_left_half_written },
    { "/foreign-db/damaged-log", test_damaged_log },
    { "/foreign-db/link", test_link },
    { "/foreign-db/files-beside-that-cannot-be-read", test_files_beside_that_cannot_be_read },
    { "/foreign-db/cancelled", test_cancelled },
  };

  g_test_init (&argc, &argv, NULL);
  foreign_fixture_add_tests (tests, G_N_ELEMENTS (tests), set_up, foreign_fixture_tear_down);
  return g_test_run ();
}
