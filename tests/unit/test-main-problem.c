/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "pdk-main-problem.h"

/* 14:00 on the 15th of January 2025, in UTC. */
#define NOW_USEC (G_GINT64_CONSTANT (1736949600) * G_USEC_PER_SEC)

static const struct
{
  PdkSourceState state;
  gint64 observed_at_usec;
  const char *diagnostics[2];
  const char *found, *title;
} cases[] = {
  { PDK_SOURCE_STATE_OK, NOW_USEC, { NULL }, NULL, NULL },
  { PDK_SOURCE_STATE_OK, NOW_USEC, { "server_log_error" }, NULL, NULL },
  { PDK_SOURCE_STATE_OK, NOW_USEC, { "settings_error" }, "settings_error", "This Needs Your Attention" },
  { PDK_SOURCE_STATE_OK,
    NOW_USEC,
    { "cloud_rate_limited", "cloud_auth_failed" },
    "cloud_auth_failed",
    "This Needs Your Attention" },
  { PDK_SOURCE_STATE_FAILED,
    PDK_TIME_UNKNOWN,
    { "local_api_error" },
    "local_api_error",
    "The Server Does Not Answer" },
  { PDK_SOURCE_STATE_STALE,
    NOW_USEC - 60 * G_USEC_PER_SEC,
    { "local_api_error" },
    "local_api_error",
    "No Answer Since 13:59 · Last Known State" },
};

static PdkAccountSnapshot *
new_account (PdkSourceState state, gint64 observed_at_usec, const char *const *diagnostics)
{
  PdkAccountSnapshot *account = pdk_account_snapshot_new ("a", "ollama", "http://a", FALSE);
  g_autoptr (PdkFacts) more = pdk_facts_new ();
  g_autoptr (PdkFacts) facts = pdk_facts_new ();
  g_autoptr (PdkReading) reading = pdk_reading_new (state, observed_at_usec, facts);

  for (gsize i = 0; i < 2 && diagnostics[i] != NULL; i++)
    pdk_facts_set_diagnostic (more, diagnostics[i], "It is so.");
  pdk_account_snapshot_add_reading (account, "local_api", reading);
  pdk_account_snapshot_finish (account, more);
  return account;
}

static void
test_cases (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (PdkAccountSnapshot) account =
          new_account (cases[i].state, cases[i].observed_at_usec, cases[i].diagnostics);
      g_autofree char *title = NULL;

      g_test_message ("case %" G_GSIZE_FORMAT, i);
      g_assert_cmpstr (pdk_main_problem_find (account), ==, cases[i].found);
      if (cases[i].found == NULL)
        continue;
      title = pdk_main_problem_describe (account, NOW_USEC);
      g_assert_cmpstr (title, ==, cases[i].title);
    }
}

/* What the server would have relayed fails with it; what ollama.com is asked for by itself does not. */
static void
test_explained (void)
{
  static const char *const diagnostics[] = { "local_api_error", "cloud_error" };
  static const struct
  {
    PdkSourceState state;
    const char *auth_type;
    gboolean is_explained;
  } explained_cases[] = {
    { PDK_SOURCE_STATE_STALE, "local", TRUE },
    { PDK_SOURCE_STATE_STALE, "api_key", FALSE },
    { PDK_SOURCE_STATE_STALE, NULL, FALSE },
    { PDK_SOURCE_STATE_OK, "local", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (explained_cases); i++)
    {
      g_autoptr (PdkAccountSnapshot) account = new_account (explained_cases[i].state, NOW_USEC, diagnostics);

      if (explained_cases[i].auth_type != NULL)
        pdk_facts_set_attribute (account->facts, "auth_type", explained_cases[i].auth_type);
      g_assert_cmpint (pdk_main_problem_explains (account, "cloud_error"), ==,
                       explained_cases[i].is_explained);
      g_assert_cmpint (pdk_main_problem_explains (account, "local_api_error"), ==,
                       explained_cases[i].state != PDK_SOURCE_STATE_OK);
      g_assert_false (pdk_main_problem_explains (account, "server_log_error"));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/main-problem/cases", test_cases);
  g_test_add_func ("/main-problem/explained", test_explained);
  return g_test_run ();
}
