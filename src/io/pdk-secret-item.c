/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What an account's key is to libsecret: its schema and attributes, its label and value; and what libsecret's
 * errors are to a person. No state; any thread, but where a task is ended. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-secret-item.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "pdk-secret-call.h"
#include "pdk-session-bus.h"

#define PURPOSE "ollama-cloud"

static const SecretSchema schema = {
  .name = APPLICATION_ID,
  .flags = SECRET_SCHEMA_NONE,
  .attributes = { { "account", SECRET_SCHEMA_ATTRIBUTE_STRING },
                  { "purpose", SECRET_SCHEMA_ATTRIBUTE_STRING },
                  { NULL, 0 } },
};

static gboolean
is_nobody_there (const GError *cause)
{
  static const int codes[] = {
    G_DBUS_ERROR_SERVICE_UNKNOWN,   G_DBUS_ERROR_NAME_HAS_NO_OWNER,     G_DBUS_ERROR_SPAWN_EXEC_FAILED,
    G_DBUS_ERROR_SPAWN_FORK_FAILED, G_DBUS_ERROR_SPAWN_CHILD_EXITED,    G_DBUS_ERROR_SPAWN_CHILD_SIGNALED,
    G_DBUS_ERROR_SPAWN_FAILED,      G_DBUS_ERROR_SPAWN_SERVICE_INVALID, G_DBUS_ERROR_SPAWN_SERVICE_NOT_FOUND,
  };

  for (gsize i = 0; i < G_N_ELEMENTS (codes); i++)
    {
      if (g_error_matches (cause, G_DBUS_ERROR, codes[i]))
        return TRUE;
    }
  return FALSE;
}

/** pdk_secret_item_get_schema: Returns: (transfer none): the schema of keys of the cloud */
const SecretSchema *
pdk_secret_item_get_schema (void)
{
  return &schema;
}

/** pdk_secret_item_dup_attributes: Returns: (transfer full): what the key of an account is found by */
GHashTable *
pdk_secret_item_dup_attributes (const char *account_id)
{
  return secret_attributes_build (&schema, "account", account_id, "purpose", PURPOSE, (char *) NULL);
}

/** pdk_secret_item_dup_label: Returns: (transfer full): what keyrings show for the key of an account */
char *
pdk_secret_item_dup_label (const char *account_id)
{
  return g_strdup_printf (_ ("API key of Ollama Cloud (Paddock, account “%s”)"), account_id);
}

/** pdk_secret_item_value_new: Returns: (transfer full): @key, as libsecret stores it */
SecretValue *
pdk_secret_item_value_new (PdkSecret *key)
{
  const char *text = pdk_secret_get_text (key);

  return secret_value_new (text, (gssize) strlen (text), "text/plain");
}

/**
 * pdk_secret_item_return_value:
 * @task: the task of a call that looks up
 * @value: (nullable): what is stored
 *
 * Ends the call, unless it is done: with the key, with none, or with PDK_ERROR_MALFORMED.
 */
void
pdk_secret_item_return_value (GTask *task, SecretValue *value)
{
  gsize length = 0;
  const char *text = value != NULL ? secret_value_get (value, &length) : NULL;
  PdkSecret *key = text != NULL ? pdk_secret_new (text, length, NULL) : NULL;

  if (value != NULL && key == NULL)
    pdk_secret_call_fail (task, PDK_ERROR_MALFORMED,
                          _ ("what the keyring holds is no key; store it anew with “paddock login”"));
  else
    pdk_secret_call_return_key (task, key);
}

/**
 * pdk_secret_item_fail:
 * @task: the task of a call
 * @error: (transfer full): libsecret's
 * @is_open: whether the keyring had been reached before
 *
 * Ends the call, unless it is done, with what went wrong in words for a person.
 */
void
pdk_secret_item_fail (GTask *task, GError *error, gboolean is_open)
{
  g_autoptr (GError) cause = error;
  g_autofree char *shown = NULL, *sentence = NULL;

  if (is_nobody_there (cause))
    pdk_secret_call_fail (task, PDK_ERROR_NOT_FOUND, _ ("no keyring (Secret Service) runs in this session"));
  else if (g_error_matches (cause, SECRET_ERROR, SECRET_ERROR_IS_LOCKED))
    pdk_secret_call_fail (task, PDK_ERROR_PERMISSION, _ ("the keyring is locked"));
  else if (is_open && g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    pdk_secret_call_fail (task, PDK_ERROR_PERMISSION, _ ("the keyring's question was dismissed"));
  else if (!is_open && cause->domain == G_IO_ERROR && cause->code != G_IO_ERROR_DBUS_ERROR)
    pdk_secret_call_fail (task, PDK_ERROR_NOT_FOUND, _ ("there is no session bus to reach a keyring by"));
  else
    {
      shown = pdk_session_bus_dup_cause (cause);
      sentence = g_strdup_printf (_ ("the keyring refused: %s"), shown);
      pdk_secret_call_fail (task, PDK_ERROR_FAILED, sentence);
    }
}
