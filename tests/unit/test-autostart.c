/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gstdio.h>
#include <unistd.h>

#include "mock-portal.h"
#include "pdk-autostart.h"
#include "pdk-error.h"
#include "scratch-folder.h"

typedef struct
{
  char *folder, *path;
  PdkAutostart *autostart;
} Fixture;

typedef struct
{
  gboolean is_done, is_good, is_enabled;
  GError *error;
} Answer;

static void
fixture_init (Fixture *fixture, PdkAutostartWay way)
{
  fixture->folder = scratch_folder_new ();
  fixture->path = g_build_filename (fixture->folder, "autostart", "entry.desktop", NULL);
  fixture->autostart = pdk_autostart_new_at (way, fixture->path);
}

static void
fixture_clear (Fixture *fixture)
{
  g_clear_object (&fixture->autostart);
  g_clear_pointer (&fixture->folder, scratch_folder_remove);
  g_clear_pointer (&fixture->path, g_free);
}

static void
on_got (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Answer *answer = user_data;

  answer->is_good =
      pdk_autostart_get_finish (PDK_AUTOSTART (source), result, &answer->is_enabled, &answer->error);
  answer->is_done = TRUE;
}

static void
on_set (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Answer *answer = user_data;

  answer->is_good = pdk_autostart_set_finish (PDK_AUTOSTART (source), result, &answer->error);
  answer->is_done = TRUE;
}

static gboolean
is_enabled (Fixture *fixture)
{
  Answer answer = { FALSE };

  pdk_autostart_get_async (fixture->autostart, NULL, on_got, &answer);
  while (!answer.is_done)
    g_main_context_iteration (NULL, TRUE);
  g_assert_no_error (answer.error);
  g_assert_true (answer.is_good);
  return answer.is_enabled;
}

/* Returns: (transfer full) (nullable): why not */
static GError *
try_set (Fixture *fixture, gboolean value)
{
  Answer answer = { FALSE };

  pdk_autostart_set_async (fixture->autostart, value, NULL, on_set, &answer);
  while (!answer.is_done)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (answer.is_good == (answer.error == NULL));
  return answer.error;
}

static void
set (Fixture *fixture, gboolean value)
{
  g_autoptr (GError) error = try_set (fixture, value);

  g_assert_no_error (error);
}

static GKeyFile *
load_entry (const char *path)
{
  GKeyFile *entry = g_key_file_new ();
  g_autoptr (GError) error = NULL;

  g_key_file_load_from_file (entry, path, G_KEY_FILE_NONE, &error);
  g_assert_no_error (error);
  return entry;
}

static void
assert_exec (const char *path, const char *expected)
{
  g_autoptr (GKeyFile) entry = load_entry (path);
  g_autofree char *exec = g_key_file_get_string (entry, "Desktop Entry", "Exec", NULL);
  g_autofree char *try_exec = g_key_file_get_string (entry, "Desktop Entry", "TryExec", NULL);

  g_assert_cmpstr (exec, ==, expected);
  /* Once the program is gone, it is not missed. */
  if (g_str_equal (expected, "paddock"))
    g_assert_cmpstr (try_exec, ==, expected);
  else
    g_assert_true (g_path_is_absolute (try_exec) && g_file_test (try_exec, G_FILE_TEST_IS_EXECUTABLE));
}

static void
test_file (void)
{
  Fixture fixture;
  g_autoptr (GKeyFile) entry = NULL;
  g_autofree char *icon = NULL;

  fixture_init (&fixture, PDK_AUTOSTART_BY_FILE);
  g_assert_false (is_enabled (&fixture));
  set (&fixture, FALSE);
  g_assert_false (is_enabled (&fixture));

  set (&fixture, TRUE);
  g_assert_true (is_enabled (&fixture));
  entry = load_entry (fixture.path);
  icon = g_key_file_get_string (entry, "Desktop Entry", "Icon", NULL);
  g_assert_cmpstr (icon, ==, APPLICATION_ID);
  g_assert_true (g_key_file_has_key (entry, "Desktop Entry", "X-GNOME-Autostart-Delay", NULL));

  set (&fixture, FALSE);
  g_assert_false (g_file_test (fixture.path, G_FILE_TEST_EXISTS));
  g_assert_false (is_enabled (&fixture));
  fixture_clear (&fixture);
}

