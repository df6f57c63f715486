/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

#include "pdk-log-cursor.h"
#include "pdk-log-file.h"
#include "pdk-log-seek.h"

G_BEGIN_DECLS

/* Small enough that the few blocks that are on their way stay in the second-level cache. */
#define PDK_LOG_BLOCK_BYTES 98304

/* Room for a block behind a line that the block before left unfinished. */
#define PDK_LOG_BUFFER_BYTES (PDK_LOG_LINE_MAX_BYTES + PDK_LOG_BLOCK_BYTES)

/* Takes whole lines, which stand in @buffer: each with its newline, but the last one of a file may have none.
 * It may give back @buffer, or keep it and give another of PDK_LOG_BUFFER_BYTES, made with g_malloc(), for
 * reading on. What it keeps is not written to any more, and read once more before the next call. */
typedef char *(*PdkLogReaderFunc) (char *buffer, const char *lines, gsize length, gpointer user_data);

/* Tells how much of an unfinished line is a record that is whole already; 0 if none. */
typedef gsize (*PdkLogReaderWholeFunc) (const char *line, gsize length);

/* What reading needs besides the file; the counters only grow. */
typedef struct
{
  char *
      buffer; /* (nullable): PDK_LOG_BUFFER_BYTES, made when it is needed; whoever made the reader frees it */
  PdkLogReaderFunc func;
  PdkLogReaderWholeFunc whole_func; /* (nullable) */
  gpointer user_data;
  GCancellable *cancellable; /* (nullable) */
  const PdkLogSeek *seek;    /* (nullable): what of a new file is too old to be read */
  guint8 *utf16;             /* (nullable): what @buffer holds, not converted yet; made when it is needed */
  guint64 n_bytes;
  guint64 n_skipped_long;
  gboolean has_passed_over; /* some of a new file was too old to be read */
} PdkLogReader;

gboolean
pdk_log_reader_read (PdkLogReader *reader, PdkLogFile *file, int fd, const struct stat *info, GError **error);

G_END_DECLS
