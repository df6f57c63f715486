/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Which file it is that has a name just now; all 0 for none. */
typedef struct
{
  guint64 device;
  guint64 inode;
} PdkHistoryFileId;

PdkHistoryFileId pdk_history_file_identify (const char *path);
gboolean pdk_history_file_make (const char *path, GError **error);

int pdk_history_file_lock (const char *path, GError **error);
void pdk_history_file_unlock (int lock);
char *pdk_history_file_move_aside (const char *path, GError **error);

G_END_DECLS
