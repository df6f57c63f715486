/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The limits that can run out, each as a share that is used, in whichever form a snapshot has it, and the
 * words for them. Only what was observed just now counts: what was used some time ago may have been reset
 * since. Shares in percent. Pure functions, any thread. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-limit.h"

#include <glib/gi18n-lib.h>

#include "pdk-format.h"

/* A share that was worked out from amounts of money misses a round number by less. */
#define ROUNDING_PERCENT 1e-6

static const struct
{
  const char *metric;
  const char *label;
} known_limits[] = {
  { "usage_five_hour", N_ ("Session limit") },
  { "usage_daily", N_ ("Daily limit") },
  { "usage_weekly", N_ ("Weekly limit") },
  { "usage_monthly", N_ ("Monthly limit") },
  { "credit_included_usd", N_ ("Included credits") },
};

/* Returns the facts of the first source that has told @metric just now. */
static const PdkFacts *
find_fresh (const PdkAccountSnapshot *account, const char *metric)
{
  for (guint i = 0; i < account->sources->len; i++)
    {
      const PdkReading *reading = g_array_index (account->sources, PdkSourceReading, i).reading;
      const PdkFacts *facts = reading->state == PDK_SOURCE_STATE_OK ? reading->facts : reading->fresh;

      if (facts != NULL && pdk_facts_get_metric (facts, metric) != NULL)
        return facts;
    }
  return NULL;
}

/* Of money a snapshot has what is left, and of everything else what is used. */
static gboolean
get_used_percent (const PdkMetric *metric, double *percent)
{
  if (g_str_equal (metric->unit, "%"))
    *percent = metric->value;
  else if (metric->has_limit && metric->limit > 0)
    *percent = 100 * (metric->limit - metric->value) / metric->limit;
  else
    return FALSE;
  return TRUE;
}

/**
 * pdk_limits_of_account:
 * @account: a finished account
 * @now_usec: the time, in microseconds since the epoch
 *
 * Returns: (transfer full) (element-type PdkLimit): its limits, as far as they are known for now. One whose
 *   reset has passed is not: what was used before says nothing of the new period.
 */
GArray *
pdk_limits_of_account (const PdkAccountSnapshot *account, gint64 now_usec)
{
  GArray *limits = g_array_new (FALSE, FALSE, sizeof (PdkLimit));

  for (gsize i = 0; i < G_N_ELEMENTS (known_limits); i++)
    {
      const PdkFacts *facts = find_fresh (account, known_limits[i].metric);
      PdkLimit limit = { .metric = known_limits[i].metric };

      if (facts == NULL ||
          !get_used_percent (pdk_facts_get_metric (facts, limit.metric), &limit.used_percent))
        continue;
      limit.resets_at_usec = pdk_facts_get_reset (facts, limit.metric);
      if (limit.resets_at_usec == PDK_TIME_UNKNOWN || limit.resets_at_usec > now_usec)
        g_array_append_val (limits, limit);
    }
  return limits;
}

/** pdk_limit_is_at: Returns: whether as much as @percent is used, or more */
gboolean
pdk_limit_is_at (const PdkLimit *limit, double percent)
{
  return limit->used_percent >= percent - ROUNDING_PERCENT;
}

/** pdk_limit_is_used_up: Returns: whether nothing is left */
gboolean
pdk_limit_is_used_up (const PdkLimit *limit)
{
  return pdk_limit_is_at (limit, 100);
}

/** pdk_limit_get_label: Returns: (transfer none): what people call it, such as "Weekly limit" */
const char *
pdk_limit_get_label (const PdkLimit *limit)
{
  for (gsize i = 0; i < G_N_ELEMENTS (known_limits); i++)
    {
      if (g_str_equal (known_limits[i].metric, limit->metric))
        return _ (known_limits[i].label);
    }
  return limit->metric;
}

/** pdk_limit_describe: Returns: (transfer full): "Weekly limit: 81% used", or that it is used up */
char *
pdk_limit_describe (const PdkLimit *limit)
{
  g_autofree char *percent = NULL;

  if (pdk_limit_is_used_up (limit))
    /* Translators: the name of a limit. */
    return g_strdup_printf (_ ("%s: used up"), pdk_limit_get_label (limit));
  percent = pdk_format_percent (limit->used_percent / 100);
  /* Translators: the name of a limit, and a share such as "81%". */
  return g_strdup_printf (_ ("%s: %s used"), pdk_limit_get_label (limit), percent);
}

/** pdk_limit_describe_reset: Returns: (transfer full) (nullable): "Next reset: 14:00", NULL when it is not
 * known
 */
char *
pdk_limit_describe_reset (const PdkLimit *limit, gint64 now_usec)
{
  g_autofree char *moment = NULL;

  if (limit->resets_at_usec == PDK_TIME_UNKNOWN)
    return NULL;
  moment = pdk_format_moment (limit->resets_at_usec, now_usec);
  return g_strdup_printf (_ ("Next reset: %s"), moment);
}
