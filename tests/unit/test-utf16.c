/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "pdk-utf16.h"

#include <string.h>

/* Exact copies, so that a sanitizer sees a step too far. */
static char *
convert (const char *bytes, gsize length, gsize *done)
{
  g_autofree guint8 *copy = g_memdup2 (bytes, MAX (length, 1));
  g_autofree char *text = g_malloc (MAX (PDK_UTF16_GROWTH (length), 1));
  gsize text_length;

  *done = pdk_utf16_to_utf8 (copy, length, text, &text_length);
  g_assert_cmpuint (*done, <=, length);
  g_assert_cmpuint (text_length, <=, PDK_UTF16_GROWTH (length));
  g_assert_cmpuint (pdk_utf16_measure (text, text_length), ==, *done);
  return g_strndup (text, text_length);
}

static void
test_whole (void)
{
  static const struct
  {
    const char *bytes;
    gsize length;
    const char *text;
  } cases[] = {
    { "", 0, "" },
    { "a\0\n\0", 4, "a\n" },
    { "\xff\xfe[\0", 4, "\xef\xbb\xbf[" },
    { "\xb5\0s\0", 4, "µs" },
    { "\xac\x20", 2, "€" },
    { "\x3d\xd8\x00\xde", 4, "😀" },
    { "\x3d\xd8"
      "a\0",
      4,
      "\xef\xbf\xbd"
      "a" },
    { "\x00\xde"
      "a\0",
      4,
      "\xef\xbf\xbd"
      "a" },
    { "\x3d\xd8\x3d\xd8\x00\xde", 6, "\xef\xbf\xbd😀" },
    { "\xff\xff", 2, "\xef\xbf\xbf" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gsize done;
      g_autofree char *text = convert (cases[i].bytes, cases[i].length, &done);

      g_assert_cmpuint (done, ==, cases[i].length);
      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

static void
test_halves_wait (void)
{
  static const char bytes[] = "a\0\x3d\xd8\x00\xde";
  static const gsize expected[] = { 0, 0, 2, 2, 2, 2, 6 };

  for (gsize length = 0; length < G_N_ELEMENTS (expected); length++)
    {
      gsize done;
      g_autofree char *text = convert (bytes, length, &done);

      g_assert_cmpuint (done, ==, expected[length]);
      g_assert_true (g_str_has_prefix ("a😀", text));
    }
}

/* Any text, in blocks of any length, is what GLib makes of it. */
static void
test_random (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (3);

  for (guint round = 0; round < 500; round++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      g_autoptr (GString) again = g_string_new (NULL);
      g_autofree gunichar2 *units = NULL;
      glong n_units;
      gsize at = 0;

      for (guint i = 0; i < 50; i++)
        {
          gunichar c = g_rand_int_range (rand, 1, i % 3 == 0 ? 0x10ffff : 0x200);

          g_string_append_unichar (text, g_unichar_validate (c) ? c : 'x');
        }
      units = g_utf8_to_utf16 (text->str, -1, NULL, &n_units, NULL);
      for (glong i = 0; i < n_units; i++)
        units[i] = GUINT16_TO_LE (units[i]);
      while (at < (gsize) n_units * 2)
        {
          gsize block = g_rand_int_range (rand, 4, 30), length = MIN (block, n_units * 2 - at), done;
          g_autofree char *part = convert ((const char *) units + at, length, &done);

          g_assert_cmpuint (done, >, 0);
          g_string_append (again, part);
          at += done;
        }
      g_assert_cmpstr (again->str, ==, text->str);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/utf16/whole", test_whole);
  g_test_add_func ("/utf16/halves-wait", test_halves_wait);
  g_test_add_func ("/utf16/random", test_random);
  return g_test_run ();
}
