/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Counts the chats of Ollama's desktop app: all of them once, later only what is new. The app saves a chat by
 * deleting its messages and writing them again under new ids, appends messages, and changes the last message
 * of a chat while it is being answered. So a chat is counted anew, alone, when a message with an id that is
 * greater than all before belongs to it, when it is gone from the list of chats, or when its last message is
 * not the one that was counted: which is looked at for the chats that were written to last, and in turn for
 * all others. Everything is read in stretches, each of one moment; what was not is read again.
 * Any thread, one at a time. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-chat-db.h"

#include <glib/gi18n-lib.h>

#include "pdk-chat-facts.h"
#include "pdk-chat-settings.h"
#include "pdk-chat-view.h"
#include "pdk-error.h"

#define ROWS_PER_STRETCH 8192
#define MAX_ATTEMPTS 60
#define PAUSE_USEC 20000
#define RECENT_IDS 2000
#define MAX_CHECKED_CHATS 100
#define MAX_CHECKED_ROWS 5000

struct _PdkChatDb
{
  char *path;
  PdkChatTally *tally;
  GHashTable *dirty;   /* PdkChat: to be counted anew */
  GHashTable *touched; /* PdkChat: changed since the last stretch that was of one moment */
  PdkForeignStamp stamp;
  gboolean is_complete;
  gint64 last_id;      /* of all messages that are counted */
  gint64 next_last_id; /* the same, once the stretch proves to be of one moment */
  guint64 generation;  /* of the view of the database */
  guint next_check;
  char *columns; /* how messages are selected; differs when the schema does */
  guint64 n_conversations;
  GHashTable *attributes; /* (nullable): from settings and users */
};

/* A view that is being read. */
typedef struct
{
  PdkChatDb *owner;
  PdkChatView base;
  guint n_rows; /* since the last stretch */
} View;

/* A stretch ends: what was read in it holds. */
static gboolean
hold (View *view)
{
  PdkChatDb *self = view->owner;

  view->n_rows = 0;
  if (!pdk_foreign_db_is_consistent (view->base.db))
    return FALSE;
  g_hash_table_remove_all (self->touched);
  self->last_id = self->next_last_id;
  return TRUE;
}

/* What was read in the stretch may be of several moments. */
static void
let_go (PdkChatDb *self)
{
  GHashTableIter iter;
  gpointer chat;

  g_hash_table_iter_init (&iter, self->touched);
  while (g_hash_table_iter_next (&iter, &chat, NULL))
    g_hash_table_add (self->dirty, chat);
  g_hash_table_remove_all (self->touched);
  self->next_last_id = self->last_id;
}

static gboolean
take_message (View *view,
              sqlite3_stmt *row,
              PdkChat *chat,
              PdkChatChildren *tools,
              PdkChatChildren *attachments,
              GError **error)
{
  PdkChatDb *self = view->owner;
  gint64 id = sqlite3_column_int64 (row, PDK_CHAT_COLUMN_ID);
  PdkChatMessage message;

  pdk_chat_row_read (row, &message);
  while (pdk_chat_children_are_of (attachments, id))
    {
      message.attachments++;
      if (!pdk_chat_children_step (&view->base, attachments, error))
        return FALSE;
    }
  pdk_chat_add_message (self->tally, chat, &message);
  while (pdk_chat_children_are_of (tools, id))
    {
      pdk_chat_add_tool_call (self->tally, chat, pdk_chat_row_get_text (tools->statement, 1),
                              message.time_sec);
      if (!pdk_chat_children_step (&view->base, tools, error))
        return FALSE;
    }
  chat->last_id = id;
  chat->last_signature = pdk_chat_row_get_signature (row);
  return TRUE;
}

/* A chat that another view has counted has changed since. */
static gboolean
take_new_row (
    View *view, sqlite3_stmt *row, PdkChatChildren *tools, PdkChatChildren *attachments, GError **error)
{
  PdkChatDb *self = view->owner;
  gint64 id = sqlite3_column_int64 (row, PDK_CHAT_COLUMN_ID);
  const char *chat_id = (const char *) sqlite3_column_text (row, PDK_CHAT_COLUMN_CHAT);
  PdkChat *chat = pdk_chat_tally_ensure (self->tally, chat_id != NULL ? chat_id : "");

  if (!pdk_chat_children_seek (&view->base, tools, id, FALSE, error) ||
      !pdk_chat_children_seek (&view->base, attachments, id, FALSE, error))
    return FALSE;
  g_hash_table_add (self->touched, chat);
  self->next_last_id = id;
  if (chat->read_in == 0)
    chat->read_in = self->generation;
  if (chat->read_in != self->generation || g_hash_table_contains (self->dirty, chat))
    {
      g_hash_table_add (self->dirty, chat);
      return TRUE;
    }
  return take_message (view, row, chat, tools, attachments, error);
}

