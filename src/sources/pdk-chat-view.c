/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Rows of the desktop app's database, whichever of its schemas it has: columns are probed, and selected by
 * name. What is not of the type that belongs there is as if it were not there. Any thread, one at a time. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-chat-view.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "pdk-error.h"
#include "pdk-sql-time.h"

#define MAX_THINKING_SEC 86400

/* Only what is stored has a page: a view or a virtual table may have rows without end. */
#define COLUMNS_SQL                                                                                          \
  "SELECT name FROM pragma_table_info (?1) WHERE EXISTS (SELECT 1 FROM sqlite_schema WHERE "                 \
  "type = 'table' AND rootpage > 0 AND name = ?1 COLLATE NOCASE)"

/** pdk_chat_view_get_columns: Returns: (transfer full) (nullable): the names of the columns of @table, none
 * if there is no such table; NULL with @error set */
GHashTable *
pdk_chat_view_get_columns (PdkChatView *view, const char *table, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = pdk_foreign_db_prepare (view->db, COLUMNS_SQL, error);
  g_autoptr (GHashTable) columns = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  int result;

  if (statement == NULL)
    return NULL;
  sqlite3_bind_text (statement, 1, table, -1, SQLITE_STATIC);
  while ((result = pdk_foreign_db_step (view->db, statement, error)) == SQLITE_ROW)
    g_hash_table_add (columns, g_ascii_strdown ((const char *) sqlite3_column_text (statement, 0), -1));
  return result == SQLITE_DONE ? g_steal_pointer (&columns) : NULL;
}

/** pdk_chat_view_probe: finds out what the schema has. Returns: FALSE with @error set when it is not the
 * app's */
gboolean
pdk_chat_view_probe (PdkChatView *view, GError **error)
{
  static const char *const wanted[] = {
    "content",    "thinking",   "model_name",          "model_cloud",
    "created_at", "updated_at", "thinking_time_start", "thinking_time_end"
  };
  g_autoptr (GHashTable) messages = pdk_chat_view_get_columns (view, "messages", error);
  g_autoptr (GHashTable) tools =
      messages != NULL ? pdk_chat_view_get_columns (view, "tool_calls", error) : NULL;
  g_autoptr (GHashTable) attachments =
      tools != NULL ? pdk_chat_view_get_columns (view, "attachments", error) : NULL;
  g_autoptr (GHashTable) chats =
      attachments != NULL ? pdk_chat_view_get_columns (view, "chats", error) : NULL;
  g_autoptr (GString) sql = g_string_new ("SELECT rowid, chat_id, role");

  if (chats == NULL)
    return FALSE;
  if (!g_hash_table_contains (messages, "chat_id") || !g_hash_table_contains (messages, "role") ||
      !g_hash_table_contains (chats, "id"))
    {
      g_set_error_literal (error, PDK_ERROR, PDK_ERROR_MALFORMED, _ ("it holds no chats of Ollama’s app"));
      return FALSE;
    }
  for (gsize i = 0; i < G_N_ELEMENTS (wanted); i++)
    g_string_append_printf (sql, ", %s", g_hash_table_contains (messages, wanted[i]) ? wanted[i] : "NULL");
  g_string_append (sql, " FROM messages WHERE ");
  view->columns = g_string_free (g_steal_pointer (&sql), FALSE);
  view->has_times = g_hash_table_contains (messages, "created_at");
  view->has_tools =
      g_hash_table_contains (tools, "message_id") && g_hash_table_contains (tools, "function_name");
  view->has_attachments = g_hash_table_contains (attachments, "message_id");
  return TRUE;
}

/** pdk_chat_children_step: goes on to the next row. Returns: FALSE with @error set */
gboolean
pdk_chat_children_step (PdkChatView *view, PdkChatChildren *children, GError **error)
{
  int result = pdk_foreign_db_step (view->db, children->statement, error);

  children->has_row = result == SQLITE_ROW;
  return result == SQLITE_ROW || result == SQLITE_DONE;
}

