/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Six bytes an event: a latency as a float, and a tag of sixteen bits. Two arrays rather than an array of
 * structures, since a structure would take eight.
 *
 * A log brings millions of events at first, so adding one does no more than to keep it. When a chunk is
 * settled, what was added is put in order and summed up at once; then a window looks into the chunks at its
 * two edges alone. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-tally-chunk.h"

#include <string.h>

#define NSEC_PER_MSEC 1e6
#define EVENT_BYTES (sizeof (PdkLatency) + sizeof (guint16))
#define FIRST_CAPACITY 8

/* So that room for what is of another chunk is not made for long. */
#define MAX_RUN 256

/* Bits 0-9: second in the chunk. 10-12: PdkRequestKind. 13-14: StatusClass. */
#define SECOND_BITS 10
#define KIND_BITS 3
#define N_SORTS (1 << (16 - SECOND_BITS)) /* of tags, whatever the second */

typedef enum
{
  CLASS_GOOD,
  CLASS_4XX,
  CLASS_5XX,
} StatusClass;

G_STATIC_ASSERT (PDK_TALLY_CHUNK_SEC <= 1 << SECOND_BITS);
G_STATIC_ASSERT (PDK_REQUEST_N_KINDS <= 1 << KIND_BITS);

static guint16
make_tag (guint second, PdkRequestKind kind, guint status)
{
  guint class = (status >= 400 ? CLASS_4XX : CLASS_GOOD) + (status >= 500 ? CLASS_5XX - CLASS_4XX : 0);

  return (guint16) (second | kind << SECOND_BITS | class << (SECOND_BITS + KIND_BITS));
}

static guint
tag_second (guint16 tag)
{
  return tag % (1 << SECOND_BITS);
}

static PdkRequestKind
tag_kind (guint16 tag)
{
  return tag >> SECOND_BITS & ((1 << KIND_BITS) - 1);
}

static StatusClass
tag_class (guint16 tag)
{
  return tag >> (SECOND_BITS + KIND_BITS);
}

static void
resize (PdkTallyChunk *chunk, guint32 capacity)
{
  chunk->latencies = g_renew (PdkLatency, chunk->latencies, capacity);
  chunk->tags = g_renew (guint16, chunk->tags, capacity);
  chunk->capacity = capacity;
}

/* Makes room for @n events more. */
static void
reserve (PdkTallyChunk *chunk, guint32 n)
{
  if (chunk->capacity - chunk->n < n)
    resize (chunk, chunk->capacity + MAX (MAX (chunk->capacity / 4, FIRST_CAPACITY), n));
}

/* Adds what is not settled to @sums, and notes its first and last second. */
static void
sum_up_new (PdkTallyChunk *chunk, PdkHour *sums)
{
  guint32 n_of_sort[N_SORTS] = { 0 };

  for (guint32 i = chunk->n_settled; i < chunk->n; i++)
    {
      guint16 tag = chunk->tags[i];

      chunk->first = MIN (chunk->first, tag_second (tag));
      chunk->last = MAX (chunk->last, tag_second (tag));
      n_of_sort[tag >> SECOND_BITS]++;
      sums->latency_msec += pdk_latency_to_msec (chunk->latencies[i]);
      sums->buckets[pdk_hour_find_bucket (chunk->latencies[i])]++;
    }
  for (guint sort = 0; sort < N_SORTS; sort++)
    {
      guint16 tag = (guint16) (sort << SECOND_BITS);

      if (n_of_sort[sort] == 0)
        continue;
      sums->n_by_kind[tag_kind (tag)] += n_of_sort[sort];
      sums->http_4xx += tag_class (tag) == CLASS_4XX ? n_of_sort[sort] : 0;
      sums->http_5xx += tag_class (tag) == CLASS_5XX ? n_of_sort[sort] : 0;
    }
  sums->requests += chunk->n - chunk->n_settled;
}

/**
 * pdk_tally_chunk_new:
 * @start_sec: where the chunk begins, a multiple of %PDK_TALLY_CHUNK_SEC
 * @n_expected: room for how many events is made
 *
 * Returns: (transfer full): an empty chunk
 */
