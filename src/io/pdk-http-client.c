/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * HTTP requests on a main context, over one curl multi handle. Only this file and pdk-http-transfer.c, which
 * has the handle of each request, use curl. It is loaded in a thread when the first request is sent, and that
 * waits meanwhile.
 *
 * Everything happens in the thread of the context that was its thread-default when the client was made; only
 * a GCancellable may be cancelled from elsewhere. curl tells which sockets and which timeout to watch, and
 * sources on the context do the watching. Nothing in a callback of curl's calls curl again: they touch our
 * memory and sources, and requests are finished once curl has returned.
 *
 * A task owns its Request, and holds a reference on the client; the client only lists what is in flight. All
 * of what a request holds of curl's goes at its end, before its task returns. Times are in milliseconds.
 */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-http-client.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "pdk-error.h"
#include "pdk-fd-watch.h"
#include "pdk-http-request-private.h"
#include "pdk-http-transfer-private.h"

/* More than anybody has servers, at a few for each: one that is dropped to make room looks as if its server
 * had closed it. */
#define MAX_IDLE_CONNECTIONS 64L

struct _PdkHttpClient
{
  GObject parent_instance;

  GMainContext *context;
  PdkFdWatch *watch;   /* what curl wants watched right now */
  const PdkCurl *curl; /* (nullable): NULL until it is loaded */
  CURLM *multi;        /* (nullable): as long as curl */
  gboolean is_loading;
  GPtrArray *waiting;   /* Waiting, until then */
  GPtrArray *in_flight; /* Request, owned by their tasks */
};

G_DEFINE_FINAL_TYPE (PdkHttpClient, pdk_http_client, G_TYPE_OBJECT)

/* A request that waits for curl. */
typedef struct
{
  PdkHttpClient *client; /* kept alive by the task */
  GTask *task;
  GSource *cancel; /* (nullable) */
  PdkHttpRequest *request;
} Waiting;

typedef struct
{
  PdkHttpClient *client; /* kept alive by the task */
  GTask *task;           /* owned while in flight, NULL afterwards */
  GSource *cancel;       /* (nullable) */
  PdkHttpTransfer *transfer;
} Request;

static void
waiting_free (gpointer data)
{
  Waiting *waiting = data;

  if (waiting->cancel != NULL)
    g_source_destroy (waiting->cancel);
  g_clear_pointer (&waiting->cancel, g_source_unref);
  g_object_unref (waiting->task);
  pdk_http_request_free (waiting->request);
  g_free (waiting);
}

static void
request_free (gpointer data)
{
  Request *request = data;

  g_clear_pointer (&request->transfer, pdk_http_transfer_free);
  g_free (request);
}

/* --- the end of a request --- */

/* The one end of every request, of which only the first counts. Takes the @response, or else the @error. The
 * task comes last: its callback may do what it likes with the client. */
static void
finish_request (Request *request, PdkHttpResponse *response, GError *error)
{
  g_autoptr (GTask) task = g_steal_pointer (&request->task);

  if (task == NULL)
    {
      g_clear_pointer (&response, pdk_http_response_free);
      g_clear_error (&error);
      return;
    }
  g_debug ("%s: %s", pdk_http_transfer_get_label (request->transfer),
           error != NULL ? error->message : "answered");
  if (request->cancel != NULL)
    g_source_destroy (request->cancel);
  g_clear_pointer (&request->cancel, g_source_unref);
  g_ptr_array_remove_fast (request->client->in_flight, request);
  request->client->curl->multi_remove_handle (request->client->multi,
                                              pdk_http_transfer_get_handle (request->transfer));
  g_clear_pointer (&request->transfer, pdk_http_transfer_free);

  if (response != NULL)
    g_task_return_pointer (task, response, (GDestroyNotify) pdk_http_response_free);
  else
    g_task_return_error (task, error);
}

static gboolean
on_cancelled (GCancellable *cancellable, gpointer user_data)
{
  /* Whatever @cancellable says now: it may have been reset since. */
  finish_request (user_data, NULL, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, _ ("cancelled")));
  return G_SOURCE_REMOVE;
}

