/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A small table: one column for each time window, one row for each number. What is not known is a dash. Main
 * thread. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-requests-section.h"

#include <glib/gi18n-lib.h>

#include "pdk-format.h"
#include "pdk-model-tokens.h"

#define NOT_KNOWN "–"

/* Those with the most tokens. Of a single one, the row above tells nearly the same. */
#define MIN_MODELS 2
#define MAX_MODELS 5

typedef struct
{
  const char *window; /* as in the names of metrics */
  const char *title;
} Column;

static const Column columns[] = {
  { "today", N_ ("Today") },
  { "5h", N_ ("5 h") },
  { "1d", N_ ("1 d") },
  { "7d", N_ ("7 d") },
};

typedef struct
{
  const char *metric; /* what stands before the window in the metric's name */
  const char *title;
  gboolean is_duration;
  gboolean is_error;
  gboolean starts_group;
  gboolean is_optional; /* the row is only there when any of its cells is known */
} Row;

static const Row rows[] = {
  { "requests", N_ ("Requests"), FALSE, FALSE, FALSE },
  { "chat_requests", N_ ("Chat"), FALSE, FALSE, FALSE },
  { "generate_requests", N_ ("Generate"), FALSE, FALSE, FALSE },
  { "embed_requests", N_ ("Embeddings"), FALSE, FALSE, FALSE },
  { "http_4xx", N_ ("4xx errors"), FALSE, FALSE, TRUE },
  { "http_5xx", N_ ("5xx errors"), FALSE, TRUE, FALSE },
  { "avg_latency_ms", N_ ("Average latency"), TRUE, FALSE, TRUE },
  { "p50_latency_ms", N_ ("Median"), TRUE, FALSE, FALSE },
  { "p95_latency_ms", N_ ("95th percentile"), TRUE, FALSE, FALSE },
  { "log_prompt_tokens", N_ ("Prompt tokens"), FALSE, FALSE, TRUE, TRUE },
  { "log_output_tokens", N_ ("Output tokens"), FALSE, FALSE, FALSE, TRUE },
  { "tokens_per_second", N_ ("Tokens per second"), FALSE, FALSE, FALSE, TRUE },
};

struct _PdkRequestsSection
{
  PdkSection parent_instance;

  GtkWidget *card;
  GtkGrid *grid;
  GtkLabel *empty;
  GtkLabel *titles[G_N_ELEMENTS (rows)];
  GtkLabel *cells[G_N_ELEMENTS (rows)][G_N_ELEMENTS (columns)];
  GtkLabel *models_title;
  GtkLabel *model_titles[MAX_MODELS];
  GtkLabel *model_cells[MAX_MODELS][G_N_ELEMENTS (columns)];
};

G_DEFINE_FINAL_TYPE (PdkRequestsSection, pdk_requests_section, PDK_TYPE_SECTION)

static gboolean
get_number (const PdkFacts *facts, gsize row, gsize column, double *value)
{
  g_autofree char *name = g_strdup_printf ("%s_%s", rows[row].metric, columns[column].window);

  return pdk_facts_get_number (facts, name, value);
}

static GtkLabel *
attach_label (PdkRequestsSection *self, const char *text, gsize row, gsize column)
{
  GtkLabel *label = GTK_LABEL (gtk_label_new (text));

  gtk_label_set_xalign (label, column == 0 ? 0.0f : 1.0f);
  gtk_label_set_ellipsize (label, column == 0 ? PANGO_ELLIPSIZE_END : PANGO_ELLIPSIZE_NONE);
  gtk_widget_set_hexpand (GTK_WIDGET (label), column == 0);
  gtk_widget_show (GTK_WIDGET (label));
  gtk_grid_attach (self->grid, GTK_WIDGET (label), (int) column, (int) row, 1, 1);
  return label;
}

static void
add_class (GtkLabel *label, const char *name)
{
  gtk_style_context_add_class (gtk_widget_get_style_context (GTK_WIDGET (label)), name);
}

static void
build_grid (PdkRequestsSection *self)
{
  for (gsize column = 0; column < G_N_ELEMENTS (columns); column++)
    {
      GtkLabel *label = attach_label (self, _ (columns[column].title), 0, column + 1);

      add_class (label, "dim-label");
      add_class (label, "caption");
    }
  for (gsize row = 0; row < G_N_ELEMENTS (rows); row++)
    {
      GtkLabel *title = attach_label (self, _ (rows[row].title), row + 1, 0);

      self->titles[row] = title;
      add_class (title, row == 0 ? "strong" : "row-title");
      if (rows[row].starts_group)
        add_class (title, "group-start");
      for (gsize column = 0; column < G_N_ELEMENTS (columns); column++)
        {
          GtkLabel *cell = attach_label (self, NOT_KNOWN, row + 1, column + 1);

          add_class (cell, "number");
          if (row == 0)
            add_class (cell, "strong");
          if (rows[row].starts_group)
            add_class (cell, "group-start");
          self->cells[row][column] = cell;
        }
    }
}

/* The output of single models, below all other rows. */
static void
build_models (PdkRequestsSection *self)
{
  const gsize first_row = G_N_ELEMENTS (rows) + 1;

  self->models_title = attach_label (self, _ ("Output tokens by model"), first_row, 0);
  add_class (self->models_title, "row-title");
  add_class (self->models_title, "group-start");
  for (gsize i = 0; i < MAX_MODELS; i++)
    {
      self->model_titles[i] = attach_label (self, NULL, first_row + 1 + i, 0);
      gtk_label_set_ellipsize (self->model_titles[i], PANGO_ELLIPSIZE_MIDDLE);
      add_class (self->model_titles[i], "dim-label");
      for (gsize column = 0; column < G_N_ELEMENTS (columns); column++)
        {
          self->model_cells[i][column] = attach_label (self, NOT_KNOWN, first_row + 1 + i, column + 1);
          add_class (self->model_cells[i][column], "number");
        }
    }
}

