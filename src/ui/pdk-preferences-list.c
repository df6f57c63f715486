/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A list of settings. GTK gives the focus to the rows of a list, and where these do not take it, as there is
 * nothing to be done with them, it goes no further. Here it goes from control to control. Main thread. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-preferences-list.h"

struct _PdkPreferencesList
{
  GtkListBox parent_instance;
};

G_DEFINE_FINAL_TYPE (PdkPreferencesList, pdk_preferences_list, GTK_TYPE_LIST_BOX)

/* From the row that has it on, to the first that has something to take it. */
static gboolean
pdk_preferences_list_focus (GtkWidget *widget, GtkDirectionType direction)
{
  g_autoptr (GList) rows = gtk_container_get_children (GTK_CONTAINER (widget));
  GList *from;

  if (direction == GTK_DIR_TAB_BACKWARD || direction == GTK_DIR_UP)
    rows = g_list_reverse (rows);
  from = g_list_find (rows, gtk_container_get_focus_child (GTK_CONTAINER (widget)));
  for (GList *row = from != NULL ? from : rows; row != NULL; row = row->next)
    {
      if (gtk_widget_get_visible (row->data) &&
          gtk_widget_child_focus (gtk_bin_get_child (GTK_BIN (row->data)), direction))
        return TRUE;
    }
  return FALSE;
}

static void
pdk_preferences_list_class_init (PdkPreferencesListClass *klass)
{
  GTK_WIDGET_CLASS (klass)->focus = pdk_preferences_list_focus;
}

static void
pdk_preferences_list_init (PdkPreferencesList *self)
{
}

/**
 * pdk_preferences_list_new:
 * @title: (nullable): what the settings in it have in common
 * @list: (out) (transfer none): where the rows go
 *
 * Returns: (transfer floating): a frame with the list in it, below its title
 */
GtkWidget *
pdk_preferences_list_new (const char *title, GtkWidget **list)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *frame = gtk_frame_new (NULL);

  if (title != NULL)
    {
      GtkWidget *label = gtk_label_new (title);

      gtk_label_set_xalign (GTK_LABEL (label), 0.0f);
      gtk_style_context_add_class (gtk_widget_get_style_context (label), "section-title");
      gtk_container_add (GTK_CONTAINER (box), label);
    }
  *list = g_object_new (PDK_TYPE_PREFERENCES_LIST, NULL);
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (*list), GTK_SELECTION_NONE);
  gtk_container_add (GTK_CONTAINER (frame), *list);
  gtk_container_add (GTK_CONTAINER (box), frame);
  gtk_widget_show_all (box);
  return box;
}

/**
 * pdk_preferences_list_add:
 * @list: a list of pdk_preferences_list_new()
 * @title: what is set, with a mnemonic
 * @control: (transfer floating): what it is set with
 * @hint: (nullable): small words below the title
 *
 * Returns: (transfer none): the row, which is at the end of @list
 */
PdkPreferencesRow *
pdk_preferences_list_add (GtkWidget *list, const char *title, GtkWidget *control, const char *hint)
{
  PdkPreferencesRow *row = PDK_PREFERENCES_ROW (pdk_preferences_row_new (title, control));

  pdk_preferences_row_set_hint (row, hint);
  gtk_container_add (GTK_CONTAINER (list), GTK_WIDGET (row));
  return row;
}
