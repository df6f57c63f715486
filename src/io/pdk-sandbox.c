/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is different inside of a Flatpak: where the user's own files are, and what may not be seen
 * (https://docs.flatpak.org/en/latest/flatpak-command-reference.html#flatpak-metadata). A file that is not
 * shared looks as one that does not exist; only this file knows the difference. No state; any thread. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-sandbox.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Of Ollama's folder, part of which is of no use: permission is asked for the whole. */
#define OLLAMA_FOLDER ".ollama"

/* Our own folders are elsewhere in a sandbox; Flatpak keeps the host's values in variables of these names. */
static const char *
get_host_folder (const char *variable, const char *own)
{
  const char *host = g_getenv (variable);

  return pdk_sandbox_is_flatpak () && host != NULL && g_path_is_absolute (host) ? host : own;
}

static gboolean
is_inside (const char *path, const char *folder)
{
  gsize length = strlen (folder);

  return strncmp (path, folder, length) == 0 && (path[length] == '\0' || path[length] == '/');
}

/* @entry: as in the list of filesystems: a path, or a name for some, and behind a colon how it is shared */
static gboolean
is_shared_by (const char *entry, const char *home, const char *path)
{
  const char *colon = strrchr (entry, ':');
  g_autofree char *folder = g_strndup (entry, colon != NULL ? (gsize) (colon - entry) : strlen (entry));
  g_autofree char *expanded = NULL;

  if (g_str_equal (folder, "home") || g_str_equal (folder, "host"))
    return is_inside (path, home);
  if (g_str_equal (folder, "~") || g_str_has_prefix (folder, "~/"))
    {
      expanded = g_strconcat (home, folder + 1, NULL);
      return is_inside (path, expanded);
    }
  return g_path_is_absolute (folder) && is_inside (path, folder);
}

static gboolean
is_shared (GKeyFile *info, const char *home, const char *path)
{
  g_auto (GStrv) entries = g_key_file_get_string_list (info, "Context", "filesystems", NULL, NULL);

  for (gsize i = 0; entries != NULL && entries[i] != NULL; i++)
    {
      if (is_shared_by (entries[i], home, path))
        return TRUE;
    }
  return FALSE;
}

/* The folder to ask for, so that @path is seen; %NULL where it is already. */
static char *
find_hidden_folder (const char *info_path, const char *home, const char *path)
{
  g_autoptr (GKeyFile) info = g_key_file_new ();
  g_autofree char *ollama = g_build_filename (home, OLLAMA_FOLDER, NULL);

  if (!g_key_file_load_from_file (info, info_path, G_KEY_FILE_NONE, NULL) || is_shared (info, home, path))
    return NULL;
  return g_strdup (is_inside (path, ollama) ? "~/" OLLAMA_FOLDER : path);
}

/* Flatpak itself knows what "~" is; a shell does not see it inside of a word. */
static char *
build_folder_command (const char *folder)
{
  g_autofree char *option = g_strdup_printf ("--filesystem=%s:ro", folder);
  gboolean is_plain = strspn (folder, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "~/._-+") == strlen (folder);
  g_autofree char *word = is_plain ? g_steal_pointer (&option) : g_shell_quote (option);

  return g_strdup_printf ("flatpak override --user %s %s", word, APPLICATION_ID);
}

/** pdk_sandbox_is_flatpak: Returns: whether this process runs inside of a Flatpak */
gboolean
pdk_sandbox_is_flatpak (void)
{
  return g_file_test (PDK_SANDBOX_INFO_PATH, G_FILE_TEST_EXISTS);
}

/** pdk_sandbox_get_data_home: Returns: (transfer none): the folder of the user's data, outside of any sandbox
 */
const char *
pdk_sandbox_get_data_home (void)
{
  return get_host_folder ("HOST_XDG_DATA_HOME", g_get_user_data_dir ());
}

/** pdk_sandbox_get_config_home: Returns: (transfer none): the same of the user's configuration */
const char *
pdk_sandbox_get_config_home (void)
{
  return get_host_folder ("HOST_XDG_CONFIG_HOME", g_get_user_config_dir ());
}

/**
 * pdk_sandbox_describe_hidden:
 * @info_path: the file that tells what is shared, which is %PDK_SANDBOX_INFO_PATH but for tests
 * @home: the user's home
 * @path: an absolute path at which nothing was found
 *
 * Returns: (transfer full) (nullable): a sentence that says how to share @path, when Flatpak does not; %NULL
 * when it does, or outside of one
 */
char *
pdk_sandbox_describe_hidden (const char *info_path, const char *home, const char *path)
{
  g_autofree char *folder = find_hidden_folder (info_path, home, path);

  if (folder == NULL)
    return NULL;
  return g_strdup_printf (_ ("Flatpak does not let Paddock see %s: allow it with “flatpak override --user "
                             "--filesystem=%s:ro %s”, then start Paddock again."),
                          folder, folder, APPLICATION_ID);
}

/** pdk_sandbox_dup_folder_command: Returns: (transfer full) (nullable): the command of the sentence of
 * pdk_sandbox_describe_hidden() alone */
char *
pdk_sandbox_dup_folder_command (const char *info_path, const char *home, const char *path)
{
  g_autofree char *folder = find_hidden_folder (info_path, home, path);

  return folder != NULL ? build_folder_command (folder) : NULL;
}

/**
 * pdk_sandbox_describe_no_network:
 * @info_path: the file that tells what is shared, which is %PDK_SANDBOX_INFO_PATH but for tests
 *
 * Returns: (transfer full) (nullable): a sentence that says how to allow the network, when Flatpak does not
 * share it, so that nothing can be reached, not even this machine; %NULL when it does, or outside of one
 */
char *
pdk_sandbox_describe_no_network (const char *info_path)
{
  g_autofree char *command = pdk_sandbox_dup_network_command (info_path);

  if (command == NULL)
    return NULL;
  return g_strdup_printf (_ ("Flatpak does not let Paddock use the network: allow it with “flatpak override "
                             "--user --share=network %s”, then start Paddock again."),
                          APPLICATION_ID);
}

/** pdk_sandbox_dup_network_command: Returns: (transfer full) (nullable): the command of the sentence of
 * pdk_sandbox_describe_no_network() alone */
char *
pdk_sandbox_dup_network_command (const char *info_path)
{
  g_autoptr (GKeyFile) info = g_key_file_new ();
  g_auto (GStrv) shared = NULL;

  if (!g_key_file_load_from_file (info, info_path, G_KEY_FILE_NONE, NULL))
    return NULL;
  shared = g_key_file_get_string_list (info, "Context", "shared", NULL, NULL);
  if (shared != NULL && g_strv_contains ((const char *const *) shared, "network"))
    return NULL;
  return g_strdup_printf ("flatpak override --user --share=network %s", APPLICATION_ID);
}
