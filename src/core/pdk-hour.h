/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

#include "pdk-latency-rank.h"
#include "pdk-route.h"

G_BEGIN_DECLS

/* Four buckets for each doubling of a latency in milliseconds: they begin at 1, 1.25, 1.5 and 1.75 times a
 * power of two, so that a bucket's middle is within an eighth of all that is in it. The first is for less
 * than 1 ms, the last for 70 minutes and more. */
#define PDK_HOUR_N_BUCKETS 90

/* What an hour of requests comes to. */
typedef struct
{
  gint64 start_sec; /* Unix seconds: the first of an hour on the user's wall clock */
  guint64 requests;
  guint64 n_by_kind[PDK_REQUEST_N_KINDS];
  guint64 http_4xx;
  guint64 http_5xx;
  double latency_msec; /* of all requests together */
  guint64 prompt_tokens;
  guint64 output_tokens;
  guint64 unattributed_tokens; /* of both kinds */
  double output_msec;          /* how long it took to generate the output */
  guint32 buckets[PDK_HOUR_N_BUCKETS];
} PdkHour;

/* The bucket of a latency. What a float's bits begin with, below the sign, is the power of two, and then the
 * quarter. */
static inline guint
pdk_hour_find_bucket (PdkLatency latency)
{
  const guint one_msec = 127 << 2;
  guint quarter = latency >> 21;

  return quarter < one_msec ? 0 : MIN (quarter - one_msec + 1, PDK_HOUR_N_BUCKETS - 1);
}

void pdk_hour_add_request (PdkHour *hour, PdkRequestKind kind, guint status, double latency_msec);
guint pdk_hour_find (const GArray *hours, gint64 start_sec);
PdkHour *pdk_hour_obtain (GArray *hours, gint64 start_sec);
void pdk_hour_merge (PdkHour *hour, const PdkHour *other);
double pdk_hour_get_percentile (const PdkHour *hour, guint percent);

GBytes *pdk_hour_dup_buckets (const PdkHour *hour);
gboolean pdk_hour_set_buckets (PdkHour *hour, gconstpointer data, gsize length);

G_END_DECLS
