/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "api-server.h"
#include "fake-clock.h"
#include "pdk-route.h"
#include "pdk-unloader.h"

#define ONE "{\"models\":[{\"name\":\"a:1\",\"model\":\"a:1\",\"size\":8,\"size_vram\":8}]}"
#define ONE_UNTIL(time)                                                                                      \
  "{\"models\":[{\"name\":\"a:1\",\"model\":\"a:1\",\"size\":8,\"size_vram\":8,\"expires_at\":\"" time "\"}" \
  "]}"
#define TWO                                                                                                  \
  "{\"models\":[{\"name\":\"a:1\",\"model\":\"a:1\",\"size\":8,\"size_vram\":8},"                            \
  "{\"name\":\"b:1\",\"model\":\"b:1\",\"size\":8,\"size_vram\":8}]}"
#define NONE "{\"models\":[]}"

typedef struct
{
  ApiServer *server;
  FakeClock *clock;
  PdkMonitor *monitor;
  PdkUnloader *unloader;
} Fixture;

static PdkSettings *
make_settings (Fixture *fixture, gboolean is_read_only)
{
  g_autofree char *url = api_server_get_url (fixture->server);
  g_autofree char *text = g_strdup_printf (
      "{\"history_days\": 0, \"read_only\": %s, \"accounts\": [{\"id\": \"a\", \"base_url\": \"%s\","
      "\"logs_dir\": \"/nonexistent\", \"journal_unit\": \"\", \"db_path\": \"/nonexistent\"}]}",
      is_read_only ? "true" : "false", url);
  PdkSettings *settings = pdk_settings_parse (text, strlen (text), "/", NULL, NULL);

  g_assert_nonnull (settings);
  return settings;
}

static void
set_up (Fixture *fixture, gconstpointer is_read_only)
{
  g_autoptr (PdkSettings) settings = NULL;

  fixture->server = api_server_new ();
  api_server_set_answer (fixture->server, "/api/version", 200, "{\"version\":\"0.40.12\"}");
  api_server_set_answer (fixture->server, "/api/tags", 200, NONE);
  api_server_set_answer (fixture->server, "/api/ps", 200, ONE);
  api_server_set_answer (fixture->server, PDK_ROUTE_UNLOAD, 200, "{\"done_reason\":\"unload\"}");
  settings = make_settings (fixture, is_read_only != NULL);
  fixture->clock = fake_clock_new (G_USEC_PER_SEC);
  fixture->monitor = pdk_monitor_new (PDK_CLOCK (fixture->clock), FALSE);
  pdk_monitor_set_settings (fixture->monitor, settings, NULL);
  fixture->unloader = pdk_unloader_new (fixture->monitor, PDK_CLOCK (fixture->clock));
  pdk_monitor_start (fixture->monitor);
}

static void
tear_down (Fixture *fixture, gconstpointer unused)
{
  g_object_run_dispose (G_OBJECT (fixture->unloader));
  g_object_run_dispose (G_OBJECT (fixture->monitor));
  g_object_unref (fixture->unloader);
  g_object_unref (fixture->monitor);
  g_object_unref (fixture->clock);
  api_server_free (fixture->server);
}

static guint
count_listed (Fixture *fixture)
{
  PdkSnapshot *snapshot = pdk_monitor_get_snapshot (fixture->monitor);
  const GPtrArray *running = pdk_facts_get_running (pdk_snapshot_get_account (snapshot, 0)->facts);

  return running != NULL ? running->len : 0;
}

static PdkUnloadState
get_state (Fixture *fixture, const char *name)
{
  const char *sentence;

  return pdk_unloader_get_state (fixture->unloader, "a", name, &sentence);
}

static void
wait_for_listed (Fixture *fixture, guint n_models)
{
  while (count_listed (fixture) != n_models)
    g_main_context_iteration (NULL, TRUE);
}

static void
wait_for_state (Fixture *fixture, const char *name, PdkUnloadState state)
{
  while (get_state (fixture, name) != state)
    g_main_context_iteration (NULL, TRUE);
}

