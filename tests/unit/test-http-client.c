/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What comes back from servers good and bad, and what they are sent. */

#include "config.h"

#include <string.h>

#include "http-fixture.h"
#include "pdk-error.h"

/* --- answers --- */

static void
test_answer (Fixture *fixture, gconstpointer data)
{
  g_auto (Exchange) exchange = { 0 };
  g_autofree char *request = NULL;

  exchange_get (fixture, "/answer?secret-query=1", &exchange);
  assert_body (&exchange, "hello");
  g_assert_cmpuint (pdk_http_response_get_status (exchange.response), ==, 200);
  g_assert_cmpstr (pdk_http_response_get_header (exchange.response, "x-CASE"), ==, "Some value");
  g_assert_cmpstr (pdk_http_response_get_header (exchange.response, "X-Twice"), ==, "one");
  g_assert_null (pdk_http_response_get_header (exchange.response, "X-None"));

  request = http_server_get_last_request (fixture->server);
  g_assert_true (g_str_has_prefix (request, "GET /answer?secret-query=1 HTTP/1.1\n"));
  g_assert_nonnull (strstr (request, "\nUser-Agent: paddock/" PACKAGE_VERSION "\n"));
  g_assert_null (strstr (request, "Accept-Encoding"));
  g_assert_null (strstr (request, "Authorization"));
  g_assert_null (strstr (request, "Cookie"));
  assert_idle (fixture);
}

static void
test_post (Fixture *fixture, gconstpointer data)
{
  g_auto (Exchange) exchange = { 0 };
  g_autofree char *url = http_server_get_url (fixture->server, "/answer");
  g_autofree char *long_body = g_strnfill (2 * 1024 * 1024, 'b');
  g_autofree char *request_text = NULL;
  PdkHttpRequest request = get_request (url);

  request.method = "POST";
  request.body = "{\"a\":1}";
  exchange_run (fixture, &request, &exchange);
  assert_body (&exchange, "hello");
  request_text = http_server_get_last_request (fixture->server);
  g_assert_true (g_str_has_prefix (request_text, "POST /answer HTTP/1.1\n"));
  g_assert_nonnull (strstr (request_text, "\nContent-Type: application/json\n"));
  g_assert_true (g_str_has_suffix (request_text, "\n\n{\"a\":1}"));

  g_clear_pointer (&request_text, g_free);
  request.body = "";
  exchange_run (fixture, &request, &exchange);
  assert_body (&exchange, "hello");
  request_text = http_server_get_last_request (fixture->server);
  g_assert_nonnull (strstr (request_text, "\nContent-Length: 0\n"));

  g_clear_pointer (&request_text, g_free);
  request.body = long_body;
  exchange_run (fixture, &request, &exchange);
  assert_body (&exchange, "hello");
  request_text = http_server_get_last_request (fixture->server);
  g_assert_null (strstr (request_text, "Expect"));
  g_assert_true (g_str_has_suffix (request_text, long_body));
}

static void
test_statuses (Fixture *fixture, gconstpointer data)
{
  g_auto (Exchange) exchange = { 0 };

  exchange_get (fixture, "/empty", &exchange);
  assert_body (&exchange, "");
  g_assert_cmpuint (pdk_http_response_get_status (exchange.response), ==, 204);

  exchange_get (fixture, "/failure", &exchange);
  assert_body (&exchange, "busy");
  g_assert_cmpuint (pdk_http_response_get_status (exchange.response), ==, 503);
  g_assert_cmpstr (pdk_http_response_get_header (exchange.response, "Retry-After"), ==, "7");
}

static void
test_redirect (Fixture *fixture, gconstpointer data)
{
  g_auto (Exchange) exchange = { 0 };

  exchange_get (fixture, "/redirect", &exchange);
  assert_body (&exchange, "");
  g_assert_cmpuint (pdk_http_response_get_status (exchange.response), ==, 302);
  g_assert_cmpstr (pdk_http_response_get_header (exchange.response, "Location"), ==, "/answer");
  g_assert_cmpuint (http_server_count_requests (fixture->server), ==, 1);
}

static void
test_forms (Fixture *fixture, gconstpointer data)
{
  g_auto (Exchange) exchange = { 0 };

  exchange_get (fixture, "/chunked", &exchange);
  assert_body (&exchange, "hello");
  g_assert_null (pdk_http_response_get_header (exchange.response, "X-Trailer"));

  exchange_get (fixture, "/interims", &exchange);
  assert_body (&exchange, "hello");
  g_assert_cmpuint (pdk_http_response_get_status (exchange.response), ==, 200);
  g_assert_null (pdk_http_response_get_header (exchange.response, "X-Interim"));
  g_assert_cmpstr (pdk_http_response_get_header (exchange.response, "X-Case"), ==, "Some value");

  exchange_get (fixture, "/compressed", &exchange);
  g_assert_no_error (exchange.error);
  g_assert_cmpuint (g_bytes_get_size (pdk_http_response_get_body (exchange.response)), ==, 25);
}

