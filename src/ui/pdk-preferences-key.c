/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Puts a key into the keyring, or takes it out. What was typed is gone from the field as soon as it is handed
 * over: GtkEntryBuffer overwrites what is deleted. Main thread. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-preferences-key.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "pdk-secret-store.h"

#include "pdk-preferences-row.h"

struct _PdkPreferencesKey
{
  GtkListBoxRow parent_instance;

  PdkMonitor *monitor; /* (nullable) */
  GCancellable *cancellable;
  char *account_id; /* (nullable) */
  GtkEntry *entry;
  GtkWidget *save_button;
  GtkWidget *remove_button;
  GtkLabel *state;
};

G_DEFINE_FINAL_TYPE (PdkPreferencesKey, pdk_preferences_key, GTK_TYPE_LIST_BOX_ROW)

static void
show_state (PdkPreferencesKey *self, gboolean is_stored, const GError *error)
{
  const char *text = is_stored ? _ ("A key is in the keyring.") : _ ("No key is in the keyring.");

  gtk_label_set_text (self->state, error != NULL ? error->message : text);
  gtk_widget_set_visible (self->remove_button, is_stored);
}

static void
on_looked_up (GObject *source, GAsyncResult *result, gpointer user_data)
{
  PdkPreferencesKey *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (PdkSecret) key = pdk_secret_store_lookup_finish (result, &error);

  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    show_state (self, key != NULL, error);
}

static void
look_up (PdkPreferencesKey *self)
{
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  self->cancellable = g_cancellable_new ();
  if (self->account_id != NULL)
    pdk_secret_store_lookup_async (self->account_id, self->cancellable, on_looked_up, self);
}

static void
tell_monitor (PdkPreferencesKey *self)
{
  if (self->monitor != NULL)
    pdk_monitor_reload_keys (self->monitor);
}

