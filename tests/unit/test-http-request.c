/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which requests of the client are never sent, which way the others go, and who learns the key. */

#include "config.h"

#include <string.h>

#include "http-fixture.h"
#include "pdk-error.h"

static void
assert_no_request (Fixture *fixture, PdkHttpRequest *request)
{
  g_auto (Exchange) exchange = { 0 };

  exchange_run (fixture, request, &exchange);
  g_assert_error (exchange.error, PDK_ERROR, PDK_ERROR_USAGE);
  g_assert_cmpuint (resolver_count_calls (), ==, 0);
  assert_idle (fixture);
}

static void
test_arguments (Fixture *fixture, gconstpointer data)
{
  static const char *const urls[] = {
    NULL,        "",          "localhost/x",     "http://",          "file:///etc/passwd",
    "ftp://h/x", "gopher://", "http://a b/",     "http://h:99999/x", "http://h/\r\nX: y",
    "ws://h/x",  "//h/x",     "javascript:x(1)", "https:/api/me",    "https:///api/me",
  };
  g_autofree char *url = http_server_get_url (fixture->server, "/answer");
  PdkHttpRequest request;

  for (guint i = 0; i < G_N_ELEMENTS (urls); i++)
    {
      request = get_request (urls[i]);
      assert_no_request (fixture, &request);
    }
  request = get_request (url);
  request.method = NULL;
  assert_no_request (fixture, &request);
  request.method = "DELETE";
  assert_no_request (fixture, &request);
  request.method = "POST";
  assert_no_request (fixture, &request);
  request.method = "GET";
  request.body = "{}";
  assert_no_request (fixture, &request);
  request.body = NULL;
  request.connect_msec = 0;
  assert_no_request (fixture, &request);
  request.connect_msec = 1;
  request.answer_msec = 0;
  assert_no_request (fixture, &request);
  g_assert_cmpuint (http_server_count_connections (fixture->server), ==, 0);
}

static void
test_token_refused (Fixture *fixture, gconstpointer data)
{
  static const char *const urls[] = { "http://ollama.example/",    "http://127.0.0.1.example/",
                                      "http://localhost.example/", "http://localhost@evil.example/",
                                      "http://192.0.2.1/",         "http://[2001:db8::1]/" };
  static const char *const tokens[] = { "", " ", "a\r\nX: y", "a\nb", "k\xc3\xa4y", "key ", "\x7f" };
  g_autofree char *url = http_server_get_url (fixture->server, "/answer");
  PdkHttpRequest request;

  for (guint i = 0; i < G_N_ELEMENTS (urls); i++)
    {
      request = get_request (urls[i]);
      request.bearer_token = TOKEN;
      assert_no_request (fixture, &request);
    }
  for (guint i = 0; i < G_N_ELEMENTS (tokens); i++)
    {
      request = get_request (url);
      request.bearer_token = tokens[i];
      assert_no_request (fixture, &request);
    }
  g_assert_cmpuint (http_server_count_connections (fixture->server), ==, 0);
}

/* Nobody listens there, but that is found out by trying. */
static void
test_token_allowed (Fixture *fixture, gconstpointer data)
{
  static const char *const urls[] = { "http://LOCALHOST:1/", "http://127.9.8.7:1/", "http://[::1]:1/",
                                      "https://a.gone.test/" };
  g_auto (Exchange) exchange = { 0 };

  for (guint i = 0; i < G_N_ELEMENTS (urls); i++)
    {
      PdkHttpRequest request = get_request (urls[i]);

      request.bearer_token = TOKEN;
      exchange_run (fixture, &request, &exchange);
      g_assert_nonnull (exchange.error);
      g_assert_false (g_error_matches (exchange.error, PDK_ERROR, PDK_ERROR_USAGE));
    }
}

static void
test_token (Fixture *fixture, gconstpointer data)
{
  g_auto (Exchange) exchange = { 0 };
  g_autofree char *url = http_server_get_url (fixture->server, "/answer?secret-query=1");
  g_autofree char *with_password = g_strdup_printf ("http://us3r:passw0rd@%s", url + strlen ("http://"));
  g_autofree char *text = NULL;
  guint n_wiped = count_tokens_wiped ();
  PdkHttpRequest request = get_request (url);

  request.bearer_token = TOKEN;
  exchange_run (fixture, &request, &exchange);
  assert_body (&exchange, "hello");
  text = http_server_get_last_request (fixture->server);
  g_assert_nonnull (strstr (text, "\nAuthorization: Bearer " TOKEN "\n"));
  /* The line we made, and the one in curl's list. */
  g_assert_cmpuint (count_tokens_wiped () - n_wiped, ==, 2);

  /* Nothing of it clings to the connection or the client. */
  request.bearer_token = NULL;
  exchange_run (fixture, &request, &exchange);
  g_clear_pointer (&text, g_free);
  text = http_server_get_last_request (fixture->server);
  g_assert_null (strstr (text, "Authorization"));

  request.url = with_password;
  exchange_run (fixture, &request, &exchange);
  assert_body (&exchange, "hello");
  g_assert_true (was_logged ("/answer: "));
  g_assert_false (was_logged (TOKEN));
  g_assert_false (was_logged ("secret-query"));
  g_assert_false (was_logged ("us3r"));
  g_assert_false (was_logged ("passw0rd"));
}

