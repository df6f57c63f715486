/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

#include "pdk-day-chart.h"

G_BEGIN_DECLS

/* Bars for the requests of each day, server errors on top, or for what they cost.
 * Signals: "day-changed" (int index): the day that is pointed at or chosen with the keyboard; -1 for none. */
#define PDK_TYPE_BAR_CHART (pdk_bar_chart_get_type ())
G_DECLARE_FINAL_TYPE (PdkBarChart, pdk_bar_chart, PDK, BAR_CHART, GtkDrawingArea)

void pdk_bar_chart_set_days (PdkBarChart *self, const PdkDayChart *days);

G_END_DECLS
