/* SPDX-License-Identifier: GPL-3.0-or-later */

/* From how much of a limit used on the user is told, and whether at all. Main thread. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-preferences-notifications.h"

#include <glib/gi18n-lib.h>

#include "pdk-preferences-list.h"

struct _PdkPreferencesNotifications
{
  GtkBox parent_instance;

  PdkSettingsStore *store;
  GtkSwitch *told;
  PdkPreferencesRow *told_row;
  GtkEntry *thresholds;
  PdkPreferencesRow *thresholds_row;
  gboolean is_updating; /* what changes now comes from the settings */
};

G_DEFINE_FINAL_TYPE (PdkPreferencesNotifications, pdk_preferences_notifications, GTK_TYPE_BOX)

static void
set_value (PdkPreferencesNotifications *self, PdkPreferencesRow *row, const char *key, JsonNode *value)
{
  pdk_preferences_row_set_value (row, self->store, key, value);
}

static void
on_told_changed (PdkPreferencesNotifications *self)
{
  if (!self->is_updating)
    set_value (self, self->told_row, "notifications.silent",
               json_node_init_boolean (json_node_alloc (), !gtk_switch_get_active (self->told)));
}

static char *
format_thresholds (const PdkAlertRules *rules)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < rules->n_thresholds; i++)
    {
      char number[G_ASCII_DTOSTR_BUF_SIZE];

      g_string_append_printf (text, "%s%s", i > 0 ? ", " : "",
                              g_ascii_formatd (number, sizeof number, "%.6g", rules->thresholds[i]));
    }
  return g_strdup (text->str);
}

/* "80, 95" as a list of numbers; %NULL where there is something else. */
static JsonNode *
parse_thresholds (const char *text)
{
  g_auto (GStrv) words = g_strsplit_set (text, ",; ", -1);
  g_autoptr (JsonArray) numbers = json_array_new ();

  for (guint i = 0; words[i] != NULL; i++)
    {
      char *end;
      double number = g_ascii_strtod (words[i], &end);

      if (*words[i] == '\0')
        continue;
      if (*end != '\0')
        return NULL;
      json_array_add_double_element (numbers, number);
    }
  return json_node_init_array (json_node_alloc (), numbers);
}

static void
apply_thresholds (PdkPreferencesNotifications *self)
{
  PdkSettings *settings = pdk_settings_store_get_settings (self->store);
  g_autofree char *present = format_thresholds (&settings->alerts);
  const char *text = gtk_entry_get_text (self->thresholds);
  JsonNode *numbers;

  if (self->is_updating || g_str_equal (text, present))
    {
      pdk_preferences_row_set_complaint (self->thresholds_row, NULL);
      return;
    }
  numbers = parse_thresholds (text);
  if (numbers == NULL)
    pdk_preferences_row_set_complaint (self->thresholds_row,
                                       _ ("These must be numbers with commas between them, such as 80, 95."));
  else
    set_value (self, self->thresholds_row, "notifications.thresholds", numbers);
}

static gboolean
on_thresholds_left (PdkPreferencesNotifications *self)
{
  apply_thresholds (self);
  return GDK_EVENT_PROPAGATE;
}

static void
update (PdkPreferencesNotifications *self)
{
  PdkSettings *settings = pdk_settings_store_get_settings (self->store);
  g_autofree char *thresholds = format_thresholds (&settings->alerts);

  self->is_updating = TRUE;
  gtk_switch_set_active (self->told, !settings->alerts.is_silent);
  if (!gtk_widget_has_focus (GTK_WIDGET (self->thresholds)))
    gtk_entry_set_text (self->thresholds, thresholds);
  self->is_updating = FALSE;
}

static void
pdk_preferences_notifications_dispose (GObject *object)
{
  g_clear_object (&PDK_PREFERENCES_NOTIFICATIONS (object)->store);
  G_OBJECT_CLASS (pdk_preferences_notifications_parent_class)->dispose (object);
}

static void
pdk_preferences_notifications_class_init (PdkPreferencesNotificationsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = pdk_preferences_notifications_dispose;
}

static void
pdk_preferences_notifications_init (PdkPreferencesNotifications *self)
{
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
}

/**
 * pdk_preferences_notifications_new:
 * @store: (transfer none): where settings are kept
 *
 * Returns: (transfer floating): the page
 */
GtkWidget *
pdk_preferences_notifications_new (PdkSettingsStore *store)
{
  PdkPreferencesNotifications *self = g_object_new (PDK_TYPE_PREFERENCES_NOTIFICATIONS, NULL);
  GtkWidget *list;

  self->store = g_object_ref (store);
  gtk_container_add (GTK_CONTAINER (self), pdk_preferences_list_new (_ ("Limits of the Cloud"), &list));
  self->told = GTK_SWITCH (gtk_switch_new ());
  self->told_row = pdk_preferences_list_add (
      list, _ ("_Notify me"), GTK_WIDGET (self->told),
      _ ("Once when a limit passes one of these, when it is used up, and when it is back."));
  self->thresholds = GTK_ENTRY (gtk_entry_new ());
  gtk_entry_set_width_chars (self->thresholds, 16);
  self->thresholds_row = pdk_preferences_list_add (list, _ ("When this much is _used, in percent"),
                                                   GTK_WIDGET (self->thresholds),
                                                   _ ("Up to eight numbers with commas between them."));
  g_signal_connect_swapped (self->told, "notify::active", G_CALLBACK (on_told_changed), self);
  g_signal_connect_swapped (self->thresholds, "activate", G_CALLBACK (apply_thresholds), self);
  g_signal_connect_swapped (self->thresholds, "focus-out-event", G_CALLBACK (on_thresholds_left), self);
  g_signal_connect_object (store, "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
  gtk_widget_show (GTK_WIDGET (self));
  return GTK_WIDGET (self);
}
