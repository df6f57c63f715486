/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "pdk-snapshot.h"

static PdkReading *
new_reading (
    PdkSourceState state, gint64 observed_at_usec, const char *metric, double value, const char *diagnostic)
{
  g_autoptr (PdkFacts) facts = pdk_facts_new ();

  if (metric != NULL)
    pdk_facts_set_metric (facts, metric, value, "x", NULL);
  if (diagnostic != NULL)
    pdk_facts_set_diagnostic (facts, diagnostic, "It is so.");
  return pdk_reading_new (state, observed_at_usec, facts);
}

static void
add (PdkAccountSnapshot *account, const char *source, PdkSourceState state, const char *metric, double value)
{
  g_autoptr (PdkReading) reading = new_reading (state, 1, metric, value, NULL);

  pdk_account_snapshot_add_reading (account, source, reading);
}

static double
get_number (const PdkFacts *facts, const char *name)
{
  double value = -1;

  pdk_facts_get_number (facts, name, &value);
  return value;
}

static void
test_names (void)
{
  g_assert_cmpstr (pdk_source_state_to_string (PDK_SOURCE_STATE_OK), ==, "ok");
  g_assert_cmpstr (pdk_source_state_to_string (PDK_SOURCE_STATE_ABSENT), ==, "absent");
  g_assert_cmpstr (pdk_source_state_to_string (PDK_SOURCE_STATE_STALE), ==, "stale");
  g_assert_cmpstr (pdk_source_state_to_string (PDK_SOURCE_STATE_FAILED), ==, "failed");
  g_assert_cmpstr (pdk_account_status_to_string (PDK_ACCOUNT_STATUS_OK), ==, "ok");
  g_assert_cmpstr (pdk_account_status_to_string (PDK_ACCOUNT_STATUS_AUTH), ==, "auth");
  g_assert_cmpstr (pdk_account_status_to_string (PDK_ACCOUNT_STATUS_LIMITED), ==, "limited");
  g_assert_cmpstr (pdk_account_status_to_string (PDK_ACCOUNT_STATUS_UNKNOWN), ==, "unknown");
}

static void
test_stale (void)
{
  g_autoptr (PdkReading) good = new_reading (PDK_SOURCE_STATE_OK, 100, "models_total", 7, "local_api_error");
  g_autoptr (PdkFacts) failure = pdk_facts_new ();
  g_autoptr (PdkReading) failed = NULL;
  g_autoptr (PdkReading) stale = NULL;

  pdk_facts_set_diagnostic (failure, "local_api_error", "It is gone.");
  failed = pdk_reading_new (PDK_SOURCE_STATE_FAILED, 200, failure);
  stale = pdk_reading_new_stale (good, failed);
  g_assert_cmpint (stale->state, ==, PDK_SOURCE_STATE_STALE);
  g_assert_cmpint (stale->observed_at_usec, ==, 100);
  g_assert_cmpfloat (get_number (stale->facts, "models_total"), ==, 7);
  g_assert_cmpstr (pdk_facts_get_diagnostic (stale->facts, "local_api_error"), ==, "It is gone.");
  g_assert_cmpint (good->state, ==, PDK_SOURCE_STATE_OK);
  g_assert_cmpstr (pdk_facts_get_diagnostic (good->facts, "local_api_error"), ==, "It is so.");
}

static void
test_precedence (void)
{
  g_autoptr (PdkAccountSnapshot) account = pdk_account_snapshot_new ("a", "ollama", NULL, FALSE);
  g_autoptr (PdkFacts) more = pdk_facts_new ();

  pdk_facts_set_metric (more, "more", 1, "x", NULL);
  add (account, "first", PDK_SOURCE_STATE_STALE, "both", 1);
  add (account, "second", PDK_SOURCE_STATE_OK, "both", 2);
  add (account, "third", PDK_SOURCE_STATE_OK, "both", 3);
  add (account, "fourth", PDK_SOURCE_STATE_STALE, "only_stale", 4);
  add (account, "fifth", PDK_SOURCE_STATE_STALE, "only_stale", 5);
  add (account, "sixth", PDK_SOURCE_STATE_FAILED, "only_failed", 6);
  add (account, "seventh", PDK_SOURCE_STATE_OK, "more", 7);
  add (account, "eighth", PDK_SOURCE_STATE_PENDING, "pending", 8);
  add (account, "ninth", PDK_SOURCE_STATE_ABSENT, "absent", 9);
  pdk_account_snapshot_finish (account, more);
  g_assert_cmpfloat (get_number (account->facts, "both"), ==, 2);
  g_assert_cmpfloat (get_number (account->facts, "only_stale"), ==, 4);
  g_assert_cmpfloat (get_number (account->facts, "only_failed"), ==, 6);
  g_assert_cmpfloat (get_number (account->facts, "more"), ==, 1);
  g_assert_cmpfloat (get_number (account->facts, "absent"), ==, 9);
  g_assert_null (pdk_facts_get_metric (account->facts, "pending"));
  g_assert_cmpint (pdk_account_snapshot_get_reading (account, "fourth")->state, ==, PDK_SOURCE_STATE_STALE);
  g_assert_null (pdk_account_snapshot_get_reading (account, "tenth"));
}

