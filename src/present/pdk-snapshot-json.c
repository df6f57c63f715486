/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The snapshot as JSON, schema 1: the form that people's scripts rely on. The order of keys is fixed, names
 * are sorted, models stand as the server lists them; what is not known is left out. Times are UTC to the
 * second. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-snapshot-json.h"

#include <math.h>
#include <string.h>

#include "pdk-json-writer.h"
#include "pdk-message.h"
#include "pdk-time.h"

#define SCHEMA 1

/* Members that differ from one snapshot to the next although nothing has happened. */
#define GENERATED_AT "generated_at"
#define OBSERVED_AT "observed_at"

static void
add_time (PdkJsonWriter *writer, const char *name, gint64 time_usec)
{
  g_autofree char *text = NULL;

  if (time_usec == PDK_TIME_UNKNOWN)
    return;
  text = pdk_time_format_rfc3339 (time_usec);
  if (text != NULL)
    pdk_json_writer_add_string (writer, name, text);
}

static void
add_text (PdkJsonWriter *writer, const char *name, const char *text)
{
  if (text != NULL)
    pdk_json_writer_add_string (writer, name, text);
}

static void
add_metric (const char *name, const PdkMetric *metric, gpointer user_data)
{
  PdkJsonWriter *writer = user_data;

  pdk_json_writer_begin_inline (writer, name, '{');
  pdk_json_writer_add_number (writer, "value", metric->value);
  if (metric->has_limit)
    {
      pdk_json_writer_add_number (writer, "limit", metric->limit);
      pdk_json_writer_add_number (writer, "remaining", metric->remaining);
    }
  add_text (writer, "unit", metric->unit);
  add_text (writer, "window", metric->window);
  pdk_json_writer_end (writer, '}');
}

static void
add_reset (const char *name, gint64 time_usec, gpointer user_data)
{
  add_time (user_data, name, time_usec);
}

static void
add_named_text (const char *name, const char *text, gpointer user_data)
{
  pdk_json_writer_add_string (user_data, name, text);
}

static void
add_series (const char *name, const GArray *days, gpointer user_data)
{
  PdkJsonWriter *writer = user_data;

  pdk_json_writer_begin (writer, name, '[');
  for (guint i = 0; i < days->len; i++)
    {
      const PdkDayValue *day = &g_array_index (days, PdkDayValue, i);
      GDate date;
      char text[16];

      g_date_clear (&date, 1);
      g_date_set_julian (&date, day->julian_day);
      g_snprintf (text, sizeof text, "%04u-%02u-%02u", g_date_get_year (&date),
                  (guint) g_date_get_month (&date), (guint) g_date_get_day (&date));
      pdk_json_writer_begin_inline (writer, NULL, '{');
      pdk_json_writer_add_string (writer, "date", text);
      pdk_json_writer_add_number (writer, "value", day->value);
      pdk_json_writer_end (writer, '}');
    }
  pdk_json_writer_end (writer, ']');
}

static void
add_hours (const char *name, const GArray *hours, gpointer user_data)
{
  PdkJsonWriter *writer = user_data;

  pdk_json_writer_begin (writer, name, '[');
  for (guint i = 0; i < hours->len; i++)
    {
      const PdkHourValue *hour = &g_array_index (hours, PdkHourValue, i);

      pdk_json_writer_begin_inline (writer, NULL, '{');
      add_time (writer, "hour", hour->start_sec * G_USEC_PER_SEC);
      pdk_json_writer_add_number (writer, "value", hour->value);
      pdk_json_writer_end (writer, '}');
    }
  pdk_json_writer_end (writer, ']');
}

