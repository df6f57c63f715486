/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "json-fixture.h"
#include "pdk-cloud-api.h"
#include "pdk-error.h"
#include "pdk-time.h"

/* What the metrics of some facts look like, one to a line, in order. */
static void
add_metric (const char *name, const PdkMetric *metric, gpointer user_data)
{
  GString *text = user_data;

  g_string_append_printf (text, "%s=%.10g", name, metric->value);
  if (metric->has_limit)
    g_string_append_printf (text, " of %.10g left %.10g", metric->limit, metric->remaining);
  g_string_append_printf (text, " %s", metric->unit);
  if (metric->window != NULL)
    g_string_append_printf (text, " in %s", metric->window);
  g_string_append_c (text, '\n');
}

static void
add_reset (const char *name, gint64 time_usec, gpointer user_data)
{
  g_autofree char *when = pdk_time_format_rfc3339 (time_usec);

  g_string_append_printf (user_data, "%s resets %s\n", name, when);
}

static void
add_attribute (const char *name, const char *value, gpointer user_data)
{
  g_string_append_printf (user_data, "%s: %s\n", name, value);
}

static void
add_series (const char *name, const GArray *days, gpointer user_data)
{
  g_string_append_printf (user_data, "%s by day:", name);
  for (guint i = 0; i < days->len; i++)
    g_string_append_printf (user_data, " %u=%.10g", g_array_index (days, PdkDayValue, i).julian_day,
                            g_array_index (days, PdkDayValue, i).value);
  g_string_append_c (user_data, '\n');
}

static void
add_hourly_series (const char *name, const GArray *hours, gpointer user_data)
{
  g_string_append_printf (user_data, "%s by hour:", name);
  for (guint i = 0; i < hours->len; i++)
    {
      const PdkHourValue *hour = &g_array_index (hours, PdkHourValue, i);
      g_autofree char *start = pdk_time_format_rfc3339 (hour->start_sec * G_USEC_PER_SEC);

      g_string_append_printf (user_data, " %s=%.10g", start, hour->value);
    }
  g_string_append_c (user_data, '\n');
}

static char *
describe (const PdkFacts *facts)
{
  GString *text = g_string_new (NULL);

  pdk_facts_foreach_metric (facts, add_metric, text);
  pdk_facts_foreach_reset (facts, add_reset, text);
  pdk_facts_foreach_attribute (facts, add_attribute, text);
  pdk_facts_foreach_series (facts, add_series, text);
  pdk_facts_foreach_hours (facts, add_hourly_series, text);
  return g_string_free (text, FALSE);
}

