/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "pdk-log-tail.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "log-fixture.h"
#include "open-hook.h"
#include "pdk-access-line.h"

static void
test_append (LogFixture *f, gconstpointer unused)
{
  log_assert_poll (f, "");
  g_assert_cmpuint (pdk_log_tail_get_stats (f->tail)->n_files, ==, 0);
  log_append (f, "server.log", "one\ntwo\r\n\n");
  log_assert_poll (f, "one\ntwo\r\n\n");
  g_assert_cmpuint (pdk_log_tail_get_stats (f->tail)->n_bytes, ==, 10);
  log_assert_poll (f, "");
  g_assert_cmpuint (pdk_log_tail_get_stats (f->tail)->n_bytes, ==, 0);
  g_assert_cmpuint (pdk_log_tail_get_stats (f->tail)->n_readable, ==, 1);
  log_append (f, "server.log", "three\n");
  log_assert_poll (f, "three\n");
  log_append (f, "other.log", "no\n");
  log_append (f, "server.log.gz", "no\n");
  log_assert_poll (f, "");
}

static void
test_oldest_first (LogFixture *f, gconstpointer unused)
{
  static const char *const names[] = { "server.log", "server-1.log", "server-2.log", "server-10.log" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = log_path (f, names[i]);
      struct timespec times[2] = { { 1000, 0 }, { 1000, 0 } };

      log_append (f, names[i], names[i]);
      log_append (f, names[i], "\n");
      g_assert_cmpint (utimensat (AT_FDCWD, path, times, 0), ==, 0);
    }
  log_assert_poll (f, "server-10.log\nserver-2.log\nserver-1.log\nserver.log\n");
}

static void
test_unfinished_line (LogFixture *f, gconstpointer unused)
{
  log_append (f, "server.log", "first\nhal");
  log_assert_poll (f, "first\n");
  log_append (f, "server.log", "f and");
  log_assert_poll (f, "");
  log_append (f, "server.log", " whole\nnext");
  log_assert_poll (f, "half and whole\n");
  log_append (f, "server.log", "\n");
  log_assert_poll (f, "next\n");
}

static void
test_whole_line_without_newline (LogFixture *f, gconstpointer unused)
{
  log_append (f, "server.log", "[GIN] 2026/11/20 - 15:04:05 | 200 | 1.2s | ::1 | POST     \"/api/chat\\\"");
  log_assert_poll (f, "");
  log_append (f, "server.log", "\nslog\n" ACCESS);
  log_assert_poll (
      f, "[GIN] 2026/11/20 - 15:04:05 | 200 | 1.2s | ::1 | POST     \"/api/chat\\\"\nslog\n" ACCESS "\n");
  log_assert_poll (f, "");
  log_append (f, "server.log", " and [GIN]");
  log_assert_poll (f, "");
  log_append (f, "server.log", " more\nnext\n" ACCESS);
  log_assert_poll (f, "next\n" ACCESS "\n");
  log_append (f, "server.log", "\n" ACCESS "\n");
  log_assert_poll (f, ACCESS "\n");
}

static void
test_long_lines (LogFixture *f, gconstpointer unused)
{
  g_autofree char *longest = g_strnfill (PDK_LOG_LINE_MAX_BYTES, 'x');
  g_autofree char *half = g_strnfill (PDK_LOG_LINE_MAX_BYTES / 2 + 1, 'y');
  g_autofree char *huge = g_strnfill (3 * PDK_LOG_BLOCK_BYTES, 'z');
  g_autofree char *expected = g_strconcat (longest, "\nok\n", NULL);

  log_append (f, "server.log", longest);
  log_append (f, "server.log", "\nok\n");
  log_assert_poll (f, expected);
  g_assert_cmpuint (pdk_log_tail_get_stats (f->tail)->n_skipped_long, ==, 0);

  /* Over many blocks, and over polls. */
  log_append (f, "server.log", huge);
  log_append (f, "server.log", "\nok\n");
  log_append (f, "server.log", half);
  log_assert_poll (f, "ok\n");
  g_assert_cmpuint (pdk_log_tail_get_stats (f->tail)->n_skipped_long, ==, 1);
  log_append (f, "server.log", half);
  log_assert_poll (f, "");
  log_append (f, "server.log", half);
  log_assert_poll (f, "");
  log_append (f, "server.log", "\nok\n");
  log_assert_poll (f, "ok\n");
  g_assert_cmpuint (pdk_log_tail_get_stats (f->tail)->n_skipped_long, ==, 2);
}

