/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "pdk-facts.h"

static GPtrArray *
new_models (const char *name)
{
  GPtrArray *models = g_ptr_array_new_with_free_func ((GDestroyNotify) pdk_model_unref);

  g_ptr_array_add (models, pdk_model_new (name));
  return models;
}

static void
test_nothing (void)
{
  g_autoptr (PdkFacts) facts = pdk_facts_new ();
  double value = 7;

  g_assert_null (pdk_facts_get_metric (facts, "x"));
  g_assert_false (pdk_facts_get_number (facts, "x", &value));
  g_assert_cmpfloat (value, ==, 7);
  g_assert_null (pdk_facts_get_attribute (facts, "x"));
  g_assert_null (pdk_facts_get_diagnostic (facts, "x"));
  g_assert_null (pdk_facts_get_series (facts, "x"));
  g_assert_null (pdk_facts_get_models (facts));
  g_assert_null (pdk_facts_get_running (facts));
  g_assert_false (pdk_facts_has_data (facts));
}

static void
test_metrics (void)
{
  g_autoptr (PdkFacts) facts = pdk_facts_new ();
  g_autofree char *unit = g_strdup ("requests");
  const PdkMetric *metric;
  double value = 0;

  pdk_facts_set_metric (facts, "requests_5h", 9, unit, "5h");
  unit[0] = 'x';
  metric = pdk_facts_get_metric (facts, "requests_5h");
  g_assert_cmpfloat (metric->value, ==, 9);
  g_assert_cmpstr (metric->unit, ==, "requests");
  g_assert_cmpstr (metric->window, ==, "5h");
  g_assert_false (metric->has_limit);
  g_assert_true (pdk_facts_get_number (facts, "requests_5h", &value));
  g_assert_true (pdk_facts_get_number (facts, "requests_5h", NULL));
  g_assert_cmpfloat (value, ==, 9);

  pdk_facts_set_quota (facts, "requests_5h", 25, 100, 75, "%", NULL);
  metric = pdk_facts_get_metric (facts, "requests_5h");
  g_assert_cmpfloat (metric->value, ==, 25);
  g_assert_cmpfloat (metric->limit, ==, 100);
  g_assert_cmpfloat (metric->remaining, ==, 75);
  g_assert_true (metric->has_limit);
  g_assert_null (metric->window);

  pdk_facts_set_metric (facts, "requests_5h", 0, "requests", NULL);
  metric = pdk_facts_get_metric (facts, "requests_5h");
  g_assert_cmpfloat (metric->value, ==, 0);
  g_assert_false (metric->has_limit);
}

/* What alone makes data, and what does not. */
static void
test_has_data (void)
{
  g_autoptr (PdkFacts) settings = pdk_facts_new ();
  g_autoptr (PdkFacts) metric = pdk_facts_new ();
  g_autoptr (PdkFacts) models = pdk_facts_new ();
  g_autoptr (PdkFacts) running = pdk_facts_new ();
  g_autoptr (GPtrArray) none = g_ptr_array_new ();

  pdk_facts_set_attribute (settings, "cloud_disabled", "false");
  pdk_facts_set_diagnostic (settings, "local_api_error", "No.");
  g_assert_false (pdk_facts_has_data (settings));
  pdk_facts_set_metric (metric, "requests_5h", 0, "requests", "5h");
  g_assert_true (pdk_facts_has_data (metric));
  pdk_facts_set_models (models, none);
  g_assert_true (pdk_facts_has_data (models));
  pdk_facts_set_running (running, none);
  g_assert_true (pdk_facts_has_data (running));
}

static void
test_lists (void)
{
  g_autoptr (PdkFacts) facts = pdk_facts_new ();
  GPtrArray *first = new_models ("first");
  GPtrArray *second = new_models ("second");

  pdk_facts_set_models (facts, first);
  pdk_facts_set_models (facts, first);
  g_ptr_array_unref (first);
  g_assert_cmpstr (((PdkModel *) g_ptr_array_index (pdk_facts_get_models (facts), 0))->name, ==, "first");
  pdk_facts_set_models (facts, second);
  g_ptr_array_unref (second);
  g_assert_cmpstr (((PdkModel *) g_ptr_array_index (pdk_facts_get_models (facts), 0))->name, ==, "second");
}

static void
test_gpus (void)
{
  g_autoptr (PdkFacts) facts = pdk_facts_new ();
  g_autoptr (PdkFacts) more = pdk_facts_new ();
  g_autoptr (GPtrArray) gpus = g_ptr_array_new_with_free_func ((GDestroyNotify) pdk_gpu_unref);

  g_ptr_array_add (gpus, pdk_gpu_new ("RTX 4090", "CUDA"));
  g_assert_null (pdk_facts_get_gpus (facts));
  pdk_facts_set_gpus (more, gpus);
  pdk_facts_merge (facts, more);
  g_assert_cmpstr (((PdkGpu *) g_ptr_array_index (pdk_facts_get_gpus (facts), 0))->name, ==, "RTX 4090");
}

