/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Graphics processors. Atomically counted boxes of plain data, filled in by their maker and immutable from
 * then on, so that they may cross threads. Sizes in bytes. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-gpu.h"

static void
gpu_clear (gpointer data)
{
  PdkGpu *gpu = data;

  g_free (gpu->name);
  g_free (gpu->library);
}

/**
 * pdk_gpu_new:
 * @name: what people call it
 * @library: (nullable): what it is driven with
 *
 * Returns: (transfer full): a device of whose memory nothing is known
 */
PdkGpu *
pdk_gpu_new (const char *name, const char *library)
{
  PdkGpu *gpu = g_atomic_rc_box_new0 (PdkGpu);

  gpu->name = g_strdup (name);
  gpu->library = g_strdup (library);
  gpu->total_bytes = -1;
  gpu->available_bytes = -1;
  return gpu;
}

/** pdk_gpu_ref: Returns: (transfer full): @gpu, with one more reference */
PdkGpu *
pdk_gpu_ref (PdkGpu *gpu)
{
  return g_atomic_rc_box_acquire (gpu);
}

/** pdk_gpu_unref: gives a reference to @gpu back */
void
pdk_gpu_unref (PdkGpu *gpu)
{
  g_atomic_rc_box_release_full (gpu, gpu_clear);
}
