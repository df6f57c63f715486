/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "pdk-json-syntax.h"

/* What the phrase has to say, and the line to mend. */
static const struct
{
  const char *text, *phrase;
  guint line;
} mistakes[] = {
  { "{\n\"a\": 1,\n}", "comma has nothing behind", 2 },
  { "{\n\"a\": [\n1,\n2,\n]\n}", "comma has nothing behind", 4 },
  { "{\n\"a\": 1\n\"b\": 2\n}", "comma is missing", 2 },
  { "{\n\"a\": {}\n\"b\": 2\n}", "comma is missing", 2 },
  { "[\n1\n2\n]", "comma is missing", 2 },
  { "[\n1 [\n2]\n]", "comma is missing", 2 },
  { "{\n\"a\": 1,,\n\"b\": 2}", "comma has nothing before", 2 },
  { "[1,\n,2]", "comma has nothing before", 2 },
  { "[\n,]", "comma has nothing before", 2 },
  { "{\n\"a\": ,\n\"b\": 2}", "comma has nothing before", 2 },
  { "{\n\"a\"\n1}", "colon is missing", 2 },
  { "{\n\"a\",\n\"b\": 1}", "colon is missing", 2 },
  { "{\n\"a\"\n}", "colon is missing", 2 },
  { "{\n\"a\" [\n1]\n}", "colon is missing", 2 },
  { "{\n\"a\":\n}", "value is missing", 2 },
  { "{\n\"a\": True\n}", "value is missing", 2 },
  { "{\n\"a\": -x\n}", "value is missing", 2 },
  { "{\n\"a\": .5\n}", "value is missing", 2 },
  { "{\n\"a\": none\n}", "value is missing", 2 },
  { "{\na: 1\n}", "name in quotation marks", 2 },
  { "{\n{}\n}", "name in quotation marks", 2 },
  { "{\n\"a\": 1,\nb: 2\n}", "name in quotation marks", 3 },
  { "{\n\"a\": \"b,\n\"c\": \"d\"\n}", "closing quotation mark", 2 },
  { "{\n\"a\": \"C:\\Users\"\n}", "backslash", 2 },
  { "{\n\"a\": \"\\ud800\"\n}", "backslash", 2 },
  { "{\n\"a\": \"\\ud800\\ue000\"\n}", "backslash", 2 },
  { "{\n\"a\": \"\\udc00\"\n}", "backslash", 2 },
  { "{\n\"a\": \"\\u12g4\"\n}", "backslash", 2 },
  { "\"\\u123", "backslash", 1 },
  { "{\n\"a\": 1.2.3\n}", "value is missing", 2 },
  { "{\n\"a\": 007\n}", "value is missing", 2 },
  { "{\n\"a\": 1.\n}", "value is missing", 2 },
  { "{\n\"a\": 1e+\n}", "value is missing", 2 },
  { "{\n\"a\": 30s\n}", "value is missing", 2 },
  { "-", "value is missing", 1 },
  { "\"", "closing quotation mark", 1 },
  { "\"\\", "backslash", 1 },
  { "{\n\"a\": [1\n}\n}", "closes what is not open", 3 },
  { "}", "closes what is not open", 1 },
  { "{\n\"a\": 'b'\n}", "no place there", 2 },
  { "{\n// b\n}", "no place there", 2 },
  { "{\n:1}", "no place there", 2 },
  { "{}\n{}", "follows its end", 2 },
  { "{}\n}", "follows its end", 2 },
  { "{\n\"a\": [\n1\n\n", "ends before", 3 },
  { "{", "ends before", 1 },
  { "{\"a\":", "ends before", 1 },
};

static void
test_mistakes (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (mistakes); i++)
    {
      gsize length = strlen (mistakes[i].text);
      /* Of its very size, so that a sanitizer sees a step beyond its end. */
      g_autofree char *text = g_memdup2 (mistakes[i].text, length);
      guint line = 0;
      const char *phrase = pdk_json_syntax_find_mistake (text, length, &line);

      g_test_message ("%s", mistakes[i].text);
      g_assert_nonnull (phrase);
      g_test_message ("%u: %s", line, phrase);
      g_assert_nonnull (strstr (phrase, mistakes[i].phrase));
      g_assert_cmpuint (line, ==, mistakes[i].line);
    }
}

static void
test_none (void)
{
  static const char *const documents[] = {
    "",
    "\n ",
    "7",
    "0",
    "-0.0E-5",
    "\"\\ud83e\\udd99\"",
    "-1.5e+3",
    "null",
    "\"\"",
    "[]",
    "{}",
    "[[], {}, [1, \"\\u00e9\\\"\"]]",
    "{\"a\": {\"b\": [true, false]}}\n",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (documents); i++)
    {
      guint line = 4711;

      g_test_message ("%s", documents[i]);
      g_assert_null (pdk_json_syntax_find_mistake (documents[i], strlen (documents[i]), &line));
      g_assert_cmpuint (line, ==, 4711);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/json-syntax/mistakes", test_mistakes);
  g_test_add_func ("/json-syntax/none", test_none);
  return g_test_run ();
}
