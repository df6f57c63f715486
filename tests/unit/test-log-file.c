/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a single file does; rotation and copies among several are in test-log-known.c. */

#include "config.h"

#include "pdk-log-file.h"

#include <string.h>

#include "log-stream.h"

static void
test_is_same (void)
{
  PdkLogFile file = { 0 };
  FILE *stream = log_stream_new ("one\ntwo\n");
  FILE *longer = log_stream_new ("one\ntwo\nthree\n");
  FILE *other = log_stream_new ("one\nTwo\nthree\n");

  g_assert_true (pdk_log_file_is_same (&file, fileno (other), 14));
  log_stream_assert_read (&file, stream, "one|two|");
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
  PdkLogFile file = { 0 }, found;
  FILE *stream = log_stream_new (text);
  FILE *copy = log_stream_new (text);
  FILE *part = log_stream_new (filling);
  FILE *other = log_stream_new (alike);
  g_autofree char *expected = g_strconcat (filling, "|last|", NULL);

  g_assert_false (pdk_log_file_match_copy (&file, -1, fileno (copy), 606, &found));
  log_stream_assert_read (&file, stream, expected);
  g_assert_true (pdk_log_file_match_copy (&file, -1, fileno (copy), 606, &found));
  g_assert_cmpint (found.offset, ==, 606);
  g_assert_true (found.is_partial_copy);
  g_assert_false (pdk_log_file_match_copy (&file, -1, fileno (other), 611, &found));
  g_assert_false (pdk_log_file_match_copy (&file, -1, fileno (part), 600, &found));
  for (gint64 size = 600; size > 0; size -= 150)
    {
      PdkLogFile cut = { 0 };

      g_assert_true (pdk_log_file_match_copy (&file, fileno (stream), fileno (part), size, &found));
      pdk_log_file_become_copy (&cut, &found);
      g_assert_cmpint (cut.offset, ==, size);
      log_stream_assert_fingerprints (&cut, part);
    }
  g_assert_false (pdk_log_file_match_copy (&file, fileno (stream), fileno (other), 603, &found));
  fclose (stream);
  fclose (copy);
  fclose (part);
  fclose (other);
}

/* A copy of it may have been cut anywhere. */
static void
test_utf16_at_half_a_unit (void)
{
  PdkLogFile file = { 0 };
  FILE *stream = log_stream_new ("");

  log_stream_append_utf16 (stream, "\xef\xbb\xbfone\ntwo\nthr");
  file.offset = 23;
  file.is_utf16 = TRUE;
  pdk_log_file_go_back_to_line (&file, fileno (stream));
  log_stream_append_utf16 (stream, "ee\n");
  log_stream_assert_read (&file, stream, "three|");
  fclose (stream);
}

/* Of a line that begins further back than a block, and in what was not written by Paddock. */
static void
test_go_back_to_line (void)
{
  g_autofree char *filling = g_strnfill (20000, 'x');
  g_autofree char *text = g_strconcat ("one\n", filling, NULL);
  PdkLogFile file = { .offset = 15000 };
  FILE *stream = log_stream_new (text);

  pdk_log_file_go_back_to_line (&file, fileno (stream));
  g_assert_cmpint (file.offset, ==, 4);
  pdk_log_file_go_back_to_line (&file, fileno (stream));
  g_assert_cmpint (file.offset, ==, 4);
  file.offset = 3;
  pdk_log_file_go_back_to_line (&file, fileno (stream));
  g_assert_cmpint (file.offset, ==, 0);
  fclose (stream);
}

static void
test_save_and_load (void)
{
  PdkLogFile file = { 0 }, loaded;
  FILE *stream = log_stream_new ("one\ntwo\n");
  g_autoptr (GVariant) saved = NULL;
  g_autoptr (GVariant) broken = NULL;

  log_stream_assert_read (&file, stream, "one|two|");
  saved = g_variant_ref_sink (pdk_log_file_save (&file));
  g_assert_true (pdk_log_file_load (&loaded, saved));
  g_assert_true (pdk_log_file_is_alike (&loaded, &file));
  /* Without a head, it would be the same as any other file. */
  file.head_length = 0;
  broken = g_variant_ref_sink (pdk_log_file_save (&file));
  g_assert_false (pdk_log_file_load (&loaded, broken));
  fclose (stream);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/log-file/is-same", test_is_same);
  g_test_add_func ("/log-file/match-copy", test_match_copy);
  g_test_add_func ("/log-file/utf16-at-half-a-unit", test_utf16_at_half_a_unit);
  g_test_add_func ("/log-file/go-back-to-line", test_go_back_to_line);
  g_test_add_func ("/log-file/save-and-load", test_save_and_load);
  return g_test_run ();
}
