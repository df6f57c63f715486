/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * HTTP requests on a main context, over one curl multi handle: the only file that knows of curl.
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

#include <errno.h>
#include <string.h>

#include <curl/curl.h>
#include <glib/gi18n-lib.h>

#include "pdk-error.h"
#include "pdk-fd-watch.h"
#include "pdk-http-request-private.h"
#include "pdk-http-response-private.h"

#define MAX_IDLE_CONNECTIONS 8L
#define MAX_IDLE_SECONDS 900L /* over any usual poll interval; a peer that forgot us earlier costs a new connection */

struct _PdkHttpClient
{
  GObject parent_instance;

  GMainContext *context;
  PdkFdWatch *watch; /* what curl wants watched right now */
  CURLM *multi;
  GPtrArray *in_flight; /* Request, owned by their tasks */
  gboolean has_hashed_certificates;
};

G_DEFINE_FINAL_TYPE (PdkHttpClient, pdk_http_client, G_TYPE_OBJECT)

typedef struct
{
  PdkHttpClient *client; /* kept alive by the task */
  GTask *task;           /* owned while in flight, NULL afterwards */
  GSource *cancel;       /* (nullable) */
  CURL *easy;
  CURLU *address;
  struct curl_slist *headers; /* may hold the key */
  char *body;                 /* (nullable) */
  char *label;                /* for the log: no user, no password, no query */
  PdkHttpResponse *response;
  gboolean overflow; /* the response went over a bound */
  gboolean is_loopback;
  guint connect_msec;
  guint answer_msec;
} Request;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CURLU, curl_url_cleanup)

static void
request_free (Request *request)
{
  g_free (request->body);
  g_free (request->label);
  g_clear_pointer (&request->address, curl_url_cleanup);
  g_clear_pointer (&request->response, pdk_http_response_unref);
  g_free (request);
}

static char *
get_url_part (CURLU *address, CURLUPart which)
{
  char *part = NULL;
  char *copy;

  if (curl_url_get (address, which, &part, 0) != CURLUE_OK)
    return NULL;
  copy = g_strdup (part);
  curl_free (part);
  return copy;
}

/* --- the end of a request --- */

static void
wipe_headers (struct curl_slist *headers)
{
  for (struct curl_slist *line = headers; line != NULL; line = line->next)
    explicit_bzero (line->data, strlen (line->data));
  curl_slist_free_all (headers);
}

/* The one end of every request, of which only the first counts. Takes @error; without one, the response is
 * the result. The task comes last: its callback may do what it likes with the client. */
static void
finish_request (Request *request, GError *error)
{
  g_autoptr (GTask) task = g_steal_pointer (&request->task);

  if (task == NULL)
    {
      g_clear_error (&error);
      return;
    }
  g_debug ("%s: %s", request->label, error != NULL ? error->message : "answered");
  if (request->cancel != NULL)
    g_source_destroy (request->cancel);
  g_clear_pointer (&request->cancel, g_source_unref);
  g_ptr_array_remove_fast (request->client->in_flight, request);
  curl_multi_remove_handle (request->client->multi, request->easy);
  g_clear_pointer (&request->easy, curl_easy_cleanup);
  g_clear_pointer (&request->headers, wipe_headers);

  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, g_steal_pointer (&request->response),
                           (GDestroyNotify) pdk_http_response_unref);
}

static gint64
get_time (CURL *easy, CURLINFO which)
{
  curl_off_t usec = 0;

  curl_easy_getinfo (easy, which, &usec);
  return usec;
}

static GError *
timeout_error (Request *request)
{
  gboolean sent = get_time (request->easy, CURLINFO_PRETRANSFER_TIME_T) > 0;
  gboolean resolved = sent || get_time (request->easy, CURLINFO_NAMELOOKUP_TIME_T) > 0;
  double connect_seconds = MIN (request->connect_msec, request->answer_msec) / 1000.0;

  if (!resolved)
    return g_error_new (PDK_ERROR, PDK_ERROR_NOT_RESOLVED, _ ("no address found within %g s"),
                        connect_seconds);
  if (!sent)
    return g_error_new (PDK_ERROR, PDK_ERROR_TIMED_OUT, _ ("no connection within %g s"), connect_seconds);
  return g_error_new (PDK_ERROR, PDK_ERROR_TIMED_OUT, _ ("no answer within %g s"),
                      request->answer_msec / 1000.0);
}

