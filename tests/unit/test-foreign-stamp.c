/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "pdk-foreign-stamp.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>
#include <utime.h>

#include "scratch-folder.h"

typedef struct
{
  char *folder;
  char *path;
  char *log_path;
} Fixture;

static void
write_file (const char *path, const char *text)
{
  g_autoptr (GError) error = NULL;

  g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_NONE, 0600, &error);
  g_assert_no_error (error);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = scratch_folder_new ();
  fixture->path = g_build_filename (fixture->folder, "db.sqlite", NULL);
  fixture->log_path = g_strconcat (fixture->path, "-wal", NULL);
  write_file (fixture->path, "database");
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  scratch_folder_remove (fixture->folder);
  g_free (fixture->path);
  g_free (fixture->log_path);
}

/* As if it had been taken long after the last change. */
static void
take_later (PdkForeignStamp *stamp, const Fixture *fixture)
{
  pdk_foreign_stamp_take (stamp, fixture->path);
  stamp->is_settled = TRUE;
}

static void
test_equal (Fixture *fixture, gconstpointer data)
{
  PdkForeignStamp before, after;

  take_later (&before, fixture);
  pdk_foreign_stamp_take (&after, fixture->path);
  g_assert_true (pdk_foreign_stamp_equal (&before, &after));
  before.is_settled = FALSE;
  g_assert_false (pdk_foreign_stamp_equal (&before, &after));
}

static void
test_changes (Fixture *fixture, gconstpointer data)
{
  g_autofree char *aside = g_strconcat (fixture->path, ".aside", NULL);
  struct utimbuf times = { 1, 1 };
  PdkForeignStamp before, after;

  take_later (&before, fixture);
  write_file (fixture->log_path, "log");
  take_later (&after, fixture);
  g_assert_false (pdk_foreign_stamp_equal (&before, &after));

  before = after;
  write_file (fixture->log_path, "log, longer");
  take_later (&after, fixture);
  g_assert_false (pdk_foreign_stamp_equal (&before, &after));

  before = after;
  g_assert_cmpint (utime (fixture->path, &times), ==, 0);
  take_later (&after, fixture);
  g_assert_false (pdk_foreign_stamp_equal (&before, &after));

  before = after;
  write_file (aside, "database");
  g_assert_cmpint (g_rename (aside, fixture->path), ==, 0);
  take_later (&after, fixture);
  g_assert_false (pdk_foreign_stamp_equal (&before, &after));

  before = after;
  g_assert_cmpint (g_unlink (fixture->path), ==, 0);
  take_later (&after, fixture);
  g_assert_false (pdk_foreign_stamp_equal (&before, &after));
}

static void
test_settled (void)
{
  gint64 now_nsec = g_get_real_time () * 1000;
  PdkFileStamp long_ago = { .ctime_nsec = now_nsec - G_GINT64_CONSTANT (10000000000) };
  PdkFileStamp future = { .ctime_nsec = now_nsec + G_GINT64_CONSTANT (3600000000000) };
  PdkFileStamp nothing = { 0 };

  g_assert_true (pdk_file_stamp_is_settled (&long_ago));
  g_assert_false (pdk_file_stamp_is_settled (&future));
  g_assert_true (pdk_file_stamp_is_settled (&nothing));
}

static void
test_missing (void)
{
  PdkForeignStamp stamp, nothing = { .is_settled = TRUE };

  pdk_foreign_stamp_take (&stamp, "/nonexistent/db.sqlite");
  g_assert_true (pdk_foreign_stamp_equal (&nothing, &stamp));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/foreign-stamp/equal", Fixture, NULL, set_up, test_equal, tear_down);
  g_test_add ("/foreign-stamp/changes", Fixture, NULL, set_up, test_changes, tear_down);
  g_test_add_func ("/foreign-stamp/settled", test_settled);
  g_test_add_func ("/foreign-stamp/missing", test_missing);
  return g_test_run ();
}