PdkTallyChunk *
pdk_tally_chunk_new (gint64 start_sec, guint32 n_expected)
{
  PdkTallyChunk *chunk = g_new0 (PdkTallyChunk, 1);

  chunk->start_sec = start_sec;
  chunk->first = PDK_TALLY_CHUNK_SEC;
  if (n_expected > 0)
    resize (chunk, n_expected);
  return chunk;
}

/**
 * pdk_tally_chunk_free:
 * @chunk: (nullable) (transfer full): what to free
 */
void
pdk_tally_chunk_free (PdkTallyChunk *chunk)
{
  if (chunk == NULL)
    return;
  g_free (chunk->latencies);
  g_free (chunk->tags);
  g_free (chunk);
}

/**
 * pdk_tally_chunk_add:
 * @chunk: the chunk
 * @time_sec: Unix seconds, within the chunk
 * @kind: what was asked for
 * @status: HTTP status
 * @latency_nsec: how long it took, not negative
 */
void
pdk_tally_chunk_add (
    PdkTallyChunk *chunk, gint64 time_sec, PdkRequestKind kind, guint status, gint64 latency_nsec)
{
  guint second = time_sec - chunk->start_sec;

  reserve (chunk, 1);
  chunk->latencies[chunk->n] = pdk_latency_from_msec (latency_nsec / NSEC_PER_MSEC);
  chunk->tags[chunk->n] = make_tag (second, kind, status);
  chunk->n++;
}

/**
 * pdk_tally_chunk_add_run:
 * @chunk: the chunk
 * @hour_sec: Unix seconds: when the hour begins that all of @events are of
 * @end_sec: what is of that time or later is left alone
 * @events: (array length=n_events): the events of a log, in its order
 * @n_events: how many there are
 * @n_added: (out): how many of them were requests that count
 *
 * Adds events up to the first that is not within the chunk; as pdk_tally_chunk_add() would, in much less
 * time.
 *
 * Returns: how many of @events need no more looking at
 */
guint32
pdk_tally_chunk_add_run (PdkTallyChunk *chunk,
                         gint64 hour_sec,
                         gint64 end_sec,
                         const PdkLogEvent *events,
                         guint32 n_events,
                         guint32 *n_added)
{
  guint64 hour_offset = (guint64) (hour_sec - chunk->start_sec);
  guint64 end = MIN (end_sec - chunk->start_sec, PDK_TALLY_CHUNK_SEC);
  PdkLatency *latencies;
  guint16 *tags;
  guint32 n = 0, i = 0;

  n_events = MIN (n_events, MAX_RUN);
  reserve (chunk, n_events);
  latencies = chunk->latencies + chunk->n;
  tags = chunk->tags + chunk->n;
  for (; i < n_events; i++)
    {
      guint64 second = hour_offset + events[i].second; /* wraps to something large before the chunk */

      if (second >= end)
        break;
      latencies[n] = pdk_latency_from_msec (events[i].latency_nsec / NSEC_PER_MSEC);
      tags[n] = make_tag (second, events[i].kind, events[i].status);
      /* Kept or not without a branch that nobody foresees. */
      n += events[i].kind != PDK_REQUEST_NONE;
    }
  chunk->n += n;
  *n_added = n;
  return i;
}

/**
 * pdk_tally_chunk_trim:
 * @chunk: a chunk that is not expected to grow
 *
 * Gives back the memory that was taken for more events.
 */
void
pdk_tally_chunk_trim (PdkTallyChunk *chunk)
{
  if (chunk->n > 0 && chunk->capacity > chunk->n)
    resize (chunk, chunk->n);
}

/**
 * pdk_tally_chunk_settle:
 * @chunk: the chunk
 * @added: (inout): what to add the sums of all events to that were added since the last time
 *
 * Sorts by latency, and sums up.
 *
 * Returns: whether anything was added since the last time
 */
