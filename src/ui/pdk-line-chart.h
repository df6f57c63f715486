/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "pdk-chart.h"

G_BEGIN_DECLS

/* A line for each series. */
#define PDK_TYPE_LINE_CHART (pdk_line_chart_get_type ())
G_DECLARE_FINAL_TYPE (PdkLineChart, pdk_line_chart, PDK, LINE_CHART, PdkChart)

G_END_DECLS
