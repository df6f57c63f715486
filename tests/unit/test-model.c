/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "pdk-model.h"

static void
test_new (void)
{
  g_autofree char *name = g_strdup ("llama3.2:3b");
  g_autoptr (PdkModel) model = pdk_model_new (name);
  g_autoptr (PdkRunningModel) running = pdk_running_model_new (name);

  name[0] = 'x';
  g_assert_cmpstr (model->name, ==, "llama3.2:3b");
  g_assert_cmpint (model->size_bytes, ==, -1);
  g_assert_cmpint (model->context_length, ==, 0);
  g_assert_cmpint (model->modified_at_usec, ==, PDK_TIME_UNKNOWN);
  g_assert_null (model->capabilities);
  g_assert_false (model->is_cloud);
  g_assert_cmpstr (running->name, ==, "llama3.2:3b");
  g_assert_cmpint (running->size_bytes, ==, -1);
  g_assert_cmpint (running->vram_bytes, ==, -1);
  g_assert_cmpint (running->expires_at_usec, ==, PDK_TIME_UNKNOWN);
  g_assert_false (running->is_kept_loaded);
}

static void
assert_equal (const PdkModel *a, const PdkModel *b)
{
  g_assert_cmpstr (a->name, ==, b->name);
  g_assert_cmpstr (a->digest, ==, b->digest);
  g_assert_cmpstr (a->family, ==, b->family);
  g_assert_cmpstr (a->parameter_size, ==, b->parameter_size);
  g_assert_cmpstr (a->quantization, ==, b->quantization);
  g_assert_cmpint (a->capabilities != NULL, ==, b->capabilities != NULL);
  if (a->capabilities != NULL)
    g_assert_cmpstrv (a->capabilities, b->capabilities);
  g_assert_cmpint (a->size_bytes, ==, b->size_bytes);
  g_assert_cmpint (a->context_length, ==, b->context_length);
  g_assert_cmpint (a->modified_at_usec, ==, b->modified_at_usec);
  g_assert_cmpint (a->is_cloud, ==, b->is_cloud);
}

/* A copy has all of its original, and nothing in common with it. */
static void
test_copy (void)
{
  g_autoptr (PdkModel) model = pdk_model_new ("a");
  g_autoptr (PdkModel) bare = pdk_model_copy (model);
  g_autoptr (PdkModel) copy = NULL;

  assert_equal (bare, model);
  model->digest = g_strdup ("d");
  model->family = g_strdup ("f");
  model->parameter_size = g_strdup ("p");
  model->quantization = g_strdup ("q");
  model->capabilities = g_strsplit ("tools vision", " ", -1);
  model->size_bytes = 1;
  model->context_length = 2;
  model->modified_at_usec = 3;
  model->is_cloud = TRUE;
  copy = pdk_model_copy (model);
  assert_equal (copy, model);
  g_assert_true (copy->name != model->name);
  g_assert_true (copy->digest != model->digest);
  g_assert_true (copy->capabilities != model->capabilities);
}

static gpointer
drop (gpointer model)
{
  pdk_model_unref (model);
  return NULL;
}

static void
test_ref (void)
{
  PdkModel *model = pdk_model_new ("a");
  PdkRunningModel *running = pdk_running_model_new ("b");

  g_assert_true (pdk_model_ref (model) == model);
  g_thread_join (g_thread_new ("drop", drop, model));
  g_assert_cmpstr (model->name, ==, "a");
  pdk_model_unref (model);
  g_assert_cmpstr (running->name, ==, "b");
  pdk_running_model_unref (running);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/new", test_new);
  g_test_add_func ("/model/copy", test_copy);
  g_test_add_func ("/model/ref", test_ref);
  return g_test_run ();
}
