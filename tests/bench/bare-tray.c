/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The least that a tray program on these libraries can be: one item, one menu entry. What the applet costs is
 * measured against it, so it must do nothing else. One thread; everything lives until the process ends.
 */
#define G_LOG_DOMAIN "bare-tray"

#include "config.h"

#include <gtk/gtk.h>
#include <libayatana-appindicator/app-indicator.h>

int
main (int argc, char **argv)
{
  AppIndicator *indicator;
  GtkWidget *menu, *quit;

  gtk_init (&argc, &argv);

  menu = gtk_menu_new ();
  quit = gtk_menu_item_new_with_label ("Quit");
  g_signal_connect (quit, "activate", G_CALLBACK (gtk_main_quit), NULL);
  gtk_menu_shell_append (GTK_MENU_SHELL (menu), quit);
  gtk_widget_show_all (menu);

  /* Deprecated in favour of a successor that Debian 12 lacks. */
  G_GNUC_BEGIN_IGNORE_DEPRECATIONS
  indicator =
      app_indicator_new ("bare-tray", "applications-system", APP_INDICATOR_CATEGORY_APPLICATION_STATUS);
  G_GNUC_END_IGNORE_DEPRECATIONS
  app_indicator_set_status (indicator, APP_INDICATOR_STATUS_ACTIVE);
  app_indicator_set_menu (indicator, GTK_MENU (menu));

  gtk_main ();
  g_object_unref (indicator);
  return 0;
}