/* --- bounds --- */

static void
test_too_large (Fixture *fixture, gconstpointer data)
{
  static const char *const paths[] = { "/huge", "/huge-in-chunks", "/endless-headers", "/endless-interims",
                                       "/endless-line" };
  g_auto (Exchange) exchange = { 0 };

  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      exchange_get (fixture, paths[i], &exchange);
      g_assert_error (exchange.error, PDK_ERROR, PDK_ERROR_TOO_LARGE);
    }
  assert_idle (fixture);
}

static void
test_body_bound (Fixture *fixture, gconstpointer data)
{
  g_auto (Exchange) exchange = { 0 };
  g_autofree char *url = http_server_get_url (fixture->server, "/answer");
  PdkHttpRequest request = get_request (url);

  request.max_body_bytes = 5;
  exchange_run (fixture, &request, &exchange);
  assert_body (&exchange, "hello");
  request.max_body_bytes = 4;
  exchange_run (fixture, &request, &exchange);
  g_assert_error (exchange.error, PDK_ERROR, PDK_ERROR_TOO_LARGE);
}

static void
test_many_headers (Fixture *fixture, gconstpointer data)
{
  g_auto (Exchange) exchange = { 0 };

  exchange_get (fixture, "/many-headers", &exchange);
  assert_body (&exchange, "");
  g_assert_cmpstr (pdk_http_response_get_header (exchange.response, "Content-Length"), ==, "0");
  g_assert_null (pdk_http_response_get_header (exchange.response, "X-Long"));
  g_assert_cmpstr (pdk_http_response_get_header (exchange.response, "X-62"), ==, "v");
  g_assert_null (pdk_http_response_get_header (exchange.response, "X-63"));
}

/* --- failures --- */

static void
test_broken_answers (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *path;
    PdkError code;
  } cases[] = {
    { "/cut-off", PDK_ERROR_INTERRUPTED },
    { "/close", PDK_ERROR_INTERRUPTED },
    { "/garbage", PDK_ERROR_MALFORMED },
  };
  g_auto (Exchange) exchange = { 0 };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      exchange_get (fixture, cases[i].path, &exchange);
      g_assert_error (exchange.error, PDK_ERROR, (int) cases[i].code);
      assert_idle (fixture);
    }
}

/* Runs @request to its end beside one to the same address that has more time, and still has it afterwards. */
static void
run_beside_patient (Fixture *fixture, const PdkHttpRequest *request, Exchange *exchange)
{
  g_auto (Exchange) patient_exchange = { 0 };
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  PdkHttpRequest patient = get_request (request->url);

  pdk_http_client_send_async (fixture->client, &patient, cancellable, on_answer, &patient_exchange);
  exchange_run (fixture, request, exchange);
  g_assert_cmpuint (patient_exchange.n_answers, ==, 0);
  g_cancellable_cancel (cancellable);
  wait_until (fixture, is_answered, &patient_exchange);
}

static void
test_timeouts (Fixture *fixture, gconstpointer data)
{
  static const char *const paths[] = { "/stall", "/stall-in-body" };
  g_auto (Exchange) exchange = { 0 };

  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autofree char *url = http_server_get_url (fixture->server, paths[i]);
      PdkHttpRequest request = get_request (url);

      request.answer_msec = 250;
      run_beside_patient (fixture, &request, &exchange);
      g_assert_error (exchange.error, PDK_ERROR, PDK_ERROR_TIMED_OUT);
      g_assert_cmpstr (exchange.error->message, ==, "no answer within 0.25 s");
      assert_idle (fixture);
    }
}

/* A server that does not say a word of TLS holds the connection up. */
static void
test_connect_timeout (Fixture *fixture, gconstpointer data)
{
  g_auto (Exchange) exchange = { 0 };
  g_autoptr (GSocketListener) mute = g_socket_listener_new ();
  guint16 port = g_socket_listener_add_any_inet_port (mute, NULL, NULL);
  g_autofree char *url = g_strdup_printf ("https://127.0.0.1:%u/", port);
  PdkHttpRequest request = get_request (url);

  request.connect_msec = 250;
  run_beside_patient (fixture, &request, &exchange);
  g_assert_error (exchange.error, PDK_ERROR, PDK_ERROR_TIMED_OUT);
  g_assert_cmpstr (exchange.error->message, ==, "no connection within 0.25 s");
  assert_idle (fixture);
}

