/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "api-server.h"
#include "pdk-local-account-source.h"
#include "pdk-local-api-source.h"
#include "scratch-folder.h"

#define START_USEC (G_GINT64_CONSTANT (1795176000) * G_USEC_PER_SEC)
#define MINUTE_USEC (60 * G_USEC_PER_SEC)

#define LISTS "GET /api/ps\nGET /api/tags\n"
#define ALL "GET /api/ps\nGET /api/status\nGET /api/tags\nGET /api/version\n"

typedef struct
{
  ApiServer *server;
  PdkHttpClient *client, *relay;
  PdkLocalApiSource *source;
  PdkSource *account;
  char *folder;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autofree char *url = NULL;

  fixture->server = api_server_new ();
  url = api_server_get_url (fixture->server);
  fixture->client = pdk_http_client_new ();
  fixture->relay = pdk_http_client_new ();
  fixture->folder = scratch_folder_new ();
  fixture->source = pdk_local_api_source_new (fixture->client, url);
  fixture->account =
      PDK_SOURCE (pdk_local_account_source_new (fixture->relay, fixture->folder, url, fixture->source));
  api_server_set_answer (fixture->server, "/api/version", 200, "{\"version\":\"0.40.12\"}");
  api_server_set_answer (fixture->server, "/api/status", 200,
                         "{\"cloud\":{\"disabled\":true,\"source\":\"env\"}}");
  api_server_set_answer (fixture->server, "/api/tags", 200, "{\"models\":[{\"name\":\"a\",\"size\":7}]}");
  api_server_set_answer (fixture->server, "/api/ps", 200, "{\"models\":[]}");
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_object_unref (fixture->account);
  g_object_unref (fixture->source);
  g_object_unref (fixture->client);
  g_object_unref (fixture->relay);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  scratch_folder_remove (fixture->folder);
  api_server_free (fixture->server);
}

static void
on_reading (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  *(PdkReading **) data = pdk_source_poll_finish (PDK_SOURCE (source), result, &error);
  g_assert_no_error (error);
}

/* Every call has a deadline of its own, so that this ends. */
static PdkReading *
poll_source (PdkSource *source, gint64 now_usec)
{
  PdkReading *reading = NULL;

  pdk_source_poll_async (source, now_usec, NULL, on_reading, &reading);
  while (reading == NULL)
    g_main_context_iteration (NULL, TRUE);
  return reading;
}

static PdkReading *
poll_server (Fixture *fixture, gint64 now_usec)
{
  return poll_source (PDK_SOURCE (fixture->source), now_usec);
}

static void
assert_calls (Fixture *fixture, const char *expected)
{
  g_autofree char *calls = api_server_take_calls (fixture->server);

  g_assert_cmpstr (calls, ==, expected);
}

static void
assert_state (PdkReading *reading, PdkSourceState state, const char *metric, double value)
{
  double shown = -1;

  pdk_facts_get_number (reading->facts, metric, &shown);
  g_assert_cmpint (reading->state, ==, state);
  g_assert_cmpfloat (shown, ==, value);
  pdk_reading_unref (reading);
}

static void
test_calls (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    gint64 after_usec;
    const char *calls;
  } cases[] = {
    { 0, ALL },
    { MINUTE_USEC, LISTS },
    { 10 * MINUTE_USEC - 1, LISTS },
    { 10 * MINUTE_USEC, ALL },
    { 11 * MINUTE_USEC, LISTS },
    { 20 * MINUTE_USEC, ALL },
    { MINUTE_USEC, ALL }, /* the clock was set back */
    { 2 * MINUTE_USEC, LISTS },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (PdkReading) reading = poll_server (fixture, START_USEC + cases[i].after_usec);

      g_assert_cmpstr (pdk_facts_get_attribute (reading->facts, "server_version"), ==, "0.40.12");
      g_assert_cmpstr (pdk_facts_get_attribute (reading->facts, "cloud_disabled"), ==, "true");
      g_assert_cmpstr (pdk_facts_get_attribute (reading->facts, "cloud_source"), ==, "env");
      g_assert_null (pdk_facts_get_diagnostic (reading->facts, "local_api_error"));
      g_assert_cmpint (reading->observed_at_usec, ==, START_USEC + cases[i].after_usec);
      assert_calls (fixture, cases[i].calls);
    }
}

