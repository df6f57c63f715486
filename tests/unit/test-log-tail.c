/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "pdk-log-tail.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "line-taker.h"
#include "pdk-access-line.h"

#define ACCESS "[GIN] 2026/11/20 - 15:04:05 | 200 | 1.2s | ::1 | POST     \"/api/chat\""

typedef struct
{
  char *folder;
  PdkLogTail *tail;
  GString *lines; /* those of the last poll, each with a newline */
} Fixture;

static void
set_up (Fixture *f, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;

  f->folder = g_dir_make_tmp ("paddock-test-XXXXXX", &error);
  g_assert_no_error (error);
  f->tail = pdk_log_tail_new (f->folder, pdk_access_line_find_end);
  f->lines = g_string_new (NULL);
}

static void
tear_down (Fixture *f, gconstpointer unused)
{
  g_autoptr (GDir) folder = g_dir_open (f->folder, 0, NULL);
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *path = g_build_filename (f->folder, name, NULL);

      g_assert_cmpint (g_remove (path), ==, 0);
    }
  g_rmdir (f->folder);
  g_free (f->folder);
  pdk_log_tail_free (f->tail);
  g_string_free (f->lines, TRUE);
}

static char *
path_of (Fixture *f, const char *name)
{
  return g_build_filename (f->folder, name, NULL);
}

static void
write_bytes (Fixture *f, const char *name, int flags, const char *bytes, gsize length)
{
  g_autofree char *path = path_of (f, name);
  int fd = g_open (path, O_WRONLY | O_CREAT | O_CLOEXEC | flags, 0600);

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (write (fd, bytes, length), ==, (gssize) length);
  close (fd);
}

static void
append (Fixture *f, const char *name, const char *text)
{
  write_bytes (f, name, O_APPEND, text, strlen (text));
}

static void
overwrite (Fixture *f, const char *name, const char *text)
{
  write_bytes (f, name, O_TRUNC, text, strlen (text));
}

static void
rename_file (Fixture *f, const char *from, const char *to)
{
  g_autofree char *from_path = path_of (f, from);
  g_autofree char *to_path = path_of (f, to);

  g_assert_cmpint (g_rename (from_path, to_path), ==, 0);
}

static void
copy_file (Fixture *f, const char *from, const char *to)
{
  g_autofree char *path = path_of (f, from);
  g_autofree char *bytes = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (path, &bytes, &length, NULL));
  write_bytes (f, to, O_TRUNC, bytes, length);
}

static void
append_line (const char *line, gsize length, gpointer user_data)
{
  Fixture *f = user_data;

  g_string_append_len (f->lines, line, length);
  g_string_append_c (f->lines, '\n');
}

static char *
take_lines (char *buffer, const char *lines, gsize length, gpointer user_data)
{
  take_each_line (lines, length, append_line, user_data);
  return buffer;
}

static void
poll_any (Fixture *f)
{
  g_autoptr (GError) error = NULL;

  g_string_truncate (f->lines, 0);
  g_assert_true (pdk_log_tail_poll (f->tail, take_lines, f, NULL, &error));
  g_assert_no_error (error);
}

static void
assert_poll (Fixture *f, const char *expected)
{
  poll_any (f);
  g_assert_cmpstr (f->lines->str, ==, expected);
}

/* Lines like those of a log, longer together than two fingerprints. */
static char *
many_lines (const char *name, guint n)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    g_string_append_printf (text, "%s line %04u of a log that goes on and on\n", name, i);
  return g_string_free (text, FALSE);
}

static void
test_append (Fixture *f, gconstpointer unused)
{
  assert_poll (f, "");
  g_assert_cmpuint (pdk_log_tail_get_stats (f->tail)->n_files, ==, 0);
  append (f, "server.log", "one\ntwo\r\n\n");
  assert_poll (f, "one\ntwo\r\n\n");
  g_assert_cmpuint (pdk_log_tail_get_stats (f->tail)->n_bytes, ==, 10);
  assert_poll (f, "");
  g_assert_cmpuint (pdk_log_tail_get_stats (f->tail)->n_bytes, ==, 0);
  g_assert_cmpuint (pdk_log_tail_get_stats (f->tail)->n_readable, ==, 1);
  append (f, "server.log", "three\n");
  assert_poll (f, "three\n");
  append (f, "other.log", "no\n");
  append (f, "server.log.gz", "no\n");
  assert_poll (f, "");
}

