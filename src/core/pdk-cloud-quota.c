/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How much of a limit of Ollama Cloud is used, in each of the forms that have been seen or proposed: a share
 * that is left, a share that is used, counts, and the headers X-Ollama-Quota-*. All become one: the metric
 * usage_PERIOD in percent, with its reset. Numbers may be written as text. What is out of any reason is not a
 * number. Pure functions, any thread. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-cloud-quota.h"

#include <math.h>
#include <string.h>

#include "pdk-cloud-pace.h"
#include "pdk-json.h"
#include "pdk-text.h"
#include "pdk-time.h"

/* A limit may be passed by the request that reaches it, but not by more than this. */
#define MAX_PERCENT 200.0
/* Beyond these a number of seconds is a date, or one of milliseconds. */
#define MIN_EPOCH_SECONDS 1e9
#define MIN_EPOCH_MSEC 1e11
#define MAX_EPOCH_MSEC 1e14
/* Of one window, as many models are told as a person would read. */
#define MAX_MODELS 64

typedef struct
{
  const char *name;   /* as the cloud calls it */
  const char *metric; /* as a snapshot does */
  const char *window;
} Period;

static const Period periods[] = {
  { "session", "usage_five_hour", "5h" }, { "five_hour", "usage_five_hour", "5h" },
  { "5h", "usage_five_hour", "5h" },      { "daily", "usage_daily", "1d" },
  { "day", "usage_daily", "1d" },         { "24h", "usage_daily", "1d" },
  { "weekly", "usage_weekly", "7d" },     { "week", "usage_weekly", "7d" },
  { "7d", "usage_weekly", "7d" },         { "monthly", "usage_monthly", "30d" },
  { "month", "usage_monthly", "30d" },    { "30d", "usage_monthly", "30d" },
};

static const Period *
find_period (const char *name)
{
  for (gsize i = 0; name != NULL && i < G_N_ELEMENTS (periods); i++)
    {
      if (g_ascii_strcasecmp (name, periods[i].name) == 0)
        return &periods[i];
    }
  return NULL;
}

/* A decimal number and nothing else: strtod() would take "nan", "inf" and hexadecimals as well. */
static gboolean
parse_number (const char *text, double *value)
{
  char *end = NULL;
  double number;

  if (text == NULL || *text == '\0' || strspn (text, "0123456789+-.eE") != strlen (text))
    return FALSE;
  number = g_ascii_strtod (text, &end);
  if (*end != '\0' || !isfinite (number))
    return FALSE;
  *value = number;
  return TRUE;
}

static gint64
time_from_number (double number)
{
  if (number >= MIN_EPOCH_MSEC && number < MAX_EPOCH_MSEC)
    return (gint64) number * (G_USEC_PER_SEC / 1000);
  if (number >= MIN_EPOCH_SECONDS && number < MIN_EPOCH_MSEC)
    return (gint64) (number * G_USEC_PER_SEC);
  return PDK_TIME_UNKNOWN;
}

/* Of a header, which may have its own form of a date. */
static gint64
parse_time (const char *text)
{
  double number;
  gint64 time_usec;

  if (text == NULL)
    return PDK_TIME_UNKNOWN;
  if (parse_number (text, &number))
    return time_from_number (number);
  time_usec = pdk_time_parse_rfc3339 (text);
  return time_usec != PDK_TIME_UNKNOWN ? time_usec : pdk_cloud_pace_parse_http_date (text);
}

/* What is used of a limit, as a metric and, where it is known, with its reset. NAN is a share that nobody
 * told. */
static gboolean
describe (const Period *period, double used_percent, gint64 resets_at_usec, PdkFacts *facts)
{
  if (period == NULL || !(used_percent >= 0 && used_percent <= MAX_PERCENT))
    return FALSE;
  used_percent = MIN (used_percent, 100);
  pdk_facts_set_quota (facts, period->metric, used_percent, 100, 100 - used_percent, "%", period->window);
  if (resets_at_usec != PDK_TIME_UNKNOWN)
    pdk_facts_set_reset (facts, period->metric, resets_at_usec);
  return TRUE;
}

/* Each count is NAN where it is not told, and so is the share then. A limit of 0 has none. */
static double
percent_of_counts (double limit, double used, double remaining)
{
  if (!(limit > 0))
    return NAN;
  return 100 * (isnan (used) ? limit - remaining : used) / limit;
}

/* Returns: NAN where it is not told */
static double
get_used_percent (JsonObject *window)
{
  double number;

  /* More than all cannot be left; that would be less than nothing used. */
  if (pdk_cloud_get_number (window, "remaining_percent", &number))
    return 100 - number;
  if (pdk_cloud_get_number (window, "used_percentage", &number) ||
      pdk_cloud_get_number (window, "used_percent", &number))
    return number;
  if (pdk_cloud_get_number (window, "usage", &number))
    return number * 100;
  return NAN;
}

