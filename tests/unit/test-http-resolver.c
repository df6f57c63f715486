/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * The client with a resolver that does not answer: nothing waits for it. It is released after all that might
 * have done so, and whoever waits for it nonetheless ends the test.
 */

#include "config.h"

#include <stdlib.h>

#include "http-fixture.h"
#include "pdk-error.h"

static void
test_stalled_deadline (Fixture *fixture, gconstpointer data)
{
  g_auto (Exchange) exchange = { 0 };
  g_autoptr (GSource) beat = start_beating (fixture);
  PdkHttpRequest request = get_request ("http://a.stall.test/");

  request.connect_msec = 250;
  pdk_http_client_send_async (fixture->client, &request, NULL, on_answer, &exchange);
  wait_until (fixture, resolver_is_stalled, NULL);
  fixture->n_beats = 0;
  wait_until (fixture, is_answered, &exchange);
  g_assert_error (exchange.error, PDK_ERROR, PDK_ERROR_NOT_RESOLVED);
  g_assert_cmpstr (exchange.error->message, ==, "no address found within 0.25 s");
  g_assert_true (resolver_is_stalled (NULL));
  g_assert_cmpuint (fixture->n_beats, >, 0);
  g_source_destroy (beat);
  assert_idle (fixture);
  resolver_release ();
}

static void
test_stalled_cancel (Fixture *fixture, gconstpointer data)
{
  g_auto (Exchange) exchange = { 0 };
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GSource) beat = start_beating (fixture);
  PdkHttpRequest request = get_request ("http://b.stall.test/");

  pdk_http_client_send_async (fixture->client, &request, cancellable, on_answer, &exchange);
  wait_until (fixture, resolver_is_stalled, NULL);
  fixture->n_beats = 0;
  wait_until (fixture, has_beaten, &fixture->n_beats);
  g_assert_cmpuint (exchange.n_answers, ==, 0);

  g_cancellable_cancel (cancellable);
  wait_until (fixture, is_answered, &exchange);
  g_assert_error (exchange.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_true (resolver_is_stalled (NULL));
  g_source_destroy (beat);
  assert_idle (fixture);

  /* Others are served meanwhile. */
  exchange_get (fixture, "/answer", &exchange);
  assert_body (&exchange, "hello");
  g_assert_true (resolver_is_stalled (NULL));

  g_object_add_weak_pointer (G_OBJECT (fixture->client), (gpointer *) &fixture->client);
  g_object_unref (fixture->client);
  g_assert_null (fixture->client);
  g_assert_true (resolver_is_stalled (NULL));
  resolver_release ();
}

/* The client goes while the name is still looked up. */
static void
test_stalled_disposal (Fixture *fixture, gconstpointer data)
{
  g_auto (Exchange) exchange = { 0 };
  g_autoptr (GSource) beat = start_beating (fixture);
  PdkHttpRequest request = get_request ("http://c.stall.test/");

  pdk_http_client_send_async (fixture->client, &request, NULL, on_answer, &exchange);
  wait_until (fixture, resolver_is_stalled, NULL);
  g_object_run_dispose (G_OBJECT (fixture->client));
  g_clear_object (&fixture->client);
  wait_until (fixture, is_answered, &exchange);
  g_assert_true (resolver_is_stalled (NULL));
  g_source_destroy (beat);
  resolver_release ();
}

static void
test_stalled_exit (void)
{
  if (g_test_subprocess ())
    {
      Fixture fixture = { 0 };
      g_auto (Exchange) exchange = { 0 };
      g_autoptr (GSource) beat = NULL;
      PdkHttpRequest request = get_request ("http://d.stall.test/");

      fixture_set_up (&fixture, NULL);
      beat = start_beating (&fixture);
      pdk_http_client_send_async (fixture.client, &request, NULL, on_answer, &exchange);
      wait_until (&fixture, resolver_is_stalled, NULL);
      exit (EXIT_SUCCESS);
    }
  /* Were the resolver waited for, it would fail the test itself. */
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_passed ();
}

#define ADD(path, function) g_test_add (path, Fixture, NULL, fixture_set_up, function, fixture_tear_down)

int
main (int argc, char **argv)
{
  fixture_init (&argc, &argv);
  ADD ("/http-resolver/deadline", test_stalled_deadline);
  ADD ("/http-resolver/cancel", test_stalled_cancel);
  ADD ("/http-resolver/disposal", test_stalled_disposal);
  g_test_add_func ("/http-resolver/exit", test_stalled_exit);
  return fixture_run ();
}
