/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Keeps the devices of the last start. A list belongs to one thread at a time, and takes lines in the order
 * of the log. Sizes in bytes. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-gpu-list.h"

#include <string.h>

#include "pdk-gpu.h"

/* A list without end would only come from a broken log. */
#define MAX_DEVICES 64
#define MAX_TEXT_BYTES 256

/* Id, name, library or nothing, all of its memory and what was free, as in a PdkGpu. */
#define SAVED_TYPE G_VARIANT_TYPE ("a(sssxx)")

typedef struct
{
  char *id; /* as the server names it; devices of two libraries may share it */
  PdkGpu *gpu;
} Device;

struct _PdkGpuList
{
  GArray *devices; /* (element-type Device) */
};

static void
device_clear (gpointer data)
{
  Device *device = data;

  g_free (device->id);
  pdk_gpu_unref (device->gpu);
}

/* What Go's strconv.Quote() escaped in a device's name is nothing but quotes and backslashes. */
static char *
dup_text (const PdkServerText *text)
{
  gsize length = MIN (text->length, MAX_TEXT_BYTES);
  g_autoptr (GString) plain = g_string_sized_new (length);

  for (gsize i = 0; i < length; i++)
    {
      if (text->at[i] != '\\')
        g_string_append_c (plain, text->at[i]);
    }
  return g_utf8_make_valid (plain->str, (gssize) plain->len);
}

/* A processor is listed, too; its memory is the machine's. */
static gboolean
is_gpu (const PdkServerLine *line)
{
  return line->library.length > 0 &&
         !(line->library.length == 3 && g_ascii_strncasecmp (line->library.at, "cpu", 3) == 0);
}

static Device *
find_device (PdkGpuList *list, const char *id, const char *library)
{
  for (guint i = 0; i < list->devices->len && *id != '\0'; i++)
    {
      Device *device = &g_array_index (list->devices, Device, i);

      if (g_str_equal (device->id, id) && g_strcmp0 (device->gpu->library, library) == 0)
        return device;
    }
  return NULL;
}

/* Since 0.12.4, the name is no more than `CUDA0`, and the description says what people call it. */
static void
take_device (PdkGpuList *list, const PdkServerLine *line)
{
  g_autofree char *id = dup_text (&line->id);
  g_autofree char *library = dup_text (&line->library);
  g_autofree char *name = dup_text (line->description.length > 0 ? &line->description : &line->name);
  g_autoptr (PdkGpu) gpu = pdk_gpu_new (*name != '\0' ? name : id, library);
  Device *known = find_device (list, id, library);

  gpu->total_bytes = line->total_bytes;
  gpu->available_bytes = line->available_bytes;
  if (known != NULL)
    {
      pdk_gpu_unref (known->gpu);
      known->gpu = g_steal_pointer (&gpu);
    }
  else if (list->devices->len < MAX_DEVICES)
    {
      Device device = { g_steal_pointer (&id), g_steal_pointer (&gpu) };

      g_array_append_val (list->devices, device);
    }
}

/**
 * pdk_gpu_list_new:
 *
 * Returns: (transfer full): a list of which nothing is known
 */
PdkGpuList *
pdk_gpu_list_new (void)
{
  PdkGpuList *list = g_new0 (PdkGpuList, 1);

  list->devices = g_array_new (FALSE, FALSE, sizeof (Device));
  g_array_set_clear_func (list->devices, device_clear);
  return list;
}

/**
 * pdk_gpu_list_free:
 * @list: (nullable) (transfer full): what to free
 */
void
pdk_gpu_list_free (PdkGpuList *list)
{
  if (list == NULL)
    return;
  g_array_unref (list->devices);
  g_free (list);
}

/**
 * pdk_gpu_list_take_line:
 * @list: the list
 * @line: the next line of the log; of the kinds that do not matter here, nothing is looked at
 *
 * A start forgets the devices of the one before.
 */
void
pdk_gpu_list_take_line (PdkGpuList *list, const PdkServerLine *line)
{
  if (line->kind == PDK_SERVER_LINE_START)
    g_array_set_size (list->devices, 0);
  else if (line->kind == PDK_SERVER_LINE_DEVICE && is_gpu (line))
    take_device (list, line);
}

/**
 * pdk_gpu_list_describe:
 * @list: the list
 * @facts: where the devices go, and the sum of their memory
 *
 * Where no GPU is known, or one does not tell its memory, there is no sum.
 */
void
pdk_gpu_list_describe (const PdkGpuList *list, PdkFacts *facts)
{
  g_autoptr (GPtrArray) gpus = g_ptr_array_new_with_free_func ((GDestroyNotify) pdk_gpu_unref);
  gboolean is_total_known = TRUE;
  double total = 0;

  for (guint i = 0; i < list->devices->len; i++)
    {
      PdkGpu *gpu = g_array_index (list->devices, Device, i).gpu;

      g_ptr_array_add (gpus, pdk_gpu_ref (gpu));
      is_total_known &= gpu->total_bytes > 0;
      total += (double) gpu->total_bytes;
    }
  if (gpus->len == 0)
    return;
  pdk_facts_set_gpus (facts, gpus);
  if (is_total_known)
    pdk_facts_set_metric (facts, "vram_total_bytes", total, "bytes", NULL);
}

/** pdk_gpu_list_save: Returns: (transfer floating): the devices, for pdk_gpu_list_load() */
GVariant *
pdk_gpu_list_save (const PdkGpuList *list)
{
  g_auto (GVariantBuilder) devices = G_VARIANT_BUILDER_INIT (SAVED_TYPE);

  for (guint i = 0; i < list->devices->len; i++)
    {
      const Device *device = &g_array_index (list->devices, Device, i);

      g_variant_builder_add (&devices, "(sssxx)", device->id, device->gpu->name,
                             device->gpu->library != NULL ? device->gpu->library : "",
                             device->gpu->total_bytes, device->gpu->available_bytes);
    }
  return g_variant_builder_end (&devices);
}

/**
 * pdk_gpu_list_load:
 * @list: a list; what it knows is forgotten
 * @saved: what pdk_gpu_list_save() made; anything else is taken for nothing
 */
void
pdk_gpu_list_load (PdkGpuList *list, GVariant *saved)
{
  const char *id, *name, *library;
  gint64 total_bytes, available_bytes;
  GVariantIter devices;

  if (!g_variant_is_of_type (saved, SAVED_TYPE))
    return;
  g_array_set_size (list->devices, 0);
  g_variant_iter_init (&devices, saved);
  while (list->devices->len < MAX_DEVICES &&
         g_variant_iter_next (&devices, "(&s&s&sxx)", &id, &name, &library, &total_bytes, &available_bytes))
    {
      Device device = { g_strdup (id), pdk_gpu_new (name, *library != '\0' ? library : NULL) };

      device.gpu->total_bytes = total_bytes;
      device.gpu->available_bytes = available_bytes;
      g_array_append_val (list->devices, device);
    }
}
