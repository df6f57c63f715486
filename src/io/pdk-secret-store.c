/* SPDX-License-Identifier: GPL-3.0-or-later */

/* API keys of accounts in the keyring of the user's session (Secret Service API,
 * https://specifications.freedesktop.org/secret-service-spec/latest/). The only file with libsecret.
 *
 * Inside of a Flatpak libsecret chooses: a file of our own that is encrypted with the secret of the Secret
 * portal (https://flatpak.github.io/xdg-desktop-portal/docs/doc-org.freedesktop.portal.Secret.html), or that
 * keyring where there is no such portal.
 *
 * Every call opens the service anew, so that a keyring that is started or restarted later is found; it has
 * five seconds to answer. Looking up never asks the person anything: a keyring that is locked is an error.
 * Storing and clearing may, and then wait for a person. The keyring's answers are not trusted to come: a call
 * ends at its deadline, or when it is cancelled, whatever libsecret is still waiting for. Main context. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-secret-store.h"

#include <glib/gi18n-lib.h>
#include <libsecret/secret.h>
#include <string.h>

#include "pdk-error.h"
#include "pdk-sandbox.h"
#include "pdk-session-bus.h"
#include "pdk-text.h"

#define ANSWER_SEC 5
/* To find and type the password of a keyring. */
#define PERSON_SEC 120
#define PURPOSE "ollama-cloud"
#define MAX_CAUSE_BYTES 256

static const SecretSchema schema = {
  .name = APPLICATION_ID,
  .flags = SECRET_SCHEMA_NONE,
  .attributes = { { "account", SECRET_SCHEMA_ATTRIBUTE_STRING },
                  { "purpose", SECRET_SCHEMA_ATTRIBUTE_STRING },
                  { NULL, 0 } },
};

typedef void (*RunFunc) (GTask *task);

/* One call, the data of its task. */
typedef struct
{
  RunFunc run; /* what to do once the service is open */
  char *account_id;
  PdkSecret *key; /* (nullable): to be stored */
  GHashTable *attributes;
  SecretService *service; /* (nullable): until it is open, and inside of a sandbox */
  gboolean is_sandboxed;  /* libsecret's own choice is used in place of the service */
  GCancellable *inner;    /* (nullable): libsecret's, so that it gives up at the deadline, too */
  GSource *on_deadline, *on_cancelled;
  guint deadline_sec;
  gboolean is_done;
} Call;