static void
test_oldest_first (Fixture *f, gconstpointer unused)
{
  static const char *const names[] = { "server.log", "server-1.log", "server-2.log", "server-10.log" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = path_of (f, names[i]);
      struct timespec times[2] = { { 1000, 0 }, { 1000, 0 } };

      append (f, names[i], names[i]);
      append (f, names[i], "\n");
      g_assert_cmpint (utimensat (AT_FDCWD, path, times, 0), ==, 0);
    }
  assert_poll (f, "server-10.log\nserver-2.log\nserver-1.log\nserver.log\n");
}

static void
test_unfinished_line (Fixture *f, gconstpointer unused)
{
  append (f, "server.log", "first\nhal");
  assert_poll (f, "first\n");
  append (f, "server.log", "f and");
  assert_poll (f, "");
  append (f, "server.log", " whole\nnext");
  assert_poll (f, "half and whole\n");
  append (f, "server.log", "\n");
  assert_poll (f, "next\n");
}

static void
test_whole_line_without_newline (Fixture *f, gconstpointer unused)
{
  append (f, "server.log", "[GIN] 2026/11/20 - 15:04:05 | 200 | 1.2s | ::1 | POST     \"/api/chat\\\"");
  assert_poll (f, "");
  append (f, "server.log", "\nslog\n" ACCESS);
  assert_poll (f, "[GIN] 2026/11/20 - 15:04:05 | 200 | 1.2s | ::1 | POST     \"/api/chat\\\"\nslog\n" ACCESS
                  "\n");
  assert_poll (f, "");
  append (f, "server.log", " and [GIN]");
  assert_poll (f, "");
  append (f, "server.log", " more\nnext\n" ACCESS);
  assert_poll (f, "next\n" ACCESS "\n");
  append (f, "server.log", "\n" ACCESS "\n");
  assert_poll (f, ACCESS "\n");
}

static void
test_rotation_by_rename (Fixture *f, gconstpointer unused)
{
  append (f, "server.log", "one\ntwo\n");
  assert_poll (f, "one\ntwo\n");
  append (f, "server.log", "three\n");
  rename_file (f, "server.log", "server-1.log");
  append (f, "server.log", "four\n");
  assert_poll (f, "three\nfour\n");
  append (f, "server-1.log", "late\n");
  rename_file (f, "server-1.log", "server-2.log");
  rename_file (f, "server.log", "server-1.log");
  assert_poll (f, "late\n");
}

static void
test_truncation (Fixture *f, gconstpointer unused)
{
  g_autofree char *first = many_lines ("first", 40);
  g_autofree char *second = many_lines ("second", 10);
  g_autofree char *third = many_lines ("third", 60);

  overwrite (f, "server.log", first);
  assert_poll (f, first);
  /* Shorter, and then longer than what was read. */
  overwrite (f, "server.log", second);
  assert_poll (f, second);
  overwrite (f, "server.log", third);
  assert_poll (f, third);
  overwrite (f, "server.log", "");
  assert_poll (f, "");
  append (f, "server.log", "again\n");
  assert_poll (f, "again\n");
}

static void
test_replaced (Fixture *f, gconstpointer unused)
{
  g_autofree char *path = path_of (f, "server.log");

  overwrite (f, "server.log", "one\ntwo\n");
  assert_poll (f, "one\ntwo\n");
  g_assert_cmpint (g_unlink (path), ==, 0);
  assert_poll (f, "");
  g_assert_cmpuint (pdk_log_tail_get_stats (f->tail)->n_files, ==, 0);
  /* Likely in the same inode. */
  overwrite (f, "server.log", "three\nfour\nfive\n");
  assert_poll (f, "three\nfour\nfive\n");
}

