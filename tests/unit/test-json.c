/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <math.h>
#include <string.h>

#include "pdk-error.h"
#include "pdk-json.h"

static char *
nest (guint depth)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < depth; i++)
    g_string_append_c (text, '[');
  for (guint i = 0; i < depth; i++)
    g_string_append_c (text, ']');
  return g_string_free (text, FALSE);
}

static void
test_depth (void)
{
  static const struct
  {
    guint depth;
    gboolean is_good;
  } cases[] = { { 1, TRUE }, { 64, TRUE }, { 65, FALSE }, { 200000, FALSE } };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = nest (cases[i].depth);
      g_autoptr (GError) error = NULL;
      g_autoptr (JsonNode) root = pdk_json_parse (text, strlen (text), &error);

      g_assert_cmpint (root != NULL, ==, cases[i].is_good);
      if (!cases[i].is_good)
        g_assert_error (error, PDK_ERROR, PDK_ERROR_MALFORMED);
    }
}

/* json-glib reads what follows each of these although it is no JSON: brackets must not hide behind it. */
static void
test_depth_in_disguise (void)
{
  static const char *const starts[] = { "/* \" */",
                                        "// \"\n",
                                        "/* \\\" */",
                                        "{'\"':",
                                        "['\"', ",
                                        "[\"\\\\\",",
                                        "\xef\xbb\xbf",
                                        "var x = ",
                                        "{} ",
                                        "[] // \"\n",
                                        "{\"a\":\"\\\"\",\"b\":",
                                        "{\"\\\\\\\"\":",
                                        "# \"\n" };
  g_autofree char *nested = nest (200000);

  for (gsize i = 0; i < G_N_ELEMENTS (starts); i++)
    {
      g_autofree char *text = g_strconcat (starts[i], nested, NULL);
      g_autoptr (GError) error = NULL;
      g_autoptr (JsonNode) root = pdk_json_parse (text, strlen (text), &error);

      g_test_message ("case %" G_GSIZE_FORMAT, i);
      g_assert_null (root);
      g_assert_error (error, PDK_ERROR, PDK_ERROR_MALFORMED);
    }
}

static void
test_brackets_in_strings (void)
{
  g_autofree char *nested = nest (1000);
  g_autofree char *text = g_strdup_printf ("{\"%s\":\"\\\"%s\\\\\"}", nested, nested);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) root = pdk_json_parse (text, strlen (text), &error);

  g_assert_no_error (error);
  g_assert_true (JSON_NODE_HOLDS_OBJECT (root));
}

static const struct
{
  const char *text;
  gboolean is_good;
} parse_cases[] = {
  { "{}", TRUE },
  { " [1, 2.5, -3e2, true, false, null, \"\\u00e4\"]\r\n\t", TRUE },
  { "null", TRUE },
  { "\xef\xbb\xbf{\"a\": 1}", TRUE },
  { "", FALSE },
  { " \n ", FALSE },
  { "\xef\xbb\xbf", FALSE },
  { "<html>", FALSE },
  { "404 page not found", FALSE },
  { "{\"a\": 1", FALSE },
  { "{\"a\" 1}", FALSE },
  { "{\"a\": 1,}", FALSE },
  { "[1 2]", FALSE },
  { "{'a': 1}", FALSE },
  { "{\"a\": 1} {}", FALSE },
  { "{\"a\": 1}]", FALSE },
  { "{} // more", FALSE },
  { "/* more */ {}", FALSE },
  { "{\"a\": \"x}", FALSE },
  { "{\"a\": \"\xff\"}", FALSE },
  { "]", FALSE },
};

static void
test_parse (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (parse_cases); i++)
    {
      g_autofree char *block = g_memdup2 (parse_cases[i].text, strlen (parse_cases[i].text));
      g_autoptr (GError) error = NULL;
      g_autoptr (JsonNode) root = NULL;

      g_test_message ("case %" G_GSIZE_FORMAT, i);
      /* Out of a block that ends where the text does: nothing behind it is looked at. */
      root = pdk_json_parse (block != NULL ? block : "", strlen (parse_cases[i].text), &error);
      g_assert_cmpint (root != NULL, ==, parse_cases[i].is_good);
      if (parse_cases[i].is_good)
        g_assert_no_error (error);
      else
        g_assert_error (error, PDK_ERROR, PDK_ERROR_MALFORMED);
    }
}

