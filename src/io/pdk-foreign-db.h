/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>
#include <sqlite3.h>

G_BEGIN_DECLS

G_DEFINE_AUTOPTR_CLEANUP_FUNC (sqlite3_stmt, sqlite3_finalize)

/* By what a database and its log are known to be as they were. */
typedef struct
{
  guint64 device;
  guint64 inode;
  gint64 size;
  gint64 mtime_nsec;
  gint64 ctime_nsec;
} PdkFileStamp;

typedef struct
{
  PdkFileStamp database;
  PdkFileStamp log;
  gboolean is_settled; /* nothing was written so lately that a further change could have the same time */
} PdkForeignStamp;

/* A database of another program at one moment: its last commit when it was opened. Belongs to one thread. */
typedef struct _PdkForeignDb PdkForeignDb;

gboolean pdk_foreign_stamp_equal (const PdkForeignStamp *a, const PdkForeignStamp *b);
void pdk_foreign_stamp_take (PdkForeignStamp *stamp, const char *path);

PdkForeignDb *pdk_foreign_db_open (const char *path, GCancellable *cancellable, GError **error);
void pdk_foreign_db_free (PdkForeignDb *self);
gboolean pdk_foreign_db_is_consistent (PdkForeignDb *self);
const PdkForeignStamp *pdk_foreign_db_get_stamp (PdkForeignDb *self);
sqlite3_stmt *pdk_foreign_db_prepare (PdkForeignDb *self, const char *sql, GError **error);
int pdk_foreign_db_step (PdkForeignDb *self, sqlite3_stmt *statement, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PdkForeignDb, pdk_foreign_db_free)

G_END_DECLS
