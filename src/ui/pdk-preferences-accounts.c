/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One account is shown at a time. Its id is what the settings, the keyring and the history know it by, and so
 * is chosen when it is added. Each field is written when one leaves it. Main thread. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-preferences-accounts.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "pdk-connection-test.h"

#include "pdk-dark-theme.h"
#include "pdk-preferences-key.h"
#include "pdk-preferences-list.h"

/* The data of the question whether to remove an account. */
#define ACCOUNT_ID "paddock-account-id"

/* What a field is chosen with. */
typedef enum
{
  FIELD_TEXT,
  FIELD_FOLDER,
  FIELD_FILE,
} FieldKind;

typedef struct
{
  const char *key;
  const char *title;
  const char *hint; /* (nullable) */
  goffset offset;   /* of the text in PdkAccount */
  FieldKind kind;
} Field;

static const Field fields[] = {
  { "base_url", N_ ("_Address"), N_ ("Where the server is, such as http://127.0.0.1:11434."),
    G_STRUCT_OFFSET (PdkAccount, base_url), FIELD_TEXT },
  { "logs_dir", N_ ("_Log folder"), N_ ("Of the server’s log files; one file will do."),
    G_STRUCT_OFFSET (PdkAccount, logs_dir), FIELD_FOLDER },
  { "journal_unit", N_ ("_Journal unit"), N_ ("The systemd unit whose journal is counted."),
    G_STRUCT_OFFSET (PdkAccount, journal_unit), FIELD_TEXT },
  { "container", N_ ("C_ontainer"), N_ ("The name of the container whose journal is counted."),
    G_STRUCT_OFFSET (PdkAccount, container), FIELD_TEXT },
  { "log_timezone", N_ ("_Time zone of the log"), N_ ("“local”, “UTC” or a name such as “Europe/Berlin”."),
    G_STRUCT_OFFSET (PdkAccount, log_timezone), FIELD_TEXT },
  { "server_config", N_ ("Server _configuration"), N_ ("The file server.json."),
    G_STRUCT_OFFSET (PdkAccount, server_config), FIELD_FILE },
  { "db_path", N_ ("_Desktop app’s database"), N_ ("The file db.sqlite."),
    G_STRUCT_OFFSET (PdkAccount, db_path), FIELD_FILE },
  { "cloud_base_url", N_ ("Clo_ud address"),
    N_ ("https, or this computer; https://ollama.com if it is empty."),
    G_STRUCT_OFFSET (PdkAccount, cloud_base_url), FIELD_TEXT },
};

struct _PdkPreferencesAccounts
{
  GtkBox parent_instance;

  PdkSettingsStore *store;
  GCancellable *test; /* (nullable): the test of a connection that is under way */
  GtkComboBoxText *choice;
  PdkPreferencesRow *choice_row;
  GtkWidget *remove_button;
  GtkEntry *entries[G_N_ELEMENTS (fields)];
  PdkPreferencesRow *rows[G_N_ELEMENTS (fields)];
  GtkSwitch *cloud_only;
  PdkPreferencesRow *cloud_only_row;
  GtkWidget *test_button;
  PdkPreferencesRow *test_row;
  PdkPreferencesKey *key;
  char *shown;          /* (nullable): the id of the account that is shown */
  char *added;          /* (nullable): the id of one that is to be shown as soon as it is there */
  gboolean is_updating; /* what changes now comes from the settings */
};

G_DEFINE_FINAL_TYPE (PdkPreferencesAccounts, pdk_preferences_accounts, GTK_TYPE_BOX)

static const PdkAccount *
find_account (PdkPreferencesAccounts *self, const char *id)
{
  PdkSettings *settings = pdk_settings_store_get_settings (self->store);

  for (guint i = 0; i < settings->accounts->len; i++)
    {
      if (g_strcmp0 (pdk_settings_get_account (settings, i)->id, id) == 0)
        return pdk_settings_get_account (settings, i);
    }
  return NULL;
}

static const char *
get_text (const PdkAccount *account, gsize field)
{
  const char *text = account != NULL ? G_STRUCT_MEMBER (const char *, account, fields[field].offset) : NULL;

  return text != NULL ? text : "";
}

