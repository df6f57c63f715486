/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One limit: its name, a bar for what is used of it, and in words what is left, when it begins anew and
 * whether it lasts until then. What has no limit has no bar. Main thread. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-cloud-meter.h"

#include <glib/gi18n-lib.h>

#include "pdk-format.h"

#include "pdk-section.h"

struct _PdkCloudMeter
{
  GtkListBoxRow parent_instance;

  GtkLabel *title;
  GtkLabel *value;
  GtkProgressBar *share;
  GtkLabel *facts;
  GtkLabel *pace;
};

G_DEFINE_FINAL_TYPE (PdkCloudMeter, pdk_cloud_meter, GTK_TYPE_LIST_BOX_ROW)

static void
append_fact (GString *facts, const char *fact)
{
  if (fact == NULL)
    return;
  if (facts->len > 0)
    g_string_append (facts, " · ");
  g_string_append (facts, fact);
}

static char *
describe_facts (const PdkCloudRow *row)
{
  GString *facts = g_string_new (NULL);

  /* Without a limit, that stands at the end of the title. */
  append_fact (facts, row->has_limit ? row->left : NULL);
  append_fact (facts, row->countdown);
  append_fact (facts, row->runs_out ? NULL : row->pace);
  return g_string_free (facts, FALSE);
}

static void
set_level (PdkCloudMeter *self, PdkCloudLevel level)
{
  static const char *const classes[] = { NULL, "low", "scarce" };
  GtkStyleContext *context = gtk_widget_get_style_context (GTK_WIDGET (self));

  for (gsize i = 1; i < G_N_ELEMENTS (classes); i++)
    {
      if ((gsize) level == i)
        gtk_style_context_add_class (context, classes[i]);
      else
        gtk_style_context_remove_class (context, classes[i]);
    }
}

static void
set_tooltip (PdkCloudMeter *self, const PdkCloudRow *row, gint64 now_usec)
{
  g_autofree char *moment = NULL;
  g_autofree char *text = NULL;

  if (row->resets_at_usec != PDK_TIME_UNKNOWN)
    {
      moment = pdk_format_coming_moment (row->resets_at_usec, now_usec);
      /* Translators: when a limit begins anew; %s is a time, such as "14:00" or "Thursday 14:00". */
      text = g_strdup_printf (_ ("Next reset: %s"), moment);
    }
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), text);
}

static void
pdk_cloud_meter_class_init (PdkCloudMeterClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/paddock/Paddock/pdk-cloud-meter.ui");
  gtk_widget_class_bind_template_child (widget_class, PdkCloudMeter, title);
  gtk_widget_class_bind_template_child (widget_class, PdkCloudMeter, value);
  gtk_widget_class_bind_template_child (widget_class, PdkCloudMeter, share);
  gtk_widget_class_bind_template_child (widget_class, PdkCloudMeter, facts);
  gtk_widget_class_bind_template_child (widget_class, PdkCloudMeter, pace);
}

static void
pdk_cloud_meter_init (PdkCloudMeter *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/** pdk_cloud_meter_new: Returns: (transfer floating): a meter of nothing */
GtkWidget *
pdk_cloud_meter_new (void)
{
  return g_object_new (PDK_TYPE_CLOUD_METER, NULL);
}

/**
 * pdk_cloud_meter_set_row:
 * @self: the meter
 * @row: (transfer none): the limit, which is not kept
 * @now_usec: the time now, since the epoch
 *
 * Shows @row, changing only what is different.
 */
void
pdk_cloud_meter_set_row (PdkCloudMeter *self, const PdkCloudRow *row, gint64 now_usec)
{
  g_autofree char *facts = describe_facts (row);
  AtkObject *accessible = gtk_widget_get_accessible (GTK_WIDGET (self));
  AtkObject *meter = gtk_widget_get_accessible (GTK_WIDGET (self->share));

  pdk_label_set_text (self->title, row->title);
  pdk_label_set_text (self->value, row->has_limit ? row->used : row->left);
  pdk_label_set_text (self->facts, facts);
  gtk_widget_set_visible (GTK_WIDGET (self->facts), *facts != '\0');
  pdk_label_set_text (self->pace, row->runs_out ? row->pace : "");
  gtk_widget_set_visible (GTK_WIDGET (self->pace), row->runs_out);
  gtk_widget_set_visible (GTK_WIDGET (self->share), row->has_limit);
  pdk_progress_bar_set_fraction (self->share, row->used_fraction);
  set_level (self, row->level);
  set_tooltip (self, row, now_usec);
  atk_object_set_name (accessible, row->title);
  atk_object_set_description (accessible, *facts != '\0' ? facts : row->left);
  atk_object_set_name (meter, row->title);
  atk_object_set_description (meter, facts);
}