static void
test_gone_for_a_while (Fixture *f, gconstpointer unused)
{
  append (f, "server.log", "one\ntwo\n");
  assert_poll (f, "one\ntwo\n");
  rename_file (f, "server.log", "away");
  assert_poll (f, "");
  rename_file (f, "away", "server.log");
  assert_poll (f, "");
  append (f, "server.log", "three\n");
  assert_poll (f, "three\n");
}

static void
test_copytruncate (Fixture *f, gconstpointer unused)
{
  const struct timespec times[2] = { { G_MAXINT32, 0 }, { G_MAXINT32, 0 } };
  g_autofree char *path = path_of (f, "server-1.log");
  g_autofree char *first = many_lines ("first", 40);

  overwrite (f, "server.log", first);
  assert_poll (f, first);
  append (f, "server.log", "added before the copy\n");
  copy_file (f, "server.log", "server-1.log");
  overwrite (f, "server.log", "after\n");
  poll_any (f);
  g_assert_true (g_str_equal (f->lines->str, "added before the copy\nafter\n") ||
                 g_str_equal (f->lines->str, "after\nadded before the copy\n"));
  assert_poll (f, "");

  /* The same again, over the copy that is there, which looks newer than what it was made of. */
  append (f, "server.log", first);
  assert_poll (f, first);
  overwrite (f, "server-1.log", "");
  copy_file (f, "server.log", "server-1.log");
  g_assert_cmpint (utimensat (AT_FDCWD, path, times, 0), ==, 0);
  overwrite (f, "server.log", "more\n");
  assert_poll (f, "more\n");
}

/* What was added since the last look is in both for a moment, and in the copy maybe only a part of it. */
static void
test_copy_before_truncation (Fixture *f, gconstpointer unused)
{
  g_autofree char *first = many_lines ("first", 40);
  g_autofree char *second = many_lines ("second", 40);
  g_autofree char *half = g_strndup (second, strlen (second) / 2);

  overwrite (f, "server.log", first);
  assert_poll (f, first);
  append (f, "server.log", second);
  overwrite (f, "server-1.log", first);
  append (f, "server-1.log", half);
  poll_any (f);
  g_assert_cmpuint (f->lines->len, ==, strlen (second));
  append (f, "server-1.log", second + strlen (half));
  assert_poll (f, "");
  append (f, "server.log", "last\n");
  copy_file (f, "server.log", "server-2.log");
  assert_poll (f, "last\n");
  overwrite (f, "server.log", "new\n");
  assert_poll (f, "new\n");
}

static void
test_copy_of_a_taken_line (Fixture *f, gconstpointer unused)
{
  append (f, "server.log", "first\n" ACCESS);
  assert_poll (f, "first\n" ACCESS "\n");
  append (f, "server.log", " rest\nnext\n");
  copy_file (f, "server.log", "server-1.log");
  overwrite (f, "server.log", "");
  assert_poll (f, "next\n");
}

static void
test_copies (Fixture *f, gconstpointer unused)
{
  g_autofree char *first = many_lines ("first", 40);
  g_autofree char *half = g_strndup (first, strlen (first) / 2);

  /* Both there from the start. */
  overwrite (f, "server.log", first);
  copy_file (f, "server.log", "server-copy.log");
  assert_poll (f, first);
  /* A copy of an earlier state, or one that is still being made. */
  overwrite (f, "server-half.log", half);
  assert_poll (f, "");
  append (f, "server-half.log", first + strlen (half));
  assert_poll (f, "");
  /* Then they part. */
  append (f, "server-half.log", "half\n");
  append (f, "server-copy.log", "copy\n");
  append (f, "server.log", "original\n");
  poll_any (f);
  g_assert_cmpuint (f->lines->len, ==, strlen ("half\ncopy\noriginal\n"));
  g_assert_nonnull (strstr (f->lines->str, "half\n"));
  g_assert_nonnull (strstr (f->lines->str, "copy\n"));
  g_assert_nonnull (strstr (f->lines->str, "original\n"));
}

