/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "pdk-model-facts.h"

#define NOW G_GINT64_CONSTANT (1795180800) /* a midnight in UTC, plus 14 h 20 min */
#define HOUR 3600
#define DAY (24 * HOUR)

typedef struct
{
  PdkServerRecord *record;
  PdkTally *requests;
  PdkLoadedSpans *loaded;
  PdkFacts *facts;
} Fixture;

static void
set_up (Fixture *f, gconstpointer unused)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_utc ();

  f->record = pdk_server_record_new (zone, NOW);
  f->requests = pdk_tally_new (zone, NOW);
  f->loaded = pdk_loaded_spans_new ();
  f->facts = pdk_facts_new ();
}

static void
tear_down (Fixture *f, gconstpointer unused)
{
  pdk_server_record_free (f->record);
  pdk_tally_free (f->requests);
  pdk_loaded_spans_free (f->loaded);
  pdk_facts_unref (f->facts);
}

static void
add (Fixture *f, gint64 time_sec, guint32 prompt, guint32 output, gboolean is_attributed)
{
  const PdkTokenGroup group = { time_sec, prompt, output, 500, is_attributed };

  pdk_token_tally_add (pdk_server_record_get_tokens (f->record), &group);
}

static void
describe (Fixture *f)
{
  pdk_model_facts_describe (f->record, f->requests, f->loaded, NOW, f->facts);
}

static void
assert_metric (Fixture *f, const char *name, double expected)
{
  double value = -1;

  pdk_facts_get_number (f->facts, name, &value);
  g_assert_cmpfloat (value, ==, expected);
}

/* A model has the tokens that came while it was loaded alone, and no others. */
static void
test_edges (Fixture *f, gconstpointer unused)
{
  pdk_loaded_spans_add (f->loaded, NOW - 100, NOW - 50, "m:1");
  pdk_loaded_spans_add (f->loaded, NOW - 49, NOW - 40, NULL);
  pdk_loaded_spans_add (f->loaded, NOW - 39, NOW - 30, "n");
  add (f, NOW - 101, 1, 1, TRUE);
  add (f, NOW - 100, 10, 20, TRUE);
  add (f, NOW - 70, 1, 1, FALSE);
  add (f, NOW - 50, 100, 200, TRUE);
  add (f, NOW - 49, 1, 1, TRUE);
  add (f, NOW - 39, 1000, 2000, TRUE);
  add (f, NOW - 29, 1, 1, TRUE);
  describe (f);
  assert_metric (f, "log_prompt_tokens_5h[m:1]", 110);
  assert_metric (f, "log_output_tokens_5h[m:1]", 220);
  assert_metric (f, "tokens_per_second_5h[m:1]", 220);
  assert_metric (f, "log_prompt_tokens_5h[n]", 1000);
  assert_metric (f, "log_output_tokens_5h[n]", 2000);
  g_assert_cmpstr (pdk_facts_get_metric (f->facts, "log_output_tokens_5h[n]")->unit, ==, "tokens");
  g_assert_cmpstr (pdk_facts_get_metric (f->facts, "log_output_tokens_5h[n]")->window, ==, "5h");
}

/* A span that reaches into a window gives it a part. */
static void
test_windows (Fixture *f, gconstpointer unused)
{
  pdk_loaded_spans_add (f->loaded, NOW - 8 * DAY, NOW, "m");
  add (f, NOW - 1, 1, 0, TRUE);
  add (f, NOW - 6 * HOUR, 10, 0, TRUE);
  add (f, NOW - 20 * HOUR, 100, 0, TRUE);
  add (f, NOW - 6 * DAY, 1000, 0, TRUE);
  add (f, NOW - 7 * DAY, 10000, 0, TRUE);
  describe (f);
  assert_metric (f, "log_prompt_tokens_today[m]", 11);
  assert_metric (f, "log_prompt_tokens_5h[m]", 1);
  assert_metric (f, "log_prompt_tokens_1d[m]", 111);
  assert_metric (f, "log_prompt_tokens_7d[m]", 1111);
}

/* Models without tokens are not told. */
static void
test_none (Fixture *f, gconstpointer unused)
{
  pdk_loaded_spans_add (f->loaded, NOW - 100, NOW - 50, "m");
  add (f, NOW - 20, 1, 1, TRUE);
  describe (f);
  g_assert_null (pdk_facts_get_metric (f->facts, "log_prompt_tokens_7d[m]"));
  g_assert_false (pdk_facts_has_data (f->facts));
}

/* Of too many models, those with the fewest tokens are not told. */
static void
test_many (Fixture *f, gconstpointer unused)
{
  for (guint i = 0; i < 2 * PDK_MODEL_FACTS_MAX_MODELS; i++)
    {
      g_autofree char *name = g_strdup_printf ("m%u", i);

      pdk_loaded_spans_add (f->loaded, NOW - 10 * i - 1, NOW - 10 * i, name);
      add (f, NOW - 10 * i, 1 + i, 0, TRUE);
    }
  describe (f);
  g_assert_null (pdk_facts_get_metric (f->facts, "log_prompt_tokens_7d[m31]"));
  assert_metric (f, "log_prompt_tokens_7d[m32]", 33);
  assert_metric (f, "log_prompt_tokens_7d[m63]", 64);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/model-facts/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("edges", test_edges);
  ADD ("windows", test_windows);
  ADD ("none", test_none);
  ADD ("many", test_many);
#undef ADD
  return g_test_run ();
}
