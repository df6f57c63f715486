/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The requests of the trailing days, what they cost, or messages, made ready to be drawn and to be read
 * aloud. Pure functions, any thread.
 */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-day-chart.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "pdk-format.h"

static void
fill_series (PdkDayChart *chart, const GArray *series, gsize value_offset)
{
  guint32 first_day = chart->bars[0].julian_day;

  for (guint i = 0; series != NULL && i < series->len; i++)
    {
      const PdkDayValue *day = &g_array_index (series, PdkDayValue, i);

      if (day->julian_day < first_day || day->julian_day - first_day >= PDK_DAY_CHART_N_DAYS)
        continue;
      G_STRUCT_MEMBER (double, &chart->bars[day->julian_day - first_day], value_offset) =
          MAX (day->value, 0.0);
      chart->bars[day->julian_day - first_day].is_known = TRUE;
      chart->is_known = TRUE;
    }
}

/* The next of 1, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, … that is not below @value. */
static double
round_up (double value)
{
  static const double steps[] = { 1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0 };
  double power = pow (10.0, floor (log10 (MAX (value, 1.0))));

  for (gsize i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      double step = steps[i] * power;

      if (value <= step && step == floor (step))
        return step;
    }
  return 10.0 * power;
}

static void
begin (PdkDayChart *chart, guint32 today)
{
  *chart = (PdkDayChart){ 0 };
  for (guint i = 0; i < PDK_DAY_CHART_N_DAYS; i++)
    chart->bars[i].julian_day = today - (PDK_DAY_CHART_N_DAYS - 1) + i;
}

static void
finish (PdkDayChart *chart)
{
  double highest = 0;

  for (guint i = 0; i < PDK_DAY_CHART_N_DAYS; i++)
    {
      PdkDayBar *bar = &chart->bars[i];

      bar->errors = MIN (bar->errors, bar->requests);
      chart->total_requests += bar->requests;
      chart->total_errors += bar->errors;
      chart->total_usd += bar->usd;
    }
  chart->is_money = chart->total_usd > 0;
  for (guint i = 0; i < PDK_DAY_CHART_N_DAYS; i++)
    highest = MAX (highest, pdk_day_chart_get_value (chart, i));
  chart->axis_max = chart->is_money ? round_up (highest * 100) / 100 : round_up (highest);
}

/**
 * pdk_day_chart_fill:
 * @chart: (out caller-allocates): where the days go
 * @facts: what is known
 * @today: the last day of the chart, as in GDate
 *
 * Fills @chart from the daily series of @facts. Days outside of the chart are passed over; days of which
 * nothing is known stay empty.
 */
void
pdk_day_chart_fill (PdkDayChart *chart, const PdkFacts *facts, guint32 today)
{
  begin (chart, today);
  fill_series (chart, pdk_facts_get_series (facts, "requests"), G_STRUCT_OFFSET (PdkDayBar, requests));
  fill_series (chart, pdk_facts_get_series (facts, "http_5xx"), G_STRUCT_OFFSET (PdkDayBar, errors));
  finish (chart);
}

/**
 * pdk_day_chart_fill_cloud:
 * @chart: (out caller-allocates): where the days go
 * @facts: what is known
 * @today: the last day of the chart, which is one of UTC, as in GDate
 *
 * Fills @chart with what was asked of the cloud, likewise. Bars stand for what that cost, or for requests
 * where it cost nothing or this is not known.
 */
void
pdk_day_chart_fill_cloud (PdkDayChart *chart, const PdkFacts *facts, guint32 today)
{
  begin (chart, today);
  fill_series (chart, pdk_facts_get_series (facts, "cloud_requests"), G_STRUCT_OFFSET (PdkDayBar, requests));
  fill_series (chart, pdk_facts_get_series (facts, "cloud_cost_usd"), G_STRUCT_OFFSET (PdkDayBar, usd));
  finish (chart);
}

/**
 * pdk_day_chart_fill_messages:
 * @chart: (out caller-allocates): where the days go
 * @facts: what is known
 * @today: the last day of the chart, as in GDate
 *
 * Fills @chart with the messages of the desktop app's chats, likewise.
 */