static void
test_refused (Fixture *fixture, gconstpointer data)
{
  g_auto (Exchange) exchange = { 0 };
  g_autoptr (GSocket) deaf =
      g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL);
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) wanted = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) address = NULL;
  static const char *const hosts[] = { "127.0.0.1", "localhost", "LocalHost" };

  /* Bound, so that nobody else listens there, and not listening. */
  g_assert_true (g_socket_bind (deaf, wanted, FALSE, NULL));
  address = g_socket_get_local_address (deaf, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (hosts); i++)
    {
      guint16 port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address));
      g_autofree char *url = g_strdup_printf ("http://%s:%u/", hosts[i], port);
      PdkHttpRequest request = get_request (url);

      exchange_run (fixture, &request, &exchange);
      g_assert_error (exchange.error, PDK_ERROR, PDK_ERROR_REFUSED);
      g_assert_cmpstr (exchange.error->message, ==, "connection refused");
    }
  g_assert_cmpuint (resolver_count_calls (), ==, 0);
}

static void
test_unknown_name (Fixture *fixture, gconstpointer data)
{
  g_auto (Exchange) exchange = { 0 };
  PdkHttpRequest request = get_request ("http://a.gone.test/");

  exchange_run (fixture, &request, &exchange);
  g_assert_error (exchange.error, PDK_ERROR, PDK_ERROR_NOT_RESOLVED);
}

static void
test_untrusted (Fixture *fixture, gconstpointer data)
{
  g_auto (Exchange) exchange = { 0 };
  g_autoptr (GError) error = NULL;
  g_autofree char *file = g_test_build_filename (G_TEST_DIST, "tls", "self-signed.pem", NULL);
  g_autoptr (GTlsCertificate) certificate = g_tls_certificate_new_from_file (file, &error);
  g_autoptr (HttpServer) secure = NULL;
  g_autofree char *url = NULL;
  PdkHttpRequest request;

  g_assert_no_error (error);
  secure = http_server_new (certificate);
  url = http_server_get_url (secure, "/answer");
  request = get_request (url);
  exchange_run (fixture, &request, &exchange);
  g_assert_error (exchange.error, PDK_ERROR, PDK_ERROR_TLS);
  g_assert_cmpstr (exchange.error->message, ==, "the certificate is not trusted");
  http_server_wait_closed (secure);
  g_assert_cmpuint (http_server_count_requests (secure), ==, 0);
}

static void
on_accepted (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GSocketConnection) connection =
      g_socket_listener_accept_finish (G_SOCKET_LISTENER (source), result, NULL, NULL);
  GOutputStream *output = g_io_stream_get_output_stream (G_IO_STREAM (connection));

  g_assert_true (g_output_stream_write_all (output, "SSH-2.0-wrong_door\r\n", 20, NULL, NULL, NULL));
}

static void
test_no_handshake (Fixture *fixture, gconstpointer data)
{
  g_auto (Exchange) exchange = { 0 };
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();
  guint16 port = g_socket_listener_add_any_inet_port (listener, NULL, NULL);
  g_autofree char *url = g_strdup_printf ("https://127.0.0.1:%u/", port);
  PdkHttpRequest request = get_request (url);

  g_socket_listener_accept_async (listener, NULL, on_accepted, NULL);
  exchange_run (fixture, &request, &exchange);
  g_assert_error (exchange.error, PDK_ERROR, PDK_ERROR_TLS);
}

#define ADD(path, function) g_test_add (path, Fixture, NULL, fixture_set_up, function, fixture_tear_down)

int
main (int argc, char **argv)
{
  fixture_init (&argc, &argv);
  ADD ("/http-client/answer", test_answer);
  ADD ("/http-client/post", test_post);
  ADD ("/http-client/statuses", test_statuses);
  ADD ("/http-client/redirect", test_redirect);
  ADD ("/http-client/forms", test_forms);
  ADD ("/http-client/too-large", test_too_large);
  ADD ("/http-client/body-bound", test_body_bound);
  ADD ("/http-client/many-headers", test_many_headers);
  ADD ("/http-client/broken-answers", test_broken_answers);
  ADD ("/http-client/timeouts", test_timeouts);
  ADD ("/http-client/connect-timeout", test_connect_timeout);
  ADD ("/http-client/refused", test_refused);
  ADD ("/http-client/unknown-name", test_unknown_name);
  ADD ("/http-client/untrusted", test_untrusted);
  ADD ("/http-client/no-handshake", test_no_handshake);
  return fixture_run ();
}