static void
test_parse_nul (void)
{
  static const char text[] = "{\"a\": 1}\0[[[";
  g_autoptr (GError) error = NULL;

  g_assert_null (pdk_json_parse (text, sizeof text - 1, &error));
  g_assert_error (error, PDK_ERROR, PDK_ERROR_MALFORMED);
}

static JsonNode *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  JsonNode *root = pdk_json_parse (text, strlen (text), &error);

  g_assert_no_error (error);
  return root;
}

/* Each accessor finds its own type, and nothing under the name of another. */
static void
test_types (void)
{
  static const char *const names[] = { "object", "array",   "text", "count",
                                       "number", "boolean", "null", "missing" };
  g_autoptr (JsonNode) root = parse ("{\"object\":{},\"array\":[],\"text\":\"x\",\"count\":7,\"number\":2.5,"
                                     "\"boolean\":true,\"null\":null}");
  JsonObject *object = json_node_get_object (root);

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      const char *name = names[i];
      double number = -7;
      gint64 count = -7;
      gboolean truth = -7;
      gboolean is_number = g_str_equal (name, "number") || g_str_equal (name, "count");

      g_test_message ("%s", name);
      g_assert_cmpint (pdk_json_get_object (object, name) != NULL, ==, g_str_equal (name, "object"));
      g_assert_cmpint (pdk_json_get_array (object, name) != NULL, ==, g_str_equal (name, "array"));
      g_assert_cmpint (pdk_json_get_string (object, name) != NULL, ==, g_str_equal (name, "text"));
      g_assert_cmpint (pdk_json_get_number (object, name, &number), ==, is_number);
      g_assert_cmpint (number != -7, ==, is_number);
      g_assert_cmpint (pdk_json_get_count (object, name, &count), ==, g_str_equal (name, "count"));
      g_assert_cmpint (count != -7, ==, g_str_equal (name, "count"));
      g_assert_cmpint (pdk_json_get_boolean (object, name, &truth), ==, g_str_equal (name, "boolean"));
      g_assert_cmpint (truth != -7, ==, g_str_equal (name, "boolean"));
      g_assert_null (pdk_json_get_object (NULL, name));
      g_assert_null (pdk_json_get_string (NULL, name));
      g_assert_false (pdk_json_get_count (NULL, name, &count));
    }
}

