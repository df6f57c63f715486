/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Requests that are made before curl is there. It stays once it is, so each test has a process of its own. */

#include "config.h"

#include "pdk-curl.h"

#include <dlfcn.h>

#include "pdk-error.h"
#include "pdk-http-client.h"

/* Nobody listens on it, and nobody may without being root. */
#define DEAD_URL "http://127.0.0.1:1/"

static guint n_threads;

/* Stands for GIO's. */
void
g_task_run_in_thread (GTask *task, GTaskThreadFunc func)
{
  void (*real) (GTask *, GTaskThreadFunc) = dlsym (RTLD_NEXT, "g_task_run_in_thread");

  n_threads++;
  real (task, func);
}

typedef struct
{
  GError *error;
  gboolean is_done;
} Outcome;

static gboolean
on_bound (gpointer data)
{
  g_assert_not_reached (); /* nothing happened in time */
  return G_SOURCE_REMOVE;
}

static void
on_answer (GObject *source, GAsyncResult *result, gpointer data)
{
  Outcome *outcome = data;

  g_assert_null (pdk_http_client_send_finish (PDK_HTTP_CLIENT (source), result, &outcome->error));
  g_assert_false (outcome->is_done);
  outcome->is_done = TRUE;
}

static void
send_to (PdkHttpClient *client, const char *url, GCancellable *cancellable, Outcome *outcome)
{
  /* Gone as soon as it is sent. */
  g_autofree char *copy = g_strdup (url);
  const PdkHttpRequest request = {
    .method = "GET", .url = copy, .connect_msec = 20000, .answer_msec = 20000, .max_body_bytes = 100
  };

  pdk_http_client_send_async (client, &request, cancellable, on_answer, outcome);
  g_assert_false (outcome->is_done);
}

static void
wait_for (Outcome *outcome)
{
  guint bound = g_timeout_add_seconds (60, on_bound, NULL);

  while (!outcome->is_done)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (bound);
}

/* Runs the test in a process where curl is not loaded yet. */
static gboolean
is_in_process (void)
{
  if (g_test_subprocess ())
    {
      g_assert_null (pdk_curl_get ());
      return TRUE;
    }
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
  g_test_trap_assert_passed ();
  return FALSE;
}

static void
test_load (void)
{
  g_autoptr (GError) error = NULL;
  const PdkCurl *curl;

  if (!is_in_process ())
    return;
  curl = pdk_curl_load (&error);
  g_assert_no_error (error);
  g_assert_true (curl == pdk_curl_get () && curl == pdk_curl_load (&error));
  g_assert_nonnull (curl->version_info (CURLVERSION_NOW)->version);
}

static gboolean
is_before_loading (gpointer data)
{
  g_assert_cmpuint (n_threads, ==, 0);
  *(gboolean *) data = TRUE;
  return G_SOURCE_REMOVE;
}

/* Whatever else was begun in the same turn of the loop comes before the loading, in which no thread can be
 * started. Whoever iterates the client's context need not have it for their default. */
static void
test_after_others (void)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (PdkHttpClient) client = NULL;
  g_autoptr (GSource) other = g_timeout_source_new (0);
  gboolean is_begun = FALSE;
  Outcome outcome = { 0 };

  if (!is_in_process ())
    return;
  g_main_context_push_thread_default (context);
  client = pdk_http_client_new ();
  send_to (client, DEAD_URL, NULL, &outcome);
  g_main_context_pop_thread_default (context);
  g_source_set_callback (other, is_before_loading, &is_begun, NULL);
  g_source_attach (other, context);
  while (!outcome.is_done)
    g_main_context_iteration (context, TRUE);
  g_assert_true (is_begun);
  g_assert_cmpuint (n_threads, ==, 1);
  g_assert_error (outcome.error, PDK_ERROR, PDK_ERROR_REFUSED);
  g_clear_error (&outcome.error);
}

