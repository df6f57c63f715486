/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Runs a fuzz target over every file of a folder, for machines without a fuzzer. */

#include "config.h"

#include "fuzz.h"

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) folder = NULL;
  const char *name;
  guint n_files = 0;

  if (argc != 2)
    g_error ("Give one folder.");
  folder = g_dir_open (argv[1], 0, &error);
  if (folder == NULL)
    g_error ("%s", error->message);

  while ((name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *path = g_build_filename (argv[1], name, NULL);
      g_autofree char *contents = NULL;
      g_autofree guint8 *data = NULL;
      gsize length;

      if (!g_file_get_contents (path, &contents, &length, &error))
        g_error ("%s", error->message);
      /* Without the terminator that GLib adds, so that a sanitizer sees a read too far. */
      data = g_memdup2 (contents, MAX (length, 1));
      g_print ("%s\n", name);
      LLVMFuzzerTestOneInput (data, length);
      n_files++;
    }
  if (n_files == 0)
    g_error ("There is nothing in %s.", argv[1]);
  return 0;
}
