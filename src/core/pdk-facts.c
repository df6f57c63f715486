/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is known of an account, by name: metrics, resets, attributes, daily and hourly series, models,
 * loaded models, GPUs, and the diagnostics of what could not be known. A source fills in one of these; the
 * facts of all sources are merged into the account's. No thread owns it: it is immutable as soon as it is
 * shared. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-facts.h"

#include <string.h>

#include "pdk-facts-private.h"

static int
compare_names (gconstpointer a, gconstpointer b, gpointer user_data)
{
  return g_strcmp0 (a, b);
}

/* A metric with its name, shared by all facts that know it: at each poll, nearly a hundred of them are merged
 * into the account's. */
typedef struct
{
  PdkMetric metric;
  char name[];
} NamedMetric;

static void
named_metric_clear (gpointer data)
{
  NamedMetric *named = data;

  g_free (named->metric.unit);
  g_free (named->metric.window);
}

static void
named_metric_unref (gpointer data)
{
  g_atomic_rc_box_release_full (data, named_metric_clear);
}

static NamedMetric *
named_metric_new (const char *name)
{
  gsize size = strlen (name) + 1;
  NamedMetric *named = g_atomic_rc_box_alloc0 (sizeof *named + size);

  memcpy (named->name, name, size);
  return named;
}

static void
facts_clear (gpointer data)
{
  PdkFacts *facts = data;

  g_tree_unref (facts->metrics);
  g_tree_unref (facts->resets);
  g_tree_unref (facts->attributes);
  g_tree_unref (facts->diagnostics);
  g_tree_unref (facts->series);
  g_tree_unref (facts->hours);
  g_clear_pointer (&facts->models, g_ptr_array_unref);
  g_clear_pointer (&facts->running, g_ptr_array_unref);
  g_clear_pointer (&facts->gpus, g_ptr_array_unref);
}

/** pdk_facts_new: Returns: (transfer full): facts of which there are none yet */
PdkFacts *
pdk_facts_new (void)
{
  PdkFacts *facts = g_atomic_rc_box_new0 (PdkFacts);

  facts->metrics = g_tree_new_full (compare_names, NULL, NULL, named_metric_unref);
  facts->resets = g_tree_new_full (compare_names, NULL, g_free, g_free);
  facts->attributes = g_tree_new_full (compare_names, NULL, g_free, g_free);
  facts->diagnostics = g_tree_new_full (compare_names, NULL, g_free, g_free);
  facts->series = g_tree_new_full (compare_names, NULL, g_free, (GDestroyNotify) g_array_unref);
  facts->hours = g_tree_new_full (compare_names, NULL, g_free, (GDestroyNotify) g_array_unref);
  return facts;
}

/** pdk_facts_ref: Returns: (transfer full): @facts, with one more reference */
PdkFacts *
pdk_facts_ref (PdkFacts *facts)
{
  return g_atomic_rc_box_acquire (facts);
}

/** pdk_facts_unref: gives a reference to @facts back */
void
pdk_facts_unref (PdkFacts *facts)
{
  g_atomic_rc_box_release_full (facts, facts_clear);
}

/**
 * pdk_facts_set_metric:
 * @facts: facts
 * @name: the metric's name
 * @value: a finite number
 * @unit: its unit
 * @window: (nullable): the window of time it is for
 *
 * Sets a metric that has no limit.
 */
void
pdk_facts_set_metric (PdkFacts *facts, const char *name, double value, const char *unit, const char *window)
{
  NamedMetric *named = named_metric_new (name);

  named->metric.value = value;
  named->metric.unit = g_strdup (unit);
  named->metric.window = g_strdup (window);
  g_tree_replace (facts->metrics, named->name, named);
}

/**
 * pdk_facts_set_quota:
 * @facts: facts
 * @name: the metric's name
 * @value: a finite number
 * @limit: what @value may reach, in the same unit
 * @remaining: what is left, in the same unit
 * @unit: the unit
 * @window: (nullable): the window of time it is for
 *
 * Sets a metric that has a limit: a quota or an allowance.
 */
void
pdk_facts_set_quota (PdkFacts *facts,
                     const char *name,
                     double value,
                     double limit,
                     double remaining,
                     const char *unit,
                     const char *window)
{
  PdkMetric *metric;

  pdk_facts_set_metric (facts, name, value, unit, window);
  metric = g_tree_lookup (facts->metrics, name);
  metric->limit = limit;
  metric->remaining = remaining;
  metric->has_limit = TRUE;
}

/**
 * pdk_facts_set_reset:
 * @facts: facts
 * @name: the name of the metric that is reset
 * @time_usec: when, in microseconds since the epoch
 */
