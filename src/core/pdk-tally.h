/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

#include "pdk-day-series.h"
#include "pdk-log-event.h"
#include "pdk-route.h"
#include "pdk-window.h"

G_BEGIN_DECLS

/* A time stamp further ahead of now than this counts nowhere yet. */
#define PDK_TALLY_MAX_AHEAD_SEC 300

#define PDK_TALLY_MAX_EVENTS 20000000
#define PDK_TALLY_MAX_FUTURE 65536
#define PDK_TALLY_SERIES_DAYS 30

/* The windows before it are those that pdk_tally_get_window() knows. */
#define PDK_TALLY_N_WINDOWS PDK_WINDOW_30D

/* Latencies are 0 where there are no requests: then they are not known. */
typedef struct
{
  guint64 requests;
  guint64 chat;
  guint64 generate;
  guint64 embed;
  guint64 other;
  guint64 http_4xx;
  guint64 http_5xx;
  double latency_sum_msec;
  double p50_msec;
  double p95_msec;
} PdkTallyCounts;

/* What happened when: the inference requests of the last eight days one by one, and sums of the days before.
 */
typedef struct _PdkTally PdkTally;

PdkTally *pdk_tally_new (GTimeZone *zone, gint64 now_sec);
void pdk_tally_free (PdkTally *tally);

void pdk_tally_set_max_events (PdkTally *tally, gsize max_events);
void pdk_tally_expire (PdkTally *tally, gint64 now_sec);
void pdk_tally_note_day (PdkTally *tally, gint64 time_sec);
void pdk_tally_add (PdkTally *tally, gint64 time_sec, PdkRequestKind kind, guint status, gint64 latency_nsec);
void pdk_tally_add_run (PdkTally *tally, gint64 hour_sec, const PdkLogEvent *events, guint32 n_events);

void pdk_tally_get_window (
    PdkTally *tally, PdkWindow window, gint64 now_sec, gint64 *start_exclusive, gint64 *end_inclusive);
void pdk_tally_count (
    PdkTally *tally, PdkWindow window, gint64 start_exclusive, gint64 end_inclusive, PdkTallyCounts *counts);
GArray *pdk_tally_get_days (PdkTally *tally, gint64 now_sec);
gsize pdk_tally_get_n_future (PdkTally *tally);
gboolean pdk_tally_has_lost_future (PdkTally *tally);
guint64 pdk_tally_get_n_dropped (PdkTally *tally);
gsize pdk_tally_get_size_bytes (PdkTally *tally);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PdkTally, pdk_tally_free)

G_END_DECLS
