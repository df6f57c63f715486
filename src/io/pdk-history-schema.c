/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The tables of Paddock's own file, and how a file of an earlier version comes to have them. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-history-db-private.h"

#include <glib/gi18n-lib.h>

#include "pdk-error.h"

/* "Pdhk" */
#define FILE_MAGIC 0x5064686b

/* Each step leads from the version of its index to the next, in one transaction. Steps are never changed once
 * they were released: add another one. */
static const char *const migrations[] = {
  "CREATE TABLE account ("
  "  id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, generation INTEGER NOT NULL, state BLOB);"
  "CREATE TABLE hour ("
  "  account INTEGER NOT NULL REFERENCES account, start_sec INTEGER NOT NULL,"
  "  requests INTEGER NOT NULL, chat INTEGER NOT NULL, generate INTEGER NOT NULL, embed INTEGER NOT NULL,"
  "  other INTEGER NOT NULL, http_4xx INTEGER NOT NULL, http_5xx INTEGER NOT NULL, latency_msec REAL NOT "
  "NULL,"
  "  prompt_tokens INTEGER NOT NULL, output_tokens INTEGER NOT NULL, unattributed_tokens INTEGER NOT NULL,"
  "  output_msec REAL NOT NULL, buckets BLOB NOT NULL,"
  "  PRIMARY KEY (account, start_sec)) WITHOUT ROWID;"
  "CREATE TABLE recent ("
  "  account INTEGER NOT NULL REFERENCES account, kind INTEGER NOT NULL, start_sec INTEGER NOT NULL,"
  "  generation INTEGER NOT NULL, data BLOB NOT NULL,"
  "  PRIMARY KEY (account, kind, start_sec)) WITHOUT ROWID;",
  "ALTER TABLE account ADD COLUMN pruned_sec INTEGER NOT NULL DEFAULT 0;"
  "ALTER TABLE account ADD COLUMN doubted_sec INTEGER NOT NULL DEFAULT 0;",
  "CREATE TABLE loaded ("
  "  account INTEGER NOT NULL REFERENCES account, first_sec INTEGER NOT NULL, last_sec INTEGER NOT NULL,"
  "  model TEXT NOT NULL, PRIMARY KEY (account, first_sec)) WITHOUT ROWID;",
  /* Whoever looks for a row in a table without row ids reads all of those that are on the way, and these are
   * large ("The WITHOUT ROWID Optimization", 3). What is copied is in memory meanwhile, so that the file does
   * not grow to twice its size for good. */
  "CREATE TEMP TABLE former_recent AS SELECT account, kind, start_sec, generation, data FROM recent;"
  "DROP TABLE recent;"
  "CREATE TABLE recent ("
  "  account INTEGER NOT NULL REFERENCES account, kind INTEGER NOT NULL, start_sec INTEGER NOT NULL,"
  "  generation INTEGER NOT NULL, data BLOB NOT NULL, PRIMARY KEY (account, kind, start_sec));"
  "INSERT INTO recent SELECT account, kind, start_sec, generation, data FROM former_recent ORDER BY 1, 2, 3;"
  "DROP TABLE former_recent;",
};

#define VERSION ((int) G_N_ELEMENTS (migrations))

/* Returns the first column of the first row as a number. */
static gboolean
query_number (PdkHistoryDb *db, const char *sql, gint64 *number, GError **error)
{
  sqlite3_stmt *statement = NULL;
  gboolean is_good = sqlite3_prepare_v2 (db->handle, sql, -1, &statement, NULL) == SQLITE_OK &&
                     sqlite3_step (statement) == SQLITE_ROW;

  if (is_good)
    *number = sqlite3_column_int64 (statement, 0);
  else
    pdk_history_db_set_error (db->handle, error);
  sqlite3_finalize (statement);
  return is_good;
}

/* pdk_history_schema_migrate: brings a file of an older @version, or a new one, up to date. Returns: whether
 * it is */
gboolean
pdk_history_schema_migrate (PdkHistoryDb *db, gint64 version, GError **error)
{
  gboolean is_good;

  if (version == VERSION)
    return TRUE;
  /* Somebody else may have done so meanwhile. */
  is_good = pdk_history_db_execute (db, "BEGIN IMMEDIATE", error) &&
            query_number (db, "PRAGMA user_version", &version, error);

  for (; is_good && version < VERSION; version++)
    {
      g_autofree char *pragma = g_strdup_printf ("PRAGMA user_version = %d", (int) version + 1);

      is_good = pdk_history_db_execute (db, migrations[version], error) &&
                pdk_history_db_execute (db, pragma, error);
    }
  is_good = is_good &&
            pdk_history_db_execute (db, "PRAGMA application_id = " G_STRINGIFY (FILE_MAGIC), error) &&
            pdk_history_db_execute (db, "COMMIT", error);
  if (!is_good)
    sqlite3_exec (db->handle, "ROLLBACK", NULL, NULL, NULL);
  return is_good;
}

/* pdk_history_schema_check: finds out whose file it is, and its @version, 0 for an empty one. Returns:
 * whether it can be used; if not, @error is PDK_ERROR_MALFORMED for one that is not ours */
gboolean
pdk_history_schema_check (PdkHistoryDb *db, gint64 *version, GError **error)
{
  gint64 application_id, n_tables;
  /* All of one moment: somebody may be making it. */
  gboolean is_good = pdk_history_db_execute (db, "BEGIN", error) &&
                     query_number (db, "PRAGMA application_id", &application_id, error) &&
                     query_number (db, "PRAGMA user_version", version, error) &&
                     query_number (db, "SELECT count(*) FROM sqlite_schema", &n_tables, error);

  pdk_history_db_rollback (db);
  if (!is_good)
    return FALSE;
  if (application_id != FILE_MAGIC && (application_id != 0 || *version != 0 || n_tables > 0))
    g_set_error_literal (error, PDK_ERROR, PDK_ERROR_MALFORMED, _ ("it is another program's"));
  else if (*version > VERSION)
    g_set_error_literal (error, PDK_ERROR, PDK_ERROR_FAILED, _ ("it was made by a newer Paddock"));
  else
    return TRUE;
  return FALSE;
}
