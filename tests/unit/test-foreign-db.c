/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "pdk-foreign-db.h"

#include <glib/gstdio.h>

#include "pdk-error.h"

/* A database in a folder of its own, and the program that writes it. */
typedef struct
{
  char *folder;
  char *path;
  sqlite3 *writer;
} Fixture;

static void
write_sql (Fixture *fixture, const char *sql)
{
  char *message = NULL;

  if (sqlite3_exec (fixture->writer, sql, NULL, NULL, &message) != SQLITE_OK)
    g_error ("%s: %s", sql, message);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = g_dir_make_tmp ("paddock-XXXXXX", NULL);
  fixture->path = g_build_filename (fixture->folder, "db.sqlite", NULL);
  g_assert_cmpint (sqlite3_open (fixture->path, &fixture->writer), ==, SQLITE_OK);
  write_sql (fixture, "PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; CREATE TABLE t (x);"
                      "INSERT INTO t VALUES (1); PRAGMA wal_checkpoint (TRUNCATE); INSERT INTO t VALUES (2)");
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GDir) dir = NULL;
  const char *name;

  sqlite3_close (fixture->writer);
  dir = g_dir_open (fixture->folder, 0, NULL);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (fixture->folder, name, NULL);

      g_remove (path);
    }
  g_rmdir (fixture->folder);
  g_free (fixture->folder);
  g_free (fixture->path);
}

static PdkForeignDb *
open_db (Fixture *fixture)
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
test_reads_what_is_committed (Fixture *fixture, gconstpointer data)
{
  g_autoptr (PdkForeignDb) db = NULL;

  write_sql (fixture, "BEGIN IMMEDIATE; INSERT INTO t VALUES (100)");
  sqlite3_db_cacheflush (fixture->writer);
  db = open_db (fixture);
  assert_sum (db, 3);
  write_sql (fixture, "COMMIT");
  g_clear_pointer (&db, pdk_foreign_db_free);
  db = open_db (fixture);
  assert_sum (db, 103);
}

static void
test_checkpoint_of_what_was_read (Fixture *fixture, gconstpointer data)
{
  g_autoptr (PdkForeignDb) db = open_db (fixture);

  write_sql (fixture, "PRAGMA wal_checkpoint (PASSIVE)");
  assert_sum (db, 3);
  g_assert_true (pdk_foreign_db_is_consistent (db));
}

static void
test_checkpoint_of_what_was_not (Fixture *fixture, gconstpointer data)
{
  g_autoptr (PdkForeignDb) db = open_db (fixture);

  write_sql (fixture, "INSERT INTO t VALUES (4); PRAGMA wal_checkpoint (PASSIVE)");
  g_assert_false (pdk_foreign_db_is_consistent (db));
}

static void
test_log_begins_anew (Fixture *fixture, gconstpointer data)
{
  g_autoptr (PdkForeignDb) db = open_db (fixture);

  write_sql (fixture, "PRAGMA wal_checkpoint (RESTART); INSERT INTO t VALUES (4)");
  g_assert_false (pdk_foreign_db_is_consistent (db));
}

static void
test_nothing_can_be_written (Fixture *fixture, gconstpointer data)
{
  g_autoptr (PdkForeignDb) db = open_db (fixture);
  g_autoptr (GError) error = NULL;
  g_autoptr (sqlite3_stmt) insert = pdk_foreign_db_prepare (db, "INSERT INTO t VALUES (5)", &error);

  g_assert_no_error (error);
  g_assert_cmpint (pdk_foreign_db_step (db, insert, &error) & 0xff, ==, SQLITE_READONLY);
}

static void
test_errors (Fixture *fixture, gconstpointer data)
{
  g_autofree char *missing = g_build_filename (fixture->folder, "missing", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (pdk_foreign_db_open (missing, NULL, &error));
  g_assert_error (error, PDK_ERROR, PDK_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_null (pdk_foreign_db_open (fixture->folder, NULL, &error));
  g_assert_error (error, PDK_ERROR, PDK_ERROR_NOT_REGULAR);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *name;
    void (*func) (Fixture *fixture, gconstpointer data);
  } tests[] = {
    { "/foreign-db/reads-what-is-committed", test_reads_what_is_committed },
    { "/foreign-db/checkpoint-of-what-was-read", test_checkpoint_of_what_was_read },
    { "/foreign-db/checkpoint-of-what-was-not", test_checkpoint_of_what_was_not },
    { "/foreign-db/log-begins-anew", test_log_begins_anew },
    { "/foreign-db/nothing-can-be-written", test_nothing_can_be_written },
    { "/foreign-db/errors", test_errors },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].name, Fixture, NULL, set_up, tests[i].func, tear_down);
  return g_test_run ();
}
