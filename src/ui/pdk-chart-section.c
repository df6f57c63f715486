/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The bar chart under its heading, whose end tells of the day that is pointed at, or else of all days. Main
 * thread. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-chart-section.h"

#include <glib/gi18n-lib.h>

#include "pdk-day-chart.h"
#include "pdk-format.h"

#include "pdk-bar-chart.h"

struct _PdkChartSection
{
  PdkSection parent_instance;

  GtkWidget *card;
  PdkBarChart *chart;
  GtkLabel *empty;
  PdkDayChart days;
};

G_DEFINE_FINAL_TYPE (PdkChartSection, pdk_chart_section, PDK_TYPE_SECTION)

static void
on_day_changed (PdkChartSection *self, int day)
{
  g_autofree char *text =
      day >= 0 ? pdk_day_chart_describe_day (&self->days, (guint) day) : pdk_day_chart_describe (&self->days);

  pdk_section_set_summary (PDK_SECTION (self), text);
}

static void
pdk_chart_section_class_init (PdkChartSectionClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (PDK_TYPE_BAR_CHART);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/paddock/Paddock/pdk-chart-section.ui");
  gtk_widget_class_bind_template_child (widget_class, PdkChartSection, card);
  gtk_widget_class_bind_template_child (widget_class, PdkChartSection, chart);
  gtk_widget_class_bind_template_child (widget_class, PdkChartSection, empty);
  gtk_widget_class_bind_template_callback (widget_class, on_day_changed);
}

static void
pdk_chart_section_init (PdkChartSection *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * pdk_chart_section_set_facts:
 * @self: the section
 * @facts: what is known of the account
 * @now_usec: the time now, whose local day is the last of the chart
 *
 * Shows the days of @facts, and hides when none is known.
 */
void
pdk_chart_section_set_facts (PdkChartSection *self, const PdkFacts *facts, gint64 now_usec)
{
  pdk_day_chart_fill (&self->days, facts, pdk_format_julian_day_of (now_usec));
  gtk_widget_set_visible (GTK_WIDGET (self), self->days.is_known);
  gtk_widget_set_visible (self->card, self->days.total_requests > 0.0);
  gtk_widget_set_visible (GTK_WIDGET (self->empty), self->days.total_requests <= 0.0);
  pdk_bar_chart_set_days (self->chart, &self->days);
}