/* --- the multi handle on the main context --- */

static void
complete_requests (PdkHttpClient *self)
{
  CURLMsg *message;
  int n_left;

  while ((message = self->curl->multi_info_read (self->multi, &n_left)) != NULL)
    {
      CURLcode code = message->data.result; /* the message goes with the handle */
      PdkHttpResponse *response;
      GError *error = NULL;
      char *request = NULL;

      if (message->msg != CURLMSG_DONE)
        continue;
      self->curl->easy_getinfo (message->easy_handle, CURLINFO_PRIVATE, &request);
      response = pdk_http_transfer_take_response (((Request *) (gpointer) request)->transfer, code, &error);
      finish_request ((gpointer) request, response, error);
    }
}

/* The reference keeps the client while callbacks of tasks, which may drop the last one, run in here. */
static void
dispatch (PdkHttpClient *client, curl_socket_t socket, int events)
{
  g_autoptr (PdkHttpClient) self = g_object_ref (client);
  int n_running;
  CURLMcode code = self->curl->multi_socket_action (self->multi, socket, events, &n_running);

  if (code != CURLM_OK)
    g_warning ("curl: %s", self->curl->multi_strerror (code));
  complete_requests (self);
}

static void
on_ready (int fd, GIOCondition condition, gpointer user_data)
{
  int events = 0;

  if (condition & G_IO_IN)
    events |= CURL_CSELECT_IN;
  if (condition & G_IO_OUT)
    events |= CURL_CSELECT_OUT;
  if (condition & (G_IO_ERR | G_IO_HUP | G_IO_NVAL))
    events |= CURL_CSELECT_ERR;
  dispatch (user_data, fd >= 0 ? fd : CURL_SOCKET_TIMEOUT, events);
}

/* CURL_POLL_REMOVE and CURL_POLL_NONE share no bit with the two that wait for something. */
static int
watch_socket (CURL *easy, curl_socket_t fd, int what, void *user_data, void *socket_data)
{
  PdkHttpClient *self = user_data;
  GIOCondition condition = 0;

  if (what & CURL_POLL_IN)
    condition |= G_IO_IN;
  if (what & CURL_POLL_OUT)
    condition |= G_IO_OUT;
  pdk_fd_watch_set (self->watch, fd, condition);
  return 0;
}

static int
set_timeout (CURLM *multi, long timeout_msec, void *user_data)
{
  PdkHttpClient *self = user_data;

  pdk_fd_watch_set_timeout (self->watch, timeout_msec);
  return 0;
}

/* --- the class --- */

/* One that waits is over, for this @error. Its callback may do what it likes with the client. */
static void
fail_waiting (Waiting *waiting, const GError *error)
{
  g_autoptr (GTask) task = g_object_ref (waiting->task);

  g_ptr_array_remove (waiting->client->waiting, waiting);
  g_task_return_error (task, g_error_copy (error));
}

static void
pdk_http_client_dispose (GObject *object)
{
  PdkHttpClient *self = PDK_HTTP_CLIENT (object);
  g_autoptr (GError) gone = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, _ ("the client is gone"));

  /* Tasks hold references, so this finds some only when somebody forces the disposal. */
  while (self->waiting->len > 0)
    fail_waiting (g_ptr_array_index (self->waiting, 0), gone);
  while (self->in_flight->len > 0)
    finish_request (g_ptr_array_index (self->in_flight, 0), NULL, g_error_copy (gone));
  G_OBJECT_CLASS (pdk_http_client_parent_class)->dispose (object);
}

static void
pdk_http_client_finalize (GObject *object)
{
  PdkHttpClient *self = PDK_HTTP_CLIENT (object);

  /* First, since it still reports sockets and timeouts. */
  if (self->multi != NULL)
    self->curl->multi_cleanup (self->multi);
  pdk_fd_watch_free (self->watch);
  g_ptr_array_unref (self->waiting);
  g_ptr_array_unref (self->in_flight);
  g_main_context_unref (self->context);
  G_OBJECT_CLASS (pdk_http_client_parent_class)->finalize (object);
}

