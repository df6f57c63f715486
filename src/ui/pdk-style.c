/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What windows need and the tray does not: the style sheet, and where the icons are. Main thread. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-style.h"

#include <gtk/gtk.h>

#include "pdk-icons.h"

/** pdk_style_load: loads it for all windows of the process; to be called once, before the first of them */
void
pdk_style_load (void)
{
  g_autoptr (GtkCssProvider) provider = gtk_css_provider_new ();
  g_autofree char *icon_path = pdk_icons_dup_theme_path ();

  gtk_css_provider_load_from_resource (provider, "/io/github/paddock/Paddock/paddock.css");
  gtk_style_context_add_provider_for_screen (gdk_screen_get_default (), GTK_STYLE_PROVIDER (provider),
                                             GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
  if (icon_path != NULL)
    gtk_icon_theme_append_search_path (gtk_icon_theme_get_default (), icon_path);
}
