/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The charts of requests: how many, how long they took, their tokens, and what those to the cloud cost. By
 * the hour for windows up to a day, else by the day; so the chart stands still while one goes through the
 * windows, and what is in the one that is chosen is marked. Pure functions, any thread. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-request-charts.h"

#include <glib/gi18n-lib.h>

#include "pdk-format.h"

#define N_DAYS PDK_TALLY_SERIES_DAYS
#define DAY_SEC 86400
#define HOUR_SEC 3600

typedef struct
{
  const PdkFacts *facts;
  PdkWindow window;
  gint64 now_usec;
  gboolean is_hourly;
  guint32 today;
} Period;

static Period
period_of (const PdkFacts *facts, PdkWindow window, gint64 now_usec)
{
  return (Period){ facts, window, now_usec, window <= PDK_WINDOW_1D, pdk_format_julian_day_of (now_usec) };
}

static char *
name_day (guint32 julian_day, guint32 today)
{
  return julian_day == today ? g_strdup (_ ("Today")) : pdk_format_day (julian_day);
}

static char *
name_hour (gint64 start_sec, gint64 now_usec)
{
  gint64 end_usec = (start_sec + HOUR_SEC) * G_USEC_PER_SEC;
  g_autofree char *start = pdk_format_moment (start_sec * G_USEC_PER_SEC, now_usec);
  /* Of the same day as itself: the time alone. */
  g_autofree char *end = pdk_format_moment (end_usec, end_usec);

  /* Translators: an hour: when it begins, maybe with the date, and when it ends. */
  return g_strdup_printf (_ ("%s – %s"), start, end);
}

static gboolean
is_hour_within (const Period *period, gint64 start_sec)
{
  gint64 now_sec = period->now_usec / G_USEC_PER_SEC;

  if (period->window == PDK_WINDOW_TODAY)
    return pdk_format_julian_day_of (start_sec * G_USEC_PER_SEC) == period->today;
  return period->window != PDK_WINDOW_5H || start_sec + HOUR_SEC > now_sec - 5 * HOUR_SEC;
}

static void
add_days (PdkChartData *data, const Period *period)
{
  for (guint i = 0; i < N_DAYS; i++)
    {
      guint32 day = period->today - (N_DAYS - 1) + i;
      g_autofree char *name = name_day (day, period->today);

      pdk_chart_data_add_slot (data, name)->is_within =
          period->window == PDK_WINDOW_30D || day + 7 > period->today;
    }
  data->marks[0] = pdk_format_day_short (period->today - (N_DAYS - 1));
  data->marks[1] = pdk_format_day_short (period->today - N_DAYS / 2);
  data->marks[2] = g_strdup (_ ("Today"));
}

/* The hours that the log tells of; they are the same ones in all series. */
static void
add_hours (PdkChartData *data, const Period *period, const GArray *hours)
{
  guint n = hours != NULL ? hours->len : 0;

  for (guint i = 0; i < n; i++)
    {
      gint64 start_sec = g_array_index (hours, PdkHourValue, i).start_sec;
      g_autofree char *name = name_hour (start_sec, period->now_usec);

      pdk_chart_data_add_slot (data, name)->is_within = is_hour_within (period, start_sec);
      if (n > 6 && i % ((n - 1) / 2) == 0 && i / ((n - 1) / 2) < 2)
        data->marks[i / ((n - 1) / 2)] =
            pdk_format_moment (start_sec * G_USEC_PER_SEC, start_sec * G_USEC_PER_SEC);
    }
  data->marks[2] = g_strdup (_ ("Now"));
}

static void
set_value (PdkChartData *data, gint64 slot, guint series, double value)
{
  if (slot < 0 || slot >= data->slots->len)
    return;
  g_array_index (data->slots, PdkChartSlot, slot).values[series] = value;
  g_array_index (data->slots, PdkChartSlot, slot).is_known = TRUE;
}

static void
fill_days (PdkChartData *data, const PdkFacts *facts, guint32 today, guint series, const char *name)
{
  const GArray *days = pdk_facts_get_series (facts, name);

  for (guint i = 0; days != NULL && i < days->len; i++)
    {
      const PdkDayValue *day = &g_array_index (days, PdkDayValue, i);

      set_value (data, (gint64) day->julian_day - (today - (N_DAYS - 1)), series, day->value);
    }
}