static gboolean
children_open (PdkChatView *view, PdkChatChildren *children, const char *sql, gint64 after_id, GError **error)
{
  children->statement = pdk_foreign_db_prepare (view->db, sql, error);
  if (children->statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (children->statement, 1, after_id);
  return pdk_chat_children_step (view, children, error);
}

/** pdk_chat_children_seek: goes to the rows of the message @id. Side by side with messages, both walk up the
 * ids;
 * @by_chat asks for each. Returns: FALSE with @error set */
gboolean
pdk_chat_children_seek (
    PdkChatView *view, PdkChatChildren *children, gint64 id, gboolean by_chat, GError **error)
{
  if (children->statement == NULL)
    return TRUE;
  if (by_chat)
    {
      sqlite3_reset (children->statement);
      sqlite3_bind_int64 (children->statement, 1, id);
      return pdk_chat_children_step (view, children, error);
    }
  while (children->has_row && sqlite3_column_int64 (children->statement, 0) < id)
    {
      if (!pdk_chat_children_step (view, children, error))
        return FALSE;
    }
  return TRUE;
}

/** pdk_chat_children_are_of: Returns: whether the row is one of the message @id */
gboolean
pdk_chat_children_are_of (const PdkChatChildren *children, gint64 id)
{
  return children->has_row && sqlite3_column_int64 (children->statement, 0) == id;
}

/** pdk_chat_row_get_text: Returns: (transfer none) (nullable): the text. Names and times are text; what is
 * not is nonsense */
const char *
pdk_chat_row_get_text (sqlite3_stmt *row, int column)
{
  return sqlite3_column_type (row, column) == SQLITE_TEXT ? (const char *) sqlite3_column_text (row, column)
                                                          : NULL;
}

/** pdk_chat_row_get_id: Returns: (transfer none) (nullable): the text, if one can ask for it again */
const char *
pdk_chat_row_get_id (sqlite3_stmt *row, int column)
{
  const char *id = pdk_chat_row_get_text (row, column);

  return id != NULL && strlen (id) == (gsize) sqlite3_column_bytes (row, column) ? id : NULL;
}

/* Characters, each of which has one byte that does not continue another one. */
static guint64
get_chars (sqlite3_stmt *row, int column)
{
  const char *text = pdk_chat_row_get_text (row, column);
  gsize n_bytes = text != NULL ? (gsize) sqlite3_column_bytes (row, column) : 0;
  guint64 n_chars = 0;

  for (gsize i = 0; i < n_bytes; i++)
    n_chars += ((guint8) text[i] & 0xc0) != 0x80;
  return n_chars;
}

static gboolean
is_null_or (sqlite3_stmt *row, int column, int type)
{
  int found = sqlite3_column_type (row, column);

  return found == type || found == SQLITE_NULL;
}

/* Whether there is something that does not belong there: not of its type, or no time. */
static gboolean
is_odd (const PdkChatView *view, sqlite3_stmt *row, const PdkChatMessage *message)
{
  if (view->has_times && message->time_sec <= PDK_SQL_TIME_UNKNOWN)
    return TRUE;
  return sqlite3_column_type (row, PDK_CHAT_COLUMN_ROLE) != SQLITE_TEXT ||
         !is_null_or (row, PDK_CHAT_COLUMN_CONTENT, SQLITE_TEXT) ||
         !is_null_or (row, PDK_CHAT_COLUMN_THINKING, SQLITE_TEXT) ||
         !is_null_or (row, PDK_CHAT_COLUMN_MODEL, SQLITE_TEXT) ||
         !is_null_or (row, PDK_CHAT_COLUMN_CLOUD, SQLITE_INTEGER);
}

static PdkChatRole
get_role (const char *role)
{
  if (g_strcmp0 (role, "user") == 0)
    return PDK_CHAT_ROLE_USER;
  return g_strcmp0 (role, "assistant") == 0 ? PDK_CHAT_ROLE_ASSISTANT : PDK_CHAT_ROLE_OTHER;
}

static void
read_thinking (sqlite3_stmt *row, PdkChatMessage *message)
{
  double start = pdk_sql_time_parse (pdk_chat_row_get_text (row, PDK_CHAT_COLUMN_THINKING_START));
  double end = pdk_sql_time_parse (pdk_chat_row_get_text (row, PDK_CHAT_COLUMN_THINKING_END));

  if (start <= PDK_SQL_TIME_UNKNOWN &&
      sqlite3_column_type (row, PDK_CHAT_COLUMN_THINKING_START) != SQLITE_NULL)
    message->is_odd = TRUE;
  /* One that goes on has no end yet. */
  if (start <= PDK_SQL_TIME_UNKNOWN || sqlite3_column_type (row, PDK_CHAT_COLUMN_THINKING_END) == SQLITE_NULL)
    return;
  if (end >= start && end - start <= MAX_THINKING_SEC)
    message->thinking_sec = end - start;
  else
    message->is_odd = TRUE;
}

/** pdk_chat_row_read: takes a message from a row; its attachments are not in it. Texts belong to the row. */
void
pdk_chat_row_read (const PdkChatView *view, sqlite3_stmt *row, PdkChatMessage *message)
{
  guint64 thinking = get_chars (row, PDK_CHAT_COLUMN_THINKING);

  memset (message, 0, sizeof *message);
  message->role = get_role (pdk_chat_row_get_text (row, PDK_CHAT_COLUMN_ROLE));
  message->time_sec = pdk_sql_time_parse (pdk_chat_row_get_text (row, PDK_CHAT_COLUMN_CREATED));
  message->chars = get_chars (row, PDK_CHAT_COLUMN_CONTENT) + thinking;
  message->thinking_sec = -1;
  message->is_odd = is_odd (view, row, message);
  if (message->role != PDK_CHAT_ROLE_ASSISTANT)
    return;
  message->model = pdk_chat_row_get_text (row, PDK_CHAT_COLUMN_MODEL);
  message->is_cloud = sqlite3_column_int (row, PDK_CHAT_COLUMN_CLOUD) != 0;
  read_thinking (row, message);
  message->has_thought = thinking > 0 || message->thinking_sec >= 0;
}

/** pdk_chat_row_get_signature: Returns: a number that changes when the app changes the message in its place
 */
guint64
pdk_chat_row_get_signature (sqlite3_stmt *row)
{
  static const int texts[] = { PDK_CHAT_COLUMN_UPDATED, PDK_CHAT_COLUMN_MODEL, PDK_CHAT_COLUMN_THINKING_END };
  guint64 hash = 5381;

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      const char *text = pdk_chat_row_get_text (row, texts[i]);

      hash = hash * 31 + (text != NULL ? g_str_hash (text) : 0);
    }
  return (hash * 31 + (guint64) sqlite3_column_bytes (row, PDK_CHAT_COLUMN_CONTENT)) * 31 +
         (guint64) sqlite3_column_bytes (row, PDK_CHAT_COLUMN_THINKING);
}

/** pdk_chat_view_open_children: opens the rows of tool calls and attachments, as far as there are such
 * tables: those of one message after the other, or of all after @after_id. Returns: FALSE with @error set */
gboolean
pdk_chat_view_open_children (PdkChatView *view,
                             PdkChatChildren *tools,
                             PdkChatChildren *attachments,
                             gboolean by_chat,
                             gint64 after_id,
                             GError **error)
{
  if (view->has_tools &&
      !children_open (view, tools,
                      by_chat ? "SELECT message_id, function_name FROM tool_calls WHERE message_id = ?1"
                              : "SELECT message_id, function_name FROM tool_calls WHERE message_id > ?1 "
                                "ORDER BY message_id",
                      after_id, error))
    return FALSE;
  return !view->has_attachments ||
         children_open (view, attachments,
                        by_chat
                            ? "SELECT message_id FROM attachments WHERE message_id = ?1"
                            : "SELECT message_id FROM attachments WHERE message_id > ?1 ORDER BY message_id",
                        after_id, error);
}
