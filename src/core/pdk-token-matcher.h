/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "pdk-log-event.h"
#include "pdk-route.h"
#include "pdk-server-line.h"

G_BEGIN_DECLS

/* The tokens of one request. */
typedef struct
{
  gint64 time_sec; /* Unix seconds: when the request ended, as closely as the log tells */
  guint32 prompt_tokens;
  guint32 output_tokens;
  double output_msec;     /* how long it took to generate them */
  gboolean is_attributed; /* which request it was is beyond doubt */
} PdkTokenGroup;

typedef void (*PdkTokenFunc) (const PdkTokenGroup *group, gpointer user_data);

/* Finds out which request the runner's timings belong to. */
typedef struct _PdkTokenMatcher PdkTokenMatcher;

PdkTokenMatcher *pdk_token_matcher_new (PdkTokenFunc func, gpointer user_data);
void pdk_token_matcher_free (PdkTokenMatcher *matcher);

void pdk_token_matcher_take_line (PdkTokenMatcher *matcher, const PdkServerLine *line);
void pdk_token_matcher_take_request (PdkTokenMatcher *matcher,
                                     gint64 time_sec,
                                     PdkRequestKind kind,
                                     gint64 latency_nsec);
void pdk_token_matcher_take_run (PdkTokenMatcher *matcher,
                                 gint64 hour_sec,
                                 const PdkLogEvent *events,
                                 guint32 n_events);
void pdk_token_matcher_settle (PdkTokenMatcher *matcher);

GVariant *pdk_token_matcher_save (const PdkTokenMatcher *matcher);
void pdk_token_matcher_load (PdkTokenMatcher *matcher, GVariant *saved);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PdkTokenMatcher, pdk_token_matcher_free)

G_END_DECLS
