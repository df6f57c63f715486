/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A switch for the window of time, the figures of that window, how they compare with the period before, and
 * the charts, of which one is seen. What is not known is a dash. Main thread. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-requests-section.h"

#include <glib/gi18n-lib.h>

#include "pdk-format.h"
#include "pdk-model-tokens.h"
#include "pdk-request-charts.h"
#include "pdk-request-figures.h"

#include "pdk-bar-chart.h"
#include "pdk-line-chart.h"
#include "pdk-share-list.h"

#define FIGURES_PER_LINE 3
#define MAX_MODELS 5

/* The application's action whose state is the window of time, which outlives this section. */
#define WINDOW_ACTION "window-of-time"

typedef struct
{
  GtkWidget *box;
  GtkLabel *value;
  GtkLabel *title;
} Tile;

struct _PdkRequestsSection
{
  PdkSection parent_instance;

  GtkBox *windows;
  GtkToggleButton *buttons[PDK_N_WINDOWS];
  GtkLabel *headline;
  GtkLabel *comparison;
  GtkGrid *grid;
  Tile tiles[PDK_REQUEST_N_FIGURES];
  GtkLabel *chart_title;
  GtkLabel *chart_value;
  GtkStack *stack;
  PdkChart *requests_chart;
  PdkChart *latency_chart;
  PdkChart *tokens_chart;
  GtkWidget *by_model;
  GtkLabel *by_model_window;
  PdkShareList *models;

  PdkFacts *facts; /* (nullable): what is shown */
  gint64 now_usec;
  PdkWindow window;
};

G_DEFINE_FINAL_TYPE (PdkRequestsSection, pdk_requests_section, PDK_TYPE_SECTION)

static void
set_class (GtkLabel *label, const char *name, gboolean is_set)
{
  GtkStyleContext *context = gtk_widget_get_style_context (GTK_WIDGET (label));

  if (is_set)
    gtk_style_context_add_class (context, name);
  else
    gtk_style_context_remove_class (context, name);
}

static void
update_tile (PdkRequestsSection *self, PdkRequestFigure figure)
{
  GtkWidget *label = GTK_WIDGET (self->tiles[figure].value);
  AtkObject *accessible = gtk_widget_get_accessible (label);
  g_autofree char *text = pdk_request_figure_format (self->facts, figure, self->window);
  g_autofree char *spoken = pdk_request_figure_describe (self->facts, figure, self->window);
  double value = 0;
  gboolean has_errors = pdk_request_figure_is_error (figure) &&
                        pdk_request_figure_get_number (self->facts, figure, self->window, &value) &&
                        value > 0;

  pdk_label_set_text (self->tiles[figure].value, text);
  set_class (self->tiles[figure].value, "errors", has_errors);
  if (g_strcmp0 (atk_object_get_name (accessible), spoken) != 0)
    {
      gtk_widget_set_tooltip_text (label, spoken);
      atk_object_set_name (accessible, spoken);
    }
}

/* A line that no window knows anything of is not there. */
static gboolean
is_line_known (PdkRequestsSection *self, guint line)
{
  for (guint i = line * FIGURES_PER_LINE; i < PDK_REQUEST_N_FIGURES && i < (line + 1) * FIGURES_PER_LINE; i++)
    {
      for (PdkWindow window = 0; window < PDK_N_WINDOWS; window++)
        {
          if (pdk_request_figure_get_number (self->facts, i, window, NULL))
            return TRUE;
        }
    }
  return FALSE;
}

/* Of the period before, by one of the windows. */
static gboolean
is_any_compared (PdkRequestsSection *self)
{
  for (PdkWindow window = 0; window < PDK_N_WINDOWS; window++)
    {
      g_autofree char *comparison = pdk_request_figures_compare (self->facts, window);

      if (comparison != NULL)
        return TRUE;
    }
  return FALSE;
}

static void
update_figures (PdkRequestsSection *self)
{
  g_autofree char *headline = pdk_request_figures_format_headline (self->facts, self->window);
  g_autofree char *comparison = pdk_request_figures_compare (self->facts, self->window);

  pdk_label_set_text (self->headline, headline);
  pdk_label_set_text (self->comparison, comparison != NULL ? comparison : "");
  /* An empty line has its place, so that nothing moves while one goes through the windows. */
  gtk_widget_set_visible (GTK_WIDGET (self->comparison), is_any_compared (self));
  /* The headline can be selected, and so takes the focus; what stands beside it does not. */
  atk_object_set_description (gtk_widget_get_accessible (GTK_WIDGET (self->headline)),
                              gtk_label_get_text (self->comparison));
  for (PdkRequestFigure figure = 0; figure < PDK_REQUEST_N_FIGURES; figure++)
    {
      gtk_widget_set_visible (self->tiles[figure].box, is_line_known (self, figure / FIGURES_PER_LINE));
      update_tile (self, figure);
    }
}

