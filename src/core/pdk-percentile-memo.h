/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "pdk-latency-rank.h"

G_BEGIN_DECLS

/* What lies around one percentile of many values that do not change. All zero when there is none. */
typedef struct
{
  guint n;
  guint32 n_below;    /* how many of all values are below the first of these */
  PdkLatency *values; /* (owned) (array length=n): ascending, each once */
  guint32 *n_at_most; /* (owned) (array length=n): how many of all values are at most that one */
} PdkPercentileMemo;

void pdk_percentile_memo_clear (PdkPercentileMemo *memo);
void pdk_percentile_memo_fill (PdkPercentileMemo *memo,
                               const PdkLatencyRange *ranges,
                               guint n_ranges,
                               PdkLatency value);
gboolean pdk_percentile_memo_find (const PdkPercentileMemo *memo,
                                   const PdkLatencyRange *others,
                                   guint n_others,
                                   guint64 rank,
                                   PdkLatency *value);

G_END_DECLS