static void
test_half_a_copy_goes_its_own_way (Fixture *f, gconstpointer unused)
{
  g_autofree char *first = many_lines ("first", 40);
  g_autofree char *half = many_lines ("first", 20);

  overwrite (f, "server.log", first);
  assert_poll (f, first);
  overwrite (f, "server-half.log", half);
  assert_poll (f, "");
  append (f, "server-half.log", "half\n");
  assert_poll (f, "half\n");
  append (f, "server-half.log", first);
  assert_poll (f, first);
}

/* Every start of a server may write the same first lines. */
static void
test_alike_is_no_copy (Fixture *f, gconstpointer unused)
{
  g_autofree char *opening = many_lines ("opening", 20);
  g_autofree char *one = g_strconcat (opening, "one\nand more of it\n", NULL);
  g_autofree char *two = g_strconcat (opening, "two\nand more of it\nand more\n", NULL);
  g_autofree char *short_one = g_strndup (one, 100);

  overwrite (f, "server-1.log", one);
  assert_poll (f, one);
  overwrite (f, "server.log", two);
  assert_poll (f, two);
  /* Too little of it to tell: rather twice than not at all. */
  overwrite (f, "server-2.log", short_one);
  poll_any (f);
  g_assert_true (g_str_has_prefix (short_one, f->lines->str));
  g_assert_cmpuint (f->lines->len, >, 0);
}

static void
test_long_lines (Fixture *f, gconstpointer unused)
{
  g_autofree char *longest = g_strnfill (PDK_LOG_LINE_MAX_BYTES, 'x');
  g_autofree char *half = g_strnfill (PDK_LOG_LINE_MAX_BYTES / 2 + 1, 'y');
  g_autofree char *huge = g_strnfill (3 * PDK_LOG_BLOCK_BYTES, 'z');
  g_autofree char *expected = g_strconcat (longest, "\nok\n", NULL);

  append (f, "server.log", longest);
  append (f, "server.log", "\nok\n");
  assert_poll (f, expected);
  g_assert_cmpuint (pdk_log_tail_get_stats (f->tail)->n_skipped_long, ==, 0);

  /* Over many blocks, and over polls. */
  append (f, "server.log", huge);
  append (f, "server.log", "\nok\n");
  append (f, "server.log", half);
  assert_poll (f, "ok\n");
  g_assert_cmpuint (pdk_log_tail_get_stats (f->tail)->n_skipped_long, ==, 1);
  append (f, "server.log", half);
  assert_poll (f, "");
  append (f, "server.log", half);
  assert_poll (f, "");
  append (f, "server.log", "\nok\n");
  assert_poll (f, "ok\n");
  g_assert_cmpuint (pdk_log_tail_get_stats (f->tail)->n_skipped_long, ==, 2);
}

/* Lines of many lengths across the ends of many blocks. */
static void
test_blocks (Fixture *f, gconstpointer unused)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; text->len < 5 * PDK_LOG_BLOCK_BYTES; i++)
    {
      g_string_append_printf (text, "%u", i);
      for (guint j = 0; j < i * 7919 % 3000; j++)
        g_string_append_c (text, 'a' + (i + j) % 26);
      g_string_append_c (text, '\n');
    }
  append (f, "server.log", text->str);
  assert_poll (f, text->str);
}

static void
test_holes (Fixture *f, gconstpointer unused)
{
  static const char zeros[200000];
  g_autofree char *path = path_of (f, "server.log");
  g_autofree char *sparse = path_of (f, "server-1.log");

  write_bytes (f, "server.log", 0, zeros, sizeof zeros);
  append (f, "server.log", "after a hole\n");
  assert_poll (f, "after a hole\n");
  g_assert_cmpuint (pdk_log_tail_get_stats (f->tail)->n_skipped_long, ==, 0);

  /* Truncated, while its writer goes on where it was. */
  g_assert_cmpint (truncate (path, 0), ==, 0);
  g_assert_cmpint (truncate (path, sizeof zeros), ==, 0);
  append (f, "server.log", "after another hole\n");
  assert_poll (f, "after another hole\n");

  append (f, "server-1.log", "");
  g_assert_cmpint (truncate (sparse, G_GINT64_CONSTANT (1) << 36), ==, 0);
  assert_poll (f, "");
  g_assert_cmpuint (pdk_log_tail_get_stats (f->tail)->n_bytes, ==, 0);
  append (f, "server-1.log", "after a huge hole\n");
  assert_poll (f, "after a huge hole\n");
}

