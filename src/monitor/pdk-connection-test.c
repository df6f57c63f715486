/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Asks a server once who it is and how many models it has, for somebody who has just typed its address. Main
 * context. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-connection-test.h"

#include <glib/gi18n-lib.h>

#include "pdk-api-call.h"
#include "pdk-error.h"
#include "pdk-ollama-api.h"
#include "pdk-ollama-host.h"

#define ANSWER_MSEC 5000

typedef struct
{
  char *base_url;
  PdkHttpClient *client;
  char *version; /* (nullable): known after the first answer */
} Test;

static void
test_free (gpointer data)
{
  Test *test = data;

  g_free (test->base_url);
  g_free (test->version);
  g_clear_object (&test->client);
  g_free (test);
}

static gpointer
parse_version (JsonNode *root, GError **error)
{
  return pdk_ollama_api_parse_version (root, error);
}

static gpointer
parse_tags (const char *text, gsize length, GError **error)
{
  return pdk_ollama_api_parse_tags_text (text, length, error);
}

/* @kind: the call, but for what both have in common */
static void
ask (GTask *task, const PdkApiCall *kind, GAsyncReadyCallback callback)
{
  Test *test = g_task_get_task_data (task);
  PdkApiCall call = *kind;

  call.base_url = test->base_url;
  call.answer_msec = ANSWER_MSEC;
  pdk_api_call_async (test->client, &call, g_task_get_cancellable (task), callback, task);
}

/* Ends @task with what went wrong, as a sentence. Takes @error. */
static void
fail (GTask *task, GError *error)
{
  Test *test = g_task_get_task_data (task);
  g_autofree char *sentence = NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_task_return_error (task, error);
      return;
    }
  sentence = pdk_api_call_describe_error (test->base_url, error);
  g_error_free (error);
  g_task_return_new_error (task, PDK_ERROR, PDK_ERROR_FAILED, "%s", sentence);
}

static void
on_tags (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Test *test = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (PdkApiAnswer) answer = pdk_api_call_finish (result, NULL, &error);
  g_autoptr (PdkTags) tags = NULL;
  guint n;

  if (answer == NULL)
    {
      fail (task, error);
      return;
    }
  tags = pdk_api_answer_steal_value (answer);
  n = tags->models->len + tags->n_skipped;
  /* Translators: the version, and the number of models. */
  g_task_return_pointer (task,
                         g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "Ollama %s answers with %u model.",
                                                       "Ollama %s answers with %u models.", n),
                                          test->version, n),
                         g_free);
}

static void
on_version (GObject *source, GAsyncResult *result, gpointer user_data)
{
  static const PdkApiCall tags = { .path = "/api/tags",
                                   .parse_text = parse_tags,
                                   .free_value = (GDestroyNotify) pdk_tags_free };
  g_autoptr (GTask) task = user_data;
  Test *test = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (PdkApiAnswer) answer = pdk_api_call_finish (result, NULL, &error);

  if (answer == NULL)
    {
      fail (task, error);
      return;
    }
  test->version = pdk_api_answer_steal_value (answer);
  ask (g_steal_pointer (&task), &tags, on_tags);
}

/**
 * pdk_connection_test_async:
 * @base_url: an address as somebody types it
 * @cancellable: (nullable): to give up
 * @callback: called within ten seconds or so
 * @user_data: for @callback
 */
void
pdk_connection_test_async (const char *base_url,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  static const PdkApiCall version = { .path = "/api/version", .parse = parse_version, .free_value = g_free };
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Test *test = g_new0 (Test, 1);
  GError *error = NULL;

  g_task_set_source_tag (task, pdk_connection_test_async);
  g_task_set_task_data (task, test, test_free);
  test->base_url = pdk_ollama_host_normalize_base_url (base_url, &error);
  if (test->base_url == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  test->client = pdk_http_client_new ();
  ask (g_steal_pointer (&task), &version, on_version);
}

/** pdk_connection_test_finish: Returns: (transfer full) (nullable): a sentence on what answered; or %NULL
 * with
 * @error set to a sentence on what did not */
char *
pdk_connection_test_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}
