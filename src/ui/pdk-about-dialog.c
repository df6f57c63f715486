/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What Paddock is, who makes it, and under which licence, with a button that copies what a report of
 * something that does not work should tell. Nothing is fetched for it; its links are opened when somebody
 * presses them. Main thread. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-about-dialog.h"

#include <glib/gi18n-lib.h>
#include <locale.h>
#ifdef GDK_WINDOWING_WAYLAND
#include <gdk/gdkwayland.h>
#endif

#include "pdk-report.h"
#include "pdk-sandbox.h"

#include "pdk-dark-theme.h"
#include "pdk-shortcuts.h"

/* Of the button, the text that it copies. */
#define REPORT_KEY "pdk-report"

#define WEBSITE "https://github.com/paddock/Paddock"

/* A name, which is the same in every language. */
#define MAKERS "The Paddock maintainers"

static char *
dup_comments (void)
{
  return g_strjoin ("\n", _ ("See what your Ollama is doing"),
                    _ ("Paddock is independent of Ollama’s makers."), NULL);
}

static gboolean
is_wayland (void)
{
#ifdef GDK_WINDOWING_WAYLAND
  return GDK_IS_WAYLAND_DISPLAY (gdk_display_get_default ());
#else
  return FALSE;
#endif
}

/* What it runs on, in the words of whoever reads reports. */
static char **
dup_surroundings (void)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autofree char *system = g_get_os_info (G_OS_INFO_KEY_PRETTY_NAME);
  const char *desktop = g_getenv ("XDG_CURRENT_DESKTOP");
  g_autofree char *libraries =
      g_strdup_printf ("GTK %u.%u.%u, GLib %u.%u.%u", gtk_get_major_version (), gtk_get_minor_version (),
                       gtk_get_micro_version (), glib_major_version, glib_minor_version, glib_micro_version);
  g_autofree char *place =
      g_strdup_printf ("XDG_CURRENT_DESKTOP=%s, %s%s", desktop != NULL ? desktop : "",
                       is_wayland () ? "Wayland" : "X11", pdk_sandbox_is_flatpak () ? ", Flatpak" : "");

  g_strv_builder_add_many (builder, libraries, place, setlocale (LC_MESSAGES, NULL),
                           system != NULL ? system : "Linux", NULL);
  return g_strv_builder_end (builder);
}

static void
on_copy (GtkButton *button, gpointer user_data)
{
  GtkClipboard *clipboard = gtk_widget_get_clipboard (GTK_WIDGET (button), GDK_SELECTION_CLIPBOARD);

  gtk_clipboard_set_text (clipboard, g_object_get_data (G_OBJECT (button), REPORT_KEY), -1);
  gtk_clipboard_store (clipboard);
}

/* What is copied is its tooltip, so that everybody sees it before they pass it on. */
static GtkWidget *
new_copy_button (const PdkSnapshot *snapshot)
{
  GtkWidget *button = gtk_button_new_with_label (_ ("Copy Troubleshooting Details"));
  g_auto (GStrv) surroundings = dup_surroundings ();
  char *report = pdk_report_new_text (snapshot, (const char *const *) surroundings);

  g_object_set_data_full (G_OBJECT (button), REPORT_KEY, report, g_free);
  gtk_widget_set_tooltip_text (button, report);
  gtk_widget_set_halign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_margin_bottom (button, 6);
  g_signal_connect (button, "clicked", G_CALLBACK (on_copy), NULL);
  gtk_widget_show (button);
  return button;
}

/**
 * pdk_about_dialog_new:
 * @application: what it tells of
 * @snapshot: (transfer none) (nullable): what is known, of which a report tells the states
 *
 * Returns: (transfer none): a window that is not shown yet; GTK owns it
 */
GtkWindow *
pdk_about_dialog_new (GtkApplication *application, const PdkSnapshot *snapshot)
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
  gtk_box_pack_end (GTK_BOX (gtk_dialog_get_content_area (GTK_DIALOG (window))), new_copy_button (snapshot),
                    FALSE, FALSE, 0);
  gtk_style_context_add_class (gtk_widget_get_style_context (GTK_WIDGET (window)), "paddock");
  pdk_dark_theme_follow (GTK_WIDGET (window));
  pdk_shortcuts_add_close (G_ACTION_MAP (actions), "close", window);
  gtk_widget_insert_action_group (GTK_WIDGET (window), "win", G_ACTION_GROUP (actions));
  g_signal_connect (window, "response", G_CALLBACK (gtk_widget_destroy), NULL);
  return window;
}
