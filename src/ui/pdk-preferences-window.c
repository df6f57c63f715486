/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The window of the preferences: its pages, and a bar that says when the settings file cannot be used, since
 * then nothing can be changed here. Main thread. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-preferences-window.h"

#include <glib/gi18n-lib.h>

#include "pdk-dark-theme.h"
#include "pdk-preferences-accounts.h"
#include "pdk-preferences-general.h"
#include "pdk-preferences-notifications.h"
#include "pdk-shortcuts.h"
#include "pdk-window-placement.h"

#define WIDTH 620
#define HEIGHT 640

struct _PdkPreferencesWindow
{
  GtkApplicationWindow parent_instance;

  PdkSettingsStore *store;
  PdkMonitor *monitor; /* (nullable) */
  GtkWidget *bar;
  GtkLabel *problem;
  GtkStack *stack;
  PdkPreferencesGeneral *general;
};

G_DEFINE_FINAL_TYPE (PdkPreferencesWindow, pdk_preferences_window, GTK_TYPE_APPLICATION_WINDOW)

static void
update_problem (PdkPreferencesWindow *self)
{
  const char *problem = pdk_settings_store_get_error (self->store);

  gtk_label_set_text (self->problem, problem != NULL ? problem : "");
  gtk_widget_set_visible (self->bar, problem != NULL);
  gtk_widget_set_sensitive (GTK_WIDGET (self->stack), problem == NULL);
}

static void
on_monitor_changed (PdkPreferencesWindow *self)
{
  pdk_preferences_general_set_snapshot (self->general, pdk_monitor_get_snapshot (self->monitor));
}

/* GTK draws outlines for who uses the keyboard alone; what the style sheet draws in their place goes by this.
 */
static void
on_focus_visible_changed (GtkWindow *window)
{
  GtkStyleContext *context = gtk_widget_get_style_context (GTK_WIDGET (window));

  if (gtk_window_get_focus_visible (window))
    gtk_style_context_add_class (context, "keyboard");
  else
    gtk_style_context_remove_class (context, "keyboard");
}

static gboolean
pdk_preferences_window_key_press_event (GtkWidget *widget, GdkEventKey *event)
{
  GtkWidgetClass *parent = GTK_WIDGET_CLASS (pdk_preferences_window_parent_class);

  if (parent->key_press_event (widget, event))
    return GDK_EVENT_STOP;
  if (event->keyval != GDK_KEY_Escape)
    return GDK_EVENT_PROPAGATE;
  gtk_window_close (GTK_WINDOW (widget));
  return GDK_EVENT_STOP;
}

static void
pdk_preferences_window_dispose (GObject *object)
{
  PdkPreferencesWindow *self = PDK_PREFERENCES_WINDOW (object);

  g_clear_object (&self->store);
  g_clear_object (&self->monitor);
  G_OBJECT_CLASS (pdk_preferences_window_parent_class)->dispose (object);
}

static void
pdk_preferences_window_class_init (PdkPreferencesWindowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = pdk_preferences_window_dispose;
  GTK_WIDGET_CLASS (klass)->key_press_event = pdk_preferences_window_key_press_event;
}

static void
add_page (PdkPreferencesWindow *self, GtkWidget *page, const char *name, const char *title)
{
  GtkWidget *scroller = gtk_scrolled_window_new (NULL, NULL);

  g_object_set (page, "margin", 18, NULL);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_container_add (GTK_CONTAINER (scroller), page);
  gtk_widget_show (scroller);
  gtk_stack_add_titled (self->stack, scroller, name, title);
}

/* As wide as the texts are, whose size may be any; where the screen is small, these wrap and the pages
 * scroll. */
static void
limit_size (PdkPreferencesWindow *self)
{
  GtkWindow *window = GTK_WINDOW (self);
  int max_width, max_height, header_height, width;

  pdk_window_placement_get_max_size (window, &max_width, &max_height);
  gtk_widget_get_preferred_height (gtk_window_get_titlebar (window), NULL, &header_height);
  gtk_widget_get_preferred_width (GTK_WIDGET (self->stack), NULL, &width);
  gtk_window_set_default_size (window, MIN (MAX (width, WIDTH), max_width),
                               MIN (HEIGHT, max_height - header_height));
}

