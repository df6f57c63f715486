/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The applet: one instance for each session, which owns the monitor, the item in the panel and the details
 * window, and lends its actions to all of them. Main thread. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-application.h"

#include <glib-unix.h>
#include <glib/gi18n-lib.h>
#include <gtk/gtk.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include "pdk-error.h"
#include "pdk-monitor.h"
#include "pdk-session-bus.h"
#include "pdk-settings-store.h"
#include "pdk-tray-state.h"
#include "pdk-unloader.h"

#include "pdk-about-dialog.h"
#include "pdk-details-window.h"
#include "pdk-icons.h"
#include "pdk-notifier.h"
#include "pdk-preferences-window.h"
#include "pdk-running-applet.h"
#include "pdk-shortcuts-window.h"
#include "pdk-shortcuts.h"
#include "pdk-sign-in.h"
#include "pdk-style.h"
#include "pdk-tray-content.h"
#include "pdk-tray.h"

#define PDK_TYPE_APPLICATION (pdk_application_get_type ())
G_DECLARE_FINAL_TYPE (PdkApplication, pdk_application, PDK, APPLICATION, GtkApplication)

struct _PdkApplication
{
  GtkApplication parent_instance;

  char *settings_path; /* (nullable) */
  gboolean is_demo;
  gboolean is_starting; /* the first activation is the start itself, and each further one shows the window */

  PdkClock *clock;
  PdkSettingsStore *store; /* (nullable): none for sample data */
  PdkMonitor *monitor;     /* (nullable): NULL while the item is put up */
  PdkNotifier *notifier;   /* (nullable): none for sample data */
  PdkFoldKeeper *folds;
  PdkSignIn *sign_in;    /* (nullable): with the monitor */
  PdkUnloader *unloader; /* (nullable): with the monitor */
  PdkTray *tray;
  PdkDetailsWindow *window; /* (nullable): of GTK */
  gboolean has_style;
  guint on_int, on_term; /* sources of signals */
  GDBusConnection *bus;  /* (nullable) (unowned): the session's */
  GError *error;         /* (nullable): why it was not started */
};

/* How long the start waits for a session bus that is late at login. */
#define BUS_PATIENCE_SECONDS 5

G_DEFINE_FINAL_TYPE (PdkApplication, pdk_application, GTK_TYPE_APPLICATION)

static PdkSnapshot *
get_snapshot (PdkApplication *self)
{
  return self->monitor != NULL ? pdk_monitor_get_snapshot (self->monitor) : NULL;
}

static PdkSettings *
get_settings (PdkApplication *self)
{
  return self->store != NULL ? pdk_settings_store_get_settings (self->store) : NULL;
}

static const PdkAlertRules *
get_rules (PdkApplication *self)
{
  PdkSettings *settings = get_settings (self);

  return settings != NULL ? &settings->alerts : NULL;
}

static void
update_tray (PdkApplication *self)
{
  pdk_tray_content_show (self->tray, get_snapshot (self), get_settings (self));
}

/* Where the settings say read_only, there is nobody to do it. */
static PdkUnloader *
get_unloader (PdkApplication *self)
{
  PdkSettings *settings = get_settings (self);

  return settings == NULL || !settings->read_only ? self->unloader : NULL;
}

static void
update_window (PdkApplication *self)
{
  pdk_details_window_set_unloader (self->window, get_unloader (self));
  pdk_details_window_set_rules (self->window, get_rules (self));
  pdk_details_window_set_snapshot (self->window, get_snapshot (self));
}

static void
on_monitor_changed (PdkApplication *self)
{
  PdkSettings *settings = get_settings (self);

  update_tray (self);
  if (self->notifier != NULL && settings != NULL && get_snapshot (self) != NULL)
    pdk_notifier_update (self->notifier, get_snapshot (self), &settings->alerts);
  if (self->window != NULL)
    update_window (self);
}

static void
load_style (PdkApplication *self)
{
  if (!self->has_style)
    pdk_style_load ();
  self->has_style = TRUE;
}

static gboolean
on_memory_idle (gpointer user_data)
{
#ifdef __GLIBC__
  /* A closed window leaves its memory scattered; the applet runs all day, and gives it back. */
  malloc_trim (0);
#endif
  return G_SOURCE_REMOVE;
}

