/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "pdk-secret-item.h"

#include <string.h>

#include "pdk-secret-call.h"

static void
on_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask **done = user_data;

  *done = g_object_ref (G_TASK (result));
}

static GTask *
begin (GTask **done)
{
  GTask *task = g_task_new (NULL, NULL, on_done, done);

  pdk_secret_call_begin (task, PDK_SECRET_ACTION_LOOKUP, "one", NULL);
  return task;
}

/* Returns: (transfer full) (nullable): the key that the call ended with */
static PdkSecret *
wait_for_key (GTask **done, GError **error)
{
  PdkSecret *key;

  while (*done == NULL)
    g_main_context_iteration (NULL, TRUE);
  key = g_task_propagate_pointer (*done, error);
  g_clear_object (done);
  return key;
}

/* Other programs find the key by these. */
static void
test_attributes (void)
{
  g_autoptr (GHashTable) attributes = pdk_secret_item_dup_attributes ("one");
  g_autofree char *label = pdk_secret_item_dup_label ("one");

  g_assert_cmpstr (pdk_secret_item_get_schema ()->name, ==, "io.github.paddock.Paddock");
  g_assert_cmpuint (g_hash_table_size (attributes), ==, 2);
  g_assert_cmpstr (g_hash_table_lookup (attributes, "account"), ==, "one");
  g_assert_cmpstr (g_hash_table_lookup (attributes, "purpose"), ==, "ollama-cloud");
  g_assert_cmpstr (label, ==, "API key of Ollama Cloud (Paddock, account “one”)");
}

static void
test_value (void)
{
  g_autoptr (PdkSecret) key = pdk_secret_new ("sk-one", strlen ("sk-one"), NULL), answer = NULL;
  g_autoptr (SecretValue) value = pdk_secret_item_value_new (key);
  g_autoptr (GTask) done = NULL, task = begin (&done);
  g_autoptr (GError) error = NULL;

  g_assert_cmpstr (secret_value_get_text (value), ==, "sk-one");
  pdk_secret_item_return_value (task, value);
  answer = wait_for_key (&done, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (pdk_secret_get_text (answer), ==, "sk-one");
}

static void
test_no_value (void)
{
  g_autoptr (GTask) done = NULL, task = begin (&done);
  g_autoptr (GError) error = NULL;

  pdk_secret_item_return_value (task, NULL);
  g_assert_null (wait_for_key (&done, &error));
  g_assert_no_error (error);
}

static void
test_odd_value (void)
{
  g_autoptr (SecretValue) value = secret_value_new ("\n\033", 2, "text/plain");
  g_autoptr (GTask) done = NULL, task = begin (&done);
  g_autoptr (GError) error = NULL;

  pdk_secret_item_return_value (task, value);
  g_assert_null (wait_for_key (&done, &error));
  g_assert_error (error, PDK_ERROR, PDK_ERROR_MALFORMED);
}

static void
assert_told (GError *cause, gboolean is_open, int code, const char *sentence)
{
  g_autoptr (GTask) done = NULL, task = begin (&done);
  g_autoptr (GError) error = NULL;

  pdk_secret_item_fail (task, cause, is_open);
  g_assert_null (wait_for_key (&done, &error));
  g_assert_error (error, PDK_ERROR, code);
  g_assert_cmpstr (error->message, ==, sentence);
}

static void
test_errors (void)
{
  const char *nobody = "no keyring (Secret Service) runs in this session";

  assert_told (g_error_new_literal (G_DBUS_ERROR, G_DBUS_ERROR_SERVICE_UNKNOWN, "x"), FALSE,
               PDK_ERROR_NOT_FOUND, nobody);
  assert_told (g_error_new_literal (G_DBUS_ERROR, G_DBUS_ERROR_SPAWN_CHILD_EXITED, "x"), FALSE,
               PDK_ERROR_NOT_FOUND, nobody);
  assert_told (g_error_new_literal (SECRET_ERROR, SECRET_ERROR_IS_LOCKED, "x"), TRUE, PDK_ERROR_PERMISSION,
               "the keyring is locked");
  assert_told (g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "x"), TRUE, PDK_ERROR_PERMISSION,
               "the keyring's question was dismissed");
  assert_told (g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED, "x"), FALSE,
               PDK_ERROR_NOT_FOUND, "there is no session bus to reach a keyring by");
  assert_told (g_dbus_error_new_for_dbus_error ("org.example.Refused", "the disk\nis full"), TRUE,
               PDK_ERROR_FAILED, "the keyring refused: the disk�is full");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/secret-item/attributes", test_attributes);
  g_test_add_func ("/secret-item/value", test_value);
  g_test_add_func ("/secret-item/no-value", test_no_value);
  g_test_add_func ("/secret-item/odd-value", test_odd_value);
  g_test_add_func ("/secret-item/errors", test_errors);
  return g_test_run ();
}