static void
fill_hours (PdkChartData *data, const PdkFacts *facts, guint series, const char *name)
{
  const GArray *all = pdk_facts_get_hours (facts, "requests");
  const GArray *hours = pdk_facts_get_hours (facts, name);

  for (guint i = 0, slot = 0; hours != NULL && all != NULL && i < hours->len; i++)
    {
      const PdkHourValue *hour = &g_array_index (hours, PdkHourValue, i);

      while (slot < all->len && g_array_index (all, PdkHourValue, slot).start_sec < hour->start_sec)
        slot++;
      if (slot < all->len && g_array_index (all, PdkHourValue, slot).start_sec == hour->start_sec)
        set_value (data, slot, series, hour->value);
    }
}

static PdkChartData *
new_data (const Period *period, const char *title, PdkChartUnit unit, const char *first, const char *second)
{
  PdkChartData *data = pdk_chart_data_new (title, unit, second != NULL ? 2 : 1);
  const char *const names[] = { first, second };

  if (period->is_hourly)
    add_hours (data, period, pdk_facts_get_hours (period->facts, "requests"));
  else
    add_days (data, period);
  for (guint i = 0; i < data->n_series; i++)
    {
      if (period->is_hourly)
        fill_hours (data, period->facts, i, names[i]);
      else
        fill_days (data, period->facts, period->today, i, names[i]);
    }
  return data;
}

static double
sum_within (const PdkChartData *data, guint series)
{
  double sum = 0;

  for (guint i = 0; i < data->slots->len; i++)
    sum +=
        pdk_chart_data_get_slot (data, i)->is_within ? pdk_chart_data_get_slot (data, i)->values[series] : 0;
  return sum;
}

static gboolean
is_all_nothing (const PdkChartData *data)
{
  for (guint i = 0; i < data->slots->len; i++)
    {
      const PdkChartSlot *slot = pdk_chart_data_get_slot (data, i);

      if (slot->values[0] > 0 || slot->values[1] > 0)
        return FALSE;
    }
  return TRUE;
}

static const char *
explain_no_requests (const Period *period)
{
  const GArray *hours = pdk_facts_get_hours (period->facts, "requests");
  /* A log that says nothing of requests has no hours. Errors are counted in a log alone. */
  gboolean has_log =
      (hours != NULL && hours->len > 0) || pdk_facts_get_number (period->facts, "http_5xx_1d", NULL);

  if (period->is_hourly && !has_log)
    return _ ("Requests by the hour are known from the server’s log, which has not been found.");
  return period->is_hourly ? _ ("No requests in the last 24 hours.") : _ ("No requests in the last 30 days.");
}

/* Which plural form it takes. */
static gulong
plural_of (double count)
{
  return (gulong) CLAMP (count, 0.0, 1e15);
}

static char *
describe_requests (double requests, double errors)
{
  g_autofree char *requests_text = pdk_format_count (requests);
  g_autofree char *errors_text = pdk_format_count (errors);
  /* Translators: %s is the number, grouped. */
  g_autofree char *first = g_strdup_printf (
      g_dngettext (GETTEXT_PACKAGE, "%s request", "%s requests", plural_of (requests)), requests_text);
  g_autofree char *second = NULL;

  if (errors <= 0)
    return g_steal_pointer (&first);
  /* Translators: %s is the number, grouped. */
  second = g_strdup_printf (
      g_dngettext (GETTEXT_PACKAGE, "%s server error", "%s server errors", plural_of (errors)), errors_text);
  return g_strdup_printf ("%s · %s", first, second);
}

/**
 * pdk_request_charts_new_requests:
 * @facts: what is known
 * @window: the window of time that is looked at
 * @now_usec: the time now, since the epoch
 *
 * Returns: (transfer full): requests by hour or day, server errors among them
 */
