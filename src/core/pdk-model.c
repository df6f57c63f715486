/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Models: those a server has, and those it holds in memory. Atomically counted boxes of plain data, filled
 * in by their maker and immutable from then on, so that they may cross threads. Sizes in bytes, times in
 * microseconds since the epoch. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-model.h"

static void
model_clear (gpointer data)
{
  PdkModel *model = data;

  g_free (model->name);
  g_free (model->digest);
  g_free (model->family);
  g_free (model->parameter_size);
  g_free (model->quantization);
  g_strfreev (model->capabilities);
}

static void
running_model_clear (gpointer data)
{
  PdkRunningModel *model = data;

  g_free (model->name);
  g_free (model->digest);
}

/**
 * pdk_model_new:
 * @name: the model's name
 *
 * Returns: (transfer full): a model of which nothing else is known
 */
PdkModel *
pdk_model_new (const char *name)
{
  PdkModel *model = g_atomic_rc_box_new0 (PdkModel);

  model->name = g_strdup (name);
  model->size_bytes = -1;
  model->modified_at_usec = PDK_TIME_UNKNOWN;
  return model;
}

/**
 * pdk_model_copy:
 * @model: a model
 *
 * Returns: (transfer full): a copy that its maker may still change
 */
PdkModel *
pdk_model_copy (const PdkModel *model)
{
  PdkModel *copy = pdk_model_new (model->name);

  copy->digest = g_strdup (model->digest);
  copy->family = g_strdup (model->family);
  copy->parameter_size = g_strdup (model->parameter_size);
  copy->quantization = g_strdup (model->quantization);
  copy->capabilities = g_strdupv (model->capabilities);
  copy->size_bytes = model->size_bytes;
  copy->context_length = model->context_length;
  copy->modified_at_usec = model->modified_at_usec;
  copy->is_cloud = model->is_cloud;
  return copy;
}

/** pdk_model_ref: Returns: (transfer full): @model, with one more reference */
PdkModel *
pdk_model_ref (PdkModel *model)
{
  return g_atomic_rc_box_acquire (model);
}

/** pdk_model_unref: gives a reference to @model back */
void
pdk_model_unref (PdkModel *model)
{
  g_atomic_rc_box_release_full (model, model_clear);
}

/**
 * pdk_running_model_new:
 * @name: the model's name
 *
 * Returns: (transfer full): a loaded model of which nothing else is known
 */
PdkRunningModel *
pdk_running_model_new (const char *name)
{
  PdkRunningModel *model = g_atomic_rc_box_new0 (PdkRunningModel);

  model->name = g_strdup (name);
  model->size_bytes = -1;
  model->vram_bytes = -1;
  model->expires_at_usec = PDK_TIME_UNKNOWN;
  return model;
}

/** pdk_running_model_ref: Returns: (transfer full): @model, with one more reference */
PdkRunningModel *
pdk_running_model_ref (PdkRunningModel *model)
{
  return g_atomic_rc_box_acquire (model);
}

/** pdk_running_model_unref: gives a reference to @model back */
void
pdk_running_model_unref (PdkRunningModel *model)
{
  g_atomic_rc_box_release_full (model, running_model_clear);
}
