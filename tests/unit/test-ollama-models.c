/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "json-fixture.h"
#include "pdk-ollama-api.h"
#include "pdk-text.h"
#include "pdk-time.h"

static PdkTags *
parse_tags (JsonNode *root)
{
  g_autoptr (GError) error = NULL;
  PdkTags *tags = pdk_ollama_api_parse_tags (root, &error);

  g_assert_no_error (error);
  return tags;
}

static const PdkModel *
get_model (const PdkTags *tags, guint index)
{
  g_assert_cmpuint (index, <, tags->models->len);
  return g_ptr_array_index (tags->models, index);
}

/* That the text of the body tells the same as its nodes. */
static void
assert_same_as_text (JsonNode *root, const PdkTags *expected)
{
  g_autofree char *text = json_to_string (root, FALSE);
  g_autoptr (GError) error = NULL;
  g_autoptr (PdkTags) tags = pdk_ollama_api_parse_tags_text (text, strlen (text), &error);

  g_assert_no_error (error);
  g_assert_cmpuint (tags->models->len, ==, expected->models->len);
  g_assert_cmpuint (tags->n_skipped, ==, expected->n_skipped);
  g_assert_cmpint (tags->gives_capabilities, ==, expected->gives_capabilities);
  for (guint i = 0; i < tags->models->len; i++)
    {
      const PdkModel *a = get_model (tags, i), *b = get_model (expected, i);

      g_assert_cmpstr (a->name, ==, b->name);
      g_assert_cmpstr (a->digest, ==, b->digest);
      g_assert_cmpint (a->size_bytes, ==, b->size_bytes);
    }
}