static gsize
find_field (PdkPreferencesAccounts *self, GtkEntry *entry)
{
  gsize i = 0;

  while (self->entries[i] != entry)
    i++;
  return i;
}

/* An empty field is one that is not set. */
static void
apply_field (GtkEntry *entry, PdkPreferencesAccounts *self)
{
  gsize i = find_field (self, entry);
  const char *text = gtk_entry_get_text (entry);
  const PdkAccount *account = find_account (self, self->shown);
  PdkSettingsEdit *edit;

  if (self->is_updating || account == NULL)
    return;
  if (g_str_equal (text, get_text (account, i)))
    {
      pdk_preferences_row_set_complaint (self->rows[i], NULL);
      return;
    }
  edit = pdk_settings_edit_new ();
  pdk_settings_edit_set_string (edit, self->shown, fields[i].key, *text != '\0' ? text : NULL);
  pdk_preferences_row_apply (self->rows[i], self->store, edit);
}

static gboolean
on_field_left (GtkEntry *entry, GdkEvent *event, PdkPreferencesAccounts *self)
{
  apply_field (entry, self);
  return GDK_EVENT_PROPAGATE;
}

static void
on_file_chosen (GtkNativeDialog *dialog, int response, GtkEntry *entry)
{
  if (response == GTK_RESPONSE_ACCEPT)
    {
      g_autofree char *path = gtk_file_chooser_get_filename (GTK_FILE_CHOOSER (dialog));

      gtk_entry_set_text (entry, path != NULL ? path : "");
      gtk_widget_activate (GTK_WIDGET (entry));
    }
  g_object_unref (dialog);
}

/* The native one, so that a sandbox is given access to what is chosen. */
static void
on_choose (GtkEntry *entry)
{
  PdkPreferencesAccounts *self =
      PDK_PREFERENCES_ACCOUNTS (gtk_widget_get_ancestor (GTK_WIDGET (entry), PDK_TYPE_PREFERENCES_ACCOUNTS));
  const Field *field = &fields[find_field (self, entry)];
  GtkWindow *window = GTK_WINDOW (gtk_widget_get_toplevel (GTK_WIDGET (self)));
  GtkFileChooserAction action =
      field->kind == FIELD_FOLDER ? GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER : GTK_FILE_CHOOSER_ACTION_OPEN;
  GtkFileChooserNative *dialog =
      gtk_file_chooser_native_new (_ ("Choose"), window, action, _ ("_Choose"), _ ("_Cancel"));

  g_signal_connect_object (dialog, "response", G_CALLBACK (on_file_chosen), entry, 0);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

/* What was said of one account says nothing of another. */
static void
forget_test (PdkPreferencesAccounts *self)
{
  if (self->test != NULL)
    g_cancellable_cancel (self->test);
  g_clear_object (&self->test);
  pdk_preferences_row_set_hint (self->test_row, NULL);
  pdk_preferences_row_set_complaint (self->test_row, NULL);
}

/* What somebody is typing stays, unless it was meant for another account. */
static void
show_account (PdkPreferencesAccounts *self, gboolean is_another)
{
  const PdkAccount *account = find_account (self, self->shown);

  self->is_updating = TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      if (is_another || !gtk_widget_has_focus (GTK_WIDGET (self->entries[i])))
        gtk_entry_set_text (self->entries[i], get_text (account, i));
      if (is_another)
        pdk_preferences_row_set_complaint (self->rows[i], NULL);
    }
  if (is_another)
    forget_test (self);
  gtk_switch_set_active (self->cloud_only, account != NULL && account->is_cloud_only);
  gtk_widget_set_sensitive (self->remove_button, account != NULL && !account->is_detected);
  gtk_widget_set_sensitive (self->test_button,
                            account != NULL && account->base_url != NULL && self->test == NULL);
  self->is_updating = FALSE;
  pdk_preferences_key_set_account (self->key, self->shown);
}

