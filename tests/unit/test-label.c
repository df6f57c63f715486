/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "pdk-label.h"

static PdkSnapshot *snapshot;

static void
add_account (const char *id, double requests, double vram_bytes)
{
  PdkAccountSnapshot *account = pdk_account_snapshot_new (id, "ollama", id, FALSE);

  pdk_facts_set_metric (account->facts, "requests_today", requests, "requests", "today");
  pdk_facts_set_metric (account->facts, "loaded_vram_bytes", vram_bytes, "bytes", NULL);
  pdk_facts_set_metric (account->facts, "p50_latency_ms_today", 1500, "ms", "today");
  pdk_facts_set_attribute (account->facts, "server_version", "0.40.12");
  pdk_snapshot_take_account (snapshot, account);
}

static void
assert_label (PdkLabelMode mode, const char *label_template, const char *expected)
{
  g_autofree char *label = pdk_label_for_snapshot (snapshot, mode, label_template, "the message");

  g_assert_cmpstr (label, ==, expected);
}

static void
test_modes (void)
{
  snapshot = pdk_snapshot_new (0);
  assert_label (PDK_LABEL_STATUS, NULL, "the message");
  assert_label (PDK_LABEL_NONE, NULL, "");
  assert_label (PDK_LABEL_SHORT, NULL, "");
  add_account ("a", 5, 0);
  assert_label (PDK_LABEL_SHORT, NULL, "5 req");
  add_account ("b", 37, 3.5e9);
  assert_label (PDK_LABEL_SHORT, NULL, "42 req · 3.5\u00a0GB");
  g_clear_pointer (&snapshot, pdk_snapshot_unref);
}

/* A part with something that is not known goes, and its joint with it. */
static void
test_template (void)
{
  snapshot = pdk_snapshot_new (0);
  add_account ("a", 5, 3.5e9);
  add_account ("b", 3, 1e9);
  assert_label (PDK_LABEL_TEMPLATE, "{requests_today}", "8");
  assert_label (PDK_LABEL_TEMPLATE, "{requests_today} req, {loaded_vram_bytes}", "8 req, 4.5\u00a0GB");
  assert_label (PDK_LABEL_TEMPLATE, "{nothing_such} a, {requests_today} req · {nothing_such}", "8 req");
  assert_label (PDK_LABEL_TEMPLATE, "{requests_today} req · {nothing_such} | v{server_version}",
                "8 req | v0.40.12");
  assert_label (PDK_LABEL_TEMPLATE, "{p50_latency_ms_today}", "1.5\u00a0s");
  assert_label (PDK_LABEL_TEMPLATE, "{nothing_such}", "");
  assert_label (PDK_LABEL_TEMPLATE, "Ollama, {nothing_such}", "Ollama");
  g_clear_pointer (&snapshot, pdk_snapshot_unref);
}

/* What the server tells is there once; what a log tells is counted for one of them anyway. */
static void
test_accounts_of_one_server (void)
{
  snapshot = pdk_snapshot_new (0);
  add_account ("http://a", 5, 3.5e9);
  add_account ("http://a", 3, 3.5e9);
  add_account ("http://b", 1, 1e9);
  assert_label (PDK_LABEL_TEMPLATE, "{requests_today} req, {loaded_vram_bytes}", "9 req, 4.5\u00a0GB");
  g_clear_pointer (&snapshot, pdk_snapshot_unref);
}

static void
assert_is_cut (const char *label_template, const char *end)
{
  g_autofree char *label = pdk_label_for_snapshot (snapshot, PDK_LABEL_TEMPLATE, label_template, "");

  g_assert_true (g_utf8_validate (label, -1, NULL));
  g_assert_cmpint (g_utf8_strlen (label, -1), <=, 120);
  g_assert_true (g_str_has_suffix (label, end));
}

/* Braces that mean nothing are text; and what is cut says so. */
static void
test_odd_templates (void)
{
  g_autofree char *words = g_strnfill (130, 'x');
  g_autofree char *label = NULL;
  g_autofree char *beyond = g_strconcat (words, "{requests_today}", NULL);
  GString *amid = g_string_new ("{requests_today}");

  snapshot = pdk_snapshot_new (0);
  add_account ("a", 12345, 0);
  assert_label (PDK_LABEL_TEMPLATE, "{requests_today", "{requests_today");
  assert_label (PDK_LABEL_TEMPLATE, "requests_today}", "requests_today}");
  assert_label (PDK_LABEL_TEMPLATE, "{}", "");
  assert_label (PDK_LABEL_TEMPLATE, "{{server_version}}", "");
  assert_label (PDK_LABEL_TEMPLATE, "}{ {server_version}", "");
  assert_label (PDK_LABEL_TEMPLATE, "%s%n {server_version}", "%s%n 0.40.12");
  assert_label (PDK_LABEL_TEMPLATE, "a\nb {server_version}", "a\uFFFDb 0.40.12");
  assert_is_cut (beyond, "x…");
  /* A sentence on what is wrong may be long; the menu and the window have all of it. */
  label = pdk_label_for_snapshot (snapshot, PDK_LABEL_STATUS, NULL, beyond);
  g_assert_cmpint (g_utf8_strlen (label, -1), ==, 120);
  g_assert_true (g_str_has_suffix (label, "x…"));
  while (amid->len < 16 * 30)
    g_string_append (amid, "{requests_today}");
  assert_is_cut (amid->str, "…");
  g_string_free (amid, TRUE);
  g_clear_pointer (&snapshot, pdk_snapshot_unref);
}

static void
test_guide (void)
{
  g_autofree char *guide = pdk_label_make_guide ("142 req today, 6 req 5h, 7 models");

  g_assert_cmpstr (guide, ==, "000 req today, 00 req 5h, 00 models");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/label/modes", test_modes);
  g_test_add_func ("/label/template", test_template);
  g_test_add_func ("/label/accounts-of-one-server", test_accounts_of_one_server);
  g_test_add_func ("/label/odd-templates", test_odd_templates);
  g_test_add_func ("/label/guide", test_guide);
  return g_test_run ();
}
