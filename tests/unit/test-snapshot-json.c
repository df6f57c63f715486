/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <json-glib/json-glib.h>
#include <string.h>

#include "pdk-snapshot-json.h"

#define NOON (G_GINT64_CONSTANT (1795176000) * G_USEC_PER_SEC) /* 2026-11-20T12:00:00Z */
#define DAY 739940                                             /* 2026-11-20 */

static PdkModel *
new_full_model (void)
{
  PdkModel *model = pdk_model_new ("llama3.2:3b");

  model->digest = g_strdup ("not for show");
  model->family = g_strdup ("llama");
  model->parameter_size = g_strdup ("3.2B");
  model->quantization = g_strdup ("Q4_K_M");
  model->capabilities = g_strsplit ("completion tools", " ", -1);
  model->size_bytes = 2019393189;
  model->context_length = 131072;
  model->modified_at_usec = NOON - 999999;
  return model;
}

static void
add_lists (PdkFacts *facts)
{
  g_autoptr (GPtrArray) models = g_ptr_array_new_with_free_func ((GDestroyNotify) pdk_model_unref);
  g_autoptr (GPtrArray) running = g_ptr_array_new_with_free_func ((GDestroyNotify) pdk_running_model_unref);
  g_autoptr (GPtrArray) gpus = g_ptr_array_new_with_free_func ((GDestroyNotify) pdk_gpu_unref);
  PdkGpu *gpu = pdk_gpu_new ("NVIDIA GeForce RTX 4090", "CUDA");
  PdkModel *stub = pdk_model_new ("\"quoted\"\n\\model:cloud");
  PdkRunningModel *loaded = pdk_running_model_new ("llama3.2:3b");
  PdkRunningModel *kept = pdk_running_model_new ("kept");

  g_ptr_array_add (models, new_full_model ());
  stub->is_cloud = TRUE;
  stub->size_bytes = 0;
  stub->capabilities = g_new0 (char *, 1);
  g_ptr_array_add (models, stub);
  g_ptr_array_add (models, pdk_model_new ("bare"));
  loaded->size_bytes = 3600000000;
  loaded->vram_bytes = 3500400000;
  loaded->context_length = 8192;
  loaded->expires_at_usec = NOON + 240 * G_USEC_PER_SEC;
  g_ptr_array_add (running, loaded);
  kept->vram_bytes = 0;
  kept->is_kept_loaded = TRUE;
  g_ptr_array_add (running, kept);
  g_ptr_array_add (running, pdk_running_model_new ("bare"));
  gpu->total_bytes = G_GINT64_CONSTANT (24) << 30;
  gpu->available_bytes = G_GINT64_CONSTANT (23) << 30;
  g_ptr_array_add (gpus, gpu);
  g_ptr_array_add (gpus, pdk_gpu_new ("bare", NULL));
  pdk_facts_set_gpus (facts, gpus);
  pdk_facts_set_models (facts, models);
  pdk_facts_set_running (facts, running);
}

static void
add_reading (
    PdkAccountSnapshot *account, const char *name, PdkSourceState state, gint64 time_usec, PdkFacts *facts)
{
  g_autoptr (PdkFacts) nothing = pdk_facts_new ();
  g_autoptr (PdkReading) reading = pdk_reading_new (state, time_usec, facts != NULL ? facts : nothing);

  pdk_account_snapshot_add_reading (account, name, reading);
}

static PdkAccountSnapshot *
new_full_account (void)
{
  PdkAccountSnapshot *account =
      pdk_account_snapshot_new ("ollama", "ollama", "http://127.0.0.1:11434", FALSE);
  g_autoptr (PdkFacts) facts = pdk_facts_new ();

  pdk_facts_set_metric (facts, "requests_5h", 9, "requests", "5h");
  pdk_facts_set_metric (facts, "avg_latency_ms_5h", 1234.5678, "ms", "5h");
  pdk_facts_set_metric (facts, "models_total", 3, "models", NULL);
  pdk_facts_set_quota (facts, "usage_five_hour", 25, 100, 75, "%", "5h");
  pdk_facts_set_reset (facts, "usage_five_hour", NOON + G_GINT64_CONSTANT (10800) * G_USEC_PER_SEC);
  pdk_facts_set_attribute (facts, "server_version", "0.40.12");
  pdk_facts_set_attribute (facts, "cloud_disabled", "false");
  pdk_facts_append_day (facts, "requests", DAY - 1, 4);
  pdk_facts_append_day (facts, "requests", DAY, 5);
  pdk_facts_append_hour (facts, "requests", 1795172400, 3);
  pdk_facts_append_hour (facts, "requests", 1795176000, 0);
  pdk_facts_set_diagnostic (facts, "server_log_error", "The log “x” cannot be read: join the group “adm”.");
  add_lists (facts);
  add_reading (account, "local_api", PDK_SOURCE_STATE_OK, NOON, facts);
  add_reading (account, "server_log", PDK_SOURCE_STATE_STALE, NOON - 60 * G_USEC_PER_SEC, NULL);
  add_reading (account, "journal", PDK_SOURCE_STATE_FAILED, PDK_TIME_UNKNOWN, NULL);
  add_reading (account, "desktop_db", PDK_SOURCE_STATE_ABSENT, PDK_TIME_UNKNOWN, NULL);
  add_reading (account, "cloud", PDK_SOURCE_STATE_PENDING, PDK_TIME_UNKNOWN, NULL);
  pdk_account_snapshot_finish (account, NULL);
  return account;
}

