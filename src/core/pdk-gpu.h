/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A graphics processor that a server found when it started. Immutable once it is in a PdkFacts. */
typedef struct
{
  char *name;
  char *library;          /* (nullable): what it is driven with: "CUDA", "ROCm", "Vulkan", … */
  gint64 total_bytes;     /* its memory; -1 when not known */
  gint64 available_bytes; /* what was free of it at the start; -1 when not known */
} PdkGpu;

PdkGpu *pdk_gpu_new (const char *name, const char *library);
PdkGpu *pdk_gpu_ref (PdkGpu *gpu);
void pdk_gpu_unref (PdkGpu *gpu);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PdkGpu, pdk_gpu_unref)

G_END_DECLS
