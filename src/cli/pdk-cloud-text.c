/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is known of an account's cloud, as a part of the page for a terminal: what is left first, then what
 * was used. Pure functions, any thread. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-cloud-text.h"

#include <glib/gi18n-lib.h>

#include "pdk-cloud-rows.h"
#include "pdk-columns.h"
#include "pdk-format.h"

#define LABEL_COLUMNS (PDK_NAME_COLUMNS - PDK_CELL_COLUMNS + 8)

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

static void
append_limit (GString *out, const PdkCloudRow *row, gint64 now_usec)
{
  gboolean is_share = row->used != NULL && g_str_has_prefix (row->metric, "usage_");

  pdk_columns_append_name (out, row->title);
  g_string_append_printf (out, "  %s", is_share ? row->used : row->left);
  if (row->resets_at_usec != PDK_TIME_UNKNOWN)
    {
      g_autofree char *moment = pdk_format_moment (row->resets_at_usec, now_usec);

      /* Translators: stands between the parts of a list. */
      g_string_append (out, _ (", "));
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
          text = rows[row].is_money ? pdk_format_usd (value) : pdk_format_count (value);
          is_known = TRUE;
        }
      pdk_columns_append_cell (line, text, PDK_CELL_COLUMNS, TRUE);
    }
  if (is_known)
    g_string_append_printf (out, "%s\n", line->str);
  g_string_free (line, TRUE);
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
  g_autoptr (PdkCloudRows) limits = pdk_cloud_rows_new (account, NULL, now_usec);
  g_autoptr (GString) used = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    append_row (used, account->facts, i);
  if (limits->rows->len == 0 && used->len == 0)
    return;
  g_string_append_printf (out, "\n%s\n", limits->title);
  if (limits->as_of != NULL)
    g_string_append_printf (out, "  %s\n", limits->as_of);
  for (guint i = 0; i < limits->rows->len; i++)
    append_limit (out, pdk_cloud_rows_get (limits, i), now_usec);
  if (used->len > 0)
    append_columns (out);
  g_string_append (out, used->str);
}
