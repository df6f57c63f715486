/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "pdk-folds.h"

#define CLOUD (1u << PDK_FOLDABLE_CLOUD)
#define MODELS (1u << PDK_FOLDABLE_MODELS)

static void
test_kept (void)
{
  for (guint folds = 0; folds < 1u << PDK_N_FOLDABLE; folds++)
    {
      g_autoptr (GBytes) bytes = pdk_folds_to_bytes (folds);

      g_assert_cmpuint (pdk_folds_parse (bytes), ==, folds);
    }
}

/* Files of other releases have the same names. */
static void
test_format (void)
{
  g_autoptr (GBytes) bytes = pdk_folds_to_bytes (CLOUD | MODELS);
  gsize length;
  const char *data = g_bytes_get_data (bytes, &length);
  g_autofree char *text = g_strndup (data, length);

  g_assert_cmpstr (text, ==, "[details]\nfolded=cloud;models;\n");
}

static void
test_damaged (void)
{
  static const struct
  {
    const char *text;
    guint expected;
  } cases[] = {
    { "", 0 },
    { "{\"folded\": []}", 0 },
    { "[details]\n", 0 },
    { "[details]\nfolded=\n", 0 },
    { "[details]\nfolded=\xff\xfe;models;\n", 0 },
    { "[details]\nfolded=models;nothing;cloud\n", MODELS | CLOUD },
    { "[details]\nfolded=models;models;\nother=1\n[more]\n", MODELS },
    { "[details]\nfolded=MODELS;\n", 0 },
    { "[details\nfolded=models;\n", 0 },
  };

  g_assert_cmpuint (pdk_folds_parse (NULL), ==, 0);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) bytes = g_bytes_new_static (cases[i].text, strlen (cases[i].text));

      g_assert_cmpuint (pdk_folds_parse (bytes), ==, cases[i].expected);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/folds/kept", test_kept);
  g_test_add_func ("/folds/format", test_format);
  g_test_add_func ("/folds/damaged", test_damaged);
  return g_test_run ();
}