PdkChartData *
pdk_request_charts_new_requests (const PdkFacts *facts, PdkWindow window, gint64 now_usec)
{
  Period period = period_of (facts, window, now_usec);
  PdkChartData *data = new_data (&period, period.is_hourly ? _ ("Requests per hour") : _ ("Requests per day"),
                                 PDK_CHART_UNIT_COUNT, "requests", "http_5xx");
  double errors = 0;

  data->has_errors = TRUE;
  pdk_chart_data_finish (data);
  for (guint i = 0; i < data->slots->len; i++)
    {
      PdkChartSlot *slot = &g_array_index (data->slots, PdkChartSlot, i);

      slot->text = describe_requests (slot->values[0], slot->values[1]);
      errors += slot->values[1];
    }
  if (errors > 0)
    {
      data->legend[0] = _ ("Requests");
      data->legend[1] = _ ("Server errors");
    }
  data->summary = describe_requests (sum_within (data, 0), sum_within (data, 1));
  data->empty = is_all_nothing (data) ? g_strdup (explain_no_requests (&period)) : NULL;
  return data;
}

static char *
describe_latency (double median_msec, double p95_msec)
{
  g_autofree char *median = pdk_format_duration (median_msec);
  g_autofree char *p95 = pdk_format_duration (p95_msec);

  /* Translators: two durations: half of all requests took no longer than the first, and 95 of 100 no longer
   * than the second. */
  return g_strdup_printf (_ ("median %s · 95%% within %s"), median, p95);
}

/** pdk_request_charts_new_latency: likewise. Returns: (transfer full): how long requests took: the median,
 * and the 95th percentile */
PdkChartData *
pdk_request_charts_new_latency (const PdkFacts *facts, PdkWindow window, gint64 now_usec)
{
  Period period = period_of (facts, window, now_usec);
  PdkChartData *data =
      new_data (&period, period.is_hourly ? _ ("Latency by the hour") : _ ("Latency by the day"),
                PDK_CHART_UNIT_MSEC, "p50_latency_ms", "p95_latency_ms");

  pdk_chart_data_finish (data);
  for (guint i = 0; i < data->slots->len; i++)
    {
      PdkChartSlot *slot = &g_array_index (data->slots, PdkChartSlot, i);

      slot->text = slot->is_known ? describe_latency (slot->values[0], slot->values[1]) : NULL;
    }
  data->legend[0] = _ ("Median");
  data->legend[1] = _ ("95th percentile");
  data->summary = g_strdup ("");
  if (is_all_nothing (data))
    data->empty = g_strdup (explain_no_requests (&period));
  return data;
}

/** pdk_request_charts_describe_tokens: Returns: (transfer full): so many tokens in words, "1,204 prompt
 * tokens · 96 output tokens" */
char *
pdk_request_charts_describe_tokens (double prompt, double output)
{
  g_autofree char *prompt_text = pdk_format_count (prompt);
  g_autofree char *output_text = pdk_format_count (output);
  /* Translators: %s is the number, grouped. */
  g_autofree char *first = g_strdup_printf (
      g_dngettext (GETTEXT_PACKAGE, "%s prompt token", "%s prompt tokens", plural_of (prompt)), prompt_text);
  /* Translators: %s is the number, grouped. */
  g_autofree char *second = g_strdup_printf (
      g_dngettext (GETTEXT_PACKAGE, "%s output token", "%s output tokens", plural_of (output)), output_text);

  return g_strdup_printf ("%s · %s", first, second);
}

/** pdk_request_charts_new_tokens: likewise. Returns: (transfer full): tokens of prompts and of output, as the
 * server's log tells them */
PdkChartData *
pdk_request_charts_new_tokens (const PdkFacts *facts, PdkWindow window, gint64 now_usec)
{
  Period period = period_of (facts, window, now_usec);
  PdkChartData *data = new_data (&period, period.is_hourly ? _ ("Tokens per hour") : _ ("Tokens per day"),
                                 PDK_CHART_UNIT_COUNT, "log_prompt_tokens", "log_output_tokens");

  data->is_stacked = TRUE;
  pdk_chart_data_finish (data);
  for (guint i = 0; i < data->slots->len; i++)
    {
      PdkChartSlot *slot = &g_array_index (data->slots, PdkChartSlot, i);

      slot->text = pdk_request_charts_describe_tokens (slot->values[0], slot->values[1]);
    }
  data->legend[0] = _ ("Prompt");
  data->legend[1] = _ ("Output");
  data->summary = pdk_request_charts_describe_tokens (sum_within (data, 0), sum_within (data, 1));
  if (pdk_facts_get_series (facts, "log_output_tokens") == NULL)
    data->empty = g_strdup (_ ("The server’s log says nothing of tokens."));
  else if (is_all_nothing (data))
    data->empty = g_strdup (period.is_hourly ? _ ("No tokens in the last 24 hours.")
                                             : _ ("No tokens in the last 30 days."));
  return data;
}

