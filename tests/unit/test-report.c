/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "pdk-report.h"

#include <string.h>

static const char *const surroundings[] = { "GTK 3.24.38", "Desktop: GNOME", NULL };

static PdkSnapshot *
new_snapshot (const char *version)
{
  PdkSnapshot *snapshot = pdk_snapshot_new (0);
  PdkAccountSnapshot *account =
      pdk_account_snapshot_new ("secret-id", "ollama", "http://10.1.2.3:11434", FALSE);
  g_autoptr (PdkFacts) facts = pdk_facts_new ();
  g_autoptr (PdkFacts) more = pdk_facts_new ();
  g_autoptr (PdkReading) server = NULL;
  g_autoptr (PdkReading) log = NULL;

  pdk_facts_set_attribute (facts, "server_version", version);
  pdk_facts_set_attribute (facts, "account_email", "somebody@example.org");
  pdk_facts_set_metric (facts, "requests_today", 4711, "requests", "today");
  pdk_facts_set_diagnostic (facts, "server_log_error", "/home/somebody/.ollama/logs cannot be read.");
  server = pdk_reading_new (PDK_SOURCE_STATE_OK, 1, facts);
  log = pdk_reading_new (PDK_SOURCE_STATE_FAILED, 1, more);
  pdk_account_snapshot_add_reading (account, "local_api", server);
  pdk_account_snapshot_add_reading (account, "server_log", log);
  pdk_account_snapshot_finish (account, more);
  pdk_snapshot_take_account (snapshot, account);
  return snapshot;
}

/* All of it, so that nothing is in it that should not be. */
static void
test_all_of_it (void)
{
  g_autoptr (PdkSnapshot) snapshot = new_snapshot ("0.40.12");
  g_autofree char *text = pdk_report_new_text (snapshot, surroundings);

  g_assert_cmpstr (text, ==,
                   "Paddock " PACKAGE_VERSION "\n"
                   "GTK 3.24.38\n"
                   "Desktop: GNOME\n"
                   "\n"
                   "Account 1: ok, Ollama 0.40.12\n"
                   "  local_api: ok\n"
                   "  server_log: failed\n"
                   "  server_log_error\n");
}

static void
test_version_is_no_text (void)
{
  g_autoptr (PdkSnapshot) snapshot = new_snapshot ("1.0\n![x](http://a) and much more than that");
  g_autofree char *text = pdk_report_new_text (snapshot, surroundings);

  g_assert_nonnull (strstr (text, ", Ollama 1.0???x??http???a??and?much?more\n"));
}

static void
test_before_anything_is_known (void)
{
  g_autofree char *text = pdk_report_new_text (NULL, surroundings);

  g_assert_cmpstr (text, ==, "Paddock " PACKAGE_VERSION "\nGTK 3.24.38\nDesktop: GNOME\n");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/report/all-of-it", test_all_of_it);
  g_test_add_func ("/report/version-is-no-text", test_version_is_no_text);
  g_test_add_func ("/report/before-anything-is-known", test_before_anything_is_known);
  return g_test_run ();
}
