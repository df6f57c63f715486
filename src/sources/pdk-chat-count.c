/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Counts the chats of Ollama's desktop app: all of them once, later only what is new. The app does four
 * things: it appends a message; it saves a chat, by deleting its messages and writing them again under new
 * ids; it changes the last message of a chat, while it is being answered; and it deletes a chat. So a chat is
 * counted anew, alone, when a message with an id that is greater than all before belongs to it, when it is
 * gone from the list of chats or new there, or when its last message is not the one that was counted, which
 * is looked at for the chats that were written to last. For what others may do to a chat, some chats are
 * counted anew at each change, in turn.
 * Everything is read in stretches, each of one moment; what was not is read again. Any thread, one at a time.
 */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-chat-count.h"

#define ROWS_PER_STRETCH 8192
#define ROWS_IN_TURN 300
#define MAX_UNKNOWN_CHATS 1000

/* A chat that may be being answered: one of those with the newest messages, by id or by time. */
#define RECENT_IDS 2000
#define RECENT_SEC (3 * 3600)

/* A view that is being read. */
typedef struct
{
  PdkChatCount *count;
  PdkChatView *view;
  gint64 now_sec;
  guint n_rows; /* since the last stretch */
} Pass;

/* A stretch ends: what was read in it holds. */
static gboolean
hold (Pass *pass)
{
  PdkChatCount *self = pass->count;

  pass->n_rows = 0;
  if (!pdk_foreign_db_is_consistent (pass->view->db))
    return FALSE;
  g_hash_table_remove_all (self->touched);
  self->last_id = self->next_last_id;
  return TRUE;
}

static gboolean
take_message (Pass *pass,
              sqlite3_stmt *row,
              PdkChat *chat,
              PdkChatChildren *tools,
              PdkChatChildren *attachments,
              GError **error)
{
  PdkChatCount *self = pass->count;
  gint64 id = sqlite3_column_int64 (row, PDK_CHAT_COLUMN_ID);
  PdkChatMessage message;

  pdk_chat_row_read (pass->view, row, &message);
  while (pdk_chat_children_are_of (attachments, id))
    {
      message.attachments++;
      if (!pdk_chat_children_step (pass->view, attachments, error))
        return FALSE;
    }
  pdk_chat_add_message (self->tally, chat, &message);
  while (pdk_chat_children_are_of (tools, id))
    {
      pdk_chat_add_tool_call (self->tally, chat, pdk_chat_row_get_text (tools->statement, 1),
                              message.time_sec);
      if (!pdk_chat_children_step (pass->view, tools, error))
        return FALSE;
    }
  chat->last_id = id;
  chat->last_signature = pdk_chat_row_get_signature (row);
  chat->last_time_sec = message.time_sec;
  return TRUE;
}

/* A chat that another view has counted has changed since. */
static gboolean
take_new_row (
    Pass *pass, sqlite3_stmt *row, PdkChatChildren *tools, PdkChatChildren *attachments, GError **error)
{
  PdkChatCount *self = pass->count;
  gint64 id = sqlite3_column_int64 (row, PDK_CHAT_COLUMN_ID);
  const char *chat_id = pdk_chat_row_get_id (row, PDK_CHAT_COLUMN_CHAT);
  PdkChat *chat;

  self->next_last_id = id;
  if (chat_id == NULL)
    return TRUE;
  if (!pdk_chat_children_seek (pass->view, tools, id, FALSE, error) ||
      !pdk_chat_children_seek (pass->view, attachments, id, FALSE, error))
    return FALSE;
  chat = pdk_chat_tally_ensure (self->tally, chat_id);
  g_hash_table_add (self->touched, chat);
  if (chat->read_in == 0)
    chat->read_in = self->generation;
  if (chat->read_in != self->generation || g_hash_table_contains (self->dirty, chat))
    {
      g_hash_table_add (self->dirty, chat);
      return TRUE;
    }
  return take_message (pass, row, chat, tools, attachments, error);
}

static gboolean
read_new (Pass *pass, GError **error)
{
  PdkChatCount *self = pass->count;
  g_autofree char *sql = g_strconcat (pass->view->columns, "rowid > ?1 ORDER BY rowid", NULL);
  g_autoptr (sqlite3_stmt) rows = pdk_foreign_db_prepare (pass->view->db, sql, error);
  PdkChatChildren tools = { NULL, FALSE }, attachments = { NULL, FALSE };
  gboolean is_good;
  int result = SQLITE_DONE;

  if (rows == NULL)
    return FALSE;
  sqlite3_bind_int64 (rows, 1, self->last_id);
  is_good = pdk_chat_view_open_children (pass->view, &tools, &attachments, FALSE, self->last_id, error);
  while (is_good && (result = pdk_foreign_db_step (pass->view->db, rows, error)) == SQLITE_ROW)
    {
      is_good = take_new_row (pass, rows, &tools, &attachments, error);
      if (++pass->n_rows >= ROWS_PER_STRETCH)
        is_good = is_good && hold (pass);
    }
  sqlite3_finalize (tools.statement);
  sqlite3_finalize (attachments.statement);
  return is_good && result == SQLITE_DONE;
}