void
pdk_facts_set_reset (PdkFacts *facts, const char *name, gint64 time_usec)
{
  g_tree_replace (facts->resets, g_strdup (name), g_memdup2 (&time_usec, sizeof time_usec));
}

/** pdk_facts_drop_metric: forgets the metric @name and its reset, if they are known */
void
pdk_facts_drop_metric (PdkFacts *facts, const char *name)
{
  g_tree_remove (facts->metrics, name);
  g_tree_remove (facts->resets, name);
}

/** pdk_facts_set_attribute: sets the attribute @name to the text @value; bytes that are not UTF-8 become
 * U+FFFD */
void
pdk_facts_set_attribute (PdkFacts *facts, const char *name, const char *value)
{
  g_tree_replace (facts->attributes, g_strdup (name), g_utf8_make_valid (value, -1));
}

/**
 * pdk_facts_set_diagnostic:
 * @facts: facts
 * @name: one of the names that scripts may rely on
 * @sentence: what happened and what to do about it, for a person
 *
 * The sentence may name a file, and a file's name is any bytes: those that are not UTF-8 become U+FFFD.
 */
void
pdk_facts_set_diagnostic (PdkFacts *facts, const char *name, const char *sentence)
{
  g_tree_replace (facts->diagnostics, g_strdup (name), g_utf8_make_valid (sentence, -1));
}

/* The series called @name, begun if it is new. */
static GArray *
obtain_series (GTree *all, const char *name, guint element_size)
{
  GArray *series = g_tree_lookup (all, name);

  if (series == NULL)
    {
      series = g_array_new (FALSE, FALSE, element_size);
      g_tree_replace (all, g_strdup (name), series);
    }
  return series;
}

/**
 * pdk_facts_append_day:
 * @facts: facts
 * @series: the series' name
 * @julian_day: a local calendar day, later than those that are in the series
 * @value: the day's value
 */
void
pdk_facts_append_day (PdkFacts *facts, const char *series, guint32 julian_day, double value)
{
  GArray *days = obtain_series (facts->series, series, sizeof (PdkDayValue));
  PdkDayValue day = { julian_day, value };

  g_array_append_val (days, day);
}

/** pdk_facts_append_hour: likewise, of the hour that begins at @start_sec, Unix seconds */
void
pdk_facts_append_hour (PdkFacts *facts, const char *series, gint64 start_sec, double value)
{
  GArray *hours = obtain_series (facts->hours, series, sizeof (PdkHourValue));
  PdkHourValue hour = { start_sec, value };

  g_array_append_val (hours, hour);
}

/** pdk_facts_set_models: sets the server's models to @models, an array of PdkModel; takes a reference */
void
pdk_facts_set_models (PdkFacts *facts, GPtrArray *models)
{
  g_ptr_array_ref (models);
  g_clear_pointer (&facts->models, g_ptr_array_unref);
  facts->models = models;
}

/** pdk_facts_set_running: sets the loaded models to @running, an array of PdkRunningModel; takes a reference
 */
void
pdk_facts_set_running (PdkFacts *facts, GPtrArray *running)
{
  g_ptr_array_ref (running);
  g_clear_pointer (&facts->running, g_ptr_array_unref);
  facts->running = running;
}

/** pdk_facts_set_gpus: sets the GPUs of the server's last start to @gpus, an array of PdkGpu; takes a
 * reference */
void
pdk_facts_set_gpus (PdkFacts *facts, GPtrArray *gpus)
{
  g_ptr_array_ref (gpus);
  g_clear_pointer (&facts->gpus, g_ptr_array_unref);
  facts->gpus = gpus;
}

static gboolean
merge_metric (gpointer name, gpointer value, gpointer user_data)
{
  GTree *into = user_data;
  NamedMetric *named = value;

  if (g_tree_lookup (into, name) == NULL)
    g_tree_insert (into, named->name, g_atomic_rc_box_acquire (named));
  return FALSE;
}

static gboolean
merge_reset (gpointer name, gpointer value, gpointer user_data)
{
  GTree *into = user_data;

  if (g_tree_lookup (into, name) == NULL)
    g_tree_insert (into, g_strdup (name), g_memdup2 (value, sizeof (gint64)));
  return FALSE;
}

static gboolean
merge_text (gpointer name, gpointer value, gpointer user_data)
{
  GTree *into = user_data;

  if (g_tree_lookup (into, name) == NULL)
    g_tree_insert (into, g_strdup (name), g_strdup (value));
  return FALSE;
}

