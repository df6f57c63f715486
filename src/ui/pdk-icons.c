/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which icon stands for what, and where the icon files are. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-icons.h"

/* Desktops whose panels draw symbolic icons in the colour of their text, by their names in
 * XDG_CURRENT_DESKTOP. Elsewhere a symbolic icon may be dark on dark. */
static const char *const recolouring_desktops[] = { "GNOME", "Unity", "MATE", "Budgie", "XFCE" };

/**
 * pdk_icons_dup_theme_path:
 *
 * The folder to search for icons by name, laid out as /usr/share/icons is. A program that runs from its build
 * folder brings the icons from there, so that it needs no installation.
 *
 * Returns: (transfer full): the folder's absolute path
 */
char *
pdk_icons_dup_theme_path (void)
{
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);

  if (program != NULL)
    {
      g_autofree char *bin_dir = g_path_get_dirname (program);
      g_autofree char *built = g_build_filename (bin_dir, "..", "icons", NULL);
      g_autofree char *icon =
          g_build_filename (built, "hicolor", "scalable", "apps", APPLICATION_ID ".svg", NULL);

      if (g_file_test (icon, G_FILE_TEST_IS_REGULAR))
        return g_canonicalize_filename (built, NULL);
    }
  return g_strdup (ICONDIR);
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
