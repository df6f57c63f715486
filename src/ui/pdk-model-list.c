/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A flat GtkTreeModel. An iter holds the index of its row, and is good until a row above it comes or goes.
 * The list keeps references to the models, which are immutable. Main thread. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-model-list.h"

#include <glib/gi18n-lib.h>

#include "pdk-format.h"
#include "pdk-model-changes.h"
#include "pdk-text.h"

/* How long rows are added in one go: a view, and a screen reader, take some microseconds for each. */
#define GROW_USEC 2000

struct _PdkModelList
{
  GObject parent_instance;

  GPtrArray *models; /* PdkModel */
  guint n_loaded;    /* the first so many are in memory */
  guint n_rows;      /* the first so many are rows by now */
  guint grow_id;
};

static void tree_model_init (GtkTreeModelIface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (PdkModelList,
                               pdk_model_list,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (GTK_TYPE_TREE_MODEL, tree_model_init))

static gboolean
set_iter (PdkModelList *self, GtkTreeIter *iter, int index)
{
  if (index < 0 || (guint) index >= self->n_rows)
    return FALSE;
  *iter = (GtkTreeIter){ .stamp = 1, .user_data = GINT_TO_POINTER (index) };
  return TRUE;
}

static GtkTreeModelFlags
list_get_flags (GtkTreeModel *model)
{
  return GTK_TREE_MODEL_LIST_ONLY;
}

static int
list_get_n_columns (GtkTreeModel *model)
{
  return PDK_MODEL_LIST_N_COLUMNS;
}

static GType
list_get_column_type (GtkTreeModel *model, int column)
{
  return G_TYPE_STRING;
}

static gboolean
list_get_iter (GtkTreeModel *model, GtkTreeIter *iter, GtkTreePath *path)
{
  return gtk_tree_path_get_depth (path) == 1 &&
         set_iter (PDK_MODEL_LIST (model), iter, gtk_tree_path_get_indices (path)[0]);
}

static GtkTreePath *
list_get_path (GtkTreeModel *model, GtkTreeIter *iter)
{
  return gtk_tree_path_new_from_indices (GPOINTER_TO_INT (iter->user_data), -1);
}

static void
append_fact (GString *facts, const char *fact)
{
  if (fact == NULL || *fact == '\0')
    return;
  if (facts->len > 0)
    g_string_append (facts, " · ");
  g_string_append (facts, fact);
}

/* What a model can do, as the server names it. That it completes text goes without saying. */
static const char *
describe_capability (const char *capability)
{
  static const struct
  {
    const char *name;
    const char *text;
  } known[] = {
    { "completion", "" },
    { "tools", NC_ ("capability of a model", "tools") },
    { "vision", NC_ ("capability of a model", "vision") },
    { "thinking", NC_ ("capability of a model", "thinking") },
    { "embedding", NC_ ("capability of a model", "embeddings") },
    { "insert", NC_ ("capability of a model", "fill-in") },
    { "audio", NC_ ("capability of a model", "audio") },
    { "image", NC_ ("capability of a model", "images") },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (known); i++)
    {
      if (g_str_equal (known[i].name, capability))
        return *known[i].text != '\0' ? g_dpgettext2 (GETTEXT_PACKAGE, "capability of a model", known[i].text)
                                      : "";
    }
  return capability;
}

static char *
describe_facts (const PdkModel *model, gboolean is_loaded)
{
  GString *facts = g_string_new (NULL);

  if (is_loaded)
    append_fact (facts, C_ ("a model", "loaded"));
  for (gsize i = 0; model->capabilities != NULL && model->capabilities[i] != NULL; i++)
    append_fact (facts, describe_capability (model->capabilities[i]));
  append_fact (facts, model->parameter_size);
  append_fact (facts, model->quantization);
  append_fact (facts, model->family);
  return g_string_free (facts, FALSE);
}

static char *
describe_size (const PdkModel *model)
{
  if (model->is_cloud)
    /* Translators: where a model runs, in place of its size on disk. */
    return g_strdup (_ ("cloud"));
  return model->size_bytes >= 0 ? pdk_format_bytes ((double) model->size_bytes) : g_strdup ("");
}

static void
list_get_value (GtkTreeModel *tree_model, GtkTreeIter *iter, int column, GValue *value)
{
  PdkModelList *self = PDK_MODEL_LIST (tree_model);
  guint index = GPOINTER_TO_UINT (iter->user_data);
  const PdkModel *model = pdk_model_list_get_model (self, index);
  g_autofree char *facts = NULL;

  g_value_init (value, G_TYPE_STRING);
  switch ((PdkModelListColumn) column)
    {
    case PDK_MODEL_LIST_COLUMN_NAME:
      g_value_take_string (value, pdk_text_dup_for_display (model->name));
      break;
    case PDK_MODEL_LIST_COLUMN_FACTS:
      facts = describe_facts (model, index < self->n_loaded);
      g_value_take_string (value, pdk_text_dup_for_display (facts));
      break;
    case PDK_MODEL_LIST_COLUMN_SIZE:
      g_value_take_string (value, describe_size (model));
      break;
    case PDK_MODEL_LIST_N_COLUMNS:
    default:
      g_return_if_reached ();
    }
}

static gboolean
list_iter_next (GtkTreeModel *model, GtkTreeIter *iter)
{
  return set_iter (PDK_MODEL_LIST (model), iter, GPOINTER_TO_INT (iter->user_data) + 1);
}

static gboolean
list_iter_previous (GtkTreeModel *model, GtkTreeIter *iter)
{
  return set_iter (PDK_MODEL_LIST (model), iter, GPOINTER_TO_INT (iter->user_data) - 1);
}

static gboolean
list_iter_nth_child (GtkTreeModel *model, GtkTreeIter *iter, GtkTreeIter *parent, int n)
{
  return parent == NULL && set_iter (PDK_MODEL_LIST (model), iter, n);
}

static gboolean
list_iter_children (GtkTreeModel *model, GtkTreeIter *iter, GtkTreeIter *parent)
{
  return list_iter_nth_child (model, iter, parent, 0);
}

static gboolean
list_iter_has_child (GtkTreeModel *model, GtkTreeIter *iter)
{
  return FALSE;
}

static int
list_iter_n_children (GtkTreeModel *model, GtkTreeIter *iter)
{
  return iter == NULL ? (int) PDK_MODEL_LIST (model)->n_rows : 0;
}

static gboolean
list_iter_parent (GtkTreeModel *model, GtkTreeIter *iter, GtkTreeIter *child)
{
  return FALSE;
}

static void
tree_model_init (GtkTreeModelIface *iface)
{
  iface->get_flags = list_get_flags;
  iface->get_n_columns = list_get_n_columns;
  iface->get_column_type = list_get_column_type;
  iface->get_iter = list_get_iter;
  iface->get_path = list_get_path;
  iface->get_value = list_get_value;
  iface->iter_next = list_iter_next;
  iface->iter_previous = list_iter_previous;
  iface->iter_children = list_iter_children;
  iface->iter_has_child = list_iter_has_child;
  iface->iter_n_children = list_iter_n_children;
  iface->iter_nth_child = list_iter_nth_child;
  iface->iter_parent = list_iter_parent;
}

static void
pdk_model_list_finalize (GObject *object)
{
  PdkModelList *self = PDK_MODEL_LIST (object);

  if (self->grow_id != 0)
    g_source_remove (self->grow_id);
  g_ptr_array_unref (self->models);
  G_OBJECT_CLASS (pdk_model_list_parent_class)->finalize (object);
}

static void
pdk_model_list_class_init (PdkModelListClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pdk_model_list_finalize;
}

static void
pdk_model_list_init (PdkModelList *self)
{
}

static void
tell_inserted (PdkModelList *self, guint row)
{
  g_autoptr (GtkTreePath) path = gtk_tree_path_new_from_indices ((int) row, -1);
  GtkTreeIter iter;

  set_iter (self, &iter, (int) row);
  gtk_tree_model_row_inserted (GTK_TREE_MODEL (self), path, &iter);
}

static gboolean
on_grow (gpointer user_data)
{
  PdkModelList *self = user_data;
  gint64 until_usec = g_get_monotonic_time () + GROW_USEC;

  while (self->n_rows < self->models->len && g_get_monotonic_time () < until_usec)
    tell_inserted (self, self->n_rows++);
  if (self->n_rows < self->models->len)
    return G_SOURCE_CONTINUE;
  self->grow_id = 0;
  return G_SOURCE_REMOVE;
}

static void
apply_change (PdkModelList *self, const PdkModelChange *change, const GPtrArray *models)
{
  g_autoptr (GtkTreePath) path = gtk_tree_path_new_from_indices ((int) change->row, -1);
  GtkTreeIter iter;

  switch (change->kind)
    {
    case PDK_MODEL_CHANGE_INSERTED:
      g_ptr_array_insert (self->models, (int) change->row,
                          pdk_model_ref (g_ptr_array_index (models, change->row)));
      self->n_rows++;
      tell_inserted (self, change->row);
      return;
    case PDK_MODEL_CHANGE_DELETED:
      g_ptr_array_remove_index (self->models, change->row);
      self->n_rows--;
      gtk_tree_model_row_deleted (GTK_TREE_MODEL (self), path);
      return;
    case PDK_MODEL_CHANGE_UPDATED:
    default:
      set_iter (self, &iter, (int) change->row);
      gtk_tree_model_row_changed (GTK_TREE_MODEL (self), path, &iter);
    }
}

/**
 * pdk_model_list_new:
 * @models: (element-type PdkModel): the models; kept by reference, and the list's to change
 * @n_loaded: how many of them, the first ones, are in memory
 * @n_rows: how many are rows from the start; the others become rows soon, some at a time
 *
 * Returns: (transfer full): the list, in the order of @models
 */
PdkModelList *
pdk_model_list_new (GPtrArray *models, guint n_loaded, guint n_rows)
{
  PdkModelList *self = g_object_new (PDK_TYPE_MODEL_LIST, NULL);

  self->models = g_ptr_array_ref (models);
  self->n_loaded = n_loaded;
  self->n_rows = MIN (n_rows, models->len);
  if (self->n_rows < models->len)
    self->grow_id = g_idle_add (on_grow, self);
  return self;
}

/** pdk_model_list_get_model: Returns: (transfer none): the model at @index, which is less than their number
 */
const PdkModel *
pdk_model_list_get_model (PdkModelList *self, guint index)
{
  return g_ptr_array_index (self->models, index);
}

/** pdk_model_list_get_length: Returns: how many models there are, whether they are rows by now or not */
guint
pdk_model_list_get_length (PdkModelList *self)
{
  return self->models->len;
}

/**
 * pdk_model_list_update:
 * @self: the list
 * @models: (element-type PdkModel): the models that it is to have; kept by reference, and the list's to
 * change
 * @n_loaded: how many of them, the first ones, are in memory
 *
 * Has the list show other models, if it is few of them that change, or only their order: then a view keeps
 * what is chosen and where it is. It costs nothing where nothing has changed.
 *
 * Returns: whether it does now; otherwise nothing has happened, and a new list is to be made
 */
gboolean
pdk_model_list_update (PdkModelList *self, GPtrArray *models, guint n_loaded)
{
  g_autoptr (PdkModelChanges) changes =
      pdk_model_changes_new (self->models, self->n_loaded, models, n_loaded);
  g_autoptr (GtkTreePath) root = NULL;

  if (changes == NULL || (self->grow_id != 0 && (changes->rows->len > 0 || changes->new_order != NULL)))
    return FALSE;
  self->n_loaded = n_loaded;
  for (guint i = 0; i < changes->rows->len; i++)
    apply_change (self, &g_array_index (changes->rows, PdkModelChange, i), models);
  /* Those that look the same may be others in what is not shown. */
  g_ptr_array_unref (self->models);
  self->models = g_ptr_array_ref (models);
  if (changes->new_order == NULL)
    return TRUE;
  root = gtk_tree_path_new ();
  gtk_tree_model_rows_reordered (GTK_TREE_MODEL (self), root, NULL, changes->new_order);
  return TRUE;
}
