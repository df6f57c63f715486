/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One call on the keyring: what is asked, and how it ends, which is once. The keyring's answers are not
 * trusted to come: a call ends at its deadline, or when it is cancelled, whatever its way to the keyring is
 * still waiting for. The call is the data of its task. Main context. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-secret-call.h"

#include <glib/gi18n-lib.h>

#define ANSWER_SEC 5
/* To find and type the password of a keyring. */
#define PERSON_SEC 120

static void
call_free (gpointer data)
{
  PdkSecretCall *call = data;

  pdk_task_bounds_finish (&call->bounds);
  g_free (call->account_id);
  g_clear_pointer (&call->key, pdk_secret_unref);
  g_clear_object (&call->inner);
  g_free (call);
}

static gboolean
finish (GTask *task)
{
  PdkSecretCall *call = g_task_get_task_data (task);

  return pdk_task_bounds_finish (&call->bounds);
}

static gboolean
on_deadline (gpointer user_data)
{
  GTask *task = user_data;
  PdkSecretCall *call = g_task_get_task_data (task);
  g_autofree char *sentence =
      g_strdup_printf (_ ("the keyring did not answer within %u seconds"), call->deadline_sec);

  pdk_secret_call_fail (task, PDK_ERROR_TIMED_OUT, sentence);
  g_cancellable_cancel (call->inner);
  return G_SOURCE_REMOVE;
}

static gboolean
on_cancelled (GCancellable *cancellable, gpointer user_data)
{
  GTask *task = user_data;
  PdkSecretCall *call = g_task_get_task_data (task);

  if (finish (task))
    g_task_return_error_if_cancelled (task);
  g_cancellable_cancel (call->inner);
  return G_SOURCE_REMOVE;
}

static void
set_deadline (GTask *task, guint seconds)
{
  PdkSecretCall *call = g_task_get_task_data (task);

  call->deadline_sec = seconds;
  pdk_task_bounds_set_deadline (&call->bounds, task, seconds, on_deadline);
}

/**
 * pdk_secret_call_begin:
 * @task: the task of the call
 * @action: what is to be done
 * @account_id: with whose key
 * @key: (nullable): what is to be stored
 *
 * Makes the call the data of @task. From now on it fails when nobody ends it within five seconds.
 */
void
pdk_secret_call_begin (GTask *task, PdkSecretAction action, const char *account_id, PdkSecret *key)
{
  PdkSecretCall *call = g_new0 (PdkSecretCall, 1);

  call->action = action;
  call->account_id = g_strdup (account_id);
  call->key = key != NULL ? pdk_secret_ref (key) : NULL;
  call->inner = g_cancellable_new ();
  g_task_set_task_data (task, call, call_free);
  pdk_task_bounds_set_cancelled (&call->bounds, task, on_cancelled);
  set_deadline (task, ANSWER_SEC);
}

/** pdk_secret_call_wait_for_person: gives a call two minutes from now, as the keyring may ask something */
void
pdk_secret_call_wait_for_person (GTask *task)
{
  set_deadline (task, PERSON_SEC);
}

/** pdk_secret_call_is_done: Returns: whether what still comes for the call of @task is too late */
gboolean
pdk_secret_call_is_done (GTask *task)
{
  PdkSecretCall *call = g_task_get_task_data (task);

  return call->bounds.is_done;
}

/**
 * pdk_secret_call_return_key:
 * @task: the task of a call
 * @key: (transfer full) (nullable): what was found
 *
 * Ends a call, unless it is done.
 */
void
pdk_secret_call_return_key (GTask *task, PdkSecret *key)
{
  if (finish (task))
    g_task_return_pointer (task, key, (GDestroyNotify) pdk_secret_unref);
  else
    g_clear_pointer (&key, pdk_secret_unref);
}

/** pdk_secret_call_return_boolean: ends a call with @value, unless it is done */
void
pdk_secret_call_return_boolean (GTask *task, gboolean value)
{
  if (finish (task))
    g_task_return_boolean (task, value);
}

/** pdk_secret_call_fail: ends a call with an error of the domain PDK_ERROR, unless it is done */
void
pdk_secret_call_fail (GTask *task, PdkError code, const char *sentence)
{
  if (finish (task))
    g_task_return_new_error (task, PDK_ERROR, code, "%s", sentence);
}
