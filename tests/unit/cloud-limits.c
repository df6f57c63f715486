/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "cloud-limits.h"

#define ALLOWANCE_USD 60.0

/* Says in @facts how much of @metric is used, in the form that the metric has. */
void
cloud_limits_set_used (PdkFacts *facts, const char *metric, double used_percent, gint64 resets_at_usec)
{
  double left = ALLOWANCE_USD - used_percent * ALLOWANCE_USD / 100;

  if (g_str_has_prefix (metric, "credit_"))
    pdk_facts_set_quota (facts, metric, left, ALLOWANCE_USD, MAX (left, 0), "USD", NULL);
  else
    pdk_facts_set_quota (facts, metric, used_percent, 100, 100 - used_percent, "%", "7d");
  if (resets_at_usec != PDK_TIME_UNKNOWN)
    pdk_facts_set_reset (facts, metric, resets_at_usec);
}

/* Returns a finished account whose cloud is in @state. */
PdkAccountSnapshot *
cloud_limits_new_account (const char *id, PdkSourceState state, PdkFacts *facts)
{
  PdkAccountSnapshot *account = pdk_account_snapshot_new (id, "ollama", NULL, FALSE);
  g_autoptr (PdkReading) reading = pdk_reading_new (state, 0, facts);

  pdk_account_snapshot_add_reading (account, "cloud", reading);
  pdk_account_snapshot_finish (account, NULL);
  return account;
}
