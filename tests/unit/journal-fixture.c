/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "journal-fixture.h"

#include <string.h>

#include <gio/gio.h>

#include <glib/gstdio.h>

/* Adds an entry in journal export format, https://systemd.io/JOURNAL_EXPORT_FORMATS; @fields are lines. */
void
journal_add (GString *text,
             gint64 time_usec,
             gint64 boot_usec,
             const char *boot,
             const char *fields,
             const char *message,
             gssize length)
{
  guint64 size = GUINT64_TO_LE (length < 0 ? strlen (message) : (gsize) length);

  g_string_append_printf (text,
                          "__REALTIME_TIMESTAMP=%" G_GINT64_FORMAT "\n__MONOTONIC_TIMESTAMP=%" G_GINT64_FORMAT
                          "\n_BOOT_ID=%s\n_MACHINE_ID=a91663387a90b89f185d4e860000001a\n%s\nMESSAGE\n",
                          time_usec, boot_usec, boot, fields);
  g_string_append_len (text, (const char *) &size, sizeof size);
  g_string_append_len (text, message, (gssize) GUINT64_FROM_LE (size));
  g_string_append (text, "\n\n");
}

/* It is part of systemd, in a package of its own; distributions keep it in one of two places. */
static const char *
get_tool (void)
{
  static const char *const path = "/usr/lib/systemd/systemd-journal-remote";

  return g_file_test (path, G_FILE_TEST_IS_EXECUTABLE) ? path : "/lib/systemd/systemd-journal-remote";
}

/* Makes the file, or appends to it. */
void
journal_write (const char *folder, const char *name, const char *text, gsize length)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GBytes) input = g_bytes_new (text, length);
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) tool =
      g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error,
                        get_tool (), "-o", path, "-", NULL);

  g_assert_no_error (error);
  g_subprocess_communicate (tool, input, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_successful (tool));
}

/* Returns: (transfer full): an empty folder */
char *
journal_make_folder (void)
{
  g_autoptr (GError) error = NULL;
  char *folder = g_dir_make_tmp ("paddock-test-XXXXXX", &error);

  g_assert_no_error (error);
  return folder;
}

void
journal_remove_folder (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_DIR))
        journal_remove_folder (path);
      else
        g_assert_cmpint (g_remove (path), ==, 0);
    }
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

/* Whether this process has a journal file open. */
gboolean
journal_is_left_open (void)
{
  g_autoptr (GDir) folder = g_dir_open ("/proc/self/fd", 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *path = g_build_filename ("/proc/self/fd", name, NULL);
      g_autofree char *target = g_file_read_link (path, NULL);

      if (target != NULL && strstr (target, ".journal") != NULL)
        return TRUE;
    }
  return FALSE;
}
