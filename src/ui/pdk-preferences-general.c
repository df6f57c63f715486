/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How often to ask, what stands beside the icon and how that is drawn, starting at login, what may be
 * changed, and how long history is kept. Shows what the settings say, also when somebody else changes them.
 * Main thread. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-preferences-general.h"

#include <glib/gi18n-lib.h>

#include "pdk-autostart.h"
#include "pdk-label.h"
#include "pdk-message.h"

#include "pdk-preferences-list.h"

/* The choices for the label, by the ids of the combo box. */
#define LABEL_CUSTOM "custom"
#define LABEL_EXAMPLE "{requests_today} req, {loaded_vram_bytes}"

struct _PdkPreferencesGeneral
{
  GtkBox parent_instance;

  PdkSettingsStore *store;
  PdkAutostart *autostart;
  GCancellable *cancellable;
  PdkSnapshot *snapshot; /* (nullable) */
  gboolean is_updating;  /* what changes now comes from the settings */

  GtkSpinButton *interval;
  PdkPreferencesRow *interval_row;
  GtkSpinButton *history;
  PdkPreferencesRow *history_row;
  GtkComboBox *label;
  PdkPreferencesRow *label_row;
  GtkEntry *custom;
  PdkPreferencesRow *custom_row;
  GtkComboBoxText *account;
  PdkPreferencesRow *account_row;
  GtkComboBox *icon;
  PdkPreferencesRow *icon_row;
  GtkSwitch *read_only;
  PdkPreferencesRow *read_only_row;
  GtkSwitch *login;
  PdkPreferencesRow *login_row;
};

G_DEFINE_FINAL_TYPE (PdkPreferencesGeneral, pdk_preferences_general, GTK_TYPE_BOX)

static void
set_value (PdkPreferencesGeneral *self, PdkPreferencesRow *row, const char *key, JsonNode *value)
{
  pdk_preferences_row_set_value (row, self->store, key, value);
}

static void
set_text (PdkPreferencesGeneral *self, PdkPreferencesRow *row, const char *key, const char *text)
{
  set_value (self, row, key, json_node_init_string (json_node_alloc (), text));
}

static void
on_interval_changed (PdkPreferencesGeneral *self)
{
  if (!self->is_updating)
    set_value (self, self->interval_row, "poll_interval_seconds",
               json_node_init_int (json_node_alloc (), gtk_spin_button_get_value_as_int (self->interval)));
}

static void
on_history_changed (PdkPreferencesGeneral *self)
{
  if (!self->is_updating)
    set_value (self, self->history_row, "history_days",
               json_node_init_int (json_node_alloc (), gtk_spin_button_get_value_as_int (self->history)));
}

static void
on_icon_changed (PdkPreferencesGeneral *self)
{
  if (!self->is_updating)
    set_text (self, self->icon_row, "tray_icon", gtk_combo_box_get_active_id (self->icon));
}

static void
on_account_changed (PdkPreferencesGeneral *self)
{
  const char *id = gtk_combo_box_get_active_id (GTK_COMBO_BOX (self->account));
  gboolean is_one = id != NULL && *id != '\0';

  if (!self->is_updating)
    set_value (self, self->account_row, "tray_account",
               is_one ? json_node_init_string (json_node_alloc (), id) : NULL);
}

static void
on_read_only_changed (PdkPreferencesGeneral *self)
{
  if (!self->is_updating)
    set_value (self, self->read_only_row, "read_only",
               json_node_init_boolean (json_node_alloc (), gtk_switch_get_active (self->read_only)));
}

/* Says how the label looks with what is known now of the accounts that the tray shows. */
static void
show_preview (PdkPreferencesGeneral *self)
{
  PdkSettings *settings = pdk_settings_store_get_settings (self->store);
  g_autoptr (PdkSnapshot) shown = NULL;
  g_autofree char *message = NULL;
  g_autofree char *label = NULL;
  g_autofree char *hint = NULL;

  if (self->snapshot == NULL)
    return;
  shown = pdk_snapshot_dup_only (self->snapshot, settings->tray_account);
  message = pdk_message_describe_snapshot (shown);
  label = pdk_label_for_snapshot (shown, settings->label, settings->label_template, message);
  /* Translators: %s is what stands beside the icon now. */
  hint = *label != '\0' ? g_strdup_printf (_ ("Now: %s"), label) : g_strdup (_ ("Now: nothing"));
  pdk_preferences_row_set_hint (self->label_row, hint);
}

static void
apply_custom (PdkPreferencesGeneral *self)
{
  PdkSettings *settings = pdk_settings_store_get_settings (self->store);
  const char *text = gtk_entry_get_text (self->custom);

  if (self->is_updating || !gtk_widget_get_visible (GTK_WIDGET (self->custom_row)) ||
      g_strcmp0 (text, settings->label_template) == 0)
    return;
  set_text (self, self->custom_row, "label", text);
}

static gboolean
on_custom_left (PdkPreferencesGeneral *self)
{
  apply_custom (self);
  return GDK_EVENT_PROPAGATE;
}

