/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "pdk-wal.h"

#include <fcntl.h>
#include <string.h>
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
put (GByteArray *log, guint32 word)
{
  const guint32 bytes = GUINT32_TO_BE (word);

  g_byte_array_append (log, (const guint8 *) &bytes, sizeof bytes);
}

/* Checksums of little-endian words: https://www.sqlite.org/fileformat2.html#checksum_algorithm */
static void
sum (const GByteArray *log, guint first, guint end, guint32 sums[2])
{
  for (guint i = first; i < end; i += 8)
    {
      guint32 words[2];

      memcpy (words, log->data + i, sizeof words);
      sums[0] += GUINT32_FROM_LE (words[0]) + sums[1];
      sums[1] += GUINT32_FROM_LE (words[1]) + sums[0];
    }
}

/* A log of one transaction, whose checksums are right whatever else it says. */
static GByteArray *
make_log (guint32 magic, guint32 version, guint32 page_bytes)
{
  GByteArray *log = g_byte_array_new ();
  guint32 sums[2] = { 0, 0 };
  g_autofree guint8 *page = g_malloc0 (page_bytes);

  put (log, magic);
  put (log, version);
  put (log, page_bytes);
  for (guint i = 0; i < 3; i++)
    put (log, i);
  sum (log, 0, log->len, sums);
  put (log, sums[0]);
  put (log, sums[1]);

  put (log, 1); /* the page, and how many there are */
  put (log, 1);
  put (log, 1);
  put (log, 2);
  sum (log, PDK_WAL_HEADER_BYTES, PDK_WAL_HEADER_BYTES + 8, sums);
  g_byte_array_append (log, (const guint8[8]){ 0 }, 8);
  g_byte_array_append (log, page, page_bytes);
  sum (log, PDK_WAL_HEADER_BYTES + PDK_WAL_FRAME_HEADER_BYTES, log->len, sums);
  sums[0] = GUINT32_TO_BE (sums[0]);
  sums[1] = GUINT32_TO_BE (sums[1]);
  memcpy (log->data + PDK_WAL_HEADER_BYTES + 16, sums, sizeof sums);
  return log;
}

/* What SQLite would not take for a log is none, however well it adds up. */
static void
test_other_kinds_of_log (ForeignFixture *fixture, gconstpointer data)
{
  static const struct
  {
    guint32 magic, version, page_bytes;
    gboolean is_log;
  } cases[] = {
    { 0x377f0682, 3007000, 4096, TRUE },  { 0x377f0682, 3007000, 512, TRUE },
    { 0x377f0682, 3007000, 65536, TRUE }, { 0x377f0682, 3007001, 4096, FALSE },
    { 0x377f0684, 3007000, 4096, FALSE }, { 0x377f0682, 3007000, 1000, FALSE },
    { 0x377f0682, 3007000, 256, FALSE },  { 0x377f0682, 3007000, 131072, FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GByteArray) bytes = make_log (cases[i].magic, cases[i].version, cases[i].page_bytes);
      g_auto (Log) log = { 0 };

      g_test_message ("case %" G_GSIZE_FORMAT, i);
      g_assert_true (
          g_file_set_contents (fixture->log_path, (const char *) bytes->data, (gssize) bytes->len, NULL));
      log_open (&log, fixture);
      g_assert_cmpuint (log.wal->page_bytes, ==, cases[i].is_log ? cases[i].page_bytes : 0);
      g_assert_cmpint (pdk_wal_find_page (log.wal, 1) > 0, ==, cases[i].is_log);
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
    { "/wal/other-kinds-of-log", test_other_kinds_of_log },
    { "/wal/given-up-is-no-damage", test_given_up_is_no_damage },
  };

  g_test_init (&argc, &argv, NULL);
  foreign_fixture_add_tests (tests, G_N_ELEMENTS (tests), set_up, foreign_fixture_tear_down);
  return g_test_run ();
}
