/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "pdk-chat-view.h"

#include "chat-fixture.h"
#include "pdk-error.h"
#include "pdk-sql-time.h"

static PdkForeignDb *
open_db (const ForeignFixture *fixture)
{
  g_autoptr (GError) error = NULL;
  PdkForeignDb *db = pdk_foreign_db_open (fixture->path, NULL, &error);

  g_assert_no_error (error);
  return db;
}

/* The one message that there is. */
static void
read_message (const ForeignFixture *fixture, PdkChatMessage *message, guint64 *signature)
{
  g_autoptr (PdkForeignDb) db = open_db (fixture);
  PdkChatView view = { .db = db };
  g_autoptr (GError) error = NULL;
  g_autoptr (sqlite3_stmt) row = NULL;
  g_autofree char *sql = NULL;

  g_assert_true (pdk_chat_view_probe (&view, &error));
  sql = g_strconcat (view.columns, "TRUE", NULL);
  g_free (view.columns);
  row = pdk_foreign_db_prepare (db, sql, &error);
  g_assert_no_error (error);
  g_assert_cmpint (pdk_foreign_db_step (db, row, &error), ==, SQLITE_ROW);
  pdk_chat_row_read (&view, row, message);
  message->model = g_intern_string (message->model);
  if (signature != NULL)
    *signature = pdk_chat_row_get_signature (row);
}

static void
replace_message (ForeignFixture *fixture, const char *columns, const char *values)
{
  g_autofree char *sql = g_strdup_printf (
      "DELETE FROM messages; INSERT INTO messages (chat_id, %s) VALUES ('a', %s)", columns, values);

  foreign_fixture_write (fixture, sql);
}

static void
test_message (ForeignFixture *fixture, gconstpointer data)
{
  PdkChatMessage message;

  foreign_fixture_write (fixture, "ALTER TABLE messages ADD COLUMN model_cloud BOOLEAN;"
                                  "ALTER TABLE messages ADD COLUMN thinking_time_start TIMESTAMP;"
                                  "ALTER TABLE messages ADD COLUMN thinking_time_end TIMESTAMP");
  replace_message (fixture,
                   "role, content, thinking, model_name, model_cloud, created_at, thinking_time_start,"
                   " thinking_time_end",
                   "'assistant', 'äß漢𝄞', 'hm', 'm:1', 1, '2026-11-20 13:00:00.5+01:00',"
                   " '2026-11-20 12:00:00', '2026-11-20 13:00:02.25+01:00'");
  read_message (fixture, &message, NULL);
  g_assert_cmpint (message.role, ==, PDK_CHAT_ROLE_ASSISTANT);
  g_assert_cmpuint (message.chars, ==, 6);
  g_assert_cmpstr (message.model, ==, "m:1");
  g_assert_true (message.is_cloud && message.has_thought);
  g_assert_cmpfloat (message.time_sec, ==, CHAT_FIXTURE_NOW + 0.5);
  g_assert_cmpfloat (message.thinking_sec, ==, 2.25);
  g_assert_false (message.is_odd);
}

static void
test_odd_messages (ForeignFixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *columns, *values;
    gboolean is_odd;
  } cases[] = {
    { "role, content, created_at", "'user', 'a', '2026-11-20 12:00:00'", FALSE },
    { "role, content, created_at, model_name", "'tool', NULL, '2026-11-20 12:00:00', NULL", FALSE },
    { "role, content, created_at", "'user', 'a', NULL", TRUE },
    { "role, content, created_at", "'user', 'a', 'yesterday'", TRUE },
    { "role, content, created_at", "'user', 'a', 7", TRUE },
    { "role, content, created_at", "'user', x'ff', '2026-11-20 12:00:00'", TRUE },
    { "role, thinking, created_at", "'user', x'ff', '2026-11-20 12:00:00'", TRUE },
    { "role, content, created_at", "NULL, 'a', '2026-11-20 12:00:00'", TRUE },
    { "role, model_name, created_at", "'assistant', x'00', '2026-11-20 12:00:00'", TRUE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      PdkChatMessage message;

      g_test_message ("%s", cases[i].values);
      replace_message (fixture, cases[i].columns, cases[i].values);
      read_message (fixture, &message, NULL);
      g_assert_cmpint (message.is_odd, ==, cases[i].is_odd);
      g_assert_cmpuint (message.chars, <=, 1);
    }
}

static void
test_odd_thinking (ForeignFixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *start, *end;
    gboolean is_odd;
  } cases[] = {
    { "NULL", "NULL", FALSE },
    { "'2026-11-20 12:00:00'", "NULL", FALSE },
    { "'2026-11-20 12:00:00'", "'2026-11-20 11:00:00'", TRUE },
    { "'2026-11-20 12:00:00'", "'2026-12-20 12:00:00'", TRUE },
    { "'x'", "'2026-11-20 12:00:00'", TRUE },
    { "'2026-11-20 12:00:00'", "3", TRUE },
  };

  foreign_fixture_write (fixture, "ALTER TABLE messages ADD COLUMN thinking_time_start TIMESTAMP;"
                                  "ALTER TABLE messages ADD COLUMN thinking_time_end TIMESTAMP");
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *values =
          g_strdup_printf ("'assistant', '2026-11-20 12:00:00', %s, %s", cases[i].start, cases[i].end);
      PdkChatMessage message;

      g_test_message ("%s", values);
      replace_message (fixture, "role, created_at, thinking_time_start, thinking_time_end", values);
      read_message (fixture, &message, NULL);
      g_assert_cmpint (message.is_odd, ==, cases[i].is_odd);
      g_assert_cmpfloat (message.thinking_sec, <, 0);
      g_assert_false (message.has_thought);
    }
}

