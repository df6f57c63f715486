/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * One transfer: a curl easy handle with all that it points to, which the transfer owns. How a request is put
 * to curl, how its answer is taken in and bounded, and what curl's codes mean in words of ours. Which thread,
 * and when: pdk-http-client.c decides.
 *
 * The handle points into the transfer, so that a transfer never moves. Times are in milliseconds.
 */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-http-transfer-private.h"

#include <errno.h>
#include <string.h>

#include <glib/gi18n-lib.h>

#include "pdk-error.h"
#include "pdk-http-request-private.h"

/* Over any usual poll interval; a peer that forgot us earlier costs a new connection. */
#define MAX_IDLE_SECONDS 900L

struct _PdkHttpTransfer
{
  const PdkCurl *curl;
  CURL *easy;
  CURLU *address;
  struct curl_slist *headers; /* may hold the key */
  char *body;                 /* (nullable) */
  char *label;
  PdkHttpResponse *response; /* (nullable): NULL once it was taken */
  gboolean overflow;         /* the response went over a bound */
  gboolean is_loopback;
  guint connect_msec;
  guint answer_msec;
};

static char *
get_url_part (const PdkCurl *curl, CURLU *address, CURLUPart which)
{
  char *part = NULL;
  char *copy;

  if (curl->url_get (address, which, &part, 0) != CURLUE_OK)
    return NULL;
  copy = g_strdup (part);
  curl->free (part);
  return copy;
}

static void
wipe_headers (PdkHttpTransfer *self)
{
  for (struct curl_slist *line = self->headers; line != NULL; line = line->next)
    explicit_bzero (line->data, strlen (line->data));
  self->curl->slist_free_all (self->headers);
}

static void
add_header (PdkHttpTransfer *self, const char *line)
{
  self->headers = self->curl->slist_append (self->headers, line);
}

static gint64
get_time (PdkHttpTransfer *self, CURLINFO which)
{
  curl_off_t usec = 0;

  self->curl->easy_getinfo (self->easy, which, &usec);
  return usec;
}

static GError *
timeout_error (PdkHttpTransfer *self)
{
  gboolean sent = get_time (self, CURLINFO_PRETRANSFER_TIME_T) > 0;
  gboolean resolved = sent || get_time (self, CURLINFO_NAMELOOKUP_TIME_T) > 0;
  double connect_seconds = MIN (self->connect_msec, self->answer_msec) / 1000.0;

  if (!resolved)
    return g_error_new (PDK_ERROR, PDK_ERROR_NOT_RESOLVED, _ ("no address found within %g s"),
                        connect_seconds);
  if (!sent)
    return g_error_new (PDK_ERROR, PDK_ERROR_TIMED_OUT, _ ("no connection within %g s"), connect_seconds);
  return g_error_new (PDK_ERROR, PDK_ERROR_TIMED_OUT, _ ("no answer within %g s"),
                      self->answer_msec / 1000.0);
}

