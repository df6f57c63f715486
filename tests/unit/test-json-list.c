/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "pdk-error.h"
#include "pdk-json-list.h"
#include "pdk-json.h"

#define BOM "\xef\xbb\xbf"

static void
note_element (JsonNode *element, gpointer user_data)
{
  g_autofree char *text = json_to_string (element, FALSE);

  g_string_append_printf (user_data, "%s;", text);
}

/* What is taken, then what is left, as text; NULL where it is not JSON. */
static char *
parse (const char *text)
{
  g_autoptr (GString) taken = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) rest = pdk_json_parse_list (text, strlen (text), "list", note_element, taken, &error);
  g_autofree char *rest_text = NULL;

  if (rest == NULL)
    {
      g_assert_error (error, PDK_ERROR, PDK_ERROR_MALFORMED);
      return NULL;
    }
  g_assert_no_error (error);
  rest_text = json_to_string (rest, FALSE);
  return g_strconcat (taken->str, rest_text, NULL);
}

static void
test_found (void)
{
  static const struct
  {
    const char *text, *expected;
  } cases[] = {
    { "{\"list\":[]}", "{\"list\":[]}" },
    { BOM " \n{ \"list\" : [ \t ] } ", "{\"list\":[]}" },
    { "{\"list\":[1]}", "1;{\"list\":[]}" },
    { BOM "{\"a\":1, \"list\" : [ 1 , [2,{\"list\":[3]}] ,{} , null ], \"b\":[4]}",
      "1;[2,{\"list\":[3]}];{};null;{\"a\":1,\"list\":[],\"b\":[4]}" },
    /* What looks like brackets, commas and quotes inside of strings is none. */
    { "{\"list\":[\"],[\\\"\",\"\\\\\",\"}\"]}", "\"],[\\\"\";\"\\\\\";\"}\";{\"list\":[]}" },
    { "{\"a\":\"list\",\"list\":[\"list\"]}", "\"list\";{\"a\":\"list\",\"list\":[]}" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *result = parse (cases[i].text);

      g_test_message ("%s", cases[i].text);
      g_assert_cmpstr (result, ==, cases[i].expected);
    }
}

static void
test_left_alone (void)
{
  static const char *const texts[] = {
    "{}",
    "[]",
    "null",
    "{\"list\":null}",
    "{\"list\":{\"list\":[1]}}",
    "{\"lists\":[1]}",
    "{\"a\":{\"list\":[1]}}",
    "[{\"list\":[1]}]",
    "[\"list\",[1]]",
    "\"list\"",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autofree char *result = parse (texts[i]);

      g_assert_cmpstr (result, ==, texts[i]);
    }
}

/* The one that counts is for json-glib to say. */
static void
test_twice (void)
{
  g_autofree char *twice = parse ("{\"list\":[1],\"list\":[2]}");
  g_autofree char *escaped = parse ("{\"l\\u0069st\":[1]}");
  g_autofree char *then_none = parse ("{\"list\":[1],\"list\":null}");

  g_assert_cmpstr (twice, ==, "{\"list\":[2]}");
  g_assert_cmpstr (escaped, ==, "{\"list\":[1]}");
  g_assert_cmpstr (then_none, ==, "{\"list\":null}");
}

static void
test_malformed (void)
{
  static const char *const texts[] = {
    "",
    " ",
    "{",
    "{\"list\"",
    "{\"list\":",
    "{\"list\":[",
    "{\"list\":[1",
    "{\"list\":[1,",
    "{\"list\":[1]",
    "{\"list\":[1,]}",
    "{\"list\":[,1]}",
    "{\"list\":[1,,2]}",
    "{\"list\":[1 2]}",
    "{\"list\":[{} {}]}",
    "{\"list\":[1}]}",
    "{\"list\":[[1},2]}",
    "{\"list\":[1]]",
    "{\"list\":[1]}}",
    "{\"list\":[1]} {}",
    "{\"list\":[\"]}",
    "{\"list\":[\"\\",
    "{\"list\":[/*1*/2]}",
    "{\"list\":['a']}",
    "{\"list\":[\"\xff\"]}",
    "{\"list\":[1],\"a\":\"\xff\"}",
    "{\"list\":[1],}",
    "{\"list\":[1] \"a\":2}",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (JsonNode) whole = pdk_json_parse (texts[i], strlen (texts[i]), NULL);
      g_autofree char *result = parse (texts[i]);

      g_test_message ("text %zu", i);
      g_assert_null (whole);
      g_assert_null (result);
    }
}

/* Around each number of elements that are parsed together. */
static void
test_many (void)
{
  for (guint n = 1; n < 300; n++)
    {
      g_autoptr (GString) text = g_string_new ("{\"list\":[0");
      g_autoptr (GString) expected = g_string_new ("0;");
      g_autofree char *result = NULL, *cut_short = NULL;

      for (guint i = 1; i < n; i++)
        {
          g_string_append_printf (text, ",%u", i);
          g_string_append_printf (expected, "%u;", i);
        }
      g_string_append (text, "]}");
      g_string_append (expected, "{\"list\":[]}");
      result = parse (text->str);
      g_assert_cmpstr (result, ==, expected->str);
      g_string_insert (text, (gssize) text->len - 2, ",");
      cut_short = parse (text->str);
      g_assert_null (cut_short);
    }
}

static void
test_too_deep (void)
{
  g_autofree char *brackets = g_strnfill (100000, '[');
  g_autofree char *text = g_strconcat ("{\"list\":[1,", brackets, NULL);
  g_autofree char *closed = g_strnfill (100000, ']');
  g_autofree char *balanced = g_strconcat (text, closed, "]}", NULL);
  g_autofree char *open_result = parse (text), *balanced_result = parse (balanced);

  g_assert_null (open_result);
  g_assert_null (balanced_result);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/json-list/found", test_found);
  g_test_add_func ("/json-list/left-alone", test_left_alone);
  g_test_add_func ("/json-list/twice", test_twice);
  g_test_add_func ("/json-list/malformed", test_malformed);
  g_test_add_func ("/json-list/many", test_many);
  g_test_add_func ("/json-list/too-deep", test_too_deep);
  return g_test_run ();
}