static void
assert_spans (Fixture *fixture, const char *expected)
{
  const GArray *spans = pdk_loaded_spans_get (pdk_local_api_source_get_loaded_spans (fixture->source));
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < spans->len; i++)
    {
      const PdkLoadedSpan *span = &g_array_index (spans, PdkLoadedSpan, i);

      g_string_append_printf (text, "%d-%d %s ", (int) (span->first_sec - START_USEC / G_USEC_PER_SEC) / 60,
                              (int) (span->last_sec - START_USEC / G_USEC_PER_SEC) / 60, span->model);
    }
  g_assert_cmpstr (text->str, ==, expected);
}

/* The model that two polls show alone was loaded in between, unless the server was away, or may be another.
 */
static void
test_loaded_spans (Fixture *fixture, gconstpointer data)
{
  gint64 now_usec = START_USEC;

  api_server_set_answer (fixture->server, "/api/ps", 200, "{\"models\":[{\"name\":\"m\"}]}");
  for (guint i = 0; i < 3; i++, now_usec += MINUTE_USEC)
    pdk_reading_unref (poll_server (fixture, now_usec));
  assert_spans (fixture, "0-1 m ");

  api_server_set_answer (fixture->server, "/api/ps", 500, "");
  pdk_reading_unref (poll_server (fixture, now_usec));
  api_server_set_answer (fixture->server, "/api/ps", 200, "{\"models\":[{\"name\":\"m\"}]}");
  for (guint i = 0; i < 2; i++)
    pdk_reading_unref (poll_server (fixture, now_usec += MINUTE_USEC));
  assert_spans (fixture, "0-1 m 4-4 m ");

  api_server_set_answer (fixture->server, "/api/ps", 200, "{\"models\":[{\"name\":\"m\"},{}]}");
  pdk_reading_unref (poll_server (fixture, now_usec += MINUTE_USEC));
  api_server_set_answer (fixture->server, "/api/ps", 200, "{\"models\":[{\"name\":\"m\"}]}");
  pdk_reading_unref (poll_server (fixture, now_usec += MINUTE_USEC));
  assert_spans (fixture, "0-1 m 4-4 m ");

  api_server_drop_connections (fixture->server);
  pdk_reading_unref (poll_server (fixture, now_usec += MINUTE_USEC));
  assert_spans (fixture, "0-1 m 4-4 m ");
  pdk_reading_unref (poll_server (fixture, now_usec += MINUTE_USEC));
  assert_spans (fixture, "0-1 m 4-4 m 8-8 m ");
}

/* A server that was away is probed with one call until it is back, and then asked for everything. */
static void
test_probe (Fixture *fixture, gconstpointer data)
{
  static const char *const paths[] = { "/api/version", "/api/status", "/api/tags", "/api/ps" };
  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++)
    api_server_set_answer (fixture->server, paths[i], 500, "{\"error\":\"x\"}");
  assert_state (poll_server (fixture, START_USEC), PDK_SOURCE_STATE_FAILED, "models_total", -1);
  assert_calls (fixture, ALL);
  for (guint i = 1; i < 4; i++)
    {
      assert_state (poll_server (fixture, START_USEC + i), PDK_SOURCE_STATE_FAILED, "models_total", -1);
      assert_calls (fixture, "GET /api/version\n");
    }
  g_assert_false (pdk_local_api_source_is_up (fixture->source));
  api_server_set_answer (fixture->server, "/api/version", 200, "{\"version\":\"0.40.13\"}");
  api_server_set_answer (fixture->server, "/api/tags", 200, "{\"models\":[]}");
  api_server_set_answer (fixture->server, "/api/ps", 200, "{\"models\":null}");
  assert_state (poll_server (fixture, START_USEC + 5), PDK_SOURCE_STATE_OK, "models_total", 0);
  assert_calls (fixture, ALL);
  g_assert_true (pdk_local_api_source_is_up (fixture->source));
  assert_state (poll_server (fixture, START_USEC + 6), PDK_SOURCE_STATE_OK, "loaded_models", 0);
  assert_calls (fixture, LISTS);
}

