/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a single file does; rotation and copies among several are in test-log-tail.c. */

#include "config.h"

#include "pdk-log-file.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "line-taker.h"

static void
append_line (const char *line, gsize length, gpointer user_data)
{
  g_string_append_len (user_data, line, length);
  g_string_append_c (user_data, '|');
}

static char *
take_lines (char *buffer, const char *lines, gsize length, gpointer user_data)
{
  take_each_line (lines, length, append_line, user_data);
  return buffer;
}

/* A file without a name, which is gone when it is closed. */
static FILE *
file_with (const char *text)
{
  FILE *stream = tmpfile ();

  g_assert_nonnull (stream);
  g_assert_cmpint (fputs (text, stream), >=, 0);
  g_assert_cmpint (fflush (stream), ==, 0);
  return stream;
}

static void
append_bytes (FILE *stream, const char *bytes, gsize length)
{
  g_assert_cmpint (fseek (stream, 0, SEEK_END), ==, 0); /* reading moves the descriptor */
  g_assert_cmpuint (fwrite (bytes, 1, length, stream), ==, length);
  g_assert_cmpint (fflush (stream), ==, 0);
}

static void
append_utf16 (FILE *stream, const char *text)
{
  g_autofree char *bytes = NULL;
  gsize length;

  bytes = g_convert (text, -1, "UTF-16LE", "UTF-8", NULL, &length, NULL);
  g_assert_nonnull (bytes);
  append_bytes (stream, bytes, length);
}

static void
assert_read (PdkLogFile *file, FILE *stream, const char *expected)
{
  g_autoptr (GString) lines = g_string_new (NULL);
  g_autofree char *buffer = g_malloc (PDK_LOG_BUFFER_BYTES);
  g_autoptr (GError) error = NULL;
  PdkLogReader reader = { .buffer = buffer, .func = take_lines, .user_data = lines };
  struct stat info;

  g_assert_cmpint (fstat (fileno (stream), &info), ==, 0);
  g_assert_true (pdk_log_file_read (file, fileno (stream), &info, &reader, &error));
  g_assert_no_error (error);
  g_free (reader.utf16);
  g_assert_cmpstr (lines->str, ==, expected);
  g_assert_true (pdk_log_file_is_unchanged (file, &info));
}

static void
test_read (void)
{
  PdkLogFile file = { 0 };
  FILE *stream = file_with ("one\ntwo\nthr");

  assert_read (&file, stream, "one|two|");
  g_assert_cmpint (file.offset, ==, 8);
  g_assert_cmpint (fseek (stream, 0, SEEK_END), ==, 0); /* reading moves the descriptor */
  g_assert_cmpint (fputs ("ee\n", stream), >=, 0);
  g_assert_cmpint (fflush (stream), ==, 0);
  assert_read (&file, stream, "three|");
  assert_read (&file, stream, "");
  fclose (stream);
}

static void
test_is_same (void)
{
  PdkLogFile file = { 0 };
  FILE *stream = file_with ("one\ntwo\n");
  FILE *longer = file_with ("one\ntwo\nthree\n");
  FILE *other = file_with ("one\nTwo\nthree\n");

  g_assert_true (pdk_log_file_is_same (&file, fileno (other), 14));
  assert_read (&file, stream, "one|two|");
  g_assert_true (pdk_log_file_is_same (&file, fileno (longer), 14));
  g_assert_false (pdk_log_file_is_same (&file, fileno (other), 14));
  g_assert_false (pdk_log_file_is_same (&file, fileno (stream), 7));
  pdk_log_file_restart (&file);
  g_assert_true (pdk_log_file_is_same (&file, fileno (other), 14));
  fclose (stream);
  fclose (longer);
  fclose (other);
}

