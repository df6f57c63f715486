/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Two steps for each of many items: the first in any of several threads, the second in the order in which the
 * items came. */
typedef struct _PdkPipeline PdkPipeline;

/* Takes one item through one of the steps. */
typedef void (*PdkPipelineFunc) (gpointer item, gpointer user_data);

PdkPipeline *
pdk_pipeline_new (guint n_threads, PdkPipelineFunc prepare, PdkPipelineFunc take, gpointer user_data);
void pdk_pipeline_push (PdkPipeline *pipeline, gpointer item);
gpointer pdk_pipeline_pop_spare (PdkPipeline *pipeline);
void pdk_pipeline_wait (PdkPipeline *pipeline);
void pdk_pipeline_free (PdkPipeline *pipeline, GDestroyNotify free_item);

G_END_DECLS
