/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "pdk-ollama-version.h"

static void
test_is_before (void)
{
  static const struct
  {
    const char *version;
    gboolean is_before; /* 0.40.1 */
  } cases[] = {
    { "0.40.0", TRUE },      { "0.40", TRUE },        { "0.39.12", TRUE },  { "0.9.9", TRUE },
    { "0.40.0-rc3", TRUE },  { "0.40.1", FALSE },     { "0.40.12", FALSE }, { "0.41.0", FALSE },
    { "1.0.0", FALSE },      { "0.40.1-rc2", FALSE }, { "0.0.0", FALSE },   { "0.0.0-dev", FALSE },
    { "0.40.-1", FALSE },    { "", FALSE },           { NULL, FALSE },      { "40", FALSE },
    { "tomorrow's", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("%s", cases[i].version);
      g_assert_cmpint (pdk_ollama_version_is_before (cases[i].version, 0, 40, 1), ==, cases[i].is_before);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ollama-version/is-before", test_is_before);
  return g_test_run ();
}
