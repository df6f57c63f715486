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

/* What stands at the axis, from zero to its end. */
static char *
join_marks (const PdkChartData *data, guint most_steps)
{
  guint n_steps = pdk_chart_data_count_steps (data, most_steps);
  g_autoptr (GPtrArray) marks = g_ptr_array_new_with_free_func (g_free);

  for (guint line = 0; line <= n_steps; line++)
    g_ptr_array_add (marks, pdk_chart_data_format_mark (data, line, n_steps));
  g_ptr_array_add (marks, NULL);
  return g_strjoinv (" | ", (char **) marks->pdata);
}

static void
test_axis (void)
{
  static const struct
  {
    PdkChartUnit unit;
    double highest, expected;
    const char *marks;
  } cases[] = {
    { PDK_CHART_UNIT_COUNT, 0, 1, "0 | 1" },
    { PDK_CHART_UNIT_COUNT, 1, 1, "0 | 1" },
    { PDK_CHART_UNIT_COUNT, 3, 3, "0 | 1 | 2 | 3" },
    { PDK_CHART_UNIT_COUNT, 7, 8, "0 | 2 | 4 | 6 | 8" },
    { PDK_CHART_UNIT_COUNT, 9, 10, "0 | 5 | 10" },
    { PDK_CHART_UNIT_COUNT, 11, 15, "0 | 5 | 10 | 15" },
    { PDK_CHART_UNIT_COUNT, 501, 600, "0 | 200 | 400 | 600" },
    { PDK_CHART_UNIT_COUNT, 5100, 6000, "0 | 2000 | 4000 | 6000" },
    { PDK_CHART_UNIT_COUNT, 9000, 10000, "0 | 5k | 10k" },
    { PDK_CHART_UNIT_COUNT, 120000, 150000, "0 | 50k | 100k | 150k" },
    { PDK_CHART_UNIT_COUNT, 999000, 1e6, "0 | 0.5M | 1.0M" },
    { PDK_CHART_UNIT_COUNT, 1e6 + 1, 1.5e6, "0 | 0.5M | 1.0M | 1.5M" },
    { PDK_CHART_UNIT_COUNT, 2.1e6, 3e6, "0 | 1M | 2M | 3M" },
    { PDK_CHART_UNIT_USD, 0, 0.01, "$0 | $0.01" },
    { PDK_CHART_UNIT_USD, 0.021, 0.03, "$0 | $0.01 | $0.02 | $0.03" },
    { PDK_CHART_UNIT_USD, 0.9, 1, "$0 | $0.50 | $1.00" },
    { PDK_CHART_UNIT_USD, 1.21, 1.5, "$0 | $0.50 | $1.00 | $1.50" },
    { PDK_CHART_UNIT_USD, 2.4, 3, "$0 | $1 | $2 | $3" },
    { PDK_CHART_UNIT_USD, 41, 60, "$0 | $20 | $40 | $60" },
    { PDK_CHART_UNIT_MSEC, 210, 300, "0 | 100\302\240ms | 200\302\240ms | 300\302\240ms" },
    { PDK_CHART_UNIT_MSEC, 900, 1000, "0 | 0.5\302\240s | 1\302\240s" },
    { PDK_CHART_UNIT_MSEC, 1100, 1500, "0 | 0.5\302\240s | 1\302\240s | 1.5\302\240s" },
    { PDK_CHART_UNIT_MSEC, 41000, 60000, "0 | 20\302\240s | 40\302\240s | 60\302\240s" },
    { PDK_CHART_UNIT_MSEC, 61000, 120000, "0 | 1\302\240min | 2\302\240min" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (PdkChartData) data = chart_of (cases[i].unit, 0, cases[i].highest);
      g_autofree char *marks = NULL;

      pdk_chart_data_finish (data);
      marks = join_marks (data, 4);
      g_assert_cmpfloat_with_epsilon (data->axis_max, cases[i].expected, 1e-9);
      g_assert_cmpstr (marks, ==, cases[i].marks);
    }
}

/* Where there is room for few lines, they are fewer and still round. */
static void
test_little_room (void)
{
  g_autoptr (PdkChartData) data = chart_of (PDK_CHART_UNIT_COUNT, 0, 20);
  g_autofree char *some = NULL;
  g_autofree char *none = NULL;

  pdk_chart_data_finish (data);
  some = join_marks (data, 3);
  none = join_marks (data, 1);
  g_assert_cmpstr (some, ==, "0 | 10 | 20");
  g_assert_cmpstr (none, ==, "0 | 20");
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
  g_test_add_func ("/chart-data/little-room", test_little_room);
  g_test_add_func ("/chart-data/stacked", test_stacked);
  g_test_add_func ("/chart-data/order", test_order);
  g_test_add_func ("/chart-data/describe", test_describe);
  return g_test_run ();
}
