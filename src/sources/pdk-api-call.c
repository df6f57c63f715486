/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One call of an HTTP API that answers JSON: send, judge the status, parse. A large answer is parsed in a
 * worker thread, since the main loop must not stall for it; what the parser returns is immutable, so that it
 * may cross. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-api-call.h"

#include <glib/gi18n-lib.h>

#include "pdk-error.h"
#include "pdk-json.h"
#include "pdk-proxy.h"
#include "pdk-sandbox.h"

#define CONNECT_MSEC 1000
#define MAX_BODY_BYTES (8 * 1024 * 1024)
/* json-glib takes about a millisecond for this much. */
#define PARSE_INLINE_BYTES (16 * 1024)

typedef struct
{
  PdkApiParseFunc parse;
  PdkApiParseTextFunc parse_text;
  GBytes *known_body;
  guint http_status;
  gboolean is_new_connection;
  PdkApiAnswer *answer; /* while it is being put together */
} CallData;

static void
call_data_free (gpointer data)
{
  CallData *call = data;

  g_clear_pointer (&call->known_body, g_bytes_unref);
  g_clear_pointer (&call->answer, pdk_api_answer_free);
  g_free (call);
}

static gpointer
parse_root (CallData *call, const char *text, gsize length, GError **error)
{
  g_autoptr (JsonNode) root = pdk_json_parse (text, length, error);

  return root != NULL ? call->parse (root, error) : NULL;
}

static void
parse_answer (GTask *task)
{
  CallData *call = g_task_get_task_data (task);
  GError *error = NULL;
  gsize length;
  const char *bytes = g_bytes_get_data (call->answer->body, &length);
  const char *text = bytes != NULL ? bytes : "";

  call->answer->value =
      call->parse != NULL ? parse_root (call, text, length, &error) : call->parse_text (text, length, &error);
  if (call->answer->value != NULL)
    g_task_return_pointer (task, g_steal_pointer (&call->answer), (GDestroyNotify) pdk_api_answer_free);
  else
    g_task_return_error (task, error);
}

static void
parse_answer_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  parse_answer (task);
}

static GError *
error_for_status (guint status)
{
  PdkError code = PDK_ERROR_HTTP;

  /* RFC 9110, section 15.4: this one answers a question that was not asked, and points nowhere. */
  if (status >= 300 && status < 400 && status != 304)
    return g_error_new (PDK_ERROR, PDK_ERROR_REDIRECTED, _ ("status %u, a redirect"), status);
  if (status == 404)
    code = PDK_ERROR_NO_ROUTE;
  else if (status == 401 || status == 403 || status == 407)
    code = PDK_ERROR_DENIED;
  return g_error_new (PDK_ERROR, (int) code, _ ("status %u"), status);
}

