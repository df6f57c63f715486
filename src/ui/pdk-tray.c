/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The item in the panel, by way of libayatana-appindicator: this is the only file that includes it, so that
 * its successor replaces one file. Main thread.
 *
 * Panels copy the menu over D-Bus and open their copy. They do not tell reliably before they do, so it is
 * always current; and as some close it when its structure changes, it has a fixed set of items whose texts
 * and visibility change. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-tray.h"

#include <glib/gi18n-lib.h>
#include <gtk/gtk.h>
#include <libayatana-appindicator/app-indicator.h>
#ifdef GDK_WINDOWING_WAYLAND
#include <gdk/gdkwayland.h>
#endif

#include "pdk-tray-state.h"

#include "pdk-tray-extension.h"

#define ITEM_ID "paddock"
#define ITEM_PATH "/org/ayatana/NotificationItem/" ITEM_ID
#define WATCHER_NAME "org.kde.StatusNotifierWatcher"
#define WATCHER_PATH "/StatusNotifierWatcher"

/* A panel that is there shows the item well within this time. */
#define SETTLE_MSEC 250

/* Whether the library has told the watcher of the item is looked at so often, for so many times. */
#define CHECK_MSEC 1000
#define MAX_CHECKS 30

/* At login the panel may come up after us; this long is no reason for worry. */
#define HOST_PATIENCE_SECONDS 5

struct _PdkTray
{
  GObject parent_instance;

  GActionGroup *actions;
  AppIndicator *indicator;
  PdkTrayExtension *extension;
  GtkWidget *menu;
  GtkWidget *message_item;
  GtkWidget *line_items[PDK_TRAY_STATE_MAX_LINES];
  gboolean is_gnome;
  GDBusConnection *connection; /* (nullable): of the session */
  GCancellable *cancellable;
  guint watch_id;
  guint host_signal_id;
  guint patience_id;
  guint settle_id;
  guint check_id;
  guint n_checks;
};

enum
{
  SIGNAL_SETTLED,
  SIGNAL_NO_HOST,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PdkTray, pdk_tray, G_TYPE_OBJECT)

static gboolean
is_gnome_shell (const char *desktops)
{
  g_auto (GStrv) names = g_strsplit (desktops != NULL ? desktops : "", ":", -1);

  return g_strv_contains ((const char *const *) names, "GNOME");
}

static void
on_item_activated (GtkMenuItem *item, gpointer user_data)
{
  PdkTray *self = user_data;

  g_action_group_activate_action (self->actions, gtk_widget_get_name (GTK_WIDGET (item)), NULL);
}

/* Menus on the bus have mnemonics: one underscore is not shown, and two are shown as one. GNOME's extension
 * applies that to the first place in a label alone. */
static char *
escape_mnemonics (PdkTray *self, const char *text)
{
  GString *escaped = g_string_new (NULL);
  gboolean is_done = FALSE;

  for (const char *p = text; *p != '\0'; p++)
    {
      g_string_append_c (escaped, *p);
      if (*p == '_' && !is_done)
        {
          g_string_append_c (escaped, '_');
          is_done = self->is_gnome;
        }
    }
  return g_string_free (escaped, FALSE);
}

static GtkWidget *
append_item (PdkTray *self, const char *action, const char *label)
{
  GtkWidget *item = label != NULL ? gtk_menu_item_new_with_mnemonic (label) : gtk_separator_menu_item_new ();

  gtk_menu_shell_append (GTK_MENU_SHELL (self->menu), item);
  if (action != NULL)
    {
      gtk_widget_set_name (item, action);
      g_signal_connect (item, "activate", G_CALLBACK (on_item_activated), self);
    }
  gtk_widget_show (item);
  return item;
}