/* What desktops write when the person turns the entry off in their settings. */
static void
test_turned_off_elsewhere (void)
{
  static const struct
  {
    const char *text;
    gboolean is_enabled;
  } cases[] = {
    { "[Desktop Entry]\nType=Application\nExec=paddock\nHidden=true\n", FALSE },
    { "[Desktop Entry]\nType=Application\nExec=paddock\nHidden=false\n", TRUE },
    { "[Desktop Entry]\nType=Application\nExec=paddock\nX-GNOME-Autostart-enabled=false\n", FALSE },
    { "[Desktop Entry]\nType=Application\nExec=paddock\nX-GNOME-Autostart-enabled=true\n", TRUE },
    { "[Desktop Entry]\nType=Application\nExec=paddock\nHidden=maybe\n", TRUE },
    { "[Desktop Entry]\nType=Application\n", FALSE },
    { "no entry at all", FALSE },
    { "", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      Fixture fixture;
      g_autofree char *parent = NULL;

      fixture_init (&fixture, PDK_AUTOSTART_BY_FILE);
      parent = g_path_get_dirname (fixture.path);
      g_assert_cmpint (g_mkdir (parent, 0700), ==, 0);
      g_assert_true (g_file_set_contents (fixture.path, cases[i].text, -1, NULL));
      g_assert_cmpint (is_enabled (&fixture), ==, cases[i].is_enabled);
      set (&fixture, TRUE);
      g_assert_true (is_enabled (&fixture));
      fixture_clear (&fixture);
    }
}

/* A program that PATH leads to is written by its name; any other by its path. */
static void
test_command (void)
{
  Fixture fixture;
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *quoted = g_strdup_printf ("\"%s\"", self);
  g_autofree char *link = NULL;

  fixture_init (&fixture, PDK_AUTOSTART_BY_FILE);
  g_setenv ("PATH", fixture.folder, TRUE);
  set (&fixture, TRUE);
  assert_exec (fixture.path, quoted);

  link = g_build_filename (fixture.folder, "paddock", NULL);
  g_assert_cmpint (symlink (self, link), ==, 0);
  set (&fixture, TRUE);
  assert_exec (fixture.path, "paddock");
  fixture_clear (&fixture);
}

static void
test_not_writable (void)
{
  Fixture fixture;
  g_autoptr (GError) error = NULL;
  g_autofree char *parent = NULL;

  fixture_init (&fixture, PDK_AUTOSTART_BY_FILE);
  parent = g_path_get_dirname (fixture.path);
  /* A file where the folder belongs stops root, too. */
  g_assert_true (g_file_set_contents (parent, "", -1, NULL));
  error = try_set (&fixture, TRUE);
  g_assert_nonnull (error);
  g_assert_true (g_str_has_prefix (error->message, fixture.path));
  g_assert_false (is_enabled (&fixture));
  g_clear_error (&error);

  g_assert_cmpint (g_unlink (parent), ==, 0);
  g_assert_cmpint (g_mkdir_with_parents (fixture.path, 0700), ==, 0);
  error = try_set (&fixture, FALSE);
  g_assert_nonnull (error);
  fixture_clear (&fixture);
}

static void
test_portal (void)
{
  MockPortal *portal = mock_portal_new (MOCK_PORTAL_GRANTS);
  Fixture fixture;
  g_autoptr (GError) error = NULL;

  fixture_init (&fixture, PDK_AUTOSTART_BY_PORTAL);
  g_assert_false (is_enabled (&fixture));
  g_assert_cmpuint (portal->requests, ==, 0);
  set (&fixture, TRUE);
  g_assert_true (portal->starts_at_login);
  g_assert_true (is_enabled (&fixture));

  portal->manner = MOCK_PORTAL_IGNORES;
  error = try_set (&fixture, FALSE);
  g_assert_error (error, PDK_ERROR, PDK_ERROR_PERMISSION);
  g_assert_true (is_enabled (&fixture));
  g_clear_error (&error);

  portal->manner = MOCK_PORTAL_GRANTS;
  set (&fixture, FALSE);
  g_assert_false (portal->starts_at_login);
  g_assert_false (is_enabled (&fixture));

  portal->manner = MOCK_PORTAL_REFUSES;
  error = try_set (&fixture, TRUE);
  g_assert_error (error, PDK_ERROR, PDK_ERROR_PERMISSION);
  g_assert_false (is_enabled (&fixture));
  fixture_clear (&fixture);
  mock_portal_free (portal);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/autostart/file", test_file);
  g_test_add_func ("/autostart/turned-off-elsewhere", test_turned_off_elsewhere);
  g_test_add_func ("/autostart/not-writable", test_not_writable);
  g_test_add_func ("/autostart/portal", test_portal);
  g_test_add_func ("/autostart/command", test_command);
  return g_test_run ();
}