static GError *
connect_error (Request *request)
{
  long os_errno = 0;

  curl_easy_getinfo (request->easy, CURLINFO_OS_ERRNO, &os_errno);
  switch (os_errno)
    {
    case ECONNREFUSED:
      return g_error_new_literal (PDK_ERROR, PDK_ERROR_REFUSED, _ ("connection refused"));
    case EHOSTUNREACH:
      return g_error_new_literal (PDK_ERROR, PDK_ERROR_FAILED, _ ("no route to host"));
    case ENETUNREACH:
      return g_error_new_literal (PDK_ERROR, PDK_ERROR_FAILED, _ ("network unreachable"));
    case ETIMEDOUT: /* the kernel gave up before we did */
      return g_error_new_literal (PDK_ERROR, PDK_ERROR_TIMED_OUT, _ ("no connection in time"));
    default:
      return g_error_new_literal (PDK_ERROR, PDK_ERROR_FAILED, _ ("no connection"));
    }
}

/* Codes with one meaning, whenever they come. */
static const struct
{
  CURLcode code;
  PdkError error;
  const char *text;
} causes[] = {
  { CURLE_COULDNT_RESOLVE_HOST, PDK_ERROR_NOT_RESOLVED, N_ ("no address found for this name") },
  { CURLE_COULDNT_RESOLVE_PROXY, PDK_ERROR_NOT_RESOLVED, N_ ("no address found for the proxy") },
  { CURLE_PROXY, PDK_ERROR_FAILED, N_ ("the proxy did not connect") },
  { CURLE_GOT_NOTHING, PDK_ERROR_INTERRUPTED, N_ ("connection closed without an answer") },
  { CURLE_PARTIAL_FILE, PDK_ERROR_INTERRUPTED, N_ ("connection closed in the middle of the answer") },
  { CURLE_RECV_ERROR, PDK_ERROR_INTERRUPTED, N_ ("connection broken off") },
  { CURLE_SEND_ERROR, PDK_ERROR_INTERRUPTED, N_ ("connection broken off") },
  { CURLE_PEER_FAILED_VERIFICATION, PDK_ERROR_TLS, N_ ("the certificate is not trusted") },
  { CURLE_SSL_ISSUER_ERROR, PDK_ERROR_TLS, N_ ("the certificate is not trusted") },
  { CURLE_SSL_INVALIDCERTSTATUS, PDK_ERROR_TLS, N_ ("the certificate is not trusted") },
  { CURLE_SSL_CONNECT_ERROR, PDK_ERROR_TLS, N_ ("no secure connection") },
  { CURLE_SSL_CERTPROBLEM, PDK_ERROR_TLS, N_ ("no secure connection") },
  { CURLE_SSL_CIPHER, PDK_ERROR_TLS, N_ ("no secure connection") },
  { CURLE_USE_SSL_FAILED, PDK_ERROR_TLS, N_ ("no secure connection") },
  { CURLE_SSL_CACERT_BADFILE, PDK_ERROR_TLS, N_ ("the system's certificates cannot be read") },
  { CURLE_SSL_CRL_BADFILE, PDK_ERROR_TLS, N_ ("the system's certificates cannot be read") },
  { CURLE_UNSUPPORTED_PROTOCOL, PDK_ERROR_MALFORMED, N_ ("the answer is not HTTP") },
  { CURLE_WEIRD_SERVER_REPLY, PDK_ERROR_MALFORMED, N_ ("the answer is not HTTP") },
  { CURLE_BAD_CONTENT_ENCODING, PDK_ERROR_MALFORMED, N_ ("the answer is badly encoded") },
  /* What curl says of a single header line over 100 kB, until 8.6. */
  { CURLE_OUT_OF_MEMORY, PDK_ERROR_TOO_LARGE, N_ ("the answer is too large") },
#if LIBCURL_VERSION_NUM >= 0x080600
  { CURLE_TOO_LARGE, PDK_ERROR_TOO_LARGE, N_ ("the answer is too large") },
#endif
};

