/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "json-fixture.h"
#include "pdk-error.h"
#include "pdk-ollama-api.h"
#include "pdk-ollama-version.h"

/* Bodies that are not what was asked for: another program's, an error's, a list in place of an object. */
static void
test_other_bodies (void)
{
  static const char *const bodies[] = { "null",
                                        "[]",
                                        "1",
                                        "\"x\"",
                                        "{}",
                                        "{\"error\":\"x\"}",
                                        "{\"models\":{}}",
                                        "{\"models\":\"x\"}",
                                        "{\"version\":7,\"cloud\":[]}",
                                        "{\"version\":\"\",\"cloud\":{\"disabled\":\"no\"}}" };

  for (gsize i = 0; i < G_N_ELEMENTS (bodies); i++)
    {
      g_autoptr (JsonNode) root = json_fixture_parse (bodies[i]);
      GError *errors[5] = { NULL };
      g_autofree char *source = NULL;
      gboolean is_disabled;
      guint n_skipped;

      g_test_message ("%s", bodies[i]);
      g_assert_null (pdk_ollama_api_parse_tags (root, &errors[0]));
      g_assert_null (pdk_ollama_api_parse_ps (root, &n_skipped, &errors[1]));
      g_assert_null (pdk_ollama_api_parse_tags_text (bodies[i], strlen (bodies[i]), &errors[4]));
      g_assert_null (pdk_ollama_api_parse_version (root, &errors[2]));
      g_assert_false (pdk_ollama_api_parse_status (root, &is_disabled, &source, &errors[3]));
      g_assert_null (source);
      for (gsize j = 0; j < G_N_ELEMENTS (errors); j++)
        {
          g_assert_error (errors[j], PDK_ERROR, PDK_ERROR_MALFORMED);
          g_clear_error (&errors[j]);
        }
    }
}

static void
test_version (void)
{
  static const struct
  {
    const char *file, *version;
    gboolean gives_capabilities;
  } cases[] = {
    { "version_0.12.6_openapi.json", "0.12.6", FALSE },
    { "version_prerelease.json", "0.33.0-rc2", TRUE },
    { "version_source-build.json", "0.0.0", FALSE },
  };
  static const struct
  {
    const char *version;
    gboolean gives_capabilities;
  } more[] = { { "0.29.9", FALSE }, { "0.30.0", TRUE }, { "0.30.0-rc1", TRUE }, { "1.0.0", TRUE },
               { "0.3", FALSE },    { "", FALSE },      { "30", FALSE },        { "x.30", FALSE },
               { NULL, FALSE },     { "0.", FALSE } };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (JsonNode) root = json_fixture_load (cases[i].file);
      g_autofree char *version = pdk_ollama_api_parse_version (root, NULL);

      g_assert_cmpstr (version, ==, cases[i].version);
      g_assert_cmpint (pdk_ollama_version_gives_capabilities (version), ==, cases[i].gives_capabilities);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (more); i++)
    g_assert_cmpint (pdk_ollama_version_gives_capabilities (more[i].version), ==, more[i].gives_capabilities);
}

static void
test_status (void)
{
  static const struct
  {
    const char *file;
    gboolean is_disabled;
    const char *source;
  } cases[] = {
    { "status_cloud-on.json", FALSE, "none" },
    { "status_cloud-off-env.json", TRUE, "env" },
    { "status_cloud-off-config.json", TRUE, "config" },
    { "status_cloud-off-both.json", TRUE, "both" },
  };
  g_autoptr (JsonNode) bare = json_fixture_parse ("{\"cloud\":{\"disabled\":true,\"source\":7}}");
  g_autofree char *source = NULL;
  gboolean is_disabled = FALSE;

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (JsonNode) root = json_fixture_load (cases[i].file);
      g_autofree char *told = NULL;

      g_assert_true (pdk_ollama_api_parse_status (root, &is_disabled, &told, NULL));
      g_assert_cmpint (is_disabled, ==, cases[i].is_disabled);
      g_assert_cmpstr (told, ==, cases[i].source);
    }
  g_assert_true (pdk_ollama_api_parse_status (bare, &is_disabled, &source, NULL));
  g_assert_true (is_disabled);
  g_assert_null (source);
}

static void
test_show (void)
{
  static const struct
  {
    const char *body;
    guint n_capabilities;
    gint64 context_length;
  } cases[] = {
    { "{}", 0, 0 },
    { "{\"capabilities\":null,\"model_info\":null,\"details\":null}", 0, 0 },
    { "{\"capabilities\":[\"tools\"],\"model_info\":{\"general.architecture\":7,\"x.context_length\":9},"
      "\"details\":{\"family\":\"x\"}}",
      1, 9 },
    { "{\"model_info\":{\"general.architecture\":\"x\",\"x.context_length\":-9}}", 0, 0 },
    { "{\"model_info\":[],\"details\":[]}", 0, 0 },
  };
  static const struct
  {
    const char *file;
    guint n_capabilities;
  } samples[] = { { "show_openapi.json", 2 }, { "show_v0.12+_cloud_types.json", 3 } };
  g_autoptr (JsonNode) list = json_fixture_parse ("[]");
  g_autoptr (GError) error = NULL;
  gint64 context_length = -1;

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (JsonNode) root = json_fixture_parse (cases[i].body);
      g_auto (GStrv) capabilities = pdk_ollama_api_parse_show (root, &context_length, NULL);

      g_assert_cmpuint (g_strv_length (capabilities), ==, cases[i].n_capabilities);
      g_assert_cmpint (context_length, ==, cases[i].context_length);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (samples); i++)
    {
      g_autoptr (JsonNode) root = json_fixture_load (samples[i].file);
      g_auto (GStrv) capabilities = pdk_ollama_api_parse_show (root, &context_length, NULL);

      g_assert_cmpuint (g_strv_length (capabilities), ==, samples[i].n_capabilities);
      g_assert_cmpint (context_length, ==, 131072);
    }
  g_assert_null (pdk_ollama_api_parse_show (list, &context_length, &error));
  g_assert_error (error, PDK_ERROR, PDK_ERROR_MALFORMED);
  g_assert_cmpint (context_length, ==, 0);
}