static GError *
connect_error (PdkHttpTransfer *self)
{
  long os_errno = 0;

  self->curl->easy_getinfo (self->easy, CURLINFO_OS_ERRNO, &os_errno);
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
transfer_error (PdkHttpTransfer *self, CURLcode code)
{
  long proxy_status = 0;

  if (self->overflow)
    return g_error_new_literal (PDK_ERROR, PDK_ERROR_TOO_LARGE, _ ("the answer is too large"));
  if (code == CURLE_OPERATION_TIMEDOUT)
    return timeout_error (self);

  /* A proxy that will not tunnel is told by one code or another, depending on curl's version. */
  self->curl->easy_getinfo (self->easy, CURLINFO_HTTP_CONNECTCODE, &proxy_status);
  if (proxy_status >= 300)
    return g_error_new (PDK_ERROR, PDK_ERROR_FAILED, _ ("the proxy answered with status %ld"), proxy_status);
  if (code == CURLE_COULDNT_CONNECT)
    return connect_error (self);

  for (guint i = 0; i < G_N_ELEMENTS (causes); i++)
    {
      if (causes[i].code == code)
        return g_error_new_literal (PDK_ERROR, causes[i].error, _ (causes[i].text));
    }
  return g_error_new_literal (PDK_ERROR, PDK_ERROR_FAILED, self->curl->easy_strerror (code));
}

static size_t
receive_header (char *data, size_t size, size_t n_items, void *user_data)
{
  PdkHttpTransfer *self = user_data;

  if (pdk_http_response_add_header_line (self->response, data, size * n_items))
    return size * n_items;
  self->overflow = TRUE;
  return CURL_WRITEFUNC_ERROR;
}

static size_t
receive_body (char *data, size_t size, size_t n_items, void *user_data)
{
  PdkHttpTransfer *self = user_data;

  if (pdk_http_response_add_body (self->response, data, size * n_items))
    return size * n_items;
  self->overflow = TRUE;
  return CURL_WRITEFUNC_ERROR;
}

static void
set_headers (PdkHttpTransfer *self, const char *bearer_token)
{
  if (self->body != NULL)
    {
      add_header (self, "Content-Type: application/json");
      /* No round trip to ask whether a body is welcome. */
      add_header (self, "Expect:");
    }
  if (bearer_token != NULL)
    {
      g_autofree char *line = g_strconcat ("Authorization: Bearer ", bearer_token, NULL);

      add_header (self, line);
      explicit_bzero (line, strlen (line));
    }
}

/* What goes over the wire, and where it comes back to. */
static gboolean
set_message_options (PdkHttpTransfer *self)
{
  const PdkCurl *curl = self->curl;
  CURL *easy = self->easy;
  int failed = 0;

  failed |= curl->easy_setopt (easy, CURLOPT_CURLU, self->address);
  failed |= curl->easy_setopt (easy, CURLOPT_USERAGENT, "paddock/" PACKAGE_VERSION);
  failed |= curl->easy_setopt (easy, CURLOPT_HTTPHEADER, self->headers);
  failed |= curl->easy_setopt (easy, CURLOPT_HEADEROPT, (long) CURLHEADER_SEPARATE);
  if (self->body != NULL)
    {
      failed |= curl->easy_setopt (easy, CURLOPT_POSTFIELDS, self->body);
      failed |= curl->easy_setopt (easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t) strlen (self->body));
    }
  failed |= curl->easy_setopt (easy, CURLOPT_HEADERFUNCTION, receive_header);
  failed |= curl->easy_setopt (easy, CURLOPT_HEADERDATA, self);
  failed |= curl->easy_setopt (easy, CURLOPT_WRITEFUNCTION, receive_body);
  failed |= curl->easy_setopt (easy, CURLOPT_WRITEDATA, self);
  return failed == 0;
}