void
pdk_day_chart_fill_messages (PdkDayChart *chart, const PdkFacts *facts, guint32 today)
{
  begin (chart, today);
  fill_series (chart, pdk_facts_get_series (facts, "messages"), G_STRUCT_OFFSET (PdkDayBar, requests));
  finish (chart);
  chart->is_messages = TRUE;
}

/** pdk_day_chart_get_value: Returns: what the bar at @index stands for */
double
pdk_day_chart_get_value (const PdkDayChart *chart, guint index)
{
  return chart->is_money ? chart->bars[index].usd : chart->bars[index].requests;
}

/** pdk_day_chart_get_title: Returns: what the bars stand for, in the user's language */
const char *
pdk_day_chart_get_title (const PdkDayChart *chart)
{
  if (chart->is_messages)
    return _ ("Messages per day");
  return chart->is_money ? _ ("Cost per day") : _ ("Requests per day");
}

/** pdk_day_chart_format_mark: Returns: (transfer full): @value as it stands at an axis of @chart */
char *
pdk_day_chart_format_mark (const PdkDayChart *chart, double value)
{
  if (!chart->is_money)
    return pdk_format_count (value);
  return value == floor (value) ? g_strdup_printf ("$%.0f", value) : pdk_format_usd (value);
}

static char *
describe_counts (double requests, double errors)
{
  gulong n_requests = (gulong) CLAMP (requests, 0.0, 1e15), n_errors = (gulong) CLAMP (errors, 0.0, 1e15);
  g_autofree char *requests_text = pdk_format_count (requests);
  g_autofree char *errors_text = pdk_format_count (errors);
  /* Translators: %s is the number, grouped. */
  g_autofree char *first =
      g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%s request", "%s requests", n_requests), requests_text);
  g_autofree char *second = NULL;

  if (n_errors == 0)
    return g_steal_pointer (&first);
  /* Translators: %s is the number, grouped. */
  second = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%s server error", "%s server errors", n_errors),
                            errors_text);
  return g_strdup_printf ("%s · %s", first, second);
}

static char *
describe_messages (double messages)
{
  g_autofree char *text = pdk_format_count (messages);

  /* Translators: %s is the number, grouped. */
  return g_strdup_printf (
      g_dngettext (GETTEXT_PACKAGE, "%s message", "%s messages", (gulong) CLAMP (messages, 0.0, 1e15)), text);
}

static char *
describe (const PdkDayChart *chart, double requests, double errors, double usd)
{
  g_autofree char *counts =
      chart->is_messages ? describe_messages (requests) : describe_counts (requests, errors);
  g_autofree char *cost = chart->is_money ? pdk_format_usd (usd) : NULL;

  if (cost == NULL)
    return g_steal_pointer (&counts);
  return chart->total_requests > 0 ? g_strdup_printf ("%s · %s", cost, counts) : g_steal_pointer (&cost);
}

/**
 * pdk_day_chart_describe_day:
 * @chart: a chart
 * @index: which day, less than PDK_DAY_CHART_N_DAYS
 *
 * Returns: (transfer full): one line on that day, such as "Fri 20 Nov: 42 requests · 1 server error"
 */
char *
pdk_day_chart_describe_day (const PdkDayChart *chart, guint index)
{
  const PdkDayBar *bar = &chart->bars[index];
  g_autofree char *day = pdk_format_day (bar->julian_day);
  g_autofree char *counts =
      bar->is_known ? describe (chart, bar->requests, bar->errors, bar->usd) : g_strdup (_ ("not known"));

  if (index == PDK_DAY_CHART_N_DAYS - 1)
    return g_strdup_printf (_ ("Today: %s"), counts);
  /* Translators: a day, and what happened on it. */
  return g_strdup_printf (_ ("%s: %s"), day, counts);
}

/** pdk_day_chart_describe: Returns: (transfer full): one line on all the days of @chart together */
char *
pdk_day_chart_describe (const PdkDayChart *chart)
{
  return describe (chart, chart->total_requests, chart->total_errors, chart->total_usd);
}