static gboolean
read_new (View *view, GError **error)
{
  PdkChatDb *self = view->owner;
  g_autofree char *sql = g_strconcat (view->base.columns, "rowid > ?1 ORDER BY rowid", NULL);
  g_autoptr (sqlite3_stmt) rows = pdk_foreign_db_prepare (view->base.db, sql, error);
  PdkChatChildren tools = { NULL, FALSE }, attachments = { NULL, FALSE };
  gboolean is_good;
  int result = SQLITE_DONE;

  if (rows == NULL)
    return FALSE;
  sqlite3_bind_int64 (rows, 1, self->last_id);
  is_good = pdk_chat_view_open_children (&view->base, &tools, &attachments, FALSE, self->last_id, error);
  while (is_good && (result = pdk_foreign_db_step (view->base.db, rows, error)) == SQLITE_ROW)
    {
      is_good = take_new_row (view, rows, &tools, &attachments, error);
      if (++view->n_rows >= ROWS_PER_STRETCH)
        is_good = is_good && hold (view);
    }
  sqlite3_finalize (tools.statement);
  sqlite3_finalize (attachments.statement);
  return is_good && result == SQLITE_DONE;
}

static gboolean
recount (View *view,
         PdkChat *chat,
         sqlite3_stmt *rows,
         PdkChatChildren *tools,
         PdkChatChildren *attachments,
         GError **error)
{
  PdkChatDb *self = view->owner;
  int result;

  g_hash_table_add (self->touched, chat);
  pdk_chat_clear (chat);
  sqlite3_reset (rows);
  sqlite3_bind_text (rows, 1, chat->id, -1, SQLITE_STATIC);
  while ((result = pdk_foreign_db_step (view->base.db, rows, error)) == SQLITE_ROW)
    {
      gint64 id = sqlite3_column_int64 (rows, PDK_CHAT_COLUMN_ID);

      if (!pdk_chat_children_seek (&view->base, tools, id, TRUE, error) ||
          !pdk_chat_children_seek (&view->base, attachments, id, TRUE, error) ||
          !take_message (view, rows, chat, tools, attachments, error))
        return FALSE;
      view->n_rows++;
    }
  chat->read_in = self->generation;
  sqlite3_reset (rows);
  return result == SQLITE_DONE;
}

static gboolean
recount_all (View *view,
             GPtrArray *chats,
             sqlite3_stmt *rows,
             PdkChatChildren *tools,
             PdkChatChildren *attachments,
             GError **error)
{
  PdkChatDb *self = view->owner;

  for (guint i = 0; i < chats->len; i++)
    {
      PdkChat *chat = g_ptr_array_index (chats, i);

      if (!recount (view, chat, rows, tools, attachments, error))
        return FALSE;
      g_hash_table_remove (self->dirty, chat);
      if (view->n_rows >= ROWS_PER_STRETCH && !hold (view))
        return FALSE;
    }
  return hold (view);
}

static void
drop_empty (PdkChatDb *self, GPtrArray *chats)
{
  for (guint i = 0; i < chats->len; i++)
    {
      PdkChat *chat = g_ptr_array_index (chats, i);

      if (chat->totals.messages == 0)
        pdk_chat_tally_remove (self->tally, chat);
    }
}

static gboolean
read_dirty (View *view, GError **error)
{
  PdkChatDb *self = view->owner;
  g_autofree char *sql = g_strconcat (view->base.columns, "chat_id = ?1 ORDER BY rowid", NULL);
  g_autoptr (sqlite3_stmt) rows = pdk_foreign_db_prepare (view->base.db, sql, error);
  g_autoptr (GPtrArray) chats = g_ptr_array_new ();
  PdkChatChildren tools = { NULL, FALSE }, attachments = { NULL, FALSE };
  GHashTableIter iter;
  gpointer chat;
  gboolean is_good;

  if (rows == NULL)
    return FALSE;
  g_hash_table_iter_init (&iter, self->dirty);
  while (g_hash_table_iter_next (&iter, &chat, NULL))
    g_ptr_array_add (chats, chat);
  is_good = pdk_chat_view_open_children (&view->base, &tools, &attachments, TRUE, -1, error) &&
            recount_all (view, chats, rows, &tools, &attachments, error);
  sqlite3_finalize (tools.statement);
  sqlite3_finalize (attachments.statement);
  if (is_good)
    drop_empty (self, chats);
  return is_good;
}

