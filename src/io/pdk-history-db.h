/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

#include "pdk-history-file.h"
#include "pdk-hour.h"
#include "pdk-loaded-spans.h"

G_BEGIN_DECLS

/* Paddock's own SQLite file: what every account's log came to, by the hour, and how far the logs were read.
 */
typedef struct _PdkHistoryDb PdkHistoryDb;

/* What recent rows hold. */
typedef enum
{
  PDK_HISTORY_REQUESTS,
  PDK_HISTORY_TOKENS,
} PdkHistoryRecent;

/* What is known of when old rows were dropped; in Unix seconds, 0 for never. */
typedef struct
{
  gint64 pruned_sec;  /* when that was done last */
  gint64 doubted_sec; /* what the clock said when it was not believed */
} PdkHistoryPruning;

/* Takes one recent row. */
typedef void (*PdkHistoryRecentFunc) (
    PdkHistoryRecent kind, gint64 start_sec, gconstpointer data, gsize length, gpointer user_data);

char *pdk_history_db_dup_path (void);
PdkHistoryDb *pdk_history_db_open (const char *path, char **set_aside, GError **error);
PdkHistoryDb *pdk_history_db_open_read_only (const char *path, GError **error);
gboolean pdk_history_db_set_aside (PdkHistoryDb *db, char **set_aside, GError **error);
void pdk_history_db_close (PdkHistoryDb *db);

PdkHistoryFileId pdk_history_db_get_file_id (const PdkHistoryDb *db);
gboolean pdk_history_db_begin (PdkHistoryDb *db, const char *account, gint64 *generation, GError **error);
gboolean pdk_history_db_commit (PdkHistoryDb *db, GError **error);
void pdk_history_db_rollback (PdkHistoryDb *db);

GVariant *pdk_history_db_read_state (PdkHistoryDb *db, GError **error);
gboolean pdk_history_db_read_recent (PdkHistoryDb *db,
                                     gint64 after_generation,
                                     gint64 from_sec,
                                     PdkHistoryRecentFunc func,
                                     gpointer user_data,
                                     GError **error);
gboolean pdk_history_db_write_state (PdkHistoryDb *db, GVariant *state, GError **error);
gboolean pdk_history_db_write_recent (PdkHistoryDb *db,
                                      PdkHistoryRecent kind,
                                      gint64 start_sec,
                                      gconstpointer data,
                                      gsize length,
                                      GError **error);
gboolean pdk_history_db_read_loaded (PdkHistoryDb *db, PdkLoadedSpans *spans, GError **error);
gboolean pdk_history_db_write_loaded (PdkHistoryDb *db, const PdkLoadedSpans *spans, GError **error);
gboolean pdk_history_db_put_hour (PdkHistoryDb *db, const PdkHour *hour, GError **error);
gboolean pdk_history_db_add_hour (PdkHistoryDb *db, const PdkHour *delta, GError **error);
gboolean pdk_history_db_read_pruning (PdkHistoryDb *db, PdkHistoryPruning *pruning, GError **error);
gboolean pdk_history_db_write_pruning (PdkHistoryDb *db, const PdkHistoryPruning *pruning, GError **error);
gboolean pdk_history_db_drop_before (PdkHistoryDb *db,
                                     gint64 recent_before_sec,
                                     gint64 hours_before_sec,
                                     GError **error);
gboolean pdk_history_db_forget_since (PdkHistoryDb *db, gint64 since_sec, GError **error);

GStrv pdk_history_db_list_accounts (PdkHistoryDb *db, GError **error);
GArray *pdk_history_db_read_hours (PdkHistoryDb *db, const char *account, gint64 from_sec, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PdkHistoryDb, pdk_history_db_close)

G_END_DECLS
