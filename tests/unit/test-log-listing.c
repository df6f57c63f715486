/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "pdk-log-listing.h"

#include <unistd.h>

#include <glib/gstdio.h>

/* Those that are a server's, then others. */
static const char *const names[] = { "server.log-20261120-1795132800",
                                     "server.log",
                                     "server-2.log",
                                     "server.log.1",
                                     "serverless.txt",
                                     "my-server.log",
                                     "server.log.2.gz",
                                     "server.log.",
                                     "server.log.old",
                                     "ollama.log" };
#define N_LOGS 4

static char *
make_folder (void)
{
  g_autoptr (GError) error = NULL;
  char *folder = g_dir_make_tmp ("paddock-test-XXXXXX", &error);

  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (folder, names[i], NULL);

      g_assert_true (g_file_set_contents (path, names[i], -1, NULL));
    }
  return folder;
}

static void
remove_folder (const char *folder)
{
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (folder, names[i], NULL);

      g_assert_cmpint (g_remove (path), ==, 0);
    }
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

static void
test_folder (void)
{
  g_autofree char *folder = make_folder ();
  g_autoptr (GError) error = NULL;
  g_autoptr (PdkLogListing) listing = pdk_log_listing_new (folder, &error);

  g_assert_no_error (error);
  g_assert_false (pdk_log_listing_is_single (listing));
  g_assert_cmpuint (listing->n_files, ==, N_LOGS);
  g_assert_cmpuint (listing->candidates->len, ==, N_LOGS);
  g_assert_cmpuint (listing->problems->len, ==, 0);
  for (guint i = 0; i < listing->candidates->len; i++)
    {
      const PdkLogCandidate *candidate = g_ptr_array_index (listing->candidates, i);
      int fd = pdk_log_listing_open (listing, candidate);

      g_assert_true (g_str_has_prefix (candidate->name, "server"));
      g_assert_cmpint (fd, >=, 0);
      close (fd);
    }
  remove_folder (folder);
}

static void
test_single (void)
{
  g_autofree char *folder = make_folder ();
  g_autofree char *path = g_build_filename (folder, "ollama.log", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (PdkLogListing) listing = pdk_log_listing_new (path, &error);

  g_assert_no_error (error);
  g_assert_true (pdk_log_listing_is_single (listing));
  g_assert_cmpuint (listing->candidates->len, ==, 1);
  remove_folder (folder);
}

static void
test_nothing (void)
{
  g_autofree char *folder = make_folder ();
  g_autofree char *missing = g_build_filename (folder, "missing", NULL);
  g_autofree char *below_file = g_build_filename (folder, "server.log", "logs", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (pdk_log_listing_new (missing, &error));
  g_assert_error (error, PDK_ERROR, PDK_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_null (pdk_log_listing_new (below_file, &error));
  g_assert_error (error, PDK_ERROR, PDK_ERROR_NOT_FOUND);
  remove_folder (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/log-listing/folder", test_folder);
  g_test_add_func ("/log-listing/single", test_single);
  g_test_add_func ("/log-listing/nothing", test_nothing);
  return g_test_run ();
}
