/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Where the servers of this world write their logs: files by hand and by package managers, the systemd
 * journal for nearly everybody else. Does no I/O. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-log-places.h"

/* Of install.sh and of the packages of distributions. */
#define DEFAULT_UNIT "ollama.service"
#define SNAP_UNIT "snap.ollama.listener.service"
#define DEFAULT_CONTAINER "ollama"

/* Of Gentoo's init script, and of Homebrew's service by the names that its prefix has on Linux. */
#define OPENRC_LOG "/var/log/ollama/ollama.log"
#define BREW_LOG "var/log/ollama.log"
#define BREW_PREFIX "/home/linuxbrew/.linuxbrew"
#define BREW_HOME_PREFIX ".linuxbrew"

static void
places_clear (gpointer data)
{
  PdkLogPlaces *places = data;

  g_strfreev (places->paths);
  g_free (places->time_zone);
  g_strfreev (places->journal_matches);
  g_free (places->journal_folder);
  g_free (places->journal_subject);
}

static GStrv
list_paths (const PdkAccount *account, const char *home, const char *brew_prefix)
{
  g_autoptr (GStrvBuilder) paths = g_strv_builder_new ();
  g_autofree char *by_hand = g_build_filename (home, ".ollama", "logs", NULL);
  g_autofree char *brew = g_build_filename (brew_prefix != NULL ? brew_prefix : BREW_PREFIX, BREW_LOG, NULL);
  g_autofree char *brew_at_home = g_build_filename (home, BREW_HOME_PREFIX, BREW_LOG, NULL);

  if (account->logs_dir != NULL)
    g_strv_builder_add (paths, account->logs_dir);
  else if (account->owns_default_paths)
    g_strv_builder_add_many (paths, by_hand, brew, brew_at_home, OPENRC_LOG, NULL);
  return g_strv_builder_end (paths);
}

/* As systemctl reads it: what is no whole name of a unit is that of a service. */
static char *
complete_unit (const char *name)
{
  static const char *const types[] = { ".service", ".scope", ".slice", ".socket" };

  for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
    {
      if (g_str_has_suffix (name, types[i]))
        return g_strdup (name);
    }
  return g_strconcat (name, ".service", NULL);
}

static void
add_match (GStrvBuilder *matches, const char *field, const char *value)
{
  g_autofree char *match = g_strconcat (field, "=", value, NULL);

  g_strv_builder_add (matches, match);
}

/* What the journal is said to lack, in the settings' own words where they name something. */
static char *
describe_subject (const PdkAccount *account, const char *unit, const char *container)
{
  if (account->container == NULL || *account->container == '\0')
    return g_strdup (unit);
  return account->journal_unit != NULL ? g_strdup_printf ("%s, %s", unit, container) : g_strdup (container);
}

/* What is named goes before what is found by itself, and what is found belongs to the account that has the
 * files in the user's home, or that names a folder: otherwise two accounts would count the same requests. */
static GStrv
list_matches (const PdkAccount *account, char **subject)
{
  g_autoptr (GStrvBuilder) matches = g_strv_builder_new ();
  const gboolean may_find = account->owns_default_paths || account->journal_dir != NULL;
  const char *container =
      account->container != NULL && *account->container != '\0' ? account->container : NULL;
  g_autofree char *unit = NULL;
  gboolean is_default;

  if (account->journal_unit != NULL)
    unit = complete_unit (account->journal_unit);
  else if (may_find)
    unit = g_strdup (DEFAULT_UNIT);
  is_default = g_strcmp0 (unit, DEFAULT_UNIT) == 0;
  if (is_default && container == NULL)
    container = DEFAULT_CONTAINER;

  if (unit != NULL)
    {
      add_match (matches, "_SYSTEMD_UNIT", unit);
      add_match (matches, "_SYSTEMD_USER_UNIT", unit);
    }
  if (is_default)
    add_match (matches, "_SYSTEMD_UNIT", SNAP_UNIT);
  if (container != NULL)
    add_match (matches, "CONTAINER_NAME", container);
  *subject = describe_subject (account, unit, container);
  return g_strv_builder_end (matches);
}

/**
 * pdk_log_places_new:
 * @account: the account's settings
 * @home: the user's home
 * @brew_prefix: (nullable): the value of HOMEBREW_PREFIX
 *
 * Returns: (transfer full): where to look
 */
PdkLogPlaces *
pdk_log_places_new (const PdkAccount *account, const char *home, const char *brew_prefix)
{
  PdkLogPlaces *places = g_atomic_rc_box_new0 (PdkLogPlaces);
  const gboolean is_off = account->journal_unit != NULL && *account->journal_unit == '\0';

  places->paths = list_paths (account, home, brew_prefix);
  places->time_zone = g_strdup (account->log_timezone);
  places->journal_matches = is_off ? g_new0 (char *, 1) : list_matches (account, &places->journal_subject);
  places->journal_folder = g_strdup (account->journal_dir);
  places->is_journal_named =
      account->journal_unit != NULL || account->journal_dir != NULL || account->container != NULL;
  return places;
}

/** pdk_log_places_ref: Returns: (transfer full): @places, with one more reference */
PdkLogPlaces *
pdk_log_places_ref (PdkLogPlaces *places)
{
  return g_atomic_rc_box_acquire (places);
}

/** pdk_log_places_unref: gives a reference to @places back */
void
pdk_log_places_unref (PdkLogPlaces *places)
{
  g_atomic_rc_box_release_full (places, places_clear);
}
