/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The link by which somebody signs in at a local server: it comes with the refusal of POST /api/me (0.12 and
 * later). It is asked for when a person wants it, handed over, and kept nowhere. Main context. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-signin-link.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "pdk-cloud-api.h"
#include "pdk-error.h"
#include "pdk-json.h"

#define CONNECT_MSEC 1000
#define ANSWER_MSEC 5000
#define MAX_BODY_BYTES (64 * 1024)
#define UNAUTHORIZED 401

static void
wipe_and_free (gpointer link)
{
  explicit_bzero (link, strlen (link));
  g_free (link);
}

static char *
find_link (PdkHttpResponse *response)
{
  gsize length;
  const char *text = g_bytes_get_data (pdk_http_response_get_body (response), &length);
  g_autoptr (JsonNode) root = text != NULL ? pdk_json_parse (text, length, NULL) : NULL;

  return root != NULL ? pdk_cloud_api_dup_signin_url (root) : NULL;
}

static void
on_response (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (PdkHttpResponse) response =
      pdk_http_client_send_finish (PDK_HTTP_CLIENT (source), result, &error);
  guint status = response != NULL ? pdk_http_response_get_status (response) : 0;
  char *link = status == UNAUTHORIZED ? find_link (response) : NULL;

  if (response == NULL)
    g_task_return_error (task, error);
  else if (link != NULL)
    g_task_return_pointer (task, link, wipe_and_free);
  else if (status >= 200 && status <= 299)
    g_task_return_pointer (task, NULL, NULL);
  else
    g_task_return_new_error (task, PDK_ERROR, PDK_ERROR_NOT_FOUND, "%s",
                             _ ("the server offers no link to sign in by"));
}

/**
 * pdk_signin_link_fetch_async:
 * @client: (transfer none): the client to send with
 * @base_url: the server's address
 * @cancellable: (nullable): to give up
 * @callback: called in the main context, within five seconds
 * @user_data: for @callback
 */
void
pdk_signin_link_fetch_async (PdkHttpClient *client,
                             const char *base_url,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  g_autofree char *url = g_strconcat (base_url, "/api/me", NULL);
  const PdkHttpRequest request = { .method = "POST",
                                   .url = url,
                                   .body = "",
                                   .connect_msec = CONNECT_MSEC,
                                   .answer_msec = ANSWER_MSEC,
                                   .max_body_bytes = MAX_BODY_BYTES };

  g_task_set_source_tag (task, pdk_signin_link_fetch_async);
  pdk_http_client_send_async (client, &request, cancellable, on_response, task);
}

/**
 * pdk_signin_link_fetch_finish:
 * @result: the result
 * @error: return location for PDK_ERROR_NOT_FOUND when the server offers none, and the errors of
 *   pdk_http_client_send_finish()
 *
 * Returns: (transfer full) (nullable): the link, an https address that must be neither shown nor logged, and
 * is to be wiped after use; NULL without @error when somebody is signed in already
 */
char *
pdk_signin_link_fetch_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, pdk_signin_link_fetch_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
