/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "pdk-token-matcher.h"

G_BEGIN_DECLS

#define PDK_TOKEN_TALLY_MAX_EVENTS 20000000
#define PDK_TOKEN_TALLY_MAX_FUTURE 65536

/* The tokens of a window of time. */
typedef struct
{
  guint64 prompt_tokens;
  guint64 output_tokens;
  guint64 unattributed_tokens; /* of both kinds, of requests that are not known */
  double output_msec;          /* how long it took to generate the output */
} PdkTokenCounts;

/* The tokens of one local day. */
typedef struct
{
  guint32 julian; /* as GDate counts */
  guint64 prompt_tokens;
  guint64 output_tokens;
} PdkTokenDay;

/* How many tokens when: group by group for the last eight days, and sums of the days before. */
typedef struct _PdkTokenTally PdkTokenTally;

PdkTokenTally *pdk_token_tally_new (GTimeZone *zone, gint64 now_sec);
void pdk_token_tally_free (PdkTokenTally *tally);

void pdk_token_tally_expire (PdkTokenTally *tally, gint64 now_sec);
void pdk_token_tally_add (PdkTokenTally *tally, const PdkTokenGroup *group);
gboolean pdk_token_tally_is_empty (const PdkTokenTally *tally);
void pdk_token_tally_count (const PdkTokenTally *tally,
                            gint64 start_exclusive,
                            gint64 end_inclusive,
                            PdkTokenCounts *counts);
GArray *pdk_token_tally_get_days (PdkTokenTally *tally, gint64 now_sec);
gsize pdk_token_tally_get_size_bytes (const PdkTokenTally *tally);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PdkTokenTally, pdk_token_tally_free)

G_END_DECLS
