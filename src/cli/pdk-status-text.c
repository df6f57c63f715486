/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The snapshot as a page for a terminal: what people ask first stands first. Names from outside are put on
 * one line and lose what a terminal would act on. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-status-text.h"

#include <glib/gi18n-lib.h>

#include "pdk-cloud-text.h"
#include "pdk-columns.h"
#include "pdk-format.h"
#include "pdk-message.h"
#include "pdk-text.h"

static const char *const windows[] = { "today", "5h", "1d", "7d" };

static const struct
{
  const char *metric; /* without the window */
  const char *label;
  gboolean is_duration;
  gboolean is_optional; /* left out where it is never known */
} rows[] = {
  { "requests", N_ ("All"), FALSE, FALSE },
  { "chat_requests", N_ ("Chat"), FALSE, FALSE },
  { "generate_requests", N_ ("Generate"), FALSE, FALSE },
  { "embed_requests", N_ ("Embeddings"), FALSE, FALSE },
  { "http_4xx", N_ ("Client errors"), FALSE, FALSE },
  { "http_5xx", N_ ("Server errors"), FALSE, FALSE },
  { "avg_latency_ms", N_ ("Average"), TRUE, FALSE },
  { "p50_latency_ms", N_ ("Median"), TRUE, FALSE },
  { "p95_latency_ms", N_ ("95th percentile"), TRUE, FALSE },
  { "log_prompt_tokens", N_ ("Prompt tokens"), FALSE, TRUE },
  { "log_output_tokens", N_ ("Output tokens"), FALSE, TRUE },
  { "tokens_per_second", N_ ("Tokens per second"), FALSE, TRUE },
};

static void
append_heading (GString *out, const char *heading)
{
  g_string_append_printf (out, "\n%s\n", heading);
}

static void
append_server (GString *out, const PdkAccountSnapshot *account)
{
  g_autofree char *message = pdk_message_describe_account (account);
  const char *version = pdk_facts_get_attribute (account->facts, "server_version");
  g_autofree char *shown_id = pdk_text_dup_for_display (account->id);

  g_string_append (out, shown_id);
  if (version != NULL)
    {
      g_autofree char *shown = pdk_text_dup_for_display (version);

      g_string_append_printf (out, ": Ollama %s", shown);
    }
  if (account->base_url != NULL)
    g_string_append_printf (out, " (%s)", account->base_url);
  g_string_append_printf (out, "\n%s\n", message);
}

/* Each part is a phrase of its own, so that translators need not know what stands before it. */
static void
append_running_model (GString *out, const PdkRunningModel *model, gint64 now_usec)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) parts = NULL;
  g_autofree char *line = NULL;

  if (model->vram_bytes >= 0)
    {
      g_autofree char *vram = pdk_format_gigabytes ((double) model->vram_bytes);
      g_autofree char *part = g_strdup_printf (_ ("%s VRAM"), vram);

      g_strv_builder_add (builder, part);
    }
  if (model->vram_bytes >= 0 && model->size_bytes > 0)
    {
      g_autofree char *share = pdk_format_percent ((double) model->vram_bytes / (double) model->size_bytes);
      g_autofree char *part = g_strdup_printf (_ ("%s on GPU"), share);

      g_strv_builder_add (builder, part);
    }
  if (model->context_length > 0)
    {
      g_autofree char *context = pdk_format_context (model->context_length);
      g_autofree char *part = g_strdup_printf (_ ("%s context"), context);

      g_strv_builder_add (builder, part);
    }
  if (model->is_kept_loaded)
    g_strv_builder_add (builder, _ ("kept loaded"));
  else if (model->expires_at_usec > now_usec)
    {
      g_autofree char *left = pdk_format_time_left (model->expires_at_usec - now_usec);

      g_strv_builder_add (builder, left);
    }
  parts = g_strv_builder_end (builder);
  /* Translators: stands between the parts of a list. */
  line = g_strjoinv (_ (", "), parts);
  pdk_columns_append_name (out, model->name);
  g_string_append_printf (out, *line != '\0' ? "  %s\n" : "%s\n", line);
}

/* A server on a processor alone has no graphics memory to speak of. */
static void
append_vram (GString *out, const PdkFacts *facts)
{
  g_autofree char *used_text = NULL;
  g_autofree char *total_text = NULL;
  double used, total;

  if (!pdk_facts_get_number (facts, "loaded_vram_bytes", &used) ||
      !pdk_facts_get_number (facts, "vram_total_bytes", &total))
    return;
  used_text = pdk_format_gigabytes (used);
  total_text = pdk_format_gigabytes (total);
  g_string_append (out, "  ");
  g_string_append_printf (out, _ ("VRAM in use: %s of %s"), used_text, total_text);
  g_string_append_c (out, '\n');
}

static void
append_running (GString *out, const PdkFacts *facts, gint64 now_usec)
{
  const GPtrArray *running = pdk_facts_get_running (facts);

  if (running == NULL)
    return;
  append_heading (out, _ ("Loaded"));
  if (running->len == 0)
    g_string_append_printf (out, "  %s\n", _ ("No model is loaded."));
  for (guint i = 0; i < running->len; i++)
    append_running_model (out, g_ptr_array_index (running, i), now_usec);
  append_vram (out, facts);
}

