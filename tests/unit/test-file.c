/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pdk-error.h"
#include "pdk-file.h"

#define NOBODY 65534

typedef struct
{
  char *folder;
  char *path;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = g_dir_make_tmp ("paddock-file-XXXXXX", NULL);
  g_assert_cmpint (g_chmod (fixture->folder, 0755), ==, 0);
  fixture->path = g_build_filename (fixture->folder, "file", NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_remove (fixture->path);
  g_assert_cmpint (g_rmdir (fixture->folder), ==, 0);
  g_free (fixture->path);
  g_free (fixture->folder);
}

static void
write_file (Fixture *fixture, const char *text, gsize length)
{
  g_assert_true (g_file_set_contents (fixture->path, text, (gssize) length, NULL));
}

static void
assert_fails (const char *path, gsize max_bytes, PdkError code)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (pdk_file_read (path, max_bytes, &error));
  g_assert_error (error, PDK_ERROR, (int) code);
  g_assert_cmpuint (strlen (error->message), >, 0);
}

/* Around the bound, and around the size of the blocks that it is read in. */
static void
test_sizes (Fixture *fixture, gconstpointer data)
{
  static const gsize sizes[] = { 0, 1, 16383, 16384, 16385, 32768, 100000 };

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autofree char *text = g_malloc0 (sizes[i] + 1);
      g_autoptr (GBytes) content = NULL;
      g_autoptr (GError) error = NULL;

      for (gsize j = 0; j < sizes[i]; j++)
        text[j] = (char) j;
      write_file (fixture, text, sizes[i]);
      content = pdk_file_read (fixture->path, sizes[i], &error);
      g_assert_no_error (error);
      g_assert_cmpmem (g_bytes_get_data (content, NULL), g_bytes_get_size (content), text, sizes[i]);
      if (sizes[i] > 0)
        assert_fails (fixture->path, sizes[i] - 1, PDK_ERROR_TOO_LARGE);
    }
}

static void
test_not_there (Fixture *fixture, gconstpointer data)
{
  g_autofree char *inside = g_build_filename (fixture->path, "x", NULL);

  assert_fails (fixture->path, 10, PDK_ERROR_NOT_FOUND);
  assert_fails ("", 10, PDK_ERROR_NOT_FOUND);
  write_file (fixture, "x", 1);
  assert_fails (inside, 10, PDK_ERROR_NOT_FOUND);
}

/* A FIFO that nobody writes to would keep a plain open() for ever. */
static void
test_not_regular (Fixture *fixture, gconstpointer data)
{
  assert_fails (fixture->folder, 10, PDK_ERROR_NOT_REGULAR);
  assert_fails ("/dev/zero", 10, PDK_ERROR_NOT_REGULAR);
  g_assert_cmpint (mkfifo (fixture->path, 0600), ==, 0);
  assert_fails (fixture->path, 10, PDK_ERROR_NOT_REGULAR);
}

static void
test_forbidden (Fixture *fixture, gconstpointer data)
{
  gboolean is_root = geteuid () == 0;

  write_file (fixture, "x", 1);
  g_assert_cmpint (g_chmod (fixture->path, 0), ==, 0);
  if (is_root)
    g_assert_cmpint (seteuid (NOBODY), ==, 0);
  assert_fails (fixture->path, 10, PDK_ERROR_PERMISSION);
  if (is_root)
    g_assert_cmpint (seteuid (0), ==, 0);
}

/* Somebody else's file may be read without the right to leave its access time alone. */
static void
test_foreign (Fixture *fixture, gconstpointer data)
{
  gboolean is_root = geteuid () == 0;
  const char *path = is_root ? fixture->path : "/etc/passwd";
  g_autoptr (GBytes) content = NULL;
  g_autoptr (GError) error = NULL;

  write_file (fixture, "x", 1);
  g_assert_cmpint (g_chmod (fixture->path, 0644), ==, 0);
  if (is_root)
    g_assert_cmpint (seteuid (NOBODY), ==, 0);
  content = pdk_file_read (path, 1 << 20, &error);
  if (is_root)
    g_assert_cmpint (seteuid (0), ==, 0);
  g_assert_no_error (error);
  g_assert_cmpuint (g_bytes_get_size (content), >, 0);
}

static void
test_leaves_no_trace (Fixture *fixture, gconstpointer data)
{
  const struct timespec times[] = { { 1000000, 0 }, { 2000000, 0 } };
  g_autoptr (GBytes) content = NULL;
  struct stat before, after;

  write_file (fixture, "x", 1);
  /* An access older than the change is what a mount with relatime would bring up to date. */
  g_assert_cmpint (utimensat (AT_FDCWD, fixture->path, times, 0), ==, 0);
  g_assert_cmpint (stat (fixture->path, &before), ==, 0);
  content = pdk_file_read (fixture->path, 10, NULL);
  g_assert_nonnull (content);
  g_assert_cmpint (stat (fixture->path, &after), ==, 0);
  g_assert_cmpint (after.st_atime, ==, 1000000);
  g_assert_cmpint (after.st_mtime, ==, 2000000);
  g_assert_cmpint (after.st_ctim.tv_sec, ==, before.st_ctim.tv_sec);
  g_assert_cmpint (after.st_ctim.tv_nsec, ==, before.st_ctim.tv_nsec);
}

