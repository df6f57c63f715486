/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "pdk-chat-db.h"

#include <glib/gstdio.h>

#include "chat-fixture.h"
#include "pdk-error.h"

/* Writes when SQLite, which reads for the code under test in this very process, is at a certain row. */
typedef struct
{
  ForeignFixture *fixture;
  guint n_rows_left;
  const char *end; /* what the writer does last */
  gboolean is_armed;
} Interruption;

static Interruption interruption;

static int
on_row (unsigned type, void *data, void *statement, void *unused)
{
  if (!interruption.is_armed || sqlite3_db_handle (statement) == interruption.fixture->writer)
    return 0;
  if (interruption.n_rows_left-- > 0)
    return 0;
  interruption.is_armed = FALSE;
  for (guint i = 0; i < 40; i++)
    {
      g_autofree char *chat = g_strdup_printf ("%u", i * 5 + 1);

      chat_fixture_save (interruption.fixture, chat, 1 + i % 3, 1500);
    }
  foreign_fixture_write (interruption.fixture, "DELETE FROM chats WHERE id = '2';"
                                               "DELETE FROM messages WHERE chat_id = '2'");
  foreign_fixture_write (interruption.fixture, interruption.end);
  return 0;
}

/* What sqlite3_auto_extension() calls for each connection that is opened. */
static int
watch_rows (sqlite3 *connection, const char **message, const void *routines)
{
  return sqlite3_trace_v2 (connection, SQLITE_TRACE_ROW, on_row, NULL);
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
  interruption = (Interruption){ fixture, row, end, TRUE };
  chat_fixture_refresh (db);
  chat_fixture_assert_counted (fixture, db);
  return !interruption.is_armed;
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

  g_assert_cmpint (sqlite3_auto_extension ((void (*) (void)) watch_rows), ==, SQLITE_OK);
  while (refresh_with_writer_at (fixture, row, ends[row % G_N_ELEMENTS (ends)]))
    row += 47;
  g_assert_cmpuint (row, >, 1000);
  interruption.is_armed = FALSE;
  sqlite3_cancel_auto_extension ((void (*) (void)) watch_rows);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *name;
    void (*func) (ForeignFixture *fixture, gconstpointer data);
  } tests[] = {
    { "/chat-db/writer-in-between", test_writer_in_between },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].name, ForeignFixture, NULL, chat_fixture_set_up, tests[i].func,
                foreign_fixture_tear_down);
  return g_test_run ();
}
