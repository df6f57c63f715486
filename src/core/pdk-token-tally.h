/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "pdk-hour.h"
#include "pdk-token-matcher.h"

G_BEGIN_DECLS

/* Requests that are older are not read, so their tokens are not either. */
#define PDK_TOKEN_TALLY_MAX_AGE_DAYS 63

#define PDK_TOKEN_TALLY_MAX_EVENTS 20000000
#define PDK_TOKEN_TALLY_MAX_FUTURE 65536

/* The tokens of a window of time. */
typedef struct
{
  guint64 prompt_tokens;
  guint64 output_tokens;
  guint64 unattributed_tokens; /* of both kinds, of requests that are not known */
  double output_msec;          /* how long it took to generate the output */

  /* The same of those requests alone that are known. */
  guint64 attributed_prompt_tokens;
  guint64 attributed_output_tokens;
  double attributed_output_msec;
} PdkTokenCounts;

/* The tokens of one local day. */
typedef struct
{
  guint32 julian; /* as GDate counts */
  guint64 prompt_tokens;
  guint64 output_tokens;
  guint64 unattributed_tokens; /* of both kinds, of requests that are not known */
  double output_msec;          /* how long it took to generate the output */
} PdkTokenDay;

/* Takes a chunk's groups, as pdk_token_tally_load_chunk() does. */
typedef void (*PdkTokenChunkFunc) (gint64 start_sec, GBytes *data, gpointer user_data);

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
gboolean pdk_token_tally_find_attributed (const PdkTokenTally *tally, gint64 *first_sec, gint64 *last_sec);
GArray *pdk_token_tally_get_days (PdkTokenTally *tally, gint64 now_sec);
gboolean pdk_token_tally_has_unsaved (const PdkTokenTally *tally);
void pdk_token_tally_foreach_unsaved (const PdkTokenTally *tally, PdkTokenChunkFunc func, gpointer user_data);
const GArray *pdk_token_tally_get_old_hours (const PdkTokenTally *tally);
void pdk_token_tally_add_to_hour (PdkTokenTally *tally, PdkHour *hour);
GVariant *pdk_token_tally_dup_rest (const PdkTokenTally *tally);
void pdk_token_tally_mark_saved (PdkTokenTally *tally);
void pdk_token_tally_load_chunk (PdkTokenTally *tally, gint64 start_sec, gconstpointer data, gsize length);
void pdk_token_tally_load_days (PdkTokenTally *tally, const GArray *hours);
void pdk_token_tally_load_rest (PdkTokenTally *tally, GVariant *rest);
void pdk_token_tally_drop_future (PdkTokenTally *tally, gint64 start_sec, gint64 end_sec);
gsize pdk_token_tally_get_size_bytes (const PdkTokenTally *tally);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PdkTokenTally, pdk_token_tally_free)

G_END_DECLS
