/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What was told of each limit, and its form as a file: a JSON document, in which what cannot be true is
 * passed over. Times in microseconds since the epoch, and in RFC 3339 in the file. Pure functions; a memory
 * belongs to one thread. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-alert-memory.h"

#include <string.h>

#include "pdk-json.h"
#include "pdk-time.h"

#include "pdk-json-writer.h"

#define VERSION 1

struct _PdkAlertMemory
{
  GPtrArray *entries; /* PdkAlertEntry */
};

static void
entry_free (gpointer data)
{
  PdkAlertEntry *entry = data;

  g_free (entry->account);
  g_free (entry->metric);
  g_free (entry);
}

static void
drop_oldest (PdkAlertMemory *memory)
{
  guint oldest = 0;

  for (guint i = 1; i < memory->entries->len; i++)
    {
      PdkAlertEntry *entry = g_ptr_array_index (memory->entries, i);

      if (entry->told_at_usec < ((PdkAlertEntry *) g_ptr_array_index (memory->entries, oldest))->told_at_usec)
        oldest = i;
    }
  g_ptr_array_remove_index (memory->entries, oldest);
}

static void
read_entry (PdkAlertMemory *memory, JsonObject *object)
{
  const char *account = pdk_json_get_string (object, "account");
  const char *metric = pdk_json_get_string (object, "limit");
  gint64 told_at_usec = pdk_time_parse_rfc3339 (pdk_json_get_string (object, "told_at"));
  double told_percent;
  PdkAlertEntry *entry;

  if (account == NULL || metric == NULL || told_at_usec == PDK_TIME_UNKNOWN ||
      !pdk_json_get_number (object, "told_percent", &told_percent) ||
      !(told_percent > 0 && told_percent <= 100) || pdk_alert_memory_find (memory, account, metric) != NULL)
    return;
  entry = pdk_alert_memory_add (memory, account, metric, told_at_usec);
  entry->told_percent = told_percent;
  entry->resets_at_usec = pdk_time_parse_rfc3339 (pdk_json_get_string (object, "resets_at"));
  pdk_json_get_boolean (object, "back_told", &entry->is_back_told);
}

static void
read_document (PdkAlertMemory *memory, JsonObject *root)
{
  JsonArray *limits = pdk_json_get_array (root, "limits");
  double version;

  if (limits == NULL || !pdk_json_get_number (root, "version", &version) || version != VERSION)
    return;
  for (guint i = 0; i < json_array_get_length (limits); i++)
    {
      JsonObject *object = pdk_json_get_element_object (limits, i);

      if (object != NULL)
        read_entry (memory, object);
    }
}

static void
add_time (PdkJsonWriter *writer, const char *name, gint64 time_usec)
{
  g_autofree char *text = time_usec != PDK_TIME_UNKNOWN ? pdk_time_format_rfc3339 (time_usec) : NULL;

  if (text != NULL)
    pdk_json_writer_add_string (writer, name, text);
}

/**
 * pdk_alert_memory_new:
 * @bytes: (nullable): what was kept; any bytes will do
 *
 * Returns: (transfer full): what they say, as far as they are not damaged
 */
PdkAlertMemory *
pdk_alert_memory_new (GBytes *bytes)
{
  PdkAlertMemory *memory = g_new0 (PdkAlertMemory, 1);
  gsize length = 0;
  const char *text = bytes != NULL ? g_bytes_get_data (bytes, &length) : NULL;
  /* Why it cannot be read does not matter: then nothing was told. */
  g_autoptr (JsonNode) root = text != NULL ? pdk_json_parse (text, length, NULL) : NULL;

  memory->entries = g_ptr_array_new_with_free_func (entry_free);
  if (root != NULL && JSON_NODE_HOLDS_OBJECT (root))
    read_document (memory, json_node_get_object (root));
  return memory;
}

/** pdk_alert_memory_free: frees @memory */
void
pdk_alert_memory_free (PdkAlertMemory *memory)
{
  g_ptr_array_unref (memory->entries);
  g_free (memory);
}

/** pdk_alert_memory_to_bytes: Returns: (transfer full): @memory, to be kept */
GBytes *
pdk_alert_memory_to_bytes (const PdkAlertMemory *memory)
{
  PdkJsonWriter writer;
  char *text;

  pdk_json_writer_init (&writer, TRUE);
  pdk_json_writer_begin (&writer, NULL, '{');
  pdk_json_writer_add_number (&writer, "version", VERSION);
  pdk_json_writer_begin (&writer, "limits", '[');
  for (guint i = 0; i < memory->entries->len; i++)
    {
      const PdkAlertEntry *entry = g_ptr_array_index (memory->entries, i);

      pdk_json_writer_begin (&writer, NULL, '{');
      pdk_json_writer_add_string (&writer, "account", entry->account);
      pdk_json_writer_add_string (&writer, "limit", entry->metric);
      add_time (&writer, "resets_at", entry->resets_at_usec);
      pdk_json_writer_add_number (&writer, "told_percent", entry->told_percent);
      pdk_json_writer_add_boolean (&writer, "back_told", entry->is_back_told);
      add_time (&writer, "told_at", entry->told_at_usec);
      pdk_json_writer_end (&writer, '}');
    }
  pdk_json_writer_end (&writer, ']');
  pdk_json_writer_end (&writer, '}');
  text = pdk_json_writer_finish (&writer);
  return g_bytes_new_take (text, strlen (text));
}

/** pdk_alert_memory_get_size: Returns: of how many limits something was told */
guint
pdk_alert_memory_get_size (const PdkAlertMemory *memory)
{
  return memory->entries->len;
}

/** pdk_alert_memory_find: Returns: (transfer none) (nullable): what was told of a limit; it may be changed */
PdkAlertEntry *
pdk_alert_memory_find (PdkAlertMemory *memory, const char *account, const char *metric)
{
  for (guint i = 0; i < memory->entries->len; i++)
    {
      PdkAlertEntry *entry = g_ptr_array_index (memory->entries, i);

      if (g_str_equal (entry->account, account) && g_str_equal (entry->metric, metric))
        return entry;
    }
  return NULL;
}

/**
 * pdk_alert_memory_add:
 * @memory: a memory that does not have the limit
 * @account: the account's id
 * @metric: the limit's name
 * @now_usec: the time
 *
 * Where there is no more room, what was told longest ago is forgotten.
 *
 * Returns: (transfer none): a new entry, to be filled in
 */
PdkAlertEntry *
pdk_alert_memory_add (PdkAlertMemory *memory, const char *account, const char *metric, gint64 now_usec)
{
  PdkAlertEntry *entry = g_new0 (PdkAlertEntry, 1);

  if (memory->entries->len >= PDK_ALERT_MEMORY_MAX_ENTRIES)
    drop_oldest (memory);
  entry->account = g_strdup (account);
  entry->metric = g_strdup (metric);
  entry->resets_at_usec = PDK_TIME_UNKNOWN;
  entry->told_at_usec = now_usec;
  g_ptr_array_add (memory->entries, entry);
  return entry;
}

/** pdk_alert_memory_remove: forgets @entry, which is one of @memory */
void
pdk_alert_memory_remove (PdkAlertMemory *memory, PdkAlertEntry *entry)
{
  g_ptr_array_remove (memory->entries, entry);
}
