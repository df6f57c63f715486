/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "scratch-folder.h"

#include <glib/gstdio.h>

static void
remove_tree (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_DIR))
        remove_tree (path);
      else
        g_unlink (path);
    }
  g_rmdir (folder);
}

/* Returns: (transfer full): its path */
char *
scratch_folder_new (void)
{
  g_autoptr (GError) error = NULL;
  char *folder = g_dir_make_tmp ("paddock-test-XXXXXX", &error);

  g_assert_no_error (error);
  return folder;
}

/* Removes @folder (transfer full) with all that is in it. */
void
scratch_folder_remove (char *folder)
{
  remove_tree (folder);
  g_free (folder);
}