/* A server that has closed the connection may have been restarted, or be another one. */
static void
test_closed_connection (Fixture *fixture, gconstpointer data)
{
  assert_state (poll_server (fixture, START_USEC), PDK_SOURCE_STATE_OK, "models_total", 1);
  assert_state (poll_server (fixture, START_USEC + 1), PDK_SOURCE_STATE_OK, "models_total", 1);
  g_free (api_server_take_calls (fixture->server));
  api_server_drop_connections (fixture->server);
  assert_state (poll_server (fixture, START_USEC + 2), PDK_SOURCE_STATE_OK, "models_total", 1);
  assert_calls (fixture, LISTS);
  assert_state (poll_server (fixture, START_USEC + 3), PDK_SOURCE_STATE_OK, "models_total", 1);
  assert_calls (fixture, ALL);
  assert_state (poll_server (fixture, START_USEC + 4), PDK_SOURCE_STATE_OK, "models_total", 1);
  assert_calls (fixture, LISTS);
}

/* A server that closes every connection is not asked for everything every time. */
static void
test_never_kept_connection (Fixture *fixture, gconstpointer data)
{
  static const char *const calls[] = { ALL, LISTS, ALL, LISTS, LISTS, LISTS };

  for (gsize i = 0; i < G_N_ELEMENTS (calls); i++)
    {
      assert_state (poll_server (fixture, START_USEC + (gint64) i), PDK_SOURCE_STATE_OK, "models_total", 1);
      assert_calls (fixture, calls[i]);
      api_server_drop_connections (fixture->server);
    }
  /* Once it keeps one, closing it is news again. */
  assert_state (poll_server (fixture, START_USEC + 10), PDK_SOURCE_STATE_OK, "models_total", 1);
  assert_state (poll_server (fixture, START_USEC + 11), PDK_SOURCE_STATE_OK, "models_total", 1);
  g_free (api_server_take_calls (fixture->server));
  api_server_drop_connections (fixture->server);
  assert_state (poll_server (fixture, START_USEC + 12), PDK_SOURCE_STATE_OK, "models_total", 1);
  assert_calls (fixture, LISTS);
  assert_state (poll_server (fixture, START_USEC + 13), PDK_SOURCE_STATE_OK, "models_total", 1);
  assert_calls (fixture, ALL);
}

/* Routes came with releases: what an old server lacks is unknown, and no error. */
static void
test_old_server (Fixture *fixture, gconstpointer data)
{
  g_autoptr (PdkReading) reading = NULL;

  api_server_set_answer (fixture->server, "/api/status", 0, NULL);
  api_server_set_answer (fixture->server, "/api/ps", 0, NULL);
  api_server_set_answer (fixture->server, "/api/version", 200, "{\"version\":\"0.1.32\"}");
  reading = poll_server (fixture, START_USEC);
  g_assert_cmpint (reading->state, ==, PDK_SOURCE_STATE_OK);
  g_assert_null (pdk_facts_get_diagnostic (reading->facts, "local_api_error"));
  g_assert_null (pdk_facts_get_attribute (reading->facts, "cloud_disabled"));
  g_assert_null (pdk_facts_get_metric (reading->facts, "loaded_models"));
  g_assert_true (pdk_facts_get_number (reading->facts, "models_total", NULL));
}

static void
test_not_ollama (Fixture *fixture, gconstpointer data)
{
  static const char *const paths[] = { "/api/version", "/api/status", "/api/tags", "/api/ps" };
  static const struct
  {
    guint status;
    const char *body;
  } cases[] = { { 0, NULL },   { 200, "<html>" }, { 200, "" }, { 200, "null" },
                { 200, "[]" }, { 302, "" },       { 204, "" } };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (PdkReading) reading = NULL;

      for (gsize j = 0; j < G_N_ELEMENTS (paths); j++)
        api_server_set_answer (fixture->server, paths[j], cases[i].status, cases[i].body);
      reading = poll_server (fixture, START_USEC + (gint64) i);
      g_test_message ("case %" G_GSIZE_FORMAT, i);
      g_assert_cmpint (reading->state, ==, PDK_SOURCE_STATE_FAILED);
      g_assert_nonnull (pdk_facts_get_diagnostic (reading->facts, "local_api_error"));
      g_assert_false (pdk_facts_has_data (reading->facts));
    }
}

/* One list that fails takes nothing from the other. */
static void
test_partial (Fixture *fixture, gconstpointer data)
{
  g_autoptr (PdkReading) reading = NULL;

  api_server_set_answer (fixture->server, "/api/ps", 500, "{\"error\":\"x\"}");
  reading = poll_server (fixture, START_USEC);
  g_assert_cmpint (reading->state, ==, PDK_SOURCE_STATE_OK);
  g_assert_true (pdk_facts_get_number (reading->facts, "models_total", NULL));
  g_assert_null (pdk_facts_get_running (reading->facts));
  g_assert_nonnull (pdk_facts_get_diagnostic (reading->facts, "local_api_error"));
}

