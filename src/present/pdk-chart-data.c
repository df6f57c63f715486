/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A chart without a way to draw it: slots of time with their values, an axis, and words. Pure functions, any
 * thread. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-chart-data.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "pdk-chart-grid.h"
#include "pdk-format.h"

#define MSEC_PER_SECOND 1000.0
#define MSEC_PER_MINUTE 60000.0

static void
slot_clear (gpointer data)
{
  PdkChartSlot *slot = data;

  g_free (slot->name);
  g_free (slot->text);
}

/* The smallest distance between two lines of an axis that goes up to @value. */
static double
unit_size (PdkChartUnit unit, double value)
{
  if (unit == PDK_CHART_UNIT_USD)
    return 0.01;
  return unit == PDK_CHART_UNIT_MSEC && value > MSEC_PER_MINUTE ? MSEC_PER_MINUTE : 1.0;
}

/**
 * pdk_chart_data_new:
 * @title: what the chart shows, in the user's language
 * @unit: what its numbers are
 * @n_series: 1 or 2
 *
 * Returns: (transfer full): a chart that is to be filled in, and then finished
 */
PdkChartData *
pdk_chart_data_new (const char *title, PdkChartUnit unit, guint n_series)
{
  PdkChartData *data = g_atomic_rc_box_new0 (PdkChartData);

  g_assert (n_series >= 1 && n_series <= PDK_CHART_MAX_SERIES);
  data->title = g_strdup (title);
  data->unit = unit;
  data->n_series = n_series;
  data->slots = g_array_new (FALSE, TRUE, sizeof (PdkChartSlot));
  g_array_set_clear_func (data->slots, slot_clear);
  return data;
}

/** pdk_chart_data_ref: Returns: (transfer full): @data, with one more reference */
PdkChartData *
pdk_chart_data_ref (PdkChartData *data)
{
  return g_atomic_rc_box_acquire (data);
}

static void
data_clear (gpointer box)
{
  PdkChartData *data = box;

  g_free (data->title);
  g_free (data->summary);
  g_free (data->empty);
  for (gsize i = 0; i < G_N_ELEMENTS (data->marks); i++)
    g_free (data->marks[i]);
  g_array_unref (data->slots);
}

/** pdk_chart_data_unref: gives a reference to @data back */
void
pdk_chart_data_unref (PdkChartData *data)
{
  g_atomic_rc_box_release_full (data, data_clear);
}

/** pdk_chart_data_add_slot: Returns: (transfer none): a new slot called @name, of which nothing is known, as
 * the last; valid until the next one is added */
PdkChartSlot *
pdk_chart_data_add_slot (PdkChartData *data, const char *name)
{
  PdkChartSlot slot = { .name = g_strdup (name), .is_within = TRUE };

  g_array_append_val (data->slots, slot);
  return &g_array_index (data->slots, PdkChartSlot, data->slots->len - 1);
}

/**
 * pdk_chart_data_finish:
 * @data: a chart whose slots are all there
 *
 * Finds the axis, and brings values into order: none is negative, and no more went wrong than there was.
 */
void
pdk_chart_data_finish (PdkChartData *data)
{
  double highest = 0;

  for (guint i = 0; i < data->slots->len; i++)
    {
      PdkChartSlot *slot = &g_array_index (data->slots, PdkChartSlot, i);

      for (guint series = 0; series < data->n_series; series++)
        slot->values[series] = MAX (slot->values[series], 0.0);
      if (data->has_errors)
        slot->values[1] = MIN (slot->values[1], slot->values[0]);
      highest = MAX (highest, data->is_stacked ? slot->values[0] + slot->values[1]
                                               : MAX (slot->values[0], slot->values[1]));
    }
  data->axis_max = pdk_chart_grid_find_max (highest, unit_size (data->unit, highest));
}

/** pdk_chart_data_get_slot: Returns: (transfer none): one of the slots */
const PdkChartSlot *
pdk_chart_data_get_slot (const PdkChartData *data, guint index)
{
  g_assert (index < data->slots->len);
  return &g_array_index (data->slots, PdkChartSlot, index);
}

/** pdk_chart_data_describe_slot: Returns: (transfer full): one line on a slot, such as
 * "Fri 20 Nov: 42 requests · 1 server error" */
char *
pdk_chart_data_describe_slot (const PdkChartData *data, guint index)
{
  const PdkChartSlot *slot = pdk_chart_data_get_slot (data, index);

  /* Translators: a day or an hour, and what happened in it. */
  return g_strdup_printf (_ ("%s: %s"), slot->name, slot->is_known ? slot->text : _ ("not known"));
}

/** pdk_chart_data_count_steps: Returns: in how many equal steps, at least 1 and at most @most, the axis goes
 * from zero to its end by round values */
guint
pdk_chart_data_count_steps (const PdkChartData *data, guint most)
{
  return pdk_chart_grid_count_steps (data->axis_max, unit_size (data->unit, data->axis_max), most);
}

static gboolean
is_whole (double value)
{
  return value == floor (value);
}

/* All marks of an axis are in the unit that suits its end, and have as many digits. */
static char *
format_count_mark (double value, double step, double axis_max)
{
  if (value <= 0 || axis_max < 10e3)
    return pdk_format_count (value);
  if (axis_max < 1e6)
    return g_strdup_printf (_ ("%.0fk"), value / 1e3);
  return g_strdup_printf (is_whole (step / 1e6) ? _ ("%.0fM") : _ ("%.1fM"), value / 1e6);
}

static char *
format_duration_mark (double value, double axis_max)
{
  if (value <= 0)
    return pdk_format_count (0);
  if (axis_max < MSEC_PER_SECOND)
    return pdk_format_duration (value);
  if (axis_max <= MSEC_PER_MINUTE)
    /* Translators: seconds; the space does not break. */
    return g_strdup_printf (_ ("%g\302\240s"), value / MSEC_PER_SECOND);
  /* Translators: minutes; the space does not break. */
  return g_strdup_printf (_ ("%g\302\240min"), value / MSEC_PER_MINUTE);
}

/** pdk_chart_data_format_mark: Returns: (transfer full): the value of a line as it stands at the axis: line
 * 0 is zero, and line @n_steps is the end of the axis */
char *
pdk_chart_data_format_mark (const PdkChartData *data, guint line, guint n_steps)
{
  double step = data->axis_max / n_steps, value = data->axis_max * line / n_steps;

  switch (data->unit)
    {
    case PDK_CHART_UNIT_USD:
      if (line > 0 && !is_whole (step))
        return pdk_format_usd (value);
      /* Translators: an amount of whole US dollars. */
      return g_strdup_printf (_ ("$%.0f"), value);
    case PDK_CHART_UNIT_MSEC:
      return format_duration_mark (value, data->axis_max);
    case PDK_CHART_UNIT_COUNT:
    default:
      return format_count_mark (value, step, data->axis_max);
    }
}
