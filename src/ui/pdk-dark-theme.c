/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Whether a window's theme is a dark one, as a class for the style sheet: accents of a theme are made for
 * light grounds, and have to be lighter on dark ones. Main thread. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-dark-theme.h"

static void
update (GtkWidget *window)
{
  GtkStyleContext *context = gtk_widget_get_style_context (window);
  GdkRGBA color;

  gtk_style_context_get_color (context, gtk_style_context_get_state (context), &color);
  /* Light text is on dark ground; themes have no other way to tell. */
  if ((color.red + color.green + color.blue) / 3.0 > 0.5)
    gtk_style_context_add_class (context, "dark");
  else
    gtk_style_context_remove_class (context, "dark");
}

/** pdk_dark_theme_follow: gives @window the class "dark" whenever its theme is dark */
void
pdk_dark_theme_follow (GtkWidget *window)
{
  g_signal_connect (window, "style-updated", G_CALLBACK (update), NULL);
  update (window);
}
