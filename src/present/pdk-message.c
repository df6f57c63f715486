/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The status message: one line that says what an Ollama is doing. People's scripts read it, so it is the same
 * in every language. Pure functions. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-message.h"

#define NO_DATA "No Ollama data found"

static const struct
{
  const char *metric, *format;
} parts[] = {
  { "messages_today", "%.0f msgs today" }, { "requests_today", "%.0f req today" },
  { "requests_5h", "%.0f req 5h" },        { "requests_1d", "%.0f req 1d" },
  { "models_total", "%.0f models" },
};

/* Adds up @metric over those accounts that know it. */
static gboolean
sum_over_accounts (PdkAccountSnapshot *const *accounts, guint n_accounts, const char *metric, double *sum)
{
  gboolean is_known = FALSE;

  *sum = 0;
  for (guint i = 0; i < n_accounts; i++)
    {
      double value;

      if (!pdk_snapshot_is_told_before (accounts, i, metric) &&
          pdk_facts_get_number (accounts[i]->facts, metric, &value))
        {
          is_known = TRUE;
          *sum += value;
        }
    }
  return is_known;
}

static gboolean
has_data (PdkAccountSnapshot *const *accounts, guint n_accounts)
{
  for (guint i = 0; i < n_accounts; i++)
    {
      if (pdk_facts_has_data (accounts[i]->facts))
        return TRUE;
    }
  return FALSE;
}

/* What stands in the way, when there is no number to show: the account's own sentence if it is refused. */
static char *
explain (PdkAccountSnapshot *const *accounts, guint n_accounts)
{
  for (guint i = 0; i < n_accounts; i++)
    {
      const char *name = accounts[i]->status == PDK_ACCOUNT_STATUS_AUTH      ? "cloud_auth_failed"
                         : accounts[i]->status == PDK_ACCOUNT_STATUS_LIMITED ? "cloud_rate_limited"
                                                                             : NULL;
      const char *sentence = name != NULL ? pdk_facts_get_diagnostic (accounts[i]->facts, name) : NULL;

      if (sentence != NULL)
        return g_strdup (sentence);
    }
  if (n_accounts == 1 && accounts[0]->base_url != NULL)
    return g_strdup_printf (NO_DATA " at %s", accounts[0]->base_url);
  return g_strdup (NO_DATA);
}

static char *
message_for (PdkAccountSnapshot *const *accounts, guint n_accounts)
{
  GString *message = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      double sum;

      if (!sum_over_accounts (accounts, n_accounts, parts[i].metric, &sum))
        continue;
      if (message->len > 0)
        g_string_append (message, ", ");
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
      g_string_append_printf (message, parts[i].format, sum);
#pragma GCC diagnostic pop
    }
  if (message->len > 0)
    return g_string_free (message, FALSE);
  g_string_free (message, TRUE);
  return has_data (accounts, n_accounts) ? g_strdup ("OK") : explain (accounts, n_accounts);
}

/**
 * pdk_message_for_account:
 * @account: a finished account
 *
 * Returns: (transfer full): "3 msgs today, 5 req today, 9 req 5h, 20 req 1d, 7 models", each part only when
 * it is known; "OK" when none is, but there are other data; or that there are no data
 */
char *
pdk_message_for_account (const PdkAccountSnapshot *account)
{
  PdkAccountSnapshot *one = (PdkAccountSnapshot *) account;

  return message_for (&one, 1);
}

/**
 * pdk_message_for_snapshot:
 * @snapshot: a snapshot
 *
 * Returns: (transfer full): the message for all accounts together; numbers are sums
 */
char *
pdk_message_for_snapshot (const PdkSnapshot *snapshot)
{
  return message_for ((PdkAccountSnapshot *const *) snapshot->accounts->pdata, snapshot->accounts->len);
}
