/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The settings of the desktop app that a person would recognise, and the user that it remembers. Any thread.
 */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-chat-settings.h"

#include "pdk-text.h"

static void
set_attribute (GHashTable *attributes, const char *name, sqlite3_stmt *row, int column)
{
  const char *text = pdk_chat_row_get_text (row, column);

  if (text != NULL && *text != '\0')
    g_hash_table_insert (attributes, g_strdup (name),
                         pdk_text_dup_bounded (text, -1, PDK_TEXT_NAME_MAX_BYTES));
}

typedef struct
{
  const char *column, *name;
  gboolean is_boolean;
} Setting;

/* Reads one row of @table into attributes. */
static gboolean
read_row (PdkChatView *view,
          const char *table,
          const Setting *settings,
          gsize n_settings,
          GHashTable *attributes,
          GError **error)
{
  g_autoptr (GHashTable) columns = pdk_chat_view_get_columns (view, table, error);
  g_autoptr (GString) sql = g_string_new ("SELECT NULL");
  g_autoptr (sqlite3_stmt) statement = NULL;
  int result;

  if (columns == NULL)
    return FALSE;
  if (g_hash_table_size (columns) == 0)
    return TRUE;
  for (gsize i = 0; i < n_settings; i++)
    g_string_append_printf (
        sql, ", %s", g_hash_table_contains (columns, settings[i].column) ? settings[i].column : "NULL");
  g_string_append_printf (sql, " FROM %s LIMIT 1", table);
  statement = pdk_foreign_db_prepare (view->db, sql->str, error);
  if (statement == NULL)
    return FALSE;
  result = pdk_foreign_db_step (view->db, statement, error);
  for (gsize i = 0; result == SQLITE_ROW && i < n_settings; i++)
    {
      int column = (int) i + 1;

      if (!settings[i].is_boolean)
        set_attribute (attributes, settings[i].name, statement, column);
      else if (sqlite3_column_type (statement, column) == SQLITE_INTEGER)
        g_hash_table_insert (attributes, g_strdup (settings[i].name),
                             g_strdup (sqlite3_column_int (statement, column) != 0 ? "true" : "false"));
    }
  return result == SQLITE_ROW || result == SQLITE_DONE;
}

static gboolean
read_context_length (PdkChatView *view, GHashTable *attributes, GError **error)
{
  g_autoptr (GHashTable) columns = pdk_chat_view_get_columns (view, "settings", error);
  g_autoptr (sqlite3_stmt) statement = NULL;
  int result;

  if (columns == NULL || !g_hash_table_contains (columns, "context_length"))
    return columns != NULL;
  statement = pdk_foreign_db_prepare (view->db, "SELECT context_length FROM settings LIMIT 1", error);
  result = statement != NULL ? pdk_foreign_db_step (view->db, statement, error) : SQLITE_ERROR;
  if (result == SQLITE_ROW && sqlite3_column_type (statement, 0) == SQLITE_INTEGER &&
      sqlite3_column_int64 (statement, 0) > 0)
    g_hash_table_insert (attributes, g_strdup ("context_length"),
                         g_strdup_printf ("%" G_GINT64_FORMAT, (gint64) sqlite3_column_int64 (statement, 0)));
  return result == SQLITE_ROW || result == SQLITE_DONE;
}

/**
 * pdk_chat_settings_read:
 * @view: the database
 * @attributes: char * to char *, emptied first: the settings, and the user that the app remembers
 * @error: return location
 *
 * Returns: whether it was read, FALSE with @error set
 */
gboolean
pdk_chat_settings_read (PdkChatView *view, GHashTable *attributes, GError **error)
{
  static const Setting settings[] = {
    { "selected_model", "selected_model", FALSE },
    { "models", "models_dir", FALSE },
    { "working_dir", "working_dir", FALSE },
    { "think_level", "think_level", FALSE },
    { "think_enabled", "think_enabled", TRUE },
    { "expose", "expose_to_network", TRUE },
    { "browser", "allow_browser", TRUE },
    { "agent", "agent_enabled", TRUE },
    { "tools", "tools_enabled", TRUE },
    { "websearch_enabled", "websearch_enabled", TRUE },
    { "turbo_enabled", "turbo_enabled", TRUE },
    { "airplane_mode", "airplane_mode", TRUE },
    { "auto_update_enabled", "auto_update_enabled", TRUE },
  };
  static const Setting user[] = {
    { "name", "account_name", FALSE },
    { "email", "account_email", FALSE },
    { "plan", "plan_name", FALSE },
  };

  g_hash_table_remove_all (attributes);
  return read_row (view, "settings", settings, G_N_ELEMENTS (settings), attributes, error) &&
         read_row (view, "users", user, G_N_ELEMENTS (user), attributes, error) &&
         read_context_length (view, attributes, error);
}