/* How it is carried, and what is not done on the way. */
static gboolean
set_transport_options (PdkHttpTransfer *self)
{
  const PdkCurl *curl = self->curl;
  CURL *easy = self->easy;
  int failed = 0;

  failed |= curl->easy_setopt (easy, CURLOPT_PROTOCOLS_STR, "http,https");
  failed |= curl->easy_setopt (easy, CURLOPT_HTTP_VERSION, (long) CURL_HTTP_VERSION_1_1);
  failed |= curl->easy_setopt (easy, CURLOPT_HTTP09_ALLOWED, 0L);
  failed |= curl->easy_setopt (easy, CURLOPT_FOLLOWLOCATION, 0L);
  failed |= curl->easy_setopt (easy, CURLOPT_UNRESTRICTED_AUTH, 0L);
  failed |= curl->easy_setopt (easy, CURLOPT_NETRC, (long) CURL_NETRC_IGNORED);
  failed |= curl->easy_setopt (easy, CURLOPT_HTTP_CONTENT_DECODING, 0L);
  failed |= curl->easy_setopt (easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  failed |= curl->easy_setopt (easy, CURLOPT_SSL_VERIFYPEER, 1L);
  failed |= curl->easy_setopt (easy, CURLOPT_SSL_VERIFYHOST, 2L);
  if (pdk_curl_has_hashed_certificates ())
    failed |= curl->easy_setopt (easy, CURLOPT_CAINFO, NULL);
  if (self->is_loopback)
    failed |= curl->easy_setopt (easy, CURLOPT_NOPROXY, "*");

  failed |= curl->easy_setopt (easy, CURLOPT_CONNECTTIMEOUT_MS, (long) self->connect_msec);
  failed |= curl->easy_setopt (easy, CURLOPT_TIMEOUT_MS, (long) self->answer_msec);
  failed |= curl->easy_setopt (easy, CURLOPT_MAXAGE_CONN, MAX_IDLE_SECONDS);
  failed |= curl->easy_setopt (easy, CURLOPT_NOSIGNAL, 1L);
  /* Without this, giving up on a name waits until the resolver does. */
  failed |= curl->easy_setopt (easy, CURLOPT_QUICK_EXIT, 1L);
  return failed == 0;
}

/**
 * pdk_http_transfer_new:
 * @curl: the functions, initialised
 * @wanted: what to send; copied
 * @error: return location for %PDK_ERROR_USAGE when it is not a request that is ever sent
 *
 * Does no I/O, and has no handle of curl's yet.
 *
 * Returns: (transfer full) (nullable): the transfer, or %NULL with @error set
 */
PdkHttpTransfer *
pdk_http_transfer_new (const PdkCurl *curl, const PdkHttpRequest *wanted, GError **error)
{
  CURLU *address = curl->url ();
  gboolean parsed =
      wanted->url != NULL && curl->url_set (address, CURLUPART_URL, wanted->url, 0) == CURLUE_OK;
  g_autofree char *scheme = parsed ? get_url_part (curl, address, CURLUPART_SCHEME) : NULL;
  g_autofree char *host = parsed ? get_url_part (curl, address, CURLUPART_HOST) : NULL;
  g_autofree char *port = parsed ? get_url_part (curl, address, CURLUPART_PORT) : NULL;
  g_autofree char *path = parsed ? get_url_part (curl, address, CURLUPART_PATH) : NULL;
  PdkHttpTransfer *self;

  if (!pdk_http_request_check (wanted, scheme, host, error))
    {
      curl->url_cleanup (address);
      return NULL;
    }

  self = g_new0 (PdkHttpTransfer, 1);
  self->curl = curl;
  self->label = g_strdup_printf ("%s %s://%s%s%s%s", wanted->method, scheme, host, port != NULL ? ":" : "",
                                 port != NULL ? port : "", path != NULL ? path : "");
  self->address = address;
  self->is_loopback = pdk_http_request_is_loopback (host);
  self->body = g_strdup (wanted->body);
  self->connect_msec = MIN (wanted->connect_msec, G_MAXINT32);
  self->answer_msec = MIN (wanted->answer_msec, G_MAXINT32);
  self->response = pdk_http_response_new (wanted->max_body_bytes);
  set_headers (self, wanted->bearer_token);
  return self;
}

/**
 * pdk_http_transfer_free:
 * @self: (transfer full): a transfer whose handle is in no multi handle any more
 *
 * Frees the transfer, and leaves nothing of a key behind.
 */
void
pdk_http_transfer_free (PdkHttpTransfer *self)
{
  if (self->easy != NULL)
    self->curl->easy_cleanup (self->easy);
  wipe_headers (self);
  self->curl->url_cleanup (self->address);
  g_clear_pointer (&self->response, pdk_http_response_free);
  g_free (self->body);
  g_free (self->label);
  g_free (self);
}

/** pdk_http_transfer_get_label: Returns: (transfer none): what it is, for the log: no user, no password, no
 * query */
const char *
pdk_http_transfer_get_label (PdkHttpTransfer *self)
{
  return self->label;
}

/**
 * pdk_http_transfer_open:
 * @self: a transfer without a handle
 *
 * Makes the handle, ready to be added to a multi handle.
 *
 * Returns: (transfer none) (nullable): the handle, or %NULL when curl refuses what it has to be set to
 */
CURL *
pdk_http_transfer_open (PdkHttpTransfer *self)
{
  g_return_val_if_fail (self->easy == NULL, NULL);

  self->easy = self->curl->easy_init ();
  if (self->easy == NULL || !set_message_options (self) || !set_transport_options (self))
    return NULL;
  return self->easy;
}

/** pdk_http_transfer_get_handle: Returns: (transfer none) (nullable): the handle, %NULL before it was opened
 */
CURL *
pdk_http_transfer_get_handle (PdkHttpTransfer *self)
{
  return self->easy;
}

/**
 * pdk_http_transfer_take_response:
 * @self: a transfer that has ended
 * @code: how it did, in curl's word
 * @error: return location, see pdk_http_client_send_finish()
 *
 * Returns: (transfer full) (nullable): the answer, sealed; or %NULL with @error set
 */
PdkHttpResponse *
pdk_http_transfer_take_response (PdkHttpTransfer *self, CURLcode code, GError **error)
{
  long status = 0, n_connects = 0;

  if (code != CURLE_OK)
    {
      g_propagate_error (error, transfer_error (self, code));
      return NULL;
    }
  self->curl->easy_getinfo (self->easy, CURLINFO_RESPONSE_CODE, &status);
  self->curl->easy_getinfo (self->easy, CURLINFO_NUM_CONNECTS, &n_connects);
  pdk_http_response_seal (self->response, (guint) status, n_connects > 0);
  return g_steal_pointer (&self->response);
}
