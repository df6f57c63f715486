/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Keys that do the same as a button, told where people look: in its tooltip. The keys are those that the
 * application has for the button's action. Main thread. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-shortcut-tooltips.h"

#include "pdk-shortcuts.h"

static void
on_child (GtkWidget *widget, gpointer user_data)
{
  const char *action =
      GTK_IS_ACTIONABLE (widget) ? gtk_actionable_get_action_name (GTK_ACTIONABLE (widget)) : NULL;

  if (action != NULL)
    pdk_shortcut_tooltips_add_action (widget, action, user_data);
}

/** pdk_shortcut_tooltips_add_action: adds the keys of @application for @action to the tooltip of @widget,
 * once
 */
void
pdk_shortcut_tooltips_add_action (GtkWidget *widget, const char *action, GtkApplication *application)
{
  g_auto (GStrv) accels = gtk_application_get_accels_for_action (application, action);
  g_autofree char *text = gtk_widget_get_tooltip_text (widget);
  g_autofree char *keys = NULL;
  g_autofree char *longer = NULL;

  if (accels[0] == NULL || text == NULL)
    return;
  keys = pdk_shortcuts_dup_label (accels[0]);
  longer = g_strdup_printf ("%s (%s)", text, keys);
  gtk_widget_set_tooltip_text (widget, longer);
}

/** pdk_shortcut_tooltips_add: adds the keys of @application to the tooltips of the buttons in @container,
 * once
 */
void
pdk_shortcut_tooltips_add (GtkContainer *container, GtkApplication *application)
{
  gtk_container_foreach (container, on_child, application);
}