static void
test_numbers (void)
{
  static const struct
  {
    const char *text;
    gboolean is_number, is_count;
    double number;
  } cases[] = {
    { "0", TRUE, TRUE, 0 },
    { "-0", TRUE, TRUE, 0 },
    { "3.0", TRUE, TRUE, 3 },
    { "1e3", TRUE, TRUE, 1000 },
    { "-1", TRUE, FALSE, -1 },
    { "0.5", TRUE, FALSE, 0.5 },
    { "9007199254740992", TRUE, TRUE, 9007199254740992.0 },
    { "9007199254740994", TRUE, FALSE, 9007199254740994.0 },
    { "1e300", TRUE, FALSE, 1e300 },
    { "1e999", FALSE, FALSE, 0 },
    { "-1e999", FALSE, FALSE, 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = g_strdup_printf ("{\"n\":%s}", cases[i].text);
      g_autoptr (JsonNode) root = parse (text);
      double number = 0;
      gint64 count = 0;

      g_test_message ("%s", cases[i].text);
      g_assert_cmpint (pdk_json_get_number (json_node_get_object (root), "n", &number), ==,
                       cases[i].is_number);
      g_assert_cmpint (pdk_json_get_count (json_node_get_object (root), "n", &count), ==, cases[i].is_count);
      g_assert_cmpfloat (number, ==, cases[i].number);
      if (cases[i].is_count)
        g_assert_cmpfloat ((double) count, ==, cases[i].number);
    }
}

static void
test_elements (void)
{
  g_autoptr (JsonNode) root = parse ("[{}, [], 1, \"x\", null, {}]");
  JsonArray *array = json_node_get_array (root);

  for (guint i = 0; i < json_array_get_length (array); i++)
    g_assert_cmpint (pdk_json_get_element_object (array, i) != NULL, ==, i == 0 || i == 5);
}

/* The value of each member is the line that its key stands in. */
static const char *const located_texts[] = {
  "{\"a\": 1, \"b\": [1, 1]}",
  "\xef\xbb\xbf\n{\n\"a\": 3\n}",
  "{\n\"a\":\n\n2\n\n,\n\"b\": 7}",
  "{\n\"a\": {\n\"b\": 3,\n\"c\": {},\n\"d\": [\n{\"e\": 6}, {\n\"f\": 7\n}\n]\n},\n\"g\": 11\n}",
  "{\r\n\"a\": 2,\r\n\"b\": 3\r\n}",
  "{\n\"a\": 1,\n\"a\": 3\n,\"b\": 4}",
  "[{\"a\": 1},\n[{\"b\": 2,\n\"\": 3}]]",
};

static void
assert_lines (JsonNode *node, GHashTable *lines, guint *n_checked)
{
  if (JSON_NODE_HOLDS_ARRAY (node))
    {
      for (guint i = 0; i < json_array_get_length (json_node_get_array (node)); i++)
        assert_lines (json_array_get_element (json_node_get_array (node), i), lines, n_checked);
    }
  else if (JSON_NODE_HOLDS_OBJECT (node))
    {
      JsonObjectIter iter;
      const char *name;
      JsonNode *value;

      json_object_iter_init (&iter, json_node_get_object (node));
      while (json_object_iter_next (&iter, &name, &value))
        {
          guint line = GPOINTER_TO_UINT (g_hash_table_lookup (lines, value));

          g_assert_cmpuint (line, >, 0);
          (*n_checked)++;
          if (JSON_NODE_HOLDS_VALUE (value))
            g_assert_cmpint (line, ==, json_node_get_int (value));
          assert_lines (value, lines, n_checked);
        }
    }
}

static void
test_located (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (located_texts); i++)
    {
      g_autoptr (GHashTable) lines = NULL;
      g_autoptr (GError) error = NULL;
      guint error_line = 0, n_checked = 0;
      g_autoptr (JsonNode) root =
          pdk_json_parse_located (located_texts[i], strlen (located_texts[i]), &lines, &error_line, &error);

      g_test_message ("case %" G_GSIZE_FORMAT, i);
      g_assert_no_error (error);
      assert_lines (root, lines, &n_checked);
      g_assert_cmpuint (n_checked, >, 0);
    }
}

/* Of a member whose value spans lines, it is the first that counts. */
static void
test_located_spans (void)
{
  static const char text[] = "{\n\"a\": [\n1,\n2\n],\n\"b\": {\n\"c\": \"\\\"\\\\\",\n\"d\": 0\n}\n}";
  static const struct
  {
    const char *name;
    guint line;
  } cases[] = { { "a", 2 }, { "b", 6 } };
  g_autoptr (GHashTable) lines = NULL;
  guint error_line = 0;
  g_autoptr (JsonNode) root = pdk_json_parse_located (text, strlen (text), &lines, &error_line, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      JsonNode *value = json_object_get_member (json_node_get_object (root), cases[i].name);

      g_assert_cmpuint (GPOINTER_TO_UINT (g_hash_table_lookup (lines, value)), ==, cases[i].line);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/json/depth", test_depth);
  g_test_add_func ("/json/depth/in-disguise", test_depth_in_disguise);
  g_test_add_func ("/json/depth/brackets-in-strings", test_brackets_in_strings);
  g_test_add_func ("/json/parse", test_parse);
  g_test_add_func ("/json/parse/nul", test_parse_nul);
  g_test_add_func ("/json/types", test_types);
  g_test_add_func ("/json/numbers", test_numbers);
  g_test_add_func ("/json/elements", test_elements);
  g_test_add_func ("/json/located", test_located);
  g_test_add_func ("/json/located/spans", test_located_spans);
  return g_test_run ();
}