static void
test_token_and_redirect (Fixture *fixture, gconstpointer data)
{
  g_auto (Exchange) exchange = { 0 };
  g_autofree char *url = http_server_get_url (fixture->server, "/redirect");
  PdkHttpRequest request = get_request (url);

  request.bearer_token = TOKEN;
  exchange_run (fixture, &request, &exchange);
  g_assert_cmpuint (pdk_http_response_get_status (exchange.response), ==, 302);
  g_assert_cmpuint (http_server_count_requests (fixture->server), ==, 1);
}

/* Every other test shows that loopback is spoken to without the proxy, which refuses. */
static void
test_proxy (Fixture *fixture, gconstpointer data)
{
  static const char *const urls[] = { "http://elsewhere.test/", "http://192.0.2.1/",
                                      "http://10.0.0.1:11434/" };
  g_auto (Exchange) exchange = { 0 };

  for (guint i = 0; i < G_N_ELEMENTS (urls); i++)
    {
      PdkHttpRequest request = get_request (urls[i]);

      exchange_run (fixture, &request, &exchange);
      g_assert_error (exchange.error, PDK_ERROR, PDK_ERROR_REFUSED);
      g_assert_cmpuint (resolver_count_calls (), ==, 0);
    }
}

typedef struct
{
  GSocketConnection *connection;
  char request[4096];
} ProxyTalk;

static void
on_proxy_asked (GObject *source, GAsyncResult *result, gpointer data)
{
  static const char answer[] = "HTTP/1.1 403 Not through here\r\nContent-Length: 0\r\n\r\n";
  ProxyTalk *talk = data;
  GOutputStream *output = g_io_stream_get_output_stream (G_IO_STREAM (talk->connection));

  g_assert_cmpint (g_input_stream_read_finish (G_INPUT_STREAM (source), result, NULL), >, 0);
  g_assert_true (g_output_stream_write_all (output, answer, strlen (answer), NULL, NULL, NULL));
}

static void
on_proxy_connected (GObject *source, GAsyncResult *result, gpointer data)
{
  ProxyTalk *talk = data;
  GInputStream *input;

  talk->connection = g_socket_listener_accept_finish (G_SOCKET_LISTENER (source), result, NULL, NULL);
  input = g_io_stream_get_input_stream (G_IO_STREAM (talk->connection));
  g_input_stream_read_async (input, talk->request, sizeof talk->request - 1, G_PRIORITY_DEFAULT, NULL,
                             on_proxy_asked, talk);
}

/* A proxy tunnels what it cannot read, and learns no key. */
static void
test_proxy_and_token (Fixture *fixture, gconstpointer data)
{
  g_auto (Exchange) exchange = { 0 };
  ProxyTalk talk = { 0 };
  PdkHttpRequest request = get_request ("https://elsewhere.test/");

  request.bearer_token = TOKEN;
  g_socket_listener_accept_async (get_proxy (), NULL, on_proxy_connected, &talk);
  exchange_run (fixture, &request, &exchange);
  g_assert_error (exchange.error, PDK_ERROR, PDK_ERROR_FAILED);
  g_assert_cmpstr (exchange.error->message, ==, "the proxy answered with status 403");
  g_assert_true (g_str_has_prefix (talk.request, "CONNECT elsewhere.test:443 "));
  g_assert_null (strstr (talk.request, TOKEN));
  g_object_unref (talk.connection);
}

#define ADD(path, function) g_test_add (path, Fixture, NULL, fixture_set_up, function, fixture_tear_down)

int
main (int argc, char **argv)
{
  fixture_init (&argc, &argv);
  ADD ("/http-request/arguments", test_arguments);
  ADD ("/http-request/token-refused", test_token_refused);
  ADD ("/http-request/proxy", test_proxy);
  ADD ("/http-request/proxy-and-token", test_proxy_and_token);
  ADD ("/http-request/token-allowed", test_token_allowed);
  ADD ("/http-request/token", test_token);
  ADD ("/http-request/token-and-redirect", test_token_and_redirect);
  return fixture_run ();
}