/* Lines of many lengths across the ends of many blocks. */
static void
test_blocks (LogFixture *f, gconstpointer unused)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; text->len < 5 * PDK_LOG_BLOCK_BYTES; i++)
    {
      g_string_append_printf (text, "%u", i);
      for (guint j = 0; j < i * 7919 % 3000; j++)
        g_string_append_c (text, 'a' + (i + j) % 26);
      g_string_append_c (text, '\n');
    }
  log_append (f, "server.log", text->str);
  log_assert_poll (f, text->str);
}

static void
test_holes (LogFixture *f, gconstpointer unused)
{
  static const char zeros[200000];
  g_autofree char *path = log_path (f, "server.log");
  g_autofree char *sparse = log_path (f, "server-1.log");

  log_write (f, "server.log", 0, zeros, sizeof zeros);
  log_append (f, "server.log", "after a hole\n");
  log_assert_poll (f, "after a hole\n");
  g_assert_cmpuint (pdk_log_tail_get_stats (f->tail)->n_skipped_long, ==, 0);

  /* Truncated, while its writer goes on where it was. */
  g_assert_cmpint (truncate (path, 0), ==, 0);
  g_assert_cmpint (truncate (path, sizeof zeros), ==, 0);
  log_append (f, "server.log", "after another hole\n");
  log_assert_poll (f, "after another hole\n");

  log_append (f, "server-1.log", "");
  g_assert_cmpint (truncate (sparse, G_GINT64_CONSTANT (1) << 36), ==, 0);
  log_assert_poll (f, "");
  g_assert_cmpuint (pdk_log_tail_get_stats (f->tail)->n_bytes, ==, 0);
  log_append (f, "server-1.log", "after a huge hole\n");
  log_assert_poll (f, "after a huge hole\n");
}

static void
test_problems (LogFixture *f, gconstpointer unused)
{
  g_autofree char *pipe = log_path (f, "server-pipe.log");
  g_autofree char *folder = log_path (f, "server-folder.log");
  g_autofree char *loop = log_path (f, "server-loop.log");
  g_autofree char *device = log_path (f, "server-device.log");
  g_autofree char *dangling = log_path (f, "server-dangling.log");
  g_autofree char *closed = log_path (f, "server-closed.log");
  g_autoptr (GHashTable) codes = g_hash_table_new (g_str_hash, g_str_equal);
  GPtrArray *problems;
  gboolean is_closed;

  g_assert_cmpint (mkfifo (pipe, 0600), ==, 0);
  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
  g_assert_cmpint (symlink ("server-loop.log", loop), ==, 0);
  g_assert_cmpint (symlink ("/dev/zero", device), ==, 0);
  g_assert_cmpint (symlink ("nothing", dangling), ==, 0);
  log_append (f, "server-closed.log", "closed\n");
  g_assert_cmpint (g_chmod (closed, 0), ==, 0);
  is_closed = g_access (closed, R_OK) < 0; /* root may read it all the same */
  log_append (f, "server.log", "good\n");
  log_poll (f);
  g_assert_nonnull (strstr (f->lines->str, "good\n"));
  g_assert_true (is_closed == (strstr (f->lines->str, "closed\n") == NULL));

  problems = pdk_log_tail_get_problems (f->tail);
  for (guint i = 0; i < problems->len; i++)
    {
      const PdkLogProblem *problem = g_ptr_array_index (problems, i);

      g_assert_cmpstr (problem->message, !=, NULL);
      g_hash_table_insert (codes, problem->path, GINT_TO_POINTER (problem->code));
    }
  g_assert_cmpuint (problems->len, ==, 5 + is_closed);
  g_assert_cmpint (GPOINTER_TO_INT (g_hash_table_lookup (codes, pipe)), ==, PDK_ERROR_NOT_REGULAR);
  g_assert_cmpint (GPOINTER_TO_INT (g_hash_table_lookup (codes, folder)), ==, PDK_ERROR_NOT_REGULAR);
  g_assert_cmpint (GPOINTER_TO_INT (g_hash_table_lookup (codes, device)), ==, PDK_ERROR_NOT_REGULAR);
  g_assert_cmpint (GPOINTER_TO_INT (g_hash_table_lookup (codes, dangling)), ==, PDK_ERROR_NOT_FOUND);
  g_assert_true (g_hash_table_contains (codes, loop));
  if (is_closed)
    g_assert_cmpint (GPOINTER_TO_INT (g_hash_table_lookup (codes, closed)), ==, PDK_ERROR_PERMISSION);
  g_assert_cmpuint (pdk_log_tail_get_stats (f->tail)->n_files, ==, 7);
  g_assert_cmpuint (pdk_log_tail_get_stats (f->tail)->n_readable, ==, 2 - is_closed);
}