/* Shows the account that is chosen in the list. */
static void
show_choice (PdkPreferencesAccounts *self)
{
  g_autofree char *former = g_steal_pointer (&self->shown);

  self->shown = gtk_combo_box_text_get_active_text (self->choice);
  show_account (self, g_strcmp0 (former, self->shown) != 0);
}

static void
on_choice_changed (PdkPreferencesAccounts *self)
{
  if (!self->is_updating)
    show_choice (self);
}

/* Lists the accounts, and goes on showing the one that was shown, if it is still there. */
static void
update (PdkPreferencesAccounts *self)
{
  PdkSettings *settings = pdk_settings_store_get_settings (self->store);
  const char *wanted = find_account (self, self->added) != NULL ? self->added : self->shown;
  int shown = 0;

  self->is_updating = TRUE;
  gtk_combo_box_text_remove_all (self->choice);
  for (guint i = 0; i < settings->accounts->len; i++)
    {
      const PdkAccount *account = pdk_settings_get_account (settings, i);

      gtk_combo_box_text_append_text (self->choice, account->id);
      if (g_strcmp0 (account->id, wanted) == 0)
        shown = (int) i;
    }
  if (wanted == self->added)
    g_clear_pointer (&self->added, g_free);
  gtk_combo_box_set_active (GTK_COMBO_BOX (self->choice), shown);
  self->is_updating = FALSE;
  show_choice (self);
}

/* The address is one that nobody has yet: that of another account would count its requests twice. */
static void
on_add (PdkPreferencesAccounts *self)
{
  PdkSettingsEdit *edit = pdk_settings_edit_new ();
  PdkSettings *settings = pdk_settings_store_get_settings (self->store);
  g_autofree char *id = NULL;
  g_autofree char *base_url = NULL;

  for (guint n = settings->accounts->len + 1; id == NULL || find_account (self, id) != NULL; n++)
    {
      g_free (id);
      id = g_strdup_printf ("server-%u", n);
    }
  /* The one that was found without settings is to stay. */
  for (guint i = 0; i < settings->accounts->len; i++)
    {
      const PdkAccount *account = pdk_settings_get_account (settings, i);

      if (account->is_detected)
        pdk_settings_edit_set_string (edit, account->id, "base_url", account->base_url);
    }
  base_url = g_strdup_printf ("http://%s:11434", id);
  pdk_settings_edit_set_string (edit, id, "base_url", base_url);
  g_free (self->added);
  self->added = g_steal_pointer (&id);
  pdk_preferences_row_apply (self->choice_row, self->store, edit);
}

static void
on_remove_answered (GtkDialog *dialog, int response, PdkPreferencesAccounts *self)
{
  /* The one that was asked about, whichever is shown by now. */
  const char *id = g_object_get_data (G_OBJECT (dialog), ACCOUNT_ID);

  if (response == GTK_RESPONSE_ACCEPT && find_account (self, id) != NULL)
    {
      PdkSettingsEdit *edit = pdk_settings_edit_new ();

      pdk_settings_edit_remove_account (edit, id);
      pdk_preferences_row_apply (self->choice_row, self->store, edit);
    }
  gtk_widget_destroy (GTK_WIDGET (dialog));
}

static void
on_remove (PdkPreferencesAccounts *self)
{
  GtkWindow *window = GTK_WINDOW (gtk_widget_get_toplevel (GTK_WIDGET (self)));
  GtkWidget *dialog = gtk_message_dialog_new (window, GTK_DIALOG_MODAL | GTK_DIALOG_DESTROY_WITH_PARENT,
                                              GTK_MESSAGE_QUESTION, GTK_BUTTONS_NONE,
                                              _ ("Remove the account “%s” from the settings?"), self->shown);

  gtk_message_dialog_format_secondary_text (GTK_MESSAGE_DIALOG (dialog),
                                            _ ("The server and its files stay as they are."));
  g_object_set_data_full (G_OBJECT (dialog), ACCOUNT_ID, g_strdup (self->shown), g_free);
  gtk_dialog_add_buttons (GTK_DIALOG (dialog), _ ("_Cancel"), GTK_RESPONSE_CANCEL, _ ("_Remove"),
                          GTK_RESPONSE_ACCEPT, NULL);
  gtk_style_context_add_class (gtk_widget_get_style_context (gtk_dialog_get_widget_for_response (
                                   GTK_DIALOG (dialog), GTK_RESPONSE_ACCEPT)),
                               GTK_STYLE_CLASS_DESTRUCTIVE_ACTION);
  gtk_style_context_add_class (gtk_widget_get_style_context (dialog), "paddock");
  pdk_dark_theme_follow (dialog);
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_remove_answered), self, 0);
  gtk_widget_show (dialog);
}

