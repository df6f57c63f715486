/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "pdk-facts.h"
#include "pdk-server-line.h"

G_BEGIN_DECLS

/* The GPUs that a server found when it started last, as its log tells. */
typedef struct _PdkGpuList PdkGpuList;

PdkGpuList *pdk_gpu_list_new (void);
void pdk_gpu_list_free (PdkGpuList *list);

void pdk_gpu_list_take_line (PdkGpuList *list, const PdkServerLine *line);
void pdk_gpu_list_describe (const PdkGpuList *list, PdkFacts *facts);

GVariant *pdk_gpu_list_save (const PdkGpuList *list);
void pdk_gpu_list_load (PdkGpuList *list, GVariant *saved);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PdkGpuList, pdk_gpu_list_free)

G_END_DECLS