static void
test_waiting (void)
{
  g_autoptr (PdkHttpClient) client = NULL;
  Outcome outcomes[3] = { 0 };

  if (!is_in_process ())
    return;
  client = pdk_http_client_new ();
  send_to (client, DEAD_URL, NULL, &outcomes[0]);
  send_to (client, "ftp://127.0.0.1/", NULL, &outcomes[1]);
  send_to (client, DEAD_URL, NULL, &outcomes[2]);
  for (guint i = 0; i < G_N_ELEMENTS (outcomes); i++)
    wait_for (&outcomes[i]);
  g_assert_nonnull (pdk_curl_get ());
  g_assert_error (outcomes[0].error, PDK_ERROR, PDK_ERROR_REFUSED);
  g_assert_error (outcomes[1].error, PDK_ERROR, PDK_ERROR_USAGE);
  g_assert_error (outcomes[2].error, PDK_ERROR, PDK_ERROR_REFUSED);
  for (guint i = 0; i < G_N_ELEMENTS (outcomes); i++)
    g_error_free (outcomes[i].error);
  g_assert_finalize_object (g_steal_pointer (&client));
}

static void
test_cancelled_while_waiting (void)
{
  g_autoptr (PdkHttpClient) client = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Outcome outcome = { 0 };

  if (!is_in_process ())
    return;
  client = pdk_http_client_new ();
  send_to (client, DEAD_URL, cancellable, &outcome);
  g_cancellable_cancel (cancellable);
  /* Whatever it says afterwards. */
  g_cancellable_reset (cancellable);
  wait_for (&outcome);
  g_assert_error (outcome.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_error_free (outcome.error);
}

static void
test_disposed_while_waiting (void)
{
  g_autoptr (PdkHttpClient) client = NULL;
  Outcome outcome = { 0 };

  if (!is_in_process ())
    return;
  client = pdk_http_client_new ();
  send_to (client, DEAD_URL, NULL, &outcome);
  g_object_run_dispose (G_OBJECT (client));
  wait_for (&outcome);
  g_assert_error (outcome.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_error_free (outcome.error);
}

/* A client that is dropped lives until its request has ended. */
static void
test_dropped_while_waiting (void)
{
  PdkHttpClient *client;
  Outcome outcome = { 0 };

  if (!is_in_process ())
    return;
  client = pdk_http_client_new ();
  send_to (client, DEAD_URL, NULL, &outcome);
  g_object_unref (client);
  wait_for (&outcome);
  g_assert_error (outcome.error, PDK_ERROR, PDK_ERROR_REFUSED);
  g_error_free (outcome.error);
}

/* Nothing is begun while the program ends. */
static void
test_finish (void)
{
  g_autoptr (GError) error = NULL;

  if (!is_in_process ())
    return;
  pdk_curl_finish ();
  g_assert_null (pdk_curl_load (&error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_finish_loaded (void)
{
  g_autoptr (GError) error = NULL;

  if (!is_in_process ())
    return;
  g_assert_nonnull (pdk_curl_load (NULL));
  pdk_curl_finish ();
  g_assert_null (pdk_curl_load (&error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* What is sent to a client that was disposed of while it waited waits for the same loading. */
static void
test_sent_after_disposal (void)
{
  g_autoptr (PdkHttpClient) client = NULL;
  Outcome outcomes[2] = { 0 };

  if (!is_in_process ())
    return;
  client = pdk_http_client_new ();
  send_to (client, DEAD_URL, NULL, &outcomes[0]);
  g_object_run_dispose (G_OBJECT (client));
  send_to (client, DEAD_URL, NULL, &outcomes[1]);
  wait_for (&outcomes[0]);
  wait_for (&outcomes[1]);
  g_assert_error (outcomes[0].error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_error (outcomes[1].error, PDK_ERROR, PDK_ERROR_REFUSED);
  for (guint i = 0; i < G_N_ELEMENTS (outcomes); i++)
    g_error_free (outcomes[i].error);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/curl/load", test_load);
  g_test_add_func ("/curl/after-others", test_after_others);
  g_test_add_func ("/curl/waiting", test_waiting);
  g_test_add_func ("/curl/cancelled-while-waiting", test_cancelled_while_waiting);
  g_test_add_func ("/curl/disposed-while-waiting", test_disposed_while_waiting);
  g_test_add_func ("/curl/dropped-while-waiting", test_dropped_while_waiting);
  g_test_add_func ("/curl/sent-after-disposal", test_sent_after_disposal);
  g_test_add_func ("/curl/finish", test_finish);
  g_test_add_func ("/curl/finish-loaded", test_finish_loaded);
  status = g_test_run ();
  pdk_curl_finish ();
  return status;
}
