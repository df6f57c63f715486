/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How one list of models becomes another one, for a list on the screen that keeps what is chosen, where the
 * keyboard is and how far it is scrolled, and that takes long to be made anew: nearly always a poll finds one
 * model more or less, or another order is chosen. Pure, any thread. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-model-changes.h"

/* With more of them, all anew costs less. */
#define MAX_CHANGES 64

/* How many rows in a row may have come or gone to be noticed as that. */
#define MAX_AHEAD MAX_CHANGES

typedef struct
{
  const GPtrArray *models;
  guint n_loaded; /* the first so many are in memory */
} List;

static const PdkModel *
get_model (const List *list, guint index)
{
  return g_ptr_array_index (list->models, index);
}

static gboolean
is_same_model (const List *before, guint i, const List *after, guint j)
{
  const PdkModel *a = get_model (before, i), *b = get_model (after, j);

  return a == b || g_str_equal (a->name, b->name);
}

static gboolean
has_same_capabilities (const PdkModel *a, const PdkModel *b)
{
  if (a->capabilities == NULL || b->capabilities == NULL)
    return a->capabilities == b->capabilities;
  return g_strv_equal ((const char *const *) a->capabilities, (const char *const *) b->capabilities);
}

/* Of the same model. */
static gboolean
looks_same (const List *before, guint i, const List *after, guint j)
{
  const PdkModel *a = get_model (before, i), *b = get_model (after, j);

  if ((i < before->n_loaded) != (j < after->n_loaded))
    return FALSE;
  return a == b ||
         (g_strcmp0 (a->family, b->family) == 0 && g_strcmp0 (a->parameter_size, b->parameter_size) == 0 &&
          g_strcmp0 (a->quantization, b->quantization) == 0 && a->size_bytes == b->size_bytes &&
          a->is_cloud == b->is_cloud && has_same_capabilities (a, b));
}

static void
add (GArray *rows, PdkModelChangeKind kind, guint row, guint n)
{
  PdkModelChange change = { kind, row };

  for (guint i = 0; i < n; i++)
    {
      g_array_append_val (rows, change);
      /* What is deleted makes room for what is below, which is then deleted at the same place. */
      change.row += kind == PDK_MODEL_CHANGE_INSERTED ? 1 : 0;
    }
}

/* How many rows have come before what is at @i, or have gone before what is at @j: both are 0 when it is
 * neither. */
static void
look_ahead (const List *before, guint i, const List *after, guint j, guint *n_gone, guint *n_come)
{
  *n_gone = *n_come = 0;
  for (guint n = 1; n <= MAX_AHEAD; n++)
    {
      if (i + n < before->models->len && is_same_model (before, i + n, after, j))
        {
          *n_gone = n;
          return;
        }
      if (j + n < after->models->len && is_same_model (before, i, after, j + n))
        {
          *n_come = n;
          return;
        }
    }
}

/* Returns whether they are not too many. */
static gboolean
find_rows (const List *before, const List *after, GArray *rows)
{
  guint i = 0, j = 0;

  while (i < before->models->len && j < after->models->len && rows->len <= MAX_CHANGES)
    {
      guint n_gone, n_come;

      if (is_same_model (before, i, after, j))
        {
          if (!looks_same (before, i, after, j))
            add (rows, PDK_MODEL_CHANGE_UPDATED, j, 1);
          i++;
          j++;
          continue;
        }
      look_ahead (before, i, after, j, &n_gone, &n_come);
      if (n_gone + n_come == 0)
        n_gone = n_come = 1;
      add (rows, PDK_MODEL_CHANGE_DELETED, j, n_gone);
      add (rows, PDK_MODEL_CHANGE_INSERTED, j, n_come);
      i += n_gone;
      j += n_come;
    }
  if (rows->len + (before->models->len - i) + (after->models->len - j) > MAX_CHANGES)
    return FALSE;
  add (rows, PDK_MODEL_CHANGE_DELETED, j, before->models->len - i);
  add (rows, PDK_MODEL_CHANGE_INSERTED, j, after->models->len - j);
  return TRUE;
}

/* Returns (transfer full) (nullable): for each row, which it was, if all of them are the very same. */
static int *
find_new_order (const List *before, const List *after)
{
  g_autoptr (GHashTable) places = g_hash_table_new (NULL, NULL);
  g_autofree int *new_order = NULL;

  if (before->models->len != after->models->len || before->n_loaded != after->n_loaded)
    return NULL;
  for (guint i = 0; i < before->models->len; i++)
    g_hash_table_insert (places, (gpointer) get_model (before, i), GUINT_TO_POINTER (i));
  new_order = g_new (int, after->models->len);
  for (guint j = 0; j < after->models->len; j++)
    {
      gpointer place;

      /* Taken out, so that none is there twice. */
      if (!g_hash_table_steal_extended (places, get_model (after, j), NULL, &place) ||
          (GPOINTER_TO_UINT (place) < before->n_loaded) != (j < after->n_loaded))
        return NULL;
      new_order[j] = GPOINTER_TO_INT (place);
    }
  return g_steal_pointer (&new_order);
}

/**
 * pdk_model_changes_new:
 * @before: (element-type PdkModel): the models that are shown
 * @n_loaded_before: how many of them, the first ones, are in memory
 * @after: (element-type PdkModel): those that are to be shown
 * @n_loaded_after: how many of them, the first ones, are in memory
 *
 * Returns: (transfer full) (nullable): what has changed, nothing where both look the same; NULL when that is
 * so much that all had better be made anew
 */
PdkModelChanges *
pdk_model_changes_new (const GPtrArray *before,
                       guint n_loaded_before,
                       const GPtrArray *after,
                       guint n_loaded_after)
{
  g_autoptr (PdkModelChanges) self = g_new0 (PdkModelChanges, 1);
  const List old = { before, n_loaded_before }, new = { after, n_loaded_after };

  self->rows = g_array_new (FALSE, FALSE, sizeof (PdkModelChange));
  if (find_rows (&old, &new, self->rows))
    return g_steal_pointer (&self);
  g_array_set_size (self->rows, 0);
  self->new_order = find_new_order (&old, &new);
  return self->new_order != NULL ? g_steal_pointer (&self) : NULL;
}

/** pdk_model_changes_free: frees @self */
void
pdk_model_changes_free (PdkModelChanges *self)
{
  g_array_unref (self->rows);
  g_free (self->new_order);
  g_free (self);
}
