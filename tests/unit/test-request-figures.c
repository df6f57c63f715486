/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "pdk-request-figures.h"

static void
test_compare (void)
{
  static const struct
  {
    double now, before;
    const char *expected;
  } cases[] = {
    { 112, 100, "▲ 12% more · 100 in the 7 days before" },
    { 88, 100, "▼ 12% fewer · 100 in the 7 days before" },
    { 1, 500, "▼ 99% fewer · 500 in the 7 days before" },
    { 0, 4, "▼ 100% fewer · 4 in the 7 days before" },
    { 100, 100, "as many · 100 in the 7 days before" },
    { 1001, 1000, "about as many · 1000 in the 7 days before" },
    { 299, 100, "▲ 199% more · 100 in the 7 days before" },
    { 390, 100, "▲ 3 times as many · 100 in the 7 days before" },
    { 7, 0, "0 in the 7 days before" },
    { 0, 0, "0 in the 7 days before" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (PdkFacts) facts = pdk_facts_new ();
      g_autofree char *text = NULL;

      pdk_facts_set_metric (facts, "requests_7d", cases[i].now, "requests", "7d");
      pdk_facts_set_metric (facts, "requests_previous_7d", cases[i].before, "requests", "7d");
      text = pdk_request_figures_compare (facts, PDK_WINDOW_7D);
      g_assert_cmpstr (text, ==, cases[i].expected);
    }
}

static void
test_compare_unknown (void)
{
  g_autoptr (PdkFacts) facts = pdk_facts_new ();

  g_assert_null (pdk_request_figures_compare (facts, PDK_WINDOW_5H));
  pdk_facts_set_metric (facts, "requests_5h", 3, "requests", "5h");
  g_assert_null (pdk_request_figures_compare (facts, PDK_WINDOW_5H));
  pdk_facts_set_metric (facts, "requests_previous_1d", 3, "requests", "1d");
  g_assert_null (pdk_request_figures_compare (facts, PDK_WINDOW_5H));
  g_assert_null (pdk_request_figures_compare (facts, PDK_WINDOW_1D));
}

static void
test_figures (void)
{
  g_autoptr (PdkFacts) facts = pdk_facts_new ();
  g_autofree char *few = NULL;
  g_autofree char *all = NULL;
  g_autofree char *latency = NULL;
  g_autofree char *unknown = NULL;
  g_autofree char *dash = NULL;

  g_assert_false (pdk_request_figures_are_known (facts));
  pdk_facts_set_metric (facts, "log_prompt_tokens_30d", 136204, "tokens", "30d");
  pdk_facts_set_metric (facts, "p95_latency_ms_today", 4400, "ms", "today");
  g_assert_true (pdk_request_figures_are_known (facts));
  few = pdk_request_figure_format (facts, PDK_FIGURE_PROMPT_TOKENS, PDK_WINDOW_30D);
  all = pdk_request_figure_describe (facts, PDK_FIGURE_PROMPT_TOKENS, PDK_WINDOW_30D);
  latency = pdk_request_figure_describe (facts, PDK_FIGURE_P95, PDK_WINDOW_TODAY);
  unknown = pdk_request_figure_describe (facts, PDK_FIGURE_P95, PDK_WINDOW_7D);
  dash = pdk_request_figure_format (facts, PDK_FIGURE_P95, PDK_WINDOW_7D);
  g_assert_cmpstr (few, ==, "136k");
  g_assert_cmpstr (all, ==, "Prompt tokens, Last 30 days: 136204");
  g_assert_cmpstr (latency, ==, "95th percentile, Today: 4.4\302\240s");
  g_assert_cmpstr (unknown, ==, "95th percentile, Last 7 days: not known");
  g_assert_cmpstr (dash, ==, "–");
}

static void
test_headline (void)
{
  g_autoptr (PdkFacts) facts = pdk_facts_new ();
  g_autofree char *unknown = pdk_request_figures_format_headline (facts, PDK_WINDOW_1D);
  g_autofree char *one = NULL;

  pdk_facts_set_metric (facts, "requests_1d", 1, "requests", "1d");
  one = pdk_request_figures_format_headline (facts, PDK_WINDOW_1D);
  g_assert_cmpstr (unknown, ==, "Number of requests not known");
  g_assert_cmpstr (one, ==, "1 request");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/request-figures/compare", test_compare);
  g_test_add_func ("/request-figures/compare-unknown", test_compare_unknown);
  g_test_add_func ("/request-figures/figures", test_figures);
  g_test_add_func ("/request-figures/headline", test_headline);
  return g_test_run ();
}
