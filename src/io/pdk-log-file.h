/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

#include <sys/stat.h>

G_BEGIN_DECLS

#define PDK_LOG_FINGERPRINT_BYTES 256

/* What is known of one file, wherever it may have been renamed to. */
typedef struct
{
  dev_t device; /* both 0: what a file held before it was overwritten */
  ino_t inode;

  gint64 offset; /* bytes that are done with */
  guint8 head[PDK_LOG_FINGERPRINT_BYTES];
  guint8 tail[PDK_LOG_FINGERPRINT_BYTES]; /* those right before offset */
  gsize head_length;
  gsize tail_length;

  gboolean is_utf16;         /* as a redirection in PowerShell writes it */
  gboolean is_dropping_line; /* what follows, up to a newline, is too long or was taken already */
  gboolean is_partial_copy;  /* what is added to it may have been read of another file */

  /* As of the last time that everything was read. */
  gint64 seen_size;
  gint64 seen_mtime_nsec;
  gint64 seen_ctime_nsec;
  guint64 seen_in_poll;
} PdkLogFile;

GVariant *pdk_log_file_save (const PdkLogFile *file);
gboolean pdk_log_file_load (PdkLogFile *file, GVariant *saved);
void pdk_log_file_restart (PdkLogFile *file);
void pdk_log_file_enter (PdkLogFile *file, int fd, gint64 offset);
void pdk_log_file_move_on (PdkLogFile *file, const void *bytes, gsize length);
void pdk_log_file_go_back_to_line (PdkLogFile *file, int fd);
void pdk_log_file_go_back_to_unit (PdkLogFile *file);
void pdk_log_file_become_copy (PdkLogFile *file, const PdkLogFile *copy);
void pdk_log_file_note_seen (PdkLogFile *file, const struct stat *info);
void pdk_log_file_note_unread (PdkLogFile *file);
gboolean pdk_log_file_is_unchanged (const PdkLogFile *file, const struct stat *info);
gboolean pdk_log_file_is_same (const PdkLogFile *file, int fd, gint64 size);
gboolean pdk_log_file_may_be_copy (const PdkLogFile *original, const guint8 *head, gsize length);
gboolean pdk_log_file_is_alike (const PdkLogFile *file, const PdkLogFile *other);
gboolean
pdk_log_file_match_copy (const PdkLogFile *original, int original_fd, int fd, gint64 size, PdkLogFile *copy);

G_END_DECLS
