/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Asks a server to let go of a loaded model: the only thing that Paddock ever changes. Main context. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-model-unload.h"

#include <glib/gi18n-lib.h>

#include "pdk-api-call.h"
#include "pdk-error.h"
#include "pdk-json.h"
#include "pdk-route.h"

/* The server answers at once; it waits for a request that is running only afterwards. */
#define ANSWER_MSEC 10000

/* Any object will do: what it says of the model is seen at the next poll. */
static gpointer
parse_anything (JsonNode *root, GError **error)
{
  if (JSON_NODE_HOLDS_OBJECT (root))
    return json_node_copy (root);
  g_set_error_literal (error, PDK_ERROR, PDK_ERROR_MALFORMED, _ ("no object"));
  return NULL;
}

static char *
make_body (const char *name)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "model");
  json_builder_add_string_value (builder, name);
  json_builder_set_member_name (builder, "keep_alive");
  json_builder_add_int_value (builder, 0);
  json_builder_set_member_name (builder, "stream");
  json_builder_add_boolean_value (builder, FALSE);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  return json_to_string (root, FALSE);
}

static void
on_answer (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  const char *base_url = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autofree char *sentence = NULL;
  guint status = 0;
  g_autoptr (PdkApiAnswer) answer = pdk_api_call_finish (result, &status, &error);

  if (answer != NULL)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  if (status == 404)
    sentence = g_strdup (_ ("The server does not know this model any more."));
  else
    sentence = pdk_api_call_describe_error (base_url, error);
  g_task_return_new_error (task, PDK_ERROR, error->domain == PDK_ERROR ? error->code : PDK_ERROR_FAILED, "%s",
                           sentence);
}

/**
 * pdk_model_unload_async:
 * @client: the client to send with
 * @base_url: the server's address, without a slash at its end
 * @name: the model, as the server's list of loaded models names it
 * @cancellable: (nullable): to give up
 * @callback: called in the main context
 * @user_data: for @callback
 *
 * Does what `ollama stop` does: it posts a request without a prompt and with `keep_alive` 0 to /api/generate.
 * GenerateHandler in Ollama's server/routes.go lets go of a model of any kind, one for embeddings too, before
 * it looks at what the model is able to do. A request that is running is answered to its end first.
 */
void
pdk_model_unload_async (PdkHttpClient *client,
                        const char *base_url,
                        const char *name,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer user_data)
{
  GTask *task = g_task_new (client, cancellable, callback, user_data);
  g_autofree char *body = make_body (name);
  PdkApiCall call = { .base_url = base_url,
                      .path = PDK_ROUTE_UNLOAD,
                      .body = body,
                      .answer_msec = ANSWER_MSEC,
                      .parse = parse_anything,
                      .free_value = (GDestroyNotify) json_node_unref };

  g_task_set_source_tag (task, pdk_model_unload_async);
  g_task_set_task_data (task, g_strdup (base_url), g_free);
  pdk_api_call_async (client, &call, cancellable, on_answer, task);
}

/**
 * pdk_model_unload_finish:
 * @result: what the callback was given
 * @error: return location for an error of PDK_ERROR, whose message is a sentence for the user, or for
 *   G_IO_ERROR_CANCELLED
 *
 * Returns: whether the server has said that it lets go of the model
 */
gboolean
pdk_model_unload_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, pdk_model_unload_async), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}
