/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Sums of requests by day, in whatever order they come. A series belongs to one thread at a time. How many
 * days it holds is up to its owner, who drops the old ones. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-day-series.h"

struct _PdkDaySeries
{
  GArray *days; /* (element-type PdkDaySums): ascending; days without requests are not in it */
  guint recent; /* the day that was added to last: mostly, the next one is the same */
};

static PdkDaySums *
day_at (PdkDaySeries *series, guint i)
{
  return &g_array_index (series->days, PdkDaySums, i);
}

static PdkDaySums *
obtain_day (PdkDaySeries *series, guint32 julian)
{
  PdkDaySums day = { .julian = julian };
  guint i = series->days->len;

  if (series->recent < i && day_at (series, series->recent)->julian == julian)
    return day_at (series, series->recent);

  while (i > 0 && day_at (series, i - 1)->julian >= julian)
    i--;
  if (i == series->days->len || day_at (series, i)->julian != julian)
    g_array_insert_val (series->days, i, day);
  series->recent = i;
  return day_at (series, i);
}

/**
 * pdk_day_series_new:
 *
 * Returns: (transfer full): an empty series
 */
PdkDaySeries *
pdk_day_series_new (void)
{
  PdkDaySeries *series = g_new0 (PdkDaySeries, 1);

  series->days = g_array_new (FALSE, FALSE, sizeof (PdkDaySums));
  return series;
}

/**
 * pdk_day_series_free:
 * @series: (nullable) (transfer full): what to free
 */
void
pdk_day_series_free (PdkDaySeries *series)
{
  if (series == NULL)
    return;
  g_array_unref (series->days);
  g_free (series);
}

/**
 * pdk_day_series_add:
 * @series: the series
 * @julian: the day of the request, as GDate counts
 * @kind: what was asked for
 * @status: HTTP status
 */
void
pdk_day_series_add (PdkDaySeries *series, guint32 julian, PdkRequestKind kind, guint status)
{
  PdkDaySums *day = obtain_day (series, julian);

  day->requests++;
  day->chat += kind == PDK_REQUEST_CHAT;
  day->generate += kind == PDK_REQUEST_GENERATE;
  day->embed += kind == PDK_REQUEST_EMBED;
  day->http_4xx += status >= 400 && status < 500;
  day->http_5xx += status >= 500;
}

/** pdk_day_series_add_sums: adds @sums to those of their day */
void
pdk_day_series_add_sums (PdkDaySeries *series, const PdkDaySums *sums)
{
  PdkDaySums *day = obtain_day (series, sums->julian);

  day->requests += sums->requests;
  day->chat += sums->chat;
  day->generate += sums->generate;
  day->embed += sums->embed;
  day->http_4xx += sums->http_4xx;
  day->http_5xx += sums->http_5xx;
}

/**
 * pdk_day_series_drop_before:
 * @series: the series
 * @julian: the first day to keep
 */
void
pdk_day_series_drop_before (PdkDaySeries *series, guint32 julian)
{
  guint n = 0;

  while (n < series->days->len && day_at (series, n)->julian < julian)
    n++;
  if (n > 0)
    g_array_remove_range (series->days, 0, n);
}

/** pdk_day_series_get_first: Returns: the first day that anything was added to, %G_MAXUINT32 if there is none
 */
guint32
pdk_day_series_get_first (PdkDaySeries *series)
{
  return series->days->len > 0 ? day_at (series, 0)->julian : G_MAXUINT32;
}

/**
 * pdk_day_series_get:
 * @series: the series
 * @first_julian: the first day
 * @last_julian: the last day
 *
 * Returns: (transfer full) (element-type PdkDaySums): every day from the first to the last, none if the first
 * is later
 */
GArray *
pdk_day_series_get (PdkDaySeries *series, guint32 first_julian, guint32 last_julian)
{
  GArray *days = g_array_new (FALSE, FALSE, sizeof (PdkDaySums));
  guint i = 0;

  for (guint32 julian = first_julian; julian <= last_julian; julian++)
    {
      PdkDaySums day = { .julian = julian };

      while (i < series->days->len && day_at (series, i)->julian < julian)
        i++;
      if (i < series->days->len && day_at (series, i)->julian == julian)
        day = *day_at (series, i);
      g_array_append_val (days, day);
    }
  return days;
}
