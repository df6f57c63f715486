/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "pdk-chat-db.h"

#include <glib/gstdio.h>

#include "chat-fixture.h"
#include "pdk-error.h"
#include "pdk-foreign-stamp.h"

/* Counts the rows that the code under test reads, with a SQLite in this very process, and writes when it is
 * at a certain one. */
typedef struct
{
  ForeignFixture *fixture;
  guint n_rows;
  guint row;       /* at which it writes */
  const char *end; /* what it writes last; NULL when it is to write nothing, or has */
} Observer;

static Observer observer;

static void
write_in_between (void)
{
  const char *end = g_steal_pointer (&observer.end);

  for (guint i = 0; i < 40; i++)
    {
      g_autofree char *chat = g_strdup_printf ("%u", i * 5 + 1);

      chat_fixture_save (observer.fixture, chat, 1 + i % 3, 1500);
    }
  foreign_fixture_write (observer.fixture, "DELETE FROM chats WHERE id = '2';"
                                           "DELETE FROM messages WHERE chat_id = '2'");
  foreign_fixture_write (observer.fixture, end);
}

static int
on_row (unsigned type, void *data, void *statement, void *unused)
{
  if (observer.fixture == NULL || sqlite3_db_handle (statement) == observer.fixture->writer)
    return 0;
  if (observer.n_rows++ >= observer.row && observer.end != NULL)
    write_in_between ();
  return 0;
}

/* What sqlite3_auto_extension() calls for each connection that is opened. */
static int
watch_rows (sqlite3 *connection, const char **message, const void *routines)
{
  return sqlite3_trace_v2 (connection, SQLITE_TRACE_ROW, on_row, NULL);
}

/* Returns: how many rows were read */
static guint
refresh (ForeignFixture *fixture, PdkChatDb *db)
{
  observer = (Observer){ .fixture = fixture };
  chat_fixture_refresh (db);
  chat_fixture_assert_counted (fixture, db);
  return observer.n_rows;
}

static void
fill (ForeignFixture *fixture, guint n_chats)
{
  for (guint i = 0; i < n_chats; i++)
    {
      g_autofree char *chat = g_strdup_printf ("%u", i);

      chat_fixture_save (fixture, chat, 1 + i % 4, 300);
    }
}

/* Returns: whether the app saved chats and emptied its log into the database when row @row was read */
static gboolean
refresh_with_writer_at (ForeignFixture *fixture, guint row, const char *end)
{
  g_autoptr (PdkChatDb) db = pdk_chat_db_new (fixture->path);

  foreign_fixture_write (fixture, "DELETE FROM messages; DELETE FROM chats");
  fill (fixture, 200);
  foreign_fixture_write (fixture, "PRAGMA wal_checkpoint (RESTART)");
  /* So that the log goes on where it is. */
  chat_fixture_save (fixture, "last", 1, 300);
  observer = (Observer){ fixture, 0, row, end };
  chat_fixture_refresh (db);
  chat_fixture_assert_counted (fixture, db);
  return observer.end == NULL;
}

/* What was read of two moments is read again, wherever they meet. */
static void
test_writer_in_between (ForeignFixture *fixture, gconstpointer data)
{
  static const char *const ends[] = {
    "SELECT 1",
    "PRAGMA wal_checkpoint (PASSIVE)",
    "PRAGMA wal_checkpoint (RESTART); UPDATE settings SET selected_model = 'm'",
    /* As when a chat is deleted: what is not changed is moved. */
    "PRAGMA wal_checkpoint (TRUNCATE); VACUUM; PRAGMA wal_checkpoint (PASSIVE)",
  };
  guint row = 0;

  while (refresh_with_writer_at (fixture, row, ends[row % G_N_ELEMENTS (ends)]))
    row += 47;
  g_assert_cmpuint (row, >, 1000);
}

