/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "pdk-log-clock.h"
#include "pdk-server-line.h"
#include "pdk-tally.h"
#include "pdk-token-tally.h"

/* What pdk-token-tally.c and pdk-token-archive.c share. */

G_BEGIN_DECLS

#define CHUNK_SEC 900
#define KEEP_EVENTS_DAYS 8
#define KEEP_DAYS 31
#define FIRST_CAPACITY 8

/* See pdk-tally-private.h. */
#define OLD_HOURS_SEC (KEEP_EVENTS_DAYS * PDK_SECONDS_PER_DAY - 2 * 3600)

/* What the runner writes has two decimals. */
#define UNITS_PER_MSEC 100

/* An event in a word: prompt tokens, output tokens, second in the chunk, and whether it is attributed. */
#define TOKEN_BITS 26
#define SECOND_BITS 10
#define TOKEN_MASK ((G_GUINT64_CONSTANT (1) << TOKEN_BITS) - 1)
#define SECOND_MASK ((1u << SECOND_BITS) - 1)

G_STATIC_ASSERT (PDK_SERVER_LINE_MAX_TOKENS <= TOKEN_MASK);
G_STATIC_ASSERT (CHUNK_SEC <= 1 << SECOND_BITS);
G_STATIC_ASSERT (2 * TOKEN_BITS + SECOND_BITS < 64);

typedef struct
{
  guint64 prompt_tokens;
  guint64 output_tokens;
  guint64 output_units;
} Sums;

typedef struct
{
  gint64 start_sec; /* a multiple of CHUNK_SEC */
  guint32 n;
  guint32 capacity;
  guint32 n_saved;       /* how many there were when it was written somewhere */
  guint64 *words;        /* (owned) (array length=n) */
  guint32 *output_units; /* (owned) (array length=n) */
  guint16 first, last;   /* seconds of the earliest and the latest */
  Sums all;
  Sums attributed;
} Chunk;

struct _PdkTokenTally
{
  PdkLogClock *clock; /* of the user's zone */
  gint64 now_sec;
  gint64 first_known_sec; /* G_MAXINT64 for none */
  GPtrArray *chunks;      /* (element-type Chunk): ascending by time */
  gsize n_events;
  GArray *days;      /* (element-type PdkTokenDay): ascending; days without tokens are not in it */
  GArray *future;    /* (element-type PdkTokenGroup) */
  GArray *old_hours; /* (element-type PdkHour): what came since it was saved, and is too old for chunks */
};

void pdk_token_chunk_free (gpointer data);
void pdk_token_chunk_resize (Chunk *chunk, guint32 capacity);
void pdk_token_chunk_count (Sums *all, Sums *attributed, guint64 word, guint32 output_units);
guint64 pdk_token_sums_get_unattributed (const Sums *all, const Sums *attributed);
guint pdk_token_tally_find_chunk (const PdkTokenTally *tally, gint64 start_sec);

G_END_DECLS