static void
test_series (void)
{
  g_autoptr (PdkFacts) facts = pdk_facts_new ();
  const GArray *days;

  pdk_facts_append_day (facts, "requests", 739500, 5);
  pdk_facts_append_day (facts, "requests", 739501, 0);
  pdk_facts_append_day (facts, "chat", 739500, 1);
  days = pdk_facts_get_series (facts, "requests");
  g_assert_cmpuint (days->len, ==, 2);
  g_assert_cmpuint (g_array_index (days, PdkDayValue, 1).julian_day, ==, 739501);
  g_assert_cmpfloat (g_array_index (days, PdkDayValue, 0).value, ==, 5);
  g_assert_cmpuint (pdk_facts_get_series (facts, "chat")->len, ==, 1);
}

/* Facts with every kind of thing, under "both" and under @own. */
static PdkFacts *
new_full (const char *own, double value)
{
  PdkFacts *facts = pdk_facts_new ();
  g_autoptr (GPtrArray) models = new_models (own);
  const char *names[] = { own, "both" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      pdk_facts_set_quota (facts, names[i], value, value + 1, value + 2, own, own);
      pdk_facts_set_reset (facts, names[i], (gint64) value);
      pdk_facts_set_attribute (facts, names[i], own);
      pdk_facts_set_diagnostic (facts, names[i], own);
      pdk_facts_append_day (facts, names[i], 739500, value);
    }
  pdk_facts_set_models (facts, models);
  return facts;
}

static void
sum_resets (const char *name, gint64 time_usec, gpointer user_data)
{
  *(gint64 *) user_data += g_str_equal (name, "both") ? 10 * time_usec : time_usec;
}

static void
assert_is_from (const PdkFacts *facts, const char *name, const char *origin, double value)
{
  const PdkMetric *metric = pdk_facts_get_metric (facts, name);

  g_assert_cmpfloat (metric->value, ==, value);
  g_assert_cmpfloat (metric->limit, ==, value + 1);
  g_assert_cmpfloat (metric->remaining, ==, value + 2);
  g_assert_true (metric->has_limit);
  g_assert_cmpstr (metric->unit, ==, origin);
  g_assert_cmpstr (metric->window, ==, origin);
  g_assert_cmpstr (pdk_facts_get_attribute (facts, name), ==, origin);
  g_assert_cmpstr (pdk_facts_get_diagnostic (facts, name), ==, origin);
  g_assert_cmpuint (pdk_facts_get_series (facts, name)->len, ==, 1);
  g_assert_cmpfloat (g_array_index (pdk_facts_get_series (facts, name), PdkDayValue, 0).value, ==, value);
}

/* Where both know a thing, the first is right, and the second is left as it was. */
static void
test_merge (void)
{
  g_autoptr (PdkFacts) facts = new_full ("first", 1);
  g_autoptr (PdkFacts) other = new_full ("second", 2);
  g_autoptr (PdkFacts) empty = pdk_facts_new ();
  gint64 resets = 0;

  pdk_facts_merge (facts, other);
  assert_is_from (facts, "first", "first", 1);
  assert_is_from (facts, "both", "first", 1);
  assert_is_from (facts, "second", "second", 2);
  pdk_facts_foreach_reset (facts, sum_resets, &resets);
  g_assert_cmpint (resets, ==, 1 + 10 * 1 + 2);
  g_assert_cmpstr (((PdkModel *) g_ptr_array_index (pdk_facts_get_models (facts), 0))->name, ==, "first");
  assert_is_from (other, "both", "second", 2);
  g_assert_null (pdk_facts_get_metric (other, "first"));

  pdk_facts_merge (empty, facts);
  g_clear_pointer (&facts, pdk_facts_unref);
  g_clear_pointer (&other, pdk_facts_unref);
  assert_is_from (empty, "second", "second", 2);
  g_assert_cmpstr (((PdkModel *) g_ptr_array_index (pdk_facts_get_models (empty), 0))->name, ==, "first");
}

static void
note_metric (const char *name, const PdkMetric *metric, gpointer user_data)
{
  g_string_append_printf (user_data, "%s=%g ", name, metric->value);
}

static void
note_reset (const char *name, gint64 time_usec, gpointer user_data)
{
  g_string_append_printf (user_data, "%s=%" G_GINT64_FORMAT " ", name, time_usec);
}

