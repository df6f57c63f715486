/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "pdk-cloud-period.h"

#define OBSERVED 1000
#define NOW 2000

static void
add (PdkFacts *facts, const char *name, gint64 resets_at_usec)
{
  pdk_facts_set_metric (facts, name, 1, "%", NULL);
  if (resets_at_usec != PDK_TIME_UNKNOWN)
    pdk_facts_set_reset (facts, name, resets_at_usec);
}

static void
test_merge (void)
{
  static const struct
  {
    gint64 resets_at_usec;
    gboolean holds;
  } cases[] = {
    { PDK_TIME_UNKNOWN, TRUE }, { NOW + 1, TRUE },  { NOW, FALSE },
    { OBSERVED + 1, FALSE },    { OBSERVED, TRUE }, { 0, TRUE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (PdkFacts) known = pdk_facts_new ();
      g_autoptr (PdkFacts) facts = pdk_facts_new ();

      add (known, "usage_weekly", cases[i].resets_at_usec);
      add (known, "other", PDK_TIME_UNKNOWN);
      pdk_cloud_period_merge (facts, known, OBSERVED, NOW);
      g_assert_cmpint (pdk_facts_get_metric (facts, "usage_weekly") != NULL, ==, cases[i].holds);
      g_assert_cmpint (pdk_facts_get_reset (facts, "usage_weekly"), ==,
                       cases[i].holds ? cases[i].resets_at_usec : PDK_TIME_UNKNOWN);
      g_assert_nonnull (pdk_facts_get_metric (facts, "other"));
      /* What may be shared stays as it is. */
      g_assert_nonnull (pdk_facts_get_metric (known, "usage_weekly"));
    }
}

static void
test_drop_all (void)
{
  g_autoptr (PdkFacts) facts = pdk_facts_new ();

  add (facts, "past", OBSERVED);
  add (facts, "coming", NOW + 1);
  pdk_cloud_period_drop_past (facts, G_MININT64, NOW);
  g_assert_null (pdk_facts_get_metric (facts, "past"));
  g_assert_nonnull (pdk_facts_get_metric (facts, "coming"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cloud-period/merge", test_merge);
  g_test_add_func ("/cloud-period/drop-all", test_drop_all);
  return g_test_run ();
}
