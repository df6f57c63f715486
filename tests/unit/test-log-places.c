/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "pdk-log-places.h"

#define HOME "/home/me"
#define DEFAULTS                                                                                             \
  "_SYSTEMD_UNIT=ollama.service|_SYSTEMD_USER_UNIT=ollama.service|_SYSTEMD_UNIT=snap.ollama.listener."       \
  "service|"
#define UNIT(unit) "_SYSTEMD_UNIT=" unit "|_SYSTEMD_USER_UNIT=" unit
#define FOUND DEFAULTS "CONTAINER_NAME=ollama"

static const struct
{
  const char *name;
  gboolean owns_default_paths;
  const char *unit, *container, *folder; /* the settings */
  const char *matches, *subject;         /* what comes of them */
} journals[] = {
  { "found", TRUE, NULL, NULL, NULL, FOUND, "ollama.service" },
  { "another-account", FALSE, NULL, NULL, NULL, "", NULL },
  { "off", TRUE, "", NULL, NULL, "", NULL },
  { "off-altogether", FALSE, "", "x", "/j", "", NULL },
  { "unit", TRUE, "ai.service", NULL, NULL, UNIT ("ai.service"), "ai.service" },
  { "unit-without-a-type", FALSE, "ollama-2.1", NULL, NULL, UNIT ("ollama-2.1.service"),
    "ollama-2.1.service" },
  { "scope", FALSE, "a.scope", NULL, NULL, UNIT ("a.scope"), "a.scope" },
  { "default-unit-named", FALSE, "ollama.service", NULL, NULL, FOUND, "ollama.service" },
  { "container", TRUE, NULL, "box", NULL, DEFAULTS "CONTAINER_NAME=box", "box" },
  { "container-of-another-account", FALSE, NULL, "box", NULL, "CONTAINER_NAME=box", "box" },
  { "empty-container", TRUE, NULL, "", NULL, FOUND, "ollama.service" },
  { "unit-and-container", FALSE, "ai", "box", NULL, UNIT ("ai.service") "|CONTAINER_NAME=box",
    "ai.service, box" },
  { "folder", FALSE, NULL, NULL, "/j", FOUND, "ollama.service" },
};

static void
test_journal (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  PdkAccount account = { .owns_default_paths = journals[i].owns_default_paths,
                         .journal_unit = (char *) journals[i].unit,
                         .container = (char *) journals[i].container,
                         .journal_dir = (char *) journals[i].folder };
  g_autoptr (PdkLogPlaces) places = pdk_log_places_new (&account, HOME, NULL);
  g_autofree char *matches = g_strjoinv ("|", places->journal_matches);

  g_assert_cmpstr (matches, ==, journals[i].matches);
  g_assert_cmpstr (places->journal_subject, ==, journals[i].subject);
  g_assert_cmpstr (places->journal_folder, ==, journals[i].folder);
}

static void
test_is_journal_named (void)
{
  PdkAccount found = { .owns_default_paths = TRUE };
  PdkAccount named = { .owns_default_paths = TRUE, .journal_unit = (char *) "ollama.service" };
  g_autoptr (PdkLogPlaces) places = pdk_log_places_new (&found, HOME, NULL);
  g_autoptr (PdkLogPlaces) named_places = pdk_log_places_new (&named, HOME, NULL);

  g_assert_false (places->is_journal_named);
  g_assert_true (named_places->is_journal_named);
}

static void
assert_paths (const PdkAccount *account, const char *brew_prefix, const char *expected)
{
  g_autoptr (PdkLogPlaces) places = pdk_log_places_new (account, HOME, brew_prefix);
  g_autofree char *paths = g_strjoinv ("|", places->paths);

  g_assert_cmpstr (paths, ==, expected);
}

static void
test_paths (void)
{
  PdkAccount owner = { .owns_default_paths = TRUE };
  PdkAccount other = { 0 };
  PdkAccount named = { .owns_default_paths = TRUE, .logs_dir = (char *) "/srv/nohup.out" };

  assert_paths (&owner, NULL,
                "/home/me/.ollama/logs|/home/linuxbrew/.linuxbrew/var/log/ollama.log|"
                "/home/me/.linuxbrew/var/log/ollama.log|/var/log/ollama/ollama.log");
  assert_paths (&owner, "/opt/brew",
                "/home/me/.ollama/logs|/opt/brew/var/log/ollama.log|/home/me/.linuxbrew/var/log/ollama.log|"
                "/var/log/ollama/ollama.log");
  assert_paths (&other, NULL, "");
  assert_paths (&named, NULL, "/srv/nohup.out");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (journals); i++)
    {
      g_autofree char *path = g_strconcat ("/log-places/journal/", journals[i].name, NULL);

      g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_journal);
    }
  g_test_add_func ("/log-places/is-journal-named", test_is_journal_named);
  g_test_add_func ("/log-places/paths", test_paths);
  return g_test_run ();
}