static void
add_model (PdkJsonWriter *writer, const PdkModel *model)
{
  pdk_json_writer_begin (writer, NULL, '{');
  pdk_json_writer_add_string (writer, "name", model->name);
  add_text (writer, "family", model->family);
  add_text (writer, "parameter_size", model->parameter_size);
  add_text (writer, "quantization", model->quantization);
  if (model->size_bytes >= 0)
    pdk_json_writer_add_number (writer, "size_bytes", (double) model->size_bytes);
  pdk_json_writer_add_string (writer, "location", model->is_cloud ? "cloud" : "local");
  if (model->context_length > 0)
    pdk_json_writer_add_number (writer, "context_length", (double) model->context_length);
  if (model->capabilities != NULL)
    {
      pdk_json_writer_begin_inline (writer, "capabilities", '[');
      for (guint i = 0; model->capabilities[i] != NULL; i++)
        pdk_json_writer_add_string (writer, NULL, model->capabilities[i]);
      pdk_json_writer_end (writer, ']');
    }
  add_time (writer, "modified_at", model->modified_at_usec);
  pdk_json_writer_end (writer, '}');
}

static void
add_running_model (PdkJsonWriter *writer, const PdkRunningModel *model)
{
  pdk_json_writer_begin (writer, NULL, '{');
  pdk_json_writer_add_string (writer, "name", model->name);
  if (model->size_bytes >= 0)
    pdk_json_writer_add_number (writer, "size_bytes", (double) model->size_bytes);
  if (model->vram_bytes >= 0)
    {
      pdk_json_writer_add_number (writer, "vram_bytes", (double) model->vram_bytes);
      pdk_json_writer_add_number (writer, "vram_gb", round ((double) model->vram_bytes / 1e6) / 1e3);
    }
  if (model->context_length > 0)
    pdk_json_writer_add_number (writer, "context_length", (double) model->context_length);
  if (model->is_kept_loaded)
    pdk_json_writer_add_boolean (writer, "kept_loaded", TRUE);
  add_time (writer, "expires_at", model->expires_at_usec);
  pdk_json_writer_end (writer, '}');
}

static void
add_gpu (PdkJsonWriter *writer, const PdkGpu *gpu)
{
  pdk_json_writer_begin (writer, NULL, '{');
  pdk_json_writer_add_string (writer, "name", gpu->name);
  add_text (writer, "library", gpu->library);
  if (gpu->total_bytes >= 0)
    pdk_json_writer_add_number (writer, "total_bytes", (double) gpu->total_bytes);
  if (gpu->available_bytes >= 0)
    pdk_json_writer_add_number (writer, "available_bytes", (double) gpu->available_bytes);
  pdk_json_writer_end (writer, '}');
}

/* The lists are always there, so that a script can walk them; whether they are known is what the metrics
 * models_total, loaded_models and vram_total_bytes tell. */
static void
add_models (PdkJsonWriter *writer, const PdkFacts *facts)
{
  const GPtrArray *models = pdk_facts_get_models (facts);
  const GPtrArray *running = pdk_facts_get_running (facts);
  const GPtrArray *gpus = pdk_facts_get_gpus (facts);

  pdk_json_writer_begin (writer, "models", '[');
  for (guint i = 0; models != NULL && i < models->len; i++)
    add_model (writer, g_ptr_array_index (models, i));
  pdk_json_writer_end (writer, ']');
  pdk_json_writer_begin (writer, "running", '[');
  for (guint i = 0; running != NULL && i < running->len; i++)
    add_running_model (writer, g_ptr_array_index (running, i));
  pdk_json_writer_end (writer, ']');
  pdk_json_writer_begin (writer, "gpus", '[');
  for (guint i = 0; gpus != NULL && i < gpus->len; i++)
    add_gpu (writer, g_ptr_array_index (gpus, i));
  pdk_json_writer_end (writer, ']');
}

static void
add_sources (PdkJsonWriter *writer, const PdkAccountSnapshot *account)
{
  pdk_json_writer_begin (writer, "sources", '{');
  for (guint i = 0; i < account->sources->len; i++)
    {
      const PdkSourceReading *source = &g_array_index (account->sources, PdkSourceReading, i);

      if (source->reading->state == PDK_SOURCE_STATE_PENDING)
        continue;
      pdk_json_writer_begin_inline (writer, source->name, '{');
      pdk_json_writer_add_string (writer, "state", pdk_source_state_to_string (source->reading->state));
      add_time (writer, OBSERVED_AT, source->reading->observed_at_usec);
      pdk_json_writer_end (writer, '}');
    }
  pdk_json_writer_end (writer, '}');
}

