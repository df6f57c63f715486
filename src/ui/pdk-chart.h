/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

#include "pdk-chart-data.h"

G_BEGIN_DECLS

/* Where things are drawn, in logical pixels. Columns of slots run from the side where reading begins. */
typedef struct
{
  int width;
  int left;   /* of the plot */
  int right;  /* of the plot */
  int top;    /* of the plot */
  int bottom; /* of the plot */
  guint n_slots;
  guint n_steps; /* of the axis: as many lines are above zero */
  gboolean is_mirrored;
} PdkChartFrame;

/* Values over time: the axis, the legend, the choice of a slot, and what is read aloud. How values look is up
 * to the kinds of chart.
 * Signals: "slot-changed" (int index): the slot that is pointed at or chosen with the keyboard; -1 for none.
 */
#define PDK_TYPE_CHART (pdk_chart_get_type ())
G_DECLARE_DERIVABLE_TYPE (PdkChart, pdk_chart, PDK, CHART, GtkDrawingArea)

struct _PdkChartClass
{
  GtkDrawingAreaClass parent_class;

  void (*draw_values) (PdkChart *self, cairo_t *cr, const PdkChartFrame *frame);
  void (*draw_swatch) (PdkChart *self, cairo_t *cr, guint series, const GdkRectangle *area);
};

void pdk_chart_set_data (PdkChart *self, PdkChartData *data);
const PdkChartData *pdk_chart_get_data (PdkChart *self);
char *pdk_chart_dup_text (PdkChart *self, int slot);

G_END_DECLS
