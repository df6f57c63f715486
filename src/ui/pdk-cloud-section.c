/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A meter for each limit, a chart of what was used by day, whose account it is and the way to its page. What
 * is older than the snapshot says so, and is dimmed. Where nobody is signed in, there is a button for it: the
 * action "app.sign-in". Main thread. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-cloud-section.h"

#include <glib/gi18n-lib.h>

#include "pdk-cloud-rows.h"
#include "pdk-request-charts.h"

#include "pdk-bar-chart.h"
#include "pdk-cloud-meter.h"

#define SECONDS_PER_DAY 86400
#define EPOCH_JULIAN_DAY 719163 /* 1 January 1970, as in GDate */

struct _PdkCloudSection
{
  PdkSection parent_instance;

  GtkWidget *signed_out;
  GtkLabel *sentence;
  GtkActionable *sign_in;
  GtkWidget *card;
  GtkListBox *list;
  GtkWidget *history;
  GtkLabel *history_title;
  GtkLabel *history_value;
  PdkChart *chart;
  GtkWidget *footer;
  GtkLabel *account;

  gboolean has_countdown;
  gboolean is_sign_in_elsewhere;
};

G_DEFINE_FINAL_TYPE (PdkCloudSection, pdk_cloud_section, PDK_TYPE_SECTION)

static void
set_meters (PdkCloudSection *self, const PdkCloudRows *rows, gint64 now_usec)
{
  gboolean is_any_scarce = FALSE;
  GtkListBoxRow *surplus;

  for (guint i = 0; i < rows->rows->len; i++)
    {
      GtkListBoxRow *meter = gtk_list_box_get_row_at_index (self->list, (int) i);

      if (meter == NULL)
        {
          meter = GTK_LIST_BOX_ROW (pdk_cloud_meter_new ());
          gtk_container_add (GTK_CONTAINER (self->list), GTK_WIDGET (meter));
        }
      pdk_cloud_meter_set_row (PDK_CLOUD_METER (meter), pdk_cloud_rows_get (rows, i), now_usec);
      is_any_scarce |= pdk_cloud_rows_get (rows, i)->level == PDK_CLOUD_LEVEL_SCARCE;
    }
  while ((surplus = gtk_list_box_get_row_at_index (self->list, (int) rows->rows->len)) != NULL)
    gtk_widget_destroy (GTK_WIDGET (surplus));
  pdk_section_set_urgent (PDK_SECTION (self), is_any_scarce);
  gtk_widget_set_visible (GTK_WIDGET (self->list), rows->rows->len > 0);
}

static void
on_slot_changed (PdkCloudSection *self, int slot)
{
  g_autofree char *text = pdk_chart_dup_text (self->chart, slot);

  pdk_label_set_text (self->history_value, text);
}

static void
set_history (PdkCloudSection *self, const PdkFacts *facts, gint64 now_usec)
{
  /* The cloud's days are those of UTC. */
  gint64 today = EPOCH_JULIAN_DAY + now_usec / G_USEC_PER_SEC / SECONDS_PER_DAY;
  g_autoptr (PdkChartData) days = pdk_request_charts_new_cloud (facts, (guint32) today);

  gtk_widget_set_visible (self->history, days->empty == NULL);
  pdk_label_set_text (self->history_title, days->title);
  pdk_chart_set_data (self->chart, days);
}

static void
set_stale (PdkCloudSection *self, gboolean is_stale)
{
  GtkStyleContext *context = gtk_widget_get_style_context (GTK_WIDGET (self));

  if (is_stale)
    gtk_style_context_add_class (context, "stale");
  else
    gtk_style_context_remove_class (context, "stale");
}

/* Whom it is about is part of the action. */
static void
set_sign_in_account (PdkCloudSection *self, const char *account_id)
{
  GVariant *former = gtk_actionable_get_action_target_value (self->sign_in);

  if (former != NULL && g_str_equal (g_variant_get_string (former, NULL), account_id))
    return;
  gtk_actionable_set_action_target (self->sign_in, "s", account_id);
  /* Not before it has the target that the action wants. */
  gtk_actionable_set_action_name (self->sign_in, "app.sign-in");
  pdk_cloud_section_set_sign_in_problem (self, NULL);
}

