/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "pdk-tally-archive.h"

#include "pdk-log-clock.h"
#include "pdk-tally-past.h"
#include "pdk-token-tally.h"

#define NOW_SEC G_GINT64_CONSTANT (1795176000) /* 2026-11-20 12:00:00 UTC */
#define DAY PDK_SECONDS_PER_DAY

typedef struct
{
  GTimeZone *zone;
  PdkTally *tally;
  PdkTokenTally *tokens;
} Fixture;

static void
set_up (Fixture *f, gconstpointer zone)
{
  f->zone = g_time_zone_new_identifier (zone);
  f->tally = pdk_tally_new (f->zone, NOW_SEC);
  f->tokens = pdk_token_tally_new (f->zone, NOW_SEC);
}

static void
tear_down (Fixture *f, gconstpointer unused)
{
  pdk_tally_free (f->tally);
  pdk_token_tally_free (f->tokens);
  g_time_zone_unref (f->zone);
}

/* Requests and tokens all over the last 40 days, some of them ahead of their time. */
static void
add_many (Fixture *f, guint n, guint seed)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);

  for (guint i = 0; i < n; i++)
    {
      PdkTokenGroup group = { .prompt_tokens = g_rand_int_range (rand, 0, 5000),
                              .output_tokens = g_rand_int_range (rand, 0, 500),
                              .output_msec = g_rand_int_range (rand, 0, 9000),
                              .is_attributed = g_rand_boolean (rand) };

      group.time_sec = NOW_SEC - (gint64) g_rand_int_range (rand, -2000, 40 * DAY);
      pdk_tally_add (f->tally, group.time_sec, g_rand_int_range (rand, PDK_REQUEST_CHAT, PDK_REQUEST_N_KINDS),
                     g_rand_int_range (rand, 200, 600), g_rand_int_range (rand, 0, G_MAXINT32));
      pdk_token_tally_add (f->tokens, &group);
    }
}

static void
copy_chunk (const PdkTallyChunk *chunk, gpointer user_data)
{
  g_autoptr (GBytes) data = pdk_tally_chunk_dup_data (chunk);

  pdk_tally_load_chunk (user_data, chunk->start_sec, g_bytes_get_data (data, NULL), g_bytes_get_size (data));
}

static void
copy_tokens (gint64 start_sec, GBytes *data, gpointer user_data)
{
  pdk_token_tally_load_chunk (user_data, start_sec, g_bytes_get_data (data, NULL), g_bytes_get_size (data));
}

static void
foreach_unsaved (PdkTally *tally, PdkTallyChunkFunc func, gpointer user_data)
{
  pdk_tally_begin_saving (tally, func, user_data);
  pdk_tally_finish_saving (tally);
}

static void
note_hour (const PdkTallyChunk *chunk, gpointer user_data)
{
  gpointer *both = user_data;

  pdk_hour_obtain (both[0], pdk_tally_get_hour (both[1], chunk->start_sec));
}

/* All hours: those of the chunks as a whole, the others as what was added. */
static GArray *
list_hours (Fixture *f)
{
  GArray *hours = g_array_new (FALSE, FALSE, sizeof (PdkHour));
  const GArray *old[] = { pdk_tally_get_old_hours (f->tally), pdk_token_tally_get_old_hours (f->tokens) };
  gpointer both[] = { hours, f->tally };

  foreach_unsaved (f->tally, note_hour, both);
  for (guint i = 0; i < hours->len; i++)
    {
      PdkHour *hour = &g_array_index (hours, PdkHour, i);

      if (!pdk_tally_has_whole_hour (f->tally, hour->start_sec))
        continue;
      pdk_tally_add_to_hour (f->tally, hour);
      pdk_token_tally_add_to_hour (f->tokens, hour);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (old); i++)
    {
      for (guint j = 0; j < old[i]->len; j++)
        {
          const PdkHour *hour = &g_array_index (old[i], PdkHour, j);

          if (!pdk_tally_has_whole_hour (f->tally, hour->start_sec))
            pdk_hour_merge (pdk_hour_obtain (hours, hour->start_sec), hour);
        }
    }
  return hours;
}

static void
load_rest (Fixture *f, Fixture *copy)
{
  g_autoptr (GVariant) rest = g_variant_ref_sink (pdk_tally_dup_rest (f->tally));
  g_autoptr (GVariant) tokens_rest = g_variant_ref_sink (pdk_token_tally_dup_rest (f->tokens));

  pdk_tally_load_rest (copy->tally, rest);
  pdk_token_tally_load_rest (copy->tokens, tokens_rest);
}

static void
assert_same_days (GArray *days, GArray *expected, gsize size)
{
  g_assert_cmpuint (days->len, ==, expected->len);
  g_assert_cmpmem (days->data, days->len * size, expected->data, expected->len * size);
  g_array_unref (days);
  g_array_unref (expected);
}

