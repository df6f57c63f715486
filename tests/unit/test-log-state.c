/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <unistd.h>

#include <glib/gstdio.h>

#include "journal-fixture.h"
#include "pdk-log-facts.h"
#include "pdk-log-state.h"
#include "pdk-server-facts.h"
#include "pdk-tally-past.h"

/* 2026-11-20T12:00:00Z */
#define NOW_SEC G_GINT64_CONSTANT (1795176000)
#define ACCESS " | 200 | 1s | 127.0.0.1 | POST \"/api/chat\"\n"
#define LINE(time) "[GIN] 2026/11/20 - " time ACCESS
#define OLD_LINE(day) "[GIN] " day " - 11:00:00" ACCESS
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

  pdk_tally_count (fixture->state->tally, PDK_WINDOW_1D, NOW_SEC - PDK_SECONDS_PER_DAY, NOW_SEC, &counts);
  g_assert_cmpuint (counts.requests, ==, expected);
}

static void
poll_tail (Fixture *fixture)
{
  g_autoptr (PdkLogIntake) intake = pdk_log_intake_new ();
  g_autoptr (GError) error = NULL;

  pdk_log_state_poll_tail (fixture->state, g_ptr_array_index (fixture->state->tails, 0), intake, NULL,
                           &error);
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

static void
assert_in_month_before (Fixture *fixture, gboolean is_known, guint64 expected)
{
  guint64 requests = 0;

  g_assert_cmpint (pdk_tally_count_before (fixture->state->tally, PDK_WINDOW_30D, NOW_SEC, &requests), ==,
                   is_known);
  if (is_known)
    g_assert_cmpuint (requests, ==, expected);
}

static void
append (Fixture *fixture, const char *lines)
{
  FILE *file = g_fopen (fixture->path, "a");

  g_assert_nonnull (file);
  g_assert_cmpint (fputs (lines, file), >=, 0);
  g_assert_cmpint (fclose (file), ==, 0);
}

/* Thirty days are compared with the thirty before. */
static void
test_depth (Fixture *fixture, gconstpointer data)
{
  append (fixture, OLD_LINE ("2026/09/10") OLD_LINE ("2026/10/15") LINE ("11:00:00"));
  poll_tail (fixture);
  assert_in_month_before (fixture, TRUE, 1);
  g_assert_cmpint (fixture->state->counted_since_sec, ==, 0);
}

/* Nobody waits for a lot of lines that are only compared with. */
static void
test_depth_of_large (Fixture *fixture, gconstpointer data)
{
  append (fixture, OLD_LINE ("2026/09/10") OLD_LINE ("2026/10/15"));
  g_assert_cmpint (truncate (fixture->path, 65 * 1024 * 1024), ==, 0);
  append (fixture, "\n" OLD_LINE ("2026/10/15") LINE ("11:00:00"));
  poll_tail (fixture);
  assert_requests (fixture, 1);
  assert_in_month_before (fixture, FALSE, 0);
  g_assert_cmpint (fixture->state->counted_since_sec, >, NOW_SEC - 31 * PDK_SECONDS_PER_DAY);
  g_assert_cmpint (fixture->state->oldest_sec, ==, fixture->state->counted_since_sec);

  /* In time, the days that were counted become those that are compared with. */
  pdk_log_state_set_time (fixture->state, NOW_SEC + 32 * PDK_SECONDS_PER_DAY);
  g_assert_cmpint (fixture->state->oldest_sec, ==, NOW_SEC - 30 * PDK_SECONDS_PER_DAY);
}

/* So many mebibytes of requests of one second. Returns their number. */
static guint
append_much (Fixture *fixture, const char *line, guint mebibytes)
{
  g_autoptr (GString) lines = g_string_new (NULL);
  const guint n_lines = (1 << 20) / strlen (line);

  for (guint i = 0; i < n_lines; i++)
    g_string_append (lines, line);
  for (guint i = 0; i < mebibytes; i++)
    append (fixture, lines->str);
  return n_lines * mebibytes;
}

typedef struct
{
  const char *zone; /* of the user */
  gint64 now_sec;   /* the last second of a day there */
  /* In the zone of the log, on the date line: */
  const char *before, *first, *later, *last; /* of thirty days */
} Month;

/* Longest on an evening after an autumn's night of 25 hours. */
static const Month longest_month = { "Europe/Berlin",
                                     NOW_SEC + 11 * 60 * 60 - 1,
                                     "[GIN] 2026/10/21 - 09:59:59" ACCESS,
                                     "[GIN] 2026/10/21 - 10:00:00" ACCESS,
                                     "[GIN] 2026/10/21 - 10:30:00" ACCESS,
                                     "[GIN] 2026/11/20 - 09:00:00" ACCESS };

/* The date of its first second is of the day before wherever else that is told. */
static const Month eastern_month = { "Etc/GMT-13",
                                     NOW_SEC - 60 * 60 - 1,
                                     "[GIN] 2026/10/20 - 22:59:59" ACCESS,
                                     "[GIN] 2026/10/20 - 23:00:00" ACCESS,
                                     "[GIN] 2026/10/20 - 23:30:00" ACCESS,
                                     "[GIN] 2026/11/19 - 20:00:00" ACCESS };

/* None of the requests of thirty days is passed over, however large the log. */
static void
test_depth_of_zones (Fixture *fixture, gconstpointer data)
{
  const Month *month = data;
  PdkAccount account = { .logs_dir = fixture->folder,
                         .log_timezone = (char *) "Etc/GMT+12",
                         .journal_unit = (char *) "" };
  g_autoptr (PdkFacts) facts = pdk_facts_new ();
  double requests = 0;
  guint expected;

  pdk_log_places_unref (fixture->places);
  pdk_log_state_free (fixture->state);
  g_setenv ("TZ", month->zone, TRUE);
  fixture->places = pdk_log_places_new (&account, "/nonexistent", NULL);
  fixture->state = pdk_log_state_new (fixture->places, month->now_sec);
  pdk_log_state_set_time (fixture->state, month->now_sec);

  append_much (fixture, OLD_LINE ("2026/10/15"), 46);
  append_much (fixture, month->before, 8);
  expected = append_much (fixture, month->first, 1);
  expected += append_much (fixture, month->later, 10);
  expected += append_much (fixture, month->last, 1);
  poll_tail (fixture);
  g_unsetenv ("TZ");
  g_assert_cmpint (fixture->state->counted_since_sec, >, 0);
  pdk_log_facts_describe (fixture->state->tally, month->now_sec, facts);
  g_assert_true (pdk_facts_get_number (facts, "requests_30d", &requests));
  g_assert_cmpfloat (requests, ==, expected);
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

#if HAVE_JOURNAL
static void
ignore_entry (const char *message, gsize length, gint64 time_usec, gpointer user_data)
{
}

static void
write_entry (Fixture *fixture, const char *unit)
{
  g_autoptr (GString) text = g_string_new (NULL);
  static gint64 n_seconds;

  n_seconds++;
  journal_add (text, (NOW_SEC - 60 + n_seconds) * G_USEC_PER_SEC, n_seconds * G_USEC_PER_SEC, JOURNAL_BOOT_1,
               unit, "a line", -1);
  journal_write (fixture->folder, "a.journal", text->str, text->len);
}

static void
poll_journal (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  pdk_journal_poll (fixture->state->journal, 0, ignore_entry, NULL, NULL, &error);
  g_assert_no_error (error);
}

/* A journal that is there is no news, nor is what others write to it. */
static void
test_journal_news (Fixture *fixture, gconstpointer data)
{
  PdkAccount account = { .logs_dir = fixture->folder, .journal_dir = fixture->folder };
  g_autofree char *path = g_build_filename (fixture->folder, "a.journal", NULL);

  pdk_log_places_unref (fixture->places);
  pdk_log_state_free (fixture->state);
  fixture->places = pdk_log_places_new (&account, "/nonexistent", NULL);
  fixture->state = pdk_log_state_new (fixture->places, NOW_SEC);
  pdk_log_state_set_time (fixture->state, NOW_SEC);

  write_entry (fixture, JOURNAL_UNIT);
  g_assert_true (pdk_log_state_has_news (fixture->state));
  poll_journal (fixture);
  g_assert_false (pdk_log_state_has_news (fixture->state));
  poll_journal (fixture);
  write_entry (fixture, "_SYSTEMD_UNIT=other.service");
  g_assert_false (pdk_log_state_has_news (fixture->state));
  poll_journal (fixture);
  write_entry (fixture, JOURNAL_UNIT);
  g_assert_true (pdk_log_state_has_news (fixture->state));
  g_unlink (path);
}
#endif

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/log-state/file", Fixture, NULL, set_up, test_file, tear_down);
  g_test_add ("/log-state/depth", Fixture, NULL, set_up, test_depth, tear_down);
  g_test_add ("/log-state/depth-of-large", Fixture, NULL, set_up, test_depth_of_large, tear_down);
  g_test_add ("/log-state/longest-month", Fixture, &longest_month, set_up, test_depth_of_zones, tear_down);
  g_test_add ("/log-state/eastern-month", Fixture, &eastern_month, set_up, test_depth_of_zones, tear_down);
  g_test_add ("/log-state/entry", Fixture, NULL, set_up, test_entry, tear_down);
  g_test_add ("/log-state/usable", Fixture, NULL, set_up, test_usable, tear_down);
#if HAVE_JOURNAL
  g_test_add ("/log-state/journal-news", Fixture, NULL, set_up, test_journal_news, tear_down);
#endif
  return g_test_run ();
}
