/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "pdk-model-changes.h"

/* Models by name, separated by spaces; a name may have a size behind a "/". */
static GPtrArray *
make_models (const char *text)
{
  GPtrArray *models = g_ptr_array_new_with_free_func ((GDestroyNotify) pdk_model_unref);
  g_auto (GStrv) words = g_strsplit (text, " ", -1);

  for (guint i = 0; *text != '\0' && words[i] != NULL; i++)
    {
      g_auto (GStrv) parts = g_strsplit (words[i], "/", 2);
      PdkModel *model = pdk_model_new (parts[0]);

      model->size_bytes = parts[1] != NULL ? g_ascii_strtoll (parts[1], NULL, 10) : 1;
      g_ptr_array_add (models, model);
    }
  return models;
}

static GPtrArray *
make_numbered (guint first, guint n)
{
  GPtrArray *models = g_ptr_array_new_with_free_func ((GDestroyNotify) pdk_model_unref);

  for (guint i = first; i < first + n; i++)
    {
      g_autofree char *name = g_strdup_printf ("model-%u", i);

      g_ptr_array_add (models, pdk_model_new (name));
    }
  return models;
}

static char *
describe (const PdkModelChanges *changes)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < changes->rows->len; i++)
    {
      const PdkModelChange *change = &g_array_index (changes->rows, PdkModelChange, i);

      g_string_append_printf (text, "%s%c%u", i > 0 ? " " : "", "+-*"[change->kind], change -> row);
    }
  return g_string_free (text, FALSE);
}

/* Does what @changes say, as a list on the screen does, and looks whether that makes of one list the other.
 */
static void
assert_leads_to (const PdkModelChanges *changes, const GPtrArray *before, const GPtrArray *after)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new ();

  for (guint i = 0; i < before->len; i++)
    g_ptr_array_add (rows, g_ptr_array_index (before, i));
  for (guint i = 0; i < changes->rows->len; i++)
    {
      const PdkModelChange *change = &g_array_index (changes->rows, PdkModelChange, i);

      if (change->kind == PDK_MODEL_CHANGE_DELETED)
        g_ptr_array_remove_index (rows, change->row);
      else if (change->kind == PDK_MODEL_CHANGE_INSERTED)
        g_ptr_array_insert (rows, (int) change->row, g_ptr_array_index (after, change->row));
    }
  g_assert_cmpuint (rows->len, ==, after->len);
  for (guint i = 0; i < after->len; i++)
    {
      int row = changes->new_order != NULL ? changes->new_order[i] : (int) i;

      g_assert_cmpstr (((PdkModel *) g_ptr_array_index (rows, row))->name, ==,
                       ((PdkModel *) g_ptr_array_index (after, i))->name);
    }
}

static void
test_rows (void)
{
  static const struct
  {
    const char *before;
    guint n_loaded_before;
    const char *after;
    guint n_loaded_after;
    const char *expected;
  } cases[] = {
    { "", 0, "", 0, "" },
    { "a b c", 0, "a b c", 0, "" },
    { "a b c", 1, "a b c", 1, "" },
    { "", 0, "a b", 0, "+0 +1" },
    { "a b", 0, "", 0, "-0 -0" },
    { "a b c", 0, "a b c d", 0, "+3" },
    { "a b c", 0, "0 a b c", 0, "+0" },
    { "a b c d", 0, "a d", 0, "-1 -1" },
    { "a d", 0, "a b c d", 0, "+1 +2" },
    { "a b c", 0, "a b/2 c", 0, "*1" },
    { "a b c", 0, "a x c", 0, "-1 +1" },
    { "a b c d e", 0, "b c x d e/2", 0, "-0 +2 *4" },
    /* One is loaded, and so is first; then it is the other one; then none is. */
    { "a b c", 0, "c a b", 1, "+0 -3" },
    { "c a b", 1, "b a c", 1, "-0 -0 *0 +1 +2" },
    { "b a c", 1, "a b c", 0, "-0 +1" },
    { "a b c", 0, "a b c", 1, "*0" },
    { "a b c", 2, "a b c", 1, "*1" },
    /* Nobody keeps a server from telling one twice. */
    { "a a b", 0, "a b", 0, "-1" },
    { "a b", 0, "a a a b", 0, "+1 +2" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GPtrArray) before = make_models (cases[i].before);
      g_autoptr (GPtrArray) after = make_models (cases[i].after);
      g_autoptr (PdkModelChanges) changes =
          pdk_model_changes_new (before, cases[i].n_loaded_before, after, cases[i].n_loaded_after);
      g_autofree char *text = describe (changes);

      g_test_message ("%s, then %s", cases[i].before, cases[i].after);
      g_assert_cmpstr (text, ==, cases[i].expected);
      g_assert_null (changes->new_order);
      assert_leads_to (changes, before, after);
    }
}

