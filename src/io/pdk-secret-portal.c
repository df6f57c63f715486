/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The way to keys from inside of a Flatpak, where libsecret chooses: a file of our own that is encrypted with
 * the secret of the Secret portal
 * (https://flatpak.github.io/xdg-desktop-portal/docs/doc-org.freedesktop.portal.Secret.html), or the keyring
 * of the session where there is no such portal.
 *
 * libsecret asks for the portal's version and waits for the answer, so all of it runs in a thread, which the
 * call does not wait for when it ends early. Nor is libsecret told to give up: while it waits for the portal,
 * versions before 0.21 would wait for themselves then, in the thread that tells them, and later ones may end
 * twice. What libsecret has opened is kept by it for the process, and with it what another process has
 * changed since: each call opens it anew. So there is one at a time, which also keeps two of them from
 * writing the file over each other. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-secret-portal.h"

#include "pdk-secret-call.h"
#include "pdk-secret-item.h"

/* What the thread is handed. */
typedef struct
{
  PdkSecretAction action;
  GHashTable *attributes;
  SecretValue *value; /* (nullable): to be stored */
  char *label;
} Work;

static GMutex lock;
static GQueue waiting = G_QUEUE_INIT; /* (element-type GTask): for their turn; under the lock */
static gboolean is_working;           /* there is a thread, which will look for the next of them; as well */

static void
work_free (gpointer data)
{
  Work *work = data;

  g_hash_table_unref (work->attributes);
  g_clear_pointer (&work->value, secret_value_unref);
  g_free (work->label);
  g_free (work);
}

static Work *
work_new (const PdkSecretCall *call)
{
  Work *work = g_new0 (Work, 1);

  work->action = call->action;
  work->attributes = pdk_secret_item_dup_attributes (call->account_id);
  work->label = pdk_secret_item_dup_label (call->account_id);
  if (call->key != NULL)
    work->value = pdk_secret_item_value_new (call->key);
  return work;
}

static void
unref_items (GList *items)
{
  g_list_free_full (items, g_object_unref);
}

static GList *
search (const Work *work, SecretSearchFlags flags, GError **error)
{
  return secret_password_searchv_sync (pdk_secret_item_get_schema (), work->attributes, flags, NULL, error);
}

static void
set_locked (GError **error)
{
  g_set_error_literal (error, SECRET_ERROR, SECRET_ERROR_IS_LOCKED, "locked");
}

/* Returns: (transfer full) (nullable): NULL without @error when nothing is stored */
static SecretValue *
look_up (const Work *work, GError **error)
{
  GList *items = search (work, SECRET_SEARCH_LOAD_SECRETS, error);
  SecretValue *value = NULL;

  if (items != NULL && SECRET_IS_ITEM (items->data))
    {
      value = secret_item_get_secret (items->data);
      if (value == NULL)
        set_locked (error);
    }
  else if (items != NULL)
    value = secret_retrievable_retrieve_secret_sync (items->data, NULL, error);
  unref_items (items);
  return value;
}

/* Whoever is asked for a password may take longer than anybody waits for the call, and what nobody waits for
 * any more must not be done after all. */
static gboolean
may_change (GTask *job, GError **error)
{
  return !g_cancellable_set_error_if_cancelled (g_task_get_cancellable (job), error);
}

/* libsecret opens what it stores in, and asks for its password, when it looks for something there. */
static gboolean
store (GTask *job, const Work *work, GError **error)
{
  GError *cause = NULL;

  unref_items (search (work, SECRET_SEARCH_NONE, &cause));
  if (cause != NULL)
    {
      g_propagate_error (error, cause);
      return FALSE;
    }
  return may_change (job, error) && secret_password_storev_binary_sync (
                                        pdk_secret_item_get_schema (), work->attributes,
                                        SECRET_COLLECTION_DEFAULT, work->label, work->value, NULL, error);
}

/* What stayed locked would be passed over in silence, so it is looked for first. */
static gboolean
clear (GTask *job, const Work *work, GError **error)
{
  GError *cause = NULL;
  GList *items = search (work, SECRET_SEARCH_ALL | SECRET_SEARCH_UNLOCK, &cause);

  for (GList *l = items; l != NULL && cause == NULL; l = l->next)
    {
      if (SECRET_IS_ITEM (l->data) && secret_item_get_locked (l->data))
        set_locked (&cause);
    }
  unref_items (items);
  if (cause != NULL)
    {
      g_propagate_error (error, cause);
      return FALSE;
    }
  return may_change (job, error) &&
         secret_password_clearv_sync (pdk_secret_item_get_schema (), work->attributes, NULL, error);
}

/* Ends @job with its error, or else with a value that its action tells the type of. */
static void
do_work (GTask *job, const Work *work)
{
  GError *error = NULL;
  SecretValue *value = NULL;
  gboolean is_true = FALSE;

  if (g_task_return_error_if_cancelled (job))
    return;
  secret_service_disconnect ();
  if (work->action == PDK_SECRET_ACTION_LOOKUP)
    value = look_up (work, &error);
  else if (work->action == PDK_SECRET_ACTION_STORE)
    is_true = store (job, work, &error);
  else
    is_true = clear (job, work, &error);
  secret_service_disconnect ();
  if (error != NULL)
    g_task_return_error (job, error);
  else if (work->action == PDK_SECRET_ACTION_LOOKUP)
    g_task_return_pointer (job, value, secret_value_unref);
  else
    g_task_return_boolean (job, is_true);
}

/* Returns: (transfer full) (nullable): the next, with NULL the thread being over */
static GTask *
take_next (void)
{
  GTask *job;

  g_mutex_lock (&lock);
  job = g_queue_pop_head (&waiting);
  is_working = job != NULL;
  g_mutex_unlock (&lock);
  return job;
}

static gpointer
work_in_thread (gpointer data)
{
  GTask *job;

  while ((job = take_next ()) != NULL)
    {
      do_work (job, g_task_get_task_data (job));
      g_object_unref (job);
    }
  return NULL;
}

/* Those that ended before their turn are let go, or else they would become more and more behind a portal that
 * does not answer. */
static void
push (GTask *job)
{
  g_mutex_lock (&lock);
  for (GList *l = waiting.head, *next; l != NULL; l = next)
    {
      next = l->next;
      if (g_task_return_error_if_cancelled (l->data))
        {
          g_object_unref (l->data);
          g_queue_delete_link (&waiting, l);
        }
    }
  g_queue_push_tail (&waiting, g_object_ref (job));
  if (!is_working)
    g_thread_unref (g_thread_new ("keys", work_in_thread, NULL));
  is_working = TRUE;
  g_mutex_unlock (&lock);
}

static void
on_worked (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  PdkSecretCall *call = g_task_get_task_data (task);
  g_autoptr (SecretValue) value = NULL;
  GError *error = NULL;
  gboolean is_true = FALSE;

  if (call->action == PDK_SECRET_ACTION_LOOKUP)
    value = g_task_propagate_pointer (G_TASK (result), &error);
  else
    is_true = g_task_propagate_boolean (G_TASK (result), &error);
  if (error != NULL)
    pdk_secret_item_fail (task, error, TRUE);
  else if (call->action == PDK_SECRET_ACTION_LOOKUP)
    pdk_secret_item_return_value (task, value);
  else
    pdk_secret_call_return_boolean (task, is_true);
}

/**
 * pdk_secret_portal_run:
 * @task: the task of a call that has begun, which is ended in its context
 *
 * Does what is asked. The portal has the call's five seconds to look up; to store and to clear it has two
 * minutes.
 */
void
pdk_secret_portal_run (GTask *task)
{
  PdkSecretCall *call = g_task_get_task_data (task);
  g_autoptr (GTask) job = g_task_new (NULL, call->inner, on_worked, g_object_ref (task));

  if (call->action != PDK_SECRET_ACTION_LOOKUP)
    pdk_secret_call_wait_for_person (task);
  g_task_set_task_data (job, work_new (call), work_free);
  push (job);
}