static GPtrArray *
parse_ps (JsonNode *root)
{
  g_autoptr (GError) error = NULL;
  guint n_skipped;
  GPtrArray *running = pdk_ollama_api_parse_ps (root, &n_skipped, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (n_skipped, ==, 0);
  return running;
}

static double
get_number (const PdkFacts *facts, const char *name)
{
  double value = -1;

  pdk_facts_get_number (facts, name, &value);
  return value;
}

static void
test_tags_samples (void)
{
  static const struct
  {
    const char *file;
    guint n_models, n_cloud;
    double storage_bytes;
    gboolean gives_capabilities;
  } cases[] = {
    { "tags_empty.json", 0, 0, 0, FALSE },
    { "tags_openapi-2025.json", 1, 0, 9608350245, FALSE },
    { "tags_v0.1.38-v0.1.41_types.json", 1, 0, 4109865159, FALSE },
    { "tags_v0.2-v0.29_docs.json", 2, 0, 4683075271.0 + 2019393189, FALSE },
    { "tags_v0.30+_types.json", 4, 1, 9608350245.0 + 274302450, TRUE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (JsonNode) root = json_fixture_load (cases[i].file);
      g_autoptr (PdkTags) tags = parse_tags (root);
      g_autoptr (PdkFacts) facts = pdk_facts_new ();

      g_test_message ("%s", cases[i].file);
      g_assert_cmpuint (tags->n_skipped, ==, 0);
      assert_same_as_text (root, tags);
      g_assert_cmpint (tags->gives_capabilities, ==, cases[i].gives_capabilities);
      pdk_ollama_api_describe_tags (tags, facts);
      g_assert_cmpfloat (get_number (facts, "models_total"), ==, cases[i].n_models);
      g_assert_cmpfloat (get_number (facts, "models_cloud"), ==, cases[i].n_cloud);
      g_assert_cmpfloat (get_number (facts, "models_local"), ==, cases[i].n_models - cases[i].n_cloud);
      g_assert_cmpfloat (get_number (facts, "model_storage_bytes"), ==, cases[i].storage_bytes);
      g_assert_true (pdk_facts_get_models (facts) == tags->models);
    }
}

static void
test_tags_model (void)
{
  g_autoptr (JsonNode) root = json_fixture_load ("tags_v0.30+_types.json");
  g_autoptr (PdkTags) tags = parse_tags (root);
  const PdkModel *model = get_model (tags, 0);

  g_assert_cmpstr (model->name, ==, "gemma4:latest");
  g_assert_cmpstr (model->digest, ==, "c6eb396dbd5992bbe3f5cdb947e8bbc0ee413d7c17e2beaae69f5d569cf982eb");
  g_assert_cmpstr (model->family, ==, "gemma4");
  g_assert_cmpstr (model->parameter_size, ==, "8.0B");
  g_assert_cmpstr (model->quantization, ==, "Q4_K_M");
  g_assert_cmpuint (g_strv_length (model->capabilities), ==, 5);
  g_assert_cmpstr (model->capabilities[4], ==, "thinking");
  g_assert_cmpint (model->size_bytes, ==, G_GINT64_CONSTANT (9608350245));
  g_assert_cmpint (model->context_length, ==, 131072);
  g_assert_cmpint (model->modified_at_usec, ==, pdk_time_parse_rfc3339 ("2026-08-21T00:24:01.409490Z"));
  g_assert_false (model->is_cloud);
  g_assert_true (get_model (tags, 1)->is_cloud);
}

static void
test_tags_cloud (void)
{
  static const struct
  {
    const char *members;
    gboolean is_cloud;
  } cases[] = {
    { "\"name\": \"a:latest\"", FALSE },
    { "\"name\": \"a:cloud\"", TRUE },
    { "\"name\": \"a:120b-cloud\"", TRUE },
    { "\"name\": \"cloud\"", FALSE },
    { "\"name\": \"my-cloud:latest\"", FALSE },
    { "\"name\": \"a:mycloud\"", FALSE },
    { "\"name\": \"a\", \"remote_host\": \"https://ollama.com:443\"", TRUE },
    { "\"name\": \"a\", \"remote_model\": \"b\"", TRUE },
    { "\"name\": \"a\", \"remote_host\": \"\", \"remote_model\": \"\"", FALSE },
    { "\"name\": \"a\", \"remote_host\": true, \"remote_model\": {}", FALSE },
    { "\"model\": \"b:cloud\"", TRUE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = g_strdup_printf ("{\"models\":[{%s}]}", cases[i].members);
      g_autoptr (JsonNode) root = json_fixture_parse (text);
      g_autoptr (PdkTags) tags = parse_tags (root);

      g_test_message ("%s", cases[i].members);
      g_assert_cmpint (get_model (tags, 0)->is_cloud, ==, cases[i].is_cloud);
    }
}

/* Replaces a member by each wrong type in turn: it counts as absent, and all else is read as before. */
static void
test_tags_wrong_types (void)
{
  static const char *const members[] = { "digest",         "modified_at",        "size",
                                         "details",        "capabilities",       "family",
                                         "parameter_size", "quantization_level", "context_length" };
  static const char *const wrong[] = { "null", "true", "-1",    "1.5",   "{}",
                                       "[]",   "\"\"", "\"x\"", "[[1]]", "{\"a\":null}" };

  for (gsize i = 0; i < G_N_ELEMENTS (members); i++)
    {
      for (gsize j = 0; j < G_N_ELEMENTS (wrong); j++)
        {
          gboolean is_detail = i >= 5;
          g_autofree char *text = g_strdup_printf ("{\"models\":[{\"name\":\"good\",\"%s\":%s,\"details\":{"
                                                   "\"%s\":%s}},{\"name\":\"next\",\"size\":7}]}",
                                                   is_detail ? "x" : members[i], wrong[j],
                                                   is_detail ? members[i] : "x", wrong[j]);
          g_autoptr (JsonNode) root = json_fixture_parse (text);
          g_autoptr (PdkTags) tags = parse_tags (root);
          const PdkModel *model = get_model (tags, 0);
          gboolean is_text = g_str_equal (wrong[j], "\"x\"");

          g_test_message ("%s", text);
          g_assert_cmpuint (tags->models->len, ==, 2);
          g_assert_cmpstr (model->name, ==, "good");
          g_assert_cmpint (model->size_bytes, ==, -1);
          g_assert_cmpint (model->context_length, ==, 0);
          g_assert_cmpint (model->modified_at_usec, ==, PDK_TIME_UNKNOWN);
          g_assert_cmpint (model->digest != NULL, ==, is_text && g_str_equal (members[i], "digest"));
          g_assert_cmpint (model->family != NULL, ==, is_text && g_str_equal (members[i], "family"));
          if (model->capabilities != NULL)
            g_assert_cmpuint (g_strv_length (model->capabilities), ==, 0);
          g_assert_cmpint (get_model (tags, 1)->size_bytes, ==, 7);
        }
    }
}

static void
test_tags_entries (void)
{
  g_autoptr (JsonNode) root =
      json_fixture_parse ("{\"models\":[null,1,\"x\",[],{},{\"name\":\"\"},{\"name\":7},"
                          "{\"name\":null,\"model\":\"only\"},{\"name\":\"a\",\"model\":\"b\"}]}");
  g_autoptr (PdkTags) tags = parse_tags (root);

  g_assert_cmpuint (tags->models->len, ==, 2);
  g_assert_cmpuint (tags->n_skipped, ==, 7);
  g_assert_cmpstr (get_model (tags, 0)->name, ==, "only");
  g_assert_cmpstr (get_model (tags, 1)->name, ==, "a");
}

static void
test_tags_capabilities (void)
{
  g_autoptr (GString) text = g_string_new ("{\"models\":[{\"name\":\"a\",\"capabilities\":[]},"
                                           "{\"name\":\"b\",\"capabilities\":[\"tools\",7,null,\"vision\"]},"
                                           "{\"name\":\"c\",\"capabilities\":[\"0\"");
  g_autoptr (JsonNode) root = NULL;
  g_autoptr (PdkTags) tags = NULL;

  for (guint i = 1; i < 1000; i++)
    g_string_append_printf (text, ",\"%u\"", i);
  g_string_append (text, "]}]}");
  root = json_fixture_parse (text->str);
  tags = parse_tags (root);
  g_assert_true (tags->gives_capabilities);
  g_assert_cmpuint (g_strv_length (get_model (tags, 0)->capabilities), ==, 0);
  g_assert_cmpuint (g_strv_length (get_model (tags, 1)->capabilities), ==, 2);
  g_assert_cmpstr (get_model (tags, 1)->capabilities[1], ==, "vision");
  g_assert_cmpuint (g_strv_length (get_model (tags, 2)->capabilities), <=, 32);
}

/* More models than are kept, and names that nobody would give a model. */
static void
test_many (void)
{
  g_autoptr (GString) text = g_string_new ("{\"models\":[{\"name\":\"0\",\"size\":1}");
  g_autoptr (JsonNode) root = NULL;
  g_autoptr (PdkTags) tags = NULL;
  g_autoptr (GPtrArray) running = NULL;
  g_autoptr (GError) error = NULL;
  guint n_skipped = 0;

  for (guint i = 1; i <= PDK_OLLAMA_API_MAX_MODELS; i++)
    g_string_append_printf (text, ",{\"name\":\"%u\",\"size\":1}", i);
  g_string_append (text, "]}");
  root = json_fixture_parse (text->str);
  tags = parse_tags (root);
  g_assert_cmpuint (tags->models->len, ==, PDK_OLLAMA_API_MAX_MODELS);
  g_assert_cmpuint (tags->n_skipped, ==, 1);
  assert_same_as_text (root, tags);
  running = pdk_ollama_api_parse_ps (root, &n_skipped, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (running->len, ==, PDK_OLLAMA_API_MAX_MODELS);
  g_assert_cmpuint (n_skipped, ==, 1);
}

/* Nobody writes it so, and it is a list of models all the same. */
static void
test_escaped_list (void)
{
  static const char text[] = "{\"m\\u006fdels\":[{\"name\":\"a\",\"size\":1},{\"name\":\"b\"}]}";
  g_autoptr (GError) error = NULL;
  g_autoptr (PdkTags) tags = pdk_ollama_api_parse_tags_text (text, strlen (text), &error);

  g_assert_no_error (error);
  g_assert_cmpuint (tags->models->len, ==, 2);
  g_assert_cmpstr (get_model (tags, 1)->name, ==, "b");
}

static void
test_hostile_names (void)
{
  g_autofree char *long_name = g_strnfill (100000, 'n');
  g_autofree char *text = g_strdup_printf ("{\"models\":[{\"name\":\"%s\",\"digest\":\"%s\"},"
                                           "{\"name\":\"<b>%%s%%n&amp;\\u001b[31m\\n\\u202e\"},"
                                           "{\"name\":\"../../etc/passwd\"},{\"name\":\"\\u0000\"}]}",
                                           long_name, long_name);
  g_autoptr (JsonNode) root = json_fixture_parse (text);
  g_autoptr (PdkTags) tags = parse_tags (root);
  g_autoptr (GPtrArray) running = NULL;
  guint n_skipped = 0;

  g_assert_cmpuint (strlen (get_model (tags, 0)->name), ==, PDK_TEXT_NAME_MAX_BYTES);
  g_assert_cmpuint (strlen (get_model (tags, 0)->digest), ==, PDK_TEXT_NAME_MAX_BYTES);
  g_assert_cmpstr (get_model (tags, 1)->name, ==, "<b>%s%n&amp;\x1b[31m\n\xe2\x80\xae");
  g_assert_cmpstr (get_model (tags, 2)->name, ==, "../../etc/passwd");
  g_assert_cmpuint (tags->n_skipped, ==, 1);
  running = pdk_ollama_api_parse_ps (root, &n_skipped, NULL);
  g_assert_cmpuint (strlen (((PdkRunningModel *) g_ptr_array_index (running, 0))->name), ==,
                    PDK_TEXT_NAME_MAX_BYTES);
}

static void
test_null_lists (void)
{
  g_autoptr (JsonNode) root = json_fixture_parse ("{\"models\":null}");
  g_autoptr (PdkTags) tags = parse_tags (root);
  g_autoptr (GPtrArray) running = parse_ps (root);
  g_autoptr (PdkFacts) facts = pdk_facts_new ();

  g_assert_cmpuint (tags->models->len, ==, 0);
  g_assert_cmpuint (running->len, ==, 0);
  pdk_ollama_api_describe_tags (tags, facts);
  pdk_ollama_api_describe_ps (running, facts);
  g_assert_cmpfloat (get_number (facts, "models_total"), ==, 0);
  g_assert_cmpfloat (get_number (facts, "model_storage_bytes"), ==, 0);
  g_assert_cmpfloat (get_number (facts, "loaded_models"), ==, 0);
  g_assert_cmpfloat (get_number (facts, "loaded_vram_bytes"), ==, 0);
  g_assert_null (pdk_facts_get_metric (facts, "context_window"));
}

/* A sum of which a part is not known is not known. */
static void
test_unknown_sizes (void)
{
  g_autoptr (JsonNode) root =
      json_fixture_parse ("{\"models\":[{\"name\":\"a\",\"size\":7,\"size_vram\":5,\"digest\":\"c0ffee\"},"
                          "{\"name\":\"b\",\"size_vram\":\"all\"}]}");
  g_autoptr (JsonNode) cloud =
      json_fixture_parse ("{\"models\":[{\"name\":\"a\",\"size\":7},{\"name\":\"b:cloud\"}]}");
  g_autoptr (PdkTags) tags = parse_tags (root);
  g_autoptr (PdkTags) cloud_tags = parse_tags (cloud);
  g_autoptr (GPtrArray) running = parse_ps (root);
  g_autoptr (PdkFacts) facts = pdk_facts_new ();
  g_autoptr (PdkFacts) cloud_facts = pdk_facts_new ();

  g_assert_cmpstr (((PdkRunningModel *) g_ptr_array_index (running, 0))->digest, ==, "c0ffee");
  g_assert_null (((PdkRunningModel *) g_ptr_array_index (running, 1))->digest);
  pdk_ollama_api_describe_tags (tags, facts);
  pdk_ollama_api_describe_ps (running, facts);
  g_assert_cmpfloat (get_number (facts, "models_total"), ==, 2);
  g_assert_null (pdk_facts_get_metric (facts, "model_storage_bytes"));
  g_assert_null (pdk_facts_get_metric (facts, "loaded_model_bytes"));
  g_assert_null (pdk_facts_get_metric (facts, "loaded_vram_bytes"));
  pdk_ollama_api_describe_tags (cloud_tags, cloud_facts);
  g_assert_cmpfloat (get_number (cloud_facts, "model_storage_bytes"), ==, 7);
}

static void
test_ps_samples (void)
{
  static const struct
  {
    const char *file, *name, *expires_at;
    gint64 size_bytes, vram_bytes, context_length;
  } cases[] = {
    { "ps_v0.1.38-v0.1.41_types.json", "mistral:latest", "2024-06-04T21:38:31.83753Z", 5137025024, 0, 0 },
    { "ps_v0.2-v0.9_docs.json", "mistral:latest", "2024-06-04T21:38:31.83753Z", 5137025024, 5137025024, 0 },
    { "ps_v0.10+_openapi.json", "gemma4", "2025-10-17T23:47:07.93355Z", 6591830464, 5333539264, 4096 },
    { "ps_v0.10+_types_partial-offload.json", "llama3.3:70b", "2026-08-21T10:05:00.827222Z", 47539240960,
      23769620480, 8192 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (JsonNode) root = json_fixture_load (cases[i].file);
      g_autoptr (GPtrArray) running = parse_ps (root);
      g_autoptr (PdkFacts) facts = pdk_facts_new ();
      const PdkRunningModel *model;

      g_test_message ("%s", cases[i].file);
      g_assert_cmpuint (running->len, ==, 1);
      model = g_ptr_array_index (running, 0);
      g_assert_cmpstr (model->name, ==, cases[i].name);
      g_assert_cmpint (model->size_bytes, ==, cases[i].size_bytes);
      g_assert_cmpint (model->vram_bytes, ==, cases[i].vram_bytes);
      g_assert_cmpint (model->context_length, ==, cases[i].context_length);
      g_assert_false (model->is_kept_loaded);
      /* GLib keeps microseconds in a double on the way, and may lose the last one. */
      g_assert_cmpint (ABS (model->expires_at_usec - pdk_time_parse_rfc3339 (cases[i].expires_at)), <=, 1);
      pdk_ollama_api_describe_ps (running, facts);
      g_assert_cmpfloat (get_number (facts, "loaded_models"), ==, 1);
      g_assert_cmpfloat (get_number (facts, "loaded_model_bytes"), ==, (double) cases[i].size_bytes);
      g_assert_cmpfloat (get_number (facts, "loaded_vram_bytes"), ==, (double) cases[i].vram_bytes);
      g_assert_cmpint (pdk_facts_get_metric (facts, "context_window") != NULL, ==,
                       cases[i].context_length > 0);
    }
}

static void
test_ps_sums (void)
{
  g_autoptr (JsonNode) root =
      json_fixture_parse ("{\"models\":[{\"name\":\"a\",\"size\":7,\"size_vram\":5,\"context_length\":2048},"
                          "{\"name\":\"b\",\"size\":70,\"size_vram\":50,\"context_length\":8192},"
                          "{\"name\":\"c\",\"size\":700,\"context_length\":4096}]}");
  g_autoptr (GPtrArray) running = parse_ps (root);
  g_autoptr (PdkFacts) facts = pdk_facts_new ();

  pdk_ollama_api_describe_ps (running, facts);
  g_assert_cmpfloat (get_number (facts, "loaded_models"), ==, 3);
  g_assert_cmpfloat (get_number (facts, "loaded_model_bytes"), ==, 777);
  g_assert_cmpfloat (get_number (facts, "loaded_vram_bytes"), ==, 55);
  g_assert_cmpfloat (get_number (facts, "context_window"), ==, 8192);
  g_assert_true (pdk_facts_get_running (facts) == running);
}

static void
test_ps_expiry (void)
{
  static const struct
  {
    const char *value, *expires_at;
    gboolean is_kept_loaded;
  } cases[] = {
    { "\"2318-11-20T12:00:00.123456789Z\"", NULL, TRUE },
    { "\"2319-01-01T00:00:00+01:00\"", NULL, TRUE },
    { "\"2317-12-31T23:59:59Z\"", "2317-12-31T23:59:59Z", FALSE },
    { "\"0001-01-01T00:00:00Z\"", NULL, FALSE },
    { "\"2001-01-01T00:00:00Z\"", "2001-01-01T00:00:00Z", FALSE },
    { "\"99999 bottles\"", NULL, FALSE },
    { "\"20261120T120000Z\"", "2026-11-20T12:00:00Z", FALSE },
    { "\"never\"", NULL, FALSE },
    { "\"\"", NULL, FALSE },
    { "null", NULL, FALSE },
    { "9999", NULL, FALSE },
    { "{}", NULL, FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text =
          g_strdup_printf ("{\"models\":[{\"name\":\"a\",\"expires_at\":%s}]}", cases[i].value);
      g_autoptr (JsonNode) root = json_fixture_parse (text);
      g_autoptr (GPtrArray) running = parse_ps (root);
      const PdkRunningModel *model = g_ptr_array_index (running, 0);

      g_test_message ("%s", cases[i].value);
      g_assert_cmpint (model->is_kept_loaded, ==, cases[i].is_kept_loaded);
      g_assert_cmpint (model->expires_at_usec, ==, pdk_time_parse_rfc3339 (cases[i].expires_at));
    }
}

static void
test_ps_wrong_types (void)
{
  static const char *const members[] = { "size", "size_vram", "context_length" };
  static const char *const wrong[] = { "null", "true", "-1", "1.5", "1e300", "{}", "[]", "\"7\"" };

  for (gsize i = 0; i < G_N_ELEMENTS (members); i++)
    {
      for (gsize j = 0; j < G_N_ELEMENTS (wrong); j++)
        {
          g_autofree char *text =
              g_strdup_printf ("{\"models\":[{\"name\":7,\"model\":\"a\",\"%s\":%s}]}", members[i], wrong[j]);
          g_autoptr (JsonNode) root = json_fixture_parse (text);
          g_autoptr (GPtrArray) running = parse_ps (root);
          const PdkRunningModel *model = g_ptr_array_index (running, 0);

          g_test_message ("%s", text);
          g_assert_cmpstr (model->name, ==, "a");
          g_assert_cmpint (model->size_bytes, ==, -1);
          g_assert_cmpint (model->context_length, ==, 0);
          /* Left out means 0, something else that nobody knows. */
          g_assert_cmpint (model->vram_bytes, ==, g_str_equal (members[i], "size_vram") ? -1 : 0);
        }
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ollama-models/tags/samples", test_tags_samples);
  g_test_add_func ("/ollama-models/tags/model", test_tags_model);
  g_test_add_func ("/ollama-models/tags/cloud", test_tags_cloud);
  g_test_add_func ("/ollama-models/tags/wrong-types", test_tags_wrong_types);
  g_test_add_func ("/ollama-models/tags/entries", test_tags_entries);
  g_test_add_func ("/ollama-models/tags/capabilities", test_tags_capabilities);
  g_test_add_func ("/ollama-models/many", test_many);
  g_test_add_func ("/ollama-models/escaped-list", test_escaped_list);
  g_test_add_func ("/ollama-models/hostile-names", test_hostile_names);
  g_test_add_func ("/ollama-models/null-lists", test_null_lists);
  g_test_add_func ("/ollama-models/unknown-sizes", test_unknown_sizes);
  g_test_add_func ("/ollama-models/ps/samples", test_ps_samples);
  g_test_add_func ("/ollama-models/ps/sums", test_ps_sums);
  g_test_add_func ("/ollama-models/ps/expiry", test_ps_expiry);
  g_test_add_func ("/ollama-models/ps/wrong-types", test_ps_wrong_types);
  return g_test_run ();
}
