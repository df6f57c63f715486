/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pdk-error.h"
#include "pdk-settings-writer.h"

typedef struct
{
  char *folder;
  char *path;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = g_dir_make_tmp ("paddock-writer-XXXXXX", NULL);
  fixture->path = g_build_filename (fixture->folder, "settings.json", NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GDir) dir = g_dir_open (fixture->folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (fixture->folder, name, NULL);

      g_remove (path);
    }
  g_assert_cmpint (g_rmdir (fixture->folder), ==, 0);
  g_free (fixture->path);
  g_free (fixture->folder);
}

static guint
count_files (Fixture *fixture)
{
  g_autoptr (GDir) dir = g_dir_open (fixture->folder, 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

static gboolean
write_label (const char *path, gboolean may_be_missing, const char *label, GError **error)
{
  g_autoptr (PdkSettingsEdit) edit = pdk_settings_edit_new ();

  pdk_settings_edit_set_string (edit, NULL, "label", label);
  return pdk_settings_writer_write (path, may_be_missing, edit, error);
}

static void
assert_content (const char *path, const char *expected)
{
  g_autofree char *text = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, expected);
}

static guint
get_mode (const char *path)
{
  GStatBuf status;

  g_assert_cmpint (g_stat (path, &status), ==, 0);
  return status.st_mode & 07777;
}

static void
test_new_file (Fixture *fixture, gconstpointer data)
{
  g_autofree char *nested = g_build_filename (fixture->folder, "deep", NULL);
  g_autofree char *path = g_build_filename (nested, "settings.json", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (write_label (path, FALSE, "none", &error));
  g_assert_error (error, PDK_ERROR, PDK_ERROR_SETTINGS);
  g_clear_error (&error);
  g_assert_true (write_label (path, TRUE, "none", &error));
  g_assert_no_error (error);
  assert_content (path, "{\n  \"label\" : \"none\"\n}\n");
  g_assert_cmpuint (get_mode (path), ==, 0600);
  g_assert_cmpint (g_remove (path), ==, 0);
}

/* What somebody else wrote meanwhile, the rights and a link stay. */
static void
test_existing_file (Fixture *fixture, gconstpointer data)
{
  g_autofree char *link_path = g_build_filename (fixture->folder, "link.json", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (fixture->path, "{\"mine\": 1}", -1, NULL));
  g_assert_cmpint (g_chmod (fixture->path, 0644), ==, 0);
  g_assert_cmpint (symlink ("settings.json", link_path), ==, 0);
  g_assert_true (write_label (link_path, TRUE, "none", &error));
  g_assert_no_error (error);
  assert_content (fixture->path, "{\n  \"mine\" : 1,\n  \"label\" : \"none\"\n}\n");
  g_assert_cmpuint (get_mode (fixture->path), ==, 0644);
  g_assert_true (g_file_test (link_path, G_FILE_TEST_IS_SYMLINK));
  g_assert_cmpuint (count_files (fixture), ==, 2);
}

static void
test_nothing_new (Fixture *fixture, gconstpointer data)
{
  GStatBuf before, after;

  g_assert_true (write_label (fixture->path, TRUE, "none", NULL));
  g_assert_cmpint (g_stat (fixture->path, &before), ==, 0);
  g_assert_true (write_label (fixture->path, TRUE, "none", NULL));
  g_assert_cmpint (g_stat (fixture->path, &after), ==, 0);
  g_assert_cmpuint (before.st_ino, ==, after.st_ino);
}

static void
assert_left_alone (Fixture *fixture, const char *content)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (write_label (fixture->path, TRUE, "none", &error));
  g_assert_error (error, PDK_ERROR, PDK_ERROR_SETTINGS);
  assert_content (fixture->path, content);
  g_assert_cmpuint (count_files (fixture), ==, 1);
}

static void
test_broken_file (Fixture *fixture, gconstpointer data)
{
  g_assert_true (g_file_set_contents (fixture->path, "{\"mine\": ", -1, NULL));
  assert_left_alone (fixture, "{\"mine\": ");
}

/* A folder where the file should be is the one thing that also root cannot write. */
static void
test_no_way_to_write (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->path, "below", "settings.json", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (fixture->path, "{}", -1, NULL));
  g_assert_false (write_label (path, TRUE, "none", &error));
  g_assert_error (error, PDK_ERROR, PDK_ERROR_SETTINGS);
  assert_content (fixture->path, "{}");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/settings-writer/new-file", Fixture, NULL, set_up, test_new_file, tear_down);
  g_test_add ("/settings-writer/existing-file", Fixture, NULL, set_up, test_existing_file, tear_down);
  g_test_add ("/settings-writer/nothing-new", Fixture, NULL, set_up, test_nothing_new, tear_down);
  g_test_add ("/settings-writer/broken-file", Fixture, NULL, set_up, test_broken_file, tear_down);
  g_test_add ("/settings-writer/no-way-to-write", Fixture, NULL, set_up, test_no_way_to_write, tear_down);
  return g_test_run ();
}