static void
build_menu (PdkTray *self)
{
  GtkWidget *details_item;

  self->menu = g_object_ref_sink (gtk_menu_new ());
  /* The lines that inform are not greyed out, and open the details. */
  self->message_item = append_item (self, "details", "");
  for (gsize i = 0; i < G_N_ELEMENTS (self->line_items); i++)
    {
      self->line_items[i] = append_item (self, "details", "");
      gtk_widget_hide (self->line_items[i]);
    }
  append_item (self, NULL, NULL);
  details_item = append_item (self, "details", _ ("Show Details"));
  append_item (self, "refresh", _ ("Refresh"));
  append_item (self, "copy-status", _ ("Copy Status"));
  if (g_action_group_get_action_enabled (self->actions, "preferences"))
    append_item (self, "preferences", _ ("Preferences"));
  append_item (self, NULL, NULL);
  append_item (self, "quit", _ ("Quit"));

  app_indicator_set_menu (self->indicator, GTK_MENU (self->menu));
  app_indicator_set_secondary_activate_target (self->indicator, details_item);
}

static void
on_clicked (PdkTrayExtension *extension, gpointer user_data)
{
  PdkTray *self = user_data;

  g_action_group_activate_action (self->actions, "details", NULL);
}

static void
on_token (PdkTrayExtension *extension, const char *token, gpointer user_data)
{
#ifdef GDK_WINDOWING_WAYLAND
  GdkDisplay *display = gdk_display_get_default ();

  /* The next window that asks for the focus takes the token with it. */
  if (GDK_IS_WAYLAND_DISPLAY (display) && *token != '\0')
    gdk_wayland_display_set_startup_notification_id (display, token);
#endif
}

static gboolean
on_settled (gpointer user_data)
{
  PdkTray *self = user_data;

  self->settle_id = 0;
  g_signal_emit (self, signals[SIGNAL_SETTLED], 0);
  return G_SOURCE_REMOVE;
}

static void
on_connection_changed (PdkTray *self)
{
  if (self->settle_id == 0)
    return;
  g_source_remove (self->settle_id);
  self->settle_id = g_idle_add (on_settled, self);
}

static gboolean
on_patience_over (gpointer user_data)
{
  PdkTray *self = user_data;

  self->patience_id = 0;
  g_signal_emit (self, signals[SIGNAL_NO_HOST], 0);
  return G_SOURCE_REMOVE;
}

static void
on_host_registered (GDBusConnection *connection,
                    const char *sender,
                    const char *path,
                    const char *interface,
                    const char *signal,
                    GVariant *parameters,
                    gpointer user_data)
{
  PdkTray *self = user_data;

  g_clear_handle_id (&self->patience_id, g_source_remove);
}

/* A watcher that does not know whether it has hosts is taken to have one. */
static void
on_host_known (GObject *source, GAsyncResult *result, gpointer user_data)
{
  PdkTray *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  g_autoptr (GVariant) value = NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return; /* and the item is gone */
  if (answer != NULL)
    g_variant_get (answer, "(v)", &value);
  if (value == NULL || !g_variant_is_of_type (value, G_VARIANT_TYPE_BOOLEAN) || g_variant_get_boolean (value))
    g_clear_handle_id (&self->patience_id, g_source_remove);
}

