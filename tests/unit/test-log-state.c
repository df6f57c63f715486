/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gstdio.h>

#include "pdk-log-state.h"
#include "pdk-server-facts.h"

/* 2026-11-20T12:00:00Z */
#define NOW_SEC G_GINT64_CONSTANT (1795176000)
#define LINE(time) "[GIN] 2026/11/20 - " time " | 200 | 1s | 127.0.0.1 | POST \"/api/chat\"\n"
#define DEVICE                                                                                               \
  "time=2026-11-20T10:00:00.000Z level=INFO source=types.go:42 msg=\"inference compute\" id=GPU-1 "          \
  "library=CUDA compute=8.9 name=CUDA0 total=\"24.0 GiB\" available=\"22.9 GiB\"\n"

typedef struct
{
  char *folder;
  char *path;
  PdkLogPlaces *places;
  PdkLogState *state;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  PdkAccount account = { .log_timezone = (char *) "UTC", .journal_unit = (char *) "" };
  g_autoptr (GError) error = NULL;

  fixture->folder = g_dir_make_tmp ("paddock-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->path = g_build_filename (fixture->folder, "server.log", NULL);
  account.logs_dir = fixture->folder;
  fixture->places = pdk_log_places_new (&account, "/nonexistent", NULL);
  fixture->state = pdk_log_state_new (fixture->places, NOW_SEC);
  pdk_log_state_set_time (fixture->state, NOW_SEC);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  pdk_log_state_free (fixture->state);
  pdk_log_places_unref (fixture->places);
  g_unlink (fixture->path);
  g_rmdir (fixture->folder);
  g_free (fixture->path);
  g_free (fixture->folder);
}

static void
assert_requests (Fixture *fixture, guint64 expected)
{
  PdkTallyCounts counts;

  pdk_tally_count (fixture->state->tally, NOW_SEC - PDK_SECONDS_PER_DAY, NOW_SEC, &counts);
  g_assert_cmpuint (counts.requests, ==, expected);
}

static void
poll_tail (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  pdk_log_state_poll_tail (fixture->state, g_ptr_array_index (fixture->state->tails, 0), NULL, &error);
  g_assert_no_error (error);
}

/* Requests are counted, once each, and what the server says of its devices is kept. */
static void
test_file (Fixture *fixture, gconstpointer data)
{
  g_autoptr (PdkFacts) facts = pdk_facts_new ();
  double vram_bytes = 0;

  g_assert_true (g_file_set_contents (fixture->path, DEVICE LINE ("11:00:00") LINE ("11:30:00"), -1, NULL));
  poll_tail (fixture);
  poll_tail (fixture);
  assert_requests (fixture, 2);
  pdk_server_record_settle (fixture->state->record);
  pdk_server_facts_describe (fixture->state->record, fixture->state->tally, NOW_SEC, facts);
  g_assert_true (pdk_facts_get_number (facts, "vram_total_bytes", &vram_bytes));
  g_assert_cmpfloat (vram_bytes, ==, 24.0 * 1024 * 1024 * 1024);
}

/* An entry's own time counts, not that of its text. */
static void
test_entry (Fixture *fixture, gconstpointer data)
{
  static const char line[] = "[GIN] 1999/01/01 - 00:00:00 | 200 | 1s | 127.0.0.1 | POST \"/api/chat\"";

  pdk_log_state_take_entry (fixture->state, line, sizeof line - 1, NOW_SEC - 60);
  assert_requests (fixture, 1);
}

static void
test_usable (Fixture *fixture, gconstpointer data)
{
  g_assert_true (pdk_log_state_is_usable (fixture->state, NOW_SEC + PDK_SECONDS_PER_DAY));
  g_assert_true (pdk_log_state_is_usable (fixture->state, NOW_SEC - 60));
  g_assert_false (pdk_log_state_is_usable (fixture->state, NOW_SEC - PDK_SECONDS_PER_DAY));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/log-state/file", Fixture, NULL, set_up, test_file, tear_down);
  g_test_add ("/log-state/entry", Fixture, NULL, set_up, test_entry, tear_down);
  g_test_add ("/log-state/usable", Fixture, NULL, set_up, test_usable, tear_down);
  return g_test_run ();
}
