/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <math.h>

#include "pdk-chart-grid.h"

static void
test_max (void)
{
  static const struct
  {
    double highest, unit, expected;
  } cases[] = {
    { 0, 1, 1 },        { 0.4, 1, 1 },      { 1, 1, 1 },           { 1.2, 1, 2 },
    { 2, 1, 2 },        { 3, 1, 3 },        { 5, 1, 6 },           { 7, 1, 8 },
    { 9, 1, 10 },       { 10, 1, 10 },      { 11, 1, 15 },         { 16, 1, 20 },
    { 41, 1, 60 },      { 81, 1, 100 },     { 1000, 1, 1000 },     { 1001, 1, 1500 },
    { 8e9, 1, 8e9 },    { 0, 0.01, 0.01 },  { 0.011, 0.01, 0.02 }, { 0.07, 0.01, 0.08 },
    { 0.1, 0.01, 0.1 }, { 1.2, 0.01, 1.5 }, { 2.4, 0.01, 3 },      { 61000, 60000, 120000 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpfloat_with_epsilon (pdk_chart_grid_find_max (cases[i].highest, cases[i].unit),
                                    cases[i].expected, cases[i].expected * 1e-9);
}

static void
test_steps (void)
{
  static const struct
  {
    double max, unit;
    guint most, expected;
  } cases[] = {
    { 1, 1, 4, 1 },      { 2, 1, 4, 2 },          { 3, 1, 4, 3 },  { 4, 1, 4, 4 },       { 6, 1, 4, 3 },
    { 8, 1, 4, 4 },      { 10, 1, 4, 2 },         { 15, 1, 4, 3 }, { 20, 1, 4, 4 },      { 30, 1, 4, 3 },
    { 40, 1, 4, 4 },     { 60, 1, 4, 3 },         { 80, 1, 4, 4 }, { 100, 1, 4, 2 },     { 1500, 1, 4, 3 },
    { 6, 1, 2, 2 },      { 8, 1, 3, 2 },          { 20, 1, 2, 2 }, { 15, 1, 2, 1 },      { 30, 1, 2, 1 },
    { 80, 1, 2, 2 },     { 80, 1, 1, 1 },         { 80, 1, 0, 1 }, { 0.01, 0.01, 4, 1 }, { 0.03, 0.01, 4, 3 },
    { 1.5, 0.01, 4, 3 }, { 120000, 60000, 4, 2 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpuint (pdk_chart_grid_count_steps (cases[i].max, cases[i].unit, cases[i].most), ==,
                      cases[i].expected);
}

/* Whatever the values are: the end is near them, and where it is no single unit there is a line between. */
static void
test_all_ends (void)
{
  static const double units[] = { 1, 0.01, 60000 };

  for (gsize i = 0; i < G_N_ELEMENTS (units); i++)
    {
      for (double highest = 1; highest < 20000; highest = floor (highest * 1.01) + 1)
        {
          double max = pdk_chart_grid_find_max (highest * units[i], units[i]);
          guint n = pdk_chart_grid_count_steps (max, units[i], 4);
          double step = max / units[i] / n;

          g_assert_cmpfloat (max, >=, highest * units[i] * (1 - 1e-9));
          g_assert_cmpfloat (max, <=, highest * units[i] * 2);
          g_assert_cmpfloat_with_epsilon (step, round (step), step * 1e-9);
          g_assert_cmpuint (n, <=, 4);
          if (highest > 1)
            g_assert_cmpuint (n, >=, 2);
        }
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/chart-grid/max", test_max);
  g_test_add_func ("/chart-grid/steps", test_steps);
  g_test_add_func ("/chart-grid/all-ends", test_all_ends);
  return g_test_run ();
}
