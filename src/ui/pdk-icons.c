/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which icon stands for what, and where the icon files are. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-icons.h"

/* Desktops whose panels draw symbolic icons in the colour of their text, by their names in
 * XDG_CURRENT_DESKTOP. Elsewhere a symbolic icon may be dark on dark. */
static const char *const recolouring_desktops[] = { "GNOME", "Unity", "MATE", "Budgie", "XFCE" };

static char *
find_built_icons (void)
{
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *bin_dir = program != NULL ? g_path_get_dirname (program) : NULL;
  g_autofree char *built = NULL;
  g_autofree char *icon = NULL;

  if (bin_dir == NULL)
    return NULL;
  built = g_build_filename (bin_dir, "..", "icons", NULL);
  icon = g_build_filename (built, "hicolor", "scalable", "apps", APPLICATION_ID ".svg", NULL);
  return g_file_test (icon, G_FILE_TEST_IS_REGULAR) ? g_canonicalize_filename (built, NULL) : NULL;
}

static gboolean
is_looked_in_anyway (const char *icon_dir)
{
  const char *const *data_dirs = g_get_system_data_dirs ();
  g_autofree char *data_dir = g_path_get_dirname (icon_dir);

  if (g_strcmp0 (data_dir, g_get_user_data_dir ()) == 0)
    return TRUE;
  for (gsize i = 0; data_dirs[i] != NULL; i++)
    {
      g_autofree char *candidate = g_canonicalize_filename (data_dirs[i], "/");

      if (g_str_equal (data_dir, candidate))
        return TRUE;
    }
  return FALSE;
}

/**
 * pdk_icons_dup_theme_path:
 *
 * The folder to search for our icons by name, laid out as /usr/share/icons is, where it is none of those that
 * everybody searches. A program that runs from its build folder brings the icons from there, so that it needs
 * no installation. In a sandbox our folders mean nothing to a panel, which finds the exported icons itself.
 *
 * Returns: (transfer full) (nullable): the folder's absolute path, or %NULL when none is needed
 */
char *
pdk_icons_dup_theme_path (void)
{
  g_autofree char *built = find_built_icons ();

  if (built != NULL)
    return g_steal_pointer (&built);
  return is_looked_in_anyway (ICONDIR) ? NULL : g_strdup (ICONDIR);
}

static gboolean
is_recoloured (const char *desktops)
{
  g_auto (GStrv) names = g_strsplit (desktops != NULL ? desktops : "", ":", -1);

  for (gsize i = 0; names[i] != NULL; i++)
    {
      for (gsize j = 0; j < G_N_ELEMENTS (recolouring_desktops); j++)
        {
          if (g_ascii_strcasecmp (names[i], recolouring_desktops[j]) == 0)
            return TRUE;
        }
    }
  return FALSE;
}

/**
 * pdk_icons_dup_name:
 * @level: how things stand
 * @style: how the user wants the icon drawn
 * @desktops: (nullable): the names of the desktop, as in XDG_CURRENT_DESKTOP
 *
 * Returns: (transfer full): the name of the tray icon
 */
char *
pdk_icons_dup_name (PdkLevel level, PdkTrayIconStyle style, const char *desktops)
{
  gboolean is_symbolic =
      style == PDK_TRAY_ICON_SYMBOLIC || (style == PDK_TRAY_ICON_AUTO && is_recoloured (desktops));

  return g_strdup_printf (APPLICATION_ID "-%s%s", pdk_level_to_string (level),
                          is_symbolic ? "-symbolic" : "");
}
