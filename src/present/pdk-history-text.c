/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The history for other programs: JSON, schema 1, with days and hours; CSV, as RFC 4180 has it, with an hour
 * in a row. Both have the same numbers by the same names, and leave out, or empty, what is not known. The
 * percentiles are those of a histogram (pdk-hour.h), and so are near, not exact. Pure functions, any thread.
 */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-history-text.h"

#include <math.h>
#include <string.h>

#include "pdk-json-writer.h"
#include "pdk-time.h"

#define SCHEMA 1

#define MSEC_PER_SECOND 1000.0

/* Thousandths are what a quotient is good for. */
#define DECIMALS 1000.0

/* What is beyond a year of four digits is a fault of the file, and has no name. */
#define FIRST_SEC G_GINT64_CONSTANT (-62135596800)
#define LAST_SEC G_GINT64_CONSTANT (253402300799)

/* The numbers, in the order in which they stand. */
typedef enum
{
  FIELD_REQUESTS,
  FIELD_CHAT,
  FIELD_GENERATE,
  FIELD_EMBED,
  FIELD_OTHER,
  FIELD_HTTP_4XX,
  FIELD_HTTP_5XX,
  FIELD_AVG_LATENCY,
  FIELD_P50_LATENCY,
  FIELD_P95_LATENCY,
  FIELD_PROMPT_TOKENS,
  FIELD_OUTPUT_TOKENS,
  FIELD_UNATTRIBUTED_TOKENS,
  FIELD_TOKENS_PER_SECOND,
  N_FIELDS,
} Field;

/* Scripts rely on the names and on their order: add new ones at the end. */
static const char *const names[N_FIELDS] = {
  [FIELD_REQUESTS] = "requests",
  [FIELD_CHAT] = "chat",
  [FIELD_GENERATE] = "generate",
  [FIELD_EMBED] = "embed",
  [FIELD_OTHER] = "other",
  [FIELD_HTTP_4XX] = "http_4xx",
  [FIELD_HTTP_5XX] = "http_5xx",
  [FIELD_AVG_LATENCY] = "avg_latency_ms",
  [FIELD_P50_LATENCY] = "p50_latency_ms",
  [FIELD_P95_LATENCY] = "p95_latency_ms",
  [FIELD_PROMPT_TOKENS] = "prompt_tokens",
  [FIELD_OUTPUT_TOKENS] = "output_tokens",
  [FIELD_UNATTRIBUTED_TOKENS] = "unattributed_tokens",
  [FIELD_TOKENS_PER_SECOND] = "tokens_per_second",
};

static double
get_count (const PdkHour *hour, Field field)
{
  switch (field)
    {
    case FIELD_REQUESTS:
      return (double) hour->requests;
    case FIELD_CHAT:
      return (double) hour->n_by_kind[PDK_REQUEST_CHAT];
    case FIELD_GENERATE:
      return (double) hour->n_by_kind[PDK_REQUEST_GENERATE];
    case FIELD_EMBED:
      return (double) hour->n_by_kind[PDK_REQUEST_EMBED];
    case FIELD_OTHER:
      return (double) hour->n_by_kind[PDK_REQUEST_OTHER];
    case FIELD_HTTP_4XX:
      return (double) hour->http_4xx;
    case FIELD_HTTP_5XX:
    default:
      return (double) hour->http_5xx;
    }
}

/* Returns NAN where there are no requests. */
static double
get_latency (const PdkHour *hour, Field field)
{
  double msec;

  if (hour->requests == 0)
    return NAN;
  if (field == FIELD_AVG_LATENCY)
    return hour->latency_msec / (double) hour->requests;
  msec = pdk_hour_get_percentile (hour, field == FIELD_P50_LATENCY ? 50 : 95);
  return msec >= 0 ? msec : NAN;
}

/* Returns NAN where the log told of none: not every server's does. */
static double
get_tokens (const PdkHour *hour, Field field)
{
  if (hour->prompt_tokens == 0 && hour->output_tokens == 0)
    return NAN;
  if (field == FIELD_PROMPT_TOKENS)
    return (double) hour->prompt_tokens;
  if (field == FIELD_OUTPUT_TOKENS)
    return (double) hour->output_tokens;
  if (field == FIELD_UNATTRIBUTED_TOKENS)
    return (double) hour->unattributed_tokens;
  return hour->output_msec > 0 ? (double) hour->output_tokens * MSEC_PER_SECOND / hour->output_msec : NAN;
}

