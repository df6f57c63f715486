/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <float.h>
#include <json-glib/json-glib.h>
#include <math.h>
#include <string.h>

#include "pdk-json-writer.h"

static JsonNode *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  JsonNode *root = json_from_string (text, &error);

  g_assert_no_error (error);
  return root;
}

static char *
write_number (double value)
{
  PdkJsonWriter writer;

  pdk_json_writer_init (&writer, FALSE);
  pdk_json_writer_add_number (&writer, NULL, value);
  return pdk_json_writer_finish (&writer);
}

static void
test_numbers (void)
{
  static const struct
  {
    double value;
    const char *expected;
  } cases[] = {
    { 0, "0" },
    { -0.0, "0" },
    { 1, "1" },
    { -1, "-1" },
    { 3.6, "3.6" },
    { 0.1, "0.1" },
    { -2.5, "-2.5" },
    { 72.5, "72.5" },
    { 18.253, "18.253" },
    { 1234567.25, "1234567.25" },
    { 9608350245, "9608350245" },
    { 999999999999999, "999999999999999" },
    { 1e15, "1e+15" },
    { 1e300, "1e+300" },
    { 0.1 + 0.2, "0.30000000000000004" },
    { NAN, "null" },
    { INFINITY, "null" },
    { -INFINITY, "null" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = write_number (cases[i].value);

      g_assert_cmpstr (text, ==, cases[i].expected);
    }
}

static void
test_numbers_round_trip (void)
{
  static const double extremes[] = { DBL_MAX,
                                     -DBL_MAX,
                                     DBL_MIN,
                                     DBL_EPSILON,
                                     4.9406564584124654e-324,
                                     9007199254740991.0,
                                     9007199254740993.0,
                                     123456789012345678.0,
                                     1e15 - 0.125 };
  g_autoptr (GRand) random = g_rand_new_with_seed (1);

  for (gsize i = 0; i < 2000; i++)
    {
      double value = i < G_N_ELEMENTS (extremes)
                         ? extremes[i]
                         : ldexp (g_rand_double_range (random, -1, 1), g_rand_int_range (random, -300, 300));
      g_autofree char *text = write_number (value);
      g_autoptr (JsonNode) root = parse (text);

      g_assert_cmpfloat (g_ascii_strtod (text, NULL), ==, value);
      g_assert_true (JSON_NODE_HOLDS_VALUE (root));
    }
}

static void
test_strings (void)
{
  static const struct
  {
    const char *value, *expected;
  } cases[] = {
    { "", "\"\"" },
    { "plain", "\"plain\"" },
    { "\"\\/", "\"\\\"\\\\/\"" },
    { "\n\t\r\b\f", "\"\\n\\t\\u000d\\u0008\\u000c\"" },
    { "\x01\x1b\x1f\x7f", "\"\\u0001\\u001b\\u001f\\u007f\"" },
    /* The introducer of a terminal's commands in one character, line ends, and what turns text around. */
    { "a\xc2\x9b"
      "31m\xc2\x80\xc2\xa0",
      "\"a\\u009b31m\\u0080\xc2\xa0\"" },
    { "\xe2\x80\xa8\xe2\x80\xa9\xe2\x80\xa6", "\"\\u2028\\u2029\xe2\x80\xa6\"" },
    { "\xe2\x80\xae"
      "x\xe2\x81\xa6\xd8\x9c\xd8\x9d",
      "\"\\u202ex\\u2066\\u061c\xd8\x9d\"" },
    { "\xc3\xa4\xe2\x82\xac\xf0\x9f\xa6\x99", "\"\xc3\xa4\xe2\x82\xac\xf0\x9f\xa6\x99\"" },
    { "%s%n</script>", "\"%s%n</script>\"" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = NULL;
      g_autoptr (JsonNode) root = NULL;
      PdkJsonWriter writer;

      pdk_json_writer_init (&writer, TRUE);
      pdk_json_writer_add_string (&writer, NULL, cases[i].value);
      text = pdk_json_writer_finish (&writer);
      g_assert_cmpstr (text, ==, cases[i].expected);
      root = parse (text);
      g_assert_cmpstr (json_node_get_string (root), ==, cases[i].value);
    }
}

/* Every byte below 0x80 and one of each length above, in a value and in a name. */
static void
test_strings_round_trip (void)
{
  g_autoptr (GString) all = g_string_new (NULL);
  g_autofree char *text = NULL;
  g_autoptr (JsonNode) root = NULL;
  PdkJsonWriter writer;

  for (gunichar c = 1; c < 0x80; c++)
    g_string_append_unichar (all, c);
  g_string_append (all, "\xc2\x85\xe2\x80\xa8\xef\xbf\xbd\xf4\x8f\xbf\xbf");
  pdk_json_writer_init (&writer, FALSE);
  pdk_json_writer_begin (&writer, NULL, '{');
  pdk_json_writer_add_string (&writer, all->str, all->str);
  pdk_json_writer_end (&writer, '}');
  text = pdk_json_writer_finish (&writer);
  g_assert_null (strchr (text, '\n'));
  root = parse (text);
  g_assert_cmpstr (json_object_get_string_member (json_node_get_object (root), all->str), ==, all->str);
}

static char *
write_document (gboolean is_pretty)
{
  PdkJsonWriter writer;

  pdk_json_writer_init (&writer, is_pretty);
  pdk_json_writer_begin (&writer, NULL, '{');
  pdk_json_writer_add_number (&writer, "n", 1);
  pdk_json_writer_begin (&writer, "empty", '{');
  pdk_json_writer_end (&writer, '}');
  pdk_json_writer_begin (&writer, "list", '[');
  pdk_json_writer_add_boolean (&writer, NULL, TRUE);
  pdk_json_writer_begin_inline (&writer, NULL, '{');
  pdk_json_writer_add_string (&writer, "a", "b");
  pdk_json_writer_begin (&writer, "inside", '[');
  pdk_json_writer_add_number (&writer, NULL, 2);
  pdk_json_writer_add_number (&writer, NULL, 3);
  pdk_json_writer_end (&writer, ']');
  pdk_json_writer_add_boolean (&writer, "c", FALSE);
  pdk_json_writer_end (&writer, '}');
  pdk_json_writer_begin (&writer, NULL, '{');
  pdk_json_writer_add_string (&writer, "d", "e");
  pdk_json_writer_end (&writer, '}');
  pdk_json_writer_end (&writer, ']');
  pdk_json_writer_begin_inline (&writer, "none", '[');
  pdk_json_writer_end (&writer, ']');
  pdk_json_writer_add_string (&writer, "last", "x");
  pdk_json_writer_end (&writer, '}');
  return pdk_json_writer_finish (&writer);
}

static void
test_layout (void)
{
  g_autofree char *pretty = write_document (TRUE);
  g_autofree char *line = write_document (FALSE);
  g_autoptr (JsonNode) a = parse (pretty);
  g_autoptr (JsonNode) b = parse (line);

  g_assert_cmpstr (pretty, ==,
                   "{\n"
                   "  \"n\": 1,\n"
                   "  \"empty\": {},\n"
                   "  \"list\": [\n"
                   "    true,\n"
                   "    {\"a\": \"b\", \"inside\": [2, 3], \"c\": false},\n"
                   "    {\n"
                   "      \"d\": \"e\"\n"
                   "    }\n"
                   "  ],\n"
                   "  \"none\": [],\n"
                   "  \"last\": \"x\"\n"
                   "}");
  g_assert_cmpstr (
      line, ==,
      "{\"n\": 1, \"empty\": {}, \"list\": [true, {\"a\": \"b\", \"inside\": [2, 3], \"c\": false}, "
      "{\"d\": \"e\"}], \"none\": [], \"last\": \"x\"}");
  g_assert_true (json_node_equal (a, b));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/json-writer/numbers", test_numbers);
  g_test_add_func ("/json-writer/numbers/round-trip", test_numbers_round_trip);
  g_test_add_func ("/json-writer/strings", test_strings);
  g_test_add_func ("/json-writer/strings/round-trip", test_strings_round_trip);
  g_test_add_func ("/json-writer/layout", test_layout);
  return g_test_run ();
}
