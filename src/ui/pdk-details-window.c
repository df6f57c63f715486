/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The window with the details of one account at a time: which one, what stands above it, when it is brought
 * up to date, and when it closes. Main thread. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-details-window.h"

#include <glib/gi18n-lib.h>

#include "pdk-format.h"
#include "pdk-tray-state.h"

#include "pdk-account-view.h"
#include "pdk-accounts-popover.h"
#include "pdk-dark-theme.h"
#include "pdk-fitted-scroller.h"
#include "pdk-shortcut-tooltips.h"
#include "pdk-shortcuts.h"
#include "pdk-state-header.h"
#include "pdk-window-placement.h"

#define TICK_MSEC 1000

/* The focus leaves for a moment when a menu of the window's own opens; this long tells it from leaving. */
#define FOCUS_PATIENCE_MSEC 150

struct _PdkDetailsWindow
{
  GtkApplicationWindow parent_instance;

  GtkHeaderBar *header;
  PdkStateHeader *state;
  GtkMenuButton *accounts_button;
  GtkMenuButton *menu_button;
  GtkToggleButton *pin_button;
  GtkButton *refresh_button;
  PdkFittedScroller *scroller;
  PdkAccountView *view;

  PdkClock *clock;
  PdkSnapshot *snapshot; /* (nullable) */
  char *account_id;      /* (nullable): of the account that was chosen */
  PdkAlertRules rules;   /* from when on limits need attention */
  guint tick_id;
  guint focus_id;
};

G_DEFINE_FINAL_TYPE (PdkDetailsWindow, pdk_details_window, GTK_TYPE_APPLICATION_WINDOW)

/* The account that was chosen, or else the first. */
static const PdkAccountSnapshot *
get_account (PdkDetailsWindow *self)
{
  if (self->snapshot == NULL || self->snapshot->accounts->len == 0)
    return NULL;
  for (guint i = 0; i < self->snapshot->accounts->len; i++)
    {
      const PdkAccountSnapshot *account = pdk_snapshot_get_account (self->snapshot, i);

      if (g_strcmp0 (account->id, self->account_id) == 0)
        return account;
    }
  return pdk_snapshot_get_account (self->snapshot, 0);
}

static void
update_accounts_menu (PdkDetailsWindow *self)
{
  guint n_accounts = self->snapshot != NULL ? self->snapshot->accounts->len : 0;

  gtk_widget_set_visible (GTK_WIDGET (self->accounts_button), n_accounts > 1);
  /* A menu that is open stays as it is. */
  if (n_accounts > 1 && !gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->accounts_button)))
    pdk_accounts_popover_fill (gtk_menu_button_get_popover (self->accounts_button), self->snapshot,
                               &self->rules, pdk_clock_get_real_usec (self->clock));
}

static gboolean
on_tick (gpointer user_data)
{
  PdkDetailsWindow *self = user_data;
  const PdkAccountSnapshot *account = get_account (self);

  if (account != NULL)
    pdk_account_view_update_countdowns (self->view, account, &self->rules,
                                        pdk_clock_get_real_usec (self->clock));
  return G_SOURCE_CONTINUE;
}

static void
stop_timer (PdkDetailsWindow *self, guint *id)
{
  if (*id != 0)
    pdk_clock_remove_timeout (self->clock, *id);
  *id = 0;
}

static void
update_tick (PdkDetailsWindow *self, const PdkAccountSnapshot *account)
{
  gboolean is_needed = account != NULL && pdk_account_view_has_countdown (self->view, account);

  if (!is_needed)
    stop_timer (self, &self->tick_id);
  else if (self->tick_id == 0)
    self->tick_id = pdk_clock_add_timeout (self->clock, TICK_MSEC, on_tick, self);
}

static void
update_refresh_tooltip (PdkDetailsWindow *self)
{
  g_autofree char *moment = NULL;
  g_autofree char *text = NULL;

  if (self->snapshot == NULL)
    return;
  moment = pdk_format_moment (self->snapshot->generated_at_usec, pdk_clock_get_real_usec (self->clock));
  text = g_strdup_printf (_ ("Refresh (last update %s)"), moment);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->refresh_button), text);
  pdk_shortcut_tooltips_add_action (GTK_WIDGET (self->refresh_button), "app.refresh",
                                    gtk_window_get_application (GTK_WINDOW (self)));
}

static PdkLevel
get_level (PdkDetailsWindow *self, const PdkAccountSnapshot *account)
{
  return account != NULL
             ? pdk_level_of_account_with_limits (account, &self->rules, pdk_clock_get_real_usec (self->clock))
             : PDK_LEVEL_IDLE;
}

/* Labels take no focus, and no screen reader comes past them. It reads the window's name when the window
 * opens, and again when that has become another. */