static void
on_window_destroyed (PdkApplication *self)
{
  self->window = NULL;
  g_idle_add_full (G_PRIORITY_LOW, on_memory_idle, NULL, NULL);
}

static void
on_window_active (PdkApplication *self)
{
  if (self->sign_in != NULL && gtk_window_is_active (GTK_WINDOW (self->window)))
    pdk_sign_in_look_again (self->sign_in);
}

static void
on_sign_in_failed (PdkApplication *self, const char *sentence)
{
  if (self->window != NULL)
    pdk_details_window_set_sign_in_problem (self->window, sentence);
}

static void
show_details (PdkApplication *self)
{
  if (self->window == NULL)
    {
      load_style (self);
      self->window = pdk_details_window_new (GTK_APPLICATION (self), self->clock);
      g_signal_connect_object (self->window, "destroy", G_CALLBACK (on_window_destroyed), self,
                               G_CONNECT_SWAPPED);
      g_signal_connect_object (self->window, "notify::is-active", G_CALLBACK (on_window_active), self,
                               G_CONNECT_SWAPPED);
      pdk_details_window_set_folds (self->window, self->folds);
      update_window (self);
    }
  pdk_details_window_open (self->window);
}

/* There is one of each @type. Returns: whether there was one already, which is shown now. */
static gboolean
show_present (PdkApplication *self, GType type)
{
  for (GList *l = gtk_application_get_windows (GTK_APPLICATION (self)); l != NULL; l = l->next)
    if (G_TYPE_CHECK_INSTANCE_TYPE (l->data, type))
      {
        gtk_window_present (l->data);
        return TRUE;
      }
  load_style (self);
  return FALSE;
}

/* Sample data have no settings to change. */
static void
on_preferences (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  PdkApplication *self = user_data;

  if (self->store != NULL && !show_present (self, PDK_TYPE_PREFERENCES_WINDOW))
    gtk_window_present (pdk_preferences_window_new (GTK_APPLICATION (self), self->store, self->monitor));
}

static void
on_shortcuts (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  if (!show_present (user_data, PDK_TYPE_SHORTCUTS_WINDOW))
    gtk_window_present (pdk_shortcuts_window_new (user_data));
}

static void
on_about (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  if (!show_present (user_data, GTK_TYPE_ABOUT_DIALOG))
    gtk_window_present (pdk_about_dialog_new (user_data, get_snapshot (user_data)));
}

static void
on_no_host (PdkApplication *self)
{
  g_printerr (
      _ ("paddock: no panel that shows tray icons is running; the icon appears as soon as there is one\n"));
  show_details (self);
}

static void
on_details (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  show_details (user_data);
}

static void
on_refresh (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  PdkApplication *self = user_data;

  /* Before there is a monitor, all is about to be asked anyway. */
  if (self->monitor != NULL)
    pdk_monitor_refresh (self->monitor);
}

/* An account and a model; no model means all of them. */
static void
on_unload (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  PdkUnloader *unloader = get_unloader (user_data);
  const char *account_id, *name;

  g_variant_get (parameter, "(&s&s)", &account_id, &name);
  if (unloader != NULL && *name != '\0')
    pdk_unloader_start (unloader, account_id, name);
  else if (unloader != NULL)
    pdk_unloader_start_all (unloader, account_id);
}

static void
on_copy_status (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  PdkApplication *self = user_data;
  g_autoptr (PdkTrayState) state = pdk_tray_content_new_state (get_snapshot (self), get_settings (self));
  GtkClipboard *clipboard = gtk_clipboard_get_default (gdk_display_get_default ());

  gtk_clipboard_set_text (clipboard, state->message, -1);
  gtk_clipboard_store (clipboard);
}

static void
on_quit (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  g_application_quit (G_APPLICATION (user_data));
}

/* The end of a session, or somebody's Ctrl+C: the item is taken out of the panel in an orderly way. */
static gboolean
on_signal (gpointer user_data)
{
  g_application_quit (G_APPLICATION (user_data));
  return G_SOURCE_CONTINUE;
}

