/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <sqlite3.h>

#include "pdk-history-db.h"
#include "pdk-history-file.h"

/* What the files of PdkHistoryDb share. */

G_BEGIN_DECLS

typedef enum
{
  FIND_ACCOUNT,
  ADD_ACCOUNT,
  LIST_ACCOUNTS,
  READ_STATE,
  WRITE_STATE,
  READ_RECENT,
  WRITE_RECENT,
  READ_HOUR,
  READ_HOURS,
  WRITE_HOUR,
  DROP_RECENT,
  DROP_HOURS,
  READ_PRUNING,
  WRITE_PRUNING,
  READ_LOADED,
  WRITE_LOADED,
  FORGET_LOADED,
  FORGET_RECENT,
  FORGET_HOURS,
  N_STATEMENTS,
} Statement;

struct _PdkHistoryDb
{
  sqlite3 *handle;
  sqlite3_stmt *statements[N_STATEMENTS]; /* (nullable): prepared when they are needed */
  char *path;
  PdkHistoryFileId id; /* of the file that is open */
  gboolean is_new;     /* it was made by this process, and nothing was committed to it yet */
  gboolean is_filled;  /* the first of it was committed, and the log is not turned on yet */

  /* Of the transaction. */
  gint64 account_id;
  gint64 generation;
};

void pdk_history_db_set_error (sqlite3 *handle, GError **error);
gboolean pdk_history_db_execute (PdkHistoryDb *db, const char *sql, GError **error);
sqlite3_stmt *pdk_history_db_prepare (PdkHistoryDb *db, Statement which, GError **error);
gboolean pdk_history_db_finish (PdkHistoryDb *db, sqlite3_stmt *statement, GError **error);
gboolean pdk_history_db_step (PdkHistoryDb *db, sqlite3_stmt *statement, gboolean *is_row, GError **error);

gboolean pdk_history_schema_check (PdkHistoryDb *db, gint64 *version, GError **error);
gboolean pdk_history_schema_migrate (PdkHistoryDb *db, gint64 version, GError **error);

G_END_DECLS
