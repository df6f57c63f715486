/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "pdk-day-chart.h"

#define LAST (PDK_DAY_CHART_N_DAYS - 1)

static guint32
today (void)
{
  GDate date;

  g_date_clear (&date, 1);
  g_date_set_dmy (&date, 20, G_DATE_NOVEMBER, 2026);
  return g_date_get_julian (&date);
}

static void
test_fill (void)
{
  g_autoptr (PdkFacts) facts = pdk_facts_new ();
  PdkDayChart chart;

  pdk_facts_append_day (facts, "requests", today () - PDK_DAY_CHART_N_DAYS, 9000); /* one day too old */
  pdk_facts_append_day (facts, "requests", today () - LAST, 7);
  pdk_facts_append_day (facts, "requests", today () - 2, 0);
  pdk_facts_append_day (facts, "requests", today (), 320);
  pdk_facts_append_day (facts, "requests", today () + 1, 9000); /* tomorrow */
  pdk_facts_append_day (facts, "http_5xx", today (), 4);
  pdk_facts_append_day (facts, "http_5xx", today () - LAST, 8); /* more than there were requests */
  pdk_day_chart_fill (&chart, facts, today ());

  g_assert_true (chart.is_known);
  g_assert_cmpuint (chart.bars[0].julian_day, ==, today () - LAST);
  g_assert_cmpuint (chart.bars[LAST].julian_day, ==, today ());
  g_assert_cmpfloat (chart.bars[0].requests, ==, 7);
  g_assert_cmpfloat (chart.bars[0].errors, ==, 7);
  g_assert_cmpfloat (chart.bars[LAST].requests, ==, 320);
  g_assert_cmpfloat (chart.bars[LAST].errors, ==, 4);
  g_assert_true (chart.bars[LAST - 2].is_known);
  g_assert_false (chart.bars[LAST - 1].is_known);
  g_assert_cmpfloat (chart.total_requests, ==, 327);
  g_assert_cmpfloat (chart.total_errors, ==, 11);
  g_assert_cmpfloat (chart.axis_max, ==, 400);
}

