/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "pdk-log-seek.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pdk-log-reader.h"

#define HOUR 3600
#define DAY 86400
#define MARGIN 200000

/* A line is "@TIME …", or it has no time. */
static gboolean
read_time (const char *line, gsize length, gint64 *time_sec, gpointer user_data)
{
  g_autofree char *text = g_strndup (line, length);

  if (*text != '@')
    return FALSE;
  *time_sec = strtoll (text + 1, NULL, 10);
  return TRUE;
}

static FILE *
file_with (const GString *text)
{
  FILE *stream = tmpfile ();

  g_assert_nonnull (stream);
  g_assert_cmpuint (fwrite (text->str, 1, text->len, stream), ==, text->len);
  g_assert_cmpint (fflush (stream), ==, 0);
  return stream;
}

static gint64
find (const GString *text, gint64 oldest_sec)
{
  const PdkLogSeek seek = { read_time, NULL, oldest_sec, MARGIN };
  FILE *stream = file_with (text);
  gint64 offset = pdk_log_seek_find (&seek, fileno (stream), 0, (gint64) text->len);

  fclose (stream);
  return offset;
}

/* A line an hour, with others between them; @day_bytes a day. */
static void
append_days (GString *text, gint64 start_sec, guint n_days, guint day_bytes)
{
  for (guint hour = 0; hour < n_days * 24; hour++)
    {
      g_string_append_printf (text, "@%" G_GINT64_FORMAT " line\n", start_sec + hour * HOUR);
      for (gsize end = text->len + day_bytes / 24; text->len < end;)
        g_string_append (text, "a line without a time, as runners write them, and not a short one either\n");
    }
}

/* Where the first line of @time_sec or later begins. */
static gint64
offset_of (const GString *text, gint64 time_sec)
{
  g_autofree char *line = g_strdup_printf ("@%" G_GINT64_FORMAT " ", time_sec);
  const char *at = strstr (text->str, line);

  g_assert_nonnull (at);
  return at - text->str;
}

static void
test_finds_the_place (void)
{
  g_autoptr (GString) text = g_string_new (NULL);

  append_days (text, 0, 100, 50000);
  for (guint day = 10; day < 100; day += 7)
    {
      gint64 offset = find (text, day * DAY), wanted = offset_of (text, day * DAY);

      g_assert_cmpint (offset, <=, wanted);
      g_assert_cmpint (offset, >=, wanted - MARGIN - 3 * 65536);
      g_assert_cmpint (offset, >, 0);
    }
}

static void
test_all_are_young (void)
{
  g_autoptr (GString) text = g_string_new (NULL);

  append_days (text, 1000 * DAY, 50, 50000);
  g_assert_cmpint (find (text, 900 * DAY), ==, 0);
}

static void
test_all_are_old (void)
{
  g_autoptr (GString) text = g_string_new (NULL);

  append_days (text, 0, 50, 50000);
  g_assert_cmpint (find (text, 900 * DAY), >=, (gint64) text->len - MARGIN - 3 * 65536);
  g_assert_cmpint (find (text, 900 * DAY), <, (gint64) text->len);
}

static void
test_small_is_read_whole (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GString) empty = g_string_new (NULL);

  append_days (text, 0, 20, 10000);
  g_assert_cmpint (find (text, 10 * DAY), ==, 0);
  g_assert_cmpint (find (empty, 10 * DAY), ==, 0);
}

static void
test_clock_set_back (void)
{
  g_autoptr (GString) text = g_string_new (NULL);

  append_days (text, 1000 * DAY, 50, 50000);
  append_days (text, 0, 50, 50000);
  append_days (text, 1050 * DAY, 50, 50000);
  g_assert_cmpint (find (text, 1040 * DAY), ==, 0);
}

