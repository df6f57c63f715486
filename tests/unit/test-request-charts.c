/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "pdk-request-charts.h"

#include <time.h>

/* Friday 20 November 2026, 12:30:00 UTC */
#define NOW_SEC G_GINT64_CONSTANT (1795177800)
#define NOW (NOW_SEC * G_USEC_PER_SEC)
#define HOUR 3600
#define LAST_DAY (PDK_TALLY_SERIES_DAYS - 1)

static guint32
today (void)
{
  GDate date;

  g_date_clear (&date, 1);
  g_date_set_dmy (&date, 20, G_DATE_NOVEMBER, 2026);
  return g_date_get_julian (&date);
}

static void
assert_slot (const PdkChartData *data, guint slot, const char *expected)
{
  g_autofree char *text = pdk_chart_data_describe_slot (data, slot);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_days (void)
{
  g_autoptr (PdkFacts) facts = pdk_facts_new ();
  g_autoptr (PdkChartData) month = NULL;
  g_autoptr (PdkChartData) week = NULL;

  pdk_facts_append_day (facts, "requests", today () - LAST_DAY - 1, 9000); /* one day too old */
  pdk_facts_append_day (facts, "requests", today () - LAST_DAY, 7);
  pdk_facts_append_day (facts, "requests", today () - 6, 0);
  pdk_facts_append_day (facts, "requests", today () - 1, 42);
  pdk_facts_append_day (facts, "requests", today (), 1);
  pdk_facts_append_day (facts, "requests", today () + 1, 9000); /* tomorrow */
  pdk_facts_append_day (facts, "http_5xx", today () - 1, 1);

  month = pdk_request_charts_new_requests (facts, PDK_WINDOW_30D, NOW);
  g_assert_cmpuint (month->slots->len, ==, LAST_DAY + 1);
  g_assert_cmpstr (month->title, ==, "Requests per day");
  g_assert_cmpstr (month->summary, ==, "50 requests · 1 server error");
  g_assert_cmpstr (month->legend[1], ==, "Server errors");
  g_assert_cmpstr (month->marks[0], ==, "22 Oct");
  g_assert_cmpstr (month->marks[1], ==, "5 Nov");
  g_assert_cmpstr (month->marks[2], ==, "Today");
  g_assert_null (month->empty);
  g_assert_cmpfloat (month->axis_max, ==, 60);
  assert_slot (month, 0, "Thu 22 Oct: 7 requests");
  assert_slot (month, LAST_DAY - 6, "Sat 14 Nov: 0 requests");
  assert_slot (month, LAST_DAY - 2, "Wed 18 Nov: not known");
  assert_slot (month, LAST_DAY - 1, "Thu 19 Nov: 42 requests · 1 server error");
  assert_slot (month, LAST_DAY, "Today: 1 request");

  week = pdk_request_charts_new_requests (facts, PDK_WINDOW_7D, NOW);
  g_assert_cmpstr (week->summary, ==, "43 requests · 1 server error");
  g_assert_true (pdk_chart_data_get_slot (month, 0)->is_within);
  g_assert_false (pdk_chart_data_get_slot (week, LAST_DAY - 7)->is_within);
  g_assert_true (pdk_chart_data_get_slot (week, LAST_DAY - 6)->is_within);
}

static void
test_hours (void)
{
  g_autoptr (PdkFacts) facts = pdk_facts_new ();
  g_autoptr (PdkChartData) day = NULL;
  g_autoptr (PdkChartData) hours = NULL;
  g_autoptr (PdkChartData) since_midnight = NULL;

  for (int i = 24; i >= 0; i--)
    pdk_facts_append_hour (facts, "requests", NOW_SEC - HOUR / 2 - i * HOUR, i == 24 ? 3 : i == 5 ? 2 : 0);
  pdk_facts_append_hour (facts, "http_5xx", NOW_SEC - HOUR / 2 - 5 * HOUR, 1);

  day = pdk_request_charts_new_requests (facts, PDK_WINDOW_1D, NOW);
  g_assert_cmpuint (day->slots->len, ==, 25);
  g_assert_cmpstr (day->title, ==, "Requests per hour");
  g_assert_cmpstr (day->summary, ==, "5 requests · 1 server error");
  g_assert_cmpstr (day->marks[0], ==, "12:00");
  g_assert_cmpstr (day->marks[1], ==, "00:00");
  g_assert_cmpstr (day->marks[2], ==, "Now");
  assert_slot (day, 0, "19 Nov, 12:00 – 13:00: 3 requests");
  assert_slot (day, 19, "07:00 – 08:00: 2 requests · 1 server error");
  assert_slot (day, 24, "12:00 – 13:00: 0 requests");

  hours = pdk_request_charts_new_requests (facts, PDK_WINDOW_5H, NOW);
  g_assert_false (pdk_chart_data_get_slot (hours, 18)->is_within);
  g_assert_true (pdk_chart_data_get_slot (hours, 19)->is_within);
  since_midnight = pdk_request_charts_new_requests (facts, PDK_WINDOW_TODAY, NOW);
  g_assert_false (pdk_chart_data_get_slot (since_midnight, 11)->is_within);
  g_assert_true (pdk_chart_data_get_slot (since_midnight, 12)->is_within);
  g_assert_cmpstr (since_midnight->summary, ==, "2 requests · 1 server error");
}

static void
test_latency (void)
{
  g_autoptr (PdkFacts) facts = pdk_facts_new ();
  g_autoptr (PdkChartData) days = NULL;
  g_autoptr (PdkChartData) hours = NULL;

  pdk_facts_append_day (facts, "p50_latency_ms", today (), 800);
  pdk_facts_append_day (facts, "p95_latency_ms", today (), 4400);
  days = pdk_request_charts_new_latency (facts, PDK_WINDOW_7D, NOW);
  assert_slot (days, LAST_DAY, "Today: median 800\302\240ms · 95% within 4.4\302\240s");
  assert_slot (days, 0, "Thu 22 Oct: not known");
  g_assert_cmpfloat (days->axis_max, ==, 6000);
  g_assert_nonnull (days->legend[1]);

  pdk_facts_append_hour (facts, "requests", NOW_SEC - HOUR / 2 - HOUR, 0);
  pdk_facts_append_hour (facts, "requests", NOW_SEC - HOUR / 2, 1);
  pdk_facts_append_hour (facts, "p50_latency_ms", NOW_SEC - HOUR / 2, 20);
  pdk_facts_append_hour (facts, "p95_latency_ms", NOW_SEC - HOUR / 2, 20);
  hours = pdk_request_charts_new_latency (facts, PDK_WINDOW_5H, NOW);
  assert_slot (hours, 0, "11:00 – 12:00: not known");
  assert_slot (hours, 1, "12:00 – 13:00: median 20\302\240ms · 95% within 20\302\240ms");
}

static void
test_tokens (void)
{
  g_autoptr (PdkFacts) facts = pdk_facts_new ();
  g_autoptr (PdkChartData) days = NULL;
  g_autoptr (PdkChartData) none = pdk_request_charts_new_tokens (facts, PDK_WINDOW_30D, NOW);

  g_assert_cmpstr (none->empty, ==, "The server’s log says nothing of tokens.");
  pdk_facts_append_day (facts, "log_prompt_tokens", today (), 1200);
  pdk_facts_append_day (facts, "log_output_tokens", today (), 1);
  days = pdk_request_charts_new_tokens (facts, PDK_WINDOW_30D, NOW);
  g_assert_null (days->empty);
  g_assert_true (days->is_stacked);
  assert_slot (days, LAST_DAY, "Today: 1200 prompt tokens · 1 output token");
}

static void
test_empty (void)
{
  g_autoptr (PdkFacts) facts = pdk_facts_new ();
  g_autoptr (PdkChartData) no_log = pdk_request_charts_new_requests (facts, PDK_WINDOW_1D, NOW);
  g_autoptr (PdkChartData) no_days = pdk_request_charts_new_requests (facts, PDK_WINDOW_7D, NOW);
  g_autoptr (PdkChartData) no_lines = NULL;
  g_autoptr (PdkChartData) no_hours = NULL;

  g_assert_nonnull (strstr (no_log->empty, "log"));
  g_assert_cmpstr (no_days->empty, ==, "No requests in the last 30 days.");
  pdk_facts_set_metric (facts, "http_5xx_1d", 0, "requests", "1d");
  no_lines = pdk_request_charts_new_requests (facts, PDK_WINDOW_TODAY, NOW);
  g_assert_cmpstr (no_lines->empty, ==, "No requests in the last 24 hours.");
  pdk_facts_append_hour (facts, "requests", NOW_SEC - HOUR / 2, 0);
  no_hours = pdk_request_charts_new_requests (facts, PDK_WINDOW_TODAY, NOW);
  g_assert_cmpstr (no_hours->empty, ==, "No requests in the last 24 hours.");
}

static void
test_cloud (void)
{
  g_autoptr (PdkFacts) facts = pdk_facts_new ();
  g_autoptr (PdkChartData) counts = NULL;
  g_autoptr (PdkChartData) costs = NULL;
  g_autoptr (PdkChartData) none = pdk_request_charts_new_cloud (facts, today ());

  g_assert_nonnull (none->empty);
  pdk_facts_append_day (facts, "requests", today (), 9000); /* of the local server */
  pdk_facts_append_day (facts, "cloud_requests", today () - 1, 42);
  pdk_facts_append_day (facts, "cloud_requests", today (), 1);
  counts = pdk_request_charts_new_cloud (facts, today ());
  g_assert_cmpstr (counts->title, ==, "Requests per day");
  g_assert_cmpfloat (counts->axis_max, ==, 60);
  assert_slot (counts, LAST_DAY - 1, "Thu 19 Nov: 42 requests");

  pdk_facts_append_day (facts, "cloud_cost_usd", today () - 1, 1.204);
  pdk_facts_append_day (facts, "cloud_cost_usd", today (), 0.03);
  costs = pdk_request_charts_new_cloud (facts, today ());
  g_assert_cmpstr (costs->title, ==, "Cost per day");
  g_assert_cmpstr (costs->summary, ==, "$1.23 · 43 requests");
  g_assert_cmpfloat (costs->axis_max, ==, 1.5);
  assert_slot (costs, LAST_DAY - 1, "Thu 19 Nov: $1.20 · 42 requests");
}

/* Requests to the cloud may be unknown where their cost is not. */
static void
test_cents (void)
{
  g_autoptr (PdkFacts) facts = pdk_facts_new ();
  g_autoptr (PdkChartData) costs = NULL;

  pdk_facts_append_day (facts, "cloud_cost_usd", today (), 0.021);
  costs = pdk_request_charts_new_cloud (facts, today ());
  g_assert_cmpfloat_with_epsilon (costs->axis_max, 0.03, 1e-9);
  assert_slot (costs, LAST_DAY, "Today: $0.02");
}

static void
test_messages (void)
{
  g_autoptr (PdkFacts) facts = pdk_facts_new ();
  guint32 today = 739576;
  g_autoptr (PdkChartData) nothing = pdk_request_charts_new_messages (facts, today);
  g_autoptr (PdkChartData) data = NULL;

  g_assert_nonnull (nothing->empty);
  pdk_facts_append_day (facts, "messages", today - 40, 9);
  pdk_facts_append_day (facts, "messages", today - 1, 1);
  pdk_facts_append_day (facts, "messages", today, 1200);
  data = pdk_request_charts_new_messages (facts, today);
  g_assert_null (data->empty);
  g_assert_cmpuint (data->slots->len, ==, 30);
  g_assert_cmpstr (pdk_chart_data_get_slot (data, 28)->text, ==, "1 message");
  g_assert_cmpfloat (pdk_chart_data_get_slot (data, 29)->values[0], ==, 1200);
  g_assert_true (g_str_has_suffix (data->summary, " messages"));
}

int
main (int argc, char **argv)
{
  g_setenv ("TZ", "UTC", TRUE);
  tzset ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/request-charts/days", test_days);
  g_test_add_func ("/request-charts/hours", test_hours);
  g_test_add_func ("/request-charts/latency", test_latency);
  g_test_add_func ("/request-charts/tokens", test_tokens);
  g_test_add_func ("/request-charts/empty", test_empty);
  g_test_add_func ("/request-charts/cloud", test_cloud);
  g_test_add_func ("/request-charts/cents", test_cents);
  g_test_add_func ("/request-charts/messages", test_messages);
  return g_test_run ();
}
