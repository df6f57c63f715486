/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "pdk-hour.h"
#include "pdk-log-clock.h"
#include "pdk-percentile-memo.h"
#include "pdk-tally-archive.h"
#include "pdk-tally-chunk.h"
#include "pdk-tally.h"

/* What pdk-tally.c, pdk-tally-archive.c, pdk-tally-count.c, pdk-tally-future.c, pdk-tally-past.c and
 * pdk-tally-run.c share. */

G_BEGIN_DECLS

/* "7d" reaches back seven days, "today" at most 25 hours. */
#define KEEP_EVENTS_DAYS 8

/* Those that are shown, and as many before, to compare with; and one more, since the zone of a reader's
 * "today" may turn just now. */
#define KEEP_DAYS 61

/* Hours with their latencies: of all days that are shown. */
#define KEEP_HOURS_SEC (31 * PDK_SECONDS_PER_DAY)

/* Hours that begin earlier before now are saved as what was added to them. Chunks are kept for two hours
 * longer, so that an hour that begins later is whole for another one. */
#define OLD_HOURS_SEC (KEEP_EVENTS_DAYS * PDK_SECONDS_PER_DAY - 2 * 3600)

typedef struct
{
  gint64 time_sec;
  gint64 latency_nsec;
  guint16 status;
  guint16 kind;
} FutureEvent;

/* What is known of the whole chunks of a window, but for the newest of all, which grows. */
typedef struct
{
  guint64 generation; /* of the tally, at that time; 0 if nothing is known */
  gint64 first_sec;   /* where the first of these chunks begins */
  gint64 last_sec;    /* where the last of them begins */
  PdkTallyCounts sums;
  PdkPercentileMemo p50;
  PdkPercentileMemo p95;
  PdkLatency guess_p50,
      guess_p95; /* what they were last, of whatever chunks: the next will not be far away */
} PdkTallyMemo;

/* The hours of the days that are shown, merged. */
typedef struct
{
  guint64 generation; /* of the hours, at that time; 0 if nothing is known */
  guint first, last;  /* which hours these are: [first, last) */
  PdkTallyCounts counts;
  GArray *days; /* (owned) (nullable) (element-type PdkHour) */
} PdkTallyMonth;

struct _PdkTally
{
  PdkLogClock *clock; /* of the user's zone */
  gint64 now_sec;
  gint64 first_known_sec;

  GPtrArray *chunks;           /* (element-type PdkTallyChunk): ascending by time */
  PdkTallyChunk *recent_chunk; /* (nullable): that was added to last, and is in unsettled */
  gint64 recent_end_sec;       /* events from its start until then belong in it, and nowhere else */
  GPtrArray *unsettled; /* (element-type PdkTallyChunk): those that were added to since they were settled */
  guint64 generation;   /* changes when a chunk does that is not the newest */
  gboolean has_unsaved; /* in any chunk */
  PdkTallyChunkFunc save_func; /* (nullable): takes each chunk that is complete, as far as can be told */
  gpointer save_data;
  gsize n_events;
  gsize max_events;
  guint64 n_dropped;
  gint64 dropped_until_sec; /* the end of what was dropped last */

  PdkDaySeries *days;
  GArray *hours;            /* (element-type PdkHour): ascending; those without requests are not in it */
  guint64 hours_generation; /* changes when any of them does */
  PdkTallyMonth month;

  GArray *future;           /* (element-type FutureEvent) */
  gboolean has_lost_future; /* there were more of them */

  GArray *old_hours; /* (element-type PdkHour): what came since it was saved, and is too old for chunks */

  /* Scratch for pdk_tally_count(), kept since it is called often. */
  GArray *ranges;                          /* (element-type PdkLatencyRange) */
  GArray *edges;                           /* (element-type PdkLatency) */
  PdkTallyMemo memos[PDK_TALLY_N_WINDOWS]; /* one for each PdkWindow before PDK_WINDOW_30D */
};

/* pdk_tally_to_kept_msec: Returns: a latency as a chunk would keep it, so that a sum is the same whichever
 * way a request came into it */
static inline double
pdk_tally_to_kept_msec (gint64 latency_nsec)
{
  return pdk_latency_to_msec (pdk_latency_from_msec (latency_nsec / 1e6));
}

gint64 pdk_tally_chunk_start (gint64 time_sec);
void pdk_tally_memo_clear (PdkTallyMemo *memo);
guint pdk_tally_find_chunk (PdkTally *tally, gint64 start_sec);
void pdk_tally_add_to_future (
    PdkTally *tally, gint64 time_sec, PdkRequestKind kind, guint status, gint64 latency_nsec);
void pdk_tally_release_future (PdkTally *tally);
void pdk_tally_settle (PdkTally *tally);
void pdk_tally_save_chunk (PdkTally *tally, PdkTallyChunk *chunk);
void pdk_tally_add_to_day (PdkTally *tally, const PdkHour *hour);
PdkHour *pdk_tally_obtain_hour (PdkTally *tally, gint64 hour_sec);
void pdk_tally_load_hours (PdkTally *tally, const GArray *hours);
void pdk_tally_expire_hours (PdkTally *tally);

G_END_DECLS
