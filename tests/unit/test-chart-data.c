/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "pdk-chart-data.h"

static PdkChartData *
chart_of (PdkChartUnit unit, double first, double second)
{
  PdkChartData *data = pdk_chart_data_new ("Title", unit, 2);
  PdkChartSlot *slot = pdk_chart_data_add_slot (data, "Mon");

  slot->values[0] = first;
  slot->values[1] = second;
  return data;
}

static void
test_axis (void)
{
  static const struct
  {
    PdkChartUnit unit;
    double highest, expected;
    const char *mark;
  } cases[] = {
    { PDK_CHART_UNIT_COUNT, 0, 1, "1" },
    { PDK_CHART_UNIT_COUNT, 1, 1, "1" },
    { PDK_CHART_UNIT_COUNT, 3, 3, "3" },
    { PDK_CHART_UNIT_COUNT, 7, 8, "8" },
    { PDK_CHART_UNIT_COUNT, 9, 10, "10" },
    { PDK_CHART_UNIT_COUNT, 11, 15, "15" },
    { PDK_CHART_UNIT_COUNT, 501, 600, "600" },
    { PDK_CHART_UNIT_COUNT, 120000, 150000, "150k" },
    { PDK_CHART_UNIT_COUNT, 1e6 + 1, 1.5e6, "1.5M" },
    { PDK_CHART_UNIT_USD, 0.021, 0.03, "$0.03" },
    { PDK_CHART_UNIT_USD, 2.4, 3, "$3" },
    { PDK_CHART_UNIT_USD, 1.21, 1.5, "$1.50" },
    { PDK_CHART_UNIT_MSEC, 210, 300, "300\302\240ms" },
    { PDK_CHART_UNIT_MSEC, 1100, 1500, "1.5\302\240s" },
    { PDK_CHART_UNIT_MSEC, 41000, 50000, "50\302\240s" },
    { PDK_CHART_UNIT_MSEC, 61000, 120000, "2\302\240min" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (PdkChartData) data = chart_of (cases[i].unit, 0, cases[i].highest);
      g_autofree char *mark = NULL;
      g_autofree char *lowest = pdk_chart_data_format_mark (data, 0);

      g_assert_cmpstr (lowest, ==, cases[i].unit == PDK_CHART_UNIT_USD ? "$0" : "0");
      pdk_chart_data_finish (data);
      mark = pdk_chart_data_format_mark (data, data->axis_max);
      g_assert_cmpfloat_with_epsilon (data->axis_max, cases[i].expected, 1e-9);
      g_assert_cmpstr (mark, ==, cases[i].mark);
    }
}

static void
test_stacked (void)
{
  g_autoptr (PdkChartData) data = chart_of (PDK_CHART_UNIT_COUNT, 40, 50);

  data->is_stacked = TRUE;
  pdk_chart_data_finish (data);
  g_assert_cmpfloat (data->axis_max, ==, 100);
}

/* What cannot be is brought to what can. */
static void
test_order (void)
{
  g_autoptr (PdkChartData) data = chart_of (PDK_CHART_UNIT_COUNT, 4, 5);

  data->has_errors = TRUE;
  pdk_chart_data_add_slot (data, "Tue")->values[0] = -3;
  pdk_chart_data_finish (data);
  g_assert_cmpfloat (pdk_chart_data_get_slot (data, 0)->values[1], ==, 4);
  g_assert_cmpfloat (pdk_chart_data_get_slot (data, 1)->values[0], ==, 0);
}

static void
test_describe (void)
{
  g_autoptr (PdkChartData) data = chart_of (PDK_CHART_UNIT_COUNT, 4, 5);
  g_autoptr (PdkChartData) same = pdk_chart_data_ref (data);
  PdkChartSlot *slot = pdk_chart_data_add_slot (data, "Tue");
  g_autofree char *unknown = NULL;
  g_autofree char *known = NULL;

  slot->is_known = TRUE;
  slot->text = g_strdup ("4 things");
  unknown = pdk_chart_data_describe_slot (same, 0);
  known = pdk_chart_data_describe_slot (same, 1);
  g_assert_cmpstr (unknown, ==, "Mon: not known");
  g_assert_cmpstr (known, ==, "Tue: 4 things");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/chart-data/axis", test_axis);
  g_test_add_func ("/chart-data/stacked", test_stacked);
  g_test_add_func ("/chart-data/order", test_order);
  g_test_add_func ("/chart-data/describe", test_describe);
  return g_test_run ();
}
