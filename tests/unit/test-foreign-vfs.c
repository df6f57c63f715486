/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "pdk-foreign-vfs.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "foreign-fixture.h"

/* A database that is open through the file system under test. */
typedef struct
{
  int fd;
  int log_fd;
  PdkWal *wal;
  PdkForeignVfs *vfs;
  sqlite3 *connection;
} Opened;

static void
opened_clear (Opened *opened)
{
  sqlite3_close (opened->connection);
  pdk_foreign_vfs_free (opened->vfs);
  pdk_wal_free (opened->wal);
  close (opened->log_fd);
  close (opened->fd);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Opened, opened_clear)

static void
open_through (Opened *opened, const ForeignFixture *fixture)
{
  struct stat st;

  opened->fd = open (fixture->path, O_RDONLY | O_CLOEXEC);
  opened->log_fd = open (fixture->log_path, O_RDONLY | O_CLOEXEC);
  g_assert_cmpint (fstat (opened->fd, &st), ==, 0);
  opened->wal = pdk_wal_read (opened->log_fd);
  opened->vfs = pdk_foreign_vfs_new (opened->fd, opened->log_fd, opened->wal, st.st_size);
  g_assert_cmpint (pdk_foreign_vfs_connect (opened->vfs, &opened->connection), ==, SQLITE_OK);
}

static gint64
ask (const Opened *opened, const char *sql)
{
  sqlite3_stmt *statement = NULL;
  gint64 number;

  g_assert_cmpint (sqlite3_prepare_v2 (opened->connection, sql, -1, &statement, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_step (statement), ==, SQLITE_ROW);
  number = sqlite3_column_int64 (statement, 0);
  sqlite3_finalize (statement);
  return number;
}

static void
test_log_lies_over_the_database (ForeignFixture *fixture, gconstpointer data)
{
  g_auto (Opened) opened = { 0 };

  foreign_fixture_write (fixture, "CREATE TABLE t (x); INSERT INTO t VALUES (1), (2);"
                                  "PRAGMA wal_checkpoint (TRUNCATE);"
                                  "INSERT INTO t VALUES (4); CREATE TABLE u (x); INSERT INTO u VALUES (8)");
  open_through (&opened, fixture);
  g_assert_cmpint (ask (&opened, "SELECT sum (x) FROM t"), ==, 7);
  g_assert_cmpint (ask (&opened, "SELECT x FROM u"), ==, 8);
  g_assert_cmpint (ask (&opened, "PRAGMA page_count"), ==,
                   foreign_fixture_ask (fixture, "PRAGMA page_count"));
}

static void
test_without_a_log (ForeignFixture *fixture, gconstpointer data)
{
  g_auto (Opened) opened = { 0 };

  foreign_fixture_write (fixture, "CREATE TABLE t (x); INSERT INTO t VALUES (1)");
  foreign_fixture_close (fixture);
  open_through (&opened, fixture);
  g_assert_cmpint (ask (&opened, "SELECT sum (x) FROM t"), ==, 1);
}

/* Large values lie on pages of their own, which SQLite may read in part. */
static void
test_large_values (ForeignFixture *fixture, gconstpointer data)
{
  g_auto (Opened) opened = { 0 };

  foreign_fixture_write (fixture, "CREATE TABLE t (x); INSERT INTO t VALUES (zeroblob (100000));"
                                  "UPDATE t SET x = randomblob (99999)");
  open_through (&opened, fixture);
  g_assert_cmpint (ask (&opened, "SELECT length (x) FROM t"), ==, 99999);
  g_assert_cmpint (ask (&opened, "SELECT instr (x, substr (x, 60000, 50)) FROM t"), ==, 60000);
}

static void
test_nothing_can_be_changed (ForeignFixture *fixture, gconstpointer data)
{
  g_autofree char *other = g_build_filename (fixture->folder, "other.sqlite", NULL);
  g_autofree char *attach = g_strdup_printf ("ATTACH '%s' AS other; CREATE TABLE other.t (x)", other);
  const char *const changes[] = {
    "INSERT INTO t VALUES (1)",
    "CREATE TABLE u (x)",
    "PRAGMA journal_mode = DELETE",
    "PRAGMA user_version = 7",
    "PRAGMA wal_checkpoint",
    "VACUUM",
    "DROP TABLE t",
    "PRAGMA locking_mode = EXCLUSIVE; SELECT * FROM t",
    attach,
  };
  g_autofree char *before = NULL;
  gsize n_before;
  g_auto (Opened) opened = { 0 };

  foreign_fixture_write (fixture, "CREATE TABLE t (x)");
  foreign_fixture_close (fixture);
  g_assert_true (g_file_get_contents (fixture->path, &before, &n_before, NULL));
  open_through (&opened, fixture);
  for (gsize i = 0; i < G_N_ELEMENTS (changes); i++)
    {
      g_autofree char *after = NULL;
      g_autoptr (GDir) folder = g_dir_open (fixture->folder, 0, NULL);
      gsize n_after;

      g_test_message ("%s", changes[i]);
      sqlite3_exec (opened.connection, changes[i], NULL, NULL, NULL);
      g_assert_true (g_file_get_contents (fixture->path, &after, &n_after, NULL));
      g_assert_cmpmem (before, n_before, after, n_after);
      g_assert_cmpstr (g_dir_read_name (folder), ==, "db.sqlite");
      g_assert_null (g_dir_read_name (folder));
    }
}

int
main (int argc, char **argv)
{
  static const ForeignFixtureTest tests[] = {
    { "/foreign-vfs/log-lies-over-the-database", test_log_lies_over_the_database },
    { "/foreign-vfs/without-a-log", test_without_a_log },
    { "/foreign-vfs/large-values", test_large_values },
    { "/foreign-vfs/nothing-can-be-changed", test_nothing_can_be_changed },
  };

  g_test_init (&argc, &argv, NULL);
  foreign_fixture_add_tests (tests, G_N_ELEMENTS (tests), foreign_fixture_set_up, foreign_fixture_tear_down);
  return g_test_run ();
}