static void
test_links (LogFixture *f, gconstpointer unused)
{
  g_autofree char *path = log_path (f, "server.log");
  g_autofree char *hard = log_path (f, "server-hard.log");
  g_autofree char *soft = log_path (f, "server-soft.log");

  log_append (f, "server.log", "once\n");
  g_assert_cmpint (link (path, hard), ==, 0);
  g_assert_cmpint (symlink ("server.log", soft), ==, 0);
  log_assert_poll (f, "once\n");
  g_assert_cmpuint (pdk_log_tail_get_stats (f->tail)->n_readable, ==, 3);
}

static void
test_missing (LogFixture *f, gconstpointer unused)
{
  g_autofree char *path = log_path (f, "later");
  g_autoptr (PdkLogTail) tail = pdk_log_tail_new (path, NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *name = NULL;

  g_assert_false (pdk_log_tail_poll (tail, log_take_lines, f, NULL, &error));
  g_assert_error (error, PDK_ERROR, PDK_ERROR_NOT_FOUND);
  g_clear_error (&error);

  g_assert_cmpint (g_mkdir (path, 0700), ==, 0);
  name = g_build_filename (path, "server.log", NULL);
  g_assert_true (g_file_set_contents (name, "here\n", -1, NULL));
  g_assert_true (pdk_log_tail_poll (tail, log_take_lines, f, NULL, &error));
  g_assert_cmpstr (f->lines->str, ==, "here\n");
  g_unlink (name);
}

/* Whoever is told of another process' reading looks again, whatever was there a moment before. */
static void
test_loaded_after_a_look (LogFixture *f, gconstpointer unused)
{
  g_autoptr (GVariant) saved = NULL;

  log_append (f, "server-1.log", "one\n");
  log_set_age (f, "server-1.log", 30);
  log_poll (f);
  saved = g_variant_ref_sink (pdk_log_tail_save (f->tail));
  g_assert_false (pdk_log_tail_has_news (f->tail));
  log_append (f, "server.log", "two\n");
  log_set_age (f, "server.log", 20);
  pdk_log_tail_load (f->tail, saved);
  log_assert_poll (f, "two\n");

  g_assert_false (pdk_log_tail_has_news (f->tail));
  log_append (f, "server-2.log", "three\n");
  log_set_age (f, "server-2.log", 10);
  pdk_log_tail_restart (f->tail);
  log_assert_poll (f, "one\ntwo\nthree\n");
}

static void
test_single_file (LogFixture *f, gconstpointer unused)
{
  g_autofree char *path = log_path (f, "ollama.log");
  g_autofree char *inside = g_build_filename (path, "server.log", NULL);
  g_autoptr (PdkLogTail) nothing = pdk_log_tail_new (inside, NULL);
  g_autoptr (GError) error = NULL;

  pdk_log_tail_free (f->tail);
  f->tail = pdk_log_tail_new (path, pdk_access_line_find_end);
  log_append (f, "ollama.log", "one\n");
  log_append (f, "server.log", "no\n");
  log_assert_poll (f, "one\n");
  g_assert_false (pdk_log_tail_poll (nothing, log_take_lines, f, NULL, &error));
  g_assert_error (error, PDK_ERROR, PDK_ERROR_NOT_FOUND);

  /* What was written between the last poll and the rotation is not lost. */
  log_append (f, "ollama.log", "two\n");
  log_rename (f, "ollama.log", "ollama.log.1");
  log_append (f, "ollama.log", "three\n");
  log_assert_poll (f, "two\nthree\n");
  log_append (f, "ollama.log", "four\n");
  log_assert_poll (f, "four\n");
  g_assert_cmpuint (pdk_log_tail_get_stats (f->tail)->n_files, ==, 1);
}

static void
follow_single_file (LogFixture *f)
{
  g_autofree char *path = log_path (f, "server.log");

  pdk_log_tail_free (f->tail);
  f->tail = pdk_log_tail_new (path, NULL);
}

static void
copy_and_empty_single_file (LogFixture *f)
{
  log_copy (f, "server.log", "server.log.1");
  log_overwrite (f, "server.log", "new\n");
}

static void
rename_single_file (LogFixture *f)
{
  log_rename (f, "server.log", "server.log.1");
  log_append (f, "server.log", "new\n");
}

static void
rename_alone (LogFixture *f)
{
  log_rename (f, "server.log", "server.log.1");
}

/* A single file that is rotated after it was looked at: before it is opened to compare it, or to read it. */
static void
check_single_file (LogFixture *f, guint n_before, void (*rotate) (LogFixture *f))
{
  g_autofree char *path = log_path (f, "server.log");
  g_autofree char *name = g_strdup_printf ("%u %p", n_before, rotate);
  g_autofree char *first = log_many_lines (name, 40);
  g_autoptr (GString) lines = g_string_new (NULL);

  follow_single_file (f);
  log_overwrite (f, "server.log", first);
  log_assert_poll (f, first);
  log_append (f, "server.log", "last\n");
  do_before_open (f, path, n_before, rotate);
  for (guint i = 0; i < 3; i++)
    {
      log_poll (f);
      g_string_append (lines, f->lines->str);
      if (i == 0 && rotate == rename_alone)
        log_append (f, "server.log", "new\n");
    }
  g_assert_false (cancel_before_open ());
  if (!g_str_equal (lines->str, "new\nlast\n"))
    g_assert_cmpstr (lines->str, ==, "last\nnew\n");
}

static void
test_single_file_is_rotated (LogFixture *f, gconstpointer unused)
{
  for (guint i = 0; i < 2; i++)
    {
      check_single_file (f, i, copy_and_empty_single_file);
      check_single_file (f, i, rename_single_file);
      check_single_file (f, i, rename_alone);
    }
}

/* What is new may have the inode of a log that was there before. */
static void
test_single_file_in_a_known_inode (LogFixture *f, gconstpointer unused)
{
  g_autofree char *first = log_many_lines ("first", 40);
  g_autofree char *second = log_many_lines ("second", 40);

  follow_single_file (f);
  log_overwrite (f, "server.log", first);
  log_assert_poll (f, first);
  log_rename (f, "server.log", "away");
  log_overwrite (f, "server.log", second);
  log_assert_poll (f, second);
  log_assert_poll (f, "");
  log_append (f, "server.log", "last\n");
  log_rename (f, "server.log", "server.log.1");
  log_overwrite (f, "away", "new\n");
  log_rename (f, "away", "server.log");
  log_assert_poll (f, "last\nnew\n");
}

/* The same with each poll in another process. */
static void
test_single_file_is_rotated_kept (LogFixture *f, gconstpointer unused)
{
  f->is_kept = TRUE;
  test_single_file_is_rotated (f, unused);
}

static void
test_single_pipe (LogFixture *f, gconstpointer unused)
{
  g_autofree char *path = log_path (f, "pipe");

  g_assert_cmpint (mkfifo (path, 0600), ==, 0);
  pdk_log_tail_free (f->tail);
  f->tail = pdk_log_tail_new (path, NULL);
  log_assert_poll (f, "");
  g_assert_cmpuint (pdk_log_tail_get_stats (f->tail)->n_readable, ==, 0);
  g_assert_cmpuint (pdk_log_tail_get_problems (f->tail)->len, ==, 1);
}

static void
test_too_many (LogFixture *f, gconstpointer unused)
{
  for (guint i = 0; i < PDK_LOG_LISTING_MAX_FILES + 3; i++)
    {
      g_autofree char *name = g_strdup_printf ("server-%u.log", i);
      g_autofree char *path = log_path (f, name);
      struct timespec times[2] = { { 1000 + i, 0 }, { 1000 + i, 0 } };

      log_append (f, name, "line\n");
      g_assert_cmpint (utimensat (AT_FDCWD, path, times, 0), ==, 0);
    }
  log_poll (f);
  /* Alike to the byte, so copies of one another: what matters is that no more were read. */
  g_assert_cmpuint (pdk_log_tail_get_stats (f->tail)->n_readable, ==, PDK_LOG_LISTING_MAX_FILES);
  g_assert_cmpuint (pdk_log_tail_get_problems (f->tail)->len, ==, 1);
  g_assert_cmpint (((PdkLogProblem *) g_ptr_array_index (pdk_log_tail_get_problems (f->tail), 0))->code, ==,
                   PDK_ERROR_TOO_LARGE);
}

static void
test_cancelled (LogFixture *f, gconstpointer unused)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  log_append (f, "server.log", "one\n");
  g_cancellable_cancel (cancellable);
  g_assert_false (pdk_log_tail_poll (f->tail, log_take_lines, f, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  log_assert_poll (f, "one\n");
}

static void
test_nothing_changes (LogFixture *f, gconstpointer unused)
{
  g_autofree char *path = log_path (f, "server.log");
  struct timespec times[2] = { { 1000, 5 }, { 2000, 7 } };
  struct stat before, after;

  log_append (f, "server.log", "one\n");
  g_assert_cmpint (utimensat (AT_FDCWD, path, times, 0), ==, 0);
  g_assert_cmpint (g_stat (path, &before), ==, 0);
  log_assert_poll (f, "one\n");
  g_assert_cmpint (g_stat (path, &after), ==, 0);
  g_assert_cmpmem (&before, sizeof before, &after, sizeof after);
}

#define ADD(name, function)                                                                                  \
  g_test_add ("/log-tail/" name, LogFixture, NULL, log_fixture_set_up, function, log_fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("append", test_append);
  ADD ("oldest-first", test_oldest_first);
  ADD ("unfinished-line", test_unfinished_line);
  ADD ("whole-line-without-newline", test_whole_line_without_newline);
  ADD ("long-lines", test_long_lines);
  ADD ("blocks", test_blocks);
  ADD ("holes", test_holes);
  ADD ("problems", test_problems);
  ADD ("links", test_links);
  ADD ("loaded-after-a-look", test_loaded_after_a_look);
  ADD ("missing", test_missing);
  ADD ("single-file", test_single_file);
  ADD ("single-file-is-rotated", test_single_file_is_rotated);
  ADD ("single-file-is-rotated/kept", test_single_file_is_rotated_kept);
  ADD ("single-file-in-a-known-inode", test_single_file_in_a_known_inode);
  ADD ("single-pipe", test_single_pipe);
  ADD ("too-many", test_too_many);
  ADD ("cancelled", test_cancelled);
  ADD ("nothing-changes", test_nothing_changes);
  return g_test_run ();
}
