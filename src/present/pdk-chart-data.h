/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define PDK_CHART_MAX_SERIES 2

/* What the numbers of a chart are. */
typedef enum
{
  PDK_CHART_UNIT_COUNT,
  PDK_CHART_UNIT_USD,
  PDK_CHART_UNIT_MSEC,
} PdkChartUnit;

/* What is known of one day or hour. */
typedef struct
{
  char *name; /* "Fri 20 Nov" */
  char *text; /* "42 requests · 1 server error" */
  double values[PDK_CHART_MAX_SERIES];
  gboolean is_known;
  gboolean is_within; /* whether it is in the window of time that is looked at */
} PdkChartSlot;

/* All that a chart shows, made ready to be drawn and to be read aloud. Immutable as soon as it is shared. */
typedef struct
{
  char *title;                              /* "Requests per day" */
  char *summary;                            /* of all that is in the window: "497 requests" */
  char *empty;                              /* (nullable): a sentence why there is nothing to draw */
  char *marks[3];                           /* below the first, the middle and the last slot */
  const char *legend[PDK_CHART_MAX_SERIES]; /* (nullable): what the series are; NULL for none */
  guint n_series;
  gboolean is_stacked; /* whether series add up, the second standing on the first */
  gboolean has_errors; /* whether the second series is what went wrong of the first */
  PdkChartUnit unit;
  double axis_max; /* a round number that nothing passes */
  GArray *slots;   /* (element-type PdkChartSlot): by time, the present one last */
} PdkChartData;

PdkChartData *pdk_chart_data_new (const char *title, PdkChartUnit unit, guint n_series);
PdkChartData *pdk_chart_data_ref (PdkChartData *data);
void pdk_chart_data_unref (PdkChartData *data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PdkChartData, pdk_chart_data_unref)

PdkChartSlot *pdk_chart_data_add_slot (PdkChartData *data, const char *name);
void pdk_chart_data_finish (PdkChartData *data);

const PdkChartSlot *pdk_chart_data_get_slot (const PdkChartData *data, guint index);
char *pdk_chart_data_describe_slot (const PdkChartData *data, guint index);
guint pdk_chart_data_count_steps (const PdkChartData *data, guint most);
char *pdk_chart_data_format_mark (const PdkChartData *data, guint line, guint n_steps);

G_END_DECLS
