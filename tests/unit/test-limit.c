/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "cloud-limits.h"
#include "pdk-limit.h"

#define HOUR (G_GINT64_CONSTANT (3600) * G_USEC_PER_SEC)
#define NOW (G_GINT64_CONSTANT (1790000000) * G_USEC_PER_SEC)

static GArray *
limits_of (PdkSourceState state, PdkFacts *facts)
{
  g_autoptr (PdkAccountSnapshot) account = cloud_limits_new_account ("ollama", state, facts);

  return pdk_limits_of_account (account, NOW);
}

static void
test_all (void)
{
  static const struct
  {
    const char *metric, *text;
    double used_percent;
  } cases[] = {
    { "usage_five_hour", "Session limit: 0% used", 0 },
    { "usage_daily", "Daily limit: 81% used", 81 },
    { "usage_weekly", "Weekly limit: 99% used", 99.9 },
    { "usage_monthly", "Monthly limit: used up", 100 },
    { "credit_included_usd", "Included credits: 80% used", 80 },
  };
  g_autoptr (PdkFacts) facts = pdk_facts_new ();
  g_autoptr (GArray) limits = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    cloud_limits_set_used (facts, cases[i].metric, cases[i].used_percent, NOW + HOUR * (gint64) i + 1);
  limits = limits_of (PDK_SOURCE_STATE_OK, facts);
  g_assert_cmpuint (limits->len, ==, G_N_ELEMENTS (cases));
  for (guint i = 0; i < limits->len; i++)
    {
      const PdkLimit *limit = &g_array_index (limits, PdkLimit, i);
      g_autofree char *text = pdk_limit_describe (limit);

      g_assert_cmpstr (limit->metric, ==, cases[i].metric);
      g_assert_cmpfloat_with_epsilon (limit->used_percent, cases[i].used_percent, 1e-9);
      g_assert_cmpint (limit->resets_at_usec, ==, NOW + HOUR * i + 1);
      g_assert_cmpstr (text, ==, cases[i].text);
      g_assert_cmpint (pdk_limit_is_used_up (limit), ==, cases[i].used_percent >= 100);
      g_assert_true (pdk_limit_is_at (limit, cases[i].used_percent));
      g_assert_false (pdk_limit_is_at (limit, cases[i].used_percent + 0.01));
    }
}

/* What is owed is more than all. */
static void
test_debt (void)
{
  g_autoptr (PdkFacts) facts = pdk_facts_new ();
  g_autoptr (GArray) limits = NULL;

  cloud_limits_set_used (facts, "credit_included_usd", 110, PDK_TIME_UNKNOWN);
  limits = limits_of (PDK_SOURCE_STATE_OK, facts);
  g_assert_cmpuint (limits->len, ==, 1);
  g_assert_true (pdk_limit_is_used_up (&g_array_index (limits, PdkLimit, 0)));
  g_assert_null (pdk_limit_describe_reset (&g_array_index (limits, PdkLimit, 0), NOW));
}

static void
test_reset (void)
{
  const PdkLimit limit = { "usage_weekly", 50, NOW + HOUR };
  g_autofree char *text = pdk_limit_describe_reset (&limit, NOW);

  g_assert_cmpstr (text, ==, "Next reset: 15:13");
}

static void
test_unknown (void)
{
  g_autoptr (PdkFacts) facts = pdk_facts_new ();
  g_autoptr (GArray) limits = NULL;

  /* No allowance, no limit of anybody's, and one whose period is over. */
  pdk_facts_set_metric (facts, "credit_included_usd", 5, "USD", NULL);
  pdk_facts_set_quota (facts, "credit_purchased_usd", 5, 10, 5, "USD", NULL);
  cloud_limits_set_used (facts, "usage_weekly", 90, NOW);
  limits = limits_of (PDK_SOURCE_STATE_OK, facts);
  g_assert_cmpuint (limits->len, ==, 0);
}

static void
test_stale (void)
{
  g_autoptr (PdkFacts) older = pdk_facts_new (), fresh = pdk_facts_new ();
  g_autoptr (PdkReading) partly = NULL;
  g_autoptr (PdkAccountSnapshot) account = pdk_account_snapshot_new ("a", "ollama", NULL, FALSE);
  g_autoptr (GArray) none = NULL;
  g_autoptr (GArray) one = NULL;

  cloud_limits_set_used (older, "usage_weekly", 90, NOW + HOUR);
  none = limits_of (PDK_SOURCE_STATE_STALE, older);
  g_assert_cmpuint (none->len, ==, 0);

  cloud_limits_set_used (fresh, "usage_daily", 40, PDK_TIME_UNKNOWN);
  partly = pdk_reading_new_partly_stale (NOW, fresh, older);
  pdk_account_snapshot_add_reading (account, "cloud", partly);
  pdk_account_snapshot_finish (account, NULL);
  one = pdk_limits_of_account (account, NOW);
  g_assert_cmpuint (one->len, ==, 1);
  g_assert_cmpstr (g_array_index (one, PdkLimit, 0).metric, ==, "usage_daily");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/limit/all", test_all);
  g_test_add_func ("/limit/debt", test_debt);
  g_test_add_func ("/limit/reset", test_reset);
  g_test_add_func ("/limit/unknown", test_unknown);
  g_test_add_func ("/limit/stale", test_stale);
  return g_test_run ();
}
