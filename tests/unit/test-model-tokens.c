/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "pdk-model-tokens.h"

static void
assert_list (PdkFacts *facts, PdkWindow window, guint max_models, const char *expected)
{
  g_autoptr (GArray) models = pdk_model_tokens_list (facts, window, max_models);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < models->len; i++)
    {
      const PdkModelTokens *model = &g_array_index (models, PdkModelTokens, i);

      g_string_append_printf (text, "%s%s %g+%g", i > 0 ? ", " : "",
                              model->name != NULL ? model->name : "rest", model->prompt_tokens,
                              model->output_tokens);
    }
  g_assert_cmpstr (text->str, ==, expected);
}

static void
set (PdkFacts *facts, const char *name, double tokens)
{
  pdk_facts_set_metric (facts, name, tokens, "tokens", "7d");
}

static void
test_list (void)
{
  g_autoptr (PdkFacts) facts = pdk_facts_new ();

  assert_list (facts, PDK_WINDOW_7D, 5, "");
  set (facts, "log_output_tokens_7d", 1000);
  set (facts, "log_output_tokens_7d[]", 1000);
  set (facts, "log_output_tokens_7d[cut", 1000);
  set (facts, "log_output_tokens_7d[none]", 0);
  set (facts, "log_output_tokens_1d[other]", 1000);
  /* Where no model is known, that nothing is known of the rest says nothing. */
  assert_list (facts, PDK_WINDOW_7D, 5, "");
  set (facts, "log_output_tokens_7d[a:1b]", 10);
  set (facts, "log_output_tokens_7d[c]", 5);
  set (facts, "log_prompt_tokens_7d[c]", 5);
  set (facts, "log_output_tokens_7d[b[1]]", 10);
  set (facts, "log_prompt_tokens_7d[d]", 15);
  set (facts, "log_output_tokens_7d[d]", 5);
  assert_list (facts, PDK_WINDOW_7D, 5, "d 15+5, a:1b 0+10, b[1] 0+10, c 5+5, rest 0+970");
  assert_list (facts, PDK_WINDOW_7D, 2, "d 15+5, a:1b 0+10, rest 0+985");
  assert_list (facts, PDK_WINDOW_7D, 0, "");
  set (facts, "log_prompt_tokens_7d", 21);
  assert_list (facts, PDK_WINDOW_7D, 5, "d 15+5, a:1b 0+10, b[1] 0+10, c 5+5, rest 1+970");
}

static void
test_windows (void)
{
  g_autoptr (PdkFacts) facts = pdk_facts_new ();

  set (facts, "log_output_tokens_today[a]", 1);
  set (facts, "log_output_tokens_7d[a]", 7);
  set (facts, "log_output_tokens_7d", 7);
  set (facts, "log_output_tokens_30d", 30);
  assert_list (facts, PDK_WINDOW_TODAY, 5, "a 0+1");
  assert_list (facts, PDK_WINDOW_5H, 5, "");
  assert_list (facts, PDK_WINDOW_7D, 5, "a 0+7");
  /* What is not remembered for as long is told of as long as it is. */
  assert_list (facts, PDK_WINDOW_30D, 5, "a 0+7");
  g_assert_cmpint (pdk_model_tokens_get_window (PDK_WINDOW_30D), ==, PDK_WINDOW_7D);
  g_assert_cmpint (pdk_model_tokens_get_window (PDK_WINDOW_5H), ==, PDK_WINDOW_5H);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model-tokens/list", test_list);
  g_test_add_func ("/model-tokens/windows", test_windows);
  return g_test_run ();
}