static void
assert_same (Fixture *f, Fixture *copy)
{
  static const gint64 lengths[] = { 60, 5 * 3600, DAY, 7 * DAY };

  for (gsize i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      PdkTallyCounts counts, expected;
      PdkTokenCounts tokens, expected_tokens;

      pdk_tally_count (f->tally, i % PDK_TALLY_N_WINDOWS, NOW_SEC - lengths[i], NOW_SEC + 300, &expected);
      pdk_tally_count (copy->tally, i % PDK_TALLY_N_WINDOWS, NOW_SEC - lengths[i], NOW_SEC + 300, &counts);
      g_assert_cmpfloat_with_epsilon (counts.latency_sum_msec, expected.latency_sum_msec, 1e-3);
      counts.latency_sum_msec = expected.latency_sum_msec;
      g_assert_cmpmem (&counts, sizeof counts, &expected, sizeof expected);
      pdk_token_tally_count (f->tokens, NOW_SEC - lengths[i], NOW_SEC + 300, &expected_tokens);
      pdk_token_tally_count (copy->tokens, NOW_SEC - lengths[i], NOW_SEC + 300, &tokens);
      g_assert_cmpmem (&tokens, sizeof tokens, &expected_tokens, sizeof expected_tokens);
    }
  assert_same_days (pdk_tally_get_days (copy->tally, NOW_SEC), pdk_tally_get_days (f->tally, NOW_SEC),
                    sizeof (PdkDaySums));
  assert_same_days (pdk_token_tally_get_days (copy->tokens, NOW_SEC),
                    pdk_token_tally_get_days (f->tokens, NOW_SEC), sizeof (PdkTokenDay));
  g_assert_cmpuint (pdk_tally_get_n_future (copy->tally), ==, pdk_tally_get_n_future (f->tally));
}

/* What is kept and read back counts the same, also once its future has come. */
static void
test_round_trip (Fixture *f, gconstpointer zone)
{
  g_autoptr (GArray) hours = NULL;
  Fixture copy;

  set_up (&copy, zone);
  add_many (f, 20000, 1);
  g_assert_true (pdk_tally_has_unsaved (f->tally));
  g_assert_true (pdk_token_tally_has_unsaved (f->tokens));
  hours = list_hours (f);
  foreach_unsaved (f->tally, copy_chunk, copy.tally);
  pdk_token_tally_foreach_unsaved (f->tokens, copy_tokens, copy.tokens);
  pdk_tally_load_days (copy.tally, hours);
  pdk_token_tally_load_days (copy.tokens, hours);
  load_rest (f, &copy);
  g_assert_false (pdk_tally_has_unsaved (copy.tally));
  g_assert_false (pdk_token_tally_has_unsaved (copy.tokens));
  assert_same (f, &copy);

  pdk_tally_expire (f->tally, NOW_SEC + 2000);
  pdk_tally_expire (copy.tally, NOW_SEC + 2000);
  pdk_token_tally_expire (f->tokens, NOW_SEC + 2000);
  pdk_token_tally_expire (copy.tokens, NOW_SEC + 2000);
  assert_same (f, &copy);
  tear_down (&copy, NULL);
}

static void
count_chunk (const PdkTallyChunk *chunk, gpointer user_data)
{
  (*(guint *) user_data)++;
}

/* Only what has changed is given out again. */
static void
test_changes (Fixture *f, gconstpointer zone)
{
  guint n = 0;

  add_many (f, 1000, 2);
  pdk_tally_mark_saved (f->tally);
  pdk_token_tally_mark_saved (f->tokens);
  g_assert_false (pdk_tally_has_unsaved (f->tally));
  g_assert_false (pdk_token_tally_has_unsaved (f->tokens));
  pdk_tally_add (f->tally, NOW_SEC - 5000, PDK_REQUEST_CHAT, 200, 1);
  pdk_tally_add (f->tally, NOW_SEC - 5001, PDK_REQUEST_CHAT, 200, 1);
  foreach_unsaved (f->tally, count_chunk, &n);
  g_assert_cmpuint (n, ==, 1);
  g_assert_cmpuint (pdk_tally_get_old_hours (f->tally)->len, ==, 0);
  pdk_tally_mark_saved (f->tally);
  pdk_tally_add (f->tally, NOW_SEC - 20 * DAY, PDK_REQUEST_CHAT, 200, 1);
  g_assert_true (pdk_tally_has_unsaved (f->tally));
  g_assert_cmpuint (pdk_tally_get_old_hours (f->tally)->len, ==, 1);
}

static void
note_size (const PdkTallyChunk *chunk, gpointer user_data)
{
  g_string_append_printf (user_data, "%u ", chunk->n);
}

/* Chunks are given out when a later one begins, and again when they change; if they were not kept in the end,
 * they are given out once more. */
/* An hour that is on its way out of the chunks is in both, with the same sum. */
static void
test_sum_of_an_old_hour (Fixture *f, gconstpointer zone)
{
  const GArray *hours;
  PdkTallyCounts counts;

  pdk_tally_add (f->tally, NOW_SEC - 8 * DAY + 600, PDK_REQUEST_CHAT, 200, G_GINT64_CONSTANT (52521618022));
  hours = pdk_tally_get_old_hours (f->tally);
  g_assert_cmpuint (hours->len, ==, 1);
  g_assert_true (pdk_tally_count_month (f->tally, NOW_SEC, &counts));
  g_assert_cmpfloat (counts.latency_sum_msec, ==, g_array_index (hours, PdkHour, 0).latency_msec);
  g_assert_cmpfloat_with_epsilon (counts.latency_sum_msec, 52521.618, 0.01);
}

