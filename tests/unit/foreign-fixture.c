/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "foreign-fixture.h"

#include "scratch-folder.h"

void
foreign_fixture_add_tests (const ForeignFixtureTest *tests,
                           gsize n_tests,
                           ForeignFixtureFunc set_up,
                           ForeignFixtureFunc tear_down)
{
  for (gsize i = 0; i < n_tests; i++)
    g_test_add (tests[i].name, ForeignFixture, NULL, set_up, tests[i].func, tear_down);
}

/** foreign_fixture_set_up: makes an empty database with a write-ahead log, which is only emptied when told */
void
foreign_fixture_set_up (ForeignFixture *fixture, gconstpointer data)
{
  fixture->folder = scratch_folder_new ();
  fixture->path = g_build_filename (fixture->folder, "db.sqlite", NULL);
  fixture->log_path = g_strconcat (fixture->path, "-wal", NULL);
  foreign_fixture_open (fixture);
}

/** foreign_fixture_tear_down: removes it all */
void
foreign_fixture_tear_down (ForeignFixture *fixture, gconstpointer data)
{
  foreign_fixture_close (fixture);
  scratch_folder_remove (fixture->folder);
  g_free (fixture->path);
  g_free (fixture->log_path);
}

/** foreign_fixture_write: executes @sql as the program that the database belongs to */
void
foreign_fixture_write (ForeignFixture *fixture, const char *sql)
{
  char *message = NULL;

  if (sqlite3_exec (fixture->writer, sql, NULL, NULL, &message) != SQLITE_OK)
    g_error ("%s: %s", sql, message);
}

/** foreign_fixture_ask: Returns: the number that @sql selects, as that program sees it */
gint64
foreign_fixture_ask (ForeignFixture *fixture, const char *sql)
{
  sqlite3_stmt *statement = NULL;
  gint64 number;

  g_assert_cmpint (sqlite3_prepare_v2 (fixture->writer, sql, -1, &statement, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_step (statement), ==, SQLITE_ROW);
  number = sqlite3_column_int64 (statement, 0);
  sqlite3_finalize (statement);
  return number;
}

/** foreign_fixture_open: begins that program, which set_up() does as well */
void
foreign_fixture_open (ForeignFixture *fixture)
{
  g_assert_cmpint (sqlite3_open (fixture->path, &fixture->writer), ==, SQLITE_OK);
  foreign_fixture_write (fixture, "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;"
                                  "PRAGMA wal_autocheckpoint = 0");
}

/** foreign_fixture_close: ends that program, which empties the log */
void
foreign_fixture_close (ForeignFixture *fixture)
{
  sqlite3_close (fixture->writer);
  fixture->writer = NULL;
}

/** foreign_fixture_flip: flips a bit of the byte at @offset */
void
foreign_fixture_flip (const char *path, gint64 offset)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *bytes = NULL;
  gsize n_bytes;

  g_file_get_contents (path, &bytes, &n_bytes, &error);
  g_assert_no_error (error);
  g_assert_cmpint (offset, <, (gint64) n_bytes);
  bytes[offset] ^= 0x04;
  g_file_set_contents_full (path, bytes, (gssize) n_bytes, G_FILE_SET_CONTENTS_NONE, 0600, &error);
  g_assert_no_error (error);
}
