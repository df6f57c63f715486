/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "pdk-metric-key.h"

static void
test_keys (void)
{
  static const struct
  {
    const char *name, *key;
  } cases[] = {
    { "llama3.2:3b", "llama3_2_3b" },
    { "qwen3-coder:480b-cloud", "qwen3_coder_480b_cloud" },
    { "hf.co/Some One/Model", "hf_co_some_one_model" },
    { "llama3_2_3b", "llama3_2_3b_2" },
    { "LLAMA3.2--3B", "llama3_2_3b_3" },
    { "<b>bold</b>", "b_bold_b" },
    { "", "unnamed" },
    { "漢字", "unnamed_2" },
    { "::", "unnamed_3" },
    { "llama3_2_3b_2", "llama3_2_3b_2_2" },
    { "\xc3\x84 name", "name" },
  };
  g_autoptr (GHashTable) taken = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *key = pdk_metric_key_make (cases[i].name, taken);

      g_assert_cmpstr (key, ==, cases[i].key);
      g_assert_true (g_hash_table_contains (taken, key));
    }
  g_assert_cmpuint (g_hash_table_size (taken), ==, G_N_ELEMENTS (cases));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/metric-key/keys", test_keys);
  return g_test_run ();
}
