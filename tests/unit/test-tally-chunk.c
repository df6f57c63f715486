/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "pdk-tally-chunk.h"

#define START 1700000100 /* a multiple of 900 */
#define MSEC 1000000

static PdkTallyChunk *
chunk_with_events (void)
{
  PdkTallyChunk *chunk = pdk_tally_chunk_new (START, 0);

  pdk_tally_chunk_add (chunk, START + 899, PDK_REQUEST_OTHER, 999, 5 * MSEC);
  pdk_tally_chunk_add (chunk, START + 10, PDK_REQUEST_CHAT, 200, 3 * MSEC);
  pdk_tally_chunk_add (chunk, START + 20, PDK_REQUEST_GENERATE, 404, 1 * MSEC);
  pdk_tally_chunk_add (chunk, START + 30, PDK_REQUEST_EMBED, 500, 2 * MSEC);
  return chunk;
}

static PdkTallyChunk *
settled_chunk (void)
{
  PdkTallyChunk *chunk = chunk_with_events ();
  PdkHour added = { 0 };

  g_assert_true (pdk_tally_chunk_settle (chunk, &added));
  return chunk;
}

/* Each event is told once to whoever sums up. */
static void
test_settle (void)
{
  g_autoptr (PdkTallyChunk) chunk = chunk_with_events ();
  PdkHour added = { .requests = 10 };

  g_assert_true (pdk_tally_chunk_settle (chunk, &added));
  g_assert_cmpuint (added.requests, ==, 14);
  g_assert_cmpuint (added.n_by_kind[PDK_REQUEST_CHAT], ==, 1);
  g_assert_cmpuint (added.n_by_kind[PDK_REQUEST_GENERATE], ==, 1);
  g_assert_cmpuint (added.http_4xx, ==, 1);
  g_assert_cmpuint (added.http_5xx, ==, 2);
  g_assert_cmpfloat (added.latency_msec, ==, 11);
  g_assert_cmpuint (added.buckets[pdk_hour_find_bucket (pdk_latency_from_msec (1))], ==, 1);
  g_assert_cmpuint (added.buckets[pdk_hour_find_bucket (pdk_latency_from_msec (5))], ==, 1);
  for (guint i = 1; i < chunk->n; i++)
    g_assert_cmpfloat (pdk_latency_to_msec (chunk->latencies[i - 1]), <,
                       pdk_latency_to_msec (chunk->latencies[i]));

  added = (PdkHour){ 0 };
  g_assert_false (pdk_tally_chunk_settle (chunk, &added));
  g_assert_cmpuint (added.requests, ==, 0);
  pdk_tally_chunk_add (chunk, START, PDK_REQUEST_CHAT, 404, 4 * MSEC);
  g_assert_true (pdk_tally_chunk_settle (chunk, &added));
  g_assert_cmpuint (added.requests, ==, 1);
  g_assert_cmpuint (added.http_4xx, ==, 1);
  g_assert_cmpfloat (added.latency_msec, ==, 4);
  g_assert_cmpfloat (pdk_latency_to_msec (chunk->latencies[3]), ==, 4);
}

static void
test_count_all (void)
{
  g_autoptr (PdkTallyChunk) chunk = settled_chunk ();
  PdkTallyCounts counts = { .requests = 100 };

  pdk_tally_chunk_count_all (chunk, &counts);
  g_assert_cmpuint (counts.requests, ==, 104);
  g_assert_cmpuint (counts.chat, ==, 1);
  g_assert_cmpuint (counts.generate, ==, 1);
  g_assert_cmpuint (counts.embed, ==, 1);
  g_assert_cmpuint (counts.other, ==, 1);
  g_assert_cmpuint (counts.http_4xx, ==, 1);
  g_assert_cmpuint (counts.http_5xx, ==, 2);
  g_assert_cmpfloat (counts.latency_sum_msec, ==, 11);
}

static void
test_count_some (void)
{
  g_autoptr (PdkTallyChunk) chunk = settled_chunk ();
  g_autoptr (GArray) latencies = g_array_new (FALSE, FALSE, sizeof (PdkLatency));
  PdkTallyCounts counts = { 0 };

  pdk_tally_chunk_count_some (chunk, START + 10, START + 899, &counts, latencies);
  g_assert_cmpuint (counts.requests, ==, 3);
  g_assert_cmpuint (counts.chat, ==, 0);
  g_assert_cmpuint (counts.http_4xx, ==, 1);
  g_assert_cmpuint (counts.http_5xx, ==, 2);
  g_assert_cmpfloat (counts.latency_sum_msec, ==, 8);
  g_assert_cmpuint (latencies->len, ==, 3);
  g_assert_cmpfloat (pdk_latency_to_msec (g_array_index (latencies, PdkLatency, 0)), ==, 1);
  g_assert_cmpfloat (pdk_latency_to_msec (g_array_index (latencies, PdkLatency, 2)), ==, 5);

  counts = (PdkTallyCounts){ 0 };
  pdk_tally_chunk_count_some (chunk, START - 1000, START + 20, &counts, latencies);
  g_assert_cmpuint (counts.requests, ==, 2);
}

static void
test_is_within (void)
{
  g_autoptr (PdkTallyChunk) chunk = settled_chunk ();

  g_assert_true (pdk_tally_chunk_is_within (chunk, START + 9, START + 899));
  g_assert_false (pdk_tally_chunk_is_within (chunk, START + 10, START + 899));
  g_assert_false (pdk_tally_chunk_is_within (chunk, START + 9, START + 898));
}

static void
test_size (void)
{
  g_autoptr (PdkTallyChunk) chunk = pdk_tally_chunk_new (START, 0);
  gsize empty = pdk_tally_chunk_get_size_bytes (chunk);

  for (guint i = 0; i < 10000; i++)
    {
      pdk_tally_chunk_add (chunk, START + i % 900, PDK_REQUEST_CHAT, 200, i);
      g_assert_cmpuint (pdk_tally_chunk_get_size_bytes (chunk) - empty, <=, 6 * (i + 1 + MAX (i / 4, 8)));
    }
  pdk_tally_chunk_trim (chunk);
  g_assert_cmpuint (pdk_tally_chunk_get_size_bytes (chunk) - empty, ==, 60000);
  pdk_tally_chunk_add (chunk, START, PDK_REQUEST_CHAT, 200, 1);
  g_assert_cmpuint (chunk->n, ==, 10001);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tally-chunk/settle", test_settle);
  g_test_add_func ("/tally-chunk/count-all", test_count_all);
  g_test_add_func ("/tally-chunk/count-some", test_count_some);
  g_test_add_func ("/tally-chunk/is-within", test_is_within);
  g_test_add_func ("/tally-chunk/size", test_size);
  return g_test_run ();
}
