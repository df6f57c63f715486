/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The status message: one line that says what an Ollama is doing. Scripts read it, so it is the same in every
 * language; what people see says the same in theirs. Pure functions. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-message.h"

#include <glib/gi18n-lib.h>

#define NO_DATA "No Ollama data found"

/* For whom a message is. */
typedef enum
{
  FOR_SCRIPTS,
  FOR_PEOPLE,
} Reader;

static const struct
{
  const char *metric, *format;
} parts[] = {
  { "messages_today", "%.0f msgs today" }, { "requests_today", "%.0f req today" },
  { "requests_5h", "%.0f req 5h" },        { "requests_1d", "%.0f req 1d" },
  { "models_total", "%.0f models" },
};

static char *
write_part (gsize index, double value)
{
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  return g_strdup_printf (parts[index].format, value);
#pragma GCC diagnostic pop
}

/* Where a language has one form for a word that is cut short, its forms are the same. Digits are not grouped,
 * as commas stand between the parts. */
static char *
describe_part (const char *metric, double value)
{
  gulong n = (gulong) CLAMP (value, 0.0, 1e15);
  g_autofree char *count = g_strdup_printf ("%.0f", value);

  /* Translators: beside the icon, so as short as can be, and so are those that follow: messages today. */
  const char *format = g_dngettext (GETTEXT_PACKAGE, "%s msgs today", "%s msgs today", n);

  if (g_str_equal (metric, "requests_today"))
    /* Translators: requests today. */
    format = g_dngettext (GETTEXT_PACKAGE, "%s req today", "%s req today", n);
  else if (g_str_equal (metric, "requests_5h"))
    /* Translators: requests in the last 5 hours. */
    format = g_dngettext (GETTEXT_PACKAGE, "%s req 5h", "%s req 5h", n);
  else if (g_str_equal (metric, "requests_1d"))
    /* Translators: requests in the last 24 hours. */
    format = g_dngettext (GETTEXT_PACKAGE, "%s req 1d", "%s req 1d", n);
  else if (g_str_equal (metric, "models_total"))
    /* Translators: how many models are installed. */
    format = g_dngettext (GETTEXT_PACKAGE, "%s models", "%s models", n);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  return g_strdup_printf (format, count);
#pragma GCC diagnostic pop
}

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
explain (PdkAccountSnapshot *const *accounts, guint n_accounts, Reader reader)
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
    return reader == FOR_PEOPLE
               /* Translators: %s is an address. */
               ? g_strdup_printf (_ ("No Ollama data found at %s"), accounts[0]->base_url)
               : g_strdup_printf (NO_DATA " at %s", accounts[0]->base_url);
  return g_strdup (reader == FOR_PEOPLE ? _ ("No Ollama data found") : NO_DATA);
}

static char *
message_for (PdkAccountSnapshot *const *accounts, guint n_accounts, Reader reader)
{
  /* Translators: what stands between the parts of a list. */
  const char *joint = reader == FOR_PEOPLE ? C_ ("list", ", ") : ", ";
  GString *message = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      g_autofree char *part = NULL;
      double sum;

      if (!sum_over_accounts (accounts, n_accounts, parts[i].metric, &sum))
        continue;
      part = reader == FOR_PEOPLE ? describe_part (parts[i].metric, sum) : write_part (i, sum);
      g_string_append (message, message->len > 0 ? joint : "");
      g_string_append (message, part);
    }
  if (message->len > 0)
    return g_string_free (message, FALSE);
  g_string_free (message, TRUE);
  if (has_data (accounts, n_accounts))
    return g_strdup (reader == FOR_PEOPLE ? _ ("OK") : "OK");
  return explain (accounts, n_accounts, reader);
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

  return message_for (&one, 1, FOR_SCRIPTS);
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
  return message_for ((PdkAccountSnapshot *const *) snapshot->accounts->pdata, snapshot->accounts->len,
                      FOR_SCRIPTS);
}

/** pdk_message_describe_account: Returns: (transfer full): the message for @account in the user's language */
char *
pdk_message_describe_account (const PdkAccountSnapshot *account)
{
  PdkAccountSnapshot *one = (PdkAccountSnapshot *) account;

  return message_for (&one, 1, FOR_PEOPLE);
}

/** pdk_message_describe_snapshot: Returns: (transfer full): the message for all accounts together in the
 * user's language */
char *
pdk_message_describe_snapshot (const PdkSnapshot *snapshot)
{
  return message_for ((PdkAccountSnapshot *const *) snapshot->accounts->pdata, snapshot->accounts->len,
                      FOR_PEOPLE);
}