static void
test_shapes (void)
{
  static const struct
  {
    const char *file, *expected;
  } cases[] = {
    { "balance_credit-plan_docs.json", "credit_included_usd=72.5 of 100 left 72.5 USD\n"
                                       "credit_purchased_usd=25 USD\n"
                                       "credit_included_usd resets 2026-10-15T09:30:00Z\n"
                                       "billing_cycle_end: 2026-10-15T09:30:00Z\n"
                                       "billing_cycle_start: 2026-09-15T09:30:00Z\n" },
    { "balance_legacy-plan_docs.json", "credit_purchased_usd=25 USD\n"
                                       "usage_five_hour=25 of 100 left 75 % in 5h\n"
                                       "usage_weekly=60 of 100 left 40 % in 7d\n"
                                       "usage_five_hour resets 2026-10-01T07:00:00Z\n"
                                       "usage_weekly resets 2026-10-05T00:00:00Z\n" },
    { "usage_24h_docs.json",
      "cloud_cached_input_tokens_24h=46000 tokens in 24h\n"
      "cloud_cost_usd_24h=0.01718 USD in 24h\n"
      "cloud_input_tokens_24h=106000 tokens in 24h\n"
      "cloud_output_tokens_24h=13600 tokens in 24h\n"
      "cloud_requests_24h=15 requests in 24h\n"
      "cloud_cached_input_tokens by hour: 2026-09-30T12:00:00Z=0 2026-10-01T00:00:00Z=40000 "
      "2026-10-01T02:00:00Z=6000\n"
      "cloud_cost_usd by hour: 2026-09-30T12:00:00Z=0.0052 2026-10-01T00:00:00Z=0.0088 "
      "2026-10-01T02:00:00Z=0.00318\n"
      "cloud_input_tokens by hour: 2026-09-30T12:00:00Z=24000 2026-10-01T00:00:00Z=64000 "
      "2026-10-01T02:00:00Z=18000\n"
      "cloud_output_tokens by hour: 2026-09-30T12:00:00Z=3200 2026-10-01T00:00:00Z=8000 "
      "2026-10-01T02:00:00Z=2400\n"
      "cloud_requests by hour: 2026-09-30T12:00:00Z=4 2026-10-01T00:00:00Z=8 2026-10-01T02:00:00Z=3\n" },
    { "../cloud/usage_7d.json", "cloud_cached_input_tokens_7d=300000 tokens in 7d\n"
                                "cloud_cost_usd_7d=1.5 USD in 7d\n"
                                "cloud_input_tokens_7d=900000 tokens in 7d\n"
                                "cloud_output_tokens_7d=64000 tokens in 7d\n"
                                "cloud_requests_7d=120 requests in 7d\n"
                                "cloud_cached_input_tokens by day: 739889=254000 739890=46000\n"
                                "cloud_cost_usd by day: 739889=1.4828 739890=0.0172\n"
                                "cloud_input_tokens by day: 739889=794000 739890=106000\n"
                                "cloud_output_tokens by day: 739889=50400 739890=13600\n"
                                "cloud_requests by day: 739889=105 739890=15\n" },
    { "../cloud/usage_30d_legacy.json", "cloud_requests_30d=480 requests in 30d\n"
                                        "cloud_requests by day: 739888=300 739889=180\n" },
    { "../cloud/limits.json", "usage_five_hour=25 of 100 left 75 % in 5h\n"
                              "usage_five_hour_requests[gpt-oss:120b]=12 requests in 5h\n"
                              "usage_five_hour_requests[kimi-k2:1t]=3 requests in 5h\n"
                              "usage_monthly=5 of 100 left 95 % in 30d\n"
                              "usage_weekly=60 of 100 left 40 % in 7d\n" },
    { "../cloud/account-usage.json", "usage_five_hour=4 of 100 left 96 % in 5h\n"
                                     "usage_weekly=37.5 of 100 left 62.5 % in 7d\n"
                                     "usage_five_hour resets 2026-10-01T07:00:00Z\n"
                                     "usage_weekly resets 2026-10-05T00:00:00Z\n"
                                     "plan_name: pro\n" },
    { "../cloud/quota.json", "usage_monthly=25 of 100 left 75 % in 30d\n"
                             "usage_monthly resets 2026-11-01T00:00:00Z\n" },
    { "../cloud/local-usage.json", "server_output_tokens=1000 tokens in server_start\n"
                                   "server_output_tokens[llama3.2:3b]=900 tokens in server_start\n"
                                   "server_output_tokens[qwen3-coder:30b]=100 tokens in server_start\n"
                                   "server_prompt_tokens=4000 tokens in server_start\n"
                                   "server_prompt_tokens[llama3.2:3b]=3400 tokens in server_start\n"
                                   "server_prompt_tokens[qwen3-coder:30b]=600 tokens in server_start\n"
                                   "server_requests=14 requests in server_start\n"
                                   "server_requests[llama3.2:3b]=12 requests in server_start\n"
                                   "server_requests[qwen3-coder:30b]=2 requests in server_start\n" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (JsonNode) root = json_fixture_load (cases[i].file);
      g_autoptr (GError) error = NULL;
      g_autoptr (PdkFacts) facts = pdk_cloud_api_parse_usage (root, &error);
      g_autofree char *text = NULL;

      g_test_message ("%s", cases[i].file);
      g_assert_no_error (error);
      text = describe (facts);
      g_assert_cmpstr (text, ==, cases[i].expected);
    }
}

/* What is tolerated, and what it comes to. */
static void
test_variants (void)
{
  static const struct
  {
    const char *body, *expected;
  } cases[] = {
    { "{\"included\":{\"balance_usd\":\"7.5\",\"allowance_usd\":\"10\"}}",
      "credit_included_usd=7.5 of 10 left 7.5 USD\n" },
    { "{\"included\":{\"balance_usd\":0,\"allowance_usd\":0},\"purchased\":{\"balance_usd\":3}}",
      "credit_included_usd=0 USD\ncredit_purchased_usd=3 USD\n" },
    { "{\"included\":{\"balance_usd\":-0.5,\"allowance_usd\":20}}",
      "credit_included_usd=-0.5 of 20 left 0 USD\n" },
    { "{\"included\":{\"balance_usd\":5,\"allowance_usd\":-20}}", "credit_included_usd=5 USD\n" },
    { "{\"included\":{\"balance_usd\":5,\"period\":{\"until\":\"2026-10-15T09:30:00.123456789+02:00\"}}}",
      "credit_included_usd=5 USD\ncredit_included_usd resets 2026-10-15T07:30:00Z\n"
      "billing_cycle_end: 2026-10-15T07:30:00Z\n" },
    { "{\"included\":{\"monthly\":{\"remaining_percent\":100}}}",
      "usage_monthly=0 of 100 left 100 % in 30d\n" },
    { "{\"included\":{\"weekly\":{\"remaining_percent\":\"-1.5\",\"resets_at\":\"soon\"}},\"x\":[]}",
      "usage_weekly=100 of 100 left 0 % in 7d\n" },
    { "{\"weekly\":{\"used_percentage\":50,\"resets_at\":1790000000}}",
      "usage_weekly=50 of 100 left 50 % in 7d\nusage_weekly resets 2026-09-21T14:13:20Z\n" },
    { "{\"weekly\":{\"used_percent\":50,\"reset_at\":\"2026-09-21T14:13:20Z\"}}",
      "usage_weekly=50 of 100 left 50 % in 7d\nusage_weekly resets 2026-09-21T14:13:20Z\n" },
    { "{\"account\":{\"quota\":{\"period\":\"weekly\",\"limit\":10,\"used\":5,\"resets_at\":1790000000}}}",
      "usage_weekly=50 of 100 left 50 % in 7d\nusage_weekly resets 2026-09-21T14:13:20Z\n" },
    { "{\"account\":{\"quota\":{\"period\":\"weekly\",\"limit\":\"10\",\"remaining\":4}}}",
      "usage_weekly=60 of 100 left 40 % in 7d\n" },
    { "{\"range\":\"7d\",\"totals\":{\"request_count\":1,\"usage_usd\":-1,\"input_tokens\":1.5},\"buckets\":{"
      "}}",
      "cloud_requests_7d=1 requests in 7d\n" },
    { "{\"range\":\"7d\",\"totals\":{\"request_count\":1},\"buckets\":[7,{},{\"from\":\"x\",\"request_"
      "count\":1},"
      "{\"from\":\"2026-10-01T00:00:00Z\",\"request_count\":2},{\"from\":\"2026-09-30T00:00:00Z\",\"request_"
      "count\":3}]}",
      "cloud_requests_7d=1 requests in 7d\ncloud_requests by day: 739890=2\n" },
    { "{\"start\":\"2026-10-01T00:00:00Z\",\"usage\":[]}", "" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (JsonNode) root = json_fixture_parse (cases[i].body);
      g_autoptr (GError) error = NULL;
      g_autoptr (PdkFacts) facts = pdk_cloud_api_parse_usage (root, &error);
      g_autofree char *text = NULL;

      g_test_message ("%s", cases[i].body);
      g_assert_no_error (error);
      text = describe (facts);
      g_assert_cmpstr (text, ==, cases[i].expected);
    }
}

/* No number, and an error that says so. */
static void
test_unknown_shapes (void)
{
  static const char *const bodies[] = {
    "null",
    "[]",
    "1",
    "\"x\"",
    "{}",
    "{\"error\":\"x\"}",
    "{\"included\":{},\"purchased\":{}}",
    "{\"included\":null,\"purchased\":null}",
    "{\"included\":[1],\"purchased\":\"7\"}",
    "{\"included\":{\"balance_usd\":\"NaN\"}}",
    "{\"included\":{\"balance_usd\":\"inf\"}}",
    "{\"included\":{\"balance_usd\":\"0x10\"}}",
    "{\"included\":{\"balance_usd\":\"7 \"}}",
    "{\"included\":{\"balance_usd\":\"\"}}",
    "{\"included\":{\"balance_usd\":1e308}}",
    "{\"included\":{\"balance_usd\":true}}",
    "{\"included\":{\"balance_usd\":{}}}",
    "{\"included\":{\"session\":{\"remaining_percent\":101}}}",
    "{\"included\":{\"session\":{\"remaining_percent\":-1e308}}}",
    "{\"included\":{\"session\":{\"remaining_percent\":null}}}",
    "{\"included\":{\"daily\":{\"remaining_percent\":5}}}",
    "{\"limits\":{\"session\":{\"usage\":25}}}",
    "{\"limits\":{\"session\":{\"usage\":-0.1}}}",
    "{\"limits\":[]}",
    "{\"session\":{\"used_percentage\":-4}}",
    "{\"session\":{\"used_percentage\":1e308}}",
    "{\"account\":{\"quota\":{\"period\":\"monthly\",\"limit\":0,\"used\":0}}}",
    "{\"account\":{\"quota\":{\"period\":\"fortnightly\",\"limit\":10,\"used\":5}}}",
    "{\"account\":{\"quota\":{\"limit\":10,\"used\":5}}}",
    "{\"account\":{\"quota\":{\"period\":\"monthly\",\"limit\":10}}}",
    "{\"account\":7}",
    "{\"range\":\"1y\",\"totals\":{\"request_count\":5}}",
    "{\"totals\":{\"request_count\":5}}",
    "{\"range\":\"7d\",\"totals\":{}}",
    "{\"range\":\"7d\",\"buckets\":[]}",
    "{\"range\":\"7d\",\"totals\":{\"request_count\":-5}}",
    "{\"range\":\"7d\",\"totals\":{\"request_count\":1e300}}",
    "{\"usage\":[7,{},{\"model\":\"x\"}]}",
    "{\"usage\":{\"model\":\"x\"}}"
  };

  for (gsize i = 0; i < G_N_ELEMENTS (bodies); i++)
    {
      g_autoptr (JsonNode) root = json_fixture_parse (bodies[i]);
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", bodies[i]);
      g_assert_null (pdk_cloud_api_parse_usage (root, &error));
      g_assert_error (error, PDK_ERROR, PDK_ERROR_MALFORMED);
    }
}

static void
test_me (void)
{
  static const char *const invalid =
      "{\"name\":\"n\",\"SubscriptionPeriodEnd\":{\"Time\":\"2026-10-15T09:30:00Z\",\"Valid\":false},"
      "\"SubscriptionPeriodStart\":\"soon\"}";
  g_autoptr (JsonNode) root = json_fixture_load ("../cloud/me.json");
  g_autoptr (JsonNode) null_root = json_fixture_parse ("null");
  g_autoptr (JsonNode) list_root = json_fixture_parse ("[]");
  g_autoptr (JsonNode) invalid_root = json_fixture_parse (invalid);
  g_autoptr (PdkFacts) facts = pdk_cloud_api_parse_me (root, NULL);
  g_autoptr (PdkFacts) nothing = pdk_cloud_api_parse_me (null_root, NULL);
  g_autoptr (PdkFacts) name = pdk_cloud_api_parse_me (invalid_root, NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *text = describe (facts);
  g_autofree char *empty = describe (nothing);
  g_autofree char *name_text = describe (name);

  g_assert_cmpstr (text, ==,
                   "account_email: user@example.invalid\naccount_name: example\n"
                   "billing_cycle_end: 2026-10-15T09:30:00Z\nbilling_cycle_start: 2026-09-15T09:30:00Z\n"
                   "plan_name: max\n");
  g_assert_cmpstr (empty, ==, "");
  g_assert_cmpstr (name_text, ==, "account_name: n\n");
  g_assert_null (pdk_cloud_api_parse_me (list_root, &error));
  g_assert_error (error, PDK_ERROR, PDK_ERROR_MALFORMED);
}

static void
test_catalogue (void)
{
  g_autoptr (JsonNode) root = json_fixture_parse ("{\"models\":[{\"name\":\"a\"},{\"name\":\"b\"},7]}");
  g_autoptr (JsonNode) other = json_fixture_parse ("{\"models\":7}");
  g_autoptr (PdkFacts) facts = pdk_cloud_api_parse_catalogue (root, NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *text = describe (facts);

  g_assert_cmpstr (text, ==, "cloud_models_total=2 models\n");
  g_assert_null (pdk_facts_get_models (facts));
  g_assert_null (pdk_cloud_api_parse_catalogue (other, &error));
  g_assert_error (error, PDK_ERROR, PDK_ERROR_MALFORMED);
}

static void
test_signin_url (void)
{
  static const char *const refused[] = {
    "[]",
    "null",
    "{}",
    "{\"signin_url\":7}",
    "{\"signin_url\":\"\"}",
    "{\"signin_url\":\"http://ollama.com/connect\"}",
    "{\"signin_url\":\"file:///etc/passwd\"}",
    "{\"signin_url\":\"https:///connect\"}",
    "{\"signin_url\":\"https:connect\"}",
    "{\"signin_url\":\"https://user@ollama.com/connect\"}",
    "{\"signin_url\":\"https://ollama.com/connect?name=my host\"}",
    "{\"signin_url\":\"https://ollama.com/\\n\"}",
    "{\"signin_url\":\"https://oll\u00e4ma.com/\"}",
    "{\"signin_url\":\"--version\"}",
  };
  g_autoptr (JsonNode) root = json_fixture_load ("../api/me_401_signed-out.json");
  g_autofree char *url = pdk_cloud_api_dup_signin_url (root);
  g_autofree char *path = g_strnfill (5000, 'a');
  g_autofree char *long_body = g_strdup_printf ("{\"signin_url\":\"https://ollama.com/%s\"}", path);
  g_autoptr (JsonNode) long_root = json_fixture_parse (long_body);

  g_assert_true (g_str_has_prefix (url, "https://ollama.com/connect?name=my%20host&key="));
  g_assert_null (pdk_cloud_api_dup_signin_url (long_root));
  for (gsize i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_autoptr (JsonNode) other = json_fixture_parse (refused[i]);

      g_test_message ("%s", refused[i]);
      g_assert_null (pdk_cloud_api_dup_signin_url (other));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cloud-api/shapes", test_shapes);
  g_test_add_func ("/cloud-api/variants", test_variants);
  g_test_add_func ("/cloud-api/unknown-shapes", test_unknown_shapes);
  g_test_add_func ("/cloud-api/me", test_me);
  g_test_add_func ("/cloud-api/catalogue", test_catalogue);
  g_test_add_func ("/cloud-api/signin-url", test_signin_url);
  return g_test_run ();
}
