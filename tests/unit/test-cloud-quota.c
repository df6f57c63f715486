/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "pdk-cloud-quota.h"
#include "pdk-time.h"

#define NOW (G_GINT64_CONSTANT (1790000000) * G_USEC_PER_SEC)

static void
test_headers (void)
{
  static const struct
  {
    PdkCloudQuotaHeaders headers;
    const char *metric; /* NULL: nothing is known */
    double used;
    gint64 resets_in_sec; /* -1: not known */
  } cases[] = {
    { { "1000", "250", "750", "2026-09-21T15:13:20Z", "session" }, "usage_five_hour", 75, 3600 },
    { { "1000", "250", NULL, "3600", "weekly" }, "usage_weekly", 75, 3600 },
    { { "1000", NULL, "750", "1790003600", "month" }, "usage_monthly", 75, 3600 },
    { { "1000", NULL, "750", "1790003600000", "Daily" }, "usage_daily", 75, 3600 },
    { { "1000", "250", NULL, "Mon, 21 Sep 2026 15:13:20 GMT", "monthly" }, "usage_monthly", 75, 3600 },
    { { "1000", "", "1100", "", "5h" }, "usage_five_hour", 100, -1 },
    { { "1000", "250", "750", "soon", "weekly" }, "usage_weekly", 75, -1 },
    { { "1000", "250", "750", "-3600", "weekly" }, "usage_weekly", 75, -1 },
    { { "0", "0", "0", "3600", "weekly" }, NULL, 0, 0 },
    { { "-5", "0", "0", "3600", "weekly" }, NULL, 0, 0 },
    { { "1000", NULL, NULL, "3600", "weekly" }, NULL, 0, 0 },
    { { "1000", NULL, "1e300", "3600", "weekly" }, NULL, 0, 0 },
    { { "nan", NULL, "1", "3600", "weekly" }, NULL, 0, 0 },
    { { NULL, "250", "750", "3600", "weekly" }, NULL, 0, 0 },
    { { "1000", "250", "750", "3600", NULL }, NULL, 0, 0 },
    { { "1000", "250", "750", "3600", "yearly" }, NULL, 0, 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (PdkFacts) facts = pdk_facts_new ();
      const PdkMetric *metric;

      g_test_message ("case %" G_GSIZE_FORMAT, i);
      g_assert_cmpint (pdk_cloud_quota_parse_headers (&cases[i].headers, NOW, facts), ==,
                       cases[i].metric != NULL);
      g_assert_cmpint (pdk_facts_has_data (facts), ==, cases[i].metric != NULL);
      if (cases[i].metric == NULL)
        continue;
      metric = pdk_facts_get_metric (facts, cases[i].metric);
      g_assert_nonnull (metric);
      g_assert_cmpfloat (metric->value, ==, cases[i].used);
      g_assert_cmpfloat (metric->remaining, ==, 100 - cases[i].used);
      g_assert_cmpint (pdk_facts_get_reset (facts, cases[i].metric), ==,
                       cases[i].resets_in_sec < 0 ? PDK_TIME_UNKNOWN
                                                  : NOW + cases[i].resets_in_sec * G_USEC_PER_SEC);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cloud-quota/headers", test_headers);
  return g_test_run ();
}
