/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "pdk-chart-data.h"
#include "pdk-facts.h"
#include "pdk-tally.h"

G_BEGIN_DECLS

PdkChartData *pdk_request_charts_new_requests (const PdkFacts *facts, PdkWindow window, gint64 now_usec);
PdkChartData *pdk_request_charts_new_latency (const PdkFacts *facts, PdkWindow window, gint64 now_usec);
char *pdk_request_charts_describe_tokens (double prompt, double output);
PdkChartData *pdk_request_charts_new_tokens (const PdkFacts *facts, PdkWindow window, gint64 now_usec);
PdkChartData *pdk_request_charts_new_cloud (const PdkFacts *facts, guint32 today);
PdkChartData *pdk_request_charts_new_messages (const PdkFacts *facts, guint32 today);

G_END_DECLS
