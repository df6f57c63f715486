/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Walking through what is known of an account, in the order of names. Any thread, once nobody changes the
 * facts any more. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-facts.h"

#include "pdk-facts-private.h"

/* What a walk calls, by the type of what it hands out. */
typedef struct
{
  union
  {
    void (*metric) (const char *name, const PdkMetric *metric, gpointer user_data);
    void (*time) (const char *name, gint64 time_usec, gpointer user_data);
    void (*text) (const char *name, const char *text, gpointer user_data);
    void (*series) (const char *name, const GArray *days, gpointer user_data);
  } func;
  gpointer user_data;
} Walk;

static gboolean
visit_metric (gpointer name, gpointer value, gpointer user_data)
{
  Walk *walk = user_data;

  walk->func.metric (name, value, walk->user_data);
  return FALSE;
}

static gboolean
visit_time (gpointer name, gpointer value, gpointer user_data)
{
  Walk *walk = user_data;

  walk->func.time (name, *(gint64 *) value, walk->user_data);
  return FALSE;
}

static gboolean
visit_text (gpointer name, gpointer value, gpointer user_data)
{
  Walk *walk = user_data;

  walk->func.text (name, value, walk->user_data);
  return FALSE;
}

static gboolean
visit_series (gpointer name, gpointer value, gpointer user_data)
{
  Walk *walk = user_data;

  walk->func.series (name, value, walk->user_data);
  return FALSE;
}

/** pdk_facts_foreach_metric: calls @func for each metric, in the order of names */
void
pdk_facts_foreach_metric (const PdkFacts *facts,
                          void (*func) (const char *name, const PdkMetric *metric, gpointer user_data),
                          gpointer user_data)
{
  Walk walk = { .func.metric = func, .user_data = user_data };

  g_tree_foreach (facts->metrics, visit_metric, &walk);
}

/** pdk_facts_foreach_reset: calls @func for each reset, in the order of names */
void
pdk_facts_foreach_reset (const PdkFacts *facts,
                         void (*func) (const char *name, gint64 time_usec, gpointer user_data),
                         gpointer user_data)
{
  Walk walk = { .func.time = func, .user_data = user_data };

  g_tree_foreach (facts->resets, visit_time, &walk);
}

/** pdk_facts_foreach_attribute: calls @func for each attribute, in the order of names */
void
pdk_facts_foreach_attribute (const PdkFacts *facts,
                             void (*func) (const char *name, const char *value, gpointer user_data),
                             gpointer user_data)
{
  Walk walk = { .func.text = func, .user_data = user_data };

  g_tree_foreach (facts->attributes, visit_text, &walk);
}

/** pdk_facts_foreach_diagnostic: calls @func for each diagnostic, in the order of names */
void
pdk_facts_foreach_diagnostic (const PdkFacts *facts,
                              void (*func) (const char *name, const char *sentence, gpointer user_data),
                              gpointer user_data)
{
  Walk walk = { .func.text = func, .user_data = user_data };

  g_tree_foreach (facts->diagnostics, visit_text, &walk);
}

/** pdk_facts_foreach_series: calls @func for each daily series, in the order of names */
void
pdk_facts_foreach_series (const PdkFacts *facts,
                          void (*func) (const char *name, const GArray *days, gpointer user_data),
                          gpointer user_data)
{
  Walk walk = { .func.series = func, .user_data = user_data };

  g_tree_foreach (facts->series, visit_series, &walk);
}

/** pdk_facts_foreach_hours: calls @func for each hourly series, in the order of names */
void
pdk_facts_foreach_hours (const PdkFacts *facts,
                         void (*func) (const char *name, const GArray *hours, gpointer user_data),
                         gpointer user_data)
{
  Walk walk = { .func.series = func, .user_data = user_data };

  g_tree_foreach (facts->hours, visit_series, &walk);
}