static GError *
transfer_error (Request *request, CURLcode code)
{
  long proxy_status = 0;

  if (request->overflow)
    return g_error_new_literal (PDK_ERROR, PDK_ERROR_TOO_LARGE, _ ("the answer is too large"));
  if (code == CURLE_OPERATION_TIMEDOUT)
    return timeout_error (request);

  /* A proxy that will not tunnel is told by one code or another, depending on curl's version. */
  curl_easy_getinfo (request->easy, CURLINFO_HTTP_CONNECTCODE, &proxy_status);
  if (proxy_status >= 300)
    return g_error_new (PDK_ERROR, PDK_ERROR_FAILED, _ ("the proxy answered with status %ld"), proxy_status);
  if (code == CURLE_COULDNT_CONNECT)
    return connect_error (request);

  for (guint i = 0; i < G_N_ELEMENTS (causes); i++)
    {
      if (causes[i].code == code)
        return g_error_new_literal (PDK_ERROR, causes[i].error, _ (causes[i].text));
    }
  return g_error_new_literal (PDK_ERROR, PDK_ERROR_FAILED, curl_easy_strerror (code));
}

static void
complete_request (Request *request, CURLcode code)
{
  long status = 0, n_connects = 0;

  if (code != CURLE_OK)
    {
      finish_request (request, transfer_error (request, code));
      return;
    }
  curl_easy_getinfo (request->easy, CURLINFO_RESPONSE_CODE, &status);
  curl_easy_getinfo (request->easy, CURLINFO_NUM_CONNECTS, &n_connects);
  pdk_http_response_seal (request->response, (guint) status, n_connects > 0);
  finish_request (request, NULL);
}

static gboolean
on_cancelled (GCancellable *cancellable, gpointer user_data)
{
  /* Whatever @cancellable says now: it may have been reset since. */
  finish_request (user_data, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, _ ("cancelled")));
  return G_SOURCE_REMOVE;
}

/* --- the multi handle on the main context --- */

static void
complete_requests (PdkHttpClient *self)
{
  CURLMsg *message;
  int n_left;

  while ((message = curl_multi_info_read (self->multi, &n_left)) != NULL)
    {
      CURLcode code = message->data.result; /* the message goes with the handle */
      char *request = NULL;

      if (message->msg != CURLMSG_DONE)
        continue;
      curl_easy_getinfo (message->easy_handle, CURLINFO_PRIVATE, &request);
      complete_request ((gpointer) request, code);
    }
}

/* The reference keeps the client while callbacks of tasks, which may drop the last one, run in here. */
static void
dispatch (PdkHttpClient *client, curl_socket_t socket, int events)
{
  g_autoptr (PdkHttpClient) self = g_object_ref (client);
  int n_running;
  CURLMcode code = curl_multi_socket_action (self->multi, socket, events, &n_running);

  if (code != CURLM_OK)
    g_warning ("curl: %s", curl_multi_strerror (code));
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

/* --- setting up a transfer --- */

static size_t
receive_header (char *data, size_t size, size_t n_items, void *user_data)
{
  Request *request = user_data;

  if (pdk_http_response_add_header_line (request->response, data, size * n_items))
    return size * n_items;
  request->overflow = TRUE;
  return CURL_WRITEFUNC_ERROR;
}

static size_t
receive_body (char *data, size_t size, size_t n_items, void *user_data)
{
  Request *request = user_data;

  if (pdk_http_response_add_body (request->response, data, size * n_items))
    return size * n_items;
  request->overflow = TRUE;
  return CURL_WRITEFUNC_ERROR;
}

static Request *
request_new (PdkHttpClient *self, const PdkHttpRequest *wanted, GError **error)
{
  g_autoptr (CURLU) address = curl_url ();
  gboolean parsed = wanted->url != NULL && curl_url_set (address, CURLUPART_URL, wanted->url, 0) == CURLUE_OK;
  g_autofree char *scheme = parsed ? get_url_part (address, CURLUPART_SCHEME) : NULL;
  g_autofree char *host = parsed ? get_url_part (address, CURLUPART_HOST) : NULL;
  g_autofree char *port = parsed ? get_url_part (address, CURLUPART_PORT) : NULL;
  g_autofree char *path = parsed ? get_url_part (address, CURLUPART_PATH) : NULL;
  Request *request;

  if (!pdk_http_request_check (wanted, scheme, host, error))
    return NULL;

  request = g_new0 (Request, 1);
  request->client = self;
  request->label = g_strdup_printf ("%s %s://%s%s%s%s", wanted->method, scheme, host, port != NULL ? ":" : "",
                                    port != NULL ? port : "", path != NULL ? path : "");
  request->address = g_steal_pointer (&address);
  request->is_loopback = pdk_http_request_is_loopback (host);
  request->body = g_strdup (wanted->body);
  request->connect_msec = MIN (wanted->connect_msec, G_MAXINT32);
  request->answer_msec = MIN (wanted->answer_msec, G_MAXINT32);
  request->response = pdk_http_response_new (wanted->max_body_bytes);
  return request;
}

static void
set_headers (Request *request, const char *bearer_token)
{
  if (request->body != NULL)
    {
      request->headers = curl_slist_append (request->headers, "Content-Type: application/json");
      /* No round trip to ask whether a body is welcome. */
      request->headers = curl_slist_append (request->headers, "Expect:");
    }
  if (bearer_token != NULL)
    {
      g_autofree char *line = g_strconcat ("Authorization: Bearer ", bearer_token, NULL);

      request->headers = curl_slist_append (request->headers, line);
      explicit_bzero (line, strlen (line));
    }
}

/* What goes over the wire, and where it comes back to. */
static gboolean
set_message_options (Request *request)
{
  CURL *easy = request->easy;
  int failed = 0;

  failed |= curl_easy_setopt (easy, CURLOPT_CURLU, request->address);
  failed |= curl_easy_setopt (easy, CURLOPT_USERAGENT, "paddock/" PACKAGE_VERSION);
  failed |= curl_easy_setopt (easy, CURLOPT_HTTPHEADER, request->headers);
  failed |= curl_easy_setopt (easy, CURLOPT_HEADEROPT, (long) CURLHEADER_SEPARATE);
  if (request->body != NULL)
    {
      failed |= curl_easy_setopt (easy, CURLOPT_POSTFIELDS, request->body);
      failed |= curl_easy_setopt (easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t) strlen (request->body));
    }
  failed |= curl_easy_setopt (easy, CURLOPT_HEADERFUNCTION, receive_header);
  failed |= curl_easy_setopt (easy, CURLOPT_HEADERDATA, request);
  failed |= curl_easy_setopt (easy, CURLOPT_WRITEFUNCTION, receive_body);
  failed |= curl_easy_setopt (easy, CURLOPT_WRITEDATA, request);
  failed |= curl_easy_setopt (easy, CURLOPT_PRIVATE, request);
  return failed == 0;
}

