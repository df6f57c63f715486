/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

#include "pdk-model.h"

G_BEGIN_DECLS

typedef enum
{
  PDK_MODEL_SORT_NAME,
  PDK_MODEL_SORT_SIZE,    /* the largest first */
  PDK_MODEL_SORT_CHANGED, /* the newest first */
} PdkModelSort;

/* Models in the order in which they are shown, those in memory first. */
typedef struct _PdkModelOrder PdkModelOrder;

PdkModelOrder *pdk_model_order_new (const GPtrArray *models, const GPtrArray *running, PdkModelSort sort);
void pdk_model_order_free (PdkModelOrder *self);
gboolean pdk_model_order_is_of (PdkModelOrder *self, const GPtrArray *models, const GPtrArray *running);
void pdk_model_order_sort (PdkModelOrder *self, PdkModelSort sort);
GPtrArray *pdk_model_order_filter (PdkModelOrder *self, const char *filter, guint *n_loaded);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PdkModelOrder, pdk_model_order_free)

G_END_DECLS
