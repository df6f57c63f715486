/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A latency in milliseconds as the bits of a float: not negative, so the bits sort like the number. */
typedef guint32 PdkLatency;

/* One sorted array, lent to pdk_latency_rank_select(). */
typedef struct
{
  const PdkLatency *values; /* ascending; not owned */
  guint32 low;              /* set these to 0 and to the number of values; they are moved */
  guint32 high;
  guint32 middle; /* for the selection's own use */
} PdkLatencyRange;

static inline PdkLatency
pdk_latency_from_msec (float msec)
{
  union
  {
    float number;
    guint32 bits;
  } value = { .number = msec };

  return value.bits;
}

static inline float
pdk_latency_to_msec (PdkLatency latency)
{
  union
  {
    guint32 bits;
    float number;
  } value = { .bits = latency };

  return value.number;
}

void pdk_latency_rank_sort (PdkLatency *values, guint16 *tags, guint32 n, guint32 n_sorted);
guint32 pdk_latency_range_count_at_most (const PdkLatencyRange *range, PdkLatency value);
PdkLatency pdk_latency_rank_select (PdkLatencyRange *ranges, guint n_ranges, guint64 rank, PdkLatency guess);

G_END_DECLS
