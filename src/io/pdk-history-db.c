/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Paddock's own SQLite file: with pdk-history-rows.c and pdk-history-schema.c all of the storage of
 * Paddock's own that knows SQL; what the rows mean is up to those who write them.
 *
 * A handle belongs to one thread at a time, and to one account from begin to commit. Several processes may
 * have the file open: who wants to change it takes the lock first, and learns from the account's generation,
 * a number that each commit raises, whether somebody else was there since. All changes of a transaction are
 * there or none is, whatever happens to the process.
 *
 * The file is in SQLite's write-ahead mode, in which a commit does not wait for the disk: after a loss of
 * power, the last ones may be missing, with the read positions that belong to them. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-history-db-private.h"

#include <errno.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>

#include "pdk-error.h"

/* Whoever holds the lock needs milliseconds. */
#define BUSY_TIMEOUT_MSEC 2000

/* More damaged files than that, one after the other, are no accident. */
#define MAX_REPLACEMENTS 4

/* A commit is in the log at once, and on the disk some time later. */
#define LOG_MODE "PRAGMA synchronous = NORMAL; PRAGMA journal_size_limit = 1048576; PRAGMA journal_mode = WAL"

/* A new file may get a week of requests at once, which a log would write twice, and somebody waits for them.
 * Should the power fail right then, the log of the server is read once more. */
#define BULK_MODE "PRAGMA synchronous = OFF"

#define HOUR_COLUMNS                                                                                         \
  "start_sec, requests, chat, generate, embed, other, http_4xx, http_5xx, latency_msec, prompt_tokens, "     \
  "output_tokens, unattributed_tokens, output_msec, buckets"

static const char *const texts[N_STATEMENTS] = {
  [FIND_ACCOUNT] = "SELECT id, generation FROM account WHERE name = ?",
  [ADD_ACCOUNT] = "INSERT INTO account (name, generation) VALUES (?, 0)",
  [LIST_ACCOUNTS] = "SELECT name FROM account ORDER BY name",
  [READ_STATE] = "SELECT state FROM account WHERE id = ?",
  [WRITE_STATE] = "UPDATE account SET state = ?2, generation = ?3 WHERE id = ?1",
  [READ_RECENT] =
      "SELECT kind, start_sec, data FROM recent WHERE account = ? AND generation > ? AND start_sec >= ? "
      "ORDER BY kind, start_sec",
  [WRITE_RECENT] = "INSERT OR REPLACE INTO recent VALUES (?, ?, ?, ?, ?)",
  [READ_HOUR] = "SELECT " HOUR_COLUMNS " FROM hour WHERE account = ? AND start_sec = ?",
  [READ_HOURS] = "SELECT " HOUR_COLUMNS " FROM hour JOIN account ON account.id = hour.account "
                 "WHERE account.name = ? AND start_sec >= ? ORDER BY start_sec",
  [WRITE_HOUR] = "INSERT OR REPLACE INTO hour VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
  [DROP_RECENT] = "DELETE FROM recent WHERE account = ? AND start_sec < ?",
  [DROP_HOURS] = "DELETE FROM hour WHERE account = ? AND start_sec < ?",
  [READ_PRUNING] = "SELECT pruned_sec, doubted_sec FROM account WHERE id = ?",
  [WRITE_PRUNING] = "UPDATE account SET pruned_sec = ?2, doubted_sec = ?3 WHERE id = ?1",
  [READ_LOADED] = "SELECT first_sec, last_sec, model FROM loaded WHERE account = ? ORDER BY first_sec",
  [WRITE_LOADED] = "INSERT INTO loaded VALUES (?, ?, ?, ?)",
  [FORGET_LOADED] = "DELETE FROM loaded WHERE account = ?",
  [FORGET_RECENT] = "DELETE FROM recent WHERE account = ?",
  [FORGET_HOURS] = "DELETE FROM hour WHERE account = ? AND start_sec >= ?",
};

/* pdk_history_db_set_error: tells what SQLite says of its last call */
void
pdk_history_db_set_error (sqlite3 *handle, GError **error)
{
  int code = handle != NULL ? sqlite3_errcode (handle) : SQLITE_NOMEM;
  PdkError pdk_code = PDK_ERROR_FAILED;

  if (code == SQLITE_CORRUPT || code == SQLITE_NOTADB)
    pdk_code = PDK_ERROR_MALFORMED;
  else if (code == SQLITE_READONLY || code == SQLITE_PERM || code == SQLITE_AUTH)
    pdk_code = PDK_ERROR_PERMISSION;
  else if (code == SQLITE_BUSY || code == SQLITE_LOCKED)
    pdk_code = PDK_ERROR_TIMED_OUT;
  g_set_error_literal (error, PDK_ERROR, pdk_code,
                       handle != NULL ? sqlite3_errmsg (handle) : g_strerror (ENOMEM));
}

