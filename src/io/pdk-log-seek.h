/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Tells when a line was written, in Unix seconds; %FALSE if it does not say. */
typedef gboolean (*PdkLogTimeFunc) (const char *line, gsize length, gint64 *time_sec, gpointer user_data);

/* What is too old to be read. */
typedef struct
{
  PdkLogTimeFunc time_func; /* (nullable): %NULL to read everything */
  gpointer user_data;
  gint64 oldest_sec;   /* lines of this time, and later, are wanted */
  gint64 margin_bytes; /* how much before the first of them is read, too; a file that is not far longer is
                          read whole */
} PdkLogSeek;

gint64 pdk_log_seek_find (const PdkLogSeek *seek, int fd, gint64 start, gint64 size);

G_END_DECLS
