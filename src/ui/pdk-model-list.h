/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

#include "pdk-model.h"

G_BEGIN_DECLS

typedef enum
{
  PDK_MODEL_LIST_COLUMN_NAME,  /* one line, for display */
  PDK_MODEL_LIST_COLUMN_FACTS, /* whether it is loaded, what it can do, parameters, quantization, family: one
                                  line */
  PDK_MODEL_LIST_COLUMN_SIZE,  /* on disk, or that it runs in the cloud */
  PDK_MODEL_LIST_N_COLUMNS
} PdkModelListColumn;

/* A GtkTreeModel over models that are in memory anyway: nothing is copied, and texts are made when a row is
 * drawn, so that ten thousand models cost no more than ten. A view does something for each row when it is
 * given a list, so that a long one begins with some rows and grows. */
#define PDK_TYPE_MODEL_LIST (pdk_model_list_get_type ())
G_DECLARE_FINAL_TYPE (PdkModelList, pdk_model_list, PDK, MODEL_LIST, GObject)

PdkModelList *pdk_model_list_new (GPtrArray *models, guint n_loaded, guint n_rows);
const PdkModel *pdk_model_list_get_model (PdkModelList *self, guint index);
guint pdk_model_list_get_length (PdkModelList *self);
gboolean pdk_model_list_update (PdkModelList *self, GPtrArray *models, guint n_loaded);

G_END_DECLS
