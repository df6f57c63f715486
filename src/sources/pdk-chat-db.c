/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Reads the desktop app's database when it has changed, whichever database that is by now. Any thread, one at
 * a time. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-chat-db.h"

#include <glib/gi18n-lib.h>

#include "pdk-chat-count.h"
#include "pdk-chat-facts.h"
#include "pdk-chat-settings.h"
#include "pdk-chat-view.h"
#include "pdk-error.h"

#define MAX_ATTEMPTS 60
#define PAUSE_USEC 20000

struct _PdkChatDb
{
  char *path;
  PdkChatCount *count;
  PdkForeignStamp stamp;
  gboolean is_complete;
  gboolean is_sound;       /* it has been looked through for damage */
  gboolean is_log_damaged; /* as it was read last */
  char *columns;           /* (nullable): how messages are selected; differs when the schema does */
  GHashTable *attributes;  /* from settings and users */
  GError *damage;          /* (nullable): what makes it unreadable until it changes */
  PdkForeignStamp damage_stamp;
};

/* The greatest id that a message ever had, as far as the database knows. */
static gboolean
read_greatest_id (PdkChatView *view, gint64 *id, GError **error)
{
  g_autoptr (GHashTable) sequence = pdk_chat_view_get_columns (view, "sqlite_sequence", error);
  g_autoptr (sqlite3_stmt) statement = NULL;
  int result;

  if (sequence == NULL)
    return FALSE;
  statement = pdk_foreign_db_prepare (view->db,
                                      g_hash_table_size (sequence) > 0
                                          ? "SELECT seq FROM sqlite_sequence WHERE name = 'messages'"
                                          : "SELECT max(rowid) FROM messages",
                                      error);
  if (statement == NULL)
    return FALSE;
  result = pdk_foreign_db_step (view->db, statement, error);
  *id = result == SQLITE_ROW ? sqlite3_column_int64 (statement, 0) : 0;
  return result == SQLITE_ROW || result == SQLITE_DONE;
}

/* Another database, or one that was put back to an earlier state, or has another schema by now. */
static gboolean
check_identity (PdkChatDb *self, PdkChatView *view, GError **error)
{
  const PdkForeignStamp *stamp = pdk_foreign_db_get_stamp (view->db);
  gint64 greatest_id;

  if (!read_greatest_id (view, &greatest_id, error))
    return FALSE;
  if (self->stamp.database.inode != stamp->database.inode ||
      self->stamp.database.device != stamp->database.device ||
      g_strcmp0 (self->columns, view->columns) != 0 || greatest_id < self->count->last_id)
    {
      pdk_chat_count_forget (self->count);
      self->is_sound = FALSE;
    }
  self->stamp = *stamp;
  g_free (self->columns);
  self->columns = g_strdup (view->columns);
  return TRUE;
}

static gboolean
read_view (PdkChatDb *self, PdkChatView *view, gint64 now_sec, GError **error)
{
  if (!pdk_chat_view_probe (view, error) || !check_identity (self, view, error))
    return FALSE;
  if (!self->is_sound && !pdk_foreign_db_check (view->db, error))
    return FALSE;
  if (!pdk_chat_count_read (self->count, view, now_sec, error) ||
      !pdk_chat_settings_read (view, self->attributes, error) || !pdk_foreign_db_is_consistent (view->db))
    return FALSE;
  self->is_sound = TRUE;
  self->is_log_damaged = pdk_foreign_db_has_damaged_log (view->db);
  return TRUE;
}

/* Returns whether it was read; FALSE without an error when it changed meanwhile. */
static gboolean
try_refresh (PdkChatDb *self, gint64 now_sec, GCancellable *cancellable, GError **error)
{
  g_autoptr (PdkForeignDb) db = pdk_foreign_db_open (self->path, cancellable, error);
  g_autoptr (GError) local_error = NULL;
  PdkChatView view = { .db = db };
  gboolean is_read;

  if (db == NULL)
    return FALSE;
  is_read = read_view (self, &view, now_sec, &local_error);
  g_free (view.columns);
  if (is_read)
    return TRUE;
  pdk_chat_count_let_go (self->count);
  if (local_error == NULL || !pdk_foreign_db_is_consistent (db))
    return FALSE;
  if (g_error_matches (local_error, PDK_ERROR, PDK_ERROR_MALFORMED))
    {
      self->damage = g_error_copy (local_error);
      self->damage_stamp = *pdk_foreign_db_get_stamp (db);
    }
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
  self->count = pdk_chat_count_new ();
  self->attributes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return self;
}

/** pdk_chat_db_free: frees @self */
void
pdk_chat_db_free (PdkChatDb *self)
{
  pdk_chat_count_free (self->count);
  g_clear_error (&self->damage);
  g_hash_table_unref (self->attributes);
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

  if (!pdk_chat_tally_expire (self->count->tally, now_sec))
    {
      pdk_chat_count_forget (self->count);
      pdk_chat_tally_expire (self->count->tally, now_sec);
      self->is_complete = FALSE;
    }
  pdk_foreign_stamp_take (&stamp, self->path);
  if (self->is_complete && pdk_foreign_stamp_equal (&self->stamp, &stamp))
    return TRUE;
  if (self->damage != NULL && pdk_foreign_stamp_equal (&self->damage_stamp, &stamp))
    {
      g_propagate_error (error, g_error_copy (self->damage));
      return FALSE;
    }
  g_clear_error (&self->damage);
  self->is_complete = FALSE;
  for (guint i = 0; i < MAX_ATTEMPTS && !self->is_complete; i++)
    {
      g_autoptr (GError) local_error = NULL;

      if (i > 0)
        g_usleep (PAUSE_USEC);
      self->is_complete = try_refresh (self, now_sec, cancellable, &local_error);
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
 * @flaws: (out): what could not be counted as it should
 */
void
pdk_chat_db_describe (PdkChatDb *self, gint64 now_sec, PdkFacts *facts, PdkChatFlaws *flaws)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();
  GHashTableIter iter;
  gpointer name, value;

  g_hash_table_iter_init (&iter, self->attributes);
  while (g_hash_table_iter_next (&iter, &name, &value))
    pdk_facts_set_attribute (facts, name, value);
  pdk_chat_facts_describe (self->count->tally, self->count->n_conversations, zone, now_sec, facts, flaws);
  flaws->is_log_damaged = self->is_log_damaged;
}
