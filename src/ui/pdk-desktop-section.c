/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The desktop app's chats: messages and sessions in each window of time, the models and tools that are used
 * most, and the messages of each day. Names come from outside and are shown as they are. Main thread. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-desktop-section.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "pdk-bar-chart.h"
#include "pdk-format.h"
#include "pdk-request-charts.h"
#include "pdk-share-list.h"

#define NOT_KNOWN "–"
#define MAX_MODELS 5
#define MAX_TOOLS 6
#define NAME_SUFFIX "_name"

static const struct
{
  const char *window; /* as in the names of metrics */
  const char *title;
} columns[] = {
  { "today", N_ ("Today") },
  { "5h", N_ ("5 h") },
  { "1d", N_ ("1 d") },
  { "7d", N_ ("7 d") },
};

static const struct
{
  const char *metric; /* what stands before the window in the metric's name */
  const char *title;
} rows[] = {
  { "messages", N_ ("Messages") },
  { "sessions", N_ ("Sessions") },
  { "tool_calls", N_ ("Tool calls") },
  { "tokens", N_ ("Tokens (estimate)") },
};

/* A model or a tool, with how often it was used. */
typedef struct
{
  char *name;
  double count;
} Use;

typedef struct
{
  const PdkFacts *facts;
  const char *prefix;        /* of the attribute with the name, and of the metric */
  const char *metric_suffix; /* of the metric */
  GArray *uses;
} UseSearch;

struct _PdkDesktopSection
{
  PdkSection parent_instance;

  GtkGrid *numbers;
  PdkShareList *models;
  GtkLabel *tools;
  GtkWidget *trend;
  GtkLabel *trend_value;
  PdkChart *chart;
  GtkLabel *cells[G_N_ELEMENTS (rows)][G_N_ELEMENTS (columns)];
};

G_DEFINE_FINAL_TYPE (PdkDesktopSection, pdk_desktop_section, PDK_TYPE_SECTION)

static void
use_clear (gpointer data)
{
  g_free (((Use *) data)->name);
}

static void
find_use (const char *attribute, const char *value, gpointer user_data)
{
  UseSearch *search = user_data;
  g_autofree char *key = NULL;
  g_autofree char *metric = NULL;
  Use use = { NULL, 0 };

  if (!g_str_has_prefix (attribute, search->prefix) || !g_str_has_suffix (attribute, NAME_SUFFIX))
    return;
  key = g_strndup (attribute, strlen (attribute) - strlen (NAME_SUFFIX));
  metric = g_strconcat (key, search->metric_suffix, NULL);
  if (!pdk_facts_get_number (search->facts, metric, &use.count))
    return;
  use.name = g_strdup (value);
  g_array_append_val (search->uses, use);
}

static int
compare_uses (gconstpointer a, gconstpointer b)
{
  const Use *x = a, *y = b;

  if (x->count < y->count)
    return 1;
  return x->count > y->count ? -1 : g_strcmp0 (x->name, y->name);
}

/* The most used first. */
static GArray *
find_uses (const PdkFacts *facts, const char *prefix, const char *metric_suffix, guint max)
{
  UseSearch search = { facts, prefix, metric_suffix, g_array_new (FALSE, FALSE, sizeof (Use)) };

  g_array_set_clear_func (search.uses, use_clear);
  pdk_facts_foreach_attribute (facts, find_use, &search);
  g_array_sort (search.uses, compare_uses);
  if (search.uses->len > max)
    g_array_set_size (search.uses, max);
  return search.uses;
}

static void
add_class (GtkWidget *widget, const char *name)
{
  gtk_style_context_add_class (gtk_widget_get_style_context (widget), name);
}

static GtkLabel *
attach_label (GtkGrid *grid, const char *text, int row, int column, const char *class_name)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), column == 0 ? 0.0f : 1.0f);
  gtk_label_set_ellipsize (GTK_LABEL (label), column == 0 ? PANGO_ELLIPSIZE_MIDDLE : PANGO_ELLIPSIZE_NONE);
  gtk_widget_set_hexpand (label, column == 0);
  add_class (label, class_name);
  gtk_widget_show (label);
  gtk_grid_attach (grid, label, column, row, 1, 1);
  return GTK_LABEL (label);
}

static void
build_numbers (PdkDesktopSection *self)
{
  for (guint column = 0; column < G_N_ELEMENTS (columns); column++)
    add_class (
        GTK_WIDGET (attach_label (self->numbers, _ (columns[column].title), 0, (int) column + 1, "caption")),
        "dim-label");
  for (guint row = 0; row < G_N_ELEMENTS (rows); row++)
    {
      attach_label (self->numbers, _ (rows[row].title), (int) row + 1, 0, row == 0 ? "strong" : "row-title");
      for (guint column = 0; column < G_N_ELEMENTS (columns); column++)
        {
          self->cells[row][column] =
              attach_label (self->numbers, NOT_KNOWN, (int) row + 1, (int) column + 1, "number");
          if (row == 0)
            add_class (GTK_WIDGET (self->cells[row][column]), "strong");
        }
    }
}

