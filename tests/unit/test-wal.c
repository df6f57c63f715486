/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "pdk-wal.h"

#include <fcntl.h>
#include <unistd.h>

#include "foreign-fixture.h"

#define PAGE_BYTES 4096
#define FRAME_BYTES (PDK_WAL_FRAME_HEADER_BYTES + PAGE_BYTES)

/* A log that is open, and what is committed in it. */
typedef struct
{
  PdkWal *wal;
  int fd;
} Log;

static void
log_clear (Log *log)
{
  g_clear_pointer (&log->wal, pdk_wal_free);
  close (log->fd);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Log, log_clear)

static void
log_open (Log *log, const ForeignFixture *fixture)
{
  log->fd = open (fixture->log_path, O_RDONLY | O_CLOEXEC);
  g_assert_cmpint (log->fd, >=, 0);
  log->wal = pdk_wal_read (log->fd);
}

static void
set_up (ForeignFixture *fixture, gconstpointer data)
{
  foreign_fixture_set_up (fixture, data);
  foreign_fixture_write (fixture, "PRAGMA page_size = 4096; CREATE TABLE t (x);"
                                  "PRAGMA wal_checkpoint (TRUNCATE)");
}

/* Each is a transaction of one frame. */
static void
write_transactions (ForeignFixture *fixture, guint n)
{
  for (guint i = 0; i < n; i++)
    foreign_fixture_write (fixture, "INSERT INTO t VALUES (1)");
}

/* Leaves frames in the log that belong to no transaction. */
static void
give_up_a_transaction (ForeignFixture *fixture)
{
  foreign_fixture_write (fixture, "BEGIN IMMEDIATE; INSERT INTO t SELECT zeroblob (3000) FROM"
                                  " (VALUES (1), (2), (3), (4), (5), (6), (7), (8))");
  g_assert_cmpint (sqlite3_db_cacheflush (fixture->writer), ==, SQLITE_OK);
  foreign_fixture_write (fixture, "ROLLBACK");
}

static gint64
frame_offset (guint number)
{
  return PDK_WAL_HEADER_BYTES + (gint64) (number - 1) * FRAME_BYTES;
}

static void
test_no_log (ForeignFixture *fixture, gconstpointer data)
{
  g_autoptr (PdkWal) none = pdk_wal_read (-1);
  g_auto (Log) empty = { 0 };

  log_open (&empty, fixture);
  g_assert_cmpuint (none->page_bytes, ==, 0);
  g_assert_cmpuint (empty.wal->page_bytes, ==, 0);
  g_assert_true (pdk_wal_is_same_log (empty.wal));
  g_assert_false (pdk_wal_has_no_more (empty.wal));
  write_transactions (fixture, 1);
  g_assert_false (pdk_wal_is_same_log (empty.wal));
}

static void
test_finds_the_latest_version (ForeignFixture *fixture, gconstpointer data)
{
  g_auto (Log) log = { 0 };

  write_transactions (fixture, 3);
  log_open (&log, fixture);
  g_assert_cmpuint (log.wal->page_bytes, ==, PAGE_BYTES);
  g_assert_cmpuint (log.wal->n_pages, ==, foreign_fixture_ask (fixture, "PRAGMA page_count"));
  g_assert_cmpint (pdk_wal_find_page (log.wal, 2), ==, frame_offset (3) + PDK_WAL_FRAME_HEADER_BYTES);
  g_assert_cmpint (pdk_wal_find_page (log.wal, 1), ==, 0);
  g_assert_false (log.wal->is_damaged);
}

static void
test_more_is_noticed (ForeignFixture *fixture, gconstpointer data)
{
  g_auto (Log) log = { 0 };

  write_transactions (fixture, 1);
  log_open (&log, fixture);
  g_assert_true (pdk_wal_has_no_more (log.wal));
  give_up_a_transaction (fixture);
  g_assert_true (pdk_wal_has_no_more (log.wal));
  write_transactions (fixture, 1);
  g_assert_false (pdk_wal_has_no_more (log.wal));
  g_assert_true (pdk_wal_is_same_log (log.wal));
}