static void
set_class (GtkLabel *label, const char *name, gboolean is_set)
{
  GtkStyleContext *context = gtk_widget_get_style_context (GTK_WIDGET (label));

  if (is_set)
    gtk_style_context_add_class (context, name);
  else
    gtk_style_context_remove_class (context, name);
}

/* What stands in @column of a row that is called @title. */
static void
show_number (
    GtkLabel *cell, const char *title, gsize column, gboolean is_known, gboolean is_duration, double value)
{
  g_autofree char *text = NULL;
  g_autofree char *whole = NULL;
  g_autofree char *spoken = NULL;

  if (is_known)
    {
      text = is_duration ? pdk_format_duration (value) : pdk_format_short_count (value);
      whole = is_duration ? g_strdup (text) : pdk_format_count (value);
    }
  pdk_label_set_text (cell, is_known ? text : NOT_KNOWN);

  /* Translators: for screen readers, a cell of a table: row, column, value. */
  spoken = g_strdup_printf (_ ("%s, %s: %s"), title, _ (columns[column].title),
                            is_known ? whole : _ ("not known"));
  gtk_widget_set_tooltip_text (GTK_WIDGET (cell), is_known && !g_str_equal (text, whole) ? whole : NULL);
  atk_object_set_name (gtk_widget_get_accessible (GTK_WIDGET (cell)), spoken);
}

static void
set_cell (PdkRequestsSection *self, const PdkFacts *facts, gsize row, gsize column)
{
  GtkLabel *cell = self->cells[row][column];
  double value = 0.0;
  gboolean is_known = get_number (facts, row, column, &value);

  show_number (cell, _ (rows[row].title), column, is_known, rows[row].is_duration, value);
  set_class (cell, "not-known", !is_known || (value <= 0.0 && row > 0));
  set_class (cell, "errors", rows[row].is_error && value > 0.0);
}

static void
set_model (PdkRequestsSection *self, const PdkFacts *facts, gsize index, const char *model)
{
  gtk_widget_set_visible (GTK_WIDGET (self->model_titles[index]), model != NULL);
  pdk_label_set_text (self->model_titles[index], model != NULL ? model : "");
  for (gsize column = 0; column < G_N_ELEMENTS (columns); column++)
    {
      GtkLabel *cell = self->model_cells[index][column];
      g_autofree char *name = NULL;
      double value = 0.0;
      gboolean is_known;

      gtk_widget_set_visible (GTK_WIDGET (cell), model != NULL);
      if (model == NULL)
        continue;
      name = g_strdup_printf ("log_output_tokens_%s[%s]", columns[column].window, model);
      is_known = pdk_facts_get_number (facts, name, &value);
      show_number (cell, model, column, is_known, FALSE, value);
      set_class (cell, "not-known", value <= 0.0);
    }
}

static void
set_models (PdkRequestsSection *self, const PdkFacts *facts)
{
  g_autoptr (GPtrArray) models = pdk_model_tokens_list (facts, MAX_MODELS);

  if (models->len < MIN_MODELS)
    g_ptr_array_set_size (models, 0);
  gtk_widget_set_visible (GTK_WIDGET (self->models_title), models->len > 0);
  for (guint i = 0; i < MAX_MODELS; i++)
    set_model (self, facts, i, i < models->len ? g_ptr_array_index (models, i) : NULL);
}

static void
set_row_visible (PdkRequestsSection *self, gsize row, gboolean is_visible)
{
  gtk_widget_set_visible (GTK_WIDGET (self->titles[row]), is_visible);
  for (gsize column = 0; column < G_N_ELEMENTS (columns); column++)
    gtk_widget_set_visible (GTK_WIDGET (self->cells[row][column]), is_visible);
}

static gboolean
set_cells (PdkRequestsSection *self, const PdkFacts *facts)
{
  gboolean is_anything_known = FALSE;

  for (gsize row = 0; row < G_N_ELEMENTS (rows); row++)
    {
      gboolean is_row_known = FALSE;

      for (gsize column = 0; column < G_N_ELEMENTS (columns); column++)
        {
          double value;

          is_row_known |= get_number (facts, row, column, &value);
          set_cell (self, facts, row, column);
        }
      is_anything_known |= is_row_known;
      if (rows[row].is_optional)
        set_row_visible (self, row, is_row_known);
    }
  return is_anything_known;
}

static void
pdk_requests_section_class_init (PdkRequestsSectionClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/paddock/Paddock/pdk-requests-section.ui");
  gtk_widget_class_bind_template_child (widget_class, PdkRequestsSection, card);
  gtk_widget_class_bind_template_child (widget_class, PdkRequestsSection, grid);
  gtk_widget_class_bind_template_child (widget_class, PdkRequestsSection, empty);
}

static void
pdk_requests_section_init (PdkRequestsSection *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  build_grid (self);
  build_models (self);
}

/**
 * pdk_requests_section_set_facts:
 * @self: the section
 * @facts: what is known of the account
 *
 * Shows the numbers of @facts, and hides when none is known.
 */
void
pdk_requests_section_set_facts (PdkRequestsSection *self, const PdkFacts *facts)
{
  double in_longest_window;
  gboolean is_empty =
      pdk_facts_get_number (facts, "requests_7d", &in_longest_window) && in_longest_window <= 0.0;

  set_models (self, facts);
  gtk_widget_set_visible (GTK_WIDGET (self), set_cells (self, facts));
  gtk_widget_set_visible (self->card, !is_empty);
  gtk_widget_set_visible (GTK_WIDGET (self->empty), is_empty);
}