static PdkChart *
get_chart (PdkRequestsSection *self)
{
  return PDK_CHART (gtk_stack_get_visible_child (self->stack));
}

static double
sum_tokens (const PdkModelTokens *model)
{
  return model->prompt_tokens + model->output_tokens;
}

static void
update_charts (PdkRequestsSection *self)
{
  g_autoptr (PdkChartData) requests =
      pdk_request_charts_new_requests (self->facts, self->window, self->now_usec);
  g_autoptr (PdkChartData) latency =
      pdk_request_charts_new_latency (self->facts, self->window, self->now_usec);
  g_autoptr (PdkChartData) tokens = pdk_request_charts_new_tokens (self->facts, self->window, self->now_usec);

  pdk_chart_set_data (self->requests_chart, requests);
  pdk_chart_set_data (self->latency_chart, latency);
  pdk_chart_set_data (self->tokens_chart, tokens);
}

/* Below the tokens by time. */
static void
update_models (PdkRequestsSection *self)
{
  g_autoptr (GArray) models = pdk_model_tokens_list (self->facts, self->window, MAX_MODELS);
  PdkWindow window = pdk_model_tokens_get_window (self->window);
  double most = 0;

  for (guint i = 0; i < models->len; i++)
    most = MAX (most, sum_tokens (&g_array_index (models, PdkModelTokens, i)));
  pdk_share_list_set_length (self->models, models->len);
  for (guint i = 0; i < models->len; i++)
    {
      const PdkModelTokens *model = &g_array_index (models, PdkModelTokens, i);
      double tokens = sum_tokens (model);
      g_autofree char *number = pdk_format_short_count (tokens);
      g_autofree char *details =
          pdk_request_charts_describe_tokens (model->prompt_tokens, model->output_tokens);

      pdk_share_list_set_row (self->models, i,
                              model->name != NULL ? model->name : _ ("Other or unknown model"), tokens / most,
                              number, details);
    }
  pdk_label_set_text (self->by_model_window, pdk_request_window_get_name (window));
  gtk_widget_set_visible (self->by_model, models->len > 0 && get_chart (self) == self->tokens_chart);
}

static void
update (PdkRequestsSection *self)
{
  if (self->facts == NULL)
    return;
  update_figures (self);
  update_charts (self);
  update_models (self);
}

static void
on_slot_changed (PdkRequestsSection *self, int slot, PdkChart *chart)
{
  g_autofree char *text = NULL;

  if (chart != get_chart (self) || pdk_chart_get_data (chart) == NULL)
    return;
  /* The figures above tell of all that is in the window of time. */
  text = slot >= 0 && pdk_chart_get_data (chart)->empty == NULL ? pdk_chart_dup_text (chart, slot) : NULL;
  pdk_label_set_text (self->chart_title, pdk_chart_get_data (chart)->title);
  pdk_label_set_text (self->chart_value, text != NULL ? text : "");
}

static void
on_chart_changed (PdkRequestsSection *self)
{
  /* While the template is being made, there is none. */
  if (gtk_stack_get_visible_child (self->stack) == NULL)
    return;
  on_slot_changed (self, -1, get_chart (self));
  if (self->facts != NULL)
    update_models (self);
}

static void
on_window_toggled (GtkToggleButton *button, PdkRequestsSection *self)
{
  if (!gtk_toggle_button_get_active (button))
    return;
  for (PdkWindow window = 0; window < PDK_N_WINDOWS; window++)
    {
      if (self->buttons[window] == button)
        self->window = window;
    }
  g_action_group_change_action_state (G_ACTION_GROUP (g_application_get_default ()), WINDOW_ACTION,
                                      g_variant_new_string (pdk_window_get_id (self->window)));
  update (self);
}

static PdkWindow
get_remembered_window (void)
{
  g_autoptr (GVariant) state =
      g_action_group_get_action_state (G_ACTION_GROUP (g_application_get_default ()), WINDOW_ACTION);

  return pdk_window_from_id (state != NULL ? g_variant_get_string (state, NULL) : NULL);
}