static gboolean
recount (Pass *pass,
         PdkChat *chat,
         sqlite3_stmt *rows,
         PdkChatChildren *tools,
         PdkChatChildren *attachments,
         GError **error)
{
  PdkChatCount *self = pass->count;
  int result;

  g_hash_table_add (self->touched, chat);
  pdk_chat_clear (chat);
  sqlite3_reset (rows);
  sqlite3_bind_text (rows, 1, chat->id, -1, SQLITE_STATIC);
  while ((result = pdk_foreign_db_step (pass->view->db, rows, error)) == SQLITE_ROW)
    {
      gint64 id = sqlite3_column_int64 (rows, PDK_CHAT_COLUMN_ID);

      if (!pdk_chat_children_seek (pass->view, tools, id, TRUE, error) ||
          !pdk_chat_children_seek (pass->view, attachments, id, TRUE, error) ||
          !take_message (pass, rows, chat, tools, attachments, error))
        return FALSE;
      pass->n_rows++;
    }
  chat->read_in = self->generation;
  sqlite3_reset (rows);
  return result == SQLITE_DONE;
}

static gboolean
recount_all (Pass *pass,
             GPtrArray *chats,
             sqlite3_stmt *rows,
             PdkChatChildren *tools,
             PdkChatChildren *attachments,
             GError **error)
{
  PdkChatCount *self = pass->count;

  for (guint i = 0; i < chats->len; i++)
    {
      PdkChat *chat = g_ptr_array_index (chats, i);

      if (!recount (pass, chat, rows, tools, attachments, error))
        return FALSE;
      g_hash_table_remove (self->dirty, chat);
      if (pass->n_rows >= ROWS_PER_STRETCH && !hold (pass))
        return FALSE;
    }
  return hold (pass);
}

static void
drop_empty (PdkChatCount *self, GPtrArray *chats)
{
  for (guint i = 0; i < chats->len; i++)
    {
      PdkChat *chat = g_ptr_array_index (chats, i);

      if (chat->totals.messages == 0)
        pdk_chat_tally_remove (self->tally, chat);
    }
}

static gboolean
read_dirty (Pass *pass, GError **error)
{
  PdkChatCount *self = pass->count;
  g_autofree char *sql = g_strconcat (pass->view->columns, "chat_id = ?1 ORDER BY rowid", NULL);
  g_autoptr (sqlite3_stmt) rows = pdk_foreign_db_prepare (pass->view->db, sql, error);
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
  is_good = pdk_chat_view_open_children (pass->view, &tools, &attachments, TRUE, -1, error) &&
            recount_all (pass, chats, rows, &tools, &attachments, error);
  sqlite3_finalize (tools.statement);
  sqlite3_finalize (attachments.statement);
  if (is_good)
    drop_empty (self, chats);
  return is_good;
}

/* Marks the chat if its last message is not the one that was counted. */
static gboolean
check_last (Pass *pass, PdkChat *chat, sqlite3_stmt *last, GError **error)
{
  int result;

  sqlite3_reset (last);
  sqlite3_bind_text (last, 1, chat->id, -1, SQLITE_STATIC);
  result = pdk_foreign_db_step (pass->view->db, last, error);
  if (result == SQLITE_DONE ||
      (result == SQLITE_ROW && (sqlite3_column_int64 (last, PDK_CHAT_COLUMN_ID) != chat->last_id ||
                                pdk_chat_row_get_signature (last) != chat->last_signature)))
    g_hash_table_add (pass->count->dirty, chat);
  return result == SQLITE_DONE || result == SQLITE_ROW;
}

/* A chat that is listed and has not been counted may be without messages, or its messages have old ids, as in
 * a copy that was put back. */