/* pdk_history_db_execute: Returns: whether all of @sql was run, which gives no rows */
gboolean
pdk_history_db_execute (PdkHistoryDb *db, const char *sql, GError **error)
{
  if (sqlite3_exec (db->handle, sql, NULL, NULL, NULL) == SQLITE_OK)
    return TRUE;
  pdk_history_db_set_error (db->handle, error);
  return FALSE;
}

/* Returns (transfer none) (nullable) the statement, with nothing bound. */
sqlite3_stmt *
pdk_history_db_prepare (PdkHistoryDb *db, Statement which, GError **error)
{
  if (db->statements[which] == NULL &&
      sqlite3_prepare_v3 (db->handle, texts[which], -1, SQLITE_PREPARE_PERSISTENT, &db->statements[which],
                          NULL) != SQLITE_OK)
    pdk_history_db_set_error (db->handle, error);
  return db->statements[which];
}

/* Runs a statement to its end, which gives no rows, and leaves it ready for the next time. */
gboolean
pdk_history_db_finish (PdkHistoryDb *db, sqlite3_stmt *statement, GError **error)
{
  gboolean is_good = sqlite3_step (statement) == SQLITE_DONE;

  if (!is_good)
    pdk_history_db_set_error (db->handle, error);
  sqlite3_reset (statement);
  sqlite3_clear_bindings (statement);
  return is_good;
}

/* Takes the next row. @is_row is FALSE behind the last one, and then the statement is ready for the next
 * time. */
gboolean
pdk_history_db_step (PdkHistoryDb *db, sqlite3_stmt *statement, gboolean *is_row, GError **error)
{
  int code = sqlite3_step (statement);

  *is_row = code == SQLITE_ROW;
  if (*is_row)
    return TRUE;
  if (code != SQLITE_DONE)
    pdk_history_db_set_error (db->handle, error);
  sqlite3_reset (statement);
  sqlite3_clear_bindings (statement);
  return code == SQLITE_DONE;
}