/* An hour back, as in autumn, is no disorder that matters. */
static void
test_small_disorder (void)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint minute = 0; minute < 1500; minute++)
    {
      g_string_append_printf (text, "@%u line\n", minute * 60 - (minute >= 750 ? HOUR : 0));
      for (guint i = 0; i < 30; i++)
        g_string_append (text, "a line without a time, as runners write them, and not a short one either\n");
    }
  g_assert_cmpint (find (text, 10 * DAY), >, (gint64) text->len / 2);
}

static void
test_no_times (void)
{
  g_autoptr (GString) text = g_string_new (NULL);

  while (text->len < 3000000)
    g_string_append (text, "a line without a time\n");
  g_assert_cmpint (find (text, 10), ==, 0);
  append_days (text, 0, 50, 50000);
  g_assert_cmpint (find (text, 40 * DAY), ==, 0);
}

static void
test_one_long_line (void)
{
  g_autoptr (GString) text = g_string_new (NULL);

  while (text->len < 3000000)
    g_string_append (text, "without an end ");
  g_assert_cmpint (find (text, 10), ==, 0);
}

static void
test_nothing_to_ask (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  const PdkLogSeek seek = { NULL, NULL, 90 * DAY, 0 };
  FILE *stream;

  append_days (text, 0, 100, 50000);
  stream = file_with (text);
  g_assert_cmpint (pdk_log_seek_find (&seek, fileno (stream), 0, (gint64) text->len), ==, 0);
  fclose (stream);
}

static char *
keep_first_line (char *buffer, const char *lines, gsize length, gpointer user_data)
{
  GString *first = user_data;

  if (first->len == 0)
    g_string_append_len (first, lines, strcspn (lines, "\n"));
  return buffer;
}

/* A file that is entered in the middle begins with a whole line, and is followed like any other. */
static void
test_file_is_entered (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GString) first = g_string_new (NULL);
  g_autofree char *buffer = g_malloc (PDK_LOG_BUFFER_BYTES);
  const PdkLogSeek seek = { read_time, NULL, 90 * DAY, MARGIN };
  PdkLogReader reader = { .buffer = buffer, .func = keep_first_line, .user_data = first, .seek = &seek };
  PdkLogFile file = { 0 };
  struct stat info;
  FILE *stream;

  append_days (text, 0, 100, 50000);
  stream = file_with (text);
  g_assert_cmpint (fstat (fileno (stream), &info), ==, 0);
  g_assert_true (pdk_log_reader_read (&reader, &file, fileno (stream), &info, NULL));
  g_assert_true (*first->str == '@' || g_str_has_prefix (first->str, "a line"));
  g_assert_cmpuint (reader.n_bytes, <, text->len / 5);
  g_assert_cmpint (file.offset, ==, (gint64) text->len);
  g_assert_true (pdk_log_file_is_same (&file, fileno (stream), info.st_size));

  g_string_truncate (first, 0);
  g_assert_cmpint (fseek (stream, 0, SEEK_END), ==, 0);
  g_assert_cmpint (fputs ("more\n", stream), >=, 0);
  g_assert_cmpint (fflush (stream), ==, 0);
  g_assert_cmpint (fstat (fileno (stream), &info), ==, 0);
  g_assert_true (pdk_log_reader_read (&reader, &file, fileno (stream), &info, NULL));
  g_assert_cmpstr (first->str, ==, "more");
  fclose (stream);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/log-seek/finds-the-place", test_finds_the_place);
  g_test_add_func ("/log-seek/all-are-young", test_all_are_young);
  g_test_add_func ("/log-seek/all-are-old", test_all_are_old);
  g_test_add_func ("/log-seek/small-is-read-whole", test_small_is_read_whole);
  g_test_add_func ("/log-seek/clock-set-back", test_clock_set_back);
  g_test_add_func ("/log-seek/small-disorder", test_small_disorder);
  g_test_add_func ("/log-seek/no-times", test_no_times);
  g_test_add_func ("/log-seek/one-long-line", test_one_long_line);
  g_test_add_func ("/log-seek/nothing-to-ask", test_nothing_to_ask);
  g_test_add_func ("/log-seek/file-is-entered", test_file_is_entered);
  return g_test_run ();
}