static gboolean
merge_series (gpointer name, gpointer value, gpointer user_data)
{
  GTree *into = user_data;

  if (g_tree_lookup (into, name) == NULL)
    g_tree_insert (into, g_strdup (name), g_array_ref (value));
  return FALSE;
}

/**
 * pdk_facts_merge:
 * @facts: facts that nobody else holds yet
 * @other: more facts
 *
 * Adds what @other knows and @facts does not. Where both know a thing, @facts is right.
 */
void
pdk_facts_merge (PdkFacts *facts, const PdkFacts *other)
{
  g_tree_foreach (other->metrics, merge_metric, facts->metrics);
  g_tree_foreach (other->resets, merge_reset, facts->resets);
  g_tree_foreach (other->attributes, merge_text, facts->attributes);
  g_tree_foreach (other->diagnostics, merge_text, facts->diagnostics);
  g_tree_foreach (other->series, merge_series, facts->series);
  g_tree_foreach (other->hours, merge_series, facts->hours);
  if (facts->models == NULL && other->models != NULL)
    pdk_facts_set_models (facts, other->models);
  if (facts->running == NULL && other->running != NULL)
    pdk_facts_set_running (facts, other->running);
  if (facts->gpus == NULL && other->gpus != NULL)
    pdk_facts_set_gpus (facts, other->gpus);
}

/** pdk_facts_get_metric: Returns: (transfer none) (nullable): the metric @name, NULL when it is not known */
const PdkMetric *
pdk_facts_get_metric (const PdkFacts *facts, const char *name)
{
  return g_tree_lookup (facts->metrics, name);
}

/**
 * pdk_facts_get_number:
 * @facts: facts
 * @name: the metric's name
 * @value: (out) (optional): its value, set only when it is known
 *
 * Returns: whether the metric is known
 */
gboolean
pdk_facts_get_number (const PdkFacts *facts, const char *name, double *value)
{
  const PdkMetric *metric = pdk_facts_get_metric (facts, name);

  if (metric == NULL)
    return FALSE;
  if (value != NULL)
    *value = metric->value;
  return TRUE;
}

/** pdk_facts_get_reset: Returns: when the metric @name is reset, in microseconds since the epoch, or
 * PDK_TIME_UNKNOWN */
gint64
pdk_facts_get_reset (const PdkFacts *facts, const char *name)
{
  const gint64 *time_usec = g_tree_lookup (facts->resets, name);

  return time_usec != NULL ? *time_usec : PDK_TIME_UNKNOWN;
}

/** pdk_facts_get_attribute: Returns: (transfer none) (nullable): the attribute @name, NULL when not known */
const char *
pdk_facts_get_attribute (const PdkFacts *facts, const char *name)
{
  return g_tree_lookup (facts->attributes, name);
}

/** pdk_facts_get_diagnostic: Returns: (transfer none) (nullable): the sentence of @name, NULL when all is
 * well */
const char *
pdk_facts_get_diagnostic (const PdkFacts *facts, const char *name)
{
  return g_tree_lookup (facts->diagnostics, name);
}

/** pdk_facts_get_series: Returns: (transfer none) (nullable): PdkDayValue in order of days, NULL when not
 * known */
const GArray *
pdk_facts_get_series (const PdkFacts *facts, const char *name)
{
  return g_tree_lookup (facts->series, name);
}

/** pdk_facts_get_hours: Returns: (transfer none) (nullable): PdkHourValue in order of time, NULL when not
 * known
 */
const GArray *
pdk_facts_get_hours (const PdkFacts *facts, const char *name)
{
  return g_tree_lookup (facts->hours, name);
}

/** pdk_facts_get_models: Returns: (transfer none) (nullable): array of PdkModel, NULL when not known */
const GPtrArray *
pdk_facts_get_models (const PdkFacts *facts)
{
  return facts->models;
}

/** pdk_facts_get_running: Returns: (transfer none) (nullable): array of PdkRunningModel, NULL when not known
 */
const GPtrArray *
pdk_facts_get_running (const PdkFacts *facts)
{
  return facts->running;
}

/** pdk_facts_get_gpus: Returns: (transfer none) (nullable): array of PdkGpu, NULL when none is known */
const GPtrArray *
pdk_facts_get_gpus (const PdkFacts *facts)
{
  return facts->gpus;
}

/** pdk_facts_has_data: Returns: whether anything is known that a person would call data, not settings alone
 */
gboolean
pdk_facts_has_data (const PdkFacts *facts)
{
  return g_tree_nnodes (facts->metrics) > 0 || facts->models != NULL || facts->running != NULL;
}
