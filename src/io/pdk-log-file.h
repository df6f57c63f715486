/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

#include <sys/stat.h>

#include "pdk-log-cursor.h"
#include "pdk-log-seek.h"

G_BEGIN_DECLS

/* Small enough that the few blocks that are on their way stay in the second-level cache. */
#define PDK_LOG_BLOCK_BYTES 98304

/* Room for a block behind a line that the block before left unfinished. */
#define PDK_LOG_BUFFER_BYTES (PDK_LOG_LINE_MAX_BYTES + PDK_LOG_BLOCK_BYTES)

#define PDK_LOG_FINGERPRINT_BYTES 256

/* Takes whole lines, which stand in @buffer: each with its newline, but the last one of a file may have none.
 * It may give back @buffer, or keep it and give another of PDK_LOG_BUFFER_BYTES, made with g_malloc(), for
 * reading on. What it keeps is not written to any more, and read once more before the next call. */
typedef char *(*PdkLogTailFunc) (char *buffer, const char *lines, gsize length, gpointer user_data);

/* Tells how much of an unfinished line is a record that is whole already; 0 if none. */
typedef gsize (*PdkLogTailWholeFunc) (const char *line, gsize length);

/* What is known of one file, wherever it may have been renamed to. */
typedef struct
{
  dev_t device;
  ino_t inode;

  gint64 offset; /* bytes that are done with */
  guint8 head[PDK_LOG_FINGERPRINT_BYTES];
  guint8 tail[PDK_LOG_FINGERPRINT_BYTES]; /* those right before offset */
  gsize head_length;
  gsize tail_length;

  gboolean is_utf16;         /* as a redirection in PowerShell writes it */
  gboolean is_dropping_line; /* what follows, up to a newline, is too long or was taken already */
  gboolean is_partial_copy;  /* of another file, which is ahead of it */

  /* As of the last time that everything was read. */
  gint64 seen_size;
  gint64 seen_mtime_nsec;
  gint64 seen_ctime_nsec;
  guint64 seen_in_poll;
} PdkLogFile;

/* What reading needs besides the file; the counters only grow. */
typedef struct
{
  char *
      buffer; /* (nullable): PDK_LOG_BUFFER_BYTES, made when it is needed; whoever made the reader frees it */
  PdkLogTailFunc func;
  PdkLogTailWholeFunc whole_func; /* (nullable) */
  gpointer user_data;
  GCancellable *cancellable; /* (nullable) */
  const PdkLogSeek *seek;    /* (nullable): what of a new file is too old to be read */
  guint8 *utf16;             /* (nullable): a block before it is converted; made when it is needed */
  guint64 n_bytes;
  guint64 n_skipped_long;
  gboolean has_passed_over; /* some of a new file was too old to be read */
} PdkLogReader;

GVariant *pdk_log_file_save (const PdkLogFile *file);
gboolean pdk_log_file_load (PdkLogFile *file, GVariant *saved);
void pdk_log_file_restart (PdkLogFile *file);
gboolean pdk_log_file_is_unchanged (const PdkLogFile *file, const struct stat *info);
gboolean pdk_log_file_is_same (const PdkLogFile *file, int fd, gint64 size);
gint64 pdk_log_file_match_copy (const PdkLogFile *original, int original_fd, int fd, gint64 size);
gboolean
pdk_log_file_read (PdkLogFile *file, int fd, const struct stat *info, PdkLogReader *reader, GError **error);

G_END_DECLS