static void
on_response (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  CallData *call = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (PdkHttpResponse) response =
      pdk_http_client_send_finish (PDK_HTTP_CLIENT (source), result, &error);
  PdkApiAnswer *answer = call->answer;

  if (response == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  call->http_status = pdk_http_response_get_status (response);
  call->is_new_connection = pdk_http_response_is_new_connection (response);
  if (call->http_status < 200 || call->http_status > 299)
    {
      g_task_return_error (task, error_for_status (call->http_status));
      return;
    }
  answer->body = g_bytes_ref (pdk_http_response_get_body (response));
  if (call->known_body != NULL && g_bytes_equal (answer->body, call->known_body))
    {
      answer->is_unchanged = TRUE;
      g_task_return_pointer (task, g_steal_pointer (&call->answer), (GDestroyNotify) pdk_api_answer_free);
    }
  else if (g_bytes_get_size (answer->body) <= PARSE_INLINE_BYTES)
    parse_answer (task);
  else
    g_task_run_in_thread (task, parse_answer_thread);
}

static char *
describe_cause (const char *base_url, const GError *error)
{
  switch (error->domain == PDK_ERROR ? error->code : PDK_ERROR_FAILED)
    {
    case PDK_ERROR_REFUSED:
      return g_strdup_printf (
          _ ("Nothing answers at %s: start Ollama with “systemctl start ollama” or “ollama serve”, "
             "or set the address that it listens at."),
          base_url);
    case PDK_ERROR_NOT_RESOLVED:
      return g_strdup_printf (_ ("No address was found for the host of %s: check its name and the network."),
                              base_url);
    case PDK_ERROR_TIMED_OUT:
      return g_strdup_printf (
          _ ("%s did not answer in time: it may be overloaded or stuck; look at its log, or "
             "restart it."),
          base_url);
    case PDK_ERROR_TLS:
      return g_strdup_printf (_ ("No secure connection to %s (%s): check its certificate and the address."),
                              base_url, error->message);
    case PDK_ERROR_INTERRUPTED:
      return g_strdup_printf (
          _ ("%s broke off in the middle of its answer: it may have crashed; look at its log."), base_url);
    case PDK_ERROR_TOO_LARGE:
      return g_strdup_printf (
          _ ("%s sent an answer too large to be Ollama's: check that the address is right."), base_url);
    case PDK_ERROR_MALFORMED:
      return g_strdup_printf (
          _ ("%s sent something else than Ollama does (%s): check that the address is right."), base_url,
          error->message);
    case PDK_ERROR_REDIRECTED:
      return g_strdup_printf (
          _ ("%s points to another address (%s), which is not followed: set the address that "
             "Ollama itself listens at."),
          base_url, error->message);
    case PDK_ERROR_NO_ROUTE:
      return g_strdup_printf (
          _ ("%s does not know what Ollama is asked (%s): check the address; nothing such as "
             "“/v1” or “/api” belongs at its end."),
          base_url, error->message);
    case PDK_ERROR_DENIED:
      return g_strdup_printf (_ ("%s refuses to answer (%s): a proxy may want a password, or Ollama not be "
                                 "meant to be asked by that "
                                 "name; set the address that Ollama itself listens at."),
                              base_url, error->message);
    case PDK_ERROR_HTTP:
      return g_strdup_printf (_ ("%s answered with an error (%s): look at the server's log."), base_url,
                              error->message);
    default:
      return g_strdup_printf (_ ("%s could not be reached (%s): check the address and the network."),
                              base_url, error->message);
    }
}

/**
 * pdk_api_call_async:
 * @client: the client to send with
 * @call: the call; everything is copied, or referenced, before this returns
 * @cancellable: (nullable): to give up
 * @callback: called in the main context
 * @user_data: for @callback
 */
void
pdk_api_call_async (PdkHttpClient *client,
                    const PdkApiCall *call,
                    GCancellable *cancellable,
                    GAsyncReadyCallback callback,
                    gpointer user_data)
{
  GTask *task = g_task_new (client, cancellable, callback, user_data);
  g_autofree char *url = g_strconcat (call->base_url, call->path, NULL);
  CallData *data = g_new0 (CallData, 1);
  PdkHttpRequest request = { 0 };

  data->parse = call->parse;
  data->parse_text = call->parse_text;
  data->known_body = call->known_body != NULL ? g_bytes_ref (call->known_body) : NULL;
  data->answer = g_new0 (PdkApiAnswer, 1);
  data->answer->free_value = call->free_value;
  g_task_set_source_tag (task, pdk_api_call_async);
  g_task_set_task_data (task, data, call_data_free);

  request.method = call->body != NULL ? "POST" : "GET";
  request.url = url;
  request.body = call->body;
  request.connect_msec = MIN (CONNECT_MSEC, call->answer_msec);
  request.answer_msec = call->answer_msec;
  request.max_body_bytes = MAX_BODY_BYTES;
  pdk_http_client_send_async (client, &request, cancellable, on_response, task);
}

/**
 * pdk_api_call_finish:
 * @result: what the callback was given
 * @http_status: (out) (optional): the status of the answer, 0 when there was none; set on errors too
 * @error: return location for an error of PDK_ERROR or G_IO_ERROR_CANCELLED
 *
 * Returns: (transfer full) (nullable): the answer, NULL with @error set
 */
PdkApiAnswer *
pdk_api_call_finish (GAsyncResult *result, guint *http_status, GError **error)
{
  CallData *call;

  g_return_val_if_fail (g_async_result_is_tagged (result, pdk_api_call_async), NULL);
  call = g_task_get_task_data (G_TASK (result));
  if (http_status != NULL)
    *http_status = call->http_status;
  return g_task_propagate_pointer (G_TASK (result), error);
}

/** pdk_api_call_is_new_connection: Returns: whether @result, of a call that was answered in whatever way,
 * came over a connection that was opened for it, as none was left open */
gboolean
pdk_api_call_is_new_connection (GAsyncResult *result)
{
  CallData *call;

  g_return_val_if_fail (g_async_result_is_tagged (result, pdk_api_call_async), FALSE);
  call = g_task_get_task_data (G_TASK (result));
  return call->is_new_connection;
}

/** pdk_api_answer_free: frees @answer */
void
pdk_api_answer_free (PdkApiAnswer *answer)
{
  g_clear_pointer (&answer->body, g_bytes_unref);
  if (answer->value != NULL && answer->free_value != NULL)
    answer->free_value (answer->value);
  g_free (answer);
}

/** pdk_api_answer_steal_value: Returns: (transfer full) (nullable): the value, which is the caller's from now
 * on */
gpointer
pdk_api_answer_steal_value (PdkApiAnswer *answer)
{
  return g_steal_pointer (&answer->value);
}

/**
 * pdk_api_call_describe_error:
 * @base_url: the server that was called
 * @error: how it failed
 *
 * Returns: (transfer full): one sentence for the user: what happened, and what to do
 */
char *
pdk_api_call_describe_error (const char *base_url, const GError *error)
{
  const char *proxy = pdk_proxy_find_variable (base_url);
  g_autofree char *no_network = pdk_sandbox_describe_no_network (PDK_SANDBOX_INFO_PATH);
  g_autofree char *sentence = NULL;

  if (no_network != NULL)
    return g_steal_pointer (&no_network);
  sentence = describe_cause (base_url, error);
  if (proxy == NULL)
    return g_steal_pointer (&sentence);
  return g_strdup_printf (
      _ ("%s It was asked through the proxy that the environment names in “%s”: put its host "
         "into “no_proxy” to ask it directly."),
      sentence, proxy);
}
