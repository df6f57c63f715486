/* SPDX-License-Identifier: GPL-3.0-or-later */

/* When requests of the client begin and end, and what stays of them. */

#include "config.h"

#include "http-fixture.h"
#include "pdk-error.h"

static void
test_keep_alive (Fixture *fixture, gconstpointer data)
{
  g_auto (Exchange) exchange = { 0 };

  exchange_get (fixture, "/answer", &exchange);
  g_assert_true (pdk_http_response_is_new_connection (exchange.response));
  exchange_get (fixture, "/answer", &exchange);
  g_assert_false (pdk_http_response_is_new_connection (exchange.response));
  assert_body (&exchange, "hello");
  g_assert_cmpuint (http_server_count_requests (fixture->server), ==, 2);
  g_assert_cmpuint (http_server_count_connections (fixture->server), ==, 1);
}

/* The peer closes a connection that we keep: nobody wakes, and the next request does not mind. */
static void
test_closed_while_idle (Fixture *fixture, gconstpointer data)
{
  g_auto (Exchange) exchange = { 0 };

  exchange_get (fixture, "/answer-and-close", &exchange);
  assert_body (&exchange, "hello");
  http_server_wait_closed (fixture->server);
  assert_idle (fixture);

  exchange_get (fixture, "/answer", &exchange);
  assert_body (&exchange, "hello");
  g_assert_cmpuint (http_server_count_connections (fixture->server), ==, 2);
}

/* The peer closes just as the next request reaches it. */
static void
test_closed_on_reuse (Fixture *fixture, gconstpointer data)
{
  static const char *const bodies[] = { NULL, "{}" };
  g_autofree char *url = http_server_get_url (fixture->server, "/answer-first");
  g_auto (Exchange) exchange = { 0 };

  for (guint i = 0; i < G_N_ELEMENTS (bodies); i++)
    {
      PdkHttpRequest request = get_request (url);

      request.method = bodies[i] != NULL ? "POST" : "GET";
      request.body = bodies[i];
      exchange_run (fixture, &request, &exchange);
      assert_body (&exchange, "hello");
    }
  g_assert_cmpuint (http_server_count_connections (fixture->server), ==, 2);
  g_assert_cmpuint (http_server_count_requests (fixture->server), ==, 3);
}

static gboolean
are_all_answered (gpointer data)
{
  Exchange *exchanges = data;

  for (guint i = 0; i < 20; i++)
    {
      if (exchanges[i].n_answers == 0)
        return FALSE;
    }
  return TRUE;
}

/* A stalled one delays nobody. */
static void
test_side_by_side (Fixture *fixture, gconstpointer data)
{
  Exchange exchanges[20] = { 0 };
  g_auto (Exchange) stalled = { 0 };
  g_autofree char *stalled_url = http_server_get_url (fixture->server, "/stall");
  g_autofree char *url = http_server_get_url (fixture->server, "/answer");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  PdkHttpRequest request = get_request (stalled_url);

  pdk_http_client_send_async (fixture->client, &request, cancellable, on_answer, &stalled);
  request.url = url;
  for (guint i = 0; i < G_N_ELEMENTS (exchanges); i++)
    pdk_http_client_send_async (fixture->client, &request, NULL, on_answer, &exchanges[i]);
  wait_until (fixture, are_all_answered, exchanges);
  g_assert_cmpuint (stalled.n_answers, ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (exchanges); i++)
    {
      assert_body (&exchanges[i], "hello");
      exchange_clear (&exchanges[i]);
    }
  g_cancellable_cancel (cancellable);
  wait_until (fixture, is_answered, &stalled);
  assert_idle (fixture);
}

/* --- cancelling, and letting go --- */

static gpointer
cancel_in_thread (gpointer data)
{
  g_cancellable_cancel (data);
  return NULL;
}

static gboolean
has_request (gpointer data)
{
  Fixture *fixture = data;

  return http_server_count_requests (fixture->server) > 0;
}

static void
test_cancel (Fixture *fixture, gconstpointer from_thread)
{
  g_auto (Exchange) exchange = { 0 };
  g_autofree char *url = http_server_get_url (fixture->server, "/stall-in-body");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GSource) beat = start_beating (fixture);
  PdkHttpRequest request = get_request (url);

  pdk_http_client_send_async (fixture->client, &request, cancellable, on_answer, &exchange);
  wait_until (fixture, has_request, fixture);
  if (from_thread != NULL)
    g_thread_join (g_thread_new ("cancel", cancel_in_thread, cancellable));
  else
    g_cancellable_cancel (cancellable);
  g_assert_cmpuint (exchange.n_answers, ==, 0);
  wait_until (fixture, is_answered, &exchange);
  g_assert_error (exchange.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);

  /* The connection went with the request, and cancelling again is nothing to anybody. */
  http_server_wait_closed (fixture->server);
  g_cancellable_reset (cancellable);
  g_cancellable_cancel (cancellable);
  g_source_destroy (beat);
  assert_idle (fixture);
  g_assert_cmpuint (exchange.n_answers, ==, 1);
}

static void
test_cancel_afterwards (Fixture *fixture, gconstpointer data)
{
  g_auto (Exchange) exchange = { 0 };
  g_autofree char *url = http_server_get_url (fixture->server, "/answer");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  PdkHttpRequest request = get_request (url);

  pdk_http_client_send_async (fixture->client, &request, cancellable, on_answer, &exchange);
  wait_until (fixture, is_answered, &exchange);
  g_cancellable_cancel (cancellable);
  /* Nothing is left to notice. */
  g_assert_false (g_main_context_iteration (fixture->context, FALSE));
  assert_body (&exchange, "hello");
  g_assert_cmpuint (exchange.n_answers, ==, 1);
}

