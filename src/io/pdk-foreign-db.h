/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>
#include <sqlite3.h>

#include "pdk-foreign-stamp.h"

G_BEGIN_DECLS

G_DEFINE_AUTOPTR_CLEANUP_FUNC (sqlite3_stmt, sqlite3_finalize)

/* A database of another program at one moment: its last commit when it was opened. Belongs to one thread. */
typedef struct _PdkForeignDb PdkForeignDb;

PdkForeignDb *pdk_foreign_db_open (const char *path, GCancellable *cancellable, GError **error);
void pdk_foreign_db_free (PdkForeignDb *self);
gboolean pdk_foreign_db_is_consistent (PdkForeignDb *self);
gboolean pdk_foreign_db_has_damaged_log (PdkForeignDb *self);
gboolean pdk_foreign_db_check (PdkForeignDb *self, GError **error);
const PdkForeignStamp *pdk_foreign_db_get_stamp (PdkForeignDb *self);
sqlite3_stmt *pdk_foreign_db_prepare (PdkForeignDb *self, const char *sql, GError **error);
int pdk_foreign_db_step (PdkForeignDb *self, sqlite3_stmt *statement, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PdkForeignDb, pdk_foreign_db_free)

G_END_DECLS