/* What a list said last stands in for it while the rest of the server answers; the reading names the list,
 * and how old it is. */
static void
test_partly_stale (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *broken, *stale, *fresh;
    double stale_value, fresh_value;
  } cases[] = {
    { "/api/ps", "loaded_models", "models_total", 1, 2 },
    { "/api/tags", "models_total", "loaded_models", 1, 2 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gint64 now_usec = START_USEC + (gint64) i * MINUTE_USEC;
      g_autoptr (PdkReading) reading = NULL;
      double fresh = 0;

      api_server_set_answer (fixture->server, "/api/tags", 200, "{\"models\":[{\"name\":\"a\"}]}");
      api_server_set_answer (fixture->server, "/api/ps", 200, "{\"models\":[{\"name\":\"a\"}]}");
      assert_state (poll_server (fixture, now_usec), PDK_SOURCE_STATE_OK, cases[i].stale, 1);
      api_server_set_answer (fixture->server, "/api/tags", 200,
                             "{\"models\":[{\"name\":\"a\"},{\"name\":\"b\"}]}");
      api_server_set_answer (fixture->server, "/api/ps", 200,
                             "{\"models\":[{\"name\":\"a\"},{\"name\":\"b\"}]}");
      api_server_set_answer (fixture->server, cases[i].broken, 500, "{\"error\":\"x\"}");
      assert_state (poll_server (fixture, now_usec + 1), PDK_SOURCE_STATE_STALE, cases[i].stale, 1);
      reading = poll_server (fixture, now_usec + 2);
      g_assert_cmpint (reading->observed_at_usec, ==, now_usec);
      g_assert_true (pdk_facts_get_number (reading->fresh, cases[i].fresh, &fresh));
      g_assert_cmpfloat (fresh, ==, 2);
      g_assert_nonnull (
          strstr (pdk_facts_get_diagnostic (reading->fresh, "local_api_error"), cases[i].broken));
      g_assert_cmpstr (pdk_facts_get_attribute (reading->fresh, "server_version"), ==, "0.40.12");
      g_assert_true (pdk_local_api_source_is_up (fixture->source));
    }
}

/* A server that was away has loaded nothing since, as far as we know. */
static void
test_away_forgets_loaded (Fixture *fixture, gconstpointer data)
{
  api_server_set_answer (fixture->server, "/api/ps", 200, "{\"models\":[{\"name\":\"a\"}]}");
  assert_state (poll_server (fixture, START_USEC), PDK_SOURCE_STATE_OK, "loaded_models", 1);
  api_server_set_answer (fixture->server, "/api/ps", 500, "{}");
  api_server_set_answer (fixture->server, "/api/tags", 500, "{}");
  assert_state (poll_server (fixture, START_USEC + 1), PDK_SOURCE_STATE_FAILED, "loaded_models", -1);
  api_server_set_answer (fixture->server, "/api/tags", 200, "{\"models\":[]}");
  assert_state (poll_server (fixture, START_USEC + 2), PDK_SOURCE_STATE_OK, "loaded_models", -1);
}

static gboolean
count_turn (gpointer data)
{
  *(guint *) data += 1;
  return G_SOURCE_CONTINUE;
}

/* A large list is parsed beside the main loop, which goes on meanwhile; the same list is not parsed twice. */
static void
test_large (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) body = g_string_new ("{\"models\":[{\"name\":\"0\",\"capabilities\":[]}");
  g_autoptr (PdkReading) first = NULL;
  g_autoptr (PdkReading) second = NULL;
  guint n_turns = 0;
  guint idle = g_idle_add (count_turn, &n_turns);

  for (guint i = 1; i < 9000; i++)
    g_string_append_printf (body, ",{\"name\":\"model-%u\",\"size\":1}", i);
  g_string_append (body, "]}");
  api_server_set_answer (fixture->server, "/api/tags", 200, body->str);
  first = poll_server (fixture, START_USEC);
  second = poll_server (fixture, START_USEC + 1);
  g_source_remove (idle);
  g_assert_cmpuint (pdk_facts_get_models (first->facts)->len, ==, 9000);
  g_assert_true (pdk_facts_get_models (first->facts) == pdk_facts_get_models (second->facts));
  g_assert_true (pdk_facts_get_running (first->facts) == pdk_facts_get_running (second->facts));
  g_assert_cmpuint (n_turns, >, 0);
}