static void
on_cloud_only_changed (PdkPreferencesAccounts *self)
{
  PdkSettingsEdit *edit;

  if (self->is_updating || self->shown == NULL)
    return;
  edit = pdk_settings_edit_new ();
  pdk_settings_edit_set_string (edit, self->shown, "auth",
                                gtk_switch_get_active (self->cloud_only) ? "api_key" : NULL);
  pdk_preferences_row_apply (self->cloud_only_row, self->store, edit);
}

static void
on_tested (GObject *source, GAsyncResult *result, gpointer user_data)
{
  PdkPreferencesAccounts *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *sentence = pdk_connection_test_finish (result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return; /* and the page may be gone */
  g_clear_object (&self->test);
  pdk_preferences_row_set_hint (self->test_row, sentence);
  pdk_preferences_row_set_complaint (self->test_row, error != NULL ? error->message : NULL);
  gtk_widget_set_sensitive (self->test_button, TRUE);
}

static void
on_test (PdkPreferencesAccounts *self)
{
  self->test = g_cancellable_new ();
  gtk_widget_set_sensitive (self->test_button, FALSE);
  pdk_preferences_row_set_hint (self->test_row, _ ("Asking the server…"));
  pdk_preferences_row_set_complaint (self->test_row, NULL);
  pdk_connection_test_async (gtk_entry_get_text (self->entries[0]), self->test, on_tested, self);
}

static GtkWidget *
new_icon_button (const char *icon_name, const char *name)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon_name, GTK_ICON_SIZE_BUTTON);

  gtk_widget_set_tooltip_text (button, name);
  atk_object_set_name (gtk_widget_get_accessible (button), name);
  return button;
}

static void
add_choice_row (PdkPreferencesAccounts *self)
{
  GtkWidget *list, *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *add_button = new_icon_button ("list-add-symbolic", _ ("Add an account"));

  gtk_container_add (GTK_CONTAINER (self), pdk_preferences_list_new (NULL, &list));
  self->choice = pdk_preferences_choice_new ();
  atk_object_set_name (gtk_widget_get_accessible (GTK_WIDGET (self->choice)), _ ("Account"));
  self->remove_button = new_icon_button ("list-remove-symbolic", _ ("Remove this account"));
  gtk_container_add (GTK_CONTAINER (box), GTK_WIDGET (self->choice));
  gtk_container_add (GTK_CONTAINER (box), add_button);
  gtk_container_add (GTK_CONTAINER (box), self->remove_button);
  self->choice_row = pdk_preferences_list_add (list, _ ("Account"), box, NULL);
  g_signal_connect_swapped (self->choice, "changed", G_CALLBACK (on_choice_changed), self);
  g_signal_connect_swapped (add_button, "clicked", G_CALLBACK (on_add), self);
  g_signal_connect_swapped (self->remove_button, "clicked", G_CALLBACK (on_remove), self);
}

/* A path can be chosen, too. */
static GtkWidget *
with_button (GtkEntry *entry, FieldKind kind)
{
  GtkWidget *box, *button;

  if (kind == FIELD_TEXT)
    return GTK_WIDGET (entry);
  box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  button = new_icon_button ("document-open-symbolic", _ ("Choose"));
  gtk_box_pack_start (GTK_BOX (box), GTK_WIDGET (entry), TRUE, TRUE, 0);
  gtk_container_add (GTK_CONTAINER (box), button);
  g_signal_connect_object (button, "clicked", G_CALLBACK (on_choose), entry, G_CONNECT_SWAPPED);
  return box;
}