static PdkHistoryDb *
open_file (const char *path, int flags, GError **error)
{
  g_autoptr (PdkHistoryDb) db = g_new0 (PdkHistoryDb, 1);

  db->path = g_strdup (path);
  db->id = pdk_history_file_identify (path);
  if (sqlite3_open_v2 (path, &db->handle, flags | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
    {
      pdk_history_db_set_error (db->handle, error);
      return NULL;
    }
  sqlite3_busy_timeout (db->handle, BUSY_TIMEOUT_MSEC);
  /* What a bit of a page says where is nobody's word to be taken for. */
  sqlite3_db_config (db->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  sqlite3_db_config (db->handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
  return g_steal_pointer (&db);
}

/* Brings an open file to where it can be written to. */
static gboolean
prepare_to_write (PdkHistoryDb *db, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  gint64 version;

  /* The wait for the disk when the last process closes the file is left to whoever fills the log next. */
  sqlite3_db_config (db->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
  if (!pdk_history_db_execute (db, "PRAGMA cache_size = -256; PRAGMA temp_store = MEMORY", error) ||
      !pdk_history_schema_check (db, &version, error))
    return FALSE;
  db->is_new = version == 0;
  /* Before its tables are made: a wait for a disk that turns is longer than all the rest. */
  if (db->is_new)
    return pdk_history_db_execute (db, BULK_MODE, error) && pdk_history_schema_migrate (db, version, error);
  if (!pdk_history_schema_migrate (db, version, error))
    return FALSE;
  if (!pdk_history_db_execute (db, LOG_MODE, &local_error))
    {
      /* Whoever fills a new file just now turns its log on afterwards. */
      if (g_error_matches (local_error, PDK_ERROR, PDK_ERROR_TIMED_OUT))
        return TRUE;
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  return TRUE;
}

/* A file that cannot be used is left open in @db, for whoever sets it aside. */
static gboolean
open_to_write (const char *path, PdkHistoryDb **db, GError **error)
{
  gboolean is_good;
  int lock;

  /* Made here, so that nobody else may read it; SQLite gives the files beside it the same rights. */
  if (!pdk_history_file_make (path, error))
    return FALSE;
  /* Where there can be no lock, nothing can be moved either. */
  lock = pdk_history_file_lock (path, NULL);
  *db = open_file (path, SQLITE_OPEN_READWRITE, error);
  is_good = *db != NULL && prepare_to_write (*db, error);
  pdk_history_file_unlock (lock);
  return is_good;
}

/* Whether the file that is open has its name no more. */
static gboolean
was_moved (const PdkHistoryDb *db)
{
  PdkHistoryFileId id = pdk_history_file_identify (db->path);

  return id.device != db->id.device || id.inode != db->id.inode;
}

/** pdk_history_db_dup_path: Returns: (transfer full): where the file is:
 * `$XDG_DATA_HOME/paddock/history.sqlite` */
char *
pdk_history_db_dup_path (void)
{
  return g_build_filename (g_get_user_data_dir (), "paddock", "history.sqlite", NULL);
}

/**
 * pdk_history_db_open:
 * @path: the file, made with its folder if it is not there
 * @set_aside: (out) (transfer full) (nullable): the new name of a damaged file that was there
 * @error: return location
 *
 * Opens the file for reading and writing, and brings one of an earlier version up to date. A damaged file, or
 * another program's, is renamed, and a new one begun.
 *
 * Returns: (transfer full): the open file, or %NULL with @error set to a PDK_ERROR
 */
PdkHistoryDb *
pdk_history_db_open (const char *path, char **set_aside, GError **error)
{
  *set_aside = NULL;
  /* What somebody else has put in the place of a damaged file is looked at, too. */
  for (guint i = 0; i < MAX_REPLACEMENTS; i++)
    {
      g_autoptr (PdkHistoryDb) db = NULL;
      g_autoptr (GError) local_error = NULL;
      g_autofree char *aside = NULL;

      if (open_to_write (path, &db, &local_error))
        return g_steal_pointer (&db);
      if (db == NULL || !g_error_matches (local_error, PDK_ERROR, PDK_ERROR_MALFORMED))
        {
          g_propagate_error (error, g_steal_pointer (&local_error));
          return NULL;
        }
      if (!pdk_history_db_set_aside (g_steal_pointer (&db), &aside, error))
        return NULL;
      if (aside != NULL)
        {
          g_free (*set_aside);
          *set_aside = g_steal_pointer (&aside);
        }
    }
  g_set_error_literal (error, PDK_ERROR, PDK_ERROR_FAILED, _ ("it was damaged again and again"));
  return NULL;
}

/**
 * pdk_history_db_open_read_only:
 * @path: the file
 * @error: return location
 *
 * Returns: (transfer full): the open file; or %NULL with @error set: %PDK_ERROR_NOT_FOUND if there is none
 * yet, %PDK_ERROR_MALFORMED if it is damaged, or another PDK_ERROR
 */
PdkHistoryDb *
pdk_history_db_open_read_only (const char *path, GError **error)
{
  g_autoptr (PdkHistoryDb) db = NULL;
  gint64 version;

  if (access (path, R_OK) < 0)
    {
      g_set_error_literal (error, PDK_ERROR, pdk_error_from_errno (errno), g_strerror (errno));
      return NULL;
    }
  db = open_file (path, SQLITE_OPEN_READONLY, error);
  if (db == NULL || !pdk_history_schema_check (db, &version, error))
    return NULL;
  /* What is read this way has been the same since the first version. */
  if (version == 0)
    {
      /* Somebody has just begun to make it. */
      g_set_error_literal (error, PDK_ERROR, PDK_ERROR_NOT_FOUND, g_strerror (ENOENT));
      return NULL;
    }
  return g_steal_pointer (&db);
}

/**
 * pdk_history_db_set_aside:
 * @db: (transfer full): a damaged file, or another program's
 * @set_aside: (out) (transfer full) (nullable): its new name; %NULL if somebody else has moved it already
 * @error: return location
 *
 * Closes the file, and moves it out of the way with what SQLite keeps beside it.
 *
 * Returns: whether another one can be made in its place
 */
gboolean
pdk_history_db_set_aside (PdkHistoryDb *db, char **set_aside, GError **error)
{
  g_autofree char *path = g_strdup (db->path);
  int lock = pdk_history_file_lock (path, error);
  gboolean is_ours = lock >= 0 && !was_moved (db);

  *set_aside = NULL;
  /* While it was open, no other file could be taken for it; while the lock is held, nobody moves it. */
  pdk_history_db_close (db);
  if (is_ours)
    *set_aside = pdk_history_file_move_aside (path, error);
  pdk_history_file_unlock (lock);
  return lock >= 0 && (!is_ours || *set_aside != NULL);
}

/**
 * pdk_history_db_close:
 * @db: (nullable) (transfer full): what to close; a transaction that is open is undone
 */
void
pdk_history_db_close (PdkHistoryDb *db)
{
  if (db == NULL)
    return;
  for (guint i = 0; i < N_STATEMENTS; i++)
    sqlite3_finalize (db->statements[i]);
  sqlite3_close (db->handle);
  g_free (db->path);
  g_free (db);
}

/** pdk_history_db_get_file_id: Returns: which file it is, whatever its name is by now */
PdkHistoryFileId
pdk_history_db_get_file_id (const PdkHistoryDb *db)
{
  return db->id;
}

static gboolean
find_account (PdkHistoryDb *db, const char *account, gboolean *is_found, GError **error)
{
  sqlite3_stmt *statement = pdk_history_db_prepare (db, FIND_ACCOUNT, error);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_text (statement, 1, account, -1, SQLITE_STATIC);
  if (!pdk_history_db_step (db, statement, is_found, error))
    return FALSE;
  if (!*is_found)
    return TRUE;
  db->account_id = sqlite3_column_int64 (statement, 0);
  db->generation = sqlite3_column_int64 (statement, 1);
  sqlite3_reset (statement);
  return TRUE;
}

static gboolean
obtain_account (PdkHistoryDb *db, const char *account, GError **error)
{
  gboolean is_found;
  sqlite3_stmt *statement;

  if (!find_account (db, account, &is_found, error) || is_found)
    return is_found;
  statement = pdk_history_db_prepare (db, ADD_ACCOUNT, error);
  if (statement == NULL)
    return FALSE;
  sqlite3_bind_text (statement, 1, account, -1, SQLITE_STATIC);
  return pdk_history_db_finish (db, statement, error) && find_account (db, account, &is_found, error);
}

/**
 * pdk_history_db_begin:
 * @db: a file open for writing
 * @account: whose rows it is about
 * @generation: (out): the generation of what is there; 0 for nothing
 * @error: return location: %PDK_ERROR_TIMED_OUT if another process holds the lock, %PDK_ERROR_MALFORMED if
 *   the file is damaged, %PDK_ERROR_NOT_FOUND if it is not the one of its name any more, or another PDK_ERROR
 *
 * Takes the lock, to be given back by pdk_history_db_commit() or pdk_history_db_rollback().
 *
 * Returns: whether it has it
 */
gboolean
pdk_history_db_begin (PdkHistoryDb *db, const char *account, gint64 *generation, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  gboolean is_good;

  /* If somebody else is at it just now, they do it. */
  if (db->is_filled)
    pdk_history_db_execute (db, LOG_MODE, NULL);
  db->is_filled = FALSE;
  is_good = pdk_history_db_execute (db, "BEGIN IMMEDIATE", &local_error);
  if (was_moved (db))
    {
      g_set_error_literal (error, PDK_ERROR, PDK_ERROR_NOT_FOUND, _ ("somebody has replaced it"));
      pdk_history_db_rollback (db);
      return FALSE;
    }
  if (!is_good)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (!obtain_account (db, account, error))
    {
      pdk_history_db_rollback (db);
      return FALSE;
    }
  *generation = db->generation;
  return TRUE;
}

/**
 * pdk_history_db_commit:
 * @db: a file in a transaction
 * @error: return location
 *
 * Returns: whether all that was written is there now; if not, none is
 */
gboolean
pdk_history_db_commit (PdkHistoryDb *db, GError **error)
{
  if (!pdk_history_db_execute (db, "COMMIT", error))
    {
      pdk_history_db_rollback (db);
      return FALSE;
    }
  /* Turning the log on waits for the disk to have all that was written at once: a later poll, or another
   * process, finds that done. */
  db->is_filled = db->is_new;
  db->is_new = FALSE;
  return TRUE;
}

/** pdk_history_db_rollback: undoes all that was written since pdk_history_db_begin() */
void
pdk_history_db_rollback (PdkHistoryDb *db)
{
  if (!sqlite3_get_autocommit (db->handle))
    sqlite3_exec (db->handle, "ROLLBACK", NULL, NULL, NULL);
}
