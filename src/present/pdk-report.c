/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What somebody copies into a report of something that does not work. It is the same in every language, as
 * those who mend it read it, and holds no name, no address, no path, no number of requests and nothing that
 * was said: of what went wrong it has the names, and not the sentences. A pure function. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-report.h"

/* Of a server's version, which the server may choose. */
#define MAX_VERSION 32

static void
append_version (GString *text, const PdkFacts *facts)
{
  const char *version = pdk_facts_get_attribute (facts, "server_version");
  g_autofree char *plain = NULL;

  if (version == NULL)
    return;
  plain = g_strndup (version, MAX_VERSION);
  g_string_append_printf (text, ", Ollama %s",
                          g_strcanon (plain, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS ".-+", '?'));
}

static void
append_diagnostic (const char *key, const char *sentence, gpointer user_data)
{
  g_string_append_printf (user_data, "  %s\n", key);
}

static void
append_account (GString *text, guint number, const PdkAccountSnapshot *account)
{
  g_string_append_printf (text, "\nAccount %u: %s", number, pdk_account_status_to_string (account->status));
  append_version (text, account->facts);
  g_string_append_c (text, '\n');
  for (guint i = 0; i < account->sources->len; i++)
    {
      const PdkSourceReading *source = &g_array_index (account->sources, PdkSourceReading, i);

      g_string_append_printf (text, "  %s: %s\n", source->name,
                              pdk_source_state_to_string (source->reading->state));
    }
  pdk_facts_foreach_diagnostic (account->facts, append_diagnostic, text);
}

/**
 * pdk_report_new_text:
 * @snapshot: (nullable): what is known, or NULL before anything is
 * @surroundings: (array zero-terminated=1): what it runs on, a line each
 *
 * Returns: (transfer full): lines of text
 */
char *
pdk_report_new_text (const PdkSnapshot *snapshot, const char *const *surroundings)
{
  GString *text = g_string_new ("Paddock " PACKAGE_VERSION "\n");

  for (gsize i = 0; surroundings[i] != NULL; i++)
    g_string_append_printf (text, "%s\n", surroundings[i]);
  for (guint i = 0; snapshot != NULL && i < snapshot->accounts->len; i++)
    append_account (text, i + 1, pdk_snapshot_get_account (snapshot, i));
  return g_string_free (text, FALSE);
}