static GtkWidget *
new_bar (PdkPreferencesWindow *self)
{
  GtkWidget *bar = gtk_info_bar_new ();
  GtkWidget *label = gtk_label_new (NULL);

  gtk_info_bar_set_message_type (GTK_INFO_BAR (bar), GTK_MESSAGE_WARNING);
  gtk_label_set_line_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_line_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (GTK_LABEL (label), 0.0f);
  gtk_widget_show (label);
  gtk_container_add (GTK_CONTAINER (gtk_info_bar_get_content_area (GTK_INFO_BAR (bar))), label);
  self->problem = GTK_LABEL (label);
  return bar;
}

static void
pdk_preferences_window_init (PdkPreferencesWindow *self)
{
  GtkWidget *header = gtk_header_bar_new ();
  GtkWidget *switcher = gtk_stack_switcher_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  self->stack = GTK_STACK (gtk_stack_new ());
  gtk_stack_switcher_set_stack (GTK_STACK_SWITCHER (switcher), self->stack);
  gtk_header_bar_set_custom_title (GTK_HEADER_BAR (header), switcher);
  gtk_header_bar_set_show_close_button (GTK_HEADER_BAR (header), TRUE);
  gtk_widget_show_all (header);
  gtk_window_set_titlebar (GTK_WINDOW (self), header);
  gtk_window_set_title (GTK_WINDOW (self), _ ("Preferences"));
  gtk_window_set_icon_name (GTK_WINDOW (self), APPLICATION_ID);
  gtk_style_context_add_class (gtk_widget_get_style_context (GTK_WIDGET (self)), "paddock");
  pdk_dark_theme_follow (GTK_WIDGET (self));
  pdk_shortcuts_add_close (G_ACTION_MAP (self), "close", GTK_WINDOW (self));
  g_signal_connect (self, "notify::focus-visible", G_CALLBACK (on_focus_visible_changed), NULL);
  on_focus_visible_changed (GTK_WINDOW (self));

  self->bar = new_bar (self);
  gtk_container_add (GTK_CONTAINER (box), self->bar);
  gtk_widget_set_vexpand (GTK_WIDGET (self->stack), TRUE);
  gtk_container_add (GTK_CONTAINER (box), GTK_WIDGET (self->stack));
  gtk_widget_show (GTK_WIDGET (self->stack));
  gtk_widget_show (box);
  gtk_container_add (GTK_CONTAINER (self), box);
}

/**
 * pdk_preferences_window_new:
 * @application: whose window it is
 * @store: (transfer none): where settings are kept
 * @monitor: (transfer none) (nullable): what the label is shown with
 *
 * Returns: (transfer none): the window
 */
GtkWindow *
pdk_preferences_window_new (GtkApplication *application, PdkSettingsStore *store, PdkMonitor *monitor)
{
  PdkPreferencesWindow *self =
      g_object_new (PDK_TYPE_PREFERENCES_WINDOW, "application", application, "show-menubar", FALSE, NULL);

  self->store = g_object_ref (store);
  self->general = PDK_PREFERENCES_GENERAL (pdk_preferences_general_new (store));
  add_page (self, GTK_WIDGET (self->general), "general", _ ("General"));
  add_page (self, pdk_preferences_accounts_new (store, monitor), "accounts", _ ("Accounts"));
  add_page (self, pdk_preferences_notifications_new (store), "notifications", _ ("Notifications"));
  limit_size (self);
  g_signal_connect_object (store, "changed", G_CALLBACK (update_problem), self, G_CONNECT_SWAPPED);
  update_problem (self);
  if (monitor != NULL)
    {
      self->monitor = g_object_ref (monitor);
      g_signal_connect_object (monitor, "changed", G_CALLBACK (on_monitor_changed), self, G_CONNECT_SWAPPED);
      on_monitor_changed (self);
    }
  return GTK_WINDOW (self);
}
