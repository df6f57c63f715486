/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "log-stream.h"

#include <string.h>
#include <unistd.h>

#include "line-taker.h"

static void
append_line (const char *line, gsize length, gpointer user_data)
{
  g_string_append_len (user_data, line, length);
  g_string_append_c (user_data, '|');
}

char *
log_stream_take_lines (char *buffer, const char *lines, gsize length, gpointer user_data)
{
  take_each_line (lines, length, append_line, user_data);
  return buffer;
}

/* A file without a name, which is gone when it is closed. */
FILE *
log_stream_new (const char *text)
{
  FILE *stream = tmpfile ();

  g_assert_nonnull (stream);
  g_assert_cmpint (fputs (text, stream), >=, 0);
  g_assert_cmpint (fflush (stream), ==, 0);
  return stream;
}

void
log_stream_append (FILE *stream, const char *bytes, gsize length)
{
  g_assert_cmpint (fseek (stream, 0, SEEK_END), ==, 0); /* reading moves the descriptor */
  g_assert_cmpuint (fwrite (bytes, 1, length, stream), ==, length);
  g_assert_cmpint (fflush (stream), ==, 0);
}

void
log_stream_append_utf16 (FILE *stream, const char *text)
{
  g_autofree char *bytes = NULL;
  gsize length;

  bytes = g_convert (text, -1, "UTF-16LE", "UTF-8", NULL, &length, NULL);
  g_assert_nonnull (bytes);
  log_stream_append (stream, bytes, length);
}

void
log_stream_assert_read (PdkLogFile *file, FILE *stream, const char *expected)
{
  g_autoptr (GString) lines = g_string_new (NULL);
  g_autofree char *buffer = g_malloc (PDK_LOG_BUFFER_BYTES);
  g_autoptr (GError) error = NULL;
  PdkLogReader reader = { .buffer = buffer, .func = log_stream_take_lines, .user_data = lines };
  struct stat info;

  g_assert_cmpint (fstat (fileno (stream), &info), ==, 0);
  g_assert_true (pdk_log_reader_read (&reader, file, fileno (stream), &info, &error));
  g_assert_no_error (error);
  g_free (reader.utf16);
  g_assert_cmpstr (lines->str, ==, expected);
  g_assert_true (pdk_log_file_is_unchanged (file, &info));
}

void
log_stream_assert_fingerprints (const PdkLogFile *file, FILE *stream)
{
  guint8 bytes[PDK_LOG_FINGERPRINT_BYTES];

  g_assert_cmpuint (file->head_length, ==, MIN (file->offset, PDK_LOG_FINGERPRINT_BYTES));
  g_assert_cmpuint (file->tail_length, ==, file->head_length);
  g_assert_cmpint (pread (fileno (stream), bytes, file->head_length, 0), ==, (gssize) file->head_length);
  g_assert_cmpmem (bytes, file->head_length, file->head, file->head_length);
  g_assert_cmpint (pread (fileno (stream), bytes, file->tail_length, file->offset - file->tail_length), ==,
                   (gssize) file->tail_length);
  g_assert_cmpmem (bytes, file->tail_length, file->tail, file->tail_length);
}
