/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The details of one account at a time. The sections show themselves where there is something to show, and
 * are brought up to date in place, so that an update moves nothing under the pointer. Main thread. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-details-window.h"

#include <glib/gi18n-lib.h>

#include "pdk-format.h"
#include "pdk-main-problem.h"
#include "pdk-message.h"
#include "pdk-text.h"
#include "pdk-tray-state.h"

#include "pdk-accounts-popover.h"
#include "pdk-cloud-section.h"
#include "pdk-desktop-section.h"
#include "pdk-fitted-scroller.h"
#include "pdk-loaded-section.h"
#include "pdk-models-section.h"
#include "pdk-problems-section.h"
#include "pdk-requests-section.h"
#include "pdk-state-header.h"
#include "pdk-steps-section.h"
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
  GtkToggleButton *pin_button;
  GtkButton *refresh_button;
  PdkFittedScroller *scroller;
  GtkLabel *message;
  GtkWidget *banner;
  GtkLabel *banner_title;
  GtkLabel *banner_text;
  PdkStepsSection *steps;
  GtkWidget *sections;
  PdkLoadedSection *loaded;
  PdkRequestsSection *requests;
  PdkCloudSection *cloud;
  PdkModelsSection *models;
  PdkDesktopSection *desktop;
  PdkProblemsSection *problems;

  PdkClock *clock;
  PdkSnapshot *snapshot; /* (nullable) */
  PdkUnloader *unloader; /* (nullable): none where nothing may be changed */
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
set_class (GtkWidget *widget, const char *name, gboolean is_set)
{
  GtkStyleContext *context = gtk_widget_get_style_context (widget);

  if (is_set)
    gtk_style_context_add_class (context, name);
  else
    gtk_style_context_remove_class (context, name);
}

static void
update_banner (PdkDetailsWindow *self,
               const PdkAccountSnapshot *account,
               const PdkSteps *steps,
               gint64 now_usec)
{
  const char *problem = pdk_main_problem_find (account);
  gboolean is_shown = problem != NULL && !pdk_steps_tell (steps, problem);
  g_autofree char *title = NULL;

  gtk_widget_set_visible (self->banner, is_shown);
  if (!is_shown)
    return;
  title = pdk_main_problem_describe (account, now_usec);
  pdk_label_set_text (self->banner_title, title);
  pdk_label_set_text (self->banner_text, pdk_facts_get_diagnostic (account->facts, problem));
}

/* Whether what is shown of @get's list, which the server tells, is older than the snapshot. */
static gboolean
is_list_stale (const PdkAccountSnapshot *account, const GPtrArray *(*get) (const PdkFacts *facts))
{
  const PdkReading *server = pdk_account_snapshot_get_reading (account, "local_api");

  if (server != NULL && server->fresh != NULL)
    return get (server->fresh) == NULL && get (server->facts) != NULL;
  return pdk_level_of_account (account) == PDK_LEVEL_UNREACHABLE;
}

/* What changes as time passes. */
static void
update_countdowns (PdkDetailsWindow *self, const PdkAccountSnapshot *account, gint64 now_usec)
{
  const PdkReading *server = pdk_account_snapshot_get_reading (account, "local_api");
  gboolean is_stale = is_list_stale (account, pdk_facts_get_running) && server != NULL &&
                      server->observed_at_usec != PDK_TIME_UNKNOWN;

  /* Those of old models stand still, as nobody knows how they went on. */
  pdk_loaded_section_set_unloader (self->loaded, self->unloader, account->id);
  pdk_loaded_section_set_facts (self->loaded, account->facts, is_stale ? server->observed_at_usec : now_usec);
  pdk_cloud_section_set_account (self->cloud, account, &self->rules, now_usec);
}

/* They stand last, unless they are what matters now. */
static void
place_problems (PdkDetailsWindow *self, const PdkAccountSnapshot *account)
{
  gboolean is_grave = pdk_level_of_account (account) >= PDK_LEVEL_UNREACHABLE;

  gtk_box_reorder_child (GTK_BOX (self->sections), GTK_WIDGET (self->problems), is_grave ? 0 : -1);
}

