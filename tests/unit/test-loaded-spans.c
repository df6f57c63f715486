/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "pdk-loaded-spans.h"

static void
assert_spans (const PdkLoadedSpans *spans, const char *expected)
{
  const GArray *array = pdk_loaded_spans_get (spans);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < array->len; i++)
    {
      const PdkLoadedSpan *span = &g_array_index (array, PdkLoadedSpan, i);

      g_string_append_printf (text, "%s%d-%d %s", i > 0 ? ", " : "", (int) span->first_sec,
                              (int) span->last_sec, span->model != NULL ? span->model : "?");
    }
  g_assert_cmpstr (text->str, ==, expected);
}

/* Each case adds up to four spans. */
static void
test_add (void)
{
  static const struct
  {
    struct
    {
      gint64 first_sec, last_sec;
      const char *model;
    } spans[4];
    const char *expected;
  } cases[] = {
    { { { 0 } }, "" },
    { { { 5, 5, "a" } }, "5-5 a" },
    { { { 5, 4, "a" } }, "" },
    { { { 0, 9, "a" }, { 0, 19, "a" } }, "0-19 a" },
    { { { 0, 9, "a" }, { 10, 19, "a" } }, "0-19 a" },
    { { { 0, 9, "a" }, { 11, 19, "a" } }, "0-9 a, 11-19 a" },
    { { { 20, 29, "a" }, { 0, 9, "a" }, { 10, 19, "a" } }, "0-29 a" },
    { { { 5, 9, "a" }, { 0, 19, "a" }, { 7, 8, "a" } }, "0-19 a" },
    { { { 0, 9, "a" }, { 10, 19, "b" } }, "0-9 a, 10-19 b" },
    /* What is said against each other is not known, whoever comes first, and however often it is said. */
    { { { 0, 60, "a" }, { 10, 20, "b" } }, "0-9 a, 10-20 ?, 21-60 a" },
    { { { 10, 20, "b" }, { 0, 60, "a" } }, "0-9 a, 10-20 ?, 21-60 a" },
    { { { 10, 20, "b" }, { 0, 60, "a" }, { 0, 90, "a" } }, "0-9 a, 10-20 ?, 21-90 a" },
    { { { 10, 20, "b" }, { 0, 60, "a" }, { 10, 20, "b" } }, "0-9 a, 10-20 ?, 21-60 a" },
    { { { 0, 20, "a" }, { 10, 30, "b" } }, "0-9 a, 10-20 ?, 21-30 b" },
    { { { 10, 30, "b" }, { 0, 20, "a" } }, "0-9 a, 10-20 ?, 21-30 b" },
    { { { 0, 9, "a" }, { 20, 29, "a" }, { 5, 24, "b" } }, "0-4 a, 5-9 ?, 10-19 b, 20-24 ?, 25-29 a" },
    { { { 0, 9, "a" }, { 0, 9, "b" } }, "0-9 ?" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (PdkLoadedSpans) spans = pdk_loaded_spans_new ();
      g_autoptr (PdkLoadedSpans) copy = NULL;
      g_autoptr (PdkLoadedSpans) merged = pdk_loaded_spans_new ();

      for (gsize j = 0; j < G_N_ELEMENTS (cases[i].spans) && cases[i].spans[j].model != NULL; j++)
        pdk_loaded_spans_add (spans, cases[i].spans[j].first_sec, cases[i].spans[j].last_sec,
                              cases[i].spans[j].model);
      assert_spans (spans, cases[i].expected);
      copy = pdk_loaded_spans_copy (spans);
      assert_spans (copy, cases[i].expected);
      pdk_loaded_spans_merge (merged, copy);
      assert_spans (merged, cases[i].expected);
      g_assert_true (pdk_loaded_spans_equal (spans, merged));
    }
}

static void
test_equal (void)
{
  g_autoptr (PdkLoadedSpans) spans = pdk_loaded_spans_new ();
  g_autoptr (PdkLoadedSpans) other = pdk_loaded_spans_new ();

  g_assert_true (pdk_loaded_spans_equal (spans, other));
  pdk_loaded_spans_add (spans, 0, 9, "a");
  g_assert_false (pdk_loaded_spans_equal (spans, other));
  pdk_loaded_spans_add (other, 0, 9, "b");
  g_assert_false (pdk_loaded_spans_equal (spans, other));
  pdk_loaded_spans_add (spans, 20, 29, "b");
  pdk_loaded_spans_add (other, 20, 29, "b");
  g_assert_false (pdk_loaded_spans_equal (spans, other));
  pdk_loaded_spans_expire (spans, 10);
  pdk_loaded_spans_expire (other, 10);
  g_assert_true (pdk_loaded_spans_equal (spans, other));
  pdk_loaded_spans_add (spans, 30, 30, "b");
  g_assert_false (pdk_loaded_spans_equal (spans, other));
}

static void
test_expire (void)
{
  g_autoptr (PdkLoadedSpans) spans = pdk_loaded_spans_new ();

  pdk_loaded_spans_add (spans, 0, 9, "a");
  pdk_loaded_spans_add (spans, 10, 19, "b");
  pdk_loaded_spans_expire (spans, 9);
  assert_spans (spans, "0-9 a, 10-19 b");
  pdk_loaded_spans_expire (spans, 10);
  assert_spans (spans, "10-19 b");
  pdk_loaded_spans_expire (spans, 100);
  assert_spans (spans, "");
}

/* Of too many, the oldest go. */
static void
test_bound (void)
{
  g_autoptr (PdkLoadedSpans) spans = pdk_loaded_spans_new ();
  const GArray *array;

  for (guint i = 0; i < 2 * PDK_LOADED_SPANS_MAX; i++)
    pdk_loaded_spans_add (spans, 10 * i, 10 * i, "a");
  array = pdk_loaded_spans_get (spans);
  g_assert_cmpuint (array->len, ==, PDK_LOADED_SPANS_MAX);
  g_assert_cmpint (g_array_index (array, PdkLoadedSpan, 0).first_sec, ==, 10 * PDK_LOADED_SPANS_MAX);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/loaded-spans/add", test_add);
  g_test_add_func ("/loaded-spans/equal", test_equal);
  g_test_add_func ("/loaded-spans/expire", test_expire);
  g_test_add_func ("/loaded-spans/bound", test_bound);
  return g_test_run ();
}