/* Returns whether it is known. */
static gboolean
get_field (const PdkHour *hour, Field field, double *value)
{
  if (field <= FIELD_HTTP_5XX)
    *value = get_count (hour, field);
  else if (field <= FIELD_P95_LATENCY)
    *value = round (get_latency (hour, field) * DECIMALS) / DECIMALS;
  else if (field <= FIELD_UNATTRIBUTED_TOKENS)
    *value = get_tokens (hour, field);
  else
    *value = round (get_tokens (hour, field) * DECIMALS) / DECIMALS;
  return isfinite (*value);
}

/* Returns (transfer full) (nullable). */
static char *
dup_start (const PdkHour *hour)
{
  if (hour->start_sec < FIRST_SEC || hour->start_sec > LAST_SEC)
    return NULL;
  return pdk_time_format_rfc3339 (hour->start_sec * G_USEC_PER_SEC);
}

/* Returns the local calendar day as in GDate, 0 if it has none. */
static guint32
find_julian_day (gint64 time_sec, GTimeZone *zone)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (time_sec);
  g_autoptr (GDateTime) local = utc != NULL ? g_date_time_to_timezone (utc, zone) : NULL;
  GDate date;

  if (local == NULL)
    return 0;
  g_date_clear (&date, 1);
  g_date_set_dmy (&date, (GDateDay) g_date_time_get_day_of_month (local),
                  (GDateMonth) g_date_time_get_month (local), (GDateYear) g_date_time_get_year (local));
  return g_date_get_julian (&date);
}

/* Returns (transfer full) (nullable). */
static char *
dup_date (gint64 time_sec, GTimeZone *zone)
{
  guint32 julian_day = find_julian_day (time_sec, zone);
  GDate date;

  if (julian_day == 0)
    return NULL;
  g_date_clear (&date, 1);
  g_date_set_julian (&date, julian_day);
  return g_strdup_printf ("%04u-%02u-%02u", g_date_get_year (&date), (guint) g_date_get_month (&date),
                          (guint) g_date_get_day (&date));
}

static void
add_sums (PdkJsonWriter *writer, const char *name, const char *when, const PdkHour *sums)
{
  pdk_json_writer_begin_inline (writer, NULL, '{');
  pdk_json_writer_add_string (writer, name, when);
  for (Field field = 0; field < N_FIELDS; field++)
    {
      double value;

      if (get_field (sums, field, &value))
        pdk_json_writer_add_number (writer, names[field], value);
    }
  pdk_json_writer_end (writer, '}');
}

static void
add_account (PdkJsonWriter *writer, const PdkAccountHours *account, GTimeZone *zone)
{
  g_autoptr (GArray) days = pdk_history_text_sum_days (account->hours, zone);

  pdk_json_writer_begin (writer, NULL, '{');
  pdk_json_writer_add_string (writer, "id", account->account);
  pdk_json_writer_begin (writer, "days", '[');
  for (guint i = 0; i < days->len; i++)
    {
      const PdkHour *day = &g_array_index (days, PdkHour, i);
      g_autofree char *date = dup_date (day->start_sec, zone);

      add_sums (writer, "date", date, day);
    }
  pdk_json_writer_end (writer, ']');
  pdk_json_writer_begin (writer, "hours", '[');
  for (guint i = 0; i < account->hours->len; i++)
    {
      const PdkHour *hour = &g_array_index (account->hours, PdkHour, i);
      g_autofree char *start = dup_start (hour);

      if (start != NULL)
        add_sums (writer, "start", start, hour);
    }
  pdk_json_writer_end (writer, ']');
  pdk_json_writer_end (writer, '}');
}

/* RFC 4180, section 2: what holds a comma, a quote or a line break stands in quotes, and quotes are doubled.
 */
static void
append_csv_text (GString *out, const char *text)
{
  if (strpbrk (text, ",\"\r\n") == NULL)
    {
      g_string_append (out, text);
      return;
    }
  g_string_append_c (out, '"');
  for (const char *p = text; *p != '\0'; p++)
    {
      if (*p == '"')
        g_string_append_c (out, '"');
      g_string_append_c (out, *p);
    }
  g_string_append_c (out, '"');
}