static void
update_account (PdkDetailsWindow *self, const PdkAccountSnapshot *account)
{
  gint64 now_usec = pdk_clock_get_real_usec (self->clock);
  g_autofree char *message = pdk_message_for_account (account);
  g_autoptr (PdkSteps) steps = pdk_steps_new (account, now_usec);

  pdk_label_set_text (self->message, message);
  update_banner (self, account, steps, now_usec);
  pdk_cloud_section_set_sign_in_elsewhere (self->cloud, steps->has_sign_in);
  /* What the server said is old when it does not answer; what the log says is not. */
  set_class (GTK_WIDGET (self->loaded), "stale", is_list_stale (account, pdk_facts_get_running));
  set_class (GTK_WIDGET (self->models), "stale", is_list_stale (account, pdk_facts_get_models));
  update_countdowns (self, account, now_usec);
  pdk_requests_section_set_facts (self->requests, account->facts, now_usec);
  pdk_models_section_set_facts (self->models, account->facts);
  /* It would only say the same. */
  if (steps->has_first_model)
    gtk_widget_hide (GTK_WIDGET (self->models));
  pdk_desktop_section_set_facts (self->desktop, account->facts, now_usec);
  pdk_problems_section_set_facts (self->problems, account->facts, pdk_main_problem_find (account), steps);
  pdk_steps_section_take_steps (self->steps, g_steal_pointer (&steps));
  place_problems (self, account);
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
    update_countdowns (self, account, pdk_clock_get_real_usec (self->clock));
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
  gboolean is_needed = account != NULL && (pdk_cloud_section_has_countdown (self->cloud) ||
                                           (pdk_level_of_account (account) != PDK_LEVEL_UNREACHABLE &&
                                            pdk_loaded_section_has_countdown (account->facts)));

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
}

static PdkLevel
get_level (PdkDetailsWindow *self, const PdkAccountSnapshot *account)
{
  return account != NULL
             ? pdk_level_of_account_with_limits (account, &self->rules, pdk_clock_get_real_usec (self->clock))
             : PDK_LEVEL_IDLE;
}