static PdkSnapshot *
new_full_snapshot (gint64 generated_at_usec)
{
  PdkSnapshot *snapshot = pdk_snapshot_new (generated_at_usec);
  PdkAccountSnapshot *empty = pdk_account_snapshot_new ("empty", "ollama", NULL, FALSE);

  pdk_snapshot_take_account (snapshot, new_full_account ());
  pdk_account_snapshot_finish (empty, NULL);
  pdk_snapshot_take_account (snapshot, empty);
  return snapshot;
}

/* Scripts compare snapshots with a plain diff: byte by byte. */
static void
test_golden (void)
{
  static const struct
  {
    const char *file;
    gboolean is_pretty;
  } cases[] = {
    { "pretty.json", TRUE },
    { "line.json", FALSE },
  };
  g_autoptr (PdkSnapshot) snapshot = new_full_snapshot (NOON);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_test_build_filename (G_TEST_DIST, "snapshot", cases[i].file, NULL);
      g_autofree char *json = pdk_snapshot_to_json (snapshot, cases[i].is_pretty);
      g_autofree char *text = g_strconcat (json, "\n", NULL);
      g_autofree char *expected = NULL;
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", cases[i].file);
      g_file_get_contents (path, &expected, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (text, ==, expected);
    }
}

static JsonObject *
get_first_account (JsonNode *root)
{
  return json_array_get_object_element (
      json_object_get_array_member (json_node_get_object (root), "accounts"), 0);
}

/* What another reader of JSON makes of it. */
static void
test_parsed (void)
{
  g_autoptr (PdkSnapshot) snapshot = new_full_snapshot (NOON);
  g_autofree char *pretty = pdk_snapshot_to_json (snapshot, TRUE);
  g_autofree char *line = pdk_snapshot_to_json (snapshot, FALSE);
  g_autoptr (JsonNode) root = json_from_string (pretty, NULL);
  g_autoptr (JsonNode) from_line = json_from_string (line, NULL);
  JsonObject *account = get_first_account (root);
  JsonArray *models = json_object_get_array_member (account, "models");
  JsonArray *running = json_object_get_array_member (account, "running");
  JsonObject *metric =
      json_object_get_object_member (json_object_get_object_member (account, "metrics"), "usage_five_hour");

  g_assert_true (json_node_equal (root, from_line));
  g_assert_null (strchr (line, '\n'));
  g_assert_cmpint (json_object_get_int_member (json_node_get_object (root), "schema"), ==, 1);
  g_assert_cmpstr (json_object_get_string_member (account, "message"), ==, "9 req 5h, 3 models");
  g_assert_cmpint (json_object_get_int_member (metric, "remaining"), ==, 75);
  g_assert_cmpstr (json_object_get_string_member (json_array_get_object_element (models, 1), "name"), ==,
                   "\"quoted\"\n\\model:cloud");
  g_assert_cmpfloat (json_object_get_double_member (json_array_get_object_element (running, 0), "vram_gb"),
                     ==, 3.5);
  g_assert_false (json_object_has_member (json_array_get_object_element (running, 2), "vram_gb"));
  g_assert_false (json_object_has_member (json_object_get_object_member (account, "sources"), "cloud"));
}

/* Two polls that found the same are no news, whenever they were. */
static void
test_is_news (void)
{
  g_autoptr (PdkSnapshot) snapshot = new_full_snapshot (NOON);
  g_autoptr (PdkSnapshot) later = new_full_snapshot (NOON + 1000 * G_USEC_PER_SEC);
  g_autofree char *a = pdk_snapshot_to_json (snapshot, FALSE);
  g_autofree char *b = pdk_snapshot_to_json (later, FALSE);

  g_assert_cmpstr (a, !=, b);
  g_assert_false (pdk_snapshot_json_is_news (b, a));
  g_assert_true (pdk_snapshot_json_is_news (b, ""));

  /* Any other byte is. */
  for (gsize i = 0; b[i] != '\0'; i++)
    {
      g_autofree char *other = g_strdup (b);

      if (a[i] != b[i])
        continue;
      other[i] = other[i] == 'x' ? 'y' : 'x';
      if (!pdk_snapshot_json_is_news (other, a))
        {
          /* But those of the times. */
          g_autofree char *before = g_strndup (b, i);
          const char *name = g_strrstr (before, "_at\": \"");

          g_assert_nonnull (name);
          g_assert_null (strchr (name + strlen ("_at\": \""), '"'));
        }
    }
}

static void
test_nothing (void)
{
  g_autoptr (PdkSnapshot) snapshot = pdk_snapshot_new (NOON);
  g_autofree char *json = pdk_snapshot_to_json (snapshot, FALSE);

  g_assert_cmpstr (json, ==, "{\"schema\": 1, \"generated_at\": \"2026-11-20T12:00:00Z\", \"accounts\": []}");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/snapshot-json/golden", test_golden);
  g_test_add_func ("/snapshot-json/parsed", test_parsed);
  g_test_add_func ("/snapshot-json/is-news", test_is_news);
  g_test_add_func ("/snapshot-json/nothing", test_nothing);
  return g_test_run ();
}