static void
pdk_http_client_class_init (PdkHttpClientClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = pdk_http_client_dispose;
  object_class->finalize = pdk_http_client_finalize;
}

static void
open_multi (PdkHttpClient *self, const PdkCurl *curl)
{
  self->curl = curl;
  self->multi = curl->multi_init ();
  if (self->multi == NULL)
    g_error ("curl cannot be initialised");
  curl->multi_setopt (self->multi, CURLMOPT_SOCKETFUNCTION, watch_socket);
  curl->multi_setopt (self->multi, CURLMOPT_SOCKETDATA, self);
  curl->multi_setopt (self->multi, CURLMOPT_TIMERFUNCTION, set_timeout);
  curl->multi_setopt (self->multi, CURLMOPT_TIMERDATA, self);
  curl->multi_setopt (self->multi, CURLMOPT_MAXCONNECTS, MAX_IDLE_CONNECTIONS);
#if LIBCURL_VERSION_NUM >= 0x081400
  /* From here on resolver threads belong to the multi handle, which would wait for them when it goes. */
  curl->multi_setopt (self->multi, CURLMOPT_QUICK_EXIT, 1L);
#endif
}

static void
pdk_http_client_init (PdkHttpClient *self)
{
  const PdkCurl *curl = pdk_curl_get ();

  self->context = g_main_context_ref_thread_default ();
  self->waiting = g_ptr_array_new_with_free_func (waiting_free);
  self->in_flight = g_ptr_array_new ();
  self->watch = pdk_fd_watch_new (self->context, on_ready, self);
  if (curl != NULL)
    open_multi (self, curl);
}

/* --- the start of a request --- */

static void
start (PdkHttpClient *self, GTask *task, const PdkHttpRequest *request)
{
  GCancellable *cancellable = g_task_get_cancellable (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (PdkHttpTransfer) transfer = pdk_http_transfer_new (self->curl, request, &error);
  Request *flight;
  CURL *easy;

  if (transfer == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  if (g_task_return_error_if_cancelled (task))
    return;

  flight = g_new0 (Request, 1);
  flight->client = self;
  flight->task = g_object_ref (task);
  flight->transfer = g_steal_pointer (&transfer);
  g_task_set_task_data (task, flight, request_free);
  g_ptr_array_add (self->in_flight, flight);
  easy = pdk_http_transfer_open (flight->transfer);
  if (easy == NULL || self->curl->easy_setopt (easy, CURLOPT_PRIVATE, flight) != CURLE_OK ||
      self->curl->multi_add_handle (self->multi, easy) != CURLM_OK)
    {
      finish_request (flight, NULL,
                      g_error_new_literal (PDK_ERROR, PDK_ERROR_FAILED, _ ("curl takes no request")));
      return;
    }
  if (cancellable != NULL)
    {
      flight->cancel = g_cancellable_source_new (cancellable);
      g_source_set_callback (flight->cancel, G_SOURCE_FUNC (on_cancelled), flight, NULL);
      g_source_attach (flight->cancel, self->context);
    }
}

/* Those that wait are sent, or told why not; their callbacks may do what they like with the client. The
 * reference keeps it meanwhile; it is not the task's, which a thread may be the last to have. */
static void
on_loaded (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PdkHttpClient) self = user_data;
  g_autoptr (GError) error = NULL;
  const PdkCurl *curl = g_task_propagate_pointer (G_TASK (result), &error);

  self->is_loading = FALSE;
  if (curl != NULL)
    open_multi (self, curl);
  while (self->waiting->len > 0)
    {
      Waiting *waiting = g_ptr_array_index (self->waiting, 0);

      if (curl == NULL)
        {
          fail_waiting (waiting, error);
          continue;
        }
      g_ptr_array_steal_index (self->waiting, 0);
      start (self, waiting->task, waiting->request);
      waiting_free (waiting);
    }
}

static void
load (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;
  const PdkCurl *curl = pdk_curl_load (&error);

  if (curl != NULL)
    g_task_return_pointer (task, (gpointer) curl, NULL);
  else
    g_task_return_error (task, error);
}

static gboolean
on_cancelled_while_waiting (GCancellable *cancellable, gpointer user_data)
{
  g_autoptr (GError) error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, _ ("cancelled"));

  fail_waiting (user_data, error);
  return G_SOURCE_REMOVE;
}