static void
add_actions (PdkApplication *self)
{
  static const GActionEntry actions[] = {
    { .name = "details", .activate = on_details },
    { .name = "refresh", .activate = on_refresh },
    { .name = "unload", .activate = on_unload, .parameter_type = "(ss)" },
    { .name = "copy-status", .activate = on_copy_status },
    { .name = "preferences", .activate = on_preferences },
    { .name = "shortcuts", .activate = on_shortcuts },
    { .name = "about", .activate = on_about },
    { .name = "quit", .activate = on_quit },
    /* The one that requests are shown of, kept while the details are closed. */
    { .name = "window-of-time", .parameter_type = "s", .state = "'today'" },
  };

  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
  pdk_shortcuts_set_accels (GTK_APPLICATION (self));
}

static void
on_settings_changed (PdkApplication *self)
{
  if (self->monitor != NULL)
    pdk_monitor_set_settings (self->monitor, get_settings (self), pdk_settings_store_get_error (self->store));
  update_tray (self);
}

static void
on_unloader_changed (PdkApplication *self)
{
  if (self->window != NULL)
    update_window (self);
}

/* Loading what HTTP needs takes as long as all the rest of the start. The item is in the panel by then. */
static void
start_monitor (PdkApplication *self)
{
  g_autoptr (PdkSettings) sample_settings = NULL;

  self->monitor = pdk_monitor_new (self->clock, self->is_demo);
  g_signal_connect_object (self->monitor, "changed", G_CALLBACK (on_monitor_changed), self,
                           G_CONNECT_SWAPPED);
  if (self->store != NULL)
    on_settings_changed (self);
  else
    {
      sample_settings = pdk_settings_new_detected (NULL);
      pdk_monitor_set_settings (self->monitor, sample_settings, NULL);
    }
  self->unloader = pdk_unloader_new (self->monitor, self->clock);
  g_signal_connect_object (self->unloader, "changed", G_CALLBACK (on_unloader_changed), self,
                           G_CONNECT_SWAPPED);
  pdk_monitor_start (self->monitor);
  self->sign_in = pdk_sign_in_new (G_ACTION_MAP (self), self->monitor);
  g_signal_connect_object (self->sign_in, "failed", G_CALLBACK (on_sign_in_failed), self, G_CONNECT_SWAPPED);
}

/* Sample data need no settings, and nobody's file. */
static void
load_settings (PdkApplication *self)
{
  GAction *preferences = g_action_map_lookup_action (G_ACTION_MAP (self), "preferences");
  g_autofree char *memory_path = NULL;
  g_autofree char *folds_path = self->is_demo ? NULL : pdk_fold_keeper_dup_default_path ();

  self->folds = pdk_fold_keeper_new (folds_path);
  g_simple_action_set_enabled (G_SIMPLE_ACTION (preferences), !self->is_demo);
  if (self->is_demo)
    return;
  memory_path = pdk_notifier_dup_default_path ();
  self->notifier = pdk_notifier_new (G_APPLICATION (self), memory_path);
  self->store = pdk_settings_store_new (self->settings_path);
  if (pdk_settings_store_get_complaint (self->store) != NULL)
    g_printerr ("paddock: %s\n", pdk_settings_store_get_complaint (self->store));
  g_signal_connect_object (self->store, "changed", G_CALLBACK (on_settings_changed), self, G_CONNECT_SWAPPED);
  pdk_settings_store_watch (self->store);
}

static void
pdk_application_startup (GApplication *application)
{
  PdkApplication *self = PDK_APPLICATION (application);
  g_autofree char *icon_path = pdk_icons_dup_theme_path ();
  g_autofree char *icon_name = NULL;

  G_APPLICATION_CLASS (pdk_application_parent_class)->startup (application);
  add_actions (self);
  /* Without a window there is nothing else that would keep us. */
  g_application_hold (application);

  self->on_int = g_unix_signal_add (SIGINT, on_signal, self);
  self->on_term = g_unix_signal_add (SIGTERM, on_signal, self);

  self->is_starting = TRUE;
  self->clock = pdk_clock_new_system ();
  load_settings (self);
  pdk_running_applet_add_action (G_ACTION_MAP (self),
                                 self->store != NULL ? pdk_settings_store_get_path (self->store) : NULL);
  icon_name = pdk_tray_content_dup_icon_name (PDK_LEVEL_IDLE, get_settings (self));
  self->tray = pdk_tray_new (G_ACTION_GROUP (self), icon_path, icon_name);
  g_signal_connect_object (self->tray, "settled", G_CALLBACK (start_monitor), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->tray, "no-host", G_CALLBACK (on_no_host), self, G_CONNECT_SWAPPED);
  update_tray (self);
}