static void
test_axis (void)
{
  static const struct
  {
    double highest, expected;
  } cases[] = {
    { 0, 1 }, { 1, 1 },   { 3, 3 },    { 7, 8 },     { 9, 10 },          { 10, 10 },
    { 2, 2 }, { 11, 15 }, { 96, 100 }, { 501, 600 }, { 1e6 + 1, 1.5e6 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (PdkFacts) facts = pdk_facts_new ();
      PdkDayChart chart;

      pdk_facts_append_day (facts, "requests", today (), cases[i].highest);
      pdk_day_chart_fill (&chart, facts, today ());
      g_assert_cmpfloat (chart.axis_max, ==, cases[i].expected);
    }
}

static void
test_nothing (void)
{
  g_autoptr (PdkFacts) facts = pdk_facts_new ();
  g_autofree char *text = NULL;
  PdkDayChart chart;

  pdk_day_chart_fill (&chart, facts, today ());
  text = pdk_day_chart_describe_day (&chart, LAST);
  g_assert_false (chart.is_known);
  g_assert_cmpstr (text, ==, "Today: not known");
}

static void
test_describe (void)
{
  g_autoptr (PdkFacts) facts = pdk_facts_new ();
  g_autofree char *all = NULL;
  g_autofree char *one = NULL;
  g_autofree char *last = NULL;
  PdkDayChart chart;

  pdk_facts_append_day (facts, "requests", today () - 1, 42);
  pdk_facts_append_day (facts, "http_5xx", today () - 1, 1);
  pdk_facts_append_day (facts, "requests", today (), 1);
  pdk_day_chart_fill (&chart, facts, today ());
  all = pdk_day_chart_describe (&chart);
  one = pdk_day_chart_describe_day (&chart, LAST - 1);
  last = pdk_day_chart_describe_day (&chart, LAST);
  g_assert_cmpstr (all, ==, "43 requests · 1 server error");
  g_assert_cmpstr (one, ==, "Thu 19 Nov: 42 requests · 1 server error");
  g_assert_cmpstr (last, ==, "Today: 1 request");
}

static void
test_cloud (void)
{
  g_autoptr (PdkFacts) facts = pdk_facts_new ();
  g_autofree char *one = NULL;
  g_autofree char *all = NULL;
  g_autofree char *zero = NULL;
  g_autofree char *highest = NULL;
  PdkDayChart chart;

  pdk_facts_append_day (facts, "requests", today (), 9000); /* of the local server */
  pdk_facts_append_day (facts, "cloud_requests", today () - 1, 42);
  pdk_facts_append_day (facts, "cloud_requests", today (), 1);
  pdk_day_chart_fill_cloud (&chart, facts, today ());
  one = pdk_day_chart_describe_day (&chart, LAST - 1);
  g_assert_true (chart.is_known);
  g_assert_cmpstr (pdk_day_chart_get_title (&chart), ==, "Requests per day");
  g_assert_cmpstr (one, ==, "Thu 19 Nov: 42 requests");
  g_assert_cmpfloat (chart.axis_max, ==, 50);
  g_clear_pointer (&one, g_free);

  pdk_facts_append_day (facts, "cloud_cost_usd", today () - 1, 1.204);
  pdk_facts_append_day (facts, "cloud_cost_usd", today (), 0.03);
  pdk_day_chart_fill_cloud (&chart, facts, today ());
  one = pdk_day_chart_describe_day (&chart, LAST - 1);
  all = pdk_day_chart_describe (&chart);
  zero = pdk_day_chart_format_mark (&chart, 0);
  highest = pdk_day_chart_format_mark (&chart, chart.axis_max);
  g_assert_cmpstr (pdk_day_chart_get_title (&chart), ==, "Cost per day");
  g_assert_cmpfloat (pdk_day_chart_get_value (&chart, LAST - 1), ==, 1.204);
  g_assert_cmpstr (one, ==, "Thu 19 Nov: $1.20 · 42 requests");
  g_assert_cmpstr (all, ==, "$1.23 · 43 requests");
  g_assert_cmpstr (zero, ==, "$0");
  g_assert_cmpstr (highest, ==, "$1.50");
}

/* A few cents fill the chart as well. */
static void
test_cents (void)
{
  g_autoptr (PdkFacts) facts = pdk_facts_new ();
  g_autofree char *all = NULL;
  PdkDayChart chart;

  pdk_facts_append_day (facts, "cloud_cost_usd", today (), 0.021);
  pdk_day_chart_fill_cloud (&chart, facts, today ());
  all = pdk_day_chart_describe (&chart);
  g_assert_cmpfloat_with_epsilon (chart.axis_max, 0.03, 1e-9);
  g_assert_cmpstr (all, ==, "$0.02");
}

static void
test_messages (void)
{
  g_autoptr (PdkFacts) facts = pdk_facts_new ();
  g_autofree char *all = NULL;
  g_autofree char *last = NULL;
  PdkDayChart chart;

  pdk_facts_append_day (facts, "requests", today (), 9000);
  pdk_facts_append_day (facts, "messages", today () - 1, 1200);
  pdk_facts_append_day (facts, "messages", today (), 1);
  pdk_day_chart_fill_messages (&chart, facts, today ());
  all = pdk_day_chart_describe (&chart);
  last = pdk_day_chart_describe_day (&chart, LAST);
  g_assert_cmpstr (pdk_day_chart_get_title (&chart), ==, "Messages per day");
  g_assert_cmpstr (all, ==, "1201 messages");
  g_assert_cmpstr (last, ==, "Today: 1 message");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/day-chart/fill", test_fill);
  g_test_add_func ("/day-chart/axis", test_axis);
  g_test_add_func ("/day-chart/nothing", test_nothing);
  g_test_add_func ("/day-chart/describe", test_describe);
  g_test_add_func ("/day-chart/cloud", test_cloud);
  g_test_add_func ("/day-chart/cents", test_cents);
  g_test_add_func ("/day-chart/messages", test_messages);
  return g_test_run ();
}
