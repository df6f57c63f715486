/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "pdk-load-watch.h"

#include "pdk-model.h"

#define SEC G_USEC_PER_SEC
#define GAP PDK_LOAD_WATCH_MAX_GAP_USEC

typedef struct
{
  const char *loaded; /* names and digests, such as "a:1 b"; "!" for a break */
  gint64 asked_usec;
  gint64 answered_usec;
} Look;

static void
take (PdkLoadWatch *watch, const Look *look)
{
  g_autoptr (GPtrArray) running = g_ptr_array_new_with_free_func ((GDestroyNotify) pdk_running_model_unref);
  g_auto (GStrv) words = g_strsplit (look->loaded, " ", -1);

  if (g_str_equal (look->loaded, "!"))
    {
      pdk_load_watch_break (watch);
      return;
    }
  for (guint i = 0; words[i] != NULL && *words[i] != '\0'; i++)
    {
      g_auto (GStrv) parts = g_strsplit (words[i], ":", 2);
      PdkRunningModel *model = pdk_running_model_new (parts[0]);

      model->digest = g_strdup (parts[1]);
      g_ptr_array_add (running, model);
    }
  pdk_load_watch_take (watch, running, look->asked_usec, look->answered_usec);
}

static void
test_looks (void)
{
  static const struct
  {
    Look looks[6];
    const char *expected;
  } cases[] = {
    { { { "a", SEC, SEC } }, "" },
    { { { "a", 10 * SEC, 10 * SEC }, { "a", 20 * SEC, 20 * SEC } }, "10-19 a" },
    /* A second that is only partly known is not. */
    { { { "a", 10 * SEC, 10 * SEC + 1 }, { "a", 20 * SEC - 1, 20 * SEC } }, "11-18 a" },
    { { { "a", 10 * SEC, 10 * SEC + 1 }, { "a", 11 * SEC, 11 * SEC } }, "" },
    /* One after the other, there is no hole while the server answers. */
    { { { "a", 10 * SEC, 12 * SEC }, { "a", 20 * SEC, 24 * SEC }, { "a", 30 * SEC, 31 * SEC } }, "12-29 a" },
    { { { "a", 10 * SEC, 10 * SEC }, { "b", 20 * SEC, 20 * SEC }, { "b", 30 * SEC, 30 * SEC } }, "20-29 b" },
    { { { "a", 10 * SEC, 10 * SEC }, { "", 20 * SEC, 20 * SEC }, { "a", 30 * SEC, 30 * SEC } }, "" },
    { { { "a", 10 * SEC, 10 * SEC }, { "a b", 20 * SEC, 20 * SEC }, { "a", 30 * SEC, 30 * SEC } }, "" },
    { { { "a b", 10 * SEC, 10 * SEC }, { "a b", 20 * SEC, 20 * SEC } }, "" },
    { { { "a", 10 * SEC, 10 * SEC }, { "!" }, { "a", 20 * SEC, 20 * SEC } }, "" },
    { { { "a", 10 * SEC, 10 * SEC }, { "!" }, { "a", 20 * SEC, 20 * SEC }, { "a", 30 * SEC, 30 * SEC } },
      "20-29 a" },
    /* Another model of the same name. */
    { { { "a:1", 10 * SEC, 10 * SEC }, { "a:2", 20 * SEC, 20 * SEC }, { "a:2", 30 * SEC, 30 * SEC } },
      "20-29 a" },
    { { { "a:1", 10 * SEC, 10 * SEC }, { "a", 20 * SEC, 20 * SEC } }, "" },
    /* Too long ago, and a clock that was set back. */
    { { { "a", 0, SEC }, { "a", SEC + GAP, SEC + GAP } }, "1-900 a" },
    { { { "a", 0, SEC }, { "a", SEC + GAP + 1, SEC + GAP + 1 } }, "" },
    { { { "a", 20 * SEC, 21 * SEC }, { "a", 21 * SEC - 1, 22 * SEC }, { "a", 30 * SEC, 30 * SEC } },
      "22-29 a" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (PdkLoadWatch) watch = pdk_load_watch_new ();
      g_autoptr (GString) text = g_string_new (NULL);
      const GArray *spans;

      for (gsize j = 0; j < G_N_ELEMENTS (cases[i].looks) && cases[i].looks[j].loaded != NULL; j++)
        take (watch, &cases[i].looks[j]);
      spans = pdk_loaded_spans_get (pdk_load_watch_get_spans (watch));
      for (guint j = 0; j < spans->len; j++)
        {
          const PdkLoadedSpan *span = &g_array_index (spans, PdkLoadedSpan, j);

          g_string_append_printf (text, "%s%d-%d %s", j > 0 ? ", " : "", (int) span->first_sec,
                                  (int) span->last_sec, span->model);
        }
      g_assert_cmpstr (text->str, ==, cases[i].expected);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/load-watch/looks", test_looks);
  return g_test_run ();
}
