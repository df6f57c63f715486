/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <math.h>
#include <string.h>

#include "pdk-hour.h"

/* A bucket's middle is that near to all that is in it. */
#define NEAR (1.0 / 8)

static guint
find_bucket (double msec)
{
  return pdk_hour_find_bucket (pdk_latency_from_msec ((float) msec));
}

static void
test_bucket_edges (void)
{
  static const struct
  {
    double msec;
    guint bucket;
  } cases[] = {
    { 0, 0 },        { 0.5, 0 },      { 0.999, 0 },    { 1, 1 },     { 1.249, 1 },
    { 1.25, 2 },     { 1.499, 2 },    { 1.5, 3 },      { 1.75, 4 },  { 1.999, 4 },
    { 2, 5 },        { 2.5, 6 },      { 1023.9, 40 },  { 1024, 41 }, { 4194303, 88 },
    { 4194304, 89 }, { 5242879, 89 }, { 5242880, 89 }, { 1e12, 89 }, { 1e30, 89 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("%g ms", cases[i].msec);
      g_assert_cmpuint (find_bucket (cases[i].msec), ==, cases[i].bucket);
    }
  g_assert_cmpuint (cases[G_N_ELEMENTS (cases) - 1].bucket, ==, PDK_HOUR_N_BUCKETS - 1);
}

static void
test_add_request (void)
{
  static const struct
  {
    PdkRequestKind kind;
    guint status;
    double msec;
  } requests[] = {
    { PDK_REQUEST_CHAT, 200, 100 },  { PDK_REQUEST_CHAT, 399, 200 }, { PDK_REQUEST_GENERATE, 400, 0 },
    { PDK_REQUEST_EMBED, 499, 0.5 }, { PDK_REQUEST_OTHER, 500, 10 }, { PDK_REQUEST_OTHER, 599, 1000 },
  };
  PdkHour hour = { .start_sec = 3600 };

  for (gsize i = 0; i < G_N_ELEMENTS (requests); i++)
    pdk_hour_add_request (&hour, requests[i].kind, requests[i].status, requests[i].msec);
  g_assert_cmpint (hour.start_sec, ==, 3600);
  g_assert_cmpuint (hour.requests, ==, 6);
  g_assert_cmpuint (hour.n_by_kind[PDK_REQUEST_CHAT], ==, 2);
  g_assert_cmpuint (hour.n_by_kind[PDK_REQUEST_GENERATE], ==, 1);
  g_assert_cmpuint (hour.n_by_kind[PDK_REQUEST_EMBED], ==, 1);
  g_assert_cmpuint (hour.n_by_kind[PDK_REQUEST_OTHER], ==, 2);
  g_assert_cmpuint (hour.http_4xx, ==, 2);
  g_assert_cmpuint (hour.http_5xx, ==, 2);
  g_assert_cmpfloat (hour.latency_msec, ==, 1310.5);
  g_assert_cmpuint (hour.buckets[0], ==, 2);
  g_assert_cmpuint (hour.buckets[find_bucket (100)], ==, 1);
}

/* An hour in which every sum is another one. */
static PdkHour
make_hour (guint factor)
{
  PdkHour hour = { .start_sec = 7200 * (gint64) factor,
                   .requests = 2 * factor,
                   .http_4xx = 3 * factor,
                   .http_5xx = 5 * factor,
                   .latency_msec = 7 * factor,
                   .prompt_tokens = 11 * factor,
                   .output_tokens = 13 * factor,
                   .unattributed_tokens = 17 * factor,
                   .output_msec = 19 * factor };

  for (guint i = 0; i < PDK_REQUEST_N_KINDS; i++)
    hour.n_by_kind[i] = (23 + i) * factor;
  for (guint i = 0; i < PDK_HOUR_N_BUCKETS; i++)
    hour.buckets[i] = (29 + i) * factor;
  return hour;
}

static void
test_merge (void)
{
  PdkHour hour = make_hour (1), other = make_hour (10), expected = make_hour (11);

  pdk_hour_merge (&hour, &other);
  g_assert_cmpint (hour.start_sec, ==, 7200);
  hour.start_sec = expected.start_sec;
  g_assert_cmpmem (&hour, sizeof hour, &expected, sizeof expected);
}

static void
test_obtain (void)
{
  static const gint64 starts[] = { 7200, 3600, 10800, 7200, 0, 3600, 10800 };
  g_autoptr (GArray) hours = g_array_new (FALSE, FALSE, sizeof (PdkHour));

  for (gsize i = 0; i < G_N_ELEMENTS (starts); i++)
    pdk_hour_obtain (hours, starts[i])->requests++;
  g_assert_cmpuint (hours->len, ==, 4);
  for (guint i = 0; i < hours->len; i++)
    {
      g_assert_cmpint (g_array_index (hours, PdkHour, i).start_sec, ==, 3600 * (gint64) i);
      g_assert_cmpuint (g_array_index (hours, PdkHour, i).requests, ==, i == 0 ? 1 : 2);
    }
}

/* From a millisecond to an hour, wherever in its bucket a latency lies. */
static void
test_percentile_is_near (void)
{
  for (double msec = 1; msec < 4.5e6; msec *= 1.01)
    {
      PdkHour hour = { 0 };

      pdk_hour_add_request (&hour, PDK_REQUEST_CHAT, 200, msec);
      g_assert_cmpfloat (fabs (pdk_hour_get_percentile (&hour, 50) - msec), <=, msec * NEAR * 1.0001);
    }
}

static void
test_percentile_ranks (void)
{
  PdkHour hour = { 0 };
  double median, p95;

  g_assert_cmpfloat (pdk_hour_get_percentile (&hour, 50), ==, -1);
  for (guint i = 1; i <= 1000; i++)
    pdk_hour_add_request (&hour, PDK_REQUEST_CHAT, 200, i);
  median = pdk_hour_get_percentile (&hour, 50);
  p95 = pdk_hour_get_percentile (&hour, 95);
  g_assert_cmpfloat (fabs (median - 500), <=, 500 * NEAR);
  g_assert_cmpfloat (fabs (p95 - 950), <=, 950 * NEAR);
}

/* The nearest rank: of twenty, the 95th percentile is the nineteenth. */
static void
test_percentile_nearest_rank (void)
{
  PdkHour hour = { 0 };

  for (guint i = 0; i < 19; i++)
    pdk_hour_add_request (&hour, PDK_REQUEST_CHAT, 200, 10);
  pdk_hour_add_request (&hour, PDK_REQUEST_CHAT, 200, 10000);
  g_assert_cmpfloat (pdk_hour_get_percentile (&hour, 95), <, 20);
  g_assert_cmpfloat (pdk_hour_get_percentile (&hour, 96), >, 8000);
  pdk_hour_add_request (&hour, PDK_REQUEST_CHAT, 200, 10000);
  g_assert_cmpfloat (pdk_hour_get_percentile (&hour, 95), >, 8000);
  g_assert_cmpfloat (pdk_hour_get_percentile (&hour, 1), <, 20);
}

static void
test_round_trip (void)
{
  static const guint32 counts[] = { 0, 1, 127, 128, 16383, 16384, 2097151, 2097152, 268435456, G_MAXUINT32 };
  PdkHour hour = { 0 };
  PdkHour copy = make_hour (3);
  g_autoptr (GBytes) none = pdk_hour_dup_buckets (&hour);
  g_autoptr (GBytes) bytes = NULL;
  gconstpointer data;
  gsize length;

  g_assert_cmpuint (g_bytes_get_size (none), ==, 0);
  for (guint i = 0; i < PDK_HOUR_N_BUCKETS; i++)
    hour.buckets[i] = counts[i % G_N_ELEMENTS (counts)];
  bytes = pdk_hour_dup_buckets (&hour);
  data = g_bytes_get_data (bytes, &length);
  g_assert_true (pdk_hour_set_buckets (&copy, data, length));
  g_assert_cmpmem (copy.buckets, sizeof copy.buckets, hour.buckets, sizeof hour.buckets);
  g_assert_cmpuint (copy.requests, ==, 6);
  g_assert_true (pdk_hour_set_buckets (&copy, NULL, 0));
  g_assert_cmpuint (copy.buckets[1], ==, 0);
}

/* What a damaged file may hold: it is copied, so that reading behind its end is found out. */
static void
test_hostile (void)
{
  static const struct
  {
    const char *what;
    const char *data;
    gsize length;
  } cases[] = {
    { "no such bucket", "\x5a\x01", 2 },
    { "bucket 255", "\xff\x01", 2 },
    { "a good one before", "\x03\x01\x5a\x01", 4 },
    { "count cut off", "\x03\x80", 2 },
    { "count cut off late", "\x03\xff\xff\xff\xff", 5 },
    { "count of 33 bits", "\x03\xff\xff\xff\xff\x1f", 6 },
    { "count of six bytes", "\x03\x80\x80\x80\x80\x80\x01", 7 },
    { "count without end", "\x03\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", 13 },
  };
  const PdkHour empty = { 0 };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      PdkHour hour = make_hour (1);
      g_autofree void *copy = g_memdup2 (cases[i].data, cases[i].length);

      g_test_message ("%s", cases[i].what);
      g_assert_false (pdk_hour_set_buckets (&hour, copy, cases[i].length));
      g_assert_cmpmem (hour.buckets, sizeof hour.buckets, empty.buckets, sizeof empty.buckets);
      g_assert_cmpfloat (pdk_hour_get_percentile (&hour, 95), ==, -1);
    }
}

