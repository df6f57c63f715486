/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

#include "pdk-model.h"

G_BEGIN_DECLS

typedef enum
{
  PDK_MODEL_CHANGE_INSERTED,
  PDK_MODEL_CHANGE_DELETED,
  PDK_MODEL_CHANGE_UPDATED, /* the model is the same, and does not look the same */
} PdkModelChangeKind;

/* What happens to one row, once all that stands before it has happened. So all rows above are as they will
 * be, and what is inserted or updated is the model that has this row in the end. */
typedef struct
{
  PdkModelChangeKind kind;
  guint row;
} PdkModelChange;

/* What has to be told to somebody who shows one list of models, and is to show another one. */
typedef struct
{
  GArray *rows;   /* PdkModelChange */
  int *new_order; /* (nullable): the models are the same, in another order: for each row, which it was before
                   */
} PdkModelChanges;

PdkModelChanges *pdk_model_changes_new (const GPtrArray *before,
                                        guint n_loaded_before,
                                        const GPtrArray *after,
                                        guint n_loaded_after);
void pdk_model_changes_free (PdkModelChanges *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PdkModelChanges, pdk_model_changes_free)

G_END_DECLS