static void
add_field_row (PdkPreferencesAccounts *self, GtkWidget *list, gsize i, GtkSizeGroup *controls)
{
  GtkWidget *control;

  self->entries[i] = GTK_ENTRY (gtk_entry_new ());
  pdk_preferences_row_set_entry_width (self->entries[i], 30);
  control = with_button (self->entries[i], fields[i].kind);
  gtk_size_group_add_widget (controls, control);
  self->rows[i] = pdk_preferences_list_add (list, _ (fields[i].title), control, _ (fields[i].hint));
  g_signal_connect_object (self->entries[i], "activate", G_CALLBACK (apply_field), self, 0);
  g_signal_connect_object (self->entries[i], "focus-out-event", G_CALLBACK (on_field_left), self, 0);
}

static void
add_rows (PdkPreferencesAccounts *self)
{
  /* Fields with a button and without one begin and end in line. */
  g_autoptr (GtkSizeGroup) controls = gtk_size_group_new (GTK_SIZE_GROUP_HORIZONTAL);
  GtkWidget *server, *places, *cloud;

  add_choice_row (self);
  gtk_container_add (GTK_CONTAINER (self), pdk_preferences_list_new (_ ("Server"), &server));
  gtk_container_add (GTK_CONTAINER (self), pdk_preferences_list_new (_ ("Where to Look"), &places));
  gtk_container_add (GTK_CONTAINER (self), pdk_preferences_list_new (_ ("Cloud"), &cloud));
  add_field_row (self, server, 0, controls);
  self->test_button = gtk_button_new_with_mnemonic (_ ("Te_st"));
  self->test_row = pdk_preferences_list_add (server, _ ("Connection"), self->test_button, NULL);
  for (gsize i = 1; i < G_N_ELEMENTS (fields) - 1; i++)
    add_field_row (self, places, i, controls);
  self->cloud_only = GTK_SWITCH (gtk_switch_new ());
  self->cloud_only_row = pdk_preferences_list_add (cloud, _ ("Cloud o_nly"), GTK_WIDGET (self->cloud_only),
                                                   _ ("No server is asked; the cloud is, with a key."));
  gtk_container_add (GTK_CONTAINER (cloud), GTK_WIDGET (self->key));
  add_field_row (self, cloud, G_N_ELEMENTS (fields) - 1, controls);
  g_signal_connect_swapped (self->test_button, "clicked", G_CALLBACK (on_test), self);
  g_signal_connect_swapped (self->cloud_only, "notify::active", G_CALLBACK (on_cloud_only_changed), self);
}

static void
pdk_preferences_accounts_dispose (GObject *object)
{
  PdkPreferencesAccounts *self = PDK_PREFERENCES_ACCOUNTS (object);

  if (self->test != NULL)
    g_cancellable_cancel (self->test);
  g_clear_object (&self->test);
  g_clear_object (&self->store);
  g_clear_pointer (&self->shown, g_free);
  g_clear_pointer (&self->added, g_free);
  G_OBJECT_CLASS (pdk_preferences_accounts_parent_class)->dispose (object);
}

static void
pdk_preferences_accounts_class_init (PdkPreferencesAccountsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = pdk_preferences_accounts_dispose;
}

static void
pdk_preferences_accounts_init (PdkPreferencesAccounts *self)
{
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 18);
}

/**
 * pdk_preferences_accounts_new:
 * @store: (transfer none): where settings are kept
 * @monitor: (transfer none) (nullable): is told of a key that changes
 *
 * Returns: (transfer floating): the page
 */
GtkWidget *
pdk_preferences_accounts_new (PdkSettingsStore *store, PdkMonitor *monitor)
{
  PdkPreferencesAccounts *self = g_object_new (PDK_TYPE_PREFERENCES_ACCOUNTS, NULL);

  self->store = g_object_ref (store);
  self->key = PDK_PREFERENCES_KEY (pdk_preferences_key_new (monitor));
  add_rows (self);
  g_signal_connect_object (store, "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
  gtk_widget_show (GTK_WIDGET (self));
  return GTK_WIDGET (self);
}
