/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Bodies of Ollama's API for tests: out of the test itself, or as releases of Ollama have written them. */

#include "config.h"

#include "json-fixture.h"

#include <string.h>

#include "pdk-json.h"

/* @text: a JSON document, which must be good */
JsonNode *
json_fixture_parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  JsonNode *root = pdk_json_parse (text, strlen (text), &error);

  g_assert_no_error (error);
  return root;
}

/* @name: a file of fixtures/api */
JsonNode *
json_fixture_load (const char *name)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "api", name, NULL);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  return json_fixture_parse (text);
}