/* What only stands in for other sources does not go before any of them, not even before one that is stale. */
static void
test_fallback (void)
{
  g_autoptr (PdkAccountSnapshot) account = pdk_account_snapshot_new ("a", "ollama", NULL, FALSE);
  g_autoptr (PdkFacts) facts = pdk_facts_new ();
  g_autoptr (PdkReading) fallback = NULL;
  g_autoptr (PdkReading) stale = NULL;

  pdk_facts_set_metric (facts, "both", 1, "x", NULL);
  pdk_facts_set_metric (facts, "alone", 2, "x", NULL);
  fallback = pdk_reading_new (PDK_SOURCE_STATE_OK, 100, facts);
  fallback->is_fallback = TRUE;
  pdk_account_snapshot_add_reading (account, "first", fallback);
  add (account, "second", PDK_SOURCE_STATE_STALE, "both", 3);
  pdk_account_snapshot_finish (account, NULL);
  g_assert_cmpfloat (get_number (account->facts, "both"), ==, 3);
  g_assert_cmpfloat (get_number (account->facts, "alone"), ==, 2);
  stale = pdk_reading_new_stale (fallback, fallback);
  g_assert_true (stale->is_fallback);
}

/* The part of a reading that is fresh keeps the precedence of its source; the older part has that of all that
 * is stale. */
static void
test_partly_stale (void)
{
  g_autoptr (PdkAccountSnapshot) account = pdk_account_snapshot_new ("a", "ollama", NULL, FALSE);
  g_autoptr (PdkFacts) fresh = pdk_facts_new ();
  g_autoptr (PdkFacts) older = pdk_facts_new ();
  g_autoptr (PdkReading) reading = NULL;

  pdk_facts_set_metric (fresh, "fresh", 1, "x", NULL);
  pdk_facts_set_metric (older, "fresh", 0, "x", NULL);
  pdk_facts_set_metric (older, "older", 1, "x", NULL);
  pdk_facts_set_metric (older, "only_older", 1, "x", NULL);
  reading = pdk_reading_new_partly_stale (100, fresh, older);
  g_assert_cmpint (reading->state, ==, PDK_SOURCE_STATE_STALE);
  g_assert_cmpint (reading->observed_at_usec, ==, 100);
  g_assert_cmpfloat (get_number (reading->facts, "fresh"), ==, 1);
  g_assert_cmpfloat (get_number (reading->facts, "only_older"), ==, 1);

  pdk_account_snapshot_add_reading (account, "first", reading);
  add (account, "second", PDK_SOURCE_STATE_OK, "fresh", 2);
  add (account, "third", PDK_SOURCE_STATE_OK, "older", 3);
  pdk_account_snapshot_finish (account, NULL);
  g_assert_cmpfloat (get_number (account->facts, "fresh"), ==, 1);
  g_assert_cmpfloat (get_number (account->facts, "older"), ==, 3);
  g_assert_cmpfloat (get_number (account->facts, "only_older"), ==, 1);
}

static const struct
{
  const char *name;
  gboolean is_cloud_only;
  const char *metric, *diagnostic; /* (nullable) */
  PdkAccountStatus status;
  gboolean has_data;
} status_cases[] = {
  { "nothing", FALSE, NULL, NULL, PDK_ACCOUNT_STATUS_UNKNOWN, FALSE },
  { "no server", FALSE, NULL, "local_api_error", PDK_ACCOUNT_STATUS_UNKNOWN, FALSE },
  { "data", FALSE, "models_total", NULL, PDK_ACCOUNT_STATUS_OK, TRUE },
  { "data, no cloud", FALSE, "models_total", "cloud_auth_failed", PDK_ACCOUNT_STATUS_OK, TRUE },
  { "data, cloud limited", FALSE, "models_total", "cloud_rate_limited", PDK_ACCOUNT_STATUS_OK, TRUE },
  { "nothing, no cloud", FALSE, NULL, "cloud_auth_failed", PDK_ACCOUNT_STATUS_UNKNOWN, FALSE },
  { "cloud", TRUE, "usage_weekly", NULL, PDK_ACCOUNT_STATUS_OK, TRUE },
  { "cloud, nothing", TRUE, NULL, NULL, PDK_ACCOUNT_STATUS_UNKNOWN, FALSE },
  { "cloud, unreachable", TRUE, NULL, "cloud_error", PDK_ACCOUNT_STATUS_UNKNOWN, FALSE },
  { "cloud, bad key", TRUE, NULL, "cloud_auth_failed", PDK_ACCOUNT_STATUS_AUTH, FALSE },
  { "cloud, bad key, data", TRUE, "usage_weekly", "cloud_auth_failed", PDK_ACCOUNT_STATUS_AUTH, TRUE },
  { "cloud, limited", TRUE, NULL, "cloud_rate_limited", PDK_ACCOUNT_STATUS_LIMITED, FALSE },
  { "cloud, limited, data", TRUE, "usage_weekly", "cloud_rate_limited", PDK_ACCOUNT_STATUS_LIMITED, TRUE },
};