/* No descriptor is left open, however it ends. */
static void
test_closes (Fixture *fixture, gconstpointer data)
{
  int first, last;

  write_file (fixture, "xxxx", 4);
  first = open ("/dev/null", O_RDONLY | O_CLOEXEC);
  for (guint i = 0; i < 10; i++)
    {
      g_autoptr (GBytes) content = pdk_file_read (fixture->path, 10, NULL);

      g_assert_nonnull (content);
      assert_fails (fixture->path, 1, PDK_ERROR_TOO_LARGE);
      assert_fails (fixture->folder, 1, PDK_ERROR_NOT_REGULAR);
    }
  last = open ("/dev/null", O_RDONLY | O_CLOEXEC);
  g_assert_cmpint (last, ==, first + 1);
  close (first);
  close (last);
}

static guint
mode_of (const char *path)
{
  struct stat st;

  g_assert_cmpint (stat (path, &st), ==, 0);
  return st.st_mode & 0777;
}

/* A file of our own is made with its folders, replaced as a whole, and nobody else's to read. */
static void
test_write (Fixture *fixture, gconstpointer data)
{
  g_autofree char *outer = g_build_filename (fixture->folder, "outer", NULL);
  g_autofree char *inner = g_build_filename (outer, "inner", NULL);
  g_autofree char *path = g_build_filename (inner, "file", NULL);
  g_autoptr (GBytes) first = g_bytes_new_static ("first", 5);
  g_autoptr (GBytes) second = g_bytes_new_static ("", 0);
  g_autoptr (GBytes) content = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (pdk_file_write_private (path, first, &error));
  g_assert_no_error (error);
  content = pdk_file_read (path, 100, NULL);
  g_assert_true (g_bytes_equal (content, first));
  g_assert_cmpuint (mode_of (path), ==, 0600);
  g_assert_cmpuint (mode_of (inner), ==, 0700);
  g_assert_cmpuint (mode_of (outer), ==, 0700);

  g_assert_cmpint (g_chmod (path, 0644), ==, 0);
  g_assert_true (pdk_file_write_private (path, second, &error));
  g_clear_pointer (&content, g_bytes_unref);
  content = pdk_file_read (path, 100, NULL);
  g_assert_cmpuint (g_bytes_get_size (content), ==, 0);
  g_assert_cmpuint (mode_of (path), ==, 0600);

  g_remove (path);
  g_rmdir (inner);
  g_rmdir (outer);
}

/* A folder where a file belongs, and a file where a folder does. */
static void
test_write_fails (Fixture *fixture, gconstpointer data)
{
  g_autofree char *below = g_build_filename (fixture->path, "file", NULL);
  g_autoptr (GBytes) bytes = g_bytes_new_static ("x", 1);
  g_autoptr (GError) error = NULL;

  g_assert_false (pdk_file_write_private (fixture->folder, bytes, &error));
  g_assert_nonnull (error);
  g_clear_error (&error);
  write_file (fixture, "x", 1);
  g_assert_false (pdk_file_write_private (below, bytes, &error));
  g_assert_nonnull (error);
}

static void
on_result (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static gboolean
write_and_wait (const char *path, GBytes *bytes, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  pdk_file_write_private_async (NULL, path, bytes, on_result, &result);
  g_assert_null (result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return pdk_file_write_private_finish (result, error);
}

static void
test_write_in_thread (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "file", NULL);
  g_autofree char *below = g_build_filename (path, "below a file", NULL);
  g_autoptr (GBytes) bytes = g_bytes_new_static ("text", 4);
  g_autoptr (GBytes) content = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (write_and_wait (path, bytes, &error));
  g_assert_no_error (error);
  content = pdk_file_read (path, 100, NULL);
  g_assert_true (g_bytes_equal (content, bytes));
  g_assert_false (write_and_wait (below, bytes, &error));
  g_assert_nonnull (error);
  g_remove (path);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/file/sizes", Fixture, NULL, set_up, test_sizes, tear_down);
  g_test_add ("/file/not-there", Fixture, NULL, set_up, test_not_there, tear_down);
  g_test_add ("/file/not-regular", Fixture, NULL, set_up, test_not_regular, tear_down);
  g_test_add ("/file/forbidden", Fixture, NULL, set_up, test_forbidden, tear_down);
  g_test_add ("/file/foreign", Fixture, NULL, set_up, test_foreign, tear_down);
  g_test_add ("/file/leaves-no-trace", Fixture, NULL, set_up, test_leaves_no_trace, tear_down);
  g_test_add ("/file/closes", Fixture, NULL, set_up, test_closes, tear_down);
  g_test_add ("/file/write", Fixture, NULL, set_up, test_write, tear_down);
  g_test_add ("/file/write-fails", Fixture, NULL, set_up, test_write_fails, tear_down);
  g_test_add ("/file/write-in-thread", Fixture, NULL, set_up, test_write_in_thread, tear_down);
  return g_test_run ();
}