static void
test_saved_while_read (Fixture *f, gconstpointer zone)
{
  static const gint64 times[] = { 9000, 9000, 7000, 7000, 7000, 9000, 5000 };
  g_autoptr (GString) sizes = g_string_new (NULL);

  pdk_tally_begin_saving (f->tally, note_size, sizes);
  for (gsize i = 0; i < G_N_ELEMENTS (times); i++)
    {
      g_assert_cmpstr (sizes->str, ==, i < 3 ? "" : i < 7 ? "2 " : NULL);
      pdk_tally_add (f->tally, NOW_SEC - times[i], PDK_REQUEST_CHAT, 200, 1);
    }
  g_assert_cmpstr (sizes->str, ==, "2 3 ");
  pdk_tally_finish_saving (f->tally);
  g_assert_cmpstr (sizes->str, ==, "2 3 3 1 ");

  g_string_truncate (sizes, 0);
  foreach_unsaved (f->tally, note_size, sizes);
  g_assert_cmpstr (sizes->str, ==, "3 3 1 ");
  pdk_tally_mark_saved (f->tally);
  foreach_unsaved (f->tally, note_size, sizes);
  g_assert_cmpstr (sizes->str, ==, "3 3 1 ");
}

/* An hour that was counted in a zone without half hours may begin on the day before its first event. */
static void
test_hour_across_midnight (Fixture *f, gconstpointer zone)
{
  const gint64 half_past_six_sec = NOW_SEC - NOW_SEC % DAY - 2 * DAY + 18 * 3600 + 1800;
  PdkHour hour = { .start_sec = half_past_six_sec - 1800, .requests = 1 };
  g_autoptr (GArray) hours = g_array_new (FALSE, FALSE, sizeof (PdkHour));
  g_autoptr (GVariant) rest = g_variant_ref_sink (
      g_variant_new ("(x@a(xxqq))", half_past_six_sec + 600, g_variant_new ("a(xxqq)", NULL)));
  g_autoptr (GArray) days = NULL;

  g_array_append_val (hours, hour);
  pdk_tally_load_days (f->tally, hours);
  pdk_tally_load_rest (f->tally, rest);
  days = pdk_tally_get_days (f->tally, NOW_SEC);
  g_assert_cmpuint (g_array_index (days, PdkDaySums, 0).requests, ==, 1);
}

/* Whatever the bytes, nothing breaks, and what cannot be is left out. */
static void
test_hostile (Fixture *f, gconstpointer zone)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (3);
  g_autoptr (GVariant) odd = g_variant_ref_sink (g_variant_new_string ("no"));
  PdkTallyCounts counts;

  for (guint i = 0; i < 2000; i++)
    {
      guint8 bytes[64];
      gsize length = g_rand_int_range (rand, 0, sizeof bytes);

      for (gsize j = 0; j < sizeof bytes; j++)
        bytes[j] = g_rand_int_range (rand, 0, 256);
      pdk_tally_load_chunk (f->tally, NOW_SEC / 900 * 900 - i % 500 * 900, bytes, length);
      pdk_token_tally_load_chunk (f->tokens, NOW_SEC / 900 * 900 - i % 500 * 900, bytes, length);
    }
  pdk_tally_load_chunk (f->tally, NOW_SEC / 900 * 900 + 1, "123456", 6);
  pdk_tally_load_rest (f->tally, odd);
  pdk_token_tally_load_rest (f->tokens, odd);
  pdk_tally_count (f->tally, PDK_WINDOW_7D, NOW_SEC - 7 * DAY, NOW_SEC, &counts);
  g_assert_cmpuint (counts.chat + counts.generate + counts.embed + counts.other, <=, counts.requests);
}

int
main (int argc, char **argv)
{
  static const char *const zones[] = { "UTC", "Asia/Kolkata", "Europe/Berlin" };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (zones); i++)
    {
      g_autofree char *name = g_strdup (zones[i]);
      g_autofree char *path = g_strconcat ("/tally-archive/round-trip/", g_strdelimit (name, "/", '-'), NULL);

      g_test_add (path, Fixture, zones[i], set_up, test_round_trip, tear_down);
    }
  g_test_add ("/tally-archive/changes", Fixture, "UTC", set_up, test_changes, tear_down);
  g_test_add ("/tally-archive/hour-across-midnight", Fixture, "Asia/Kolkata", set_up,
              test_hour_across_midnight, tear_down);
  g_test_add ("/tally-archive/sum-of-an-old-hour", Fixture, "UTC", set_up, test_sum_of_an_old_hour,
              tear_down);
  g_test_add ("/tally-archive/saved-while-read", Fixture, "UTC", set_up, test_saved_while_read, tear_down);
  g_test_add ("/tally-archive/hostile", Fixture, "UTC", set_up, test_hostile, tear_down);
  return g_test_run ();
}