static void
on_stored (GObject *source, GAsyncResult *result, gpointer user_data)
{
  PdkPreferencesKey *self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean is_stored = pdk_secret_store_store_finish (result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  show_state (self, is_stored, error);
  if (is_stored)
    tell_monitor (self);
}

static void
on_cleared (GObject *source, GAsyncResult *result, gpointer user_data)
{
  PdkPreferencesKey *self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean was_there, is_gone = pdk_secret_store_clear_finish (result, &was_there, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  show_state (self, !is_gone, error);
  if (is_gone)
    tell_monitor (self);
}

static void
on_save (PdkPreferencesKey *self)
{
  const char *text = gtk_entry_get_text (self->entry);
  g_autoptr (GError) error = NULL;
  g_autoptr (PdkSecret) key = pdk_secret_new (text, strlen (text), &error);

  if (key == NULL)
    {
      show_state (self, gtk_widget_get_visible (self->remove_button), error);
      return;
    }
  gtk_entry_set_text (self->entry, "");
  gtk_label_set_text (self->state, _ ("Waiting for the keyring…"));
  pdk_secret_store_store_async (self->account_id, key, self->cancellable, on_stored, self);
}

static void
on_remove (PdkPreferencesKey *self)
{
  gtk_label_set_text (self->state, _ ("Waiting for the keyring…"));
  pdk_secret_store_clear_async (self->account_id, self->cancellable, on_cleared, self);
}

static void
on_text_changed (PdkPreferencesKey *self)
{
  gtk_widget_set_sensitive (self->save_button, *gtk_entry_get_text (self->entry) != '\0');
}

static void
pdk_preferences_key_dispose (GObject *object)
{
  PdkPreferencesKey *self = PDK_PREFERENCES_KEY (object);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->monitor);
  g_clear_pointer (&self->account_id, g_free);
  G_OBJECT_CLASS (pdk_preferences_key_parent_class)->dispose (object);
}

static void
pdk_preferences_key_class_init (PdkPreferencesKeyClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = pdk_preferences_key_dispose;
}

static void
add_controls (PdkPreferencesKey *self, GtkGrid *grid)
{
  GtkWidget *title = gtk_label_new_with_mnemonic (_ ("_Key"));
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  self->entry = GTK_ENTRY (gtk_entry_new ());
  gtk_entry_set_visibility (self->entry, FALSE);
  gtk_entry_set_input_purpose (self->entry, GTK_INPUT_PURPOSE_PASSWORD);
  pdk_preferences_row_set_entry_width (self->entry, 20);
  gtk_label_set_mnemonic_widget (GTK_LABEL (title), GTK_WIDGET (self->entry));
  atk_object_set_name (gtk_widget_get_accessible (GTK_WIDGET (self->entry)),
                       gtk_label_get_text (GTK_LABEL (title)));
  gtk_label_set_xalign (GTK_LABEL (title), 0.0f);
  gtk_widget_set_hexpand (title, TRUE);
  self->save_button = gtk_button_new_with_mnemonic (_ ("Sa_ve"));
  gtk_widget_set_sensitive (self->save_button, FALSE);
  self->remove_button = gtk_button_new_with_mnemonic (_ ("R_emove"));
  gtk_widget_set_no_show_all (self->remove_button, TRUE);
  gtk_container_add (GTK_CONTAINER (box), GTK_WIDGET (self->entry));
  gtk_container_add (GTK_CONTAINER (box), self->save_button);
  gtk_container_add (GTK_CONTAINER (box), self->remove_button);
  gtk_grid_attach (grid, title, 0, 0, 1, 1);
  gtk_grid_attach (grid, box, 1, 0, 1, 1);
  g_signal_connect_swapped (self->entry, "changed", G_CALLBACK (on_text_changed), self);
  g_signal_connect_swapped (self->entry, "activate", G_CALLBACK (on_save), self);
  g_signal_connect_swapped (self->save_button, "clicked", G_CALLBACK (on_save), self);
  g_signal_connect_swapped (self->remove_button, "clicked", G_CALLBACK (on_remove), self);
}

static void
pdk_preferences_key_init (PdkPreferencesKey *self)
{
  GtkGrid *grid = GTK_GRID (gtk_grid_new ());
  GtkWidget *state = gtk_label_new (NULL);

  self->cancellable = g_cancellable_new ();
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (self), FALSE);
  gtk_widget_set_can_focus (GTK_WIDGET (self), FALSE);
  gtk_grid_set_column_spacing (grid, 12);
  gtk_grid_set_row_spacing (grid, 4);
  g_object_set (grid, "margin", 10, NULL);
  add_controls (self, grid);
  self->state = GTK_LABEL (state);
  gtk_label_set_xalign (self->state, 0.0f);
  gtk_label_set_line_wrap (self->state, TRUE);
  gtk_label_set_max_width_chars (self->state, 60);
  gtk_style_context_add_class (gtk_widget_get_style_context (state), "caption");
  gtk_style_context_add_class (gtk_widget_get_style_context (state), "dim-label");
  gtk_grid_attach (grid, state, 0, 1, 2, 1);
  gtk_container_add (GTK_CONTAINER (self), GTK_WIDGET (grid));
  gtk_widget_show_all (GTK_WIDGET (self));
}

/** pdk_preferences_key_new: @monitor (nullable) is told of a key that changes. Returns: (transfer floating):
 * the row */
GtkWidget *
pdk_preferences_key_new (PdkMonitor *monitor)
{
  PdkPreferencesKey *self = g_object_new (PDK_TYPE_PREFERENCES_KEY, NULL);

  self->monitor = monitor != NULL ? g_object_ref (monitor) : NULL;
  return GTK_WIDGET (self);
}

/** pdk_preferences_key_set_account: shows whether the account @account_id (nullable) has a key */
void
pdk_preferences_key_set_account (PdkPreferencesKey *self, const char *account_id)
{
  if (g_strcmp0 (account_id, self->account_id) == 0)
    return;
  g_free (self->account_id);
  self->account_id = g_strdup (account_id);
  gtk_entry_set_text (self->entry, "");
  gtk_label_set_text (self->state, "");
  gtk_widget_hide (self->remove_button);
  look_up (self);
}
