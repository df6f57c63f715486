/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "pdk-foreign-db.h"

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

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *name;
    void (*func) (ForeignFixture *fixture, gconstpointer data);
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
    g_test_add (tests[i].name, ForeignFixture, NULL, set_up, tests[i].func, foreign_fixture_tear_down);
  return g_test_run ();
}