static gboolean
find_chats (Pass *pass, GError **error)
{
  PdkChatCount *self = pass->count;
  g_autoptr (sqlite3_stmt) ids = pdk_foreign_db_prepare (pass->view->db, "SELECT id FROM chats", error);
  guint n_unknown = 0;
  int result;

  if (ids == NULL)
    return FALSE;
  self->n_conversations = 0;
  while ((result = pdk_foreign_db_step (pass->view->db, ids, error)) == SQLITE_ROW)
    {
      const char *id = pdk_chat_row_get_id (ids, 0);
      PdkChat *chat = id != NULL ? pdk_chat_tally_find (self->tally, id) : NULL;

      self->n_conversations++;
      if (chat == NULL && id != NULL && n_unknown++ < MAX_UNKNOWN_CHATS)
        {
          chat = pdk_chat_tally_ensure (self->tally, id);
          g_hash_table_add (self->dirty, chat);
        }
      if (chat != NULL)
        chat->seen_in = self->generation;
    }
  return result == SQLITE_DONE;
}

static gboolean
may_have_changed (const Pass *pass, const PdkChat *chat)
{
  return chat->seen_in != pass->count->generation || chat->last_id > pass->count->next_last_id - RECENT_IDS ||
         chat->last_time_sec >= (double) (pass->now_sec - RECENT_SEC);
}

static void
take_turns (PdkChatCount *self)
{
  const GPtrArray *chats = self->tally->chats;
  guint64 n_rows = 0;

  for (guint i = 0; i < chats->len && n_rows < ROWS_IN_TURN; i++)
    {
      PdkChat *chat = g_ptr_array_index (chats, self->next_in_turn++ % chats->len);

      if (chat->read_in == self->generation)
        continue;
      g_hash_table_add (self->dirty, chat);
      n_rows += chat->totals.messages;
    }
}

static gboolean
find_changed (Pass *pass, GError **error)
{
  PdkChatCount *self = pass->count;
  g_autofree char *last_sql =
      g_strconcat (pass->view->columns, "chat_id = ?1 ORDER BY rowid DESC LIMIT 1", NULL);
  g_autoptr (sqlite3_stmt) last = pdk_foreign_db_prepare (pass->view->db, last_sql, error);

  if (last == NULL || !find_chats (pass, error))
    return FALSE;
  for (guint i = 0; i < self->tally->chats->len; i++)
    {
      PdkChat *chat = g_ptr_array_index (self->tally->chats, i);

      if (chat->read_in != self->generation && may_have_changed (pass, chat) &&
          !check_last (pass, chat, last, error))
        return FALSE;
    }
  take_turns (self);
  return TRUE;
}

/** pdk_chat_count_new: Returns: (transfer full): nothing counted */
PdkChatCount *
pdk_chat_count_new (void)
{
  PdkChatCount *self = g_new0 (PdkChatCount, 1);

  self->dirty = g_hash_table_new (NULL, NULL);
  self->touched = g_hash_table_new (NULL, NULL);
  self->tally = pdk_chat_tally_new ();
  self->last_id = self->next_last_id = G_MININT64;
  return self;
}

/** pdk_chat_count_free: frees @self and its chats */
void
pdk_chat_count_free (PdkChatCount *self)
{
  g_hash_table_unref (self->dirty);
  g_hash_table_unref (self->touched);
  pdk_chat_tally_free (self->tally);
  g_free (self);
}

/** pdk_chat_count_forget: begins anew, as for another database */
void
pdk_chat_count_forget (PdkChatCount *self)
{
  gint64 oldest_sec = self->tally->oldest_sec;

  g_hash_table_remove_all (self->dirty);
  g_hash_table_remove_all (self->touched);
  pdk_chat_tally_free (self->tally);
  self->tally = pdk_chat_tally_new ();
  self->tally->oldest_sec = oldest_sec;
  self->last_id = self->next_last_id = G_MININT64;
}

/**
 * pdk_chat_count_read:
 * @view: a view of the database, which has been probed
 * @now_sec: the time
 * @error: return location, as of pdk_foreign_db_step()
 *
 * Returns: whether all that is in @view is counted; FALSE without an error when it turned out not to be of
 * one moment. What was read of one moment until then is kept; call pdk_chat_count_let_go() for the rest.
 */
gboolean
pdk_chat_count_read (PdkChatCount *self, PdkChatView *view, gint64 now_sec, GError **error)
{
  Pass pass = { self, view, now_sec, 0 };

  self->generation++;
  self->next_last_id = self->last_id;
  return read_new (&pass, error) && hold (&pass) && find_changed (&pass, error) && read_dirty (&pass, error);
}

/** pdk_chat_count_let_go: what was read since the last stretch that was of one moment is to be read again */
void
pdk_chat_count_let_go (PdkChatCount *self)
{
  GHashTableIter iter;
  gpointer chat;

  g_hash_table_iter_init (&iter, self->touched);
  while (g_hash_table_iter_next (&iter, &chat, NULL))
    g_hash_table_add (self->dirty, chat);
  g_hash_table_remove_all (self->touched);
  self->next_last_id = self->last_id;
}