/* What was written of a transaction when the log was read need not change any more until it is committed. */
static void
test_commit_of_what_was_there (ForeignFixture *fixture, gconstpointer data)
{
  g_autofree char *committed = NULL;
  gsize n_bytes;
  g_auto (Log) log = { 0 };

  write_transactions (fixture, 1);
  foreign_fixture_write (fixture, "CREATE TABLE u (x); INSERT INTO t VALUES (2)");
  g_assert_true (g_file_get_contents (fixture->log_path, &committed, &n_bytes, NULL));
  g_assert_cmpint (truncate (fixture->log_path, (off_t) n_bytes - PAGE_BYTES / 2), ==, 0);
  log_open (&log, fixture);
  g_assert_true (pdk_wal_has_no_more (log.wal));
  g_assert_true (g_file_set_contents_full (fixture->log_path, committed, (gssize) n_bytes,
                                           G_FILE_SET_CONTENTS_NONE, 0600, NULL));
  g_assert_false (pdk_wal_has_no_more (log.wal));
}

static void
test_log_that_begins_anew (ForeignFixture *fixture, gconstpointer data)
{
  g_auto (Log) before = { 0 }, after = { 0 };

  write_transactions (fixture, 4);
  log_open (&before, fixture);
  foreign_fixture_write (fixture, "PRAGMA wal_checkpoint (RESTART)");
  write_transactions (fixture, 1);
  g_assert_false (pdk_wal_is_same_log (before.wal));
  log_open (&after, fixture);
  g_assert_cmpint (pdk_wal_find_page (after.wal, 2), ==, frame_offset (1) + PDK_WAL_FRAME_HEADER_BYTES);
  g_assert_false (after.wal->is_damaged);
}

/* Any bit of any frame: what stands before it is read, and what is lost behind it is told. */
static void
test_damage (ForeignFixture *fixture, gconstpointer data)
{
  static const gint64 places[] = { 3, 5, 9, 13, 17, 21, 24, 2000, FRAME_BYTES - 1 };

  write_transactions (fixture, 5);
  for (guint frame = 1; frame <= 5; frame++)
    {
      for (gsize i = 0; i < G_N_ELEMENTS (places); i++)
        {
          gint64 offset = frame_offset (frame) + places[i];
          g_auto (Log) log = { 0 };

          foreign_fixture_flip (fixture->log_path, offset);
          log_open (&log, fixture);
          g_assert_cmpint (pdk_wal_find_page (log.wal, 2), ==,
                           frame > 1 ? frame_offset (frame - 1) + PDK_WAL_FRAME_HEADER_BYTES : 0);
          /* The last one might be one that is just being written. */
          g_assert_cmpint (log.wal->is_damaged, ==, frame < 5);
          foreign_fixture_flip (fixture->log_path, offset);
        }
    }
}

static void
test_damaged_header (ForeignFixture *fixture, gconstpointer data)
{
  write_transactions (fixture, 2);
  for (gint64 offset = 0; offset < PDK_WAL_HEADER_BYTES; offset++)
    {
      g_auto (Log) log = { 0 };

      foreign_fixture_flip (fixture->log_path, offset);
      log_open (&log, fixture);
      g_assert_cmpuint (log.wal->page_bytes, ==, 0);
      foreign_fixture_flip (fixture->log_path, offset);
    }
}

static void
test_given_up_is_no_damage (ForeignFixture *fixture, gconstpointer data)
{
  g_auto (Log) log = { 0 };

  write_transactions (fixture, 1);
  give_up_a_transaction (fixture);
  write_transactions (fixture, 1);
  log_open (&log, fixture);
  g_assert_cmpint (pdk_wal_find_page (log.wal, 2), ==, frame_offset (2) + PDK_WAL_FRAME_HEADER_BYTES);
  g_assert_false (log.wal->is_damaged);
}

int
main (int argc, char **argv)
{
  static const ForeignFixtureTest tests[] = {
    { "/wal/no-log", test_no_log },
    { "/wal/finds-the-latest-version", test_finds_the_latest_version },
    { "/wal/more-is-noticed", test_more_is_noticed },
    { "/wal/commit-of-what-was-there", test_commit_of_what_was_there },
    { "/wal/log-that-begins-anew", test_log_that_begins_anew },
    { "/wal/damage", test_damage },
    { "/wal/damaged-header", test_damaged_header },
    { "/wal/given-up-is-no-damage", test_given_up_is_no_damage },
  };

  g_test_init (&argc, &argv, NULL);
  foreign_fixture_add_tests (tests, G_N_ELEMENTS (tests), set_up, foreign_fixture_tear_down);
  return g_test_run ();
}
