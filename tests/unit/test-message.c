/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "pdk-message.h"

#define MAX_METRICS 6

/* Metrics in whatever order. */
static const struct
{
  struct
  {
    const char *name;
    double value;
  } metrics[MAX_METRICS];
  const char *expected;
} metric_cases[] = {
  { { { "models_total", 7 },
      { "requests_1d", 20 },
      { "requests_5h", 9 },
      { "requests_today", 5 },
      { "messages_today", 3 } },
    "3 msgs today, 5 req today, 9 req 5h, 20 req 1d, 7 models" },
  { { { "messages_today", 3 } }, "3 msgs today" },
  { { { "requests_today", 0 } }, "0 req today" },
  { { { "requests_5h", 9 } }, "9 req 5h" },
  { { { "requests_1d", 1234567 } }, "1234567 req 1d" },
  { { { "models_total", 1 } }, "1 models" },
  { { { "requests_today", 5 }, { "models_total", 0 } }, "5 req today, 0 models" },
  { { { "loaded_models", 2 } }, "OK" },
};

static PdkAccountSnapshot *
new_account (gboolean is_cloud_only, const char *base_url, const PdkFacts *facts)
{
  PdkAccountSnapshot *account = pdk_account_snapshot_new ("a", "ollama", base_url, is_cloud_only);

  pdk_account_snapshot_finish (account, facts);
  return account;
}

static void
test_metrics (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (metric_cases); i++)
    {
      g_autoptr (PdkFacts) facts = pdk_facts_new ();
      g_autoptr (PdkAccountSnapshot) account = NULL;
      g_autofree char *message = NULL;
      g_autofree char *described = NULL;

      for (gsize j = 0; j < MAX_METRICS && metric_cases[i].metrics[j].name != NULL; j++)
        pdk_facts_set_metric (facts, metric_cases[i].metrics[j].name, metric_cases[i].metrics[j].value, "x",
                              NULL);
      account = new_account (FALSE, "http://a", facts);
      message = pdk_message_for_account (account);
      g_assert_cmpstr (message, ==, metric_cases[i].expected);
      /* To people it says the same, where they read English. */
      described = pdk_message_describe_account (account);
      g_assert_cmpstr (described, ==, metric_cases[i].expected);
    }
}

static const struct
{
  gboolean is_cloud_only;
  const char *base_url, *diagnostic, *expected;
} empty_cases[] = {
  { FALSE, "http://127.0.0.1:11434", NULL, "No Ollama data found at http://127.0.0.1:11434" },
  { FALSE, "http://127.0.0.1:11434", "local_api_error", "No Ollama data found at http://127.0.0.1:11434" },
  { FALSE, "http://127.0.0.1:11434", "cloud_auth_failed", "No Ollama data found at http://127.0.0.1:11434" },
  { FALSE, NULL, NULL, "No Ollama data found" },
  { TRUE, NULL, "cloud_auth_failed", "100 % of it is so." },
  { TRUE, NULL, "cloud_rate_limited", "100 % of it is so." },
  { TRUE, NULL, "cloud_error", "No Ollama data found" },
};

static void
test_empty (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (empty_cases); i++)
    {
      g_autoptr (PdkFacts) facts = pdk_facts_new ();
      g_autoptr (PdkAccountSnapshot) account = NULL;
      g_autofree char *message = NULL;
      g_autofree char *described = NULL;

      if (empty_cases[i].diagnostic != NULL)
        pdk_facts_set_diagnostic (facts, empty_cases[i].diagnostic, "100 % of it is so.");
      account = new_account (empty_cases[i].is_cloud_only, empty_cases[i].base_url, facts);
      message = pdk_message_for_account (account);
      g_assert_cmpstr (message, ==, empty_cases[i].expected);
      described = pdk_message_describe_account (account);
      g_assert_cmpstr (described, ==, empty_cases[i].expected);
    }
}

static void
assert_message (const PdkSnapshot *snapshot, const char *expected)
{
  g_autofree char *message = pdk_message_for_snapshot (snapshot);
  g_autofree char *described = pdk_message_describe_snapshot (snapshot);

  g_assert_cmpstr (message, ==, expected);
  g_assert_cmpstr (described, ==, expected);
}

/* Numbers are added up over those accounts that know them. */
static void
test_snapshot (void)
{
  g_autoptr (PdkSnapshot) snapshot = pdk_snapshot_new (1);
  g_autoptr (PdkFacts) nothing = pdk_facts_new ();
  g_autoptr (PdkFacts) first = pdk_facts_new ();
  g_autoptr (PdkFacts) second = pdk_facts_new ();

  assert_message (snapshot, "No Ollama data found");
  pdk_snapshot_take_account (snapshot, new_account (FALSE, "http://a", nothing));
  assert_message (snapshot, "No Ollama data found at http://a");
  pdk_snapshot_take_account (snapshot, new_account (FALSE, "http://b", nothing));
  assert_message (snapshot, "No Ollama data found");
  pdk_facts_set_metric (first, "requests_today", 5, "requests", "today");
  pdk_facts_set_metric (first, "models_total", 2, "models", NULL);
  pdk_snapshot_take_account (snapshot, new_account (FALSE, "http://c", first));
  assert_message (snapshot, "5 req today, 2 models");
  pdk_facts_set_metric (second, "models_total", 3, "models", NULL);
  pdk_snapshot_take_account (snapshot, new_account (FALSE, "http://d", second));
  assert_message (snapshot, "5 req today, 5 models");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/message/metrics", test_metrics);
  g_test_add_func ("/message/empty", test_empty);
  g_test_add_func ("/message/snapshot", test_snapshot);
  return g_test_run ();
}
