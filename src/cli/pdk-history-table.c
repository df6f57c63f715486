/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The history as a table of days for a terminal, of what people compare days by; all numbers are in JSON and
 * CSV. It fits in 80 columns. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-history-table.h"

#include <glib/gi18n-lib.h>

#include "pdk-columns.h"
#include "pdk-format.h"
#include "pdk-text.h"

typedef enum
{
  COLUMN_DAY,
  COLUMN_REQUESTS,
  COLUMN_FAILED,
  COLUMN_MEDIAN,
  COLUMN_PERCENTILE,
  COLUMN_TOKENS_IN,
  COLUMN_TOKENS_OUT,
  N_COLUMNS
} Column;

static const struct
{
  const char *heading;
  glong width; /* what days and numbers need */
} columns[N_COLUMNS] = {
  [COLUMN_DAY] = { N_ ("Day"), 12 },
  [COLUMN_REQUESTS] = { N_ ("Requests"), 9 },
  [COLUMN_FAILED] = { N_ ("Failed"), 9 },
  [COLUMN_MEDIAN] = { N_ ("Median"), 12 },
  [COLUMN_PERCENTILE] = { N_ ("95th perc."), 12 },
  [COLUMN_TOKENS_IN] = { N_ ("Tokens in"), 12 },
  [COLUMN_TOKENS_OUT] = { N_ ("Tokens out"), 12 },
};

/* A heading may be longer in some language than the numbers below it; a space goes before it. */
static void
append_cell (GString *out, const char *text, Column column)
{
  glong width = MAX (columns[column].width, pdk_columns_count (_ (columns[column].heading)) + 1);

  pdk_columns_append_cell (out, text, width, column != COLUMN_DAY);
}

static void
append_count (GString *out, guint64 count, Column column)
{
  g_autofree char *text = pdk_format_count ((double) count);

  append_cell (out, text, column);
}

static void
append_percentile (GString *out, const PdkHour *sums, guint percent, Column column)
{
  double msec = pdk_hour_get_percentile (sums, percent);
  g_autofree char *text = msec >= 0 ? pdk_format_duration (msec) : g_strdup ("–");

  append_cell (out, text, column);
}

static void
append_tokens (GString *out, const PdkHour *sums)
{
  if (sums->prompt_tokens == 0 && sums->output_tokens == 0)
    {
      append_cell (out, "–", COLUMN_TOKENS_IN);
      append_cell (out, "–", COLUMN_TOKENS_OUT);
      return;
    }
  append_count (out, sums->prompt_tokens, COLUMN_TOKENS_IN);
  append_count (out, sums->output_tokens, COLUMN_TOKENS_OUT);
}

static void
append_row (GString *out, const char *label, const PdkHour *sums, gboolean has_tokens)
{
  g_string_append (out, "  ");
  append_cell (out, label, COLUMN_DAY);
  append_count (out, sums->requests, COLUMN_REQUESTS);
  append_count (out, sums->http_4xx + sums->http_5xx, COLUMN_FAILED);
  append_percentile (out, sums, 50, COLUMN_MEDIAN);
  append_percentile (out, sums, 95, COLUMN_PERCENTILE);
  if (has_tokens)
    append_tokens (out, sums);
  g_string_append_c (out, '\n');
}

static void
append_headings (GString *out, gboolean has_tokens)
{
  guint n_columns = has_tokens ? N_COLUMNS : COLUMN_TOKENS_IN;

  g_string_append (out, "  ");
  for (guint i = 0; i < n_columns; i++)
    append_cell (out, _ (columns[i].heading), (Column) i);
  g_string_append_c (out, '\n');
}

static void
append_days (GString *out, const GArray *days, GTimeZone *zone)
{
  PdkHour total = { 0 };
  gboolean has_tokens;

  for (guint i = 0; i < days->len; i++)
    pdk_hour_merge (&total, &g_array_index (days, PdkHour, i));
  has_tokens = total.prompt_tokens > 0 || total.output_tokens > 0;
  append_headings (out, has_tokens);
  for (guint i = 0; i < days->len; i++)
    {
      const PdkHour *day = &g_array_index (days, PdkHour, i);
      g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (day->start_sec);
      g_autoptr (GDateTime) local = g_date_time_to_timezone (utc, zone);
      /* Translators: a day of any year, in the notation of g_date_time_format(). */
      g_autofree char *label = g_date_time_format (local, _ ("%-d %b %Y"));

      append_row (out, label, day, has_tokens);
    }
  if (days->len > 1)
    append_row (out, _ ("Total"), &total, has_tokens);
}

/**
 * pdk_history_table_new:
 * @accounts: (element-type PdkAccountHours): what to show
 * @zone: where a day begins at midnight
 *
 * Returns: (transfer full): the page, with a line break at its end, or nothing for no accounts
 */
char *
pdk_history_table_new (const GPtrArray *accounts, GTimeZone *zone)
{
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < accounts->len; i++)
    {
      const PdkAccountHours *account = g_ptr_array_index (accounts, i);
      g_autoptr (GArray) days = pdk_history_text_sum_days (account->hours, zone);
      g_autofree char *shown = pdk_text_dup_for_display (account->account);

      g_string_append_printf (out, i > 0 ? "\n%s\n" : "%s\n", shown);
      if (days->len > 0)
        append_days (out, days, zone);
      else
        g_string_append_printf (out, "  %s\n", _ ("No requests."));
    }
  return g_string_free (out, FALSE);
}
