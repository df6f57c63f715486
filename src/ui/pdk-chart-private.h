/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "pdk-chart.h"

/* What the files of the charts share. */

G_BEGIN_DECLS

#define PDK_CHART_NO_SLOT (-1)

/* Around all that is drawn, in pixels: where the ring of the focus is. */
#define PDK_CHART_EDGE 4

gboolean pdk_chart_is_marked (PdkChart *self, guint slot);
const char *pdk_chart_get_part (PdkChart *self, guint series);

int pdk_chart_get_text_height (PdkChart *self);
gboolean pdk_chart_has_legend (PdkChart *self);
PdkChartFrame pdk_chart_get_frame (PdkChart *self);
void pdk_chart_frame_get_column (const PdkChartFrame *frame, guint slot, int *x, int *width);
int pdk_chart_frame_find_slot (const PdkChartFrame *frame, double x);
void pdk_chart_get_color (PdkChart *self, const char *part, double alpha, GdkRGBA *color);
void pdk_chart_draw (PdkChart *self, cairo_t *cr, int marked_slot, gboolean has_bubble);

GType pdk_chart_accessible_get_type (void);
void pdk_chart_accessible_data_changed (AtkObject *accessible, guint n_slots);
void pdk_chart_accessible_choose (AtkObject *accessible, int slot);

G_END_DECLS
