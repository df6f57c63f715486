/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gstdio.h>

#include "pdk-file-watch.h"
#include "scratch-folder.h"

#define BOUND_SEC 60

typedef struct
{
  char *folder, *path;
  guint told;
  PdkFileWatch *watch; /* (nullable) */
  gboolean is_once;    /* the watch is freed by what it calls */
} Fixture;

static void
on_change (gpointer user_data)
{
  Fixture *fixture = user_data;

  fixture->told++;
  if (fixture->is_once)
    g_clear_pointer (&fixture->watch, pdk_file_watch_free);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = scratch_folder_new ();
  fixture->path = g_build_filename (fixture->folder, "file", NULL);
  fixture->watch = pdk_file_watch_new (fixture->path, on_change, fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_clear_pointer (&fixture->watch, pdk_file_watch_free);
  scratch_folder_remove (fixture->folder);
  g_free (fixture->path);
}

static gboolean
on_bound (gpointer user_data)
{
  g_assert_not_reached ();
  return G_SOURCE_REMOVE;
}

static void
wait_to_be_told (Fixture *fixture)
{
  guint bound = g_timeout_add_seconds (BOUND_SEC, on_bound, NULL);

  while (fixture->told == 0)
    g_main_context_iteration (NULL, TRUE);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_source_remove (bound);
  fixture->told = 0;
}

static void
write_file (const char *path, const char *text)
{
  g_autoptr (GError) error = NULL;

  g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, &error);
  g_assert_no_error (error);
}

static void
test_changes (Fixture *fixture, gconstpointer data)
{
  write_file (fixture->path, "one");
  wait_to_be_told (fixture);
  write_file (fixture->path, "two");
  wait_to_be_told (fixture);
  g_assert_cmpint (g_unlink (fixture->path), ==, 0);
  wait_to_be_told (fixture);
}

/* The last change is one that is told, by another watch: what comes before it has come by then. */
static void
test_others (Fixture *fixture, gconstpointer data)
{
  g_autofree char *other = g_build_filename (fixture->folder, "other", NULL);
  Fixture last = { .folder = NULL };
  guint before;

  write_file (fixture->path, "one");
  wait_to_be_told (fixture);
  before = fixture->told;
  last.watch = pdk_file_watch_new (other, on_change, &last);
  g_assert_cmpint (g_chmod (fixture->path, 0640), ==, 0);
  write_file (other, "one");
  wait_to_be_told (&last);
  g_assert_cmpuint (fixture->told, ==, before);
  pdk_file_watch_free (last.watch);
}

static void
test_once (Fixture *fixture, gconstpointer data)
{
  fixture->is_once = TRUE;
  write_file (fixture->path, "one");
  wait_to_be_told (fixture);
  g_assert_null (fixture->watch);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/file-watch/changes", Fixture, NULL, set_up, test_changes, tear_down);
  g_test_add ("/file-watch/others", Fixture, NULL, set_up, test_others, tear_down);
  g_test_add ("/file-watch/once", Fixture, NULL, set_up, test_once, tear_down);
  return g_test_run ();
}
