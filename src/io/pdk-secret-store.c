/* SPDX-License-Identifier: GPL-3.0-or-later */

/* API keys of accounts in the keyring of the user's session: what is asked, and which way it goes. Every call
 * reaches the keyring anew, which has five seconds to answer. In a build without libsecret there is no key,
 * and none can be stored. Main context; nothing blocks. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-secret-store.h"

#include <glib/gi18n-lib.h>

#include "pdk-secret-call.h"

#if HAVE_SECRET

#include "pdk-sandbox.h"
#include "pdk-secret-portal.h"
#include "pdk-secret-service.h"
#include "pdk-session-bus.h"

static void
run (GTask *task)
{
  if (!pdk_session_bus_has_address ())
    pdk_secret_call_fail (task, PDK_ERROR_NOT_FOUND, _ ("there is no session bus to reach a keyring by"));
  else if (pdk_sandbox_is_flatpak ())
    pdk_secret_portal_run (task);
  else
    pdk_secret_service_run (task);
}

#else

static void
run (GTask *task)
{
  const PdkSecretCall *call = g_task_get_task_data (task);

  if (call->action == PDK_SECRET_ACTION_LOOKUP)
    pdk_secret_call_return_key (task, NULL);
  else
    pdk_secret_call_fail (task, PDK_ERROR_NOT_FOUND, _ ("this build of Paddock uses no keyring"));
}

#endif

/* @task: (transfer full) */
static void
start (GTask *task, gpointer tag, PdkSecretAction action, const char *account_id, PdkSecret *key)
{
  g_task_set_source_tag (task, tag);
  pdk_secret_call_begin (task, action, account_id, key);
  run (task);
  g_object_unref (task);
}

/**
 * pdk_secret_store_lookup_async:
 * @account_id: the account
 * @cancellable: (nullable): to give up
 * @callback: called in the thread-default main context, within five seconds
 * @user_data: for @callback
 *
 * Looks for the key of an account, without asking the person to unlock anything.
 */
void
pdk_secret_store_lookup_async (const char *account_id,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  start (g_task_new (NULL, cancellable, callback, user_data), pdk_secret_store_lookup_async,
         PDK_SECRET_ACTION_LOOKUP, account_id, NULL);
}

/**
 * pdk_secret_store_lookup_finish:
 * @result: the result
 * @error: return location for PDK_ERROR_NOT_FOUND when there is no keyring, PDK_ERROR_PERMISSION when it is
 *   locked, PDK_ERROR_TIMED_OUT, PDK_ERROR_MALFORMED when what it holds is no key, PDK_ERROR_FAILED, and
 *   G_IO_ERROR_CANCELLED
 *
 * Returns: (transfer full) (nullable): the key; NULL without @error when none is stored
 */
PdkSecret *
pdk_secret_store_lookup_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, pdk_secret_store_lookup_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * pdk_secret_store_store_async:
 * @account_id: the account
 * @key: (transfer none): its key, in place of any other
 * @cancellable: (nullable): to give up
 * @callback: called in the thread-default main context; within five seconds when the keyring is silent,
 *   within two minutes when it asks the person something
 * @user_data: for @callback
 */
void
pdk_secret_store_store_async (const char *account_id,
                              PdkSecret *key,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  start (g_task_new (NULL, cancellable, callback, user_data), pdk_secret_store_store_async,
         PDK_SECRET_ACTION_STORE, account_id, key);
}

/**
 * pdk_secret_store_store_finish:
 * @result: the result
 * @error: return location for the errors of pdk_secret_store_lookup_finish() without PDK_ERROR_MALFORMED
 *
 * Returns: whether the key is stored
 */
gboolean
pdk_secret_store_store_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, pdk_secret_store_store_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * pdk_secret_store_clear_async:
 * @account_id: the account whose key is to go
 * @cancellable: (nullable): to give up
 * @callback: called as that of pdk_secret_store_store_async() is
 * @user_data: for @callback
 */
void
pdk_secret_store_clear_async (const char *account_id,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  start (g_task_new (NULL, cancellable, callback, user_data), pdk_secret_store_clear_async,
         PDK_SECRET_ACTION_CLEAR, account_id, NULL);
}

/**
 * pdk_secret_store_clear_finish:
 * @result: the result
 * @was_there: (out): whether there was a key
 * @error: return location for the errors of pdk_secret_store_store_finish()
 *
 * Returns: whether no key is stored any more
 */
gboolean
pdk_secret_store_clear_finish (GAsyncResult *result, gboolean *was_there, GError **error)
{
  GError *cause = NULL;

  g_return_val_if_fail (g_async_result_is_tagged (result, pdk_secret_store_clear_async), FALSE);

  *was_there = g_task_propagate_boolean (G_TASK (result), &cause);
  if (cause == NULL)
    return TRUE;
  g_propagate_error (error, cause);
  return FALSE;
}