static void
add_account (PdkJsonWriter *writer, const PdkAccountSnapshot *account)
{
  g_autofree char *message = pdk_message_for_account (account);

  pdk_json_writer_begin (writer, NULL, '{');
  pdk_json_writer_add_string (writer, "id", account->id);
  pdk_json_writer_add_string (writer, "provider", account->provider);
  pdk_json_writer_add_string (writer, "status", pdk_account_status_to_string (account->status));
  pdk_json_writer_add_string (writer, "message", message);
  pdk_json_writer_begin (writer, "metrics", '{');
  pdk_facts_foreach_metric (account->facts, add_metric, writer);
  pdk_json_writer_end (writer, '}');
  pdk_json_writer_begin (writer, "resets", '{');
  pdk_facts_foreach_reset (account->facts, add_reset, writer);
  pdk_json_writer_end (writer, '}');
  pdk_json_writer_begin (writer, "attributes", '{');
  pdk_facts_foreach_attribute (account->facts, add_named_text, writer);
  pdk_json_writer_end (writer, '}');
  pdk_json_writer_begin (writer, "daily_series", '{');
  pdk_facts_foreach_series (account->facts, add_series, writer);
  pdk_json_writer_end (writer, '}');
  pdk_json_writer_begin (writer, "hourly_series", '{');
  pdk_facts_foreach_hours (account->facts, add_hours, writer);
  pdk_json_writer_end (writer, '}');
  add_models (writer, account->facts);
  pdk_json_writer_begin (writer, "diagnostics", '{');
  pdk_facts_foreach_diagnostic (account->facts, add_named_text, writer);
  pdk_json_writer_end (writer, '}');
  add_sources (writer, account);
  pdk_json_writer_end (writer, '}');
}

/* Behind the value of a member that tells when something was made or observed, if that is what @json goes on
 * with. */
static const char *
skip_time (const char *json)
{
  static const char *const openings[] = { "\"" GENERATED_AT "\": \"", "\"" OBSERVED_AT "\": \"" };

  for (gsize i = 0; i < G_N_ELEMENTS (openings); i++)
    {
      /* A quote inside of a text is escaped, so this is a name. Most are another one's from their first
       * letter on. */
      if (json[1] == openings[i][1] && g_str_has_prefix (json, openings[i]))
        return strchr (json + strlen (openings[i]), '"');
    }
  return json;
}

/**
 * pdk_snapshot_to_json:
 * @snapshot: a snapshot
 * @is_pretty: whether to indent it for people, otherwise it is one line
 *
 * Returns: (transfer full): one JSON object, without a line break at its end
 */
char *
pdk_snapshot_to_json (const PdkSnapshot *snapshot, gboolean is_pretty)
{
  PdkJsonWriter writer;

  pdk_json_writer_init (&writer, is_pretty);
  pdk_json_writer_begin (&writer, NULL, '{');
  pdk_json_writer_add_number (&writer, "schema", SCHEMA);
  add_time (&writer, GENERATED_AT, snapshot->generated_at_usec);
  pdk_json_writer_begin (&writer, "accounts", '[');
  for (guint i = 0; i < snapshot->accounts->len; i++)
    add_account (&writer, pdk_snapshot_get_account (snapshot, i));
  pdk_json_writer_end (&writer, ']');
  pdk_json_writer_end (&writer, '}');
  return pdk_json_writer_finish (&writer);
}

/**
 * pdk_snapshot_json_is_news:
 * @json: a text of pdk_snapshot_to_json()
 * @former: an earlier one
 *
 * Returns: whether there is a difference besides when they were made and observed
 */
gboolean
pdk_snapshot_json_is_news (const char *json, const char *former)
{
  while (*json == *former && *json != '\0')
    {
      if (*json == '"')
        {
          json = skip_time (json);
          former = skip_time (former);
        }
      json++;
      former++;
    }
  return *json != *former;
}
