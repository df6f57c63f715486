/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is known of an account's cloud, as a part of the page for a terminal: what is left first, then what
 * was used. Pure functions, any thread. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-cloud-text.h"

#include <glib/gi18n-lib.h>

#include "pdk-columns.h"
#include "pdk-format.h"
#include "pdk-text.h"

#define LABEL_COLUMNS (PDK_NAME_COLUMNS - PDK_CELL_COLUMNS + 8)

static const struct
{
  const char *metric;
  const char *label;
} limits[] = {
  { "credit_included_usd", N_ ("Included credits") },
  { "credit_purchased_usd", N_ ("Purchased credits") },
  { "usage_five_hour", N_ ("Session limit") },
  { "usage_daily", N_ ("Daily limit") },
  { "usage_weekly", N_ ("Weekly limit") },
  { "usage_monthly", N_ ("Monthly limit") },
};

static const char *const windows[] = { "24h", "7d", "30d" };

static const struct
{
  const char *metric; /* without the window */
  const char *label;
  gboolean is_money;
} rows[] = {
  { "cloud_requests", N_ ("Cloud requests"), FALSE },
  { "cloud_cost_usd", N_ ("Cost"), TRUE },
  { "cloud_input_tokens", N_ ("Input tokens"), FALSE },
  { "cloud_cached_input_tokens", N_ ("Cached input tokens"), FALSE },
  { "cloud_output_tokens", N_ ("Output tokens"), FALSE },
};

static char *
format_usd (double usd)
{
  return usd < 0 ? g_strdup_printf ("-$%.2f", -usd) : g_strdup_printf ("$%.2f", usd);
}

static char *
describe_limit (const PdkMetric *metric)
{
  g_autofree char *value = NULL;
  g_autofree char *limit = NULL;

  if (g_str_equal (metric->unit, "%"))
    {
      value = pdk_format_percent (metric->value / 100);
      return g_strdup_printf (_ ("%s used"), value);
    }
  value = format_usd (metric->value);
  if (!metric->has_limit)
    return g_strdup_printf (_ ("%s left"), value);
  limit = format_usd (metric->limit);
  return g_strdup_printf (_ ("%s of %s left"), value, limit);
}

static void
append_limit (GString *out, const PdkFacts *facts, gsize index, gint64 now_usec)
{
  const PdkMetric *metric = pdk_facts_get_metric (facts, limits[index].metric);
  gint64 reset_usec = pdk_facts_get_reset (facts, limits[index].metric);
  g_autofree char *text = NULL;

  if (metric == NULL)
    return;
  text = describe_limit (metric);
  pdk_columns_append_name (out, _ (limits[index].label));
  g_string_append_printf (out, "  %s", text);
  if (reset_usec > now_usec)
    {
      g_autofree char *moment = pdk_format_moment (reset_usec, now_usec);

      g_string_append (out, ", ");
      g_string_append_printf (out, _ ("next reset: %s"), moment);
    }
  g_string_append_c (out, '\n');
}

static void
append_row (GString *out, const PdkFacts *facts, gsize row)
{
  GString *line = g_string_new (NULL);
  gboolean is_known = FALSE;

  g_string_append (line, "  ");
  pdk_columns_append_cell (line, _ (rows[row].label), LABEL_COLUMNS, FALSE);
  for (gsize i = 0; i < G_N_ELEMENTS (windows); i++)
    {
      g_autofree char *metric = g_strdup_printf ("%s_%s", rows[row].metric, windows[i]);
      g_autofree char *text = NULL;
      double value;

      if (!pdk_facts_get_number (facts, metric, &value))
        text = g_strdup ("–");
      else
        {
          text = rows[row].is_money ? format_usd (value) : pdk_format_count (value);
          is_known = TRUE;
        }
      pdk_columns_append_cell (line, text, PDK_CELL_COLUMNS, TRUE);
    }
  if (is_known)
    g_string_append_printf (out, "%s\n", line->str);
  g_string_free (line, TRUE);
}

static void
append_heading (GString *out, const PdkAccountSnapshot *account)
{
  const char *plan = pdk_facts_get_attribute (account->facts, "plan_name");
  g_autofree char *shown = plan != NULL ? pdk_text_dup_for_display (plan) : NULL;

  g_string_append_c (out, '\n');
  if (shown != NULL)
    g_string_append_printf (out, _ ("Cloud (%s)"), shown);
  else
    g_string_append (out, _ ("Cloud"));
  g_string_append_c (out, '\n');
}

static void
append_columns (GString *out)
{
  g_string_append (out, "  ");
  pdk_columns_append_cell (out, _ ("Used in"), LABEL_COLUMNS, FALSE);
  pdk_columns_append_cell (out, _ ("24 h"), PDK_CELL_COLUMNS, TRUE);
  pdk_columns_append_cell (out, _ ("7 d"), PDK_CELL_COLUMNS, TRUE);
  pdk_columns_append_cell (out, _ ("30 d"), PDK_CELL_COLUMNS, TRUE);
  g_string_append_c (out, '\n');
}

static void
append_age (GString *out, const PdkAccountSnapshot *account, gint64 now_usec)
{
  const PdkReading *reading = pdk_account_snapshot_get_reading (account, "cloud");
  g_autofree char *moment = NULL;

  if (reading == NULL || reading->state != PDK_SOURCE_STATE_STALE)
    return;
  moment = pdk_format_moment (reading->observed_at_usec, now_usec);
  g_string_append (out, "  ");
  g_string_append_printf (out, _ ("As of %s"), moment);
  g_string_append_c (out, '\n');
}

/**
 * pdk_cloud_text_append:
 * @out: the page
 * @account: an account
 * @now_usec: the time, in microseconds since the epoch
 *
 * Appends what is known of the account's cloud, and nothing if nothing is.
 */
void
pdk_cloud_text_append (GString *out, const PdkAccountSnapshot *account, gint64 now_usec)
{
  GString *left = g_string_new (NULL);
  GString *used = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (limits); i++)
    append_limit (left, account->facts, i, now_usec);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    append_row (used, account->facts, i);
  if (left->len + used->len > 0)
    {
      append_heading (out, account);
      append_age (out, account, now_usec);
      g_string_append (out, left->str);
      if (used->len > 0)
        append_columns (out);
      g_string_append (out, used->str);
    }
  g_string_free (left, TRUE);
  g_string_free (used, TRUE);
}
