/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "chat-fixture.h"

/** chat_fixture_set_up: makes a database without chats */
void
chat_fixture_set_up (ForeignFixture *fixture, gconstpointer data)
{
  foreign_fixture_set_up (fixture, data);
  foreign_fixture_write (
      fixture,
      "CREATE TABLE settings (id INTEGER PRIMARY KEY, selected_model TEXT, context_length INTEGER);"
      "CREATE TABLE chats (id TEXT PRIMARY KEY);"
      "CREATE TABLE messages (id INTEGER PRIMARY KEY AUTOINCREMENT, chat_id TEXT, role TEXT, content TEXT,"
      " thinking TEXT, model_name TEXT, created_at TIMESTAMP, updated_at TIMESTAMP);"
      "CREATE INDEX idx_messages_chat_id ON messages (chat_id);"
      "CREATE TABLE tool_calls (id INTEGER PRIMARY KEY AUTOINCREMENT, message_id INTEGER, function_name "
      "TEXT);"
      "CREATE INDEX idx_tool_calls_message_id ON tool_calls (message_id);"
      "CREATE TABLE attachments (id INTEGER PRIMARY KEY AUTOINCREMENT, message_id INTEGER);"
      "CREATE INDEX idx_attachments_message_id ON attachments (message_id);"
      "CREATE TRIGGER gone AFTER DELETE ON messages BEGIN"
      " DELETE FROM tool_calls WHERE message_id = old.id;"
      " DELETE FROM attachments WHERE message_id = old.id; END");
}

static void
append_message (GString *sql, const char *chat, gboolean is_answer, guint age_sec, guint n_chars)
{
  g_autofree char *content = g_strnfill (n_chars, 'x');

  g_string_append_printf (
      sql,
      "INSERT INTO messages (chat_id, role, content, model_name, created_at, updated_at) VALUES"
      " ('%s', '%s', '%s', %s, datetime (%" G_GINT64_FORMAT ", 'unixepoch'), '2026-11-20 11:00:00');",
      chat, is_answer ? "assistant" : "user", content, is_answer ? "'m'" : "NULL",
      CHAT_FIXTURE_NOW - (gint64) age_sec);
  g_string_append (
      sql, is_answer
               ? "INSERT INTO tool_calls (message_id, function_name) VALUES (last_insert_rowid (), 't');"
               : "INSERT INTO attachments (message_id) VALUES (last_insert_rowid ());");
}

/** chat_fixture_save: deletes the messages of @chat, if there are any, and writes @n_turns questions with an
 * answer each, of @n_chars characters: one a minute, the last one a minute ago. A question has something
 * attached, an answer has called a tool. */
void
chat_fixture_save (ForeignFixture *fixture, const char *chat, guint n_turns, guint n_chars)
{
  g_autoptr (GString) sql = g_string_new ("BEGIN IMMEDIATE;");

  g_string_append_printf (sql, "INSERT OR IGNORE INTO chats VALUES ('%s');", chat);
  g_string_append_printf (sql, "DELETE FROM messages WHERE chat_id = '%s';", chat);
  for (guint i = n_turns; i > 0; i--)
    {
      append_message (sql, chat, FALSE, i * 60, n_chars);
      append_message (sql, chat, TRUE, i * 60, n_chars);
    }
  g_string_append (sql, "COMMIT");
  foreign_fixture_write (fixture, sql->str);
}

/** chat_fixture_refresh: reads what is new */
void
chat_fixture_refresh (PdkChatDb *db)
{
  g_autoptr (GError) error = NULL;

  pdk_chat_db_refresh (db, CHAT_FIXTURE_NOW, NULL, &error);
  g_assert_no_error (error);
}

/** chat_fixture_assert_counted: asserts that what was read is what is there */
void
chat_fixture_assert_counted (ForeignFixture *fixture, PdkChatDb *db)
{
  static const struct
  {
    const char *metric, *sql;
  } cases[] = {
    { "total_conversations", "SELECT count(*) FROM chats" },
    { "total_messages", "SELECT count(*) FROM messages" },
    { "total_user_messages", "SELECT count(*) FROM messages WHERE role = 'user'" },
    { "total_tool_calls", "SELECT count(*) FROM tool_calls" },
    { "total_attachments", "SELECT count(*) FROM attachments" },
    { "total_tokens", "SELECT coalesce (sum (length (content)), 0) / 4 FROM messages" },
    { "sessions_7d", "SELECT count(DISTINCT chat_id) FROM messages" },
  };
  g_autoptr (PdkFacts) facts = pdk_facts_new ();
  PdkChatFlaws flaws;

  pdk_chat_db_describe (db, CHAT_FIXTURE_NOW, facts, &flaws);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      double value = -1;

      pdk_facts_get_number (facts, cases[i].metric, &value);
      g_test_message ("%s", cases[i].metric);
      g_assert_cmpfloat (value, ==, (double) foreign_fixture_ask (fixture, cases[i].sql));
    }
}
