/* SPDX-License-Identifier: GPL-3.0-or-later */

/* All that keys do, in one table: the application has its accelerators from here, and so has the window that
 * lists them. What the toolkit itself does with keys, such as going on by Tab, is not told. Main thread. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-shortcuts.h"

#include <glib/gi18n-lib.h>

/* Those of a group stand together. */
static const PdkShortcut shortcuts[] = {
  { N_ ("General"), N_ ("Refresh"), "app.refresh", { "<Primary>r", "F5" } },
  { N_ ("General"), N_ ("Copy Status"), "app.copy-status", { "<Primary><Shift>c" } },
  { N_ ("General"), N_ ("Preferences"), "app.preferences", { "<Primary>comma" } },
  { N_ ("General"), N_ ("Keyboard Shortcuts"), "app.shortcuts", { "<Primary>question", "F1" } },
  { N_ ("General"), N_ ("Close the Window"), "win.close", { "<Primary>w" } },
  { N_ ("General"), N_ ("Go Back, or Close the Window"), "win.dismiss", { "Escape" } },
  { N_ ("General"), N_ ("Quit"), "app.quit", { "<Primary>q" } },
  { N_ ("Details"), N_ ("Main Menu"), "win.menu", { "F10" } },
  { N_ ("Details"), N_ ("Search the Models"), "win.search", { "<Primary>f" } },
  /* pdk-chart.c takes these. */
  { N_ ("Charts"), N_ ("Previous or Next Value"), NULL, { "Left", "Right" } },
  { N_ ("Charts"), N_ ("First or Last Value"), NULL, { "Home", "End" } },
};

/**
 * pdk_shortcuts_get:
 * @n_shortcuts: (out): how many there are
 *
 * Returns: (transfer none) (array length=n_shortcuts): all of them, in the order in which they are listed
 */
const PdkShortcut *
pdk_shortcuts_get (gsize *n_shortcuts)
{
  *n_shortcuts = G_N_ELEMENTS (shortcuts);
  return shortcuts;
}

/** pdk_shortcuts_set_accels: gives the actions of @application and of its windows their keys */
void
pdk_shortcuts_set_accels (GtkApplication *application)
{
  for (gsize i = 0; i < G_N_ELEMENTS (shortcuts); i++)
    if (shortcuts[i].action != NULL)
      gtk_application_set_accels_for_action (application, shortcuts[i].action, shortcuts[i].accels);
}

/** pdk_shortcuts_dup_label: Returns: (transfer full): the keys of @accel as a person reads them, “Ctrl+R” */
char *
pdk_shortcuts_dup_label (const char *accel)
{
  GdkModifierType modifiers;
  guint key;

  gtk_accelerator_parse (accel, &key, &modifiers);
  return gtk_accelerator_get_label (key, modifiers);
}

/**
 * pdk_shortcuts_add_close:
 * @map: the actions of @window
 * @name: "close", or "dismiss" where a window has nothing else to take back
 * @window: (transfer none): the window, which closes by that action
 */
void
pdk_shortcuts_add_close (GActionMap *map, const char *name, GtkWindow *window)
{
  g_autoptr (GSimpleAction) action = g_simple_action_new (name, NULL);

  g_signal_connect_object (action, "activate", G_CALLBACK (gtk_window_close), window, G_CONNECT_SWAPPED);
  g_action_map_add_action (map, G_ACTION (action));
}
