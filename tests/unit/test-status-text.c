/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "pdk-status-text.h"

/* Where the size stands in the line of each model, in columns of a terminal. */
static void
test_columns (void)
{
  static const struct
  {
    const char *name;
    guint n_bytes;   /* of the name */
    guint n_columns; /* likewise */
  } cases[] = {
    { "llama3.2:3b", 11, 11 },
    { "\346\250\241\345\236\213:7b", 9, 7 }, /* two ideographs */
    { "e\314\201te\314\201", 7, 3 },         /* combining accents */
    { "\355\225\234\352\270\200", 6, 4 },    /* Hangul syllables */
    { "\360\237\246\231", 4, 2 },            /* a llama */
    { "", 0, 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (PdkSnapshot) snapshot = pdk_snapshot_new (0);
      PdkAccountSnapshot *account = pdk_account_snapshot_new ("a", "ollama", NULL, FALSE);
      g_autoptr (GPtrArray) models = g_ptr_array_new_with_free_func ((GDestroyNotify) pdk_model_unref);
      g_autoptr (PdkFacts) facts = pdk_facts_new ();
      g_autofree char *text = NULL;
      g_autofree char *line = NULL;
      PdkModel *model = pdk_model_new (cases[i].name);

      model->quantization = g_strdup ("Q4");
      g_ptr_array_add (models, model);
      pdk_facts_set_models (facts, models);
      pdk_account_snapshot_finish (account, facts);
      pdk_snapshot_take_account (snapshot, account);
      text = pdk_status_text_new (snapshot);
      line = g_strdup_printf ("\n  %s%*sQ4", cases[i].name, (int) (32 - cases[i].n_columns + 8 + 8), "");
      g_test_message ("%s in %s", line, text);
      g_assert_cmpuint (strlen (cases[i].name), ==, cases[i].n_bytes);
      g_assert_nonnull (strstr (text, line));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/status-text/columns", test_columns);
  return g_test_run ();
}