static void
test_match_copy (void)
{
  g_autofree char *filling = g_strnfill (600, 'x');
  g_autofree char *text = g_strconcat (filling, "\nlast\n", NULL);
  g_autofree char *alike = g_strconcat (filling, "\nlost\nmore\n", NULL);
  PdkLogFile file = { 0 };
  FILE *stream = file_with (text);
  FILE *copy = file_with (text);
  FILE *part = file_with (filling);
  FILE *other = file_with (alike);
  g_autofree char *expected = g_strconcat (filling, "|last|", NULL);

  g_assert_cmpint (pdk_log_file_match_copy (&file, -1, fileno (copy), 606), ==, 0);
  assert_read (&file, stream, expected);
  g_assert_cmpint (pdk_log_file_match_copy (&file, -1, fileno (copy), 606), ==, 606);
  g_assert_cmpint (pdk_log_file_match_copy (&file, -1, fileno (other), 611), ==, 0);
  g_assert_cmpint (pdk_log_file_match_copy (&file, -1, fileno (part), 600), ==, 0);
  g_assert_cmpint (pdk_log_file_match_copy (&file, fileno (stream), fileno (part), 600), ==, 600);
  g_assert_cmpint (pdk_log_file_match_copy (&file, fileno (stream), fileno (part), 100), ==, 0);
  fclose (stream);
  fclose (copy);
  fclose (part);
  fclose (other);
}

/* What is written in between is torn at a byte, and at half a character. */
static void
test_utf16 (void)
{
  PdkLogFile file = { 0 };
  FILE *stream = file_with ("");

  append_utf16 (stream, "\xef\xbb\xbfone µ\r\n😀\r\nthr");
  assert_read (&file, stream, "\xef\xbb\xbfone µ\r|😀\r|");
  append_bytes (stream, "e", 1);
  assert_read (&file, stream, "");
  append_bytes (stream, "\0e\0\x3d\xd8", 5);
  assert_read (&file, stream, "");
  append_bytes (stream, "\x00\xde\n", 3);
  assert_read (&file, stream, "");
  append_bytes (stream, "\0", 1);
  assert_read (&file, stream, "three😀|");
  g_assert_true (pdk_log_file_is_same (&file, fileno (stream), file.offset));
  append_utf16 (stream, "four\n");
  assert_read (&file, stream, "four|");
  fclose (stream);
}

static void
test_utf16_in_blocks (void)
{
  PdkLogFile file = { 0 };
  FILE *stream = file_with ("");
  g_autoptr (GString) text = g_string_new ("\xef\xbb\xbf");
  g_autofree char *expected = NULL;

  for (guint i = 0; text->len < 3 * PDK_LOG_BLOCK_BYTES; i++)
    g_string_append_printf (text, "%u 漢字 😀 µ%*s\n", i, i % 37, "");
  append_utf16 (stream, text->str);
  expected = g_strdelimit (g_strdup (text->str), "\n", '|');
  assert_read (&file, stream, expected);
  g_assert_cmpint (fseek (stream, 0, SEEK_END), ==, 0);
  g_assert_cmpint (file.offset, ==, ftell (stream));
  fclose (stream);
}

static void
test_utf16_long_line (void)
{
  PdkLogFile file = { 0 };
  FILE *stream = file_with ("");
  g_autofree char *filling = g_strnfill (PDK_LOG_LINE_MAX_BYTES + 10, 'x');

  append_utf16 (stream, "\xef\xbb\xbf");
  append_utf16 (stream, filling);
  assert_read (&file, stream, "");
  append_utf16 (stream, "x\nshort\n");
  assert_read (&file, stream, "short|");
  fclose (stream);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/log-file/read", test_read);
  g_test_add_func ("/log-file/is-same", test_is_same);
  g_test_add_func ("/log-file/match-copy", test_match_copy);
  g_test_add_func ("/log-file/utf16", test_utf16);
  g_test_add_func ("/log-file/utf16-in-blocks", test_utf16_in_blocks);
  g_test_add_func ("/log-file/utf16-long-line", test_utf16_long_line);
  return g_test_run ();
}
