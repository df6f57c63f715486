/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A setting in Preferences. What is entered is written at once; when it cannot be, the sentence that says why
 * stands below until it can. Main thread. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-preferences-row.h"

#define CHOICE_CHARS 36
#define MIN_ENTRY_CHARS 10

struct _PdkPreferencesRow
{
  GtkListBoxRow parent_instance;

  GtkLabel *hint;
  GtkLabel *complaint;
  GtkWidget *control;
};

G_DEFINE_FINAL_TYPE (PdkPreferencesRow, pdk_preferences_row, GTK_TYPE_LIST_BOX_ROW)

static void
show_text (GtkLabel *label, const char *text)
{
  gtk_label_set_text (label, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (label), text != NULL && *text != '\0');
}

static GtkLabel *
add_small_label (GtkGrid *grid, int line, const char *style_class)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0.0f);
  gtk_label_set_line_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_line_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 60);
  gtk_style_context_add_class (gtk_widget_get_style_context (label), "caption");
  gtk_style_context_add_class (gtk_widget_get_style_context (label), style_class);
  gtk_grid_attach (grid, label, 0, line, 2, 1);
  return GTK_LABEL (label);
}

/* Of several controls in a box, the first is what the title is of. */
static GtkWidget *
find_named (GtkWidget *control)
{
  g_autoptr (GList) children = GTK_IS_BOX (control) && !GTK_IS_SPIN_BUTTON (control)
                                   ? gtk_container_get_children (GTK_CONTAINER (control))
                                   : NULL;

  return children != NULL ? children->data : control;
}

/* The wheel is for going through the page. What is under the pointer meanwhile would be changed, at once and
 * unnoticed. */
static gboolean
on_scrolled (GtkWidget *control)
{
  g_signal_stop_emission_by_name (control, "scroll-event");
  return GDK_EVENT_PROPAGATE;
}

static void
on_edited (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PdkPreferencesRow) self = user_data;
  g_autoptr (GError) error = NULL;

  pdk_settings_store_edit_finish (PDK_SETTINGS_STORE (source), result, &error);
  /* The window may be gone by now. */
  if (gtk_widget_get_parent (GTK_WIDGET (self)) != NULL)
    pdk_preferences_row_set_complaint (self, error != NULL ? error->message : NULL);
}

static void
pdk_preferences_row_class_init (PdkPreferencesRowClass *klass)
{
}

static void
pdk_preferences_row_init (PdkPreferencesRow *self)
{
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (self), FALSE);
  gtk_list_box_row_set_selectable (GTK_LIST_BOX_ROW (self), FALSE);
  gtk_widget_set_can_focus (GTK_WIDGET (self), FALSE);
}

/**
 * pdk_preferences_row_new:
 * @title: what is set, with a mnemonic
 * @control: (transfer floating): what it is set with
 *
 * Returns: (transfer floating): the row
 */
GtkWidget *
pdk_preferences_row_new (const char *title, GtkWidget *control)
{
  PdkPreferencesRow *self = g_object_new (PDK_TYPE_PREFERENCES_ROW, NULL);
  GtkWidget *grid = gtk_grid_new ();
  GtkWidget *label = gtk_label_new_with_mnemonic (title);
  GtkWidget *named;

  gtk_grid_set_column_spacing (GTK_GRID (grid), 12);
  gtk_grid_set_row_spacing (GTK_GRID (grid), 4);
  g_object_set (grid, "margin", 10, NULL);
  gtk_label_set_xalign (GTK_LABEL (label), 0.0f);
  gtk_label_set_line_wrap (GTK_LABEL (label), TRUE);
  gtk_widget_set_hexpand (label, TRUE);
  named = find_named (control);
  gtk_label_set_mnemonic_widget (GTK_LABEL (label), named);
  /* A button says by itself what it does. */
  if (!GTK_IS_BUTTON (named))
    atk_object_set_name (gtk_widget_get_accessible (named), gtk_label_get_text (GTK_LABEL (label)));
  gtk_widget_set_valign (control, GTK_ALIGN_CENTER);
  gtk_widget_set_halign (control, GTK_ALIGN_END);
  gtk_grid_attach (GTK_GRID (grid), label, 0, 0, 1, 1);
  gtk_grid_attach (GTK_GRID (grid), control, 1, 0, 1, 1);
  self->control = named;
  if (GTK_IS_SPIN_BUTTON (named) || GTK_IS_COMBO_BOX (named))
    g_signal_connect (named, "scroll-event", G_CALLBACK (on_scrolled), NULL);
  gtk_widget_show_all (grid);
  self->hint = add_small_label (GTK_GRID (grid), 1, "dim-label");
  self->complaint = add_small_label (GTK_GRID (grid), 2, "complaint");
  gtk_container_add (GTK_CONTAINER (self), grid);
  gtk_widget_show (GTK_WIDGET (self));
  return GTK_WIDGET (self);
}