static void
pdk_cloud_section_class_init (PdkCloudSectionClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (PDK_TYPE_BAR_CHART);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/paddock/Paddock/pdk-cloud-section.ui");
  gtk_widget_class_bind_template_child (widget_class, PdkCloudSection, signed_out);
  gtk_widget_class_bind_template_child (widget_class, PdkCloudSection, sentence);
  gtk_widget_class_bind_template_child (widget_class, PdkCloudSection, sign_in);
  gtk_widget_class_bind_template_child (widget_class, PdkCloudSection, card);
  gtk_widget_class_bind_template_child (widget_class, PdkCloudSection, list);
  gtk_widget_class_bind_template_child (widget_class, PdkCloudSection, history);
  gtk_widget_class_bind_template_child (widget_class, PdkCloudSection, history_title);
  gtk_widget_class_bind_template_child (widget_class, PdkCloudSection, history_value);
  gtk_widget_class_bind_template_child (widget_class, PdkCloudSection, chart);
  gtk_widget_class_bind_template_child (widget_class, PdkCloudSection, footer);
  gtk_widget_class_bind_template_child (widget_class, PdkCloudSection, account);
  gtk_widget_class_bind_template_callback (widget_class, on_slot_changed);
}

static void
pdk_cloud_section_init (PdkCloudSection *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * pdk_cloud_section_set_account:
 * @self: the section
 * @account: (transfer none): the account, which is not kept
 * @rules: (nullable): the thresholds that the meters' colours go by, or NULL for the usual
 * @now_usec: the time now, since the epoch
 *
 * Shows what is known of the account's cloud, and hides when there is nothing to say of it.
 */
void
pdk_cloud_section_set_account (PdkCloudSection *self,
                               const PdkAccountSnapshot *account,
                               const PdkAlertRules *rules,
                               gint64 now_usec)
{
  g_autoptr (PdkCloudRows) rows = pdk_cloud_rows_new (account, rules, now_usec);
  gboolean has_card, has_footer, is_signed_out;

  self->has_countdown = pdk_cloud_rows_has_countdown (rows);
  set_meters (self, rows, now_usec);
  set_history (self, account->facts, now_usec);
  set_stale (self, rows->as_of != NULL);
  has_card = rows->rows->len > 0 || gtk_widget_get_visible (self->history);
  has_footer = has_card || rows->account != NULL;

  pdk_section_set_title (PDK_SECTION (self), rows->title);
  pdk_section_set_summary (PDK_SECTION (self), rows->as_of != NULL ? rows->as_of : "");
  pdk_label_set_text (self->account, rows->account != NULL ? rows->account : "");
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->account), rows->account);
  gtk_widget_set_visible (self->card, has_card);
  gtk_widget_set_visible (self->footer, has_footer);
  is_signed_out = rows->is_signed_out && !self->is_sign_in_elsewhere;
  gtk_widget_set_visible (self->signed_out, is_signed_out);
  set_sign_in_account (self, account->id);
  gtk_widget_set_visible (GTK_WIDGET (self), has_footer || is_signed_out);
}

/** pdk_cloud_section_set_sign_in_elsewhere: leaves the button to sign in out from the next update on, if
 * @is_elsewhere */
void
pdk_cloud_section_set_sign_in_elsewhere (PdkCloudSection *self, gboolean is_elsewhere)
{
  self->is_sign_in_elsewhere = is_elsewhere;
}

/** pdk_cloud_section_set_sign_in_problem: says @sentence (nullable) where nobody is signed in, in place of
 * the usual */
void
pdk_cloud_section_set_sign_in_problem (PdkCloudSection *self, const char *sentence)
{
  pdk_label_set_text (
      self->sentence,
      sentence != NULL ? sentence
                       : _ ("Nobody is signed in to Ollama Cloud: sign in to see credits and limits here."));
}

/** pdk_cloud_section_has_countdown: Returns: whether what is shown changes as time passes */
gboolean
pdk_cloud_section_has_countdown (PdkCloudSection *self)
{
  return self->has_countdown;
}