static void
on_label_changed (PdkPreferencesGeneral *self)
{
  const char *id = gtk_combo_box_get_active_id (self->label);
  gboolean is_custom = g_strcmp0 (id, LABEL_CUSTOM) == 0;

  gtk_widget_set_visible (GTK_WIDGET (self->custom_row), is_custom);
  if (self->is_updating)
    return;
  if (!is_custom)
    {
      set_text (self, self->label_row, "label", id);
      return;
    }
  if (*gtk_entry_get_text (self->custom) == '\0')
    gtk_entry_set_text (self->custom, LABEL_EXAMPLE);
  apply_custom (self);
}

/* One account leaves nothing to choose. */
static void
show_accounts (PdkPreferencesGeneral *self, const PdkSettings *settings)
{
  gtk_combo_box_text_remove_all (self->account);
  gtk_combo_box_text_append (self->account, "", _ ("All accounts"));
  for (guint i = 0; i < settings->accounts->len; i++)
    {
      const PdkAccount *account = pdk_settings_get_account (settings, i);

      gtk_combo_box_text_append (self->account, account->id, account->id);
    }
  /* Where the one that was chosen is gone, the tray shows all of them. */
  if (!gtk_combo_box_set_active_id (GTK_COMBO_BOX (self->account), settings->tray_account))
    gtk_combo_box_set_active_id (GTK_COMBO_BOX (self->account), "");
  gtk_widget_set_visible (GTK_WIDGET (self->account_row), settings->accounts->len > 1);
}

static void
update (PdkPreferencesGeneral *self)
{
  static const char *const labels[] = { "status", "short", "none", LABEL_CUSTOM };
  static const char *const icons[] = { "auto", "symbolic", "color" };
  PdkSettings *settings = pdk_settings_store_get_settings (self->store);

  self->is_updating = TRUE;
  gtk_spin_button_set_value (self->interval, settings->poll_interval_msec / 1000);
  gtk_spin_button_set_value (self->history, settings->history_days);
  gtk_combo_box_set_active_id (self->label, labels[settings->label]);
  show_accounts (self, settings);
  gtk_combo_box_set_active_id (self->icon, icons[settings->tray_icon]);
  gtk_switch_set_active (self->read_only, settings->read_only);
  if (settings->label == PDK_LABEL_TEMPLATE && !gtk_widget_has_focus (GTK_WIDGET (self->custom)))
    gtk_entry_set_text (self->custom, settings->label_template);
  self->is_updating = FALSE;
  show_preview (self);
}