static void
test_me (void)
{
  static const struct
  {
    const char *body, *name, *email, *plan;
  } cases[] = {
    { "{\"ID\":\"x\",\"Email\":\"e\",\"Name\":\"n\",\"Plan\":\"max\"}", "n", "e", "max" },
    { "{\"name\":7,\"email\":null,\"plan\":\"\"}", NULL, NULL, NULL },
    { "{\"username\":\"n\",\"plan\":{\"name\":\"pro\"}}", NULL, NULL, NULL },
    { "null", NULL, NULL, NULL },
    { "{}", NULL, NULL, NULL },
  };
  static const char *const others[] = { "[]", "\"x\"", "7" };
  g_autoptr (JsonNode) signed_in = json_fixture_load ("me_200_signed-in_types.json");
  g_autoptr (JsonNode) offline = json_fixture_load ("me_200_null_v0.12.0-v0.23.1_offline-or-401.json");
  g_autoptr (PdkFacts) facts = pdk_facts_new ();
  g_autoptr (PdkFacts) nothing = pdk_facts_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (JsonNode) root = json_fixture_parse (cases[i].body);
      g_autoptr (PdkFacts) told = pdk_facts_new ();

      g_assert_true (pdk_ollama_api_parse_me (root, told, NULL));
      g_assert_cmpstr (pdk_facts_get_attribute (told, "account_name"), ==, cases[i].name);
      g_assert_cmpstr (pdk_facts_get_attribute (told, "account_email"), ==, cases[i].email);
      g_assert_cmpstr (pdk_facts_get_attribute (told, "plan_name"), ==, cases[i].plan);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (others); i++)
    {
      g_autoptr (JsonNode) root = json_fixture_parse (others[i]);
      g_autoptr (GError) error = NULL;

      g_assert_false (pdk_ollama_api_parse_me (root, nothing, &error));
      g_assert_error (error, PDK_ERROR, PDK_ERROR_MALFORMED);
    }
  g_assert_true (pdk_ollama_api_parse_me (offline, nothing, NULL));
  g_assert_null (pdk_facts_get_attribute (nothing, "account_name"));
  g_assert_true (pdk_ollama_api_parse_me (signed_in, facts, NULL));
  g_assert_cmpstr (pdk_facts_get_attribute (facts, "account_email"), ==, "user@example.invalid");
  g_assert_cmpstr (pdk_facts_get_attribute (facts, "plan_name"), ==, "pro");
}

/* As the server reads it: Go takes null for anything. */
static void
test_server_config (void)
{
  static const struct
  {
    const char *body;
    gboolean is_good, is_disabled;
  } cases[] = {
    { "{}", TRUE, FALSE },
    { "{\"disable_ollama_cloud\":true}", TRUE, TRUE },
    { "{\"disable_ollama_cloud\":false,\"more\":[]}", TRUE, FALSE },
    { "{\"disable_ollama_cloud\":null}", TRUE, FALSE },
    { "null", TRUE, FALSE },
    { "{\"disable_ollama_cloud\":\"true\"}", FALSE, FALSE },
    { "{\"disable_ollama_cloud\":1}", FALSE, FALSE },
    { "[]", FALSE, FALSE },
    { "true", FALSE, FALSE },
  };
  g_autoptr (JsonNode) sample = json_fixture_load ("server.json_example.json");
  gboolean is_disabled = FALSE;

  g_assert_true (pdk_ollama_api_parse_server_config (sample, &is_disabled, NULL));
  g_assert_true (is_disabled);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (JsonNode) root = json_fixture_parse (cases[i].body);
      g_autoptr (GError) error = NULL;

      is_disabled = TRUE;
      g_test_message ("%s", cases[i].body);
      g_assert_cmpint (pdk_ollama_api_parse_server_config (root, &is_disabled, &error), ==, cases[i].is_good);
      g_assert_cmpint (is_disabled, ==, cases[i].is_disabled);
      if (!cases[i].is_good)
        g_assert_error (error, PDK_ERROR, PDK_ERROR_MALFORMED);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ollama-api/other-bodies", test_other_bodies);
  g_test_add_func ("/ollama-api/version", test_version);
  g_test_add_func ("/ollama-api/status", test_status);
  g_test_add_func ("/ollama-api/show", test_show);
  g_test_add_func ("/ollama-api/me", test_me);
  g_test_add_func ("/ollama-api/server-config", test_server_config);
  return g_test_run ();
}