static void
test_signature (ForeignFixture *fixture, gconstpointer data)
{
  static const char *const changes[] = {
    "content = content || 'b'",
    "thinking = 'hm'",
    "updated_at = '2026-11-20 12:00:01'",
    "model_name = 'n'",
  };
  PdkChatMessage message;
  guint64 before, after;

  replace_message (fixture, "role, content, model_name, created_at, updated_at",
                   "'assistant', 'a', 'm', '2026-11-20 12:00:00', '2026-11-20 12:00:00'");
  read_message (fixture, &message, &before);
  read_message (fixture, &message, &after);
  g_assert_cmpuint (before, ==, after);
  for (gsize i = 0; i < G_N_ELEMENTS (changes); i++)
    {
      g_autofree char *sql = g_strconcat ("UPDATE messages SET ", changes[i], NULL);

      foreign_fixture_write (fixture, sql);
      read_message (fixture, &message, &after);
      g_assert_cmpuint (before, !=, after);
      before = after;
    }
}

/* What is not there is as if it had no value, and no message is odd for it. */
static void
test_few_columns (ForeignFixture *fixture, gconstpointer data)
{
  PdkChatMessage message;

  foreign_fixture_write (fixture, "DROP TABLE messages; DROP TABLE tool_calls;"
                                  "CREATE TABLE messages (role TEXT, chat_id TEXT)");
  replace_message (fixture, "role", "'assistant'");
  read_message (fixture, &message, NULL);
  g_assert_cmpint (message.role, ==, PDK_CHAT_ROLE_ASSISTANT);
  g_assert_cmpfloat (message.time_sec, <=, PDK_SQL_TIME_UNKNOWN);
  g_assert_null (message.model);
  g_assert_false (message.is_odd || message.has_thought);
}

static void
test_not_the_apps (ForeignFixture *fixture, gconstpointer data)
{
  static const char *const missing[] = { "DROP TABLE chats", "ALTER TABLE messages DROP COLUMN role",
                                         "DROP TABLE messages" };

  for (gsize i = 0; i < G_N_ELEMENTS (missing); i++)
    {
      g_autoptr (PdkForeignDb) db = NULL;
      PdkChatView view = { NULL };
      g_autoptr (GError) error = NULL;

      foreign_fixture_write (fixture, missing[i]);
      view.db = db = open_db (fixture);
      g_assert_false (pdk_chat_view_probe (&view, &error));
      g_assert_error (error, PDK_ERROR, PDK_ERROR_MALFORMED);
    }
}

static void
test_children (ForeignFixture *fixture, gconstpointer data)
{
  g_autoptr (PdkForeignDb) db = NULL;
  PdkChatView view = { NULL };
  PdkChatChildren tools = { NULL, FALSE }, attachments = { NULL, FALSE };
  g_autoptr (GError) error = NULL;

  foreign_fixture_write (fixture, "INSERT INTO tool_calls (message_id, function_name) VALUES"
                                  " (7, 'b'), (3, 'a'), (5, 'orphan'), (7, 'c')");
  view.db = db = open_db (fixture);
  g_assert_true (pdk_chat_view_probe (&view, &error));
  g_free (view.columns);
  g_assert_true (pdk_chat_view_open_children (&view, &tools, &attachments, FALSE, 3, &error));
  g_assert_true (pdk_chat_children_seek (&view, &tools, 6, FALSE, &error));
  g_assert_false (pdk_chat_children_are_of (&tools, 6));
  g_assert_true (pdk_chat_children_seek (&view, &tools, 7, FALSE, &error));
  g_assert_true (pdk_chat_children_are_of (&tools, 7));
  g_assert_true (pdk_chat_children_step (&view, &tools, &error));
  g_assert_true (pdk_chat_children_are_of (&tools, 7));
  g_assert_true (pdk_chat_children_step (&view, &tools, &error));
  g_assert_false (pdk_chat_children_are_of (&tools, 7));
  g_assert_false (pdk_chat_children_are_of (&attachments, 7));
  sqlite3_finalize (tools.statement);
  sqlite3_finalize (attachments.statement);
}

static void
test_ids (ForeignFixture *fixture, gconstpointer data)
{
  g_autoptr (PdkForeignDb) db = open_db (fixture);
  g_autoptr (GError) error = NULL;
  g_autoptr (sqlite3_stmt) row =
      pdk_foreign_db_prepare (db, "SELECT 'a', 7, NULL, x'61', 'a' || char (0) || 'b'", &error);

  g_assert_no_error (error);
  g_assert_cmpint (pdk_foreign_db_step (db, row, &error), ==, SQLITE_ROW);
  g_assert_cmpstr (pdk_chat_row_get_id (row, 0), ==, "a");
  for (int i = 1; i < 5; i++)
    g_assert_null (pdk_chat_row_get_id (row, i));
}

int
main (int argc, char **argv)
{
  static const ForeignFixtureTest tests[] = {
    { "/chat-view/message", test_message },           { "/chat-view/odd-messages", test_odd_messages },
    { "/chat-view/odd-thinking", test_odd_thinking }, { "/chat-view/signature", test_signature },
    { "/chat-view/few-columns", test_few_columns },   { "/chat-view/not-the-apps", test_not_the_apps },
    { "/chat-view/children", test_children },         { "/chat-view/ids", test_ids },
  };

  g_test_init (&argc, &argv, NULL);
  foreign_fixture_add_tests (tests, G_N_ELEMENTS (tests), chat_fixture_set_up, foreign_fixture_tear_down);
  return g_test_run ();
}