static void
test_cancel_and_reset (Fixture *fixture, gconstpointer data)
{
  g_auto (Exchange) exchange = { 0 };
  g_autofree char *url = http_server_get_url (fixture->server, "/stall");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  PdkHttpRequest request = get_request (url);

  pdk_http_client_send_async (fixture->client, &request, cancellable, on_answer, &exchange);
  g_cancellable_cancel (cancellable);
  g_cancellable_reset (cancellable);
  wait_until (fixture, is_answered, &exchange);
  g_assert_error (exchange.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_cancelled_before (Fixture *fixture, gconstpointer data)
{
  g_auto (Exchange) exchange = { 0 };
  g_autofree char *url = http_server_get_url (fixture->server, "/answer");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  PdkHttpRequest request = get_request (url);

  g_cancellable_cancel (cancellable);
  pdk_http_client_send_async (fixture->client, &request, cancellable, on_answer, &exchange);
  g_assert_cmpuint (exchange.n_answers, ==, 0);
  wait_until (fixture, is_answered, &exchange);
  g_assert_error (exchange.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);

  /* A connection of before would be counted ahead of this one. */
  exchange_run (fixture, &request, &exchange);
  g_assert_cmpuint (http_server_count_connections (fixture->server), ==, 1);
}

static void
on_answer_let_go (GObject *source, GAsyncResult *result, gpointer data)
{
  Fixture *fixture = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (PdkHttpResponse) response =
      pdk_http_client_send_finish (PDK_HTTP_CLIENT (source), result, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (pdk_http_response_get_status (response), ==, 200);
  g_object_add_weak_pointer (G_OBJECT (fixture->client), (gpointer *) &fixture->client);
  g_object_unref (fixture->client);
}

static gboolean
is_gone (gpointer data)
{
  Fixture *fixture = data;

  return fixture->client == NULL;
}

/* The last reference goes in a callback, which runs under a dispatch of the client's. */
static void
test_let_go_in_callback (Fixture *fixture, gconstpointer data)
{
  g_autofree char *url = http_server_get_url (fixture->server, "/answer");
  PdkHttpRequest request = get_request (url);

  pdk_http_client_send_async (fixture->client, &request, NULL, on_answer_let_go, fixture);
  wait_until (fixture, is_gone, fixture);
  assert_idle (fixture);
  http_server_wait_closed (fixture->server);
}

/* A request keeps its client, and a client that is disposed of by force ends its requests. */
static void
test_let_go_in_flight (Fixture *fixture, gconstpointer data)
{
  g_auto (Exchange) exchange = { 0 };
  g_autofree char *url = http_server_get_url (fixture->server, "/stall");
  g_autoptr (GSource) beat = start_beating (fixture);
  PdkHttpRequest request = get_request (url);

  pdk_http_client_send_async (fixture->client, &request, NULL, on_answer, &exchange);
  g_object_add_weak_pointer (G_OBJECT (fixture->client), (gpointer *) &fixture->client);
  g_object_unref (fixture->client);
  wait_until (fixture, has_request, fixture);
  g_assert_nonnull (fixture->client);

  g_object_run_dispose (G_OBJECT (fixture->client));
  /* Disposing of it cleared the weak pointer; the task's reference is the last. */
  wait_until (fixture, is_answered, &exchange);
  g_assert_error (exchange.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_source_destroy (beat);
  assert_idle (fixture);
  http_server_wait_closed (fixture->server);
}

static void
test_foreign_task (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GTask) task = g_task_new (fixture->client, NULL, NULL, NULL);
  g_autoptr (GError) error = NULL;

  g_test_expect_message ("paddock", G_LOG_LEVEL_CRITICAL, "*g_async_result_is_tagged*");
  g_assert_null (pdk_http_client_send_finish (fixture->client, G_ASYNC_RESULT (task), &error));
  g_test_assert_expected_messages ();
}

#define ADD(path, data, function)                                                                            \
  g_test_add (path, Fixture, data, fixture_set_up, function, fixture_tear_down)

int
main (int argc, char **argv)
{
  fixture_init (&argc, &argv);
  ADD ("/http-lifetime/keep-alive", NULL, test_keep_alive);
  ADD ("/http-lifetime/closed-while-idle", NULL, test_closed_while_idle);
  ADD ("/http-lifetime/closed-on-reuse", NULL, test_closed_on_reuse);
  ADD ("/http-lifetime/side-by-side", NULL, test_side_by_side);
  ADD ("/http-lifetime/cancel", NULL, test_cancel);
  ADD ("/http-lifetime/cancel-from-thread", "thread", test_cancel);
  ADD ("/http-lifetime/cancel-afterwards", NULL, test_cancel_afterwards);
  ADD ("/http-lifetime/cancel-and-reset", NULL, test_cancel_and_reset);
  ADD ("/http-lifetime/cancelled-before", NULL, test_cancelled_before);
  ADD ("/http-lifetime/let-go-in-callback", NULL, test_let_go_in_callback);
  ADD ("/http-lifetime/let-go-in-flight", NULL, test_let_go_in_flight);
  ADD ("/http-lifetime/foreign-task", NULL, test_foreign_task);
  return fixture_run ();
}