static void
test_problems (Fixture *f, gconstpointer unused)
{
  g_autofree char *pipe = path_of (f, "server-pipe.log");
  g_autofree char *folder = path_of (f, "server-folder.log");
  g_autofree char *loop = path_of (f, "server-loop.log");
  g_autofree char *device = path_of (f, "server-device.log");
  g_autofree char *dangling = path_of (f, "server-dangling.log");
  g_autofree char *closed = path_of (f, "server-closed.log");
  g_autoptr (GHashTable) codes = g_hash_table_new (g_str_hash, g_str_equal);
  GPtrArray *problems;
  gboolean is_closed;

  g_assert_cmpint (mkfifo (pipe, 0600), ==, 0);
  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
  g_assert_cmpint (symlink ("server-loop.log", loop), ==, 0);
  g_assert_cmpint (symlink ("/dev/zero", device), ==, 0);
  g_assert_cmpint (symlink ("nothing", dangling), ==, 0);
  append (f, "server-closed.log", "closed\n");
  g_assert_cmpint (g_chmod (closed, 0), ==, 0);
  is_closed = g_access (closed, R_OK) < 0; /* root may read it all the same */
  append (f, "server.log", "good\n");
  poll_any (f);
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
test_links (Fixture *f, gconstpointer unused)
{
  g_autofree char *path = path_of (f, "server.log");
  g_autofree char *hard = path_of (f, "server-hard.log");
  g_autofree char *soft = path_of (f, "server-soft.log");

  append (f, "server.log", "once\n");
  g_assert_cmpint (link (path, hard), ==, 0);
  g_assert_cmpint (symlink ("server.log", soft), ==, 0);
  assert_poll (f, "once\n");
  g_assert_cmpuint (pdk_log_tail_get_stats (f->tail)->n_readable, ==, 3);
}

static void
test_missing (Fixture *f, gconstpointer unused)
{
  g_autofree char *path = path_of (f, "later");
  g_autoptr (PdkLogTail) tail = pdk_log_tail_new (path, NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *name = NULL;

  g_assert_false (pdk_log_tail_poll (tail, take_lines, f, NULL, &error));
  g_assert_error (error, PDK_ERROR, PDK_ERROR_NOT_FOUND);
  g_clear_error (&error);

  g_assert_cmpint (g_mkdir (path, 0700), ==, 0);
  name = g_build_filename (path, "server.log", NULL);
  g_assert_true (g_file_set_contents (name, "here\n", -1, NULL));
  g_assert_true (pdk_log_tail_poll (tail, take_lines, f, NULL, &error));
  g_assert_cmpstr (f->lines->str, ==, "here\n");
  g_unlink (name);
}

static void
test_single_file (Fixture *f, gconstpointer unused)
{
  g_autofree char *path = path_of (f, "ollama.log");
  g_autofree char *inside = g_build_filename (path, "server.log", NULL);
  g_autoptr (PdkLogTail) nothing = pdk_log_tail_new (inside, NULL);
  g_autoptr (GError) error = NULL;

  pdk_log_tail_free (f->tail);
  f->tail = pdk_log_tail_new (path, pdk_access_line_find_end);
  append (f, "ollama.log", "one\n");
  append (f, "server.log", "no\n");
  assert_poll (f, "one\n");
  g_assert_false (pdk_log_tail_poll (nothing, take_lines, f, NULL, &error));
  g_assert_error (error, PDK_ERROR, PDK_ERROR_NOT_FOUND);

  /* What was written between the last poll and the rotation is not lost. */
  append (f, "ollama.log", "two\n");
  rename_file (f, "ollama.log", "ollama.log.1");
  append (f, "ollama.log", "three\n");
  assert_poll (f, "two\nthree\n");
  append (f, "ollama.log", "four\n");
  assert_poll (f, "four\n");
  g_assert_cmpuint (pdk_log_tail_get_stats (f->tail)->n_files, ==, 1);
}

static void
test_single_pipe (Fixture *f, gconstpointer unused)
{
  g_autofree char *path = path_of (f, "pipe");

  g_assert_cmpint (mkfifo (path, 0600), ==, 0);
  pdk_log_tail_free (f->tail);
  f->tail = pdk_log_tail_new (path, NULL);
  assert_poll (f, "");
  g_assert_cmpuint (pdk_log_tail_get_stats (f->tail)->n_readable, ==, 0);
  g_assert_cmpuint (pdk_log_tail_get_problems (f->tail)->len, ==, 1);
}

static void
test_too_many (Fixture *f, gconstpointer unused)
{
  for (guint i = 0; i < PDK_LOG_LISTING_MAX_FILES + 3; i++)
    {
      g_autofree char *name = g_strdup_printf ("server-%u.log", i);
      g_autofree char *path = path_of (f, name);
      struct timespec times[2] = { { 1000 + i, 0 }, { 1000 + i, 0 } };

      append (f, name, "line\n");
      g_assert_cmpint (utimensat (AT_FDCWD, path, times, 0), ==, 0);
    }
  poll_any (f);
  /* Alike to the byte, so copies of one another: what matters is that no more were read. */
  g_assert_cmpuint (pdk_log_tail_get_stats (f->tail)->n_readable, ==, PDK_LOG_LISTING_MAX_FILES);
  g_assert_cmpuint (pdk_log_tail_get_problems (f->tail)->len, ==, 1);
  g_assert_cmpint (((PdkLogProblem *) g_ptr_array_index (pdk_log_tail_get_problems (f->tail), 0))->code, ==,
                   PDK_ERROR_TOO_LARGE);
}

static void
test_cancelled (Fixture *f, gconstpointer unused)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  append (f, "server.log", "one\n");
  g_cancellable_cancel (cancellable);
  g_assert_false (pdk_log_tail_poll (f->tail, take_lines, f, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  assert_poll (f, "one\n");
}

static void
test_nothing_changes (Fixture *f, gconstpointer unused)
{
  g_autofree char *path = path_of (f, "server.log");
  struct timespec times[2] = { { 1000, 5 }, { 2000, 7 } };
  struct stat before, after;

  append (f, "server.log", "one\n");
  g_assert_cmpint (utimensat (AT_FDCWD, path, times, 0), ==, 0);
  g_assert_cmpint (g_stat (path, &before), ==, 0);
  assert_poll (f, "one\n");
  g_assert_cmpint (g_stat (path, &after), ==, 0);
  g_assert_cmpmem (&before, sizeof before, &after, sizeof after);
}

#define ADD(name, function) g_test_add ("/log-tail/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("append", test_append);
  ADD ("oldest-first", test_oldest_first);
  ADD ("unfinished-line", test_unfinished_line);
  ADD ("whole-line-without-newline", test_whole_line_without_newline);
  ADD ("rotation-by-rename", test_rotation_by_rename);
  ADD ("truncation", test_truncation);
  ADD ("replaced", test_replaced);
  ADD ("gone-for-a-while", test_gone_for_a_while);
  ADD ("copytruncate", test_copytruncate);
  ADD ("copy-before-truncation", test_copy_before_truncation);
  ADD ("copy-of-a-taken-line", test_copy_of_a_taken_line);
  ADD ("copies", test_copies);
  ADD ("half-a-copy-goes-its-own-way", test_half_a_copy_goes_its_own_way);
  ADD ("alike-is-no-copy", test_alike_is_no_copy);
  ADD ("long-lines", test_long_lines);
  ADD ("blocks", test_blocks);
  ADD ("holes", test_holes);
  ADD ("problems", test_problems);
  ADD ("links", test_links);
  ADD ("missing", test_missing);
  ADD ("single-file", test_single_file);
  ADD ("single-pipe", test_single_pipe);
  ADD ("too-many", test_too_many);
  ADD ("cancelled", test_cancelled);
  ADD ("nothing-changes", test_nothing_changes);
  return g_test_run ();
}
