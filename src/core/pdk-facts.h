/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

#include "pdk-gpu.h"
#include "pdk-model.h"

G_BEGIN_DECLS

/* One number with its unit. Limit and remaining are set together, for quotas and credits only. */
typedef struct
{
  double value;
  double limit;
  double remaining;
  gboolean has_limit;
  char *unit;   /* "requests", "bytes", "ms", "%", … */
  char *window; /* (nullable): "today", "5h", "1d", "7d", … */
} PdkMetric;

/* The value of a series on one local calendar day. */
typedef struct
{
  guint32 julian_day; /* as in GDate */
  double value;
} PdkDayValue;

/* The value of a series in one hour. */
typedef struct
{
  gint64 start_sec; /* Unix seconds */
  double value;
} PdkHourValue;

/* What is known, each thing under the name that the snapshot's JSON gives it. What is not known is not in it.
 * Filled in by one owner; immutable, and free to cross threads, as soon as it is shared. Names are walked in
 * strcmp() order. */
typedef struct _PdkFacts PdkFacts;

PdkFacts *pdk_facts_new (void);
PdkFacts *pdk_facts_ref (PdkFacts *facts);
void pdk_facts_unref (PdkFacts *facts);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PdkFacts, pdk_facts_unref)

void
pdk_facts_set_metric (PdkFacts *facts, const char *name, double value, const char *unit, const char *window);
void pdk_facts_set_quota (PdkFacts *facts,
                          const char *name,
                          double value,
                          double limit,
                          double remaining,
                          const char *unit,
                          const char *window);
void pdk_facts_set_reset (PdkFacts *facts, const char *name, gint64 time_usec);
void pdk_facts_drop_metric (PdkFacts *facts, const char *name);
void pdk_facts_set_attribute (PdkFacts *facts, const char *name, const char *value);
void pdk_facts_set_diagnostic (PdkFacts *facts, const char *name, const char *sentence);
void pdk_facts_append_day (PdkFacts *facts, const char *series, guint32 julian_day, double value);
void pdk_facts_append_hour (PdkFacts *facts, const char *series, gint64 start_sec, double value);
void pdk_facts_set_models (PdkFacts *facts, GPtrArray *models);
void pdk_facts_set_running (PdkFacts *facts, GPtrArray *running);
void pdk_facts_set_gpus (PdkFacts *facts, GPtrArray *gpus);
void pdk_facts_merge (PdkFacts *facts, const PdkFacts *other);

const PdkMetric *pdk_facts_get_metric (const PdkFacts *facts, const char *name);
gboolean pdk_facts_get_number (const PdkFacts *facts, const char *name, double *value);
gint64 pdk_facts_get_reset (const PdkFacts *facts, const char *name);
const char *pdk_facts_get_attribute (const PdkFacts *facts, const char *name);
const char *pdk_facts_get_diagnostic (const PdkFacts *facts, const char *name);
const GArray *pdk_facts_get_series (const PdkFacts *facts, const char *name);
const GArray *pdk_facts_get_hours (const PdkFacts *facts, const char *name);
const GPtrArray *pdk_facts_get_models (const PdkFacts *facts);
const GPtrArray *pdk_facts_get_running (const PdkFacts *facts);
const GPtrArray *pdk_facts_get_gpus (const PdkFacts *facts);
gboolean pdk_facts_has_data (const PdkFacts *facts);

void pdk_facts_foreach_metric (const PdkFacts *facts,
                               void (*func) (const char *name, const PdkMetric *metric, gpointer user_data),
                               gpointer user_data);
void pdk_facts_foreach_reset (const PdkFacts *facts,
                              void (*func) (const char *name, gint64 time_usec, gpointer user_data),
                              gpointer user_data);
void pdk_facts_foreach_attribute (const PdkFacts *facts,
                                  void (*func) (const char *name, const char *value, gpointer user_data),
                                  gpointer user_data);
void pdk_facts_foreach_diagnostic (const PdkFacts *facts,
                                   void (*func) (const char *name, const char *sentence, gpointer user_data),
                                   gpointer user_data);
void pdk_facts_foreach_series (const PdkFacts *facts,
                               void (*func) (const char *name, const GArray *days, gpointer user_data),
                               gpointer user_data);
void pdk_facts_foreach_hours (const PdkFacts *facts,
                              void (*func) (const char *name, const GArray *hours, gpointer user_data),
                              gpointer user_data);

G_END_DECLS