static void
update (PdkDetailsWindow *self)
{
  const PdkAccountSnapshot *account = get_account (self);

  pdk_state_header_set_account (self->state, account, get_level (self, account));
  gtk_widget_set_visible (self->sections, account != NULL);
  update_accounts_menu (self);
  update_refresh_tooltip (self);
  if (account != NULL)
    update_account (self, account);
  else
    pdk_label_set_text (self->message, _ ("Looking for Ollama…"));
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

static void
on_close (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  gtk_window_close (GTK_WINDOW (user_data));
}

/* Escape takes back one thing at a time, and closes the window when there is nothing else. */
static void
on_dismiss (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  PdkDetailsWindow *self = user_data;
  GtkWidget *grabber = gtk_grab_get_current ();

  if (GTK_IS_POPOVER (grabber))
    gtk_popover_popdown (GTK_POPOVER (grabber));
  else if (!pdk_models_section_clear_search (self->models))
    gtk_window_close (GTK_WINDOW (self));
}

static void
on_search (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  PdkDetailsWindow *self = user_data;

  pdk_models_section_focus_search (self->models);
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
pdk_details_window_style_updated (GtkWidget *widget)
{
  GtkStyleContext *context = gtk_widget_get_style_context (widget);
  GdkRGBA color;

  GTK_WIDGET_CLASS (pdk_details_window_parent_class)->style_updated (widget);
  gtk_style_context_get_color (context, gtk_style_context_get_state (context), &color);
  /* Light text is on dark ground; themes have no other way to tell. */
  set_class (widget, "dark", (color.red + color.green + color.blue) / 3.0 > 0.5);
}

static void
limit_height (PdkDetailsWindow *self)
{
  int header_height;

  gtk_widget_get_preferred_height (GTK_WIDGET (self->header), NULL, &header_height);
  pdk_fitted_scroller_set_max_height (
      self->scroller, MAX (pdk_window_placement_get_max_height (GTK_WINDOW (self)) - header_height, 100));
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
  g_clear_object (&self->unloader);
  g_clear_pointer (&self->snapshot, pdk_snapshot_unref);
  g_clear_pointer (&self->account_id, g_free);
  G_OBJECT_CLASS (pdk_details_window_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, PdkDetailsWindow, header);
  gtk_widget_class_bind_template_child (widget_class, PdkDetailsWindow, state);
  gtk_widget_class_bind_template_child (widget_class, PdkDetailsWindow, accounts_button);
  gtk_widget_class_bind_template_child (widget_class, PdkDetailsWindow, pin_button);
  gtk_widget_class_bind_template_child (widget_class, PdkDetailsWindow, refresh_button);
  gtk_widget_class_bind_template_child (widget_class, PdkDetailsWindow, scroller);
  gtk_widget_class_bind_template_child (widget_class, PdkDetailsWindow, message);
  gtk_widget_class_bind_template_child (widget_class, PdkDetailsWindow, banner);
  gtk_widget_class_bind_template_child (widget_class, PdkDetailsWindow, banner_title);
  gtk_widget_class_bind_template_child (widget_class, PdkDetailsWindow, banner_text);
  gtk_widget_class_bind_template_child (widget_class, PdkDetailsWindow, steps);
  gtk_widget_class_bind_template_child (widget_class, PdkDetailsWindow, sections);
  gtk_widget_class_bind_template_child (widget_class, PdkDetailsWindow, loaded);
  gtk_widget_class_bind_template_child (widget_class, PdkDetailsWindow, requests);
  gtk_widget_class_bind_template_child (widget_class, PdkDetailsWindow, cloud);
  gtk_widget_class_bind_template_child (widget_class, PdkDetailsWindow, models);
  gtk_widget_class_bind_template_child (widget_class, PdkDetailsWindow, desktop);
  gtk_widget_class_bind_template_child (widget_class, PdkDetailsWindow, problems);
}

static void
pdk_details_window_class_init (PdkDetailsWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pdk_details_window_dispose;
  widget_class->style_updated = pdk_details_window_style_updated;
  g_type_ensure (PDK_TYPE_STATE_HEADER);
  g_type_ensure (PDK_TYPE_FITTED_SCROLLER);
  g_type_ensure (PDK_TYPE_LOADED_SECTION);
  g_type_ensure (PDK_TYPE_REQUESTS_SECTION);
  g_type_ensure (PDK_TYPE_CLOUD_SECTION);
  g_type_ensure (PDK_TYPE_MODELS_SECTION);
  g_type_ensure (PDK_TYPE_DESKTOP_SECTION);
  g_type_ensure (PDK_TYPE_PROBLEMS_SECTION);
  g_type_ensure (PDK_TYPE_STEPS_SECTION);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/paddock/Paddock/pdk-details-window.ui");
  bind_children (widget_class);
  gtk_widget_class_bind_template_callback (widget_class, on_pin_toggled);
  gtk_widget_class_bind_template_callback (widget_class, on_is_active_changed);
}

static void
pdk_details_window_init (PdkDetailsWindow *self)
{
  static const GActionEntry actions[] = {
    { .name = "close", .activate = on_close },
    { .name = "dismiss", .activate = on_dismiss },
    { .name = "search", .activate = on_search },
    { .name = "account", .parameter_type = "s", .state = "''", .change_state = on_account_changed },
  };

  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_menu_button_set_popover (self->accounts_button, gtk_popover_new (GTK_WIDGET (self->accounts_button)));
  pdk_alert_rules_init (&self->rules);
  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
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
  update (self);
  return self;
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
  g_set_object (&self->unloader, unloader);
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
  pdk_cloud_section_set_sign_in_problem (self->cloud, sentence);
  pdk_steps_section_set_sign_in_problem (self->steps, sentence);
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
      limit_height (self);
      /* Not the first label, all of which would be selected. */
      gtk_widget_grab_focus (GTK_WIDGET (self->refresh_button));
      pdk_window_placement_apply (GTK_WINDOW (self));
    }
  gtk_window_present_with_time (GTK_WINDOW (self), gtk_get_current_event_time ());
}