static void
test_status (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (status_cases); i++)
    {
      g_autoptr (PdkSnapshot) snapshot = pdk_snapshot_new (1);
      PdkAccountSnapshot *account =
          pdk_account_snapshot_new ("a", "ollama", NULL, status_cases[i].is_cloud_only);
      g_autoptr (PdkReading) reading =
          new_reading (status_cases[i].metric != NULL ? PDK_SOURCE_STATE_OK : PDK_SOURCE_STATE_FAILED, 1,
                       status_cases[i].metric, 1, status_cases[i].diagnostic);

      pdk_account_snapshot_add_reading (account, "source", reading);
      pdk_account_snapshot_finish (account, NULL);
      pdk_snapshot_take_account (snapshot, account);
      g_test_message ("%s", status_cases[i].name);
      g_assert_cmpint (account->status, ==, status_cases[i].status);
      g_assert_cmpint (pdk_snapshot_has_data (snapshot), ==, status_cases[i].has_data);
    }
}

static void
test_accounts (void)
{
  g_autoptr (PdkSnapshot) snapshot = pdk_snapshot_new (42);
  g_autoptr (PdkSnapshot) empty = pdk_snapshot_new (43);
  g_autoptr (PdkSnapshot) kept = NULL;
  PdkAccountSnapshot *first = pdk_account_snapshot_new ("first", "ollama", "http://a", FALSE);
  PdkAccountSnapshot *second = pdk_account_snapshot_new ("second", "ollama", NULL, FALSE);

  pdk_account_snapshot_finish (first, NULL);
  add (second, "source", PDK_SOURCE_STATE_OK, "models_total", 1);
  pdk_account_snapshot_finish (second, NULL);
  pdk_snapshot_take_account (snapshot, first);
  g_assert_false (pdk_snapshot_has_data (snapshot));
  pdk_snapshot_take_account (snapshot, second);
  g_assert_true (pdk_snapshot_has_data (snapshot));
  g_assert_false (pdk_snapshot_has_data (empty));
  g_assert_cmpint (snapshot->generated_at_usec, ==, 42);
  g_assert_cmpstr (pdk_snapshot_get_account (snapshot, 0)->base_url, ==, "http://a");
  g_assert_null (pdk_snapshot_get_account (snapshot, 1)->base_url);

  kept = pdk_snapshot_ref (snapshot);
  g_assert_true (kept == snapshot);
  g_clear_pointer (&snapshot, pdk_snapshot_unref);
  second = pdk_snapshot_get_account (kept, 1);
  g_assert_cmpstr (second->id, ==, "second");
  g_assert_cmpfloat (get_number (second->facts, "models_total"), ==, 1);
}

static void
test_only (void)
{
  g_autoptr (PdkSnapshot) snapshot = pdk_snapshot_new (7);
  g_autoptr (PdkSnapshot) second = NULL;
  g_autoptr (PdkSnapshot) unknown = NULL;

  pdk_snapshot_take_account (snapshot, pdk_account_snapshot_new ("a", "ollama", NULL, FALSE));
  pdk_snapshot_take_account (snapshot, pdk_account_snapshot_new ("b", "ollama", NULL, FALSE));
  second = pdk_snapshot_dup_only (snapshot, "b");
  g_assert_cmpuint (second->accounts->len, ==, 1);
  g_assert_cmpint (second->generated_at_usec, ==, 7);
  g_assert_true (pdk_snapshot_get_account (second, 0) == pdk_snapshot_get_account (snapshot, 1));
  unknown = pdk_snapshot_dup_only (snapshot, "c");
  g_assert_true (unknown == snapshot);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/snapshot/only", test_only);
  g_test_add_func ("/snapshot/names", test_names);
  g_test_add_func ("/snapshot/stale", test_stale);
  g_test_add_func ("/snapshot/precedence", test_precedence);
  g_test_add_func ("/snapshot/fallback", test_fallback);
  g_test_add_func ("/snapshot/partly-stale", test_partly_stale);
  g_test_add_func ("/snapshot/status", test_status);
  g_test_add_func ("/snapshot/accounts", test_accounts);
  return g_test_run ();
}