static void
update_numbers (PdkDesktopSection *self, const PdkFacts *facts)
{
  for (guint row = 0; row < G_N_ELEMENTS (rows); row++)
    {
      for (guint column = 0; column < G_N_ELEMENTS (columns); column++)
        {
          GtkLabel *cell = self->cells[row][column];
          g_autofree char *name = g_strdup_printf ("%s_%s", rows[row].metric, columns[column].window);
          g_autofree char *text = NULL;
          g_autofree char *whole = NULL;
          g_autofree char *spoken = NULL;
          double value;

          if (pdk_facts_get_number (facts, name, &value))
            {
              text = pdk_format_short_count (value);
              whole = pdk_format_count (value);
            }
          pdk_label_set_text (cell, text != NULL ? text : NOT_KNOWN);
          spoken = g_strdup_printf (_ ("%s, %s: %s"), _ (rows[row].title), _ (columns[column].title),
                                    whole != NULL ? whole : _ ("not known"));
          gtk_widget_set_tooltip_text (GTK_WIDGET (cell), g_strcmp0 (text, whole) != 0 ? whole : NULL);
          atk_object_set_name (gtk_widget_get_accessible (GTK_WIDGET (cell)), spoken);
        }
    }
}

static void
update_models (PdkDesktopSection *self, const PdkFacts *facts)
{
  g_autoptr (GArray) models = find_uses (facts, "model_", "_requests", MAX_MODELS);

  pdk_share_list_set_length (self->models, models->len);
  for (guint i = 0; i < models->len; i++)
    {
      const Use *model = &g_array_index (models, Use, i);
      double most = g_array_index (models, Use, 0).count;
      g_autofree char *count = pdk_format_count (model->count);

      pdk_share_list_set_row (self->models, i, model->name, most > 0 ? model->count / most : 0, count, NULL);
    }
}

static void
update_tools (PdkDesktopSection *self, const PdkFacts *facts)
{
  g_autoptr (GArray) tools = find_uses (facts, "tool_", "", MAX_TOOLS);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < tools->len; i++)
    {
      const Use *tool = &g_array_index (tools, Use, i);
      g_autofree char *count = pdk_format_count (tool->count);

      g_string_append_printf (text, "%s%s %s", i > 0 ? " · " : "", tool->name, count);
    }
  pdk_label_set_text (self->tools, text->str);
  gtk_widget_set_visible (GTK_WIDGET (self->tools), tools->len > 0);
}

static void
on_slot_changed (PdkDesktopSection *self, int slot)
{
  g_autofree char *text = pdk_chart_dup_text (self->chart, slot);

  pdk_label_set_text (self->trend_value, text);
}

static void
update_trend (PdkDesktopSection *self, const PdkFacts *facts, gint64 now_usec)
{
  g_autoptr (PdkChartData) days =
      pdk_request_charts_new_messages (facts, pdk_format_julian_day_of (now_usec));

  gtk_widget_set_visible (self->trend, days->empty == NULL);
  pdk_chart_set_data (self->chart, days);
}

static void
pdk_desktop_section_class_init (PdkDesktopSectionClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (PDK_TYPE_BAR_CHART);
  g_type_ensure (PDK_TYPE_SHARE_LIST);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/paddock/Paddock/pdk-desktop-section.ui");
  gtk_widget_class_bind_template_child (widget_class, PdkDesktopSection, numbers);
  gtk_widget_class_bind_template_child (widget_class, PdkDesktopSection, models);
  gtk_widget_class_bind_template_child (widget_class, PdkDesktopSection, tools);
  gtk_widget_class_bind_template_child (widget_class, PdkDesktopSection, trend);
  gtk_widget_class_bind_template_child (widget_class, PdkDesktopSection, trend_value);
  gtk_widget_class_bind_template_child (widget_class, PdkDesktopSection, chart);
  gtk_widget_class_bind_template_callback (widget_class, on_slot_changed);
}

static void
pdk_desktop_section_init (PdkDesktopSection *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  build_numbers (self);
}

/**
 * pdk_desktop_section_set_facts:
 * @self: the section
 * @facts: what is known of the account
 * @now_usec: the time now, whose local day is the last of the chart
 *
 * Shows what the desktop app's database tells, and hides when there is none.
 */
void
pdk_desktop_section_set_facts (PdkDesktopSection *self, const PdkFacts *facts, gint64 now_usec)
{
  double conversations;
  gboolean is_known = pdk_facts_get_number (facts, "total_conversations", &conversations);

  gtk_widget_set_visible (GTK_WIDGET (self), is_known);
  if (!is_known)
    return;
  update_numbers (self, facts);
  update_models (self, facts);
  update_tools (self, facts);
  update_trend (self, facts, now_usec);
}
