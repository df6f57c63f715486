/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "pdk-model-tokens.h"

static void
assert_list (PdkFacts *facts, guint max_models, const char *expected)
{
  g_autoptr (GPtrArray) names = pdk_model_tokens_list (facts, max_models);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < names->len; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? ", " : "", (char *) g_ptr_array_index (names, i));
  g_assert_cmpstr (text->str, ==, expected);
}

static void
test_list (void)
{
  g_autoptr (PdkFacts) facts = pdk_facts_new ();

  assert_list (facts, 5, "");
  pdk_facts_set_metric (facts, "log_output_tokens_7d", 1000, "tokens", "7d");
  pdk_facts_set_metric (facts, "log_output_tokens_7d[]", 1000, "tokens", "7d");
  pdk_facts_set_metric (facts, "log_output_tokens_7d[cut", 1000, "tokens", "7d");
  pdk_facts_set_metric (facts, "log_output_tokens_1d[other]", 1000, "tokens", "1d");
  assert_list (facts, 5, "");
  pdk_facts_set_metric (facts, "log_output_tokens_7d[a:1b]", 10, "tokens", "7d");
  pdk_facts_set_metric (facts, "log_output_tokens_7d[c]", 10, "tokens", "7d");
  pdk_facts_set_metric (facts, "log_output_tokens_7d[b[1]]", 10, "tokens", "7d");
  pdk_facts_set_metric (facts, "log_output_tokens_7d[d]", 20, "tokens", "7d");
  assert_list (facts, 5, "d, a:1b, b[1], c");
  assert_list (facts, 2, "d, a:1b");
  assert_list (facts, 0, "");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model-tokens/list", test_list);
  return g_test_run ();
}