static void
test_what_the_app_does (ForeignFixture *fixture, gconstpointer data)
{
  static const char *const changes[] = {
    "INSERT INTO messages (chat_id, role, content, created_at) VALUES ('3', 'user', 'a', '2026-11-20 "
    "11:59:00')",
    "UPDATE messages SET content = content || 'b', updated_at = '2026-11-20 11:59:01'"
    " WHERE id = (SELECT max (id) FROM messages WHERE chat_id = '3')",
    /* A tool is called in the answer that is being given. */
    "INSERT INTO tool_calls (message_id, function_name) SELECT max (id), 't' FROM messages WHERE chat_id = "
    "'3';"
    "UPDATE messages SET updated_at = '2026-11-20 11:59:02'"
    " WHERE id = (SELECT max (id) FROM messages WHERE chat_id = '3')",
    "DELETE FROM chats WHERE id = '5'; DELETE FROM messages WHERE chat_id = '5'",
    "INSERT INTO chats VALUES ('empty')",
    "DELETE FROM messages WHERE chat_id = (SELECT chat_id FROM messages WHERE id = (SELECT max (id) FROM "
    "messages))",
    "PRAGMA wal_checkpoint (TRUNCATE); VACUUM",
    "DELETE FROM chats; DELETE FROM messages",
  };
  g_autoptr (PdkChatDb) db = pdk_chat_db_new (fixture->path);

  fill (fixture, 300);
  refresh (fixture, db);
  for (gsize i = 0; i < G_N_ELEMENTS (changes); i++)
    {
      foreign_fixture_write (fixture, changes[i]);
      refresh (fixture, db);
      chat_fixture_save (fixture, "7", 1 + i % 3, 30);
      refresh (fixture, db);
    }
}

/* An answer goes on to be given in a chat after which many others were saved. */
static void
test_answer_behind_many_messages (ForeignFixture *fixture, gconstpointer data)
{
  g_autoptr (PdkChatDb) db = pdk_chat_db_new (fixture->path);

  fill (fixture, 600);
  refresh (fixture, db);
  chat_fixture_save (fixture, "long", 1500, 1);
  refresh (fixture, db);
  foreign_fixture_write (fixture, "UPDATE messages SET content = content || 'more'"
                                  " WHERE id = (SELECT max (id) FROM messages WHERE chat_id = '300')");
  refresh (fixture, db);
}

/* What the app never does: an old message is changed in its place. A small database is counted as a whole at
 * the next change; in a large one it is that chat's turn some changes later. */
static void
test_edits_by_others (ForeignFixture *fixture, gconstpointer data)
{
  g_autoptr (PdkChatDb) db = pdk_chat_db_new (fixture->path);
  gint64 n_messages;

  fill (fixture, 40);
  refresh (fixture, db);
  foreign_fixture_write (fixture, "UPDATE messages SET content = 'longer' || content WHERE id < 4");
  refresh (fixture, db);

  fill (fixture, 1000);
  refresh (fixture, db);
  n_messages = foreign_fixture_ask (fixture, "SELECT count(*) FROM messages");
  foreign_fixture_write (fixture, "UPDATE messages SET role = 'user' WHERE id % 10 = 0");
  for (gint64 seen = 0; seen <= n_messages; seen += 250)
    {
      foreign_fixture_write (fixture, "INSERT INTO settings DEFAULT VALUES");
      chat_fixture_refresh (db);
    }
  chat_fixture_assert_counted (fixture, db);
}

static void
test_only_what_is_new_is_read (ForeignFixture *fixture, gconstpointer data)
{
  g_autoptr (PdkChatDb) db = pdk_chat_db_new (fixture->path);
  guint n_chats = 2000, n_all;

  fill (fixture, n_chats);
  foreign_fixture_write (fixture, "UPDATE messages SET created_at = '2026-11-18 12:00:00'");
  n_all = refresh (fixture, db);
  g_assert_cmpuint (n_all, >, 5 * n_chats);
  chat_fixture_save (fixture, "1", 1, 10);
  /* The list of the chats, the last messages of those that were saved last, and those whose turn it is. */
  g_assert_cmpuint (refresh (fixture, db), <, n_chats + 1200 + 3 * 600);
  foreign_fixture_write (fixture,
                         "DELETE FROM chats WHERE id = '1500'; DELETE FROM messages WHERE chat_id = '1500'");
  g_assert_cmpuint (refresh (fixture, db), <, n_chats + 1200 + 3 * 600);
}