static void
append_request_row (GString *out, const PdkFacts *facts, gsize row)
{
  g_string_append (out, "  ");
  pdk_columns_append_cell (out, _ (rows[row].label), PDK_NAME_COLUMNS - 2 * PDK_CELL_COLUMNS + 8, FALSE);
  for (gsize i = 0; i < G_N_ELEMENTS (windows); i++)
    {
      g_autofree char *metric = g_strdup_printf ("%s_%s", rows[row].metric, windows[i]);
      g_autofree char *text = NULL;
      double value;

      if (!pdk_facts_get_number (facts, metric, &value))
        text = g_strdup ("–");
      else if (rows[row].is_duration)
        text = pdk_format_duration (value);
      else
        text = pdk_format_count (value);
      pdk_columns_append_cell (out, text, PDK_CELL_COLUMNS, TRUE);
    }
  g_string_append_c (out, '\n');
}

static gboolean
is_row_known (const PdkFacts *facts, gsize row)
{
  for (gsize i = 0; i < G_N_ELEMENTS (windows); i++)
    {
      g_autofree char *metric = g_strdup_printf ("%s_%s", rows[row].metric, windows[i]);

      if (pdk_facts_get_metric (facts, metric) != NULL)
        return TRUE;
    }
  return FALSE;
}

static void
append_requests (GString *out, const PdkFacts *facts)
{
  if (pdk_facts_get_metric (facts, "requests_7d") == NULL)
    return;
  g_string_append_c (out, '\n');
  pdk_columns_append_cell (out, _ ("Requests"), PDK_NAME_COLUMNS - 2 * PDK_CELL_COLUMNS + 10, FALSE);
  pdk_columns_append_cell (out, _ ("today"), PDK_CELL_COLUMNS, TRUE);
  pdk_columns_append_cell (out, _ ("5 h"), PDK_CELL_COLUMNS, TRUE);
  pdk_columns_append_cell (out, _ ("1 d"), PDK_CELL_COLUMNS, TRUE);
  pdk_columns_append_cell (out, _ ("7 d"), PDK_CELL_COLUMNS, TRUE);
  g_string_append_c (out, '\n');
  for (gsize row = 0; row < G_N_ELEMENTS (rows); row++)
    {
      if (!rows[row].is_optional || is_row_known (facts, row))
        append_request_row (out, facts, row);
    }
}

static void
append_models (GString *out, const PdkFacts *facts)
{
  const GPtrArray *models = pdk_facts_get_models (facts);
  const PdkMetric *storage = pdk_facts_get_metric (facts, "model_storage_bytes");

  if (models == NULL)
    return;
  g_string_append_printf (out, "\n%s", _ ("Models"));
  if (storage != NULL && models->len > 0)
    {
      g_autofree char *size = pdk_format_bytes (storage->value);

      g_string_append_printf (out, _ (" (%u, %s on disk)"), models->len, size);
    }
  g_string_append_c (out, '\n');
  if (models->len == 0)
    g_string_append_printf (out, "  %s\n", _ ("No model is installed; get one with “ollama pull llama3.2”."));
  for (guint i = 0; i < models->len; i++)
    {
      const PdkModel *model = g_ptr_array_index (models, i);
      g_autofree char *size = model->size_bytes >= 0 ? pdk_format_bytes ((double) model->size_bytes) : NULL;
      g_autofree char *parameters =
          pdk_text_dup_for_display (model->parameter_size != NULL ? model->parameter_size : "");
      g_autofree char *quantization =
          pdk_text_dup_for_display (model->quantization != NULL ? model->quantization : "");

      pdk_columns_append_name (out, model->name);
      pdk_columns_append_cell (out, parameters, 8, TRUE);
      pdk_columns_append_cell (out, quantization, PDK_CELL_COLUMNS, TRUE);
      pdk_columns_append_cell (out,
                               model->is_cloud ? _ ("cloud")
                               : size != NULL  ? size
                                               : "",
                               PDK_CELL_COLUMNS, TRUE);
      g_string_append_c (out, '\n');
    }
}

static void
append_diagnostic (const char *name, const char *sentence, gpointer user_data)
{
  GString *out = user_data;
  g_autofree char *shown = pdk_text_dup_for_display (sentence);

  g_string_append_printf (out, "%s\n", shown);
}

/**
 * pdk_status_text_new:
 * @snapshot: a snapshot
 *
 * Returns: (transfer full): the page, with a line break at its end
 */
char *
pdk_status_text_new (const PdkSnapshot *snapshot)
{
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < snapshot->accounts->len; i++)
    {
      const PdkAccountSnapshot *account = pdk_snapshot_get_account (snapshot, i);
      gsize before;

      if (i > 0)
        g_string_append_c (out, '\n');
      append_server (out, account);
      append_running (out, account->facts, snapshot->generated_at_usec);
      append_requests (out, account->facts);
      pdk_cloud_text_append (out, account, snapshot->generated_at_usec);
      append_models (out, account->facts);
      before = out->len;
      pdk_facts_foreach_diagnostic (account->facts, append_diagnostic, out);
      if (out->len > before)
        g_string_insert_c (out, (gssize) before, '\n');
    }
  return g_string_free (out, FALSE);
}