static void
drop_source (GSource **source)
{
  if (*source == NULL)
    return;
  g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

static void
call_free (gpointer data)
{
  Call *call = data;

  drop_source (&call->on_deadline);
  drop_source (&call->on_cancelled);
  g_free (call->account_id);
  g_clear_pointer (&call->key, pdk_secret_unref);
  g_clear_pointer (&call->attributes, g_hash_table_unref);
  g_clear_object (&call->service);
  //
  g_free (call);
}

/* Marks @task as done. What libsecret still brings of it is then let go.
 *
 * Returns: whether it was not, so that it is to be returned from now */
static gboolean
finish (GTask *task)
{
  Call *call = g_task_get_task_data (task);

  if (call->is_done)
    return FALSE;
  call->is_done = TRUE;
  drop_source (&call->on_deadline);
  drop_source (&call->on_cancelled);
  /* libsecret may hold the task for as long as the program runs. */
  g_clear_pointer (&call->key, pdk_secret_unref);
  return TRUE;
}

static void
fail (GTask *task, PdkError code, const char *sentence)
{
  if (finish (task))
    g_task_return_new_error (task, PDK_ERROR, code, "%s", sentence);
}

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

/* @error: (transfer full) */
static void
fail_from (GTask *task, GError *error)
{
  Call *call = g_task_get_task_data (task);
  g_autoptr (GError) cause = error;
  g_autofree char *shown = NULL, *bounded = NULL, *sentence = NULL;
  gboolean is_open = call->service != NULL || call->is_sandboxed;

  if (is_nobody_there (cause))
    fail (task, PDK_ERROR_NOT_FOUND, _ ("no keyring (Secret Service) runs in this session"));
  else if (g_error_matches (cause, SECRET_ERROR, SECRET_ERROR_IS_LOCKED))
    fail (task, PDK_ERROR_PERMISSION, _ ("the keyring is locked"));
  else if (is_open && g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    fail (task, PDK_ERROR_PERMISSION, _ ("the keyring's question was dismissed"));
  else if (!is_open && cause->domain == G_IO_ERROR && cause->code != G_IO_ERROR_DBUS_ERROR)
    fail (task, PDK_ERROR_NOT_FOUND, _ ("there is no session bus to reach a keyring by"));
  else
    {
      g_dbus_error_strip_remote_error (cause);
      shown = pdk_text_dup_for_display (cause->message);
      bounded = pdk_text_dup_bounded (shown, -1, MAX_CAUSE_BYTES);
      sentence = g_strdup_printf (_ ("the keyring refused: %s"), bounded);
      fail (task, PDK_ERROR_FAILED, sentence);
    }
}

static gboolean
on_deadline (gpointer user_data)
{
  g_autoptr (GTask) task = g_object_ref (user_data);
  Call *call = g_task_get_task_data (task);
  g_autofree char *sentence =
      g_strdup_printf (_ ("the keyring did not answer within %u seconds"), call->deadline_sec);

  fail (task, PDK_ERROR_TIMED_OUT, sentence);
  g_cancellable_cancel (call->inner);
  return G_SOURCE_REMOVE;
}

static gboolean
on_cancelled (GCancellable *cancellable, gpointer user_data)
{
  g_autoptr (GTask) task = g_object_ref (user_data);
  Call *call = g_task_get_task_data (task);

  if (finish (task))
    g_task_return_error_if_cancelled (task);
  g_cancellable_cancel (call->inner);
  return G_SOURCE_REMOVE;
}

/* The sources hold the task until finish() drops them. */
static void
set_deadline (GTask *task, guint seconds)
{
  Call *call = g_task_get_task_data (task);

  drop_source (&call->on_deadline);
  call->deadline_sec = seconds;
  call->on_deadline = g_timeout_source_new_seconds (seconds);
  g_source_set_callback (call->on_deadline, on_deadline, g_object_ref (task), g_object_unref);
  g_source_attach (call->on_deadline, g_task_get_context (task));
}

static void
on_opened (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Call *call = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (SecretService) service = secret_service_open_finish (result, &error);

  if (call->is_done)
    return;
  if (service == NULL)
    {
      fail_from (task, g_steal_pointer (&error));
      return;
    }
  call->service = g_steal_pointer (&service);
  call->run (task);
}

/* libsecret keeps what it has opened, and with it what another process has changed since. */
static void
open_choice (GTask *task)
{
  Call *call = g_task_get_task_data (task);

  secret_service_disconnect ();
  call->is_sandboxed = TRUE;
  /* libsecret before 0.21 that is cancelled while it waits for the portal waits for itself, for ever. */
  g_clear_object (&call->inner);
  call->run (task);
}

/* @task: (transfer full) */
static void
start (GTask *task, const char *account_id, PdkSecret *key, RunFunc run)
{
  Call *call = g_new0 (Call, 1);
  GCancellable *cancellable = g_task_get_cancellable (task);

  g_task_set_task_data (task, call, call_free);
  call->run = run;
  call->account_id = g_strdup (account_id);
  call->key = key != NULL ? pdk_secret_ref (key) : NULL;
  call->inner = g_cancellable_new ();
  call->attributes =
      secret_attributes_build (&schema, "account", account_id, "purpose", PURPOSE, (char *) NULL);
  if (cancellable != NULL)
    {
      call->on_cancelled = g_cancellable_source_new (cancellable);
      g_source_set_callback (call->on_cancelled, G_SOURCE_FUNC (on_cancelled), g_object_ref (task),
                             g_object_unref);
      g_source_attach (call->on_cancelled, g_task_get_context (task));
    }
  set_deadline (task, ANSWER_SEC);
  if (!pdk_session_bus_has_address ())
    {
      fail (task, PDK_ERROR_NOT_FOUND, _ ("there is no session bus to reach a keyring by"));
      g_object_unref (task);
      return;
    }
  if (pdk_sandbox_is_flatpak ())
    {
      open_choice (task);
      g_object_unref (task);
      return;
    }
  secret_service_open (SECRET_TYPE_SERVICE, NULL, SECRET_SERVICE_OPEN_SESSION, call->inner, on_opened, task);
}

static void
unref_items (GList *items)
{
  g_list_free_full (items, g_object_unref);
}

static void
return_value (GTask *task, SecretValue *value)
{
  gsize length;
  const char *text = secret_value_get (value, &length);
  g_autoptr (PdkSecret) key = pdk_secret_new (text, length, NULL);

  if (key == NULL)
    fail (task, PDK_ERROR_MALFORMED,
          _ ("what the keyring holds is no key; store it anew with “paddock login”"));
  else if (finish (task))
    g_task_return_pointer (task, g_steal_pointer (&key), (GDestroyNotify) pdk_secret_unref);
}

/* @on_found: called with a reference to @task */
static void
search (GTask *task, SecretSearchFlags flags, GAsyncReadyCallback on_found)
{
  Call *call = g_task_get_task_data (task);

  if (call->is_sandboxed)
    secret_password_searchv (&schema, call->attributes, flags, call->inner, on_found, g_object_ref (task));
  else
    secret_service_search (call->service, &schema, call->attributes, flags, call->inner, on_found,
                           g_object_ref (task));
}

/* Returns: (transfer full) (nullable): items of the service, or of libsecret's file */
static GList *
search_finish (GTask *task, GAsyncResult *result, GError **error)
{
  Call *call = g_task_get_task_data (task);

  return call->is_sandboxed ? secret_password_search_finish (result, error)
                            : secret_service_search_finish (call->service, result, error);
}

static void
on_retrieved (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (SecretValue) value =
      secret_retrievable_retrieve_secret_finish (SECRET_RETRIEVABLE (source), result, &error);

  if (value != NULL)
    return_value (task, value);
  else
    fail_from (task, error);
}

static void
on_looked_up (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Call *call = g_task_get_task_data (task);
  GError *error = NULL;
  GList *items = search_finish (task, result, &error);
  gboolean is_service = items != NULL && SECRET_IS_ITEM (items->data);
  g_autoptr (SecretValue) value = is_service ? secret_item_get_secret (items->data) : NULL;

  if (error != NULL)
    fail_from (task, error);
  else if (items != NULL && !is_service)
    secret_retrievable_retrieve_secret (items->data, call->inner, on_retrieved, g_object_ref (task));
  else if (value != NULL)
    return_value (task, value);
  else if (items != NULL)
    fail (task, PDK_ERROR_PERMISSION, _ ("the keyring is locked"));
  else if (finish (task))
    g_task_return_pointer (task, NULL, NULL);
  unref_items (items);
}

static void
run_lookup (GTask *task)
{
  search (task, SECRET_SEARCH_LOAD_SECRETS, on_looked_up);
}

static void
on_stored (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Call *call = g_task_get_task_data (task);
  GError *error = NULL;
  gboolean is_stored = call->is_sandboxed ? secret_password_store_finish (result, &error)
                                          : secret_service_store_finish (call->service, result, &error);

  if (!is_stored)
    fail_from (task, error);
  else if (finish (task))
    g_task_return_boolean (task, TRUE);
}

static void
run_store (GTask *task)
{
  Call *call = g_task_get_task_data (task);
  const char *text = pdk_secret_get_text (call->key);
  g_autoptr (SecretValue) value = secret_value_new (text, (gssize) strlen (text), "text/plain");
  g_autofree char *label =
      g_strdup_printf (_ ("API key of Ollama Cloud (Paddock, account “%s”)"), call->account_id);

  set_deadline (task, PERSON_SEC);
  if (call->is_sandboxed)
    secret_password_storev_binary (&schema, call->attributes, SECRET_COLLECTION_DEFAULT, label, value,
                                   call->inner, on_stored, g_object_ref (task));
  else
    secret_service_store (call->service, &schema, call->attributes, SECRET_COLLECTION_DEFAULT, label, value,
                          call->inner, on_stored, g_object_ref (task));
}

static void
on_cleared (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Call *call = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  gboolean was_there = call->is_sandboxed ? secret_password_clear_finish (result, &error)
                                          : secret_service_clear_finish (call->service, result, &error);

  if (error != NULL)
    fail_from (task, g_steal_pointer (&error));
  else if (finish (task))
    g_task_return_boolean (task, was_there);
}

/* What stayed locked would be passed over in silence, so it is looked for first. */
static void
on_unlocked (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Call *call = g_task_get_task_data (task);
  GError *error = NULL;
  GList *items = search_finish (task, result, &error);
  gboolean is_locked = FALSE;

  for (GList *l = items; l != NULL; l = l->next)
    is_locked = is_locked || (SECRET_IS_ITEM (l->data) && secret_item_get_locked (l->data));
  if (error != NULL)
    fail_from (task, error);
  else if (is_locked)
    fail (task, PDK_ERROR_PERMISSION, _ ("the keyring is locked"));
  else if (!call->is_done && call->is_sandboxed)
    secret_password_clearv (&schema, call->attributes, call->inner, on_cleared, g_object_ref (task));
  else if (!call->is_done)
    secret_service_clear (call->service, &schema, call->attributes, call->inner, on_cleared,
                          g_object_ref (task));
  unref_items (items);
}

static void
run_clear (GTask *task)
{
  set_deadline (task, PERSON_SEC);
  search (task, SECRET_SEARCH_ALL | SECRET_SEARCH_UNLOCK, on_unlocked);
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
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, pdk_secret_store_lookup_async);
  start (task, account_id, NULL, run_lookup);
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
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, pdk_secret_store_store_async);
  start (task, account_id, key, run_store);
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
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, pdk_secret_store_clear_async);
  start (task, account_id, NULL, run_clear);
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
