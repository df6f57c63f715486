/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

#include "pdk-model.h"
#include "pdk-unloader.h"

G_BEGIN_DECLS

/* One loaded model. Signals: "unload" (the model's name): somebody wants it unloaded. */
#define PDK_TYPE_LOADED_ROW (pdk_loaded_row_get_type ())
G_DECLARE_FINAL_TYPE (PdkLoadedRow, pdk_loaded_row, PDK, LOADED_ROW, GtkListBoxRow)

GtkWidget *pdk_loaded_row_new (void);
void pdk_loaded_row_set_model (PdkLoadedRow *self,
                               const PdkRunningModel *model,
                               double vram_total_bytes,
                               gint64 now_usec);
const char *pdk_loaded_row_get_model_name (PdkLoadedRow *self);
gboolean pdk_loaded_row_is_answering (PdkLoadedRow *self);
void pdk_loaded_row_set_unload (PdkLoadedRow *self,
                                gboolean can_unload,
                                PdkUnloadState state,
                                const char *sentence);

G_END_DECLS
