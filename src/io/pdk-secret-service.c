/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The direct way to the keyring of the user's session (Secret Service API,
 * https://specifications.freedesktop.org/secret-service-spec/latest/).
 *
 * Every call opens the service anew, so that a keyring that is started or restarted later is found. Looking
 * up never asks the person anything: a keyring that is locked is an error. Storing and clearing may, and then
 * wait for a person. Main context; nothing blocks. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-secret-service.h"

#include <glib/gi18n-lib.h>

#include "pdk-secret-call.h"
#include "pdk-secret-item.h"

/* One call that is under way: what its callbacks hand on to each other. */
typedef struct
{
  GTask *task;
  const PdkSecretCall *call; /* of the task */
  SecretService *service;    /* (nullable): until it is open */
  GHashTable *attributes;
} Visit;

static void
visit_free (Visit *visit)
{
  g_clear_object (&visit->service);
  g_hash_table_unref (visit->attributes);
  g_object_unref (visit->task);
  g_free (visit);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Visit, visit_free)

static void
unref_items (GList *items)
{
  g_list_free_full (items, g_object_unref);
}

static void
search (Visit *visit, SecretSearchFlags flags, GAsyncReadyCallback on_found)
{
  secret_service_search (visit->service, pdk_secret_item_get_schema (), visit->attributes, flags,
                         visit->call->inner, on_found, visit);
}

static void
on_looked_up (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Visit) visit = user_data;
  GError *error = NULL;
  GList *items = secret_service_search_finish (visit->service, result, &error);
  g_autoptr (SecretValue) value = items != NULL ? secret_item_get_secret (items->data) : NULL;

  if (error != NULL)
    pdk_secret_item_fail (visit->task, error, TRUE);
  else if (items != NULL && value == NULL)
    pdk_secret_call_fail (visit->task, PDK_ERROR_PERMISSION, _ ("the keyring is locked"));
  else
    pdk_secret_item_return_value (visit->task, value);
  unref_items (items);
}

static void
on_stored (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Visit) visit = user_data;
  GError *error = NULL;

  if (secret_service_store_finish (visit->service, result, &error))
    pdk_secret_call_return_boolean (visit->task, TRUE);
  else
    pdk_secret_item_fail (visit->task, error, TRUE);
}

static void
store (Visit *visit)
{
  g_autoptr (SecretValue) value = pdk_secret_item_value_new (visit->call->key);
  g_autofree char *label = pdk_secret_item_dup_label (visit->call->account_id);

  secret_service_store (visit->service, pdk_secret_item_get_schema (), visit->attributes,
                        SECRET_COLLECTION_DEFAULT, label, value, visit->call->inner, on_stored, visit);
}

static void
on_cleared (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Visit) visit = user_data;
  GError *error = NULL;
  gboolean was_there = secret_service_clear_finish (visit->service, result, &error);

  if (error != NULL)
    pdk_secret_item_fail (visit->task, error, TRUE);
  else
    pdk_secret_call_return_boolean (visit->task, was_there);
}

/* What stayed locked would be passed over in silence, so it is looked for first. */
static void
on_unlocked (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Visit) visit = user_data;
  GError *error = NULL;
  GList *items = secret_service_search_finish (visit->service, result, &error);
  gboolean is_locked = FALSE;
  Visit *next;

  for (GList *l = items; l != NULL; l = l->next)
    is_locked = is_locked || secret_item_get_locked (l->data);
  unref_items (items);
  if (error != NULL)
    pdk_secret_item_fail (visit->task, error, TRUE);
  else if (is_locked)
    pdk_secret_call_fail (visit->task, PDK_ERROR_PERMISSION, _ ("the keyring is locked"));
  else if (!pdk_secret_call_is_done (visit->task))
    {
      next = g_steal_pointer (&visit);
      secret_service_clear (next->service, pdk_secret_item_get_schema (), next->attributes, next->call->inner,
                            on_cleared, next);
    }
}

static void
on_opened (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Visit) visit = user_data;
  GError *error = NULL;

  visit->service = secret_service_open_finish (result, &error);
  if (visit->service == NULL)
    {
      pdk_secret_item_fail (visit->task, error, FALSE);
      return;
    }
  if (pdk_secret_call_is_done (visit->task))
    return;
  if (visit->call->action == PDK_SECRET_ACTION_LOOKUP)
    {
      search (g_steal_pointer (&visit), SECRET_SEARCH_LOAD_SECRETS, on_looked_up);
      return;
    }
  pdk_secret_call_wait_for_person (visit->task);
  if (visit->call->action == PDK_SECRET_ACTION_STORE)
    store (g_steal_pointer (&visit));
  else
    search (g_steal_pointer (&visit), SECRET_SEARCH_ALL | SECRET_SEARCH_UNLOCK, on_unlocked);
}

/**
 * pdk_secret_service_run:
 * @task: the task of a call that has begun, which is ended in its context
 *
 * Does what is asked. The service has the call's five seconds to open, and to answer when it is looked up in;
 * to store and to clear it has two minutes more.
 */
void
pdk_secret_service_run (GTask *task)
{
  Visit *visit = g_new0 (Visit, 1);

  visit->task = g_object_ref (task);
  visit->call = g_task_get_task_data (task);
  visit->attributes = pdk_secret_item_dup_attributes (visit->call->account_id);
  secret_service_open (SECRET_TYPE_SERVICE, NULL, SECRET_SERVICE_OPEN_SESSION, visit->call->inner, on_opened,
                       visit);
}
