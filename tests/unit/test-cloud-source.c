/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "api-server.h"
#include "pdk-cloud-source.h"
#include "scratch-folder.h"

#define START_USEC (G_GINT64_CONSTANT (1795176000) * G_USEC_PER_SEC)
#define MINUTE_USEC (60 * G_USEC_PER_SEC)

#define BALANCE                                                                                              \
  "{\"included\":{\"weekly\":{\"remaining_percent\":40,\"resets_at\":\"2026-11-20T13:00:00Z\"}}}"
#define OFTEN "GET /api/balance\nGET /api/usage?range=24h\n"
#define ALL                                                                                                  \
  "GET /api/balance\nGET /api/tags\nGET /api/usage?range=24h\nGET /api/usage?range=30d\nGET "                \
  "/api/usage?range=7d\nPOST /api/me\n"

typedef struct
{
  ApiServer *server;
  PdkHttpClient *client;
  PdkSource *source;
  char *folder, *url;
} Fixture;

static PdkSource *
new_source (Fixture *fixture)
{
  return PDK_SOURCE (
      pdk_cloud_source_new_direct (fixture->client, fixture->folder, fixture->url, "secret", "MY_KEY"));
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  static const char *const ranges[] = { "24h", "7d", "30d" };

  fixture->server = api_server_new ();
  fixture->url = api_server_get_url (fixture->server);
  fixture->client = pdk_http_client_new ();
  fixture->folder = scratch_folder_new ();
  fixture->source = new_source (fixture);
  api_server_set_answer (fixture->server, "/api/balance", 200, BALANCE);
  for (gsize i = 0; i < G_N_ELEMENTS (ranges); i++)
    {
      g_autofree char *path = g_strconcat ("/api/usage?range=", ranges[i], NULL);
      g_autofree char *body =
          g_strdup_printf ("{\"range\":\"%s\",\"totals\":{\"request_count\":%u}}", ranges[i], 5 + (guint) i);

      api_server_set_answer (fixture->server, path, 200, body);
    }
  api_server_set_answer (fixture->server, "/api/me", 200, "{\"Name\":\"n\",\"Plan\":\"pro\"}");
  api_server_set_answer (fixture->server, "/api/tags", 200, "{\"models\":[{\"name\":\"a\"}]}");
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_object_unref (fixture->source);
  g_object_unref (fixture->client);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  scratch_folder_remove (fixture->folder);
  g_free (fixture->url);
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
poll_source (Fixture *fixture, gint64 now_usec)
{
  PdkReading *reading = NULL;

  pdk_source_poll_async (fixture->source, now_usec, NULL, on_reading, &reading);
  while (reading == NULL)
    g_main_context_iteration (NULL, TRUE);
  return reading;
}

/* Polls, and checks the state, how much of the week is used (-1: not known), and what was asked for it. */
static void
check (Fixture *fixture, gint64 now_usec, PdkSourceState state, double weekly, const char *expected_calls)
{
  g_autoptr (PdkReading) reading = poll_source (fixture, now_usec);
  g_autofree char *calls = api_server_take_calls (fixture->server);
  double shown = -1;

  pdk_facts_get_number (reading->facts, "usage_weekly", &shown);
  g_assert_cmpint (reading->state, ==, state);
  g_assert_cmpfloat (shown, ==, weekly);
  g_assert_cmpstr (calls, ==, expected_calls);
}

static void
test_pace (Fixture *fixture, gconstpointer data)
{
  check (fixture, START_USEC, PDK_SOURCE_STATE_OK, 60, ALL);
  check (fixture, START_USEC + MINUTE_USEC - 1, PDK_SOURCE_STATE_OK, 60, "");
  check (fixture, START_USEC + MINUTE_USEC, PDK_SOURCE_STATE_OK, 60, OFTEN);
  check (fixture, START_USEC + 10 * MINUTE_USEC - 1, PDK_SOURCE_STATE_OK, 60, OFTEN);
  check (fixture, START_USEC + 10 * MINUTE_USEC, PDK_SOURCE_STATE_OK, 60,
         "GET /api/tags\nGET /api/usage?range=30d\nGET /api/usage?range=7d\nPOST /api/me\n");
}

/* A new process goes on where the one before stood. */
static void
test_restart (Fixture *fixture, gconstpointer data)
{
  g_autoptr (PdkReading) reading = NULL;

  check (fixture, START_USEC, PDK_SOURCE_STATE_OK, 60, ALL);
  g_object_unref (fixture->source);
  fixture->source = new_source (fixture);
  check (fixture, START_USEC + MINUTE_USEC / 2, PDK_SOURCE_STATE_OK, 60, "");
  reading = poll_source (fixture, START_USEC + MINUTE_USEC / 2);
  g_assert_cmpint (reading->observed_at_usec, ==, START_USEC);
  g_assert_cmpstr (pdk_facts_get_attribute (reading->facts, "plan_name"), ==, "pro");
}

/* The balance is refused, so nothing else is asked; what is known stays until its period is over. */
static void
test_failure (Fixture *fixture, gconstpointer data)
{
  gint64 hour_usec = 60 * (gint64) MINUTE_USEC;

  check (fixture, START_USEC, PDK_SOURCE_STATE_OK, 60, ALL);
  api_server_set_answer (fixture->server, "/api/balance", 500, "{}");
  check (fixture, START_USEC + MINUTE_USEC, PDK_SOURCE_STATE_STALE, 60, "GET /api/balance\n");
  api_server_set_answer (fixture->server, "/api/balance", 200, "{\"another\":\"shape\"}");
  check (fixture, START_USEC + 3 * MINUTE_USEC, PDK_SOURCE_STATE_STALE, 60, OFTEN);
  /* 13:00 */
  check (fixture, START_USEC + hour_usec + 1, PDK_SOURCE_STATE_STALE, -1, ALL);
  api_server_set_answer (fixture->server, "/api/balance", 200, BALANCE);
  check (fixture, START_USEC + 3 * hour_usec, PDK_SOURCE_STATE_OK, 60, ALL);
}

static void
test_refusal (Fixture *fixture, gconstpointer data)
{
  g_autoptr (PdkReading) reading = NULL;
  g_autofree char *calls = NULL;

  api_server_set_answer (fixture->server, "/api/balance", 401, "{\"error\":\"unauthorized\"}");
  reading = poll_source (fixture, START_USEC);
  calls = api_server_take_calls (fixture->server);
  g_assert_cmpstr (calls, ==, "GET /api/balance\n");
  g_assert_cmpint (reading->state, ==, PDK_SOURCE_STATE_FAILED);
  g_assert_nonnull (pdk_facts_get_diagnostic (reading->facts, "cloud_auth_failed"));
  g_assert_false (pdk_facts_has_data (reading->facts));
}

static void
test_older_route (Fixture *fixture, gconstpointer data)
{
  api_server_set_answer (fixture->server, "/api/balance", 404, "404 page not found");
  api_server_set_answer (fixture->server, "/api/account/usage", 200, "{\"weekly\":{\"used_percentage\":7}}");
  check (fixture, START_USEC, PDK_SOURCE_STATE_OK, 7, "GET /api/account/usage\n" ALL);
}

/* A reset that passes between two answers leaves nothing to show until the next one tells of the new period.
 */
static void
test_period_rolls_over (Fixture *fixture, gconstpointer data)
{
  gint64 reset_usec = START_USEC + 60 * (gint64) MINUTE_USEC;

  check (fixture, reset_usec - MINUTE_USEC / 2, PDK_SOURCE_STATE_OK, 60, ALL);
  check (fixture, reset_usec - 1, PDK_SOURCE_STATE_OK, 60, "");
  check (fixture, reset_usec, PDK_SOURCE_STATE_OK, -1, "");
  api_server_set_answer (fixture->server, "/api/balance", 200,
                         "{\"included\":{\"weekly\":{\"remaining_percent\":98,\"resets_at\":"
                         "\"2026-11-27T13:00:00Z\"}}}");
  check (fixture, reset_usec + MINUTE_USEC / 2, PDK_SOURCE_STATE_OK, 2, OFTEN);
  /* A server whose clock is behind ours tells of a reset that has passed. What it tells is true now. */
  api_server_set_answer (fixture->server, "/api/balance", 200, BALANCE);
  check (fixture, reset_usec + 2 * MINUTE_USEC, PDK_SOURCE_STATE_OK, 60, OFTEN);
}

/* Whatever the clock does, it is asked at once at most, and then at the usual rate. */
static void
test_clock_jumps (Fixture *fixture, gconstpointer data)
{
  gint64 year_usec = 365 * 24 * 60 * (gint64) MINUTE_USEC;

  check (fixture, START_USEC, PDK_SOURCE_STATE_OK, 60, ALL);
  check (fixture, START_USEC + year_usec, PDK_SOURCE_STATE_OK, 60, ALL);
  check (fixture, START_USEC + MINUTE_USEC / 2, PDK_SOURCE_STATE_OK, 60, ALL);
  check (fixture, START_USEC + MINUTE_USEC, PDK_SOURCE_STATE_OK, 60, "");
  /* Somewhat back is within what two clocks may differ by. */
  check (fixture, START_USEC - MINUTE_USEC, PDK_SOURCE_STATE_OK, 60, "");
  check (fixture, START_USEC + 2 * MINUTE_USEC, PDK_SOURCE_STATE_OK, 60, OFTEN);
}

static void
count_calls (GHashTable *counts, const char *calls)
{
  g_auto (GStrv) lines = g_strsplit (calls, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      guint count = GPOINTER_TO_UINT (g_hash_table_lookup (counts, lines[i]));

      g_hash_table_replace (counts, g_strdup (lines[i]), GUINT_TO_POINTER (count + 1));
    }
}

/* Two applets for one hour, each of which looks every 30 seconds, one 10 seconds after the other. */
static void
test_hour (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *call;
    guint most;
  } rates[] = {
    { "GET /api/balance", 60 },
    { "GET /api/usage?range=24h", 60 },
    { "GET /api/usage?range=7d", 6 },
    { "GET /api/usage?range=30d", 6 },
    { "POST /api/me", 6 },
    { "GET /api/tags", 6 },
  };
  g_autoptr (PdkSource) first = g_object_ref (fixture->source);
  g_autoptr (PdkSource) second = new_source (fixture);
  g_autoptr (GHashTable) counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint seconds = 0; seconds < 3600; seconds += 10)
    {
      g_autoptr (PdkReading) reading = NULL;
      g_autofree char *calls = NULL;

      if (seconds % 30 == 20)
        continue;
      g_set_object (&fixture->source, (seconds % 30 == 0 ? first : second));
      reading = poll_source (fixture, START_USEC + seconds * G_USEC_PER_SEC);
      g_assert_cmpint (reading->state, ==, PDK_SOURCE_STATE_OK);
      calls = api_server_take_calls (fixture->server);
      count_calls (counts, calls);
    }
  g_test_message ("requests in one hour of two applets that look every 30 seconds");
  for (gsize i = 0; i < G_N_ELEMENTS (rates); i++)
    {
      guint count = GPOINTER_TO_UINT (g_hash_table_lookup (counts, rates[i].call));

      g_test_message ("%-26s %3u, %2u allowed", rates[i].call, count, rates[i].most);
      g_assert_cmpuint (count, ==, rates[i].most);
      g_hash_table_remove (counts, rates[i].call);
    }
  g_hash_table_remove (counts, "");
  g_assert_cmpuint (g_hash_table_size (counts), ==, 0);
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

  pdk_source_poll_async (fixture->source, START_USEC, cancellable, on_cancelled, &is_done);
  g_cancellable_cancel (cancellable);
  while (!is_done)
    g_main_context_iteration (NULL, TRUE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/cloud-source/pace", Fixture, NULL, set_up, test_pace, tear_down);
  g_test_add ("/cloud-source/restart", Fixture, NULL, set_up, test_restart, tear_down);
  g_test_add ("/cloud-source/failure", Fixture, NULL, set_up, test_failure, tear_down);
  g_test_add ("/cloud-source/refusal", Fixture, NULL, set_up, test_refusal, tear_down);
  g_test_add ("/cloud-source/older-route", Fixture, NULL, set_up, test_older_route, tear_down);
  g_test_add ("/cloud-source/period-rolls-over", Fixture, NULL, set_up, test_period_rolls_over, tear_down);
  g_test_add ("/cloud-source/clock-jumps", Fixture, NULL, set_up, test_clock_jumps, tear_down);
  g_test_add ("/cloud-source/hour", Fixture, NULL, set_up, test_hour, tear_down);
  g_test_add ("/cloud-source/cancel", Fixture, NULL, set_up, test_cancel, tear_down);
  return g_test_run ();
}
