/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "pdk-window.h"

static void
test_ids (void)
{
  g_assert_cmpstr (pdk_window_get_id (PDK_WINDOW_TODAY), ==, "today");
  g_assert_cmpstr (pdk_window_get_id (PDK_WINDOW_30D), ==, "30d");
  for (PdkWindow window = 0; window < PDK_N_WINDOWS; window++)
    g_assert_cmpint (pdk_window_from_id (pdk_window_get_id (window)), ==, window);
}

static void
test_unknown (void)
{
  g_assert_cmpint (pdk_window_from_id ("fortnight"), ==, PDK_WINDOW_TODAY);
  g_assert_cmpint (pdk_window_from_id (NULL), ==, PDK_WINDOW_TODAY);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/window/ids", test_ids);
  g_test_add_func ("/window/unknown", test_unknown);
  return g_test_run ();
}
