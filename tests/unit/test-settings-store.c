/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "pdk-settings-store.h"

typedef struct
{
  char *folder;
  char *path;
  PdkSettingsStore *store; /* (nullable) */
  guint n_changes;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = g_dir_make_tmp ("paddock-settings-XXXXXX", NULL);
  fixture->path = g_build_filename (fixture->folder, "settings.json", NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_clear_object (&fixture->store);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_remove (fixture->path);
  g_assert_cmpint (g_rmdir (fixture->folder), ==, 0);
  g_free (fixture->path);
  g_free (fixture->folder);
}

static void
write_file (const char *path, guint seconds)
{
  g_autofree char *text = g_strdup_printf ("{\"poll_interval_seconds\": %u}", seconds);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

static void
write_interval (Fixture *fixture, guint seconds)
{
  write_file (fixture->path, seconds);
}

static void
on_changed (PdkSettingsStore *store, gpointer data)
{
  ((Fixture *) data)->n_changes++;
}

static void
open_store (Fixture *fixture)
{
  fixture->store = pdk_settings_store_new (fixture->path);
  g_signal_connect (fixture->store, "changed", G_CALLBACK (on_changed), fixture);
  pdk_settings_store_watch (fixture->store);
}

static guint
get_seconds (Fixture *fixture)
{
  return pdk_settings_store_get_settings (fixture->store)->poll_interval_msec / 1000;
}

static gboolean
on_bound (gpointer data)
{
  g_assert_not_reached (); /* nothing happened in time */
  return G_SOURCE_REMOVE;
}

/* Waits for the settings of @seconds, and whether there is a complaint. */
static void
wait_for (Fixture *fixture, guint seconds, gboolean has_complaint)
{
  guint bound = g_timeout_add_seconds (30, on_bound, NULL);

  while (get_seconds (fixture) != seconds ||
         (pdk_settings_store_get_complaint (fixture->store) != NULL) != has_complaint)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (bound);
  g_assert_cmpint (pdk_settings_store_get_error (fixture->store) != NULL, ==, has_complaint);
  g_assert_cmpuint (fixture->n_changes, >, 0);
}

static void
test_read (Fixture *fixture, gconstpointer data)
{
  write_interval (fixture, 7);
  fixture->store = pdk_settings_store_new (fixture->path);
  g_assert_cmpuint (get_seconds (fixture), ==, 7);
  g_assert_cmpstr (pdk_settings_store_get_path (fixture->store), ==, fixture->path);
  g_assert_null (pdk_settings_store_get_complaint (fixture->store));
  g_assert_null (pdk_settings_store_get_error (fixture->store));
}

/* A file that was asked for by name and is missing is complained about; there are settings all the same. */
static void
test_missing (Fixture *fixture, gconstpointer data)
{
  fixture->store = pdk_settings_store_new (fixture->path);
  g_assert_true (g_str_has_prefix (pdk_settings_store_get_complaint (fixture->store), fixture->path));
  g_assert_true (pdk_settings_get_account (pdk_settings_store_get_settings (fixture->store), 0)->is_detected);
}

static void
test_broken_at_start (Fixture *fixture, gconstpointer data)
{
  g_autofree char *place = g_strconcat (fixture->path, ":2: label: ", NULL);

  g_assert_true (g_file_set_contents (fixture->path, "{\n\"label\": 1}", -1, NULL));
  fixture->store = pdk_settings_store_new (fixture->path);
  g_assert_true (g_str_has_prefix (pdk_settings_store_get_complaint (fixture->store), place));
  g_assert_nonnull (strstr (pdk_settings_store_get_error (fixture->store), place));
  g_assert_cmpuint (get_seconds (fixture), ==, 30);
}

static void
test_too_large (Fixture *fixture, gconstpointer data)
{
  g_autofree char *text = g_strnfill (2 * 1024 * 1024, ' ');

  g_assert_true (g_file_set_contents (fixture->path, text, -1, NULL));
  fixture->store = pdk_settings_store_new (fixture->path);
  g_assert_nonnull (pdk_settings_store_get_complaint (fixture->store));
}

/* g_file_set_contents() renames a new file into place, as most editors do. */
static void
test_live (Fixture *fixture, gconstpointer data)
{
  write_interval (fixture, 7);
  open_store (fixture);
  write_interval (fixture, 8);
  wait_for (fixture, 8, FALSE);
  write_interval (fixture, 9);
  wait_for (fixture, 9, FALSE);
}

/* Others write into the file as it is. */
static void
test_live_in_place (Fixture *fixture, gconstpointer data)
{
  FILE *file;

  write_interval (fixture, 7);
  open_store (fixture);
  file = g_fopen (fixture->path, "w");
  fputs ("{\"poll_interval_seconds\":", file);
  fflush (file);
  fputs ("12}", file);
  fclose (file);
  wait_for (fixture, 12, FALSE);
}

static void
point_link_at (Fixture *fixture, const char *target)
{
  g_autofree char *fresh = g_strconcat (fixture->path, ".new", NULL);

  g_assert_cmpint (symlink (target, fresh), ==, 0);
  g_assert_cmpint (g_rename (fresh, fixture->path), ==, 0);
}

/* Many keep their settings in another folder, under version control, and a link in their place. */
static void
test_live_behind_a_link (Fixture *fixture, gconstpointer data)
{
  g_autofree char *one = g_build_filename (fixture->folder, "one.json", NULL);
  g_autofree char *two = g_build_filename (fixture->folder, "two.json", NULL);

  write_file (one, 7);
  point_link_at (fixture, "one.json");
  open_store (fixture);
  write_file (one, 8);
  wait_for (fixture, 8, FALSE);
  write_file (one, 9);
  wait_for (fixture, 9, FALSE);

  write_file (two, 10);
  point_link_at (fixture, two);
  wait_for (fixture, 10, FALSE);
  write_file (two, 11);
  wait_for (fixture, 11, FALSE);
  g_assert_cmpint (g_remove (two), ==, 0);
  wait_for (fixture, 11, TRUE);
  write_file (two, 12);
  wait_for (fixture, 12, FALSE);

  g_assert_cmpint (g_remove (one), ==, 0);
  g_assert_cmpint (g_remove (two), ==, 0);
}

/* A broken file costs nothing: what was good stays, with a complaint, until it is mended. */
static void
test_broken (Fixture *fixture, gconstpointer data)
{
  write_interval (fixture, 7);
  open_store (fixture);
  g_assert_true (g_file_set_contents (fixture->path, "{\n\"poll", -1, NULL));
  wait_for (fixture, 7, TRUE);
  g_assert_true (g_str_has_prefix (pdk_settings_store_get_complaint (fixture->store), fixture->path));
  write_interval (fixture, 8);
  wait_for (fixture, 8, FALSE);
}

static void
test_appears_later (Fixture *fixture, gconstpointer data)
{
  open_store (fixture);
  g_assert_nonnull (pdk_settings_store_get_complaint (fixture->store));
  write_interval (fixture, 7);
  wait_for (fixture, 7, FALSE);
  g_assert_cmpint (g_remove (fixture->path), ==, 0);
  wait_for (fixture, 7, TRUE);
}

/* Dropped while a change is on its way. */
static void
test_dispose (Fixture *fixture, gconstpointer data)
{
  write_interval (fixture, 7);
  open_store (fixture);
  write_interval (fixture, 8);
  g_main_context_iteration (NULL, FALSE);
  g_assert_finalize_object (g_steal_pointer (&fixture->store));
}

static void
note_edit (GObject *source, GAsyncResult *result, gpointer data)
{
  guint *n_done = data;
  g_autoptr (GError) error = NULL;

  g_assert_true (pdk_settings_store_edit_finish (PDK_SETTINGS_STORE (source), result, &error));
  g_assert_no_error (error);
  (*n_done)++;
}

/* Those that are asked for one after the other take effect in that order. */
static void
test_edits (Fixture *fixture, gconstpointer data)
{
  guint n_done = 0;

  write_interval (fixture, 5);
  open_store (fixture);
  for (guint seconds = 6; seconds <= 15; seconds++)
    {
      g_autoptr (PdkSettingsEdit) edit = pdk_settings_edit_new ();

      pdk_settings_edit_set (edit, NULL, "poll_interval_seconds",
                             json_node_init_int (json_node_alloc (), seconds));
      pdk_settings_store_edit_async (fixture->store, edit, NULL, note_edit, &n_done);
    }
  wait_for (fixture, 15, FALSE);
  while (n_done < 10)
    g_main_context_iteration (NULL, TRUE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/settings-store/read", Fixture, NULL, set_up, test_read, tear_down);
  g_test_add ("/settings-store/missing", Fixture, NULL, set_up, test_missing, tear_down);
  g_test_add ("/settings-store/broken-at-start", Fixture, NULL, set_up, test_broken_at_start, tear_down);
  g_test_add ("/settings-store/too-large", Fixture, NULL, set_up, test_too_large, tear_down);
  g_test_add ("/settings-store/live", Fixture, NULL, set_up, test_live, tear_down);
  g_test_add ("/settings-store/live/in-place", Fixture, NULL, set_up, test_live_in_place, tear_down);
  g_test_add ("/settings-store/live/behind-a-link", Fixture, NULL, set_up, test_live_behind_a_link,
              tear_down);
  g_test_add ("/settings-store/broken", Fixture, NULL, set_up, test_broken, tear_down);
  g_test_add ("/settings-store/appears-later", Fixture, NULL, set_up, test_appears_later, tear_down);
  g_test_add ("/settings-store/dispose", Fixture, NULL, set_up, test_dispose, tear_down);
  g_test_add ("/settings-store/edits", Fixture, NULL, set_up, test_edits, tear_down);
  return g_test_run ();
}