static void
update_name (PdkDetailsWindow *self, gboolean is_one_of_several)
{
  AtkObject *accessible = gtk_widget_get_accessible (GTK_WIDGET (self));
  g_autofree char *state = pdk_state_header_dup_spoken (self->state, is_one_of_several);
  g_autofree char *name = g_strdup_printf ("%s · %s", gtk_window_get_title (GTK_WINDOW (self)), state);

  if (g_strcmp0 (atk_object_get_name (accessible), name) != 0)
    atk_object_set_name (accessible, name);
}

static void
update (PdkDetailsWindow *self)
{
  const PdkAccountSnapshot *account = get_account (self);
  gboolean is_one_of_several = self->snapshot != NULL && self->snapshot->accounts->len > 1;

  pdk_state_header_set_account (self->state, account, is_one_of_several, get_level (self, account));
  update_name (self, is_one_of_several);
  update_accounts_menu (self);
  update_refresh_tooltip (self);
  pdk_account_view_set_account (self->view, account, &self->rules, pdk_clock_get_real_usec (self->clock));
  update_tick (self, account);
}

static void
on_account_changed (GSimpleAction *action, GVariant *value, gpointer user_data)
{
  PdkDetailsWindow *self = user_data;

  g_simple_action_set_state (action, value);
  g_free (self->account_id);
  self->account_id = g_variant_dup_string (value, NULL);
  update (self);
}

/* Escape takes back one thing at a time, and closes the window when there is nothing else. */
static void
on_dismiss (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  PdkDetailsWindow *self = user_data;
  GtkWidget *grabber = gtk_grab_get_current ();

  if (GTK_IS_POPOVER (grabber))
    gtk_popover_popdown (GTK_POPOVER (grabber));
  else if (!pdk_account_view_clear_search (self->view))
    gtk_window_close (GTK_WINDOW (self));
}

static void
on_search (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  PdkDetailsWindow *self = user_data;

  pdk_account_view_focus_search (self->view);
}

static void
on_pin_toggled (PdkDetailsWindow *self)
{
  gboolean is_pinned = gtk_toggle_button_get_active (self->pin_button);

  /* A window that stays belongs among the others. */
  gtk_window_set_skip_taskbar_hint (GTK_WINDOW (self), !is_pinned);
  gtk_window_set_skip_pager_hint (GTK_WINDOW (self), !is_pinned);
  gtk_window_set_keep_above (GTK_WINDOW (self), is_pinned);
}

static gboolean
on_focus_patience_over (gpointer user_data)
{
  PdkDetailsWindow *self = user_data;

  self->focus_id = 0;
  if (!gtk_window_is_active (GTK_WINDOW (self)) && gtk_grab_get_current () == NULL &&
      !gtk_toggle_button_get_active (self->pin_button))
    gtk_window_close (GTK_WINDOW (self));
  return G_SOURCE_REMOVE;
}

static void
on_is_active_changed (PdkDetailsWindow *self)
{
  /* It is told of the focus that it had; a window that never had it never loses it. */
  stop_timer (self, &self->focus_id);
  if (!gtk_window_is_active (GTK_WINDOW (self)))
    self->focus_id = pdk_clock_add_timeout (self->clock, FOCUS_PATIENCE_MSEC, on_focus_patience_over, self);
}

static void
pdk_details_window_dispose (GObject *object)
{
  PdkDetailsWindow *self = PDK_DETAILS_WINDOW (object);

  if (self->clock != NULL)
    {
      stop_timer (self, &self->tick_id);
      stop_timer (self, &self->focus_id);
    }
  g_clear_object (&self->clock);
  g_clear_pointer (&self->snapshot, pdk_snapshot_unref);
  g_clear_pointer (&self->account_id, g_free);
  G_OBJECT_CLASS (pdk_details_window_parent_class)->dispose (object);
}

static void
pdk_details_window_class_init (PdkDetailsWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pdk_details_window_dispose;
  g_type_ensure (PDK_TYPE_STATE_HEADER);
  g_type_ensure (PDK_TYPE_FITTED_SCROLLER);
  g_type_ensure (PDK_TYPE_ACCOUNT_VIEW);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/paddock/Paddock/pdk-details-window.ui");
  gtk_widget_class_bind_template_child (widget_class, PdkDetailsWindow, header);
  gtk_widget_class_bind_template_child (widget_class, PdkDetailsWindow, state);
  gtk_widget_class_bind_template_child (widget_class, PdkDetailsWindow, accounts_button);
  gtk_widget_class_bind_template_child (widget_class, PdkDetailsWindow, menu_button);
  gtk_widget_class_bind_template_child (widget_class, PdkDetailsWindow, pin_button);
  gtk_widget_class_bind_template_child (widget_class, PdkDetailsWindow, refresh_button);
  gtk_widget_class_bind_template_child (widget_class, PdkDetailsWindow, scroller);
  gtk_widget_class_bind_template_child (widget_class, PdkDetailsWindow, view);
  gtk_widget_class_bind_template_callback (widget_class, on_pin_toggled);
  gtk_widget_class_bind_template_callback (widget_class, on_is_active_changed);
}