/* Marks the chat if its last message is not the one that was counted. */
static gboolean
check_last (View *view, PdkChat *chat, sqlite3_stmt *last, GError **error)
{
  int result;

  sqlite3_reset (last);
  sqlite3_bind_text (last, 1, chat->id, -1, SQLITE_STATIC);
  result = pdk_foreign_db_step (view->base.db, last, error);
  if (result == SQLITE_DONE ||
      (result == SQLITE_ROW && (sqlite3_column_int64 (last, PDK_CHAT_COLUMN_ID) != chat->last_id ||
                                pdk_chat_row_get_signature (last) != chat->last_signature)))
    g_hash_table_add (view->owner->dirty, chat);
  return result == SQLITE_DONE || result == SQLITE_ROW;
}

static gboolean
check_count (View *view, PdkChat *chat, sqlite3_stmt *count, GError **error)
{
  sqlite3_reset (count);
  sqlite3_bind_text (count, 1, chat->id, -1, SQLITE_STATIC);
  if (pdk_foreign_db_step (view->base.db, count, error) != SQLITE_ROW)
    return FALSE;
  if ((guint64) sqlite3_column_int64 (count, 0) != chat->totals.messages)
    g_hash_table_add (view->owner->dirty, chat);
  return TRUE;
}

static gboolean
find_chats (View *view, GError **error)
{
  PdkChatDb *self = view->owner;
  g_autoptr (sqlite3_stmt) ids = pdk_foreign_db_prepare (view->base.db, "SELECT id FROM chats", error);
  int result;

  if (ids == NULL)
    return FALSE;
  self->n_conversations = 0;
  while ((result = pdk_foreign_db_step (view->base.db, ids, error)) == SQLITE_ROW)
    {
      const char *id = (const char *) sqlite3_column_text (ids, 0);
      PdkChat *chat = id != NULL ? pdk_chat_tally_find (self->tally, id) : NULL;

      self->n_conversations++;
      if (chat != NULL)
        chat->seen_in = self->generation;
    }
  return result == SQLITE_DONE;
}

/* Chats that are gone, those that were written to last, and some of the others. */
static gboolean
find_changed (View *view, GError **error)
{
  PdkChatDb *self = view->owner;
  g_autofree char *last_sql =
      g_strconcat (view->base.columns, "chat_id = ?1 ORDER BY rowid DESC LIMIT 1", NULL);
  g_autoptr (sqlite3_stmt) last = pdk_foreign_db_prepare (view->base.db, last_sql, error);
  g_autoptr (sqlite3_stmt) count =
      last != NULL
          ? pdk_foreign_db_prepare (view->base.db, "SELECT count(*) FROM messages WHERE chat_id = ?1", error)
          : NULL;
  const GPtrArray *chats = self->tally->chats;
  guint64 n_rows = 0;

  if (count == NULL || !find_chats (view, error))
    return FALSE;
  for (guint i = 0; i < chats->len; i++)
    {
      PdkChat *chat = g_ptr_array_index (chats, i);

      if ((chat->seen_in != self->generation || chat->last_id > self->next_last_id - RECENT_IDS) &&
          !check_last (view, chat, last, error))
        return FALSE;
    }
  for (guint i = 0; i < MIN (chats->len, MAX_CHECKED_CHATS) && n_rows < MAX_CHECKED_ROWS; i++)
    {
      PdkChat *chat = g_ptr_array_index (chats, self->next_check++ % chats->len);

      if (!check_last (view, chat, last, error) || !check_count (view, chat, count, error))
        return FALSE;
      n_rows += chat->totals.messages;
    }
  return TRUE;
}

static void
forget (PdkChatDb *self)
{
  gint64 oldest_sec = self->tally != NULL ? self->tally->oldest_sec : 0;

  g_hash_table_remove_all (self->dirty);
  g_hash_table_remove_all (self->touched);
  g_clear_pointer (&self->tally, pdk_chat_tally_free);
  self->tally = pdk_chat_tally_new ();
  self->tally->oldest_sec = oldest_sec;
  self->last_id = self->next_last_id = G_MININT64;
}

