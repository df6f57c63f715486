/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A bar for each slot. A second series stands on top of the first; what it is of the first, such as errors,
 * takes the top of the first one's bar. It has a colour and a hatch of its own, so that it does not depend on
 * the eye for colours. Main thread. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-bar-chart.h"

#include <math.h>

#include "pdk-chart-private.h"

#define BAR_GAP 3
#define MAX_BAR_WIDTH 28
#define BAR_RADIUS 2.0
#define HATCH_STEP 4.0
#define MIN_BAR_HEIGHT 2
#define ALPHA_OUTSIDE 0.25
#define ALPHA_EDGE 0.7
#define ALPHA_INSIDE 0.85

struct _PdkBarChart
{
  PdkChart parent_instance;
};

G_DEFINE_FINAL_TYPE (PdkBarChart, pdk_bar_chart, PDK_TYPE_CHART)

static void
add_bar_path (cairo_t *cr, double x, double y, double width, double height, gboolean is_round)
{
  double radius = is_round ? MIN (MIN (BAR_RADIUS, width / 2.0), height) : 0.0;

  cairo_new_sub_path (cr);
  cairo_arc (cr, x + radius, y + radius, radius, G_PI, 1.5 * G_PI);
  cairo_arc (cr, x + width - radius, y + radius, radius, 1.5 * G_PI, 2.0 * G_PI);
  cairo_line_to (cr, x + width, y + height);
  cairo_line_to (cr, x, y + height);
  cairo_close_path (cr);
}

static void
fill_hatched (PdkChart *self, cairo_t *cr, double alpha, const GdkRectangle *area)
{
  GdkRGBA line;

  cairo_fill_preserve (cr);
  cairo_save (cr);
  cairo_clip (cr);
  pdk_chart_get_color (self, "hatch", alpha, &line);
  gdk_cairo_set_source_rgba (cr, &line);
  cairo_set_line_width (cr, 1.2);
  for (double offset = -area->height; offset < area->width; offset += HATCH_STEP)
    {
      cairo_move_to (cr, area->x + offset, area->y + area->height);
      cairo_line_to (cr, area->x + offset + area->height, area->y);
    }
  cairo_stroke (cr);
  cairo_restore (cr);
}

/* What is pale has an edge that is not, for eyes that would miss it. */
static void
stroke_edge (PdkChart *self, cairo_t *cr, guint series, const GdkRectangle *area, gboolean is_round)
{
  GdkRGBA color;

  if (area->width < 3 || area->height < 3)
    return;
  pdk_chart_get_color (self, pdk_chart_get_part (self, series), ALPHA_EDGE, &color);
  gdk_cairo_set_source_rgba (cr, &color);
  add_bar_path (cr, area->x + 0.5, area->y + 0.5, area->width - 1, area->height - 1, is_round);
  cairo_set_line_width (cr, 1.0);
  cairo_stroke (cr);
}

static void
draw_piece (
    PdkChart *self, cairo_t *cr, guint series, double alpha, const GdkRectangle *area, gboolean is_round)
{
  GdkRGBA color;

  if (area->height <= 0)
    return;
  pdk_chart_get_color (self, pdk_chart_get_part (self, series), alpha, &color);
  gdk_cairo_set_source_rgba (cr, &color);
  add_bar_path (cr, area->x, area->y, area->width, area->height, is_round);
  if (series == 0)
    cairo_fill (cr);
  else
    fill_hatched (self, cr, alpha, area);
  if (alpha < ALPHA_EDGE)
    stroke_edge (self, cr, series, area, is_round);
}

static int
to_pixels (const PdkChartFrame *frame, double value, double axis_max)
{
  if (value <= 0.0)
    return 0;
  /* Few among many are still seen. */
  return MAX ((int) round ((frame->bottom - frame->top) * value / axis_max), MIN_BAR_HEIGHT);
}

static void
draw_bar (PdkChart *self, cairo_t *cr, const PdkChartFrame *frame, guint index)
{
  const PdkChartData *data = pdk_chart_get_data (self);
  const PdkChartSlot *slot = pdk_chart_data_get_slot (data, index);
  double whole = slot->values[0] + (data->is_stacked ? slot->values[1] : 0);
  int top_height = data->n_series > 1 ? to_pixels (frame, slot->values[1], data->axis_max) : 0;
  int height = MAX (to_pixels (frame, whole, data->axis_max), top_height);
  double alpha = slot->is_within ? ALPHA_INSIDE : ALPHA_OUTSIDE;
  GdkRectangle area;
  int x, width;

  if (pdk_chart_is_marked (self, index))
    alpha = 1.0;
  pdk_chart_frame_get_column (frame, index, &x, &width);
  area.width = CLAMP (width - BAR_GAP, 1, MAX_BAR_WIDTH);
  area.x = x + (width - area.width) / 2;
  area.y = frame->bottom - height;
  area.height = top_height;
  draw_piece (self, cr, 1, alpha, &area, TRUE);
  area.y += top_height;
  area.height = height - top_height;
  draw_piece (self, cr, 0, alpha, &area, top_height == 0);
}

static void
pdk_bar_chart_draw_values (PdkChart *self, cairo_t *cr, const PdkChartFrame *frame)
{
  for (guint i = 0; i < frame->n_slots; i++)
    draw_bar (self, cr, frame, i);
}

static void
pdk_bar_chart_draw_swatch (PdkChart *self, cairo_t *cr, guint series, const GdkRectangle *area)
{
  draw_piece (self, cr, series, ALPHA_INSIDE, area, TRUE);
}

static void
pdk_bar_chart_class_init (PdkBarChartClass *klass)
{
  PDK_CHART_CLASS (klass)->draw_values = pdk_bar_chart_draw_values;
  PDK_CHART_CLASS (klass)->draw_swatch = pdk_bar_chart_draw_swatch;
}

static void
pdk_bar_chart_init (PdkBarChart *self)
{
}