static void
describe_models (JsonObject *window, const Period *period, PdkFacts *facts)
{
  JsonArray *models = pdk_json_get_array (window, "models");
  guint n_models = models != NULL ? MIN (json_array_get_length (models), MAX_MODELS) : 0;

  for (guint i = 0; i < n_models; i++)
    {
      JsonObject *model = pdk_json_get_element_object (models, i);
      const char *name = pdk_json_get_string (model, "name");
      gint64 requests;

      if (name == NULL || *name == '\0' || !pdk_json_get_count (model, "request_count", &requests))
        continue;
      {
        g_autofree char *shown = pdk_text_dup_bounded (name, -1, PDK_TEXT_NAME_MAX_BYTES);
        g_autofree char *metric = g_strdup_printf ("%s_requests[%s]", period->metric, shown);

        pdk_facts_set_metric (facts, metric, (double) requests, "requests", period->window);
      }
    }
}

/**
 * pdk_cloud_get_number:
 * @object: (nullable): an object
 * @name: a member's name
 * @value: (out): the number, set only when there is one
 *
 * Returns: whether the member is a finite number, written as one or as text
 */
gboolean
pdk_cloud_get_number (JsonObject *object, const char *name, double *value)
{
  return pdk_json_get_number (object, name, value) ||
         parse_number (pdk_json_get_string (object, name), value);
}

/**
 * pdk_cloud_get_time:
 * @object: (nullable): an object
 * @name: a member's name
 *
 * Returns: the member as microseconds since the epoch, whether it is written as in RFC 3339 or as Unix
 * seconds or milliseconds; or PDK_TIME_UNKNOWN
 */
gint64
pdk_cloud_get_time (JsonObject *object, const char *name)
{
  double number;

  if (pdk_cloud_get_number (object, name, &number))
    return time_from_number (number);
  return pdk_time_parse_rfc3339 (pdk_json_get_string (object, name));
}

/**
 * pdk_cloud_quota_parse_window:
 * @window: (nullable): what the cloud says of one window of time
 * @period: the window's name: "session", "weekly" or "monthly", say
 * @facts: where the metric goes
 *
 * Reads a share that is left or used, the time of its reset, and the requests to each model where they are
 * told.
 *
 * Returns: whether anything was there
 */
gboolean
pdk_cloud_quota_parse_window (JsonObject *window, const char *period, PdkFacts *facts)
{
  const Period *known = find_period (period);
  gint64 resets_at_usec = pdk_cloud_get_time (window, "resets_at");

  if (resets_at_usec == PDK_TIME_UNKNOWN)
    resets_at_usec = pdk_cloud_get_time (window, "reset_at");
  if (!describe (known, get_used_percent (window), resets_at_usec, facts))
    return FALSE;
  describe_models (window, known, facts);
  return TRUE;
}

/**
 * pdk_cloud_quota_parse_counts:
 * @quota: (nullable): an object with limit, used or remaining, period and reset_at
 * @facts: where the metric goes
 *
 * Returns: whether anything was there
 */
gboolean
pdk_cloud_quota_parse_counts (JsonObject *quota, PdkFacts *facts)
{
  double limit = NAN, used = NAN, remaining = NAN;
  gint64 resets_at_usec = pdk_cloud_get_time (quota, "reset_at");

  if (resets_at_usec == PDK_TIME_UNKNOWN)
    resets_at_usec = pdk_cloud_get_time (quota, "resets_at");
  pdk_cloud_get_number (quota, "limit", &limit);
  pdk_cloud_get_number (quota, "used", &used);
  pdk_cloud_get_number (quota, "remaining", &remaining);
  return describe (find_period (pdk_json_get_string (quota, "period")),
                   percent_of_counts (limit, used, remaining), resets_at_usec, facts);
}

/**
 * pdk_cloud_quota_parse_headers:
 * @headers: the headers of an answer
 * @observed_at_usec: when the answer came, since a reset may be told as seconds from then
 * @facts: where the metric goes
 *
 * Returns: whether anything was there
 */
gboolean
pdk_cloud_quota_parse_headers (const PdkCloudQuotaHeaders *headers, gint64 observed_at_usec, PdkFacts *facts)
{
  double limit = NAN, used = NAN, remaining = NAN, seconds;
  gint64 resets_at_usec = parse_time (headers->reset);

  if (resets_at_usec == PDK_TIME_UNKNOWN && parse_number (headers->reset, &seconds) && seconds >= 0 &&
      seconds < MIN_EPOCH_SECONDS)
    resets_at_usec = observed_at_usec + (gint64) (seconds * G_USEC_PER_SEC);
  parse_number (headers->limit, &limit);
  parse_number (headers->used, &used);
  parse_number (headers->remaining, &remaining);
  return describe (find_period (headers->period), percent_of_counts (limit, used, remaining), resets_at_usec,
                   facts);
}