static void
append_csv_hour (GString *out, const char *account, const PdkHour *hour)
{
  g_autofree char *start = dup_start (hour);

  if (start == NULL)
    return;
  append_csv_text (out, account);
  g_string_append_printf (out, ",%s", start);
  for (Field field = 0; field < N_FIELDS; field++)
    {
      char text[G_ASCII_DTOSTR_BUF_SIZE];
      double value;

      g_string_append_c (out, ',');
      if (get_field (hour, field, &value))
        g_string_append (out, g_ascii_formatd (text, sizeof text, "%.15g", value));
    }
  g_string_append_c (out, '\n');
}

/**
 * pdk_account_hours_new:
 * @account: its id
 * @hours: (transfer full) (element-type PdkHour): its hours, in the order of time
 *
 * Returns: (transfer full): both of them
 */
PdkAccountHours *
pdk_account_hours_new (const char *account, GArray *hours)
{
  PdkAccountHours *self = g_new0 (PdkAccountHours, 1);

  self->account = g_strdup (account);
  self->hours = hours;
  return self;
}

/** pdk_account_hours_free: frees @hours */
void
pdk_account_hours_free (PdkAccountHours *hours)
{
  g_free (hours->account);
  g_array_unref (hours->hours);
  g_free (hours);
}

/**
 * pdk_history_text_sum_days:
 * @hours: (element-type PdkHour): hours in the order of time
 * @zone: where a day begins at midnight
 *
 * Returns: (transfer full) (element-type PdkHour): a sum for each day that has any hours, which begins with
 *   the first of them
 */
GArray *
pdk_history_text_sum_days (const GArray *hours, GTimeZone *zone)
{
  GArray *days = g_array_new (FALSE, FALSE, sizeof (PdkHour));
  guint32 last_day = 0;

  for (guint i = 0; i < hours->len; i++)
    {
      const PdkHour *hour = &g_array_index (hours, PdkHour, i);
      guint32 julian_day = find_julian_day (hour->start_sec, zone);

      if (julian_day == 0)
        continue;
      if (julian_day == last_day)
        pdk_hour_merge (&g_array_index (days, PdkHour, days->len - 1), hour);
      else
        g_array_append_val (days, *hour);
      last_day = julian_day;
    }
  return days;
}

/**
 * pdk_history_text_to_json:
 * @accounts: (element-type PdkAccountHours): what to tell
 * @zone: where a day begins at midnight
 * @now_usec: the time now
 *
 * Returns: (transfer full): one JSON object, without a line break at its end
 */
char *
pdk_history_text_to_json (const GPtrArray *accounts, GTimeZone *zone, gint64 now_usec)
{
  g_autofree char *generated_at = pdk_time_format_rfc3339 (now_usec);
  PdkJsonWriter writer;

  pdk_json_writer_init (&writer, TRUE);
  pdk_json_writer_begin (&writer, NULL, '{');
  pdk_json_writer_add_number (&writer, "schema", SCHEMA);
  if (generated_at != NULL)
    pdk_json_writer_add_string (&writer, "generated_at", generated_at);
  pdk_json_writer_begin (&writer, "accounts", '[');
  for (guint i = 0; i < accounts->len; i++)
    add_account (&writer, g_ptr_array_index (accounts, i), zone);
  pdk_json_writer_end (&writer, ']');
  pdk_json_writer_end (&writer, '}');
  return pdk_json_writer_finish (&writer);
}

/**
 * pdk_history_text_to_csv:
 * @accounts: (element-type PdkAccountHours): what to tell
 *
 * RFC 4180 but for the end of a line, which is that of Unix: awk and cut would take a carriage return for a
 * part of the last field, and every reader of CSV takes both.
 *
 * Returns: (transfer full): a line with the names of the fields, and one for each hour
 */
char *
pdk_history_text_to_csv (const GPtrArray *accounts)
{
  GString *out = g_string_new ("account,start");

  for (Field field = 0; field < N_FIELDS; field++)
    g_string_append_printf (out, ",%s", names[field]);
  g_string_append_c (out, '\n');
  for (guint i = 0; i < accounts->len; i++)
    {
      const PdkAccountHours *account = g_ptr_array_index (accounts, i);

      for (guint j = 0; j < account->hours->len; j++)
        append_csv_hour (out, account->account, &g_array_index (account->hours, PdkHour, j));
    }
  return g_string_free (out, FALSE);
}