/* A server before 0.30 is asked for each model once per digest; what is shown by then stays as it was. */
static void
test_show (Fixture *fixture, gconstpointer data)
{
  g_autoptr (PdkReading) first = NULL;
  g_autoptr (PdkReading) second = NULL;
  const PdkModel *model;

  api_server_set_answer (fixture->server, "/api/version", 200, "{\"version\":\"0.29.1\"}");
  api_server_set_answer (
      fixture->server, "/api/tags", 200,
      "{\"models\":[{\"name\":\"a\\\"\",\"digest\":\"1\"},{\"name\":\"b\",\"digest\":\"1\"},"
      "{\"name\":\"c\"}]}");
  api_server_set_answer (fixture->server, "/api/show", 200,
                         "{\"capabilities\":[\"tools\"],\"details\":{\"family\":\"x\"},"
                         "\"model_info\":{\"x.context_length\":4096}}");
  first = poll_server (fixture, START_USEC);
  assert_calls (fixture, ALL "POST /api/show {\"model\":\"a\\\"\"}\n");
  for (guint i = 0; i < 2; i++)
    {
      model = g_ptr_array_index (pdk_facts_get_models (first->facts), i);
      g_assert_cmpstr (model->capabilities[0], ==, "tools");
      g_assert_cmpint (model->context_length, ==, 4096);
    }
  model = g_ptr_array_index (pdk_facts_get_models (first->facts), 2);
  g_assert_null (model->capabilities);

  api_server_set_answer (
      fixture->server, "/api/tags", 200,
      "{\"models\":[{\"name\":\"a\",\"digest\":\"1\"},{\"name\":\"d\",\"digest\":\"2\"}]}");
  api_server_set_answer (fixture->server, "/api/show", 404, "{\"error\":\"gone\"}");
  second = poll_server (fixture, START_USEC + 1);
  assert_calls (fixture, LISTS "POST /api/show {\"model\":\"d\"}\n");
  model = g_ptr_array_index (pdk_facts_get_models (second->facts), 0);
  g_assert_cmpstr (model->capabilities[0], ==, "tools");
  assert_state (poll_server (fixture, START_USEC + 2), PDK_SOURCE_STATE_OK, "models_total", 2);
  assert_calls (fixture, LISTS);
}

static void
test_account (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    guint status;
    const char *body;
    PdkSourceState state;
    const char *signed_in, *name;
  } cases[] = {
    { 200, "{\"name\":\"n\",\"plan\":\"pro\"}", PDK_SOURCE_STATE_OK, "true", "n" },
    { 200, "null", PDK_SOURCE_STATE_ABSENT, NULL, NULL },
    { 401, "{\"error\":\"unauthorized\",\"signin_url\":\"https://s\"}", PDK_SOURCE_STATE_OK, "false", NULL },
    { 403, "{}", PDK_SOURCE_STATE_ABSENT, NULL, NULL },
    { 0, NULL, PDK_SOURCE_STATE_ABSENT, NULL, NULL },
    { 503, "{}", PDK_SOURCE_STATE_ABSENT, NULL, NULL },
    { 502, "{}", PDK_SOURCE_STATE_FAILED, NULL, NULL },
    { 200, "[]", PDK_SOURCE_STATE_FAILED, NULL, NULL },
  };

  /* Nobody is asked as long as there is no server, nor while the cloud is turned off. */
  assert_state (poll_source (fixture->account, START_USEC), PDK_SOURCE_STATE_ABSENT, "x", -1);
  assert_calls (fixture, "");
  assert_state (poll_server (fixture, START_USEC), PDK_SOURCE_STATE_OK, "models_total", 1);
  g_free (api_server_take_calls (fixture->server));
  assert_state (poll_source (fixture->account, START_USEC), PDK_SOURCE_STATE_ABSENT, "x", -1);
  assert_calls (fixture, "");
  api_server_set_answer (fixture->server, "/api/status", 200, "{\"cloud\":{\"disabled\":false}}");
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      /* Failures in a row make it wait for longer, but never for more than two hours. */
      gint64 now_usec = START_USEC + (gint64) (i + 1) * 120 * MINUTE_USEC;
      g_autoptr (PdkReading) reading = NULL;

      api_server_set_answer (fixture->server, "/api/me", cases[i].status, cases[i].body);
      assert_state (poll_server (fixture, now_usec), PDK_SOURCE_STATE_OK, "models_total", 1);
      g_free (api_server_take_calls (fixture->server));
      reading = poll_source (fixture->account, now_usec);
      assert_calls (fixture, "POST /api/me\n");
      g_test_message ("case %" G_GSIZE_FORMAT, i);
      g_assert_cmpint (reading->state, ==, cases[i].state);
      g_assert_cmpstr (pdk_facts_get_attribute (reading->facts, "signed_in"), ==, cases[i].signed_in);
      g_assert_cmpstr (pdk_facts_get_attribute (reading->facts, "account_name"), ==, cases[i].name);
      g_assert_null (pdk_facts_get_attribute (reading->facts, "signin_url"));

      /* Not again until ten minutes have passed. */
      assert_state (poll_source (fixture->account, now_usec + 10 * MINUTE_USEC - 1), cases[i].state, "x", -1);
      assert_calls (fixture, "");
    }
}

