/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What stands for pdk-secret-store.c in a build without libsecret: there is no key, and none can be stored.
 */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-secret-store.h"

#include <glib/gi18n-lib.h>

#include "pdk-error.h"

static void
refuse (gpointer tag, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, tag);
  g_task_return_new_error (task, PDK_ERROR, PDK_ERROR_NOT_FOUND, "%s",
                           _ ("this build of Paddock uses no keyring"));
}

/** pdk_secret_store_lookup_async: finds nothing */
void
pdk_secret_store_lookup_async (const char *account_id,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, pdk_secret_store_lookup_async);
  g_task_return_pointer (task, NULL, NULL);
}

/** pdk_secret_store_lookup_finish: Returns: NULL; @error is set when it was cancelled */
PdkSecret *
pdk_secret_store_lookup_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, pdk_secret_store_lookup_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/** pdk_secret_store_store_async: fails with PDK_ERROR_NOT_FOUND */
void
pdk_secret_store_store_async (const char *account_id,
                              PdkSecret *key,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  refuse (pdk_secret_store_store_async, cancellable, callback, user_data);
}

/** pdk_secret_store_store_finish: Returns: FALSE, with @error set */
gboolean
pdk_secret_store_store_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, pdk_secret_store_store_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/** pdk_secret_store_clear_async: fails with PDK_ERROR_NOT_FOUND */
void
pdk_secret_store_clear_async (const char *account_id,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  refuse (pdk_secret_store_clear_async, cancellable, callback, user_data);
}

/** pdk_secret_store_clear_finish: Returns: FALSE, with @error set */
gboolean
pdk_secret_store_clear_finish (GAsyncResult *result, gboolean *was_there, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, pdk_secret_store_clear_async), FALSE);

  *was_there = FALSE;
  return g_task_propagate_boolean (G_TASK (result), error);
}
