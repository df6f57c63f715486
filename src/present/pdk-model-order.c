/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The order of a list of models, and which of them a search finds. What takes long for ten thousand of them
 * is done once: names are folded for a list, and sorted for an order, and a search then only compares. Pure,
 * any thread. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-model-order.h"

#include <stdlib.h>
#include <string.h>

typedef struct
{
  PdkModel *model;
  char *folded; /* its name, in one case */
  gint64 rank;  /* the greatest comes first; in the same, names decide */
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

static gint64
rank_model (const PdkModel *model, PdkModelSort sort, gboolean is_loaded)
{
  if (is_loaded)
    return G_MAXINT64;
  switch (sort)
    {
    case PDK_MODEL_SORT_SIZE:
      return model->is_cloud ? -1 : model->size_bytes;
    case PDK_MODEL_SORT_CHANGED:
      return model->modified_at_usec;
    case PDK_MODEL_SORT_NAME:
    default:
      return 0;
    }
}

static gsize
measure_common_prefix (const Entry *entries, guint n_entries)
{
  gsize length = n_entries > 0 ? strlen (entries[0].folded) : 0;

  for (guint i = 1; i < n_entries; i++)
    {
      gsize same = 0;

      while (same < length && entries[i].folded[same] == entries[0].folded[same])
        same++;
      length = same;
    }
  return length;
}

/* The first bytes in which names differ, as a number: most comparisons need no more, and read no names. */
static void
rank_by_name (Entry *entries, guint n_entries)
{
  gsize prefix = measure_common_prefix (entries, n_entries);

  for (guint i = 0; i < n_entries; i++)
    {
      const char *p = entries[i].folded + prefix;
      gint64 value = 0;

      for (guint j = 0; j < 7; j++)
        value = value << 8 | (*p != '\0' ? (guint8) *p++ : 0);
      if (!entries[i].is_loaded)
        entries[i].rank = -value;
    }
}

static int
compare_entries (const void *a, const void *b)
{
  const Entry *one = a, *other = b;

  if (one->rank != other->rank)
    return one->rank > other->rank ? -1 : 1;
  return strcmp (one->folded, other->folded);
}

static void
sort_entries (PdkModelOrder *self, PdkModelSort sort)
{
  guint n_entries = self->given->len;

  self->sort = sort;
  for (guint i = 0; i < n_entries; i++)
    self->entries[i].rank = rank_model (self->entries[i].model, sort, self->entries[i].is_loaded);
  if (sort == PDK_MODEL_SORT_NAME)
    rank_by_name (self->entries, n_entries);
  /* NULL is no array for qsort(), either. */
  if (n_entries > 0)
    qsort (self->entries, n_entries, sizeof (Entry), compare_entries);
}

static gboolean
has_same_models (const GPtrArray *a, const GPtrArray *b)
{
  /* An array of nothing is NULL, which memcmp() may not be given. */
  return a->len == b->len && (a->len == 0 || memcmp (a->pdata, b->pdata, a->len * sizeof (gpointer)) == 0);
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
      self->entries[i].model = model;
      self->entries[i].folded = fold (model->name);
      self->entries[i].is_loaded = g_hash_table_contains (loaded, model->name);
    }
  sort_entries (self, sort);
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

/** pdk_model_order_is_of: Returns: whether @self is an order of these models, of which these are in memory */
gboolean
pdk_model_order_is_of (PdkModelOrder *self, const GPtrArray *models, const GPtrArray *running)
{
  guint n_running = running != NULL ? running->len : 0;

  if (n_running != self->loaded->len || !has_same_models (self->given, models))
    return FALSE;
  for (guint i = 0; i < n_running; i++)
    {
      if (!g_str_equal (g_ptr_array_index (self->loaded, i),
                        ((const PdkRunningModel *) g_ptr_array_index (running, i))->name))
        return FALSE;
    }
  return TRUE;
}

/** pdk_model_order_sort: sorts the models by @sort from now on */
void
pdk_model_order_sort (PdkModelOrder *self, PdkModelSort sort)
{
  if (sort != self->sort)
    sort_entries (self, sort);
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
