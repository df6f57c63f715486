/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What Paddock is, who makes it, and under which licence. Nothing is fetched for it; its links are opened
 * when somebody presses them. Main thread. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-about-dialog.h"

#include <glib/gi18n-lib.h>

#include "pdk-dark-theme.h"
#include "pdk-shortcuts.h"

#define WEBSITE "https://github.com/paddock/Paddock"

/* A name, which is the same in every language. */
#define MAKERS "The Paddock maintainers"

static char *
dup_comments (void)
{
  return g_strjoin ("\n\n", _ ("See what your Ollama is doing"),
                    _ ("Paddock is independent of Ollama’s makers."), NULL);
}

/**
 * pdk_about_dialog_new:
 * @application: what it tells of
 *
 * Returns: (transfer none): a window that is not shown yet; GTK owns it
 */
GtkWindow *
pdk_about_dialog_new (GtkApplication *application)
{
  static const char *const makers[] = { MAKERS, NULL };
  g_autoptr (GSimpleActionGroup) actions = g_simple_action_group_new ();
  g_autofree char *comments = dup_comments ();
  gboolean has_header;
  GtkWindow *window;

  /* It has buttons of its own where dialogs have no header bar, so it goes by that. */
  g_object_get (gtk_settings_get_default (), "gtk-dialogs-use-header", &has_header, NULL);
  window = g_object_new (GTK_TYPE_ABOUT_DIALOG, "application", application, "use-header-bar", has_header,
                         "icon-name", APPLICATION_ID, "window-position", GTK_WIN_POS_CENTER, NULL);
  g_object_set (window, "program-name", g_get_application_name (), "logo-icon-name", APPLICATION_ID,
                "version", PACKAGE_VERSION, "comments", comments, "website", WEBSITE, "copyright",
                "© 2026 " MAKERS, "license-type", GTK_LICENSE_GPL_3_0, "authors", makers,
                /* Translators: who you are, one name on each line. */
                "translator-credits", _ ("translator-credits"),
                /* The program's name gives it another one. */
                "title", _ ("About Paddock"), NULL);
  gtk_style_context_add_class (gtk_widget_get_style_context (GTK_WIDGET (window)), "paddock");
  pdk_dark_theme_follow (GTK_WIDGET (window));
  pdk_shortcuts_add_close (G_ACTION_MAP (actions), "close", window);
  gtk_widget_insert_action_group (GTK_WIDGET (window), "win", G_ACTION_GROUP (actions));
  g_signal_connect (window, "response", G_CALLBACK (gtk_widget_destroy), NULL);
  return window;
}
