/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "pdk-day-series.h"

static void
assert_day (GArray *days, guint i, guint32 julian, guint requests)
{
  g_assert_cmpuint (i, <, days->len);
  g_assert_cmpuint (g_array_index (days, PdkDaySums, i).julian, ==, julian);
  g_assert_cmpuint (g_array_index (days, PdkDaySums, i).requests, ==, requests);
}

static void
test_any_order (void)
{
  static const guint32 julians[] = { 105, 103, 105, 110, 101, 103, 103, 110, 105 };
  g_autoptr (PdkDaySeries) series = pdk_day_series_new ();
  g_autoptr (GArray) days = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (julians); i++)
    pdk_day_series_add (series, julians[i], PDK_REQUEST_CHAT, 200);
  days = pdk_day_series_get (series, 102, 106);
  g_assert_cmpuint (days->len, ==, 5);
  assert_day (days, 0, 102, 0);
  assert_day (days, 1, 103, 3);
  assert_day (days, 2, 104, 0);
  assert_day (days, 3, 105, 3);
  assert_day (days, 4, 106, 0);
}

static void
test_sums (void)
{
  g_autoptr (PdkDaySeries) series = pdk_day_series_new ();
  g_autoptr (GArray) days = NULL;
  const PdkDaySums *day;

  pdk_day_series_add (series, 1, PDK_REQUEST_CHAT, 200);
  pdk_day_series_add (series, 1, PDK_REQUEST_CHAT, 399);
  pdk_day_series_add (series, 1, PDK_REQUEST_CHAT, 400);
  pdk_day_series_add (series, 1, PDK_REQUEST_GENERATE, 499);
  pdk_day_series_add (series, 1, PDK_REQUEST_GENERATE, 500);
  pdk_day_series_add (series, 1, PDK_REQUEST_EMBED, 599);
  pdk_day_series_add (series, 1, PDK_REQUEST_OTHER, 999);
  days = pdk_day_series_get (series, 1, 1);
  day = &g_array_index (days, PdkDaySums, 0);
  g_assert_cmpuint (day->requests, ==, 7);
  g_assert_cmpuint (day->chat, ==, 3);
  g_assert_cmpuint (day->generate, ==, 2);
  g_assert_cmpuint (day->embed, ==, 1);
  g_assert_cmpuint (day->http_4xx, ==, 2);
  g_assert_cmpuint (day->http_5xx, ==, 3);
}

static void
test_drop (void)
{
  g_autoptr (PdkDaySeries) series = pdk_day_series_new ();
  g_autoptr (GArray) days = NULL;
  g_autoptr (GArray) none = NULL;

  for (guint32 julian = 1; julian <= 5; julian++)
    pdk_day_series_add (series, julian, PDK_REQUEST_CHAT, 200);
  pdk_day_series_drop_before (series, 4);
  pdk_day_series_add (series, 5, PDK_REQUEST_CHAT, 200);
  days = pdk_day_series_get (series, 3, 5);
  assert_day (days, 0, 3, 0);
  assert_day (days, 1, 4, 1);
  assert_day (days, 2, 5, 2);
  none = pdk_day_series_get (series, 5, 4);
  g_assert_cmpuint (none->len, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/day-series/any-order", test_any_order);
  g_test_add_func ("/day-series/sums", test_sums);
  g_test_add_func ("/day-series/drop", test_drop);
  return g_test_run ();
}
