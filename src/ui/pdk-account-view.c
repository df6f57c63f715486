/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is told of one account, in the order of what is asked first: the message, what is wrong and the steps
 * that mend it, and the sections. These show themselves where there is something to show, and are brought up
 * to date in place, so that an update moves nothing under the pointer. Main thread. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-account-view.h"

#include <glib/gi18n-lib.h>

#include "pdk-main-problem.h"
#include "pdk-message.h"
#include "pdk-tray-state.h"

#include "pdk-cloud-section.h"
#include "pdk-desktop-section.h"
#include "pdk-loaded-section.h"
#include "pdk-models-section.h"
#include "pdk-problems-section.h"
#include "pdk-requests-section.h"
#include "pdk-steps-section.h"

struct _PdkAccountView
{
  GtkBox parent_instance;

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

  PdkSection *foldable[PDK_N_FOLDABLE]; /* all of these sections */
  PdkUnloader *unloader;                /* (nullable): none where nothing may be changed */
  PdkFoldKeeper *folds;                 /* (nullable): before it is set */
};

G_DEFINE_FINAL_TYPE (PdkAccountView, pdk_account_view, GTK_TYPE_BOX)

static void
set_stale (GtkWidget *section, gboolean is_stale)
{
  GtkStyleContext *context = gtk_widget_get_style_context (section);

  if (is_stale)
    gtk_style_context_add_class (context, "stale");
  else
    gtk_style_context_remove_class (context, "stale");
}

/* Why the icon asks for attention, or shows that nothing answers, unless the steps say so. */
static void
update_banner (PdkAccountView *self,
               const PdkAccountSnapshot *account,
               const PdkSteps *steps,
               const PdkAlertRules *rules,
               gint64 now_usec)
{
  const char *problem = pdk_main_problem_find (account);
  g_autofree char *title = NULL;
  g_autofree char *text = NULL;
  PdkLimit limit;

  if (problem != NULL && !pdk_steps_tell (steps, problem))
    {
      title = pdk_main_problem_describe (account, now_usec);
      text = g_strdup (pdk_facts_get_diagnostic (account->facts, problem));
    }
  else if (problem == NULL && pdk_level_find_pressing_limit (account, rules, now_usec, &limit))
    {
      title = pdk_limit_describe (&limit);
      text = pdk_limit_describe_reset (&limit, now_usec);
    }
  gtk_widget_set_visible (self->banner, title != NULL);
  if (title == NULL)
    return;
  pdk_label_set_text (self->banner_title, title);
  pdk_label_set_text (self->banner_text, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (self->banner_text), text != NULL);
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

/* They stand last, unless they are what matters now. */
static void
place_problems (PdkAccountView *self, const PdkAccountSnapshot *account)
{
  gboolean is_grave = pdk_level_of_account (account) >= PDK_LEVEL_UNREACHABLE;

  gtk_box_reorder_child (GTK_BOX (self->sections), GTK_WIDGET (self->problems), is_grave ? 0 : -1);
  pdk_section_set_urgent (PDK_SECTION (self->problems), is_grave);
}

static void
on_folded (PdkSection *section, GParamSpec *pspec, PdkAccountView *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (self->foldable); i++)
    {
      if (self->foldable[i] == section)
        pdk_fold_keeper_set_folded (self->folds, (PdkFoldable) i, pdk_section_get_folded (section));
    }
}

static void
apply_folds (PdkAccountView *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (self->foldable); i++)
    pdk_section_set_folded (self->foldable[i], pdk_fold_keeper_is_folded (self->folds, (PdkFoldable) i));
}

static void
pdk_account_view_dispose (GObject *object)
{
  g_clear_object (&PDK_ACCOUNT_VIEW (object)->unloader);
  g_clear_object (&PDK_ACCOUNT_VIEW (object)->folds);
  G_OBJECT_CLASS (pdk_account_view_parent_class)->dispose (object);
}

