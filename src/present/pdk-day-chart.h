/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

#include "pdk-facts.h"

G_BEGIN_DECLS

#define PDK_DAY_CHART_N_DAYS 30

/* One day of the chart. */
typedef struct
{
  guint32 julian_day;
  double requests;
  double errors;     /* answered with a server error; these are among the requests */
  double usd;        /* what the requests cost, where bars stand for that */
  gboolean is_known; /* whether anything is known of the day */
} PdkDayBar;

/* The trailing days, oldest first, today last. */
typedef struct
{
  PdkDayBar bars[PDK_DAY_CHART_N_DAYS];
  gboolean is_money;    /* whether bars stand for what requests cost, rather than for requests */
  gboolean is_messages; /* whether what is counted as requests are messages of chats */
  double axis_max;      /* a round number that no bar passes; at least 1, or a cent */
  double total_requests;
  double total_errors;
  double total_usd;
  gboolean is_known; /* whether anything is known of any day */
} PdkDayChart;

void pdk_day_chart_fill (PdkDayChart *chart, const PdkFacts *facts, guint32 today);
void pdk_day_chart_fill_cloud (PdkDayChart *chart, const PdkFacts *facts, guint32 today);
void pdk_day_chart_fill_messages (PdkDayChart *chart, const PdkFacts *facts, guint32 today);
double pdk_day_chart_get_value (const PdkDayChart *chart, guint index);
const char *pdk_day_chart_get_title (const PdkDayChart *chart);
char *pdk_day_chart_format_mark (const PdkDayChart *chart, double value);
char *pdk_day_chart_describe_day (const PdkDayChart *chart, guint index);
char *pdk_day_chart_describe (const PdkDayChart *chart);

G_END_DECLS