/* A server that is replaced between the lists and the question for the account is found out at the next poll,
 * since the question has a connection of its own. */
static void
test_replaced_before_me (Fixture *fixture, gconstpointer data)
{
  api_server_set_answer (fixture->server, "/api/status", 200, "{\"cloud\":{\"disabled\":false}}");
  api_server_set_answer (fixture->server, "/api/me", 200, "{\"name\":\"n\"}");
  assert_state (poll_server (fixture, START_USEC), PDK_SOURCE_STATE_OK, "models_total", 1);
  api_server_drop_connections (fixture->server);
  assert_state (poll_source (fixture->account, START_USEC), PDK_SOURCE_STATE_OK, "x", -1);
  g_free (api_server_take_calls (fixture->server));
  assert_state (poll_server (fixture, START_USEC + 1), PDK_SOURCE_STATE_OK, "models_total", 1);
  assert_calls (fixture, LISTS);
  assert_state (poll_server (fixture, START_USEC + 2), PDK_SOURCE_STATE_OK, "models_total", 1);
  assert_calls (fixture, ALL);
}

/* Gives up in the middle: that is the one error there is. */
static void
on_cancelled (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (pdk_source_poll_finish (PDK_SOURCE (source), result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  *(gboolean *) data = TRUE;
}

static void
test_cancel (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  gboolean is_done = FALSE;

  pdk_source_poll_async (PDK_SOURCE (fixture->source), START_USEC, cancellable, on_cancelled, &is_done);
  g_cancellable_cancel (cancellable);
  while (!is_done)
    g_main_context_iteration (NULL, TRUE);
  g_assert_false (pdk_local_api_source_is_up (fixture->source));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/local-api-source/calls", Fixture, NULL, set_up, test_calls, tear_down);
  g_test_add ("/local-api-source/loaded-spans", Fixture, NULL, set_up, test_loaded_spans, tear_down);
  g_test_add ("/local-api-source/probe", Fixture, NULL, set_up, test_probe, tear_down);
  g_test_add ("/local-api-source/closed-connection", Fixture, NULL, set_up, test_closed_connection,
              tear_down);
  g_test_add ("/local-api-source/never-kept-connection", Fixture, NULL, set_up, test_never_kept_connection,
              tear_down);
  g_test_add ("/local-api-source/old-server", Fixture, NULL, set_up, test_old_server, tear_down);
  g_test_add ("/local-api-source/not-ollama", Fixture, NULL, set_up, test_not_ollama, tear_down);
  g_test_add ("/local-api-source/partial", Fixture, NULL, set_up, test_partial, tear_down);
  g_test_add ("/local-api-source/partly-stale", Fixture, NULL, set_up, test_partly_stale, tear_down);
  g_test_add ("/local-api-source/away-forgets-loaded", Fixture, NULL, set_up, test_away_forgets_loaded,
              tear_down);
  g_test_add ("/local-api-source/large", Fixture, NULL, set_up, test_large, tear_down);
  g_test_add ("/local-api-source/show", Fixture, NULL, set_up, test_show, tear_down);
  g_test_add ("/local-api-source/account", Fixture, NULL, set_up, test_account, tear_down);
  g_test_add ("/local-api-source/replaced-before-me", Fixture, NULL, set_up, test_replaced_before_me,
              tear_down);
  g_test_add ("/local-api-source/cancel", Fixture, NULL, set_up, test_cancel, tear_down);
  return g_test_run ();
}
