/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The order of a list of models, and which of them a search finds. What takes long for ten thousand of them,
 * folding names and sorting, is done once for a list, and a search then only compares. Pure, any thread. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-model-order.h"

#include <string.h>

typedef struct
{
  PdkModel *model;
  char *folded; /* its name, in one case */
  gboolean is_loaded;
} Entry;

struct _PdkModelOrder
{
  PdkModelSort sort;
  GPtrArray *given;  /* PdkModel, in the order that they came in */
  GPtrArray *loaded; /* char *: the names of those in memory */
  Entry *entries;    /* sorted; as many as are given */
};

static char *
fold (const char *name)
{
  /* Nearly all are, and that is many times faster. */
  return g_str_is_ascii (name) ? g_ascii_strdown (name, -1) : g_utf8_casefold (name, -1);
}

static int
compare_numbers (gint64 a, gint64 b)
{
  return a < b ? 1 : a > b ? -1 : 0;
}

static int
compare_entries (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const Entry *one = a, *other = b;
  PdkModelSort sort = GPOINTER_TO_INT (user_data);
  int order = 0;

  if (one->is_loaded != other->is_loaded)
    return one->is_loaded ? -1 : 1;
  if (sort == PDK_MODEL_SORT_SIZE)
    order = compare_numbers (one->model->is_cloud ? -1 : one->model->size_bytes,
                             other->model->is_cloud ? -1 : other->model->size_bytes);
  else if (sort == PDK_MODEL_SORT_CHANGED)
    order = compare_numbers (one->model->modified_at_usec, other->model->modified_at_usec);
  return order != 0 ? order : strcmp (one->folded, other->folded);
}

static gboolean
has_same_models (const GPtrArray *a, const GPtrArray *b)
{
  return a->len == b->len && memcmp (a->pdata, b->pdata, a->len * sizeof (gpointer)) == 0;
}

/**
 * pdk_model_order_new:
 * @models: (element-type PdkModel): the models, each of which gets a reference
 * @running: (element-type PdkRunningModel) (nullable): those in memory
 * @sort: by what to sort
 *
 * Returns: (transfer full): the models, sorted
 */
PdkModelOrder *
pdk_model_order_new (const GPtrArray *models, const GPtrArray *running, PdkModelSort sort)
{
  PdkModelOrder *self = g_new0 (PdkModelOrder, 1);
  g_autoptr (GHashTable) loaded = g_hash_table_new (g_str_hash, g_str_equal);

  self->sort = sort;
  self->given = g_ptr_array_new_full (models->len, (GDestroyNotify) pdk_model_unref);
  self->loaded = g_ptr_array_new_with_free_func (g_free);
  self->entries = g_new0 (Entry, models->len);
  for (guint i = 0; running != NULL && i < running->len; i++)
    {
      char *name = g_strdup (((const PdkRunningModel *) g_ptr_array_index (running, i))->name);

      g_ptr_array_add (self->loaded, name);
      g_hash_table_add (loaded, name);
    }
  for (guint i = 0; i < models->len; i++)
    {
      PdkModel *model = g_ptr_array_index (models, i);

      g_ptr_array_add (self->given, pdk_model_ref (model));
      self->entries[i] = (Entry){ model, fold (model->name), g_hash_table_contains (loaded, model->name) };
    }
  if (models->len > 0)
    g_qsort_with_data (self->entries, (int) models->len, sizeof (Entry), compare_entries,
                       GINT_TO_POINTER (sort));
  return self;
}

/** pdk_model_order_free: frees @self */
void
pdk_model_order_free (PdkModelOrder *self)
{
  for (guint i = 0; i < self->given->len; i++)
    g_free (self->entries[i].folded);
  g_free (self->entries);
  g_ptr_array_unref (self->given);
  g_ptr_array_unref (self->loaded);
  g_free (self);
}

/** pdk_model_order_is_of: Returns: whether pdk_model_order_new() would make the same of these arguments */
gboolean
pdk_model_order_is_of (PdkModelOrder *self,
                       const GPtrArray *models,
                       const GPtrArray *running,
                       PdkModelSort sort)
{
  guint n_running = running != NULL ? running->len : 0;

  if (self->sort != sort || n_running != self->loaded->len || !has_same_models (self->given, models))
    return FALSE;
  for (guint i = 0; i < n_running; i++)
    {
      if (!g_str_equal (g_ptr_array_index (self->loaded, i),
                        ((const PdkRunningModel *) g_ptr_array_index (running, i))->name))
        return FALSE;
    }
  return TRUE;
}

/**
 * pdk_model_order_filter:
 * @self: the order
 * @filter: the text that the wanted names contain, in any case; "" for all
 * @n_loaded: (out): how many of the returned models, the first ones, are in memory
 *
 * Returns: (transfer full) (element-type PdkModel): the models that are found
 */
GPtrArray *
pdk_model_order_filter (PdkModelOrder *self, const char *filter, guint *n_loaded)
{
  g_autofree char *wanted = fold (filter);
  GPtrArray *found = g_ptr_array_new_full (self->given->len, (GDestroyNotify) pdk_model_unref);

  *n_loaded = 0;
  for (guint i = 0; i < self->given->len; i++)
    {
      const Entry *entry = &self->entries[i];

      if (*wanted != '\0' && strstr (entry->folded, wanted) == NULL)
        continue;
      g_ptr_array_add (found, pdk_model_ref (entry->model));
      *n_loaded += entry->is_loaded ? 1 : 0;
    }
  return found;
}