/* Until a further change would have another time stamp. */
static void
wait_until_settled (const ForeignFixture *fixture)
{
  PdkForeignStamp stamp = { .is_settled = FALSE };

  for (guint i = 0; i < 60000 && !stamp.is_settled; i++)
    {
      g_usleep (1000);
      pdk_foreign_stamp_take (&stamp, fixture->path);
    }
  g_assert_true (stamp.is_settled);
}

static void
test_nothing_new_is_not_read (ForeignFixture *fixture, gconstpointer data)
{
  g_autoptr (PdkChatDb) db = pdk_chat_db_new (fixture->path);

  fill (fixture, 10);
  wait_until_settled (fixture);
  g_assert_cmpuint (refresh (fixture, db), >, 0);
  g_assert_cmpuint (refresh (fixture, db), ==, 0);
}

/* What a clock that was wrong has made old is not for ever. */
static void
test_clock_that_goes_back (ForeignFixture *fixture, gconstpointer data)
{
  g_autoptr (PdkChatDb) db = pdk_chat_db_new (fixture->path);

  fill (fixture, 10);
  wait_until_settled (fixture);
  refresh (fixture, db);
  g_assert_true (pdk_chat_db_refresh (db, CHAT_FIXTURE_NOW + 400 * 86400, NULL, NULL));
  g_assert_cmpuint (refresh (fixture, db), >, 0);
  /* A little over midnight is no reason to read everything again. */
  g_assert_true (pdk_chat_db_refresh (db, CHAT_FIXTURE_NOW + 86400, NULL, NULL));
  g_assert_cmpuint (refresh (fixture, db), ==, 0);
}

/* A copy is put back in the place of a later state, into the same file. */
static void
test_copy_put_back (ForeignFixture *fixture, gconstpointer data)
{
  g_autoptr (PdkChatDb) db = pdk_chat_db_new (fixture->path);
  g_autofree char *copy = NULL;
  gsize n_bytes;

  fill (fixture, 50);
  foreign_fixture_close (fixture);
  g_assert_true (g_file_get_contents (fixture->path, &copy, &n_bytes, NULL));
  for (guint round = 0; round < 2; round++)
    {
      foreign_fixture_open (fixture);
      foreign_fixture_write (fixture, "DELETE FROM chats WHERE id IN ('1', '2');"
                                      "DELETE FROM messages WHERE chat_id IN ('1', '2')");
      /* Without newer messages, nothing but the list of chats tells. */
      if (round == 1)
        chat_fixture_save (fixture, "later", 3, 100);
      refresh (fixture, db);
      foreign_fixture_close (fixture);
      g_assert_true (g_file_set_contents_full (fixture->path, copy, (gssize) n_bytes,
                                               G_FILE_SET_CONTENTS_NONE, 0600, NULL));
      foreign_fixture_open (fixture);
      refresh (fixture, db);
      foreign_fixture_close (fixture);
    }
  foreign_fixture_open (fixture);
}

