/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "pdk-log-reader.h"

#include <string.h>
#include <unistd.h>

#include "log-stream.h"

static void
test_read (void)
{
  PdkLogFile file = { 0 };
  FILE *stream = log_stream_new ("one\ntwo\nthr");

  log_stream_assert_read (&file, stream, "one|two|");
  g_assert_cmpint (file.offset, ==, 8);
  g_assert_cmpint (fseek (stream, 0, SEEK_END), ==, 0); /* reading moves the descriptor */
  g_assert_cmpint (fputs ("ee\n", stream), >=, 0);
  g_assert_cmpint (fflush (stream), ==, 0);
  log_stream_assert_read (&file, stream, "three|");
  log_stream_assert_read (&file, stream, "");
  fclose (stream);
}

/* What is written in between is torn at a byte, and at half a character. */
static void
test_utf16 (void)
{
  PdkLogFile file = { 0 };
  FILE *stream = log_stream_new ("");

  log_stream_append_utf16 (stream, "\xef\xbb\xbfone µ\r\n😀\r\nthr");
  log_stream_assert_read (&file, stream, "\xef\xbb\xbfone µ\r|😀\r|");
  log_stream_append (stream, "e", 1);
  log_stream_assert_read (&file, stream, "");
  log_stream_append (stream, "\0e\0\x3d\xd8", 5);
  log_stream_assert_read (&file, stream, "");
  log_stream_append (stream, "\x00\xde\n", 3);
  log_stream_assert_read (&file, stream, "");
  log_stream_append (stream, "\0", 1);
  log_stream_assert_read (&file, stream, "three😀|");
  g_assert_true (pdk_log_file_is_same (&file, fileno (stream), file.offset));
  log_stream_append_utf16 (stream, "four\n");
  log_stream_assert_read (&file, stream, "four|");
  fclose (stream);
}

static void
test_utf16_in_blocks (void)
{
  PdkLogFile file = { 0 };
  FILE *stream = log_stream_new ("");
  g_autoptr (GString) text = g_string_new ("\xef\xbb\xbf");
  g_autofree char *expected = NULL;

  for (guint i = 0; text->len < 3 * PDK_LOG_BLOCK_BYTES; i++)
    g_string_append_printf (text, "%u 漢字 😀 µ%*s\n", i, i % 37, "");
  log_stream_append_utf16 (stream, text->str);
  expected = g_strdelimit (g_strdup (text->str), "\n", '|');
  log_stream_assert_read (&file, stream, expected);
  g_assert_cmpint (fseek (stream, 0, SEEK_END), ==, 0);
  g_assert_cmpint (file.offset, ==, ftell (stream));
  fclose (stream);
}

static void
test_utf16_long_line (void)
{
  PdkLogFile file = { 0 };
  FILE *stream = log_stream_new ("");
  g_autofree char *filling = g_strnfill (PDK_LOG_LINE_MAX_BYTES + 10, 'x');

  log_stream_append_utf16 (stream, "\xef\xbb\xbf");
  log_stream_append_utf16 (stream, filling);
  log_stream_assert_read (&file, stream, "");
  log_stream_append_utf16 (stream, "x\nshort\n");
  log_stream_assert_read (&file, stream, "short|");
  fclose (stream);
}

/* The last line ends right after the block in which it began. */
static void
test_utf16_across_blocks (void)
{
  PdkLogFile file = { 0 };
  FILE *stream = log_stream_new ("");
  g_autoptr (GString) text = g_string_new ("\xef\xbb\xbf");
  g_autofree char *expected = NULL;

  for (guint i = 0; i < 4096; i++)
    g_string_append_printf (text, "%07u%c", i, i % 8 == 5 ? '\n' : ' ');
  g_string_truncate (text, text->len - 8);
  g_string_append (text, "and a bit more\n");
  log_stream_append_utf16 (stream, text->str);
  expected = g_strdelimit (g_strdup (text->str), "\n", '|');
  log_stream_assert_read (&file, stream, expected);
  log_stream_assert_fingerprints (&file, stream);
  fclose (stream);
}

/* What is known of the file is what stands in it, however the bytes came. */
static void
check_fingerprints (GRand *rand, gboolean is_utf16)
{
  PdkLogFile file = { 0 };
  FILE *stream = log_stream_new ("");
  gsize n = 0;

  if (is_utf16)
    log_stream_append_utf16 (stream, "\xef\xbb\xbf");
  for (guint i = 0; i < 60; i++)
    {
      g_autoptr (GString) lines = g_string_new (NULL);
      g_autofree char *buffer = g_malloc (PDK_LOG_BUFFER_BYTES);
      PdkLogReader reader = { .buffer = buffer, .func = log_stream_take_lines, .user_data = lines };
      struct stat info;

      for (guint n_bytes = g_rand_int_range (rand, 0, 1 << g_rand_int_range (rand, 1, i == 50 ? 19 : 10));
           n_bytes > 0; n_bytes--)
        lines = g_string_append_c (lines, g_rand_int_range (rand, 0, 40) == 0 ? '\n' : 'a' + n++ % 26);
      if (is_utf16)
        log_stream_append_utf16 (stream, lines->str);
      else
        log_stream_append (stream, lines->str, lines->len);
      g_assert_cmpint (fstat (fileno (stream), &info), ==, 0);
      g_assert_true (pdk_log_reader_read (&reader, &file, fileno (stream), &info, NULL));
      g_free (reader.utf16);
      log_stream_assert_fingerprints (&file, stream);
    }
  fclose (stream);
}

static void
test_fingerprints (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (5);

  for (guint i = 0; i < 40; i++)
    check_fingerprints (rand, i % 2 != 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/log-reader/read", test_read);
  g_test_add_func ("/log-reader/utf16", test_utf16);
  g_test_add_func ("/log-reader/utf16-in-blocks", test_utf16_in_blocks);
  g_test_add_func ("/log-reader/utf16-long-line", test_utf16_long_line);
  g_test_add_func ("/log-reader/utf16-across-blocks", test_utf16_across_blocks);
  g_test_add_func ("/log-reader/fingerprints", test_fingerprints);
  return g_test_run ();
}