static void
pdk_details_window_init (PdkDetailsWindow *self)
{
  static const GActionEntry actions[] = {
    { .name = "dismiss", .activate = on_dismiss },
    { .name = "search", .activate = on_search },
    { .name = "account", .parameter_type = "s", .state = "''", .change_state = on_account_changed },
  };

  g_autoptr (GPropertyAction) menu = NULL;

  gtk_widget_init_template (GTK_WIDGET (self));
  pdk_dark_theme_follow (GTK_WIDGET (self));
  gtk_menu_button_set_popover (self->accounts_button, gtk_popover_new (GTK_WIDGET (self->accounts_button)));
  pdk_fitted_scroller_set_blocks (self->scroller, pdk_account_view_get_sections (self->view));
  pdk_alert_rules_init (&self->rules);
  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
  pdk_shortcuts_add_close (G_ACTION_MAP (self), "close", GTK_WINDOW (self));
  menu = g_property_action_new ("menu", self->menu_button, "active");
  g_action_map_add_action (G_ACTION_MAP (self), G_ACTION (menu));
}

/**
 * pdk_details_window_new:
 * @application: the application, which has the actions "refresh" and "details"
 * @clock: what time it is
 *
 * Returns: (transfer none): a window that is not shown yet; GTK owns it
 */
PdkDetailsWindow *
pdk_details_window_new (GtkApplication *application, PdkClock *clock)
{
  PdkDetailsWindow *self = g_object_new (PDK_TYPE_DETAILS_WINDOW, "application", application, NULL);

  self->clock = g_object_ref (clock);
  pdk_shortcut_tooltips_add (GTK_CONTAINER (self->header), application);
  pdk_shortcut_tooltips_add_action (GTK_WIDGET (self->menu_button), "win.menu", application);
  update (self);
  return self;
}

/** pdk_details_window_set_folds: folds what @folds remembers, and has it remember more; to be set once */
void
pdk_details_window_set_folds (PdkDetailsWindow *self, PdkFoldKeeper *folds)
{
  pdk_account_view_set_folds (self->view, folds);
}

/**
 * pdk_details_window_set_snapshot:
 * @self: the window
 * @snapshot: (transfer none) (nullable): what is known
 *
 * Shows @snapshot, and stays with the account that was chosen for as long as there is one of that id.
 */
void
pdk_details_window_set_snapshot (PdkDetailsWindow *self, PdkSnapshot *snapshot)
{
  const PdkAccountSnapshot *account;

  if (snapshot != NULL)
    pdk_snapshot_ref (snapshot);
  g_clear_pointer (&self->snapshot, pdk_snapshot_unref);
  self->snapshot = snapshot;
  account = get_account (self);
  if (account != NULL)
    {
      GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self), "account");

      g_simple_action_set_state (G_SIMPLE_ACTION (action), g_variant_new_string (account->id));
    }
  update (self);
}

/** pdk_details_window_set_unloader: has models unloaded with @unloader (nullable) from the next update on */
void
pdk_details_window_set_unloader (PdkDetailsWindow *self, PdkUnloader *unloader)
{
  pdk_account_view_set_unloader (self->view, unloader);
}

/** pdk_details_window_set_rules: goes by @rules (nullable: the usual) from now on, and with the next snapshot
 */
void
pdk_details_window_set_rules (PdkDetailsWindow *self, const PdkAlertRules *rules)
{
  if (rules != NULL)
    self->rules = *rules;
  else
    pdk_alert_rules_init (&self->rules);
}

/** pdk_details_window_set_sign_in_problem: says @sentence (nullable) where somebody would sign in */
void
pdk_details_window_set_sign_in_problem (PdkDetailsWindow *self, const char *sentence)
{
  pdk_account_view_set_sign_in_problem (self->view, sentence);
}

/**
 * pdk_details_window_open:
 * @self: the window
 *
 * Shows the window near the panel, or brings it to the front when it is open.
 */
void
pdk_details_window_open (PdkDetailsWindow *self)
{
  if (!gtk_widget_get_visible (GTK_WIDGET (self)))
    {
      pdk_window_placement_limit_size (GTK_WINDOW (self), self->scroller);
      /* Not the first label, all of which would be selected. */
      gtk_widget_grab_focus (GTK_WIDGET (self->refresh_button));
      pdk_window_placement_apply (GTK_WINDOW (self));
    }
  gtk_window_present_with_time (GTK_WINDOW (self), gtk_get_current_event_time ());
}
