/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "history-fixture.h"
#include "pdk-history-table.h"

static void
test_golden (void)
{
  g_autoptr (GPtrArray) accounts = history_fixture_new ();
  g_autoptr (GTimeZone) zone = g_time_zone_new_utc ();
  g_autofree char *text = pdk_history_table_new (accounts, zone);

  history_fixture_assert_golden (text, "history.txt");
}

/* No line wraps on a terminal of the usual width. */
static void
test_width (void)
{
  g_autoptr (GPtrArray) accounts = history_fixture_new ();
  g_autoptr (GTimeZone) zone = g_time_zone_new_utc ();
  g_autofree char *text = pdk_history_table_new (accounts, zone);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_test_message ("%s", lines[i]);
      g_assert_cmpint (g_utf8_strlen (lines[i], -1), <=, 80);
    }
}

static void
test_nothing (void)
{
  g_autoptr (GPtrArray) accounts = g_ptr_array_new ();
  g_autoptr (GTimeZone) zone = g_time_zone_new_utc ();
  g_autofree char *text = pdk_history_table_new (accounts, zone);

  g_assert_cmpstr (text, ==, "");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/history-table/golden", test_golden);
  g_test_add_func ("/history-table/width", test_width);
  g_test_add_func ("/history-table/nothing", test_nothing);
  return g_test_run ();
}