static void
on_item_exported (GObject *source, GAsyncResult *result, gpointer user_data)
{
  PdkTray *self = user_data;
  GDBusConnection *connection = G_DBUS_CONNECTION (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = g_dbus_connection_call_finish (connection, result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || answer == NULL || self->check_id == 0)
    return; /* and the next check asks again */
  g_clear_handle_id (&self->check_id, g_source_remove);
  g_dbus_connection_call (connection, WATCHER_NAME, WATCHER_PATH, WATCHER_NAME, "RegisterStatusNotifierItem",
                          g_variant_new ("(s)", ITEM_PATH), NULL, G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, NULL,
                          NULL, NULL);
}

/* The library asks for the bus twice at once, in threads. When a busy machine has the answers change places,
 * it exports the item and tells nobody of it, so that there would be no icon until the panel is restarted. An
 * item that is exported and not connected to a watcher that is there is registered here, as the library
 * would. */
static gboolean
on_check (gpointer user_data)
{
  PdkTray *self = user_data;
  gboolean is_connected = FALSE;

  g_object_get (self->indicator, "connected", &is_connected, NULL);
  if (is_connected || ++self->n_checks > MAX_CHECKS)
    {
      self->check_id = 0;
      return G_SOURCE_REMOVE;
    }
  g_dbus_connection_call (self->connection, g_dbus_connection_get_unique_name (self->connection), ITEM_PATH,
                          "org.freedesktop.DBus.Properties", "Get",
                          g_variant_new ("(ss)", "org.kde.StatusNotifierItem", "Id"), G_VARIANT_TYPE ("(v)"),
                          G_DBUS_CALL_FLAGS_NONE, -1, self->cancellable, on_item_exported, self);
  return G_SOURCE_CONTINUE;
}

/* The watcher only keeps the list of items. Some start it as a service, so that it runs where no panel does;
 * a host is what shows them (StatusNotifierItem specification, "StatusNotifierWatcher"). */
static void
on_watcher_appeared (GDBusConnection *connection, const char *name, const char *owner, gpointer user_data)
{
  PdkTray *self = user_data;

  g_dbus_connection_call (connection, owner, WATCHER_PATH, "org.freedesktop.DBus.Properties", "Get",
                          g_variant_new ("(ss)", WATCHER_NAME, "IsStatusNotifierHostRegistered"),
                          G_VARIANT_TYPE ("(v)"), G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, self->cancellable,
                          on_host_known, self);
  g_clear_handle_id (&self->check_id, g_source_remove);
  self->n_checks = 0;
  self->check_id = g_timeout_add (CHECK_MSEC, on_check, self);
}

static void
on_watcher_vanished (GDBusConnection *connection, const char *name, gpointer user_data)
{
  PdkTray *self = user_data;

  g_clear_handle_id (&self->check_id, g_source_remove);
}

static void
watch_hosts (PdkTray *self)
{
  self->host_signal_id = g_dbus_connection_signal_subscribe (
      self->connection, WATCHER_NAME, WATCHER_NAME, "StatusNotifierHostRegistered", WATCHER_PATH, NULL,
      G_DBUS_SIGNAL_FLAGS_NONE, on_host_registered, self, NULL);
  self->watch_id =
      g_bus_watch_name_on_connection (self->connection, WATCHER_NAME, G_BUS_NAME_WATCHER_FLAGS_NONE,
                                      on_watcher_appeared, on_watcher_vanished, self, NULL);
}

static void
pdk_tray_dispose (GObject *object)
{
  PdkTray *self = PDK_TRAY (object);

  g_clear_handle_id (&self->watch_id, g_bus_unwatch_name);
  if (self->host_signal_id != 0)
    g_dbus_connection_signal_unsubscribe (self->connection, self->host_signal_id);
  self->host_signal_id = 0;
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->connection);
  g_clear_handle_id (&self->patience_id, g_source_remove);
  g_clear_handle_id (&self->settle_id, g_source_remove);
  g_clear_handle_id (&self->check_id, g_source_remove);
  if (self->extension != NULL)
    g_signal_handlers_disconnect_by_data (self->extension, self);
  g_clear_object (&self->extension);
  if (self->indicator != NULL)
    g_signal_handlers_disconnect_by_data (self->indicator, self);
  g_clear_object (&self->indicator);
  if (self->menu != NULL)
    gtk_widget_destroy (self->menu);
  g_clear_object (&self->menu);
  g_clear_object (&self->actions);
  G_OBJECT_CLASS (pdk_tray_parent_class)->dispose (object);
}

static void
pdk_tray_class_init (PdkTrayClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = pdk_tray_dispose;
  signals[SIGNAL_SETTLED] = g_signal_new ("settled", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                          NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_NO_HOST] = g_signal_new ("no-host", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                          NULL, NULL, G_TYPE_NONE, 0);
}

static void
pdk_tray_init (PdkTray *self)
{
}

/**
 * pdk_tray_new:
 * @actions: the actions that the menu offers
 * @icon_theme_path: (nullable): where panels find the icons, if not where they look anyway
 * @icon_name: the first icon
 *
 * Puts the item up, as soon as there is a panel that shows such items, and again whenever a panel comes.
 *
 * Returns: (transfer full): the item
 */
