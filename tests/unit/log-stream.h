/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One log file without a name, to be read from its descriptor. */

#pragma once

#include <stdio.h>

#include "pdk-log-reader.h"

G_BEGIN_DECLS

FILE *log_stream_new (const char *text);
void log_stream_append (FILE *stream, const char *bytes, gsize length);
void log_stream_append_utf16 (FILE *stream, const char *text);
char *log_stream_take_lines (char *buffer, const char *lines, gsize length, gpointer text);
void log_stream_assert_read (PdkLogFile *file, FILE *stream, const char *expected);
void log_stream_assert_fingerprints (const PdkLogFile *file, FILE *stream);

G_END_DECLS
