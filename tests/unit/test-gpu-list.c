/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "pdk-gpu-list.h"

#include <string.h>

#define STAMP "time=2026-11-20T15:04:05.123+01:00 level=INFO source=x.go:1 "
#define START STAMP "msg=\"Listening on 127.0.0.1:11434 (version 0.32.5)\""
#define COMPUTE STAMP "msg=\"inference compute\" "
#define RTX                                                                                                  \
  COMPUTE                                                                                                    \
  "id=GPU-1 library=CUDA name=CUDA0 description=\"RTX 4090\" total=\"24.0 GiB\" available=\"22.0 GiB\""
#define RADEON COMPUTE "id=0 library=rocm name=\"Radeon\" total=\"16.0 GiB\" available=\"15.5 GiB\""
#define CPU COMPUTE "id=cpu library=cpu name=cpu total=\"31.3 GiB\" available=\"22.2 GiB\""
#define DROPPED                                                                                              \
  STAMP "msg=\"dropping integrated GPU; to enable, set OLLAMA_IGPU_ENABLE=1\" library=Vulkan total=\"8.0 "   \
        "GiB\""
#define GIB 0x1p30

static PdkFacts *
describe (const char *const *lines)
{
  g_autoptr (PdkGpuList) list = pdk_gpu_list_new ();
  PdkFacts *facts = pdk_facts_new ();

  for (; *lines != NULL; lines++)
    {
      PdkServerLine line;

      pdk_server_line_parse (*lines, strlen (*lines), &line);
      pdk_gpu_list_take_line (list, &line);
    }
  pdk_gpu_list_describe (list, facts);
  return facts;
}

static void
assert_gpus (const char *const *lines, guint n, double total)
{
  g_autoptr (PdkFacts) facts = describe (lines);
  const GPtrArray *gpus = pdk_facts_get_gpus (facts);
  double value;

  g_assert_cmpuint (gpus != NULL ? gpus->len : 0, ==, n);
  g_assert_cmpint (pdk_facts_get_number (facts, "vram_total_bytes", &value), ==, total > 0);
  if (total > 0)
    g_assert_cmpfloat (value, ==, total);
}

static void
test_devices (void)
{
  const char *const lines[] = { START, RTX, RADEON, CPU, DROPPED, NULL };
  g_autoptr (PdkFacts) facts = describe (lines);
  const GPtrArray *gpus = pdk_facts_get_gpus (facts);
  const PdkGpu *gpu = g_ptr_array_index (gpus, 0);

  g_assert_cmpuint (gpus->len, ==, 2);
  g_assert_cmpstr (gpu->name, ==, "RTX 4090");
  g_assert_cmpstr (gpu->library, ==, "CUDA");
  g_assert_cmpint (gpu->total_bytes, ==, (gint64) (24 * GIB));
  g_assert_cmpint (gpu->available_bytes, ==, (gint64) (22 * GIB));
  gpu = g_ptr_array_index (gpus, 1);
  g_assert_cmpstr (gpu->name, ==, "Radeon");
  assert_gpus (lines, 2, 40 * GIB);
}

static void
test_last_start_counts (void)
{
  assert_gpus ((const char *const[]){ START, RTX, RADEON, START, RADEON, NULL }, 1, 16 * GIB);
  assert_gpus ((const char *const[]){ START, RTX, START, CPU, NULL }, 0, 0);
  assert_gpus ((const char *const[]){ START, RTX, RTX, NULL }, 1, 24 * GIB);
  assert_gpus ((const char *const[]){ RTX, NULL }, 1, 24 * GIB);
  assert_gpus ((const char *const[]){ CPU, NULL }, 0, 0);
  assert_gpus ((const char *const[]){ RTX, COMPUTE "id=9 name=x total=\"8.0 GiB\"", NULL }, 1, 24 * GIB);
  assert_gpus ((const char *const[]){ NULL }, 0, 0);
}

static void
test_no_sum_without_all (void)
{
  assert_gpus ((const char *const[]){ RTX, COMPUTE "id=9 library=Vulkan name=x total=\"lots\"", NULL }, 2, 0);
  assert_gpus ((const char *const[]){ RTX, COMPUTE "id=9 library=Vulkan name=x", NULL }, 2, 0);
}

static void
test_is_bounded (void)
{
  g_autoptr (PdkGpuList) list = pdk_gpu_list_new ();
  g_autoptr (PdkFacts) facts = pdk_facts_new ();

  for (guint i = 0; i < 1000; i++)
    {
      g_autofree char *text = g_strdup_printf (COMPUTE "id=%u library=CUDA name=a\xff total=\"1 GiB\"", i);
      PdkServerLine line;

      pdk_server_line_parse (text, strlen (text), &line);
      pdk_gpu_list_take_line (list, &line);
    }
  pdk_gpu_list_describe (list, facts);
  g_assert_cmpuint (pdk_facts_get_gpus (facts)->len, ==, 64);
  g_assert_true (
      g_utf8_validate (((PdkGpu *) g_ptr_array_index (pdk_facts_get_gpus (facts), 0))->name, -1, NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gpu-list/devices", test_devices);
  g_test_add_func ("/gpu-list/last-start-counts", test_last_start_counts);
  g_test_add_func ("/gpu-list/no-sum-without-all", test_no_sum_without_all);
  g_test_add_func ("/gpu-list/is-bounded", test_is_bounded);
  return g_test_run ();
}
