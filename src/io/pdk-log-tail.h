/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

#include "pdk-log-listing.h"
#include "pdk-log-reader.h"

G_BEGIN_DECLS

/* What the last poll found. */
typedef struct
{
  guint n_files;            /* log files there, readable or not */
  guint n_readable;         /* of these */
  guint64 n_bytes;          /* read in the last poll */
  guint64 n_skipped_long;   /* lines over PDK_LOG_LINE_MAX_BYTES, of all polls */
  gboolean has_passed_over; /* the last poll left out what was too old */
} PdkLogTailStats;

/* Follows a server's log files: hands out each line once, however the files are rotated. */
typedef struct _PdkLogTail PdkLogTail;

PdkLogTail *pdk_log_tail_new (const char *path, PdkLogReaderWholeFunc whole_func);
void pdk_log_tail_free (PdkLogTail *tail);

void pdk_log_tail_set_seek (PdkLogTail *tail, const PdkLogSeek *seek);
gboolean pdk_log_tail_poll (
    PdkLogTail *tail, PdkLogReaderFunc func, gpointer user_data, GCancellable *cancellable, GError **error);
const char *pdk_log_tail_get_path (PdkLogTail *tail);
guint64 pdk_log_tail_measure (PdkLogTail *tail);
gboolean pdk_log_tail_has_news (PdkLogTail *tail);
GVariant *pdk_log_tail_save (PdkLogTail *tail);
void pdk_log_tail_load (PdkLogTail *tail, GVariant *saved);
void pdk_log_tail_restart (PdkLogTail *tail);
const PdkLogTailStats *pdk_log_tail_get_stats (PdkLogTail *tail);
GPtrArray *pdk_log_tail_get_problems (PdkLogTail *tail);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PdkLogTail, pdk_log_tail_free)

G_END_DECLS