static void
pdk_account_view_class_init (PdkAccountViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pdk_account_view_dispose;
  g_type_ensure (PDK_TYPE_LOADED_SECTION);
  g_type_ensure (PDK_TYPE_REQUESTS_SECTION);
  g_type_ensure (PDK_TYPE_CLOUD_SECTION);
  g_type_ensure (PDK_TYPE_MODELS_SECTION);
  g_type_ensure (PDK_TYPE_DESKTOP_SECTION);
  g_type_ensure (PDK_TYPE_PROBLEMS_SECTION);
  g_type_ensure (PDK_TYPE_STEPS_SECTION);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/paddock/Paddock/pdk-account-view.ui");
  gtk_widget_class_bind_template_child (widget_class, PdkAccountView, message);
  gtk_widget_class_bind_template_child (widget_class, PdkAccountView, banner);
  gtk_widget_class_bind_template_child (widget_class, PdkAccountView, banner_title);
  gtk_widget_class_bind_template_child (widget_class, PdkAccountView, banner_text);
  gtk_widget_class_bind_template_child (widget_class, PdkAccountView, steps);
  gtk_widget_class_bind_template_child (widget_class, PdkAccountView, sections);
  gtk_widget_class_bind_template_child (widget_class, PdkAccountView, loaded);
  gtk_widget_class_bind_template_child (widget_class, PdkAccountView, requests);
  gtk_widget_class_bind_template_child (widget_class, PdkAccountView, cloud);
  gtk_widget_class_bind_template_child (widget_class, PdkAccountView, models);
  gtk_widget_class_bind_template_child (widget_class, PdkAccountView, desktop);
  gtk_widget_class_bind_template_child (widget_class, PdkAccountView, problems);
}

static void
pdk_account_view_init (PdkAccountView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->foldable[PDK_FOLDABLE_LOADED] = PDK_SECTION (self->loaded);
  self->foldable[PDK_FOLDABLE_REQUESTS] = PDK_SECTION (self->requests);
  self->foldable[PDK_FOLDABLE_CLOUD] = PDK_SECTION (self->cloud);
  self->foldable[PDK_FOLDABLE_MODELS] = PDK_SECTION (self->models);
  self->foldable[PDK_FOLDABLE_DESKTOP] = PDK_SECTION (self->desktop);
  self->foldable[PDK_FOLDABLE_PROBLEMS] = PDK_SECTION (self->problems);
}

/**
 * pdk_account_view_set_folds:
 * @self: the view
 * @folds: (transfer none): what remembers which sections are folded; to be set once
 *
 * Folds what was folded, and has @folds remember what somebody folds.
 */
void
pdk_account_view_set_folds (PdkAccountView *self, PdkFoldKeeper *folds)
{
  self->folds = g_object_ref (folds);
  apply_folds (self);
  g_signal_connect_object (folds, "loaded", G_CALLBACK (apply_folds), self, G_CONNECT_SWAPPED);
  for (gsize i = 0; i < G_N_ELEMENTS (self->foldable); i++)
    g_signal_connect_object (self->foldable[i], "notify::folded", G_CALLBACK (on_folded), self, 0);
}

/** pdk_account_view_get_sections: Returns: (transfer none): what has the sections as its children */
GtkContainer *
pdk_account_view_get_sections (PdkAccountView *self)
{
  return GTK_CONTAINER (self->sections);
}

/** pdk_account_view_set_unloader: has models unloaded with @unloader (nullable) from the next update on */
void
pdk_account_view_set_unloader (PdkAccountView *self, PdkUnloader *unloader)
{
  g_set_object (&self->unloader, unloader);
}

/** pdk_account_view_set_sign_in_problem: says @sentence (nullable) where somebody would sign in */
void
pdk_account_view_set_sign_in_problem (PdkAccountView *self, const char *sentence)
{
  pdk_cloud_section_set_sign_in_problem (self->cloud, sentence);
  pdk_steps_section_set_sign_in_problem (self->steps, sentence);
}

/**
 * pdk_account_view_set_account:
 * @self: the view
 * @account: (transfer none) (nullable): what is known of the account, which is not kept
 * @rules: from when on limits need attention
 * @now_usec: the time now, since the epoch
 *
 * Shows @account, changing only what is different.
 */