static void
pass_a_second (Fixture *fixture)
{
  fake_clock_advance (fixture->clock, 1000);
  while (pdk_monitor_is_polling (fixture->monitor))
    g_main_context_iteration (NULL, TRUE);
  /* What was found is told when there is nothing else to do. */
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
test_it_is_gone (Fixture *fixture, gconstpointer unused)
{
  wait_for_listed (fixture, 1);
  g_assert_cmpint (get_state (fixture, "a:1"), ==, PDK_UNLOAD_NONE);
  api_server_set_answer (fixture->server, "/api/ps", 200, NONE);
  pdk_unloader_start (fixture->unloader, "a", "a:1");
  g_assert_cmpint (get_state (fixture, "a:1"), ==, PDK_UNLOAD_RUNNING);
  /* No time passes: the server is asked as soon as it has agreed. */
  wait_for_state (fixture, "a:1", PDK_UNLOAD_DONE);
  g_assert_cmpstr (pdk_unloader_get_last_done (fixture->unloader, "a"), ==, "a:1");
  g_assert_null (pdk_unloader_get_last_done (fixture->unloader, "b"));

  /* Somebody has it loaded again. */
  api_server_set_answer (fixture->server, "/api/ps", 200, ONE);
  pdk_monitor_refresh (fixture->monitor);
  wait_for_state (fixture, "a:1", PDK_UNLOAD_NONE);
  g_assert_null (pdk_unloader_get_last_done (fixture->unloader, "a"));
}

static void
test_it_is_news_for_a_while (Fixture *fixture, gconstpointer unused)
{
  wait_for_listed (fixture, 1);
  api_server_set_answer (fixture->server, "/api/ps", 200, NONE);
  pdk_unloader_start (fixture->unloader, "a", "a:1");
  wait_for_state (fixture, "a:1", PDK_UNLOAD_DONE);
  for (guint second = 0; second < 50; second++)
    pass_a_second (fixture);
  g_assert_cmpstr (pdk_unloader_get_last_done (fixture->unloader, "a"), ==, "a:1");
  for (guint i = 0; i < 1000 && get_state (fixture, "a:1") == PDK_UNLOAD_DONE; i++)
    pass_a_second (fixture);
  g_assert_null (pdk_unloader_get_last_done (fixture->unloader, "a"));
}

static void
start_amid_a_request (Fixture *fixture)
{
  wait_for_listed (fixture, 1);
  pdk_unloader_start (fixture->unloader, "a", "a:1");
  for (guint i = 0; i < 1000 && get_state (fixture, "a:1") == PDK_UNLOAD_RUNNING; i++)
    pass_a_second (fixture);
  g_assert_cmpint (get_state (fixture, "a:1"), ==, PDK_UNLOAD_BUSY);
}

/* While one was answered, another one came that has the model kept. */
static void
test_another_request_keeps_it (Fixture *fixture, gconstpointer unused)
{
  api_server_set_answer (fixture->server, "/api/ps", 200, ONE_UNTIL ("2026-11-20T10:00:00Z"));
  pdk_monitor_refresh (fixture->monitor);
  start_amid_a_request (fixture);
  pass_a_second (fixture);
  g_assert_cmpint (get_state (fixture, "a:1"), ==, PDK_UNLOAD_BUSY);
  api_server_set_answer (fixture->server, "/api/ps", 200, ONE_UNTIL ("2026-11-20T10:05:00Z"));
  pdk_monitor_refresh (fixture->monitor);
  wait_for_state (fixture, "a:1", PDK_UNLOAD_NONE);
}

static void
test_request_goes_on (Fixture *fixture, gconstpointer unused)
{
  start_amid_a_request (fixture);
  api_server_set_answer (fixture->server, "/api/ps", 200, NONE);
  pdk_monitor_refresh (fixture->monitor);
  wait_for_state (fixture, "a:1", PDK_UNLOAD_DONE);
}

static void
test_all (Fixture *fixture, gconstpointer unused)
{
  api_server_set_answer (fixture->server, "/api/ps", 200, TWO);
  pdk_monitor_refresh (fixture->monitor);
  wait_for_listed (fixture, 2);
  api_server_set_answer (fixture->server, "/api/ps", 200, NONE);
  pdk_unloader_start_all (fixture->unloader, "a");
  wait_for_state (fixture, "a:1", PDK_UNLOAD_DONE);
  wait_for_state (fixture, "b:1", PDK_UNLOAD_DONE);
}

static void
assert_fails (Fixture *fixture, const char *why)
{
  const char *sentence;

  wait_for_listed (fixture, 1);
  pdk_unloader_start (fixture->unloader, "a", "a:1");
  wait_for_state (fixture, "a:1", PDK_UNLOAD_FAILED);
  pdk_unloader_get_state (fixture->unloader, "a", "a:1", &sentence);
  g_assert_nonnull (sentence);
  g_assert_nonnull (strstr (sentence, why));
}

static void
test_failures (Fixture *fixture, gconstpointer unused)
{
  api_server_set_answer (fixture->server, PDK_ROUTE_UNLOAD, 404, "{\"error\":\"model not found\"}");
  assert_fails (fixture, "does not know");
  api_server_set_answer (fixture->server, PDK_ROUTE_UNLOAD, 500, "{\"error\":\"broken\"}");
  assert_fails (fixture, "500");
  /* Another try says nothing of the one before. */
  api_server_set_answer (fixture->server, PDK_ROUTE_UNLOAD, 200, "{}");
  pdk_unloader_start (fixture->unloader, "a", "a:1");
  g_assert_cmpint (get_state (fixture, "a:1"), ==, PDK_UNLOAD_RUNNING);
}

static void
test_read_only (Fixture *fixture, gconstpointer unused)
{
  g_autofree char *calls = NULL;

  assert_fails (fixture, "read_only");
  calls = api_server_take_calls (fixture->server);
  g_assert_null (strstr (calls, "/api/generate"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/unloader/it-is-gone", Fixture, NULL, set_up, test_it_is_gone, tear_down);
  g_test_add ("/unloader/it-is-news-for-a-while", Fixture, NULL, set_up, test_it_is_news_for_a_while,
              tear_down);
  g_test_add ("/unloader/another-request-keeps-it", Fixture, NULL, set_up, test_another_request_keeps_it,
              tear_down);
  g_test_add ("/unloader/request-goes-on", Fixture, NULL, set_up, test_request_goes_on, tear_down);
  g_test_add ("/unloader/all", Fixture, NULL, set_up, test_all, tear_down);
  g_test_add ("/unloader/failures", Fixture, NULL, set_up, test_failures, tear_down);
  g_test_add ("/unloader/read-only", Fixture, GINT_TO_POINTER (1), set_up, test_read_only, tear_down);
  return g_test_run ();
}
