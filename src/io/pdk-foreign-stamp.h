/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>
#include <sys/stat.h>

G_BEGIN_DECLS

/* By what a file is known to be as it was. */
typedef struct
{
  guint64 device;
  guint64 inode;
  gint64 size;
  gint64 mtime_nsec;
  gint64 ctime_nsec;
} PdkFileStamp;

/* The same of a database and of the log beside it. What is not there is 0. */
typedef struct
{
  PdkFileStamp database;
  PdkFileStamp log;
  gboolean is_settled; /* nothing was written so lately that a further change could have the same time */
} PdkForeignStamp;

void pdk_file_stamp_from_stat (PdkFileStamp *stamp, const struct stat *st);
gboolean pdk_file_stamp_equal (const PdkFileStamp *a, const PdkFileStamp *b);
gboolean pdk_file_stamp_is_settled (const PdkFileStamp *stamp);
gboolean pdk_file_stamp_is_ahead (const PdkFileStamp *stamp);
void pdk_file_stamp_wait_for_tick (void);
char *pdk_foreign_stamp_dup_path_beside (const char *path, const char *suffix);
void pdk_foreign_stamp_take (PdkForeignStamp *stamp, const char *path);
gboolean pdk_foreign_stamp_equal (const PdkForeignStamp *a, const PdkForeignStamp *b);

G_END_DECLS