void
pdk_account_view_set_account (PdkAccountView *self,
                              const PdkAccountSnapshot *account,
                              const PdkAlertRules *rules,
                              gint64 now_usec)
{
  g_autofree char *message = account != NULL ? pdk_message_describe_account (account) : NULL;
  g_autoptr (PdkSteps) steps = account != NULL ? pdk_steps_new (account, now_usec) : NULL;

  pdk_label_set_text (self->message, message != NULL ? message : _ ("Looking for Ollama…"));
  /* That there are no models is what the steps begin with. */
  gtk_widget_set_visible (GTK_WIDGET (self->message), steps == NULL || !steps->has_first_model);
  gtk_widget_set_visible (self->sections, account != NULL);
  if (account == NULL)
    {
      gtk_widget_hide (self->banner);
      return;
    }
  update_banner (self, account, steps, rules, now_usec);
  pdk_cloud_section_set_sign_in_elsewhere (self->cloud, steps->has_sign_in);
  /* What the server said is old when it does not answer; what the log says is not. */
  set_stale (GTK_WIDGET (self->loaded), is_list_stale (account, pdk_facts_get_running));
  set_stale (GTK_WIDGET (self->models), is_list_stale (account, pdk_facts_get_models));
  pdk_account_view_update_countdowns (self, account, rules, now_usec);
  pdk_requests_section_set_facts (self->requests, account->facts, now_usec);
  pdk_models_section_set_facts (self->models, account->facts);
  /* It would only say the same. */
  if (steps->has_first_model)
    gtk_widget_hide (GTK_WIDGET (self->models));
  pdk_desktop_section_set_facts (self->desktop, account->facts, now_usec);
  pdk_problems_section_set_account (self->problems, account, steps);
  pdk_steps_section_take_steps (self->steps, g_steal_pointer (&steps));
  place_problems (self, account);
}

/**
 * pdk_account_view_update_countdowns:
 * @self: the view
 * @account: (transfer none): the account that is shown
 * @rules: from when on limits need attention
 * @now_usec: the time now, since the epoch
 *
 * Brings up to date what changes as time passes.
 */
void
pdk_account_view_update_countdowns (PdkAccountView *self,
                                    const PdkAccountSnapshot *account,
                                    const PdkAlertRules *rules,
                                    gint64 now_usec)
{
  const PdkReading *server = pdk_account_snapshot_get_reading (account, "local_api");
  gboolean is_away = pdk_level_of_account (account) == PDK_LEVEL_UNREACHABLE;
  gboolean is_stale = is_list_stale (account, pdk_facts_get_running) && server != NULL &&
                      server->observed_at_usec != PDK_TIME_UNKNOWN;

  /* Those of old models stand still, as nobody knows how they went on; nor can a server that does not answer
   * unload any. */
  pdk_loaded_section_set_unloader (self->loaded, is_away ? NULL : self->unloader, account->id);
  pdk_loaded_section_set_facts (self->loaded, account->facts, is_stale ? server->observed_at_usec : now_usec);
  pdk_cloud_section_set_account (self->cloud, account, rules, now_usec);
}

/** pdk_account_view_has_countdown: Returns: whether what is shown of @account changes as time passes */
gboolean
pdk_account_view_has_countdown (PdkAccountView *self, const PdkAccountSnapshot *account)
{
  return pdk_cloud_section_has_countdown (self->cloud) ||
         (pdk_level_of_account (account) != PDK_LEVEL_UNREACHABLE &&
          pdk_loaded_section_has_countdown (account->facts));
}

/** pdk_account_view_focus_search: lets the user type which model to look for, if there are enough */
void
pdk_account_view_focus_search (PdkAccountView *self)
{
  pdk_models_section_focus_search (self->models);
}

/** pdk_account_view_clear_search: Returns: whether a model was looked for, which is not any more */
gboolean
pdk_account_view_clear_search (PdkAccountView *self)
{
  return pdk_models_section_clear_search (self->models);
}
