/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "pdk-chart.h"

G_BEGIN_DECLS

/* A bar for each slot of time, of one series or of two. */
#define PDK_TYPE_BAR_CHART (pdk_bar_chart_get_type ())
G_DECLARE_FINAL_TYPE (PdkBarChart, pdk_bar_chart, PDK, BAR_CHART, PdkChart)

G_END_DECLS
