/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "pdk-model-order.h"

static PdkModel *
make_model (const char *name, gint64 size_bytes, gint64 modified_at_usec)
{
  PdkModel *model = pdk_model_new (name);

  model->size_bytes = size_bytes;
  model->modified_at_usec = modified_at_usec;
  return model;
}

static GPtrArray *
make_models (void)
{
  GPtrArray *models = g_ptr_array_new_with_free_func ((GDestroyNotify) pdk_model_unref);
  PdkModel *cloud = make_model ("delta:cloud", 400, 2);

  cloud->is_cloud = TRUE;
  g_ptr_array_add (models, make_model ("beta:1", 10, 3));
  g_ptr_array_add (models, make_model ("Alpha:1", 30, 1));
  g_ptr_array_add (models, cloud);
  g_ptr_array_add (models, make_model ("Ärger:1", 20, 4));
  return models;
}

static GPtrArray *
make_running (const char *name)
{
  GPtrArray *running = g_ptr_array_new_with_free_func ((GDestroyNotify) pdk_running_model_unref);

  if (name != NULL)
    g_ptr_array_add (running, pdk_running_model_new (name));
  return running;
}

static char *
dup_names (const GPtrArray *models)
{
  GString *names = g_string_new (NULL);

  for (guint i = 0; i < models->len; i++)
    g_string_append_printf (names, "%s%s", i > 0 ? " " : "",
                            ((const PdkModel *) g_ptr_array_index (models, i))->name);
  return g_string_free (names, FALSE);
}

static void
test_order (void)
{
  static const struct
  {
    PdkModelSort sort;
    const char *loaded;
    const char *filter;
    const char *expected;
    guint n_loaded;
  } cases[] = {
    { PDK_MODEL_SORT_NAME, NULL, "", "Alpha:1 beta:1 delta:cloud Ärger:1", 0 },
    /* What is kept of a cloud model on disk is no size of its. */
    { PDK_MODEL_SORT_SIZE, NULL, "", "Alpha:1 Ärger:1 beta:1 delta:cloud", 0 },
    { PDK_MODEL_SORT_CHANGED, NULL, "", "Ärger:1 beta:1 delta:cloud Alpha:1", 0 },
    { PDK_MODEL_SORT_NAME, "beta:1", "", "beta:1 Alpha:1 delta:cloud Ärger:1", 1 },
    { PDK_MODEL_SORT_SIZE, "beta:1", "", "beta:1 Alpha:1 Ärger:1 delta:cloud", 1 },
    { PDK_MODEL_SORT_NAME, "gone:1", "", "Alpha:1 beta:1 delta:cloud Ärger:1", 0 },
    { PDK_MODEL_SORT_NAME, "beta:1", "ALPHA", "Alpha:1", 0 },
    { PDK_MODEL_SORT_NAME, "beta:1", ":1", "beta:1 Alpha:1 Ärger:1", 1 },
    { PDK_MODEL_SORT_NAME, NULL, "äRG", "Ärger:1", 0 },
    { PDK_MODEL_SORT_NAME, NULL, "nothing", "", 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GPtrArray) models = make_models ();
      g_autoptr (GPtrArray) running = make_running (cases[i].loaded);
      g_autoptr (PdkModelOrder) order = pdk_model_order_new (models, running, cases[i].sort);
      guint n_loaded;
      g_autoptr (GPtrArray) found = pdk_model_order_filter (order, cases[i].filter, &n_loaded);
      g_autofree char *names = dup_names (found);

      g_assert_cmpstr (names, ==, cases[i].expected);
      g_assert_cmpuint (n_loaded, ==, cases[i].n_loaded);
    }
}

static void
test_is_of (void)
{
  g_autoptr (GPtrArray) models = make_models ();
  g_autoptr (GPtrArray) others = make_models ();
  g_autoptr (GPtrArray) running = make_running ("beta:1");
  g_autoptr (GPtrArray) running_other = make_running ("Alpha:1");
  g_autoptr (PdkModelOrder) order = pdk_model_order_new (models, running, PDK_MODEL_SORT_NAME);
  g_autoptr (PdkModelOrder) order_without = pdk_model_order_new (models, NULL, PDK_MODEL_SORT_NAME);

  g_assert_true (pdk_model_order_is_of (order, models, running));
  g_assert_false (pdk_model_order_is_of (order, models, running_other));
  g_assert_false (pdk_model_order_is_of (order, models, NULL));
  g_assert_false (pdk_model_order_is_of (order, others, running));
  g_assert_true (pdk_model_order_is_of (order_without, models, NULL));
}

/* Each order is the same, whichever there was before. */
static void
test_sort (void)
{
  g_autoptr (GPtrArray) models = make_models ();
  g_autoptr (GPtrArray) running = make_running ("beta:1");

  for (int before = PDK_MODEL_SORT_NAME; before <= PDK_MODEL_SORT_CHANGED; before++)
    for (int sort = PDK_MODEL_SORT_NAME; sort <= PDK_MODEL_SORT_CHANGED; sort++)
      {
        g_autoptr (PdkModelOrder) order = pdk_model_order_new (models, running, before);
        g_autoptr (PdkModelOrder) expected = pdk_model_order_new (models, running, sort);
        guint n_loaded, n_expected_loaded;
        g_autoptr (GPtrArray) wanted = pdk_model_order_filter (expected, "", &n_expected_loaded);
        g_autoptr (GPtrArray) found = NULL;
        g_autofree char *names = NULL, *wanted_names = dup_names (wanted);

        pdk_model_order_sort (order, sort);
        found = pdk_model_order_filter (order, "", &n_loaded);
        names = dup_names (found);
        g_assert_cmpstr (names, ==, wanted_names);
        g_assert_cmpuint (n_loaded, ==, n_expected_loaded);
        g_assert_true (pdk_model_order_is_of (order, models, running));
      }
}

/* Without a model there is nothing to order, and the sanitizers look on. */
static void
test_empty (void)
{
  g_autoptr (GPtrArray) models = g_ptr_array_new ();
  g_autoptr (GPtrArray) running = make_running ("beta:1");

  for (int sort = PDK_MODEL_SORT_NAME; sort <= PDK_MODEL_SORT_CHANGED; sort++)
    {
      g_autoptr (PdkModelOrder) order = pdk_model_order_new (models, running, sort);
      guint n_loaded;
      g_autoptr (GPtrArray) found = pdk_model_order_filter (order, "a", &n_loaded);

      g_assert_true (pdk_model_order_is_of (order, models, running));
      g_assert_cmpuint (found->len, ==, 0);
      g_assert_cmpuint (n_loaded, ==, 0);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model-order/order", test_order);
  g_test_add_func ("/model-order/is-of", test_is_of);
  g_test_add_func ("/model-order/sort", test_sort);
  g_test_add_func ("/model-order/empty", test_empty);
  return g_test_run ();
}