static void
on_login_known (GObject *source, GAsyncResult *result, gpointer user_data)
{
  PdkPreferencesGeneral *self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean is_enabled = FALSE;
  gboolean is_known = pdk_autostart_get_finish (PDK_AUTOSTART (source), result, &is_enabled, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return; /* and the page is gone */
  self->is_updating = TRUE;
  gtk_switch_set_active (self->login, is_known && is_enabled);
  self->is_updating = FALSE;
  gtk_widget_set_sensitive (GTK_WIDGET (self->login), TRUE);
}

static void
on_login_set (GObject *source, GAsyncResult *result, gpointer user_data)
{
  PdkPreferencesGeneral *self = user_data;
  g_autoptr (GError) error = NULL;

  if (!pdk_autostart_set_finish (PDK_AUTOSTART (source), result, &error) &&
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  pdk_preferences_row_set_complaint (self->login_row, error != NULL ? error->message : NULL);
  /* What holds now may not be what was asked for. */
  pdk_autostart_get_async (self->autostart, self->cancellable, on_login_known, self);
}

static void
on_login_changed (PdkPreferencesGeneral *self)
{
  if (self->is_updating)
    return;
  gtk_widget_set_sensitive (GTK_WIDGET (self->login), FALSE);
  pdk_autostart_set_async (self->autostart, gtk_switch_get_active (self->login), self->cancellable,
                           on_login_set, self);
}

static GtkWidget *
new_choice (const char *const *ids, const char *const *names, guint n)
{
  GtkComboBoxText *choice = pdk_preferences_choice_new ();

  for (guint i = 0; i < n; i++)
    gtk_combo_box_text_append (choice, ids[i], _ (names[i]));
  return GTK_WIDGET (choice);
}

static void
add_panel_rows (PdkPreferencesGeneral *self)
{
  static const char *const label_ids[] = { "status", "short", "none", LABEL_CUSTOM };
  static const char *const label_names[] = { N_ ("The whole message"), N_ ("A few words"), N_ ("Nothing"),
                                             N_ ("My own") };
  static const char *const icon_ids[] = { "auto", "symbolic", "color" };
  static const char *const icon_names[] = { N_ ("As the desktop needs it"), N_ ("One colour"),
                                            N_ ("Coloured") };
  GtkWidget *list;

  gtk_container_add (GTK_CONTAINER (self), pdk_preferences_list_new (_ ("In the Panel"), &list));
  self->label = GTK_COMBO_BOX (new_choice (label_ids, label_names, G_N_ELEMENTS (label_ids)));
  self->label_row = pdk_preferences_list_add (list, _ ("_Beside the icon"), GTK_WIDGET (self->label), NULL);
  self->custom = GTK_ENTRY (gtk_entry_new ());
  pdk_preferences_row_set_entry_width (self->custom, 32);
  self->custom_row =
      pdk_preferences_list_add (list, _ ("_Text"), GTK_WIDGET (self->custom),
                                _ ("Names of metrics in braces become their values; “paddock status --json” "
                                   "lists them. A part that is not known is left out."));
  self->account = pdk_preferences_choice_new ();
  self->account_row = pdk_preferences_list_add (list, _ ("Account"), GTK_WIDGET (self->account), NULL);
  self->icon = GTK_COMBO_BOX (new_choice (icon_ids, icon_names, G_N_ELEMENTS (icon_ids)));
  self->icon_row = pdk_preferences_list_add (list, _ ("_Icon"), GTK_WIDGET (self->icon), NULL);

  g_signal_connect_swapped (self->label, "changed", G_CALLBACK (on_label_changed), self);
  g_signal_connect_swapped (self->custom, "activate", G_CALLBACK (apply_custom), self);
  g_signal_connect_swapped (self->custom, "focus-out-event", G_CALLBACK (on_custom_left), self);
  g_signal_connect_swapped (self->account, "changed", G_CALLBACK (on_account_changed), self);
  g_signal_connect_swapped (self->icon, "changed", G_CALLBACK (on_icon_changed), self);
}

static void
add_behaviour_rows (PdkPreferencesGeneral *self)
{
  GtkWidget *list;

  gtk_container_add (GTK_CONTAINER (self), pdk_preferences_list_new (_ ("Behaviour"), &list));
  self->login = GTK_SWITCH (gtk_switch_new ());
  gtk_widget_set_sensitive (GTK_WIDGET (self->login), FALSE);
  self->login_row = pdk_preferences_list_add (list, _ ("_Start at login"), GTK_WIDGET (self->login), NULL);
  self->interval = GTK_SPIN_BUTTON (gtk_spin_button_new_with_range (1, 86400, 5));
  self->interval_row =
      pdk_preferences_list_add (list, _ ("Seconds _between updates"), GTK_WIDGET (self->interval),
                                _ ("Each update asks the server, and is a line in its log."));
  self->read_only = GTK_SWITCH (gtk_switch_new ());
  self->read_only_row = pdk_preferences_list_add (list, _ ("_Read only"), GTK_WIDGET (self->read_only),
                                                  _ ("Takes away the buttons that unload models."));
  self->history = GTK_SPIN_BUTTON (gtk_spin_button_new_with_range (0, 3660, 1));
  self->history_row = pdk_preferences_list_add (
      list, _ ("_Days of history"), GTK_WIDGET (self->history),
      _ ("How long the sums of each hour are kept on this computer; 0 keeps none."));

  g_signal_connect_swapped (self->login, "notify::active", G_CALLBACK (on_login_changed), self);
  g_signal_connect_swapped (self->interval, "value-changed", G_CALLBACK (on_interval_changed), self);
  g_signal_connect_swapped (self->read_only, "notify::active", G_CALLBACK (on_read_only_changed), self);
  g_signal_connect_swapped (self->history, "value-changed", G_CALLBACK (on_history_changed), self);
}

static void
pdk_preferences_general_dispose (GObject *object)
{
  PdkPreferencesGeneral *self = PDK_PREFERENCES_GENERAL (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->autostart);
  g_clear_object (&self->store);
  g_clear_pointer (&self->snapshot, pdk_snapshot_unref);
  G_OBJECT_CLASS (pdk_preferences_general_parent_class)->dispose (object);
}

static void
pdk_preferences_general_class_init (PdkPreferencesGeneralClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = pdk_preferences_general_dispose;
}

static void
pdk_preferences_general_init (PdkPreferencesGeneral *self)
{
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 18);
  self->cancellable = g_cancellable_new ();
  self->autostart = pdk_autostart_new ();
}

/**
 * pdk_preferences_general_new:
 * @store: (transfer none): where settings are kept
 *
 * Returns: (transfer floating): the page
 */
GtkWidget *
pdk_preferences_general_new (PdkSettingsStore *store)
{
  PdkPreferencesGeneral *self = g_object_new (PDK_TYPE_PREFERENCES_GENERAL, NULL);

  self->store = g_object_ref (store);
  add_panel_rows (self);
  add_behaviour_rows (self);
  g_signal_connect_object (store, "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
  pdk_autostart_get_async (self->autostart, self->cancellable, on_login_known, self);
  gtk_widget_show (GTK_WIDGET (self));
  return GTK_WIDGET (self);
}

/** pdk_preferences_general_set_snapshot: @snapshot (nullable) is what the label is shown with */
void
pdk_preferences_general_set_snapshot (PdkPreferencesGeneral *self, PdkSnapshot *snapshot)
{
  g_clear_pointer (&self->snapshot, pdk_snapshot_unref);
  self->snapshot = snapshot != NULL ? pdk_snapshot_ref (snapshot) : NULL;
  show_preview (self);
}