/* How it is carried, and what is not done on the way. */
static gboolean
set_transport_options (Request *request)
{
  CURL *easy = request->easy;
  int failed = 0;

  failed |= curl_easy_setopt (easy, CURLOPT_PROTOCOLS_STR, "http,https");
  failed |= curl_easy_setopt (easy, CURLOPT_HTTP_VERSION, (long) CURL_HTTP_VERSION_1_1);
  failed |= curl_easy_setopt (easy, CURLOPT_HTTP09_ALLOWED, 0L);
  failed |= curl_easy_setopt (easy, CURLOPT_FOLLOWLOCATION, 0L);
  failed |= curl_easy_setopt (easy, CURLOPT_UNRESTRICTED_AUTH, 0L);
  failed |= curl_easy_setopt (easy, CURLOPT_NETRC, (long) CURL_NETRC_IGNORED);
  failed |= curl_easy_setopt (easy, CURLOPT_HTTP_CONTENT_DECODING, 0L);
  failed |= curl_easy_setopt (easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  failed |= curl_easy_setopt (easy, CURLOPT_SSL_VERIFYPEER, 1L);
  failed |= curl_easy_setopt (easy, CURLOPT_SSL_VERIFYHOST, 2L);
  if (request->client->has_hashed_certificates)
    failed |= curl_easy_setopt (easy, CURLOPT_CAINFO, NULL);
  if (request->is_loopback)
    failed |= curl_easy_setopt (easy, CURLOPT_NOPROXY, "*");

  failed |= curl_easy_setopt (easy, CURLOPT_CONNECTTIMEOUT_MS, (long) request->connect_msec);
  failed |= curl_easy_setopt (easy, CURLOPT_TIMEOUT_MS, (long) request->answer_msec);
  failed |= curl_easy_setopt (easy, CURLOPT_MAXAGE_CONN, MAX_IDLE_SECONDS);
  failed |= curl_easy_setopt (easy, CURLOPT_NOSIGNAL, 1L);
  /* Without this, giving up on a name waits until the resolver does. */
  failed |= curl_easy_setopt (easy, CURLOPT_QUICK_EXIT, 1L);
  return failed == 0;
}

/* --- the class --- */

/* Whether @folder holds certificates under the hashes of their names, as OpenSSL looks them up
 * (openssl-rehash(1)). */
static gboolean
is_hashed_folder (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      if (strspn (name, "0123456789abcdef") == 8 && g_str_equal (name + 8, ".0"))
        return TRUE;
    }
  return FALSE;
}

