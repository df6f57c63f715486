/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which metrics still hold after the resets that came with them. Times in microseconds since the epoch. Pure
 * functions, any thread. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-cloud-period.h"

/* The metrics whose reset was after the one moment, and not after the other. */
typedef struct
{
  GPtrArray *names;
  gint64 after_usec, until_usec;
} Past;

static void
collect_past (const char *name, gint64 time_usec, gpointer user_data)
{
  Past *past = user_data;

  if (time_usec > past->after_usec && time_usec <= past->until_usec)
    g_ptr_array_add (past->names, g_strdup (name));
}

/**
 * pdk_cloud_period_drop_past:
 * @facts: facts that nobody else holds yet
 * @observed_at_usec: when they were observed
 * @now_usec: the time
 *
 * Drops the metrics whose reset has passed since: what was used before it says nothing of what is used after
 * it. A reset that had passed when it was told is a clock that is wrong, and what is told is true all the
 * same.
 */
void
pdk_cloud_period_drop_past (PdkFacts *facts, gint64 observed_at_usec, gint64 now_usec)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  Past past = { names, observed_at_usec, now_usec };

  pdk_facts_foreach_reset (facts, collect_past, &past);
  for (guint i = 0; i < names->len; i++)
    pdk_facts_drop_metric (facts, g_ptr_array_index (names, i));
}

/** pdk_cloud_period_merge: adds to @facts what @known, observed at @observed_at_usec, says that holds at
 * @now_usec as well, as pdk_facts_merge() does */
void
pdk_cloud_period_merge (PdkFacts *facts, const PdkFacts *known, gint64 observed_at_usec, gint64 now_usec)
{
  g_autoptr (PdkFacts) current = pdk_facts_new ();

  pdk_facts_merge (current, known);
  pdk_cloud_period_drop_past (current, observed_at_usec, now_usec);
  pdk_facts_merge (facts, current);
}