gboolean
pdk_tally_chunk_settle (PdkTallyChunk *chunk, PdkHour *added)
{
  PdkHour sums = { 0 };

  if (chunk->n_settled == chunk->n)
    return FALSE;
  sum_up_new (chunk, &sums);
  for (guint i = 0; i < PDK_REQUEST_N_KINDS; i++)
    chunk->n_by_kind[i] += sums.n_by_kind[i];
  chunk->n_4xx += sums.http_4xx;
  chunk->n_5xx += sums.http_5xx;
  chunk->latency_sum_msec += sums.latency_msec;
  pdk_hour_merge (added, &sums);
  pdk_latency_rank_sort (chunk->latencies, chunk->tags, chunk->n, chunk->n_settled);
  chunk->n_settled = chunk->n;
  return TRUE;
}

/**
 * pdk_tally_chunk_is_within:
 * @chunk: a settled chunk
 * @start_exclusive: Unix seconds
 * @end_inclusive: Unix seconds
 *
 * Returns: whether all events are later than @start_exclusive and none is later than @end_inclusive
 */
gboolean
pdk_tally_chunk_is_within (const PdkTallyChunk *chunk, gint64 start_exclusive, gint64 end_inclusive)
{
  return chunk->start_sec + chunk->first > start_exclusive && chunk->start_sec + chunk->last <= end_inclusive;
}

/**
 * pdk_tally_chunk_count_all:
 * @chunk: a settled chunk
 * @counts: (inout): what to add the chunk's sums to
 */
void
pdk_tally_chunk_count_all (const PdkTallyChunk *chunk, PdkTallyCounts *counts)
{
  counts->requests += chunk->n;
  counts->chat += chunk->n_by_kind[PDK_REQUEST_CHAT];
  counts->generate += chunk->n_by_kind[PDK_REQUEST_GENERATE];
  counts->embed += chunk->n_by_kind[PDK_REQUEST_EMBED];
  counts->other += chunk->n_by_kind[PDK_REQUEST_OTHER];
  counts->http_4xx += chunk->n_4xx;
  counts->http_5xx += chunk->n_5xx;
  counts->latency_sum_msec += chunk->latency_sum_msec;
}

/**
 * pdk_tally_chunk_count_some:
 * @chunk: a settled chunk
 * @start_exclusive: Unix seconds
 * @end_inclusive: Unix seconds
 * @counts: (inout): what to add the sums of the events in between to
 * @latencies: (element-type guint32): where to append their latencies, which come in ascending order
 */
void
pdk_tally_chunk_count_some (const PdkTallyChunk *chunk,
                            gint64 start_exclusive,
                            gint64 end_inclusive,
                            PdkTallyCounts *counts,
                            GArray *latencies)
{
  guint16 from = (guint16) CLAMP (start_exclusive - chunk->start_sec + 1, 0, PDK_TALLY_CHUNK_SEC);
  guint16 end = (guint16) CLAMP (end_inclusive - chunk->start_sec + 1, from, PDK_TALLY_CHUNK_SEC);
  guint32 n_of_sort[N_SORTS] = { 0 };
  PdkTallyChunk some = { 0 };
  guint n_before = latencies->len;
  PdkLatency *target;

  g_array_set_size (latencies, n_before + chunk->n);
  target = (PdkLatency *) (gpointer) latencies->data + n_before;
  /* In the order of latencies, which event is within is anybody's guess, so nothing here branches on it. */
  for (guint32 i = 0; i < chunk->n; i++)
    {
      guint16 tag = chunk->tags[i];
      /* Below @from, it is a large number. */
      guint is_within = (guint16) (tag_second (tag) - from) < (guint16) (end - from);

      target[some.n] = chunk->latencies[i];
      some.n += is_within;
      n_of_sort[tag >> SECOND_BITS] += is_within;
    }
  for (guint sort = 0; sort < N_SORTS; sort++)
    {
      guint16 tag = (guint16) (sort << SECOND_BITS);

      if (n_of_sort[sort] == 0)
        continue;
      some.n_by_kind[tag_kind (tag)] += n_of_sort[sort];
      some.n_4xx += tag_class (tag) == CLASS_4XX ? n_of_sort[sort] : 0;
      some.n_5xx += tag_class (tag) == CLASS_5XX ? n_of_sort[sort] : 0;
    }
  g_array_set_size (latencies, n_before + some.n);
  for (guint32 i = 0; i < some.n; i++)
    some.latency_sum_msec += pdk_latency_to_msec (target[i]);
  pdk_tally_chunk_count_all (&some, counts);
}