static void
build_windows (PdkRequestsSection *self)
{
  for (PdkWindow window = 0; window < PDK_N_WINDOWS; window++)
    {
      GtkWidget *button = gtk_radio_button_new_with_label_from_widget (GTK_RADIO_BUTTON (self->buttons[0]),
                                                                       pdk_request_window_get_label (window));

      gtk_toggle_button_set_mode (GTK_TOGGLE_BUTTON (button), FALSE);
      gtk_widget_set_tooltip_text (button, pdk_request_window_get_name (window));
      atk_object_set_name (gtk_widget_get_accessible (button), pdk_request_window_get_name (window));
      gtk_container_add (GTK_CONTAINER (self->windows), button);
      gtk_widget_show (button);
      self->buttons[window] = GTK_TOGGLE_BUTTON (button);
    }
  for (PdkWindow window = 0; window < PDK_N_WINDOWS; window++)
    g_signal_connect (self->buttons[window], "toggled", G_CALLBACK (on_window_toggled), self);
  gtk_toggle_button_set_active (self->buttons[get_remembered_window ()], TRUE);
}

static GtkLabel *
add_label (GtkWidget *box, const char *text, const char *class)
{
  GtkLabel *label = GTK_LABEL (gtk_label_new (text));

  gtk_label_set_xalign (label, 0.0f);
  gtk_label_set_ellipsize (label, PANGO_ELLIPSIZE_END);
  set_class (label, class, TRUE);
  gtk_widget_show (GTK_WIDGET (label));
  gtk_container_add (GTK_CONTAINER (box), GTK_WIDGET (label));
  return label;
}

static void
build_tiles (PdkRequestsSection *self)
{
  for (PdkRequestFigure figure = 0; figure < PDK_REQUEST_N_FIGURES; figure++)
    {
      const char *title = pdk_request_figure_get_title (figure);
      int column = (int) figure % FIGURES_PER_LINE, row = (int) figure / FIGURES_PER_LINE;
      Tile *tile = &self->tiles[figure];

      tile->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
      tile->value = add_label (tile->box, "", "figure");
      tile->title = add_label (tile->box, title, "caption");
      set_class (tile->value, "number", TRUE);
      set_class (tile->title, "dim-label", TRUE);
      gtk_widget_set_tooltip_text (GTK_WIDGET (tile->title), title);
      gtk_grid_attach (self->grid, tile->box, column, row, 1, 1);
    }
}

static void
pdk_requests_section_dispose (GObject *object)
{
  PdkRequestsSection *self = PDK_REQUESTS_SECTION (object);

  g_clear_pointer (&self->facts, pdk_facts_unref);
  G_OBJECT_CLASS (pdk_requests_section_parent_class)->dispose (object);
}

static void
pdk_requests_section_class_init (PdkRequestsSectionClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pdk_requests_section_dispose;
  g_type_ensure (PDK_TYPE_BAR_CHART);
  g_type_ensure (PDK_TYPE_LINE_CHART);
  g_type_ensure (PDK_TYPE_SHARE_LIST);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/paddock/Paddock/pdk-requests-section.ui");
  gtk_widget_class_bind_template_child (widget_class, PdkRequestsSection, windows);
  gtk_widget_class_bind_template_child (widget_class, PdkRequestsSection, headline);
  gtk_widget_class_bind_template_child (widget_class, PdkRequestsSection, comparison);
  gtk_widget_class_bind_template_child (widget_class, PdkRequestsSection, grid);
  gtk_widget_class_bind_template_child (widget_class, PdkRequestsSection, chart_title);
  gtk_widget_class_bind_template_child (widget_class, PdkRequestsSection, chart_value);
  gtk_widget_class_bind_template_child (widget_class, PdkRequestsSection, stack);
  gtk_widget_class_bind_template_child (widget_class, PdkRequestsSection, requests_chart);
  gtk_widget_class_bind_template_child (widget_class, PdkRequestsSection, latency_chart);
  gtk_widget_class_bind_template_child (widget_class, PdkRequestsSection, tokens_chart);
  gtk_widget_class_bind_template_child (widget_class, PdkRequestsSection, by_model);
  gtk_widget_class_bind_template_child (widget_class, PdkRequestsSection, by_model_window);
  gtk_widget_class_bind_template_child (widget_class, PdkRequestsSection, models);
  gtk_widget_class_bind_template_callback (widget_class, on_slot_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_chart_changed);
}

static void
pdk_requests_section_init (PdkRequestsSection *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  build_windows (self);
  build_tiles (self);
}

/**
 * pdk_requests_section_set_facts:
 * @self: the section
 * @facts: (transfer none): what is known of the account; a reference is kept
 * @now_usec: the time now, since the epoch, at which charts end
 *
 * Shows the numbers of @facts, and hides when none is known.
 */
void
pdk_requests_section_set_facts (PdkRequestsSection *self, PdkFacts *facts, gint64 now_usec)
{
  pdk_facts_ref (facts);
  g_clear_pointer (&self->facts, pdk_facts_unref);
  self->facts = facts;
  self->now_usec = now_usec;
  gtk_widget_set_visible (GTK_WIDGET (self), pdk_request_figures_are_known (facts));
  update (self);
}