static char *
describe_messages (double messages)
{
  g_autofree char *text = pdk_format_count (messages);

  /* Translators: %s is the number, grouped. */
  return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%s message", "%s messages", plural_of (messages)),
                          text);
}

static char *
describe_cloud (double usd, double requests, gboolean is_money, gboolean has_requests)
{
  g_autofree char *cost = is_money ? pdk_format_usd (usd) : NULL;
  g_autofree char *counts = has_requests || !is_money ? describe_requests (requests, 0) : NULL;

  if (cost == NULL || counts == NULL)
    return cost != NULL ? g_steal_pointer (&cost) : g_steal_pointer (&counts);
  return g_strdup_printf ("%s · %s", cost, counts);
}

/**
 * pdk_request_charts_new_cloud:
 * @facts: what is known
 * @today: the last day of the chart, which is one of UTC, as in GDate
 *
 * Returns: (transfer full): what was asked of the cloud on each day: what that cost, or how many requests
 * there were where it cost nothing or this is not known
 */
PdkChartData *
pdk_request_charts_new_cloud (const PdkFacts *facts, guint32 today)
{
  Period period = { facts, PDK_WINDOW_30D, 0, FALSE, today };
  g_autoptr (PdkChartData) usd =
      new_data (&period, _ ("Cost per day"), PDK_CHART_UNIT_USD, "cloud_cost_usd", NULL);
  g_autoptr (PdkChartData) requests =
      new_data (&period, _ ("Requests per day"), PDK_CHART_UNIT_COUNT, "cloud_requests", NULL);
  gboolean is_money = sum_within (usd, 0) > 0, has_requests = sum_within (requests, 0) > 0;
  PdkChartData *data = is_money ? usd : requests;

  for (guint i = 0; i < data->slots->len; i++)
    {
      PdkChartSlot *slot = &g_array_index (data->slots, PdkChartSlot, i);

      slot->is_known =
          pdk_chart_data_get_slot (usd, i)->is_known || pdk_chart_data_get_slot (requests, i)->is_known;
      slot->text = describe_cloud (pdk_chart_data_get_slot (usd, i)->values[0],
                                   pdk_chart_data_get_slot (requests, i)->values[0], is_money, has_requests);
    }
  data->summary = describe_cloud (sum_within (usd, 0), sum_within (requests, 0), is_money, has_requests);
  if (is_all_nothing (data))
    data->empty = g_strdup (_ ("No requests in the last 30 days."));
  pdk_chart_data_finish (data);
  return pdk_chart_data_ref (data);
}

/**
 * pdk_request_charts_new_messages:
 * @facts: what is known
 * @today: the last day of the chart, as in GDate
 *
 * Returns: (transfer full): the messages of the desktop app's chats on each day
 */
PdkChartData *
pdk_request_charts_new_messages (const PdkFacts *facts, guint32 today)
{
  Period period = { facts, PDK_WINDOW_30D, 0, FALSE, today };
  PdkChartData *data = new_data (&period, _ ("Messages per day"), PDK_CHART_UNIT_COUNT, "messages", NULL);

  for (guint i = 0; i < data->slots->len; i++)
    {
      PdkChartSlot *slot = &g_array_index (data->slots, PdkChartSlot, i);

      slot->text = describe_messages (slot->values[0]);
    }
  data->summary = describe_messages (sum_within (data, 0));
  if (is_all_nothing (data))
    data->empty = g_strdup (_ ("No messages in the last 30 days."));
  pdk_chart_data_finish (data);
  return data;
}
