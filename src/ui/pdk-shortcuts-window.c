/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The window that lists what keys do, of the same table that the application has them from. It is no
 * GtkShortcutsWindow, which neither scrolls, nor can be gone through by keyboard, nor has names for a screen
 * reader: larger text would not fit on the screen. Main thread. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-shortcuts-window.h"

#include <glib/gi18n-lib.h>

#include "pdk-dark-theme.h"
#include "pdk-fitted-scroller.h"
#include "pdk-shortcuts.h"
#include "pdk-window-placement.h"

struct _PdkShortcutsWindow
{
  GtkApplicationWindow parent_instance;

  PdkFittedScroller *scroller;
  GtkBox *groups;
};

G_DEFINE_FINAL_TYPE (PdkShortcutsWindow, pdk_shortcuts_window, GTK_TYPE_APPLICATION_WINDOW)

static GtkWidget *
new_label (const char *text)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0.0f);
  gtk_label_set_line_wrap (GTK_LABEL (label), TRUE);
  return label;
}

/* What is read from right to left goes on to the left. */
static char **
dup_accels (const PdkShortcut *shortcut)
{
  char **accels = g_strdupv ((GStrv) shortcut->accels);

  if (gtk_widget_get_default_direction () == GTK_TEXT_DIR_RTL && g_str_equal (accels[0], "Left"))
    {
      char *left = accels[0];

      accels[0] = accels[1];
      accels[1] = left;
    }
  return accels;
}

/* Pictures of keys are read out key by key; this is all of them in one go. */
static void
describe (GtkWidget *row, const PdkShortcut *shortcut, char **accels)
{
  AtkObject *accessible = gtk_widget_get_accessible (row);
  g_auto (GStrv) labels = g_new0 (char *, g_strv_length (accels) + 1);
  g_autofree char *text = NULL;

  for (gsize i = 0; accels[i] != NULL; i++)
    labels[i] = pdk_shortcuts_dup_label (accels[i]);
  text = g_strjoinv (" / ", labels);
  atk_object_set_name (accessible, _ (shortcut->title));
  atk_object_set_description (accessible, text);
}

static GtkWidget *
new_row (const PdkShortcut *shortcut)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *title = new_label (_ (shortcut->title));
  g_auto (GStrv) accels = dup_accels (shortcut);
  g_autofree char *all = g_strjoinv (" ", accels);
  GtkWidget *keys = gtk_shortcut_label_new (all);

  gtk_widget_set_hexpand (title, TRUE);
  gtk_widget_set_valign (keys, GTK_ALIGN_CENTER);
  gtk_container_add (GTK_CONTAINER (box), title);
  gtk_container_add (GTK_CONTAINER (box), keys);
  gtk_container_add (GTK_CONTAINER (row), box);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  describe (row, shortcut, accels);
  return row;
}

/* From the last row of a group the arrow keys go on to the next group. */
static gboolean
on_end_of_list (GtkWidget *list, GtkDirectionType direction, gpointer user_data)
{
  PdkShortcutsWindow *self = user_data;

  if (direction != GTK_DIR_UP && direction != GTK_DIR_DOWN)
    return FALSE;
  return gtk_widget_child_focus (GTK_WIDGET (self->groups),
                                 direction == GTK_DIR_UP ? GTK_DIR_TAB_BACKWARD : GTK_DIR_TAB_FORWARD);
}

/* A heading over a card, as in the details. Returns: the list on the card. */
static GtkWidget *
add_group (PdkShortcutsWindow *self, const char *name)
{
  GtkWidget *group = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *title = new_label (name);
  GtkWidget *card = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *list = gtk_list_box_new ();

  gtk_style_context_add_class (gtk_widget_get_style_context (group), "section");
  gtk_style_context_add_class (gtk_widget_get_style_context (title), "section-title");
  gtk_style_context_add_class (gtk_widget_get_style_context (card), "card");
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (list), GTK_SELECTION_NONE);
  atk_object_set_name (gtk_widget_get_accessible (list), name);
  g_signal_connect (list, "keynav-failed", G_CALLBACK (on_end_of_list), self);
  gtk_container_add (GTK_CONTAINER (card), list);
  gtk_container_add (GTK_CONTAINER (group), title);
  gtk_container_add (GTK_CONTAINER (group), card);
  gtk_container_add (GTK_CONTAINER (self->groups), group);
  return list;
}

static void
add_shortcuts (PdkShortcutsWindow *self)
{
  gsize n_shortcuts;
  const PdkShortcut *shortcuts = pdk_shortcuts_get (&n_shortcuts);
  GtkWidget *list = NULL;

  for (gsize i = 0; i < n_shortcuts; i++)
    {
      if (i == 0 || !g_str_equal (shortcuts[i].group, shortcuts[i - 1].group))
        list = add_group (self, _ (shortcuts[i].group));
      gtk_container_add (GTK_CONTAINER (list), new_row (&shortcuts[i]));
    }
  gtk_widget_show_all (GTK_WIDGET (self->groups));
}

static void
pdk_shortcuts_window_class_init (PdkShortcutsWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (PDK_TYPE_FITTED_SCROLLER);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/paddock/Paddock/pdk-shortcuts-window.ui");
  gtk_widget_class_bind_template_child (widget_class, PdkShortcutsWindow, scroller);
  gtk_widget_class_bind_template_child (widget_class, PdkShortcutsWindow, groups);
}

static void
pdk_shortcuts_window_init (PdkShortcutsWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  pdk_dark_theme_follow (GTK_WIDGET (self));
  add_shortcuts (self);
  pdk_shortcuts_add_close (G_ACTION_MAP (self), "close", GTK_WINDOW (self));
  pdk_shortcuts_add_close (G_ACTION_MAP (self), "dismiss", GTK_WINDOW (self));
  pdk_window_placement_limit_size (GTK_WINDOW (self), self->scroller);
}

/**
 * pdk_shortcuts_window_new:
 * @application: whose shortcuts are listed
 *
 * Returns: (transfer none): a window that is not shown yet; GTK owns it
 */
GtkWindow *
pdk_shortcuts_window_new (GtkApplication *application)
{
  return g_object_new (PDK_TYPE_SHORTCUTS_WINDOW, "application", application, NULL);
}