/**
 * pdk_tally_chunk_count_requests:
 * @chunk: a chunk
 * @start_exclusive: Unix seconds
 * @end_inclusive: Unix seconds
 *
 * Returns: how many events are in between
 */
guint32
pdk_tally_chunk_count_requests (const PdkTallyChunk *chunk, gint64 start_exclusive, gint64 end_inclusive)
{
  guint16 from = (guint16) CLAMP (start_exclusive - chunk->start_sec + 1, 0, PDK_TALLY_CHUNK_SEC);
  guint16 end = (guint16) CLAMP (end_inclusive - chunk->start_sec + 1, from, PDK_TALLY_CHUNK_SEC);
  guint32 n = 0;

  for (guint32 i = 0; i < chunk->n; i++)
    {
      guint16 second = chunk->tags[i] % (1 << SECOND_BITS);

      n += (second >= from) & (second < end);
    }
  return n;
}

/**
 * pdk_tally_chunk_dup_data:
 * @chunk: a chunk
 *
 * Returns: (transfer full): its events, for keeping: all latencies as floats, then all tags, in little-endian
 *   order
 */
GBytes *
pdk_tally_chunk_dup_data (const PdkTallyChunk *chunk)
{
  guint8 *data = g_malloc (MAX (chunk->n * EVENT_BYTES, 1));
  guint8 *tags = data + chunk->n * sizeof (PdkLatency);

  for (guint32 i = 0; i < chunk->n; i++)
    {
      guint32 latency = GUINT32_TO_LE (chunk->latencies[i]);
      guint16 tag = GUINT16_TO_LE (chunk->tags[i]);

      memcpy (data + i * sizeof latency, &latency, sizeof latency);
      memcpy (tags + i * sizeof tag, &tag, sizeof tag);
    }
  return g_bytes_new_take (data, chunk->n * EVENT_BYTES);
}

/**
 * pdk_tally_chunk_new_from_data:
 * @start_sec: where the chunk begins
 * @data: (nullable): what pdk_tally_chunk_dup_data() made
 * @length: length of @data in bytes
 *
 * What cannot have been made so is left out.
 *
 * Returns: (transfer full): a settled chunk with these events, which counts as saved
 */
PdkTallyChunk *
pdk_tally_chunk_new_from_data (gint64 start_sec, gconstpointer data, gsize length)
{
  PdkTallyChunk *chunk = pdk_tally_chunk_new (start_sec, 0);
  gsize n = length / EVENT_BYTES;
  const guint8 *latencies = data, *tags = latencies + n * sizeof (PdkLatency);
  PdkHour sums = { 0 };

  if (n == 0 || length % EVENT_BYTES != 0 || n > G_MAXUINT32)
    return chunk;
  resize (chunk, (guint32) n);
  for (gsize i = 0; i < n; i++)
    {
      guint32 latency;
      guint16 tag;

      memcpy (&latency, latencies + i * sizeof latency, sizeof latency);
      memcpy (&tag, tags + i * sizeof tag, sizeof tag);
      tag = GUINT16_FROM_LE (tag);
      if (tag_second (tag) >= PDK_TALLY_CHUNK_SEC || tag_kind (tag) >= PDK_REQUEST_N_KINDS)
        continue;
      chunk->latencies[chunk->n] = GUINT32_FROM_LE (latency) & G_MAXINT32;
      chunk->tags[chunk->n++] = tag;
    }
  pdk_tally_chunk_settle (chunk, &sums);
  chunk->n_saved = chunk->n_written = chunk->n;
  return chunk;
}

/**
 * pdk_tally_chunk_get_size_bytes:
 * @chunk: the chunk
 *
 * Returns: the memory it takes
 */
gsize
pdk_tally_chunk_get_size_bytes (const PdkTallyChunk *chunk)
{
  return sizeof *chunk + chunk->capacity * EVENT_BYTES;
}
