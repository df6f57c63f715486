/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "pdk-steps.h"

static GArray *
steps_of (const char *base_url, PdkSourceState state, gboolean is_refused)
{
  g_autoptr (PdkAccountSnapshot) account = pdk_account_snapshot_new ("local", "ollama", base_url, FALSE);
  g_autoptr (PdkFacts) facts = pdk_facts_new ();
  g_autoptr (PdkReading) reading = pdk_reading_new (state, 0, facts);

  reading->is_refused = is_refused;
  pdk_account_snapshot_add_reading (account, "local_api", reading);
  pdk_account_snapshot_finish (account, NULL);
  return pdk_steps_of_account (account);
}

static void
test_never_seen (void)
{
  g_autoptr (GArray) steps = steps_of ("http://127.0.0.1:11434", PDK_SOURCE_STATE_FAILED, TRUE);

  g_assert_cmpuint (steps->len, ==, 3);
  g_assert_cmpstr (g_array_index (steps, PdkStep, 0).command, ==, "systemctl start ollama");
  g_assert_cmpstr (g_array_index (steps, PdkStep, 1).command, ==, "ollama serve");
  g_assert_null (g_array_index (steps, PdkStep, 2).command);
  g_assert_cmpstr (g_array_index (steps, PdkStep, 2).link, ==, "https://ollama.com/download");
}

/* Who had a server does not need to get it. */
static void
test_gone (void)
{
  g_autoptr (GArray) steps = steps_of ("http://localhost:11434", PDK_SOURCE_STATE_STALE, TRUE);

  g_assert_cmpuint (steps->len, ==, 2);
  for (guint i = 0; i < steps->len; i++)
    g_assert_nonnull (g_array_index (steps, PdkStep, i).command);
}

static void
test_none (void)
{
  static const struct
  {
    const char *base_url;
    PdkSourceState state;
    gboolean is_refused;
  } cases[] = {
    { "http://127.0.0.1:11434", PDK_SOURCE_STATE_OK, FALSE },
    { "http://127.0.0.1:11434", PDK_SOURCE_STATE_PENDING, FALSE },
    { "http://127.0.0.1:11434", PDK_SOURCE_STATE_FAILED, FALSE },
    { "http://192.168.1.5:11434", PDK_SOURCE_STATE_FAILED, TRUE },
    { NULL, PDK_SOURCE_STATE_FAILED, TRUE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GArray) steps = steps_of (cases[i].base_url, cases[i].state, cases[i].is_refused);

      g_assert_cmpuint (steps->len, ==, 0);
    }
}

/* A reading that goes on after a failure tells why it failed. */
static void
test_stale_reading (void)
{
  g_autoptr (PdkFacts) facts = pdk_facts_new ();
  g_autoptr (PdkReading) good = pdk_reading_new (PDK_SOURCE_STATE_OK, 1, facts);
  g_autoptr (PdkReading) failed = pdk_reading_new (PDK_SOURCE_STATE_FAILED, 2, facts);
  g_autoptr (PdkReading) stale = NULL;

  failed->is_refused = TRUE;
  stale = pdk_reading_new_stale (good, failed);
  g_assert_true (stale->is_refused);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/steps/never-seen", test_never_seen);
  g_test_add_func ("/steps/gone", test_gone);
  g_test_add_func ("/steps/none", test_none);
  g_test_add_func ("/steps/stale-reading", test_stale_reading);
  return g_test_run ();
}