/* Registers here, where GApplication would only log what goes wrong. */
static gboolean
pdk_application_local_command_line (GApplication *application, char ***arguments, int *exit_status)
{
  PdkApplication *self = PDK_APPLICATION (application);

  if (pdk_running_applet_register (application, self->bus, self->settings_path, self->is_demo, &self->error))
    return G_APPLICATION_CLASS (pdk_application_parent_class)
        ->local_command_line (application, arguments, exit_status);
  *exit_status = -1;
  return TRUE;
}

static void
pdk_application_activate (GApplication *application)
{
  PdkApplication *self = PDK_APPLICATION (application);

  if (!self->is_starting)
    show_details (self);
  self->is_starting = FALSE;
}

static void
pdk_application_shutdown (GApplication *application)
{
  PdkApplication *self = PDK_APPLICATION (application);
  GList *windows;

  g_clear_handle_id (&self->on_int, g_source_remove);
  g_clear_handle_id (&self->on_term, g_source_remove);
  while ((windows = gtk_application_get_windows (GTK_APPLICATION (self))) != NULL)
    gtk_widget_destroy (windows->data);
  if (self->monitor != NULL)
    pdk_monitor_stop (self->monitor);
  if (self->sign_in != NULL)
    g_object_run_dispose (G_OBJECT (self->sign_in));
  if (self->unloader != NULL)
    g_object_run_dispose (G_OBJECT (self->unloader));
  g_clear_object (&self->unloader);
  g_clear_object (&self->sign_in);
  g_clear_object (&self->folds);
  g_clear_object (&self->notifier);
  g_clear_object (&self->tray);
  g_clear_object (&self->store);
  g_clear_object (&self->monitor);
  g_clear_object (&self->clock);
  G_APPLICATION_CLASS (pdk_application_parent_class)->shutdown (application);
}

static void
pdk_application_finalize (GObject *object)
{
  g_free (PDK_APPLICATION (object)->settings_path);
  G_OBJECT_CLASS (pdk_application_parent_class)->finalize (object);
}

static void
pdk_application_class_init (PdkApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = pdk_application_finalize;
  application_class->local_command_line = pdk_application_local_command_line;
  application_class->startup = pdk_application_startup;
  application_class->activate = pdk_application_activate;
  application_class->shutdown = pdk_application_shutdown;
}

static void
pdk_application_init (PdkApplication *self)
{
}

/**
 * pdk_application_run:
 * @settings_path: (nullable): the settings file, or %NULL for the usual one
 * @is_demo: whether to show sample data
 * @error: return location for PDK_ERROR_FAILED when there is no display, or when an applet is running with
 * other data than are wanted
 *
 * Starts the applet and runs it until it quits. When one is running already, shows its details and returns.
 *
 * Returns: the exit status; -1 with @error set
 */
int
pdk_application_run (const char *settings_path, gboolean is_demo, GError **error)
{
  g_autoptr (GDBusConnection) bus = NULL;
  g_autoptr (PdkApplication) self = NULL;
  int status;

  g_set_application_name ("Paddock");
  /* Panels and task lists find the desktop entry by this name. */
  g_set_prgname (APPLICATION_ID);
  if (!gtk_init_check (NULL, NULL))
    {
      g_set_error_literal (error, PDK_ERROR, PDK_ERROR_FAILED,
                           _ ("there is no display to show anything on; try “paddock status”"));
      return -1;
    }
  /* Without one all works but the icon, the commands and notifications. */
  bus = pdk_session_bus_wait (BUS_PATIENCE_SECONDS);
  self = g_object_new (PDK_TYPE_APPLICATION, "application-id", APPLICATION_ID, NULL);
  self->bus = bus;
  self->settings_path = g_strdup (settings_path);
  self->is_demo = is_demo;
  status = g_application_run (G_APPLICATION (self), 0, NULL);
  if (self->error != NULL)
    g_propagate_error (error, g_steal_pointer (&self->error));
  return status;
}