/* Another database, or one that was put back to an earlier state, or has another schema by now. */
static gboolean
check_identity (View *view, GError **error)
{
  PdkChatDb *self = view->owner;
  const PdkForeignStamp *stamp = pdk_foreign_db_get_stamp (view->base.db);
  g_autoptr (GHashTable) sequence = pdk_chat_view_get_columns (&view->base, "sqlite_sequence", error);
  g_autoptr (sqlite3_stmt) statement = NULL;
  int result;

  if (sequence == NULL)
    return FALSE;
  statement = pdk_foreign_db_prepare (view->base.db,
                                      g_hash_table_size (sequence) > 0
                                          ? "SELECT seq FROM sqlite_sequence WHERE name = 'messages'"
                                          : "SELECT max(rowid) FROM messages",
                                      error);
  if (statement == NULL)
    return FALSE;
  result = pdk_foreign_db_step (view->base.db, statement, error);
  if (result != SQLITE_ROW && result != SQLITE_DONE)
    return FALSE;
  if (self->stamp.database.inode != stamp->database.inode ||
      self->stamp.database.device != stamp->database.device ||
      g_strcmp0 (self->columns, view->base.columns) != 0 ||
      sqlite3_column_int64 (statement, 0) < self->last_id)
    forget (self);
  self->stamp = *stamp;
  g_free (self->columns);
  self->columns = g_strdup (view->base.columns);
  return TRUE;
}

static gboolean
read_view (View *view, GError **error)
{
  PdkChatDb *self = view->owner;

  if (!pdk_chat_view_probe (&view->base, error) || !check_identity (view, error))
    return FALSE;
  self->generation++;
  self->next_last_id = self->last_id;
  return read_new (view, error) && hold (view) && find_changed (view, error) && read_dirty (view, error) &&
         pdk_chat_settings_read (&view->base, self->attributes, error) && hold (view);
}

/* Returns whether it was read; FALSE without an error when it changed meanwhile. */
static gboolean
try_refresh (PdkChatDb *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (PdkForeignDb) db = pdk_foreign_db_open (self->path, cancellable, error);
  g_autoptr (GError) local_error = NULL;
  View view = { .owner = self, .base = { .db = db } };
  gboolean is_read;

  if (db == NULL)
    return FALSE;
  is_read = read_view (&view, &local_error);
  g_free (view.base.columns);
  if (is_read)
    return TRUE;
  let_go (self);
  if (local_error != NULL && pdk_foreign_db_is_consistent (db))
    g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

/**
 * pdk_chat_db_new:
 * @path: where the database is, or would be
 *
 * Returns: (transfer full): what nothing is known of yet
 */
PdkChatDb *
pdk_chat_db_new (const char *path)
{
  PdkChatDb *self = g_new0 (PdkChatDb, 1);

  self->path = g_strdup (path);
  self->dirty = g_hash_table_new (NULL, NULL);
  self->touched = g_hash_table_new (NULL, NULL);
  self->attributes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  forget (self);
  return self;
}

/** pdk_chat_db_free: frees @self */
void
pdk_chat_db_free (PdkChatDb *self)
{
  g_hash_table_unref (self->dirty);
  g_hash_table_unref (self->touched);
  g_hash_table_unref (self->attributes);
  pdk_chat_tally_free (self->tally);
  g_free (self->columns);
  g_free (self->path);
  g_free (self);
}

/**
 * pdk_chat_db_refresh:
 * @now_sec: the time
 * @cancellable: (nullable)
 * @error: return location, as of pdk_foreign_db_open()
 *
 * Reads what is new since the last time, if anything is.
 *
 * Returns: whether all that is committed is counted; after an error, what was known before may still be
 */
gboolean
pdk_chat_db_refresh (PdkChatDb *self, gint64 now_sec, GCancellable *cancellable, GError **error)
{
  PdkForeignStamp stamp;

  pdk_chat_tally_expire (self->tally, now_sec);
  pdk_foreign_stamp_take (&stamp, self->path);
  if (self->is_complete && pdk_foreign_stamp_equal (&self->stamp, &stamp))
    return TRUE;
  self->is_complete = FALSE;
  for (guint i = 0; i < MAX_ATTEMPTS && !self->is_complete; i++)
    {
      g_autoptr (GError) local_error = NULL;

      if (i > 0)
        g_usleep (PAUSE_USEC);
      self->is_complete = try_refresh (self, cancellable, &local_error);
      if (local_error == NULL && !g_cancellable_set_error_if_cancelled (cancellable, &local_error))
        continue;
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (!self->is_complete)
    g_set_error_literal (error, PDK_ERROR, PDK_ERROR_FAILED, _ ("it changes faster than it can be read"));
  return self->is_complete;
}

/**
 * pdk_chat_db_describe:
 * @now_sec: the time that windows end at
 * @facts: where everything goes
 *
 * Returns: how many messages are from the future, and in no window
 */
guint64
pdk_chat_db_describe (PdkChatDb *self, gint64 now_sec, PdkFacts *facts)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();
  GHashTableIter iter;
  gpointer name, value;

  g_hash_table_iter_init (&iter, self->attributes);
  while (g_hash_table_iter_next (&iter, &name, &value))
    pdk_facts_set_attribute (facts, name, value);
  return pdk_chat_facts_describe (self->tally, self->n_conversations, zone, now_sec, facts);
}