PdkTray *
pdk_tray_new (GActionGroup *actions, const char *icon_theme_path, const char *icon_name)
{
  PdkTray *self = g_object_new (PDK_TYPE_TRAY, NULL);

  self->connection = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, NULL);
  self->cancellable = g_cancellable_new ();
  self->actions = g_object_ref (actions);
  self->is_gnome = is_gnome_shell (g_getenv ("XDG_CURRENT_DESKTOP"));
  /* Before the item is exported, so that not even the first click goes unanswered. */
  if (self->connection != NULL)
    {
      self->extension = pdk_tray_extension_new (self->connection, ITEM_PATH);
      g_signal_connect (self->extension, "activate", G_CALLBACK (on_clicked), self);
      g_signal_connect (self->extension, "token", G_CALLBACK (on_token), self);
    }
  /* Deprecated in favour of a successor that Debian 12 lacks. */
  G_GNUC_BEGIN_IGNORE_DEPRECATIONS
  self->indicator = app_indicator_new_with_path (ITEM_ID, icon_name,
                                                 APP_INDICATOR_CATEGORY_APPLICATION_STATUS, icon_theme_path);
  G_GNUC_END_IGNORE_DEPRECATIONS
  build_menu (self);
  app_indicator_set_status (self->indicator, APP_INDICATOR_STATUS_ACTIVE);

  g_signal_connect_swapped (self->indicator, APP_INDICATOR_SIGNAL_CONNECTION_CHANGED,
                            G_CALLBACK (on_connection_changed), self);
  self->settle_id = g_timeout_add (SETTLE_MSEC, on_settled, self);
  self->patience_id = g_timeout_add_seconds (HOST_PATIENCE_SECONDS, on_patience_over, self);
  if (self->connection != NULL)
    watch_hosts (self);
  return self;
}

static void
set_item_label (PdkTray *self, GtkWidget *item, const char *text)
{
  g_autofree char *label = escape_mnemonics (self, text);

  /* Every change goes over the bus to the panel, which redraws. */
  if (g_strcmp0 (gtk_menu_item_get_label (GTK_MENU_ITEM (item)), label) != 0)
    gtk_menu_item_set_label (GTK_MENU_ITEM (item), label);
}

/**
 * pdk_tray_set_state:
 * @self: the item
 * @icon_name: the icon
 * @icon_description: the icon in words, for those who cannot see it
 * @title: what the item says: first line of the menu and of the tooltip, and what a screen reader reads
 * @label: what stands beside the icon; "" for nothing
 * @label_guide: a text as wide as the label may get
 * @lines: (array zero-terminated=1): what the menu and the tooltip say below @title
 */
void
pdk_tray_set_state (PdkTray *self,
                    const char *icon_name,
                    const char *icon_description,
                    const char *title,
                    const char *label,
                    const char *label_guide,
                    const char *const *lines)
{
  gsize n_lines = g_strv_length ((GStrv) lines);
  g_autofree char *description = g_strjoinv ("\n", (GStrv) lines);

  /* Each time, the panel loads the icon again: so nothing that changes with each request is said here. */
  if (g_strcmp0 (app_indicator_get_icon (self->indicator), icon_name) != 0 ||
      g_strcmp0 (app_indicator_get_icon_desc (self->indicator), icon_description) != 0)
    app_indicator_set_icon_full (self->indicator, icon_name, icon_description);
  if (g_strcmp0 (app_indicator_get_title (self->indicator), title) != 0)
    app_indicator_set_title (self->indicator, title);
  app_indicator_set_label (self->indicator, label, label_guide);
  if (self->extension != NULL)
    pdk_tray_extension_set_tooltip (self->extension, title, description);

  set_item_label (self, self->message_item, title);
  for (gsize i = 0; i < G_N_ELEMENTS (self->line_items); i++)
    {
      if (i < n_lines)
        set_item_label (self, self->line_items[i], lines[i]);
      gtk_widget_set_visible (self->line_items[i], i < n_lines);
    }
}
