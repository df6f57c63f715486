/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "pdk-text.h"

#define ELLIPSIS "\xe2\x80\xa6"
#define REPLACEMENT "\xef\xbf\xbd"

static const struct
{
  const char *name, *text;
  gssize length;
  gsize max_bytes;
  const char *expected;
} bounded_cases[] = {
  { "empty", "", -1, 4, "" },
  { "shorter", "abc", -1, 4, "abc" },
  { "as long as the bound", "abcd", -1, 4, "abcd" },
  { "one longer", "abcde", -1, 4, "a" ELLIPSIS },
  { "much longer", "abcdefghijklmnopqrstuvwxyz", -1, 8, "abcde" ELLIPSIS },
  { "a length of its own", "abcdef", 3, 8, "abc" },
  { "nothing of it", "abc", 0, 8, "" },
  { "two bytes that fit", "\xc3\xa4\xc3\xb6", -1, 4, "\xc3\xa4\xc3\xb6" },
  { "cut in a character of two", "a\xc3\xa4\xc3\xb6\xc3\xbc", -1, 6, "a\xc3\xa4" ELLIPSIS },
  { "cut in a character of three", "\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac", -1, 8, "\xe2\x82\xac" ELLIPSIS },
  { "cut in a character of four", "\xf0\x9f\xa6\x99\xf0\x9f\xa6\x99", -1, 6, ELLIPSIS },
  { "bad byte",
    "a\xff"
    "b",
    -1, 8, "a" REPLACEMENT "b" },
  { "bad bytes outgrow the bound", "\xff\xff\xff", -1, 8, REPLACEMENT ELLIPSIS },
  { "half a character at the end", "ab\xe2\x82", -1, 8, "ab" REPLACEMENT REPLACEMENT },
  { "length ends in a character", "\xe2\x82\xac", 2, 8, REPLACEMENT REPLACEMENT },
  { "NUL within the length", "a\0b", 3, 8, "a" REPLACEMENT "b" },
  { "a surrogate", "\xed\xa0\x80", -1, 16, REPLACEMENT REPLACEMENT REPLACEMENT },
};

static void
test_bounded (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (bounded_cases); i++)
    {
      g_autofree char *copy =
          pdk_text_dup_bounded (bounded_cases[i].text, bounded_cases[i].length, bounded_cases[i].max_bytes);

      g_test_message ("%s", bounded_cases[i].name);
      g_assert_cmpstr (copy, ==, bounded_cases[i].expected);
    }
}

/* Whatever stands at the place of the cut, the result is valid, within the bound, and close to it. */
static void
test_bounded_everywhere (void)
{
  static const char *const parts[] = { "x", "\xc3\xa4", "\xe2\x82\xac", "\xf0\x9f\xa6\x99", "\xff" };

  for (gsize part = 0; part < G_N_ELEMENTS (parts); part++)
    {
      for (gsize offset = 0; offset < 8; offset++)
        {
          g_autoptr (GString) text = g_string_new (NULL);
          g_autofree char *copy = NULL;

          for (gsize i = 0; i < offset; i++)
            g_string_append_c (text, '.');
          while (text->len < 2 * PDK_TEXT_NAME_MAX_BYTES)
            g_string_append (text, parts[part]);
          copy = pdk_text_dup_bounded (text->str, (gssize) text->len, PDK_TEXT_NAME_MAX_BYTES);
          g_assert_true (g_utf8_validate (copy, -1, NULL));
          g_assert_cmpuint (strlen (copy), <=, PDK_TEXT_NAME_MAX_BYTES);
          g_assert_cmpuint (strlen (copy), >, PDK_TEXT_NAME_MAX_BYTES - 4);
          g_assert_true (g_str_has_suffix (copy, ELLIPSIS));
        }
    }
}

/* No byte behind the given length is read: the text ends at the end of its block. */
static void
test_bounded_reads_no_further (void)
{
  g_autofree char *block = g_memdup2 ("abcd", 4);
  g_autofree char *whole = pdk_text_dup_bounded (block, 4, 8);
  g_autofree char *cut = pdk_text_dup_bounded (block, 4, 4);

  g_assert_cmpstr (whole, ==, "abcd");
  g_assert_cmpstr (cut, ==, "abcd");
}

static const struct
{
  const char *text, *expected;
} display_cases[] = {
  { "", "" },
  { "llama3.2:3b", "llama3.2:3b" },
  { "a\nb\rc\td", "a" REPLACEMENT "b" REPLACEMENT "c" REPLACEMENT "d" },
  { "\x1b[31mred", REPLACEMENT "[31mred" },
  { "\x7f\xc2\x85", REPLACEMENT REPLACEMENT },
  { "a\xe2\x80\xa8"
    "b\xe2\x80\xa9",
    "a" REPLACEMENT "b" REPLACEMENT },
  { "\xe2\x80\xaegpj", REPLACEMENT "gpj" },
  { "\xe2\x81\xa6x\xe2\x81\xa9", REPLACEMENT "x" REPLACEMENT },
  { "\xd8\x9c\xe2\x80\x8e\xe2\x80\x8f", REPLACEMENT REPLACEMENT REPLACEMENT },
  { "a\xff"
    "b",
    "a" REPLACEMENT "b" },
  { "cut off \xf0\x9f", "cut off " REPLACEMENT REPLACEMENT },
  { "ends in a lead byte \xfc", "ends in a lead byte " REPLACEMENT },
  { "<b>&amp;%s\xf0\x9f\xa6\x99", "<b>&amp;%s\xf0\x9f\xa6\x99" },
};

static void
test_display (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (display_cases); i++)
    {
      g_autofree char *copy = pdk_text_dup_for_display (display_cases[i].text);

      g_assert_cmpstr (copy, ==, display_cases[i].expected);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/text/bounded", test_bounded);
  g_test_add_func ("/text/bounded/everywhere", test_bounded_everywhere);
  g_test_add_func ("/text/bounded/reads-no-further", test_bounded_reads_no_further);
  g_test_add_func ("/text/display", test_display);
  return g_test_run ();
}