static void
note_text (const char *name, const char *text, gpointer user_data)
{
  g_string_append_printf (user_data, "%s=%s ", name, text);
}

static void
note_series (const char *name, const GArray *days, gpointer user_data)
{
  g_string_append_printf (user_data, "%s=%u ", name, days->len);
}

/* Names are walked in the order of their bytes, whatever order they came in. */
static void
test_walk (void)
{
  static const char *const names[] = { "b_2", "a", "B", "b_10", "aa" };
  g_autoptr (PdkFacts) facts = pdk_facts_new ();
  g_autoptr (GString) seen = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      pdk_facts_set_metric (facts, names[i], (double) i, "x", NULL);
      pdk_facts_set_reset (facts, names[i], (gint64) i);
      pdk_facts_set_attribute (facts, names[i], "t");
      pdk_facts_set_diagnostic (facts, names[i], "d");
      pdk_facts_append_day (facts, names[i], 739500, 0);
    }
  pdk_facts_foreach_metric (facts, note_metric, seen);
  g_assert_cmpstr (seen->str, ==, "B=2 a=1 aa=4 b_10=3 b_2=0 ");
  g_string_truncate (seen, 0);
  pdk_facts_foreach_reset (facts, note_reset, seen);
  g_assert_cmpstr (seen->str, ==, "B=2 a=1 aa=4 b_10=3 b_2=0 ");
  g_string_truncate (seen, 0);
  pdk_facts_foreach_attribute (facts, note_text, seen);
  g_assert_cmpstr (seen->str, ==, "B=t a=t aa=t b_10=t b_2=t ");
  g_string_truncate (seen, 0);
  pdk_facts_foreach_diagnostic (facts, note_text, seen);
  g_assert_cmpstr (seen->str, ==, "B=d a=d aa=d b_10=d b_2=d ");
  g_string_truncate (seen, 0);
  pdk_facts_foreach_series (facts, note_series, seen);
  g_assert_cmpstr (seen->str, ==, "B=1 a=1 aa=1 b_10=1 b_2=1 ");
}

/* A file's name may be any bytes, and sentences name files. */
static void
test_bad_bytes (void)
{
  g_autoptr (PdkFacts) facts = pdk_facts_new ();

  pdk_facts_set_attribute (facts, "server_version", "1.0\xff");
  pdk_facts_set_diagnostic (facts, "server_log_error", "/logs/server-\xfc.log: no.");
  g_assert_cmpstr (pdk_facts_get_attribute (facts, "server_version"), ==, "1.0\xef\xbf\xbd");
  g_assert_cmpstr (pdk_facts_get_diagnostic (facts, "server_log_error"), ==,
                   "/logs/server-\xef\xbf\xbd.log: no.");
}

static void
note_hours (const char *name, const GArray *hours, gpointer user_data)
{
  g_string_append_printf (user_data, "%s", name);
  for (guint i = 0; i < hours->len; i++)
    {
      const PdkHourValue *hour = &g_array_index (hours, PdkHourValue, i);

      g_string_append_printf (user_data, " %" G_GINT64_FORMAT "=%g", hour->start_sec, hour->value);
    }
  g_string_append_c (user_data, ';');
}

static void
test_hourly_series (void)
{
  g_autoptr (PdkFacts) facts = pdk_facts_new ();
  g_autoptr (PdkFacts) other = pdk_facts_new ();
  g_autoptr (GString) seen = g_string_new (NULL);

  pdk_facts_append_hour (facts, "b", 3600, 1);
  pdk_facts_append_hour (facts, "b", 7200, 2.5);
  pdk_facts_append_hour (other, "b", 3600, 9);
  pdk_facts_append_hour (other, "a", 3600, 4);
  pdk_facts_append_day (other, "a", 1, 5);
  pdk_facts_merge (facts, other);
  pdk_facts_foreach_hours (facts, note_hours, seen);
  g_assert_cmpstr (seen->str, ==, "a 3600=4;b 3600=1 7200=2.5;");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/facts/nothing", test_nothing);
  g_test_add_func ("/facts/bad-bytes", test_bad_bytes);
  g_test_add_func ("/facts/metrics", test_metrics);
  g_test_add_func ("/facts/has-data", test_has_data);
  g_test_add_func ("/facts/lists", test_lists);
  g_test_add_func ("/facts/gpus", test_gpus);
  g_test_add_func ("/facts/series", test_series);
  g_test_add_func ("/facts/hourly-series", test_hourly_series);
  g_test_add_func ("/facts/merge", test_merge);
  g_test_add_func ("/facts/walk", test_walk);
  return g_test_run ();
}
