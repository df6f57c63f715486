/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "pdk-error.h"
#include "pdk-settings-edit.h"
#include "pdk-settings.h"

#include <string.h>

static char *
apply (PdkSettingsEdit *edit, const char *text, GError **error)
{
  return pdk_settings_edit_apply (edit, text, strlen (text), "/base", NULL, error);
}

static JsonNode *
number (double value)
{
  return json_node_init_double (json_node_alloc (), value);
}

/* Both texts as the same JSON. */
static void
assert_becomes (PdkSettingsEdit *edit, const char *before, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *after = apply (edit, before, &error);
  g_autoptr (JsonNode) got = NULL;
  g_autoptr (JsonNode) wanted = json_from_string (expected, NULL);
  g_autofree char *got_text = NULL;
  g_autofree char *wanted_text = json_to_string (wanted, FALSE);

  g_assert_no_error (error);
  g_assert_true (g_str_has_suffix (after, "}\n"));
  got = json_from_string (after, NULL);
  got_text = json_to_string (got, FALSE);
  g_assert_cmpstr (got_text, ==, wanted_text);
  pdk_settings_edit_unref (edit);
}

static PdkSettingsEdit *
edit_string (const char *account, const char *key, const char *value)
{
  PdkSettingsEdit *edit = pdk_settings_edit_new ();

  pdk_settings_edit_set_string (edit, account, key, value);
  return edit;
}

static void
test_top_level (void)
{
  PdkSettingsEdit *edit = pdk_settings_edit_new ();

  pdk_settings_edit_set (edit, NULL, "poll_interval_seconds", number (7));
  pdk_settings_edit_set (edit, NULL, "notifications.silent",
                         json_node_init_boolean (json_node_alloc (), TRUE));
  pdk_settings_edit_set_string (edit, NULL, "label", NULL);
  assert_becomes (
      edit, "{\"x\": [1, {\"y\": null}], \"label\": \"none\", \"poll_interval_seconds\": 30, \"z\": \"ü\"}",
      "{\"x\": [1, {\"y\": null}], \"poll_interval_seconds\": 7.0, \"z\": \"ü\","
      " \"notifications\": {\"silent\": true}}");

  edit = pdk_settings_edit_new ();
  pdk_settings_edit_set (edit, NULL, "notifications.silent", NULL);
  pdk_settings_edit_set (edit, NULL, "nothing.there", NULL);
  assert_becomes (edit, "{\"notifications\": {\"silent\": true, \"thresholds\": [50]}}",
                  "{\"notifications\": {\"thresholds\": [50]}}");
}

static void
test_no_file (void)
{
  assert_becomes (edit_string (NULL, "label", "none"), "", "{\"label\": \"none\"}");
  assert_becomes (
      edit_string ("ollama", "base_url", "http://a:1"), "",
      "{\"accounts\": [{\"id\": \"ollama\", \"provider\": \"ollama\", \"base_url\": \"http://a:1\"}]}");
}

/* Accounts of others are left alone, and those without an id are known by the one that they get. */
static void
test_accounts (void)
{
  static const char before[] =
      "{\"accounts\": [{\"provider\": \"other\", \"id\": \"ollama\"}, {\"base_url\": \"http://a:1\"},"
      " {\"id\": \"ollama-2\", \"base_url\": \"http://b:1\"}, {\"base_url\": \"http://c:1\", \"mine\": 1}]}";
  PdkSettingsEdit *edit = pdk_settings_edit_new ();

  pdk_settings_edit_set_string (edit, "ollama-3", "base_url", "http://d:1");
  pdk_settings_edit_set_string (edit, "ollama", "journal_unit", "");
  pdk_settings_edit_remove_account (edit, "ollama-2");
  pdk_settings_edit_remove_account (edit, "nobody");
  assert_becomes (edit, before,
                  "{\"accounts\": [{\"provider\": \"other\", \"id\": \"ollama\"},"
                  " {\"base_url\": \"http://a:1\", \"journal_unit\": \"\"},"
                  " {\"base_url\": \"http://d:1\", \"mine\": 1}]}");
}

/* A hint is changed where it stands. */
static void
test_hints (void)
{
  assert_becomes (
      edit_string ("a", "logs_dir", "/new"),
      "{\"accounts\": [{\"id\": \"a\", \"provider_paths\": {\"logs_dir\": \"/old\", \"k\": 1}}]}",
      "{\"accounts\": [{\"id\": \"a\", \"provider_paths\": {\"logs_dir\": \"/new\", \"k\": 1}}]}");
  assert_becomes (
      edit_string ("a", "logs_dir", "/new"),
      "{\"accounts\": [{\"id\": \"a\", \"logs_dir\": \"/old\", \"paths\": {\"logs_dir\": \"/older\"}}]}",
      "{\"accounts\": [{\"id\": \"a\", \"logs_dir\": \"/new\", \"paths\": {}}]}");
  assert_becomes (edit_string ("a", "logs_dir", NULL),
                  "{\"accounts\": [{\"id\": \"a\", \"provider_paths\": {\"logs_dir\": \"/1\"},"
                  " \"paths\": {\"logs_dir\": \"/2\"}}]}",
                  "{\"accounts\": [{\"id\": \"a\", \"provider_paths\": {}, \"paths\": {}}]}");
  assert_becomes (edit_string ("a", "db_path", NULL),
                  "{\"accounts\": [{\"id\": \"a\", \"paths\": {\"app_db\": \"/1\"}}]}",
                  "{\"accounts\": [{\"id\": \"a\", \"paths\": {}}]}");
  assert_becomes (edit_string ("a", "logs_dir", "/new"), "{\"accounts\": [{\"id\": \"a\"}]}",
                  "{\"accounts\": [{\"id\": \"a\", \"logs_dir\": \"/new\"}]}");
}

static void
assert_refused (PdkSettingsEdit *edit, const char *before, const char *complaint)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (apply (edit, before, &error));
  g_assert_error (error, PDK_ERROR, PDK_ERROR_SETTINGS);
  g_assert_nonnull (strstr (error->message, complaint));
  pdk_settings_edit_unref (edit);
}

static void
test_refused (void)
{
  assert_refused (edit_string (NULL, "label", "none"), "{\"label\": ", "not valid JSON");
  assert_refused (edit_string (NULL, "label", "none"), "[]", "object");
  assert_refused (edit_string (NULL, "tray_icon", "round"), "{}", "tray_icon");
  assert_refused (edit_string ("a", "base_url", "ftp://x"), "{}", "base_url");
  assert_refused (edit_string ("a", "log_timezone", "Mars/Base"), "{}", "log_timezone");
  /* What is broken is for whoever broke it. */
  assert_refused (edit_string (NULL, "label", "none"), "{\"tray_icon\": 5}", "tray_icon");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/settings-edit/top-level", test_top_level);
  g_test_add_func ("/settings-edit/no-file", test_no_file);
  g_test_add_func ("/settings-edit/accounts", test_accounts);
  g_test_add_func ("/settings-edit/hints", test_hints);
  g_test_add_func ("/settings-edit/refused", test_refused);
  return g_test_run ();
}