/* What a newer release of the app has filled in, in messages that it would not touch otherwise. */
static void
test_schema_that_grows (ForeignFixture *fixture, gconstpointer data)
{
  g_autoptr (PdkChatDb) db = pdk_chat_db_new (fixture->path);
  g_autoptr (PdkFacts) facts = pdk_facts_new ();
  double tokens = 0;
  PdkChatFlaws flaws;

  foreign_fixture_write (fixture, "ALTER TABLE messages DROP COLUMN thinking");
  fill (fixture, 400);
  refresh (fixture, db);
  foreign_fixture_write (fixture, "ALTER TABLE messages ADD COLUMN thinking TEXT;"
                                  "UPDATE messages SET thinking = content WHERE role = 'user'");
  chat_fixture_refresh (db);
  pdk_chat_db_describe (db, CHAT_FIXTURE_NOW, facts, &flaws);
  g_assert_true (pdk_facts_get_number (facts, "total_tokens", &tokens));
  g_assert_cmpfloat (
      tokens, ==,
      (double) foreign_fixture_ask (
          fixture, "SELECT (sum (length (content)) + sum (length (thinking))) / 4 FROM messages"));
}

/* Another database with the same chats comes in the place of the one that was read. */
static void
test_other_file_of_that_name (ForeignFixture *fixture, gconstpointer data)
{
  g_autoptr (PdkChatDb) db = pdk_chat_db_new (fixture->path);
  g_autofree char *aside = g_strconcat (fixture->path, ".aside", NULL);
  g_autofree char *copy = NULL;
  gsize n_bytes;

  fill (fixture, 400);
  refresh (fixture, db);
  foreign_fixture_close (fixture);
  g_assert_true (g_file_get_contents (fixture->path, &copy, &n_bytes, NULL));
  g_assert_cmpint (g_rename (fixture->path, aside), ==, 0);
  g_assert_true (g_file_set_contents (fixture->path, copy, (gssize) n_bytes, NULL));
  foreign_fixture_open (fixture);
  foreign_fixture_write (fixture, "UPDATE messages SET role = 'user'");
  refresh (fixture, db);
}

/* Damage is looked at once, and again when the file has changed. */
static void
test_damage (ForeignFixture *fixture, gconstpointer data)
{
  g_autoptr (PdkChatDb) db = pdk_chat_db_new (fixture->path);
  g_autoptr (GError) error = NULL;

  fill (fixture, 200);
  foreign_fixture_close (fixture);
  foreign_fixture_flip (fixture->path, 20 * 4096);
  wait_until_settled (fixture);
  for (guint i = 0; i < 2; i++)
    {
      observer = (Observer){ .fixture = fixture };
      g_assert_false (pdk_chat_db_refresh (db, CHAT_FIXTURE_NOW, NULL, &error));
      g_assert_error (error, PDK_ERROR, PDK_ERROR_MALFORMED);
      g_assert_cmpint (observer.n_rows > 0, ==, i == 0);
      g_clear_error (&error);
    }
  foreign_fixture_flip (fixture->path, 20 * 4096);
  foreign_fixture_open (fixture);
  refresh (fixture, db);
}

static void
tear_down (ForeignFixture *fixture, gconstpointer data)
{
  observer = (Observer){ .fixture = NULL };
  foreign_fixture_tear_down (fixture, data);
}

int
main (int argc, char **argv)
{
  static const ForeignFixtureTest tests[] = {
    { "/chat-db/what-the-app-does", test_what_the_app_does },
    { "/chat-db/writer-in-between", test_writer_in_between },
    { "/chat-db/answer-behind-many-messages", test_answer_behind_many_messages },
    { "/chat-db/edits-by-others", test_edits_by_others },
    { "/chat-db/only-what-is-new-is-read", test_only_what_is_new_is_read },
    { "/chat-db/nothing-new-is-not-read", test_nothing_new_is_not_read },
    { "/chat-db/clock-that-goes-back", test_clock_that_goes_back },
    { "/chat-db/copy-put-back", test_copy_put_back },
    { "/chat-db/schema-that-grows", test_schema_that_grows },
    { "/chat-db/other-file-of-that-name", test_other_file_of_that_name },
    { "/chat-db/damage", test_damage },
  };

  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (sqlite3_auto_extension ((void (*) (void)) watch_rows), ==, SQLITE_OK);
  foreign_fixture_add_tests (tests, G_N_ELEMENTS (tests), chat_fixture_set_up, tear_down);
  return g_test_run ();
}
