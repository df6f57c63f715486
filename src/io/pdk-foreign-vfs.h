/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>
#include <sqlite3.h>

#include "pdk-wal.h"

G_BEGIN_DECLS

/* A file system for one connection of SQLite, which holds one database that cannot be written. */
typedef struct _PdkForeignVfs PdkForeignVfs;

PdkForeignVfs *pdk_foreign_vfs_new (int fd, int log_fd, const PdkWal *wal, gint64 size_bytes);
void pdk_foreign_vfs_free (PdkForeignVfs *self);
int pdk_foreign_vfs_connect (PdkForeignVfs *self, sqlite3 **connection);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PdkForeignVfs, pdk_foreign_vfs_free)

G_END_DECLS