/* Returns, as a pointer: whether the certificates of the system are looked up one by one. Reading the file
 * that has all of them takes some 20 ms for every connection, in which the main loop stands still. */
static gpointer
init_curl (gpointer data)
{
  const curl_version_info_data *version;

  /* Never undone: a resolver thread that was given up may outlive every client. */
  if (curl_global_init (CURL_GLOBAL_DEFAULT) != CURLE_OK)
    g_error ("curl cannot be initialised");

  version = curl_version_info (CURLVERSION_NOW);
  return GINT_TO_POINTER (version->ssl_version != NULL &&
                          g_str_has_prefix (version->ssl_version, "OpenSSL/") && version->capath != NULL &&
                          is_hashed_folder (version->capath));
}

static void
pdk_http_client_dispose (GObject *object)
{
  PdkHttpClient *self = PDK_HTTP_CLIENT (object);

  /* Tasks hold references, so this finds some only when somebody forces the disposal. */
  while (self->in_flight->len > 0)
    finish_request (g_ptr_array_index (self->in_flight, 0),
                    g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, _ ("the client is gone")));
  G_OBJECT_CLASS (pdk_http_client_parent_class)->dispose (object);
}

static void
pdk_http_client_finalize (GObject *object)
{
  PdkHttpClient *self = PDK_HTTP_CLIENT (object);

  /* First, since it still reports sockets and timeouts. */
  curl_multi_cleanup (self->multi);
  pdk_fd_watch_free (self->watch);
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
pdk_http_client_init (PdkHttpClient *self)
{
  static GOnce once = G_ONCE_INIT;

  self->has_hashed_certificates = GPOINTER_TO_INT (g_once (&once, init_curl, NULL));
  self->context = g_main_context_ref_thread_default ();
  self->in_flight = g_ptr_array_new ();
  self->watch = pdk_fd_watch_new (self->context, on_ready, self);
  self->multi = curl_multi_init ();
  if (self->multi == NULL)
    g_error ("curl cannot be initialised");
  curl_multi_setopt (self->multi, CURLMOPT_SOCKETFUNCTION, watch_socket);
  curl_multi_setopt (self->multi, CURLMOPT_SOCKETDATA, self);
  curl_multi_setopt (self->multi, CURLMOPT_TIMERFUNCTION, set_timeout);
  curl_multi_setopt (self->multi, CURLMOPT_TIMERDATA, self);
  curl_multi_setopt (self->multi, CURLMOPT_MAXCONNECTS, MAX_IDLE_CONNECTIONS);
#if LIBCURL_VERSION_NUM >= 0x081400
  /* From here on resolver threads belong to the multi handle, which would wait for them when it goes. */
  curl_multi_setopt (self->multi, CURLMOPT_QUICK_EXIT, 1L);
#endif
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
 * ended.
 */
void
pdk_http_client_send_async (PdkHttpClient *self,
                            const PdkHttpRequest *request,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (GError) error = NULL;
  Request *flight;

  g_return_if_fail (PDK_IS_HTTP_CLIENT (self));
  g_return_if_fail (request != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, pdk_http_client_send_async);
  flight = request_new (self, request, &error);
  if (flight == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  g_task_set_task_data (task, flight, (GDestroyNotify) request_free);
  if (g_task_return_error_if_cancelled (task))
    return;

  flight->task = g_object_ref (task);
  flight->easy = curl_easy_init ();
  g_ptr_array_add (self->in_flight, flight);
  set_headers (flight, request->bearer_token);
  if (!set_message_options (flight) || !set_transport_options (flight) ||
      curl_multi_add_handle (self->multi, flight->easy) != CURLM_OK)
    {
      finish_request (flight, g_error_new_literal (PDK_ERROR, PDK_ERROR_FAILED, _ ("curl takes no request")));
      return;
    }
  if (cancellable != NULL)
    {
      flight->cancel = g_cancellable_source_new (cancellable);
      g_source_set_callback (flight->cancel, G_SOURCE_FUNC (on_cancelled), flight, NULL);
      g_source_attach (flight->cancel, self->context);
    }
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
