/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A line for each series, with a point for each slot: the first solid with discs, the second dashed with
 * rings, so that they do not depend on the eye for colours. Where nothing is known, a line has a gap. Main
 * thread. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-line-chart.h"

#include "pdk-chart-private.h"

#define LINE_WIDTH 1.5
#define POINT_RADIUS 2.0
#define MARKED_RADIUS 3.5
#define ALPHA_OUTSIDE 0.5

struct _PdkLineChart
{
  PdkChart parent_instance;
};

G_DEFINE_FINAL_TYPE (PdkLineChart, pdk_line_chart, PDK_TYPE_CHART)

static void
set_source (PdkChart *self, cairo_t *cr, guint series, double alpha)
{
  GdkRGBA color;

  pdk_chart_get_color (self, pdk_chart_get_part (self, series), alpha, &color);
  gdk_cairo_set_source_rgba (cr, &color);
}

static void
stroke_line (PdkChart *self, cairo_t *cr, guint series, double alpha)
{
  static const double dashes[] = { 3.0, 2.0 };

  set_source (self, cr, series, alpha);
  cairo_set_line_width (cr, LINE_WIDTH);
  cairo_set_dash (cr, dashes, series == 0 ? 0 : G_N_ELEMENTS (dashes), 0);
  cairo_stroke (cr);
  cairo_set_dash (cr, NULL, 0, 0);
}

static void
draw_point (PdkChart *self, cairo_t *cr, guint series, double x, double y, double radius, double alpha)
{
  GdkRGBA ground;

  cairo_new_sub_path (cr);
  cairo_arc (cr, x, y, radius, 0, 2 * G_PI);
  if (series == 0)
    {
      set_source (self, cr, series, alpha);
      cairo_fill (cr);
      return;
    }
  pdk_chart_get_color (self, "bubble", 1.0, &ground);
  gdk_cairo_set_source_rgba (cr, &ground);
  cairo_fill_preserve (cr);
  set_source (self, cr, series, alpha);
  cairo_set_line_width (cr, 1.0);
  cairo_stroke (cr);
}

static void
find_point (PdkChart *self, const PdkChartFrame *frame, guint index, guint series, double *x, double *y)
{
  const PdkChartData *data = pdk_chart_get_data (self);
  int column, width;

  pdk_chart_frame_get_column (frame, index, &column, &width);
  *x = column + width / 2.0;
  *y = frame->bottom -
       (frame->bottom - frame->top) * pdk_chart_data_get_slot (data, index)->values[series] / data->axis_max;
}

static double
alpha_of (const PdkChartSlot *slot)
{
  return slot->is_within ? 1.0 : ALPHA_OUTSIDE;
}

static void
draw_line (PdkChart *self, cairo_t *cr, const PdkChartFrame *frame, guint series)
{
  const PdkChartData *data = pdk_chart_get_data (self);

  for (guint i = 1; i < frame->n_slots; i++)
    {
      const PdkChartSlot *from = pdk_chart_data_get_slot (data, i - 1),
                         *to = pdk_chart_data_get_slot (data, i);
      double x, y;

      if (!from->is_known || !to->is_known)
        continue;
      find_point (self, frame, i - 1, series, &x, &y);
      cairo_move_to (cr, x, y);
      find_point (self, frame, i, series, &x, &y);
      cairo_line_to (cr, x, y);
      stroke_line (self, cr, series, MIN (alpha_of (from), alpha_of (to)));
    }
  for (guint i = 0; i < frame->n_slots; i++)
    {
      const PdkChartSlot *slot = pdk_chart_data_get_slot (data, i);
      double x, y;

      if (!slot->is_known)
        continue;
      find_point (self, frame, i, series, &x, &y);
      draw_point (self, cr, series, x, y, pdk_chart_is_marked (self, i) ? MARKED_RADIUS : POINT_RADIUS,
                  alpha_of (slot));
    }
}

static void
pdk_line_chart_draw_values (PdkChart *self, cairo_t *cr, const PdkChartFrame *frame)
{
  for (guint series = pdk_chart_get_data (self)->n_series; series > 0; series--)
    draw_line (self, cr, frame, series - 1);
}

static void
pdk_line_chart_draw_swatch (PdkChart *self, cairo_t *cr, guint series, const GdkRectangle *area)
{
  double y = area->y + area->height / 2.0;

  cairo_move_to (cr, area->x, y);
  cairo_line_to (cr, area->x + area->width, y);
  stroke_line (self, cr, series, 1.0);
  draw_point (self, cr, series, area->x + area->width / 2.0, y, POINT_RADIUS, 1.0);
}

static void
pdk_line_chart_class_init (PdkLineChartClass *klass)
{
  PDK_CHART_CLASS (klass)->draw_values = pdk_line_chart_draw_values;
  PDK_CHART_CLASS (klass)->draw_swatch = pdk_line_chart_draw_swatch;
}

static void
pdk_line_chart_init (PdkLineChart *self)
{
}
