/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "pdk-hour.h"
#include "pdk-latency-rank.h"
#include "pdk-log-event.h"
#include "pdk-tally.h"

G_BEGIN_DECLS

#define PDK_TALLY_CHUNK_SEC 900

/* The events of a quarter of an hour. Read the first four members only. */
typedef struct
{
  gint64 start_sec; /* Unix seconds, a multiple of PDK_TALLY_CHUNK_SEC */
  guint32 n;
  guint32 n_settled;     /* fewer than n if any was added since */
  PdkLatency *latencies; /* (owned) (array length=n): ascending once settled */

  guint32 n_saved;   /* how many there were when it was written somewhere, for good */
  guint32 n_written; /* the same, for good or not yet */
  guint32 capacity;
  guint16 *tags; /* (owned): parallel to latencies: second in the chunk, kind, class of status */

  /* Of those that are settled. */
  guint16 first, last; /* seconds of the earliest and latest event */
  guint32 n_by_kind[PDK_REQUEST_N_KINDS];
  guint32 n_4xx;
  guint32 n_5xx;
  double latency_sum_msec;
} PdkTallyChunk;

PdkTallyChunk *pdk_tally_chunk_new (gint64 start_sec, guint32 n_expected);
void pdk_tally_chunk_free (PdkTallyChunk *chunk);

void pdk_tally_chunk_add (
    PdkTallyChunk *chunk, gint64 time_sec, PdkRequestKind kind, guint status, gint64 latency_nsec);
guint32 pdk_tally_chunk_add_run (PdkTallyChunk *chunk,
                                 gint64 hour_sec,
                                 gint64 end_sec,
                                 const PdkLogEvent *events,
                                 guint32 n_events,
                                 guint32 *n_added);
void pdk_tally_chunk_trim (PdkTallyChunk *chunk);
gboolean pdk_tally_chunk_settle (PdkTallyChunk *chunk, PdkHour *added);
gboolean pdk_tally_chunk_is_within (const PdkTallyChunk *chunk, gint64 start_exclusive, gint64 end_inclusive);
void pdk_tally_chunk_count_all (const PdkTallyChunk *chunk, PdkTallyCounts *counts);
void pdk_tally_chunk_count_some (const PdkTallyChunk *chunk,
                                 gint64 start_exclusive,
                                 gint64 end_inclusive,
                                 PdkTallyCounts *counts,
                                 GArray *latencies);
guint32
pdk_tally_chunk_count_requests (const PdkTallyChunk *chunk, gint64 start_exclusive, gint64 end_inclusive);
GBytes *pdk_tally_chunk_dup_data (const PdkTallyChunk *chunk);
PdkTallyChunk *pdk_tally_chunk_new_from_data (gint64 start_sec, gconstpointer data, gsize length);
gsize pdk_tally_chunk_get_size_bytes (const PdkTallyChunk *chunk);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PdkTallyChunk, pdk_tally_chunk_free)

G_END_DECLS
