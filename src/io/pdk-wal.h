/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define PDK_WAL_HEADER_BYTES 32
#define PDK_WAL_FRAME_HEADER_BYTES 24

/* What a write-ahead log of SQLite holds up to its last commit. Belongs to one thread at a time. */
typedef struct
{
  int fd;              /* not owned; -1 without a log */
  guint32 page_bytes;  /* 0 when nothing is committed in it */
  guint32 n_pages;     /* of the database as of the last commit */
  gboolean is_damaged; /* a transaction stands behind what can be trusted */
  guint8 header[PDK_WAL_HEADER_BYTES];
  GHashTable *frames; /* page number to the number of its latest frame, from 1 */

  /* Where the next transaction will be written: kept for the reader. */
  guint32 next_frame;
  guint32 next_sums[2];
} PdkWal;

PdkWal *pdk_wal_read (int fd);
void pdk_wal_free (PdkWal *wal);
goffset pdk_wal_find_page (const PdkWal *wal, guint32 page);
gboolean pdk_wal_is_same_log (const PdkWal *wal);
gboolean pdk_wal_has_no_more (const PdkWal *wal);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PdkWal, pdk_wal_free)

G_END_DECLS