/* Whatever is taken for good reads the same when it is written and read again. */
static void
test_any_bytes (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (20261120);

  for (guint i = 0; i < 20000; i++)
    {
      gsize length = (gsize) g_rand_int_range (rand, 0, 24);
      g_autofree guint8 *data = g_malloc (length);
      PdkHour hour = { 0 }, again = { 0 };
      g_autoptr (GBytes) bytes = NULL;

      for (gsize j = 0; j < length; j++)
        data[j] = (guint8) g_rand_int_range (rand, 0, g_rand_boolean (rand) ? 256 : PDK_HOUR_N_BUCKETS);
      if (!pdk_hour_set_buckets (&hour, data, length))
        continue;
      bytes = pdk_hour_dup_buckets (&hour);
      g_assert_true (pdk_hour_set_buckets (&again, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes)));
      g_assert_cmpmem (&again, sizeof again, &hour, sizeof hour);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/hour/bucket-edges", test_bucket_edges);
  g_test_add_func ("/hour/add-request", test_add_request);
  g_test_add_func ("/hour/merge", test_merge);
  g_test_add_func ("/hour/obtain", test_obtain);
  g_test_add_func ("/hour/percentile/near", test_percentile_is_near);
  g_test_add_func ("/hour/percentile/ranks", test_percentile_ranks);
  g_test_add_func ("/hour/percentile/nearest-rank", test_percentile_nearest_rank);
  g_test_add_func ("/hour/round-trip", test_round_trip);
  g_test_add_func ("/hour/hostile", test_hostile);
  g_test_add_func ("/hour/any-bytes", test_any_bytes);
  return g_test_run ();
}
