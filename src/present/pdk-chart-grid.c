/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The round values of a chart's axis: its end, and the lines between zero and its end. All of them are whole
 * numbers of a unit, such as one request, a cent or a minute. Pure functions, any thread. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-chart-grid.h"

#include <math.h>

/* Tenths and hundredths have no exact binary form. */
#define TOLERANCE 1e-9

static gboolean
is_close (double one, double other)
{
  return fabs (one - other) < TOLERANCE * other;
}

static double
power_of (double value)
{
  return pow (10.0, floor (log10 (value) + TOLERANCE));
}

/* Whether @step, in units, is 1, 2, 3, 4 or 5 times a power of ten, as a person counts on. */
static gboolean
is_round (double step)
{
  double times = step / power_of (step);

  return step > 1.0 - TOLERANCE && times < 5.0 + TOLERANCE && is_close (times, round (times));
}

/**
 * pdk_chart_grid_find_max:
 * @highest: the highest value, not negative
 * @unit: the smallest distance between two values of the axis
 *
 * Only such ends are taken as leave round values between them and zero.
 *
 * Returns: the next of 1, 2, 3, 4, 6, 8, 10, 15, 20, 30, 40, 60, 80, 100, 150, … units that is not below
 * @highest
 */
double
pdk_chart_grid_find_max (double highest, double unit)
{
  static const double ends[] = { 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0 };
  double units = MAX (highest / unit, 1.0);
  double power = power_of (units);

  for (gsize i = 0; i < G_N_ELEMENTS (ends); i++)
    {
      double end = ends[i] * power;

      if (units <= end * (1.0 + TOLERANCE) && end == floor (end))
        return end * unit;
    }
  return 10.0 * power * unit;
}

/**
 * pdk_chart_grid_count_steps:
 * @max: the end of the axis, from pdk_chart_grid_find_max()
 * @unit: that which it was found with
 * @most: how many steps there may be, as room is limited
 *
 * Returns: how many equal steps there are from zero to @max: the highest number that makes each of them round
 * and is not above @most, but at least 1
 */
guint
pdk_chart_grid_count_steps (double max, double unit, guint most)
{
  for (guint n = most; n > 1; n--)
    {
      if (is_round (max / unit / n))
        return n;
    }
  return 1;
}