static void
test_looks (void)
{
  g_autoptr (GPtrArray) before = make_models ("a b c d e f");
  g_autoptr (GPtrArray) after = make_models ("a b c d e f");
  PdkModel *models[6];
  g_autoptr (PdkModelChanges) changes = NULL;
  g_autofree char *text = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (models); i++)
    models[i] = g_ptr_array_index (after, i);
  models[0]->family = g_strdup ("llama");
  models[1]->parameter_size = g_strdup ("3B");
  models[2]->quantization = g_strdup ("Q4");
  models[3]->capabilities = g_strsplit ("tools", ",", -1);
  models[4]->is_cloud = TRUE;
  /* This does not show. */
  models[5]->digest = g_strdup ("0123");
  changes = pdk_model_changes_new (before, 0, after, 0);
  text = describe (changes);
  g_assert_cmpstr (text, ==, "*0 *1 *2 *3 *4");
}

/* @step: of which each row comes next, as cards are dealt */
static GPtrArray *
deal (const GPtrArray *models, guint step)
{
  GPtrArray *dealt = g_ptr_array_new ();

  for (guint i = 0; i < models->len; i++)
    g_ptr_array_add (dealt, g_ptr_array_index (models, i * step % models->len));
  return dealt;
}

static void
test_new_order (void)
{
  g_autoptr (GPtrArray) before = make_numbered (0, 10000);
  g_autoptr (GPtrArray) after = deal (before, 7919);
  g_autoptr (GPtrArray) others = make_numbered (0, 10000);
  g_autoptr (GPtrArray) others_after = deal (others, 7919);
  g_autoptr (GPtrArray) twice = deal (before, 2);
  g_autoptr (PdkModelChanges) changes = pdk_model_changes_new (before, 0, after, 0);
  g_autoptr (PdkModelChanges) with_first = pdk_model_changes_new (before, 1, after, 1);

  g_assert_nonnull (changes->new_order);
  g_assert_cmpuint (changes->rows->len, ==, 0);
  assert_leads_to (changes, before, after);
  g_assert_nonnull (with_first->new_order);
  /* Another one is loaded, or it is another list, or one is there twice: all of them look different. */
  g_assert_null (pdk_model_changes_new (before, 2, after, 2));
  g_assert_null (pdk_model_changes_new (before, 0, after, 1));
  g_assert_null (pdk_model_changes_new (before, 0, others_after, 0));
  g_assert_null (pdk_model_changes_new (before, 0, twice, 0));
}

/* So many that all are made anew, and as many as can be. */
static void
test_many (void)
{
  g_autoptr (GPtrArray) all = make_numbered (0, 10000);
  g_autoptr (GPtrArray) first = make_numbered (0, 9936);
  g_autoptr (GPtrArray) last = make_numbered (64, 9936);
  g_autoptr (GPtrArray) fewer = make_numbered (65, 9935);
  g_autoptr (GPtrArray) none = make_numbered (0, 0);
  g_autoptr (PdkModelChanges) to_first = pdk_model_changes_new (all, 0, first, 0);
  g_autoptr (PdkModelChanges) from_last = pdk_model_changes_new (last, 0, all, 0);

  assert_leads_to (to_first, all, first);
  assert_leads_to (from_last, last, all);
  g_assert_null (pdk_model_changes_new (all, 0, fewer, 0));
  g_assert_null (pdk_model_changes_new (fewer, 0, all, 0));
  g_assert_null (pdk_model_changes_new (all, 0, none, 0));
  g_assert_null (pdk_model_changes_new (none, 0, all, 0));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model-changes/rows", test_rows);
  g_test_add_func ("/model-changes/looks", test_looks);
  g_test_add_func ("/model-changes/new-order", test_new_order);
  g_test_add_func ("/model-changes/many", test_many);
  return g_test_run ();
}