/* The loader of libraries lets nobody start a thread meanwhile. So whatever else was begun in this turn of
 * the main loop goes first. */
static gboolean
on_idle (gpointer user_data)
{
  PdkHttpClient *self = user_data;
  g_autoptr (GTask) loading = NULL;

  /* Whoever iterates the context need not have it for their default. */
  g_main_context_push_thread_default (self->context);
  loading = g_task_new (NULL, NULL, on_loaded, g_object_ref (self));
  g_main_context_pop_thread_default (self->context);
  g_task_run_in_thread (loading, load);
  return G_SOURCE_REMOVE;
}

static void
wait_for_curl (PdkHttpClient *self, GTask *task, const PdkHttpRequest *request)
{
  GCancellable *cancellable = g_task_get_cancellable (task);
  Waiting *waiting = g_new0 (Waiting, 1);

  waiting->client = self;
  waiting->task = g_object_ref (task);
  waiting->request = pdk_http_request_copy (request);
  if (cancellable != NULL)
    {
      waiting->cancel = g_cancellable_source_new (cancellable);
      g_source_set_callback (waiting->cancel, G_SOURCE_FUNC (on_cancelled_while_waiting), waiting, NULL);
      g_source_attach (waiting->cancel, self->context);
    }
  g_ptr_array_add (self->waiting, waiting);
  if (!self->is_loading)
    {
      g_autoptr (GSource) idle = g_idle_source_new ();

      self->is_loading = TRUE;
      g_source_set_callback (idle, on_idle, g_object_ref (self), g_object_unref);
      g_source_attach (idle, self->context);
    }
}

/**
 * pdk_http_client_new:
 *
 * Makes a client that works on the thread-default main context, and is to be used in that context's thread
 * only. The program is expected to ignore SIGPIPE, which a TLS connection can raise.
 *
 * Returns: (transfer full): a client
 */
PdkHttpClient *
pdk_http_client_new (void)
{
  return g_object_new (PDK_TYPE_HTTP_CLIENT, NULL);
}

/**
 * pdk_http_client_send_async:
 * @request: what to send; copied
 * @cancellable: (nullable): ends the request at once, from any thread
 * @callback: called on the client's context, and never from within this call
 * @user_data: for @callback
 *
 * Sends a request. Any answer is a result, whatever its status, and no redirect is followed. A proxy that the
 * environment names is used, except for loopback addresses. The client lives on until its requests have
 * ended. What it takes to load curl before the first one is not counted to its deadlines.
 */
void
pdk_http_client_send_async (PdkHttpClient *self,
                            const PdkHttpRequest *request,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (PDK_IS_HTTP_CLIENT (self));
  g_return_if_fail (request != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, pdk_http_client_send_async);
  if (self->multi != NULL)
    start (self, task, request);
  else
    wait_for_curl (self, task, request);
}

/**
 * pdk_http_client_send_finish:
 * @result: what the callback was given
 * @error: of PDK_ERROR: %PDK_ERROR_USAGE when the request is not one that is ever sent (no I/O took place),
 *   %PDK_ERROR_NOT_RESOLVED, %PDK_ERROR_REFUSED, %PDK_ERROR_TIMED_OUT, %PDK_ERROR_TLS,
 * %PDK_ERROR_INTERRUPTED, %PDK_ERROR_MALFORMED when the answer is not HTTP, %PDK_ERROR_TOO_LARGE, else
 * %PDK_ERROR_FAILED; or %G_IO_ERROR_CANCELLED. Messages are translated, and made to stand within a sentence.
 *
 * Returns: (transfer full) (nullable): the answer, or %NULL with @error set
 */
PdkHttpResponse *
pdk_http_client_send_finish (PdkHttpClient *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (PDK_IS_HTTP_CLIENT (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, pdk_http_client_send_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