/** pdk_preferences_row_set_hint: says @hint (nullable) in small words below the title */
void
pdk_preferences_row_set_hint (PdkPreferencesRow *self, const char *hint)
{
  show_text (self->hint, hint);
}

/** pdk_preferences_row_set_complaint: says @complaint, or that all is well if it is %NULL */
void
pdk_preferences_row_set_complaint (PdkPreferencesRow *self, const char *complaint)
{
  AtkObject *accessible = gtk_widget_get_accessible (self->control);

  show_text (self->complaint, complaint);
  /* Who cannot see the line below hears it with the control. */
  atk_object_set_description (accessible, complaint != NULL ? complaint : "");
  if (complaint != NULL)
    gtk_style_context_add_class (gtk_widget_get_style_context (self->control), GTK_STYLE_CLASS_ERROR);
  else
    gtk_style_context_remove_class (gtk_widget_get_style_context (self->control), GTK_STYLE_CLASS_ERROR);
}

/**
 * pdk_preferences_row_apply:
 * @self: the row
 * @store: where settings are kept
 * @edit: (transfer full): what to change
 *
 * Changes the settings, and says below the control when that is not to be.
 */
void
pdk_preferences_row_apply (PdkPreferencesRow *self, PdkSettingsStore *store, PdkSettingsEdit *edit)
{
  pdk_settings_store_edit_async (store, edit, NULL, on_edited, g_object_ref (self));
  pdk_settings_edit_unref (edit);
}

/**
 * pdk_preferences_row_set_value:
 * @self: the row
 * @store: where settings are kept
 * @key: the name of a setting that is of no account
 * @value: (transfer full): what to set it to
 *
 * Changes one setting as pdk_preferences_row_apply() does.
 */
void
pdk_preferences_row_set_value (PdkPreferencesRow *self,
                               PdkSettingsStore *store,
                               const char *key,
                               JsonNode *value)
{
  PdkSettingsEdit *edit = pdk_settings_edit_new ();

  pdk_settings_edit_set (edit, NULL, key, value);
  pdk_preferences_row_apply (self, store, edit);
}

/** pdk_preferences_row_set_entry_width: has @entry show that many characters, or fewer where there is no room
 */
void
pdk_preferences_row_set_entry_width (GtkEntry *entry, int n_chars)
{
  gtk_entry_set_width_chars (entry, MIN_ENTRY_CHARS);
  gtk_entry_set_max_width_chars (entry, n_chars);
}

/** pdk_preferences_choice_new: Returns: (transfer floating): a choice of names, which may be of any length */
GtkComboBoxText *
pdk_preferences_choice_new (void)
{
  GtkWidget *choice = gtk_combo_box_text_new ();
  g_autoptr (GList) cells = gtk_cell_layout_get_cells (GTK_CELL_LAYOUT (choice));

  for (GList *l = cells; l != NULL; l = l->next)
    g_object_set (l->data, "ellipsize", PANGO_ELLIPSIZE_MIDDLE, "max-width-chars", CHOICE_CHARS, NULL);
  return GTK_COMBO_BOX_TEXT (choice);
}
