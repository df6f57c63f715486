/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gstdio.h>
#include <string.h>

#include "pdk-server-log-source.h"
#include "pdk-tally.h"

#define HOUR_SEC (60 * 60)
#define DAY_SEC (24 * 60 * 60)
/* 2026-11-20T12:00:00Z */
#define NOW_SEC G_GINT64_CONSTANT (1795176000)

typedef struct
{
  char *folder;
  char *path;
  PdkSource *source;
} Fixture;

static PdkSource *
new_source (const char *folder)
{
  PdkAccount account = { .logs_dir = (char *) folder,
                         .log_timezone = (char *) "UTC",
                         .journal_unit = (char *) "" };
  g_autoptr (PdkLogPlaces) places = pdk_log_places_new (&account, "/nonexistent", NULL);
  g_autoptr (PdkRequestLog) log = pdk_request_log_new (places);

  return PDK_SOURCE (pdk_server_log_source_new (log));
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->folder = g_dir_make_tmp ("paddock-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->path = g_build_filename (fixture->folder, "server.log", NULL);
  fixture->source = new_source (fixture->folder);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_object_unref (fixture->source);
  g_unlink (fixture->path);
  g_rmdir (fixture->folder);
  g_free (fixture->path);
  g_free (fixture->folder);
}

static void
write_log (Fixture *fixture, const char *text)
{
  g_autoptr (GError) error = NULL;

  g_file_set_contents (fixture->path, text, -1, &error);
  g_assert_no_error (error);
}

static void
on_reading (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  *(PdkReading **) data = pdk_source_poll_finish (PDK_SOURCE (source), result, &error);
  g_assert_no_error (error);
}

static PdkReading *
poll_source (Fixture *fixture, gint64 now_sec)
{
  PdkReading *reading = NULL;

  pdk_source_poll_async (fixture->source, now_sec * G_USEC_PER_SEC, NULL, on_reading, &reading);
  while (reading == NULL)
    g_main_context_iteration (NULL, TRUE);
  return reading;
}

/* @expected: -1 when it must not be known */
static void
assert_metric (Fixture *fixture, gint64 now_sec, const char *name, double expected)
{
  g_autoptr (PdkReading) reading = poll_source (fixture, now_sec);
  double value = -1;

  pdk_facts_get_number (reading->facts, name, &value);
  g_assert_cmpfloat (value, ==, expected);
}

#define AT_NOON "[GIN] 2026/11/20 - 11:59:00 | 200 | 1s | 127.0.0.1 | POST \"/api/chat\"\n"
#define IN_AN_HOUR "[GIN] 2026/11/20 - 13:00:00 | 200 | 1s | 127.0.0.1 | POST \"/api/chat\"\n"
#define LATE_YESTERDAY "[GIN] 2026/11/19 - 23:30:00 | 200 | 1s | 127.0.0.1 | POST \"/api/chat\"\n"

static void
test_states (Fixture *fixture, gconstpointer data)
{
  g_autoptr (PdkReading) absent = poll_source (fixture, NOW_SEC);
  g_autoptr (PdkReading) ok = NULL;

  g_assert_cmpint (absent->state, ==, PDK_SOURCE_STATE_ABSENT);
  g_assert_nonnull (pdk_facts_get_diagnostic (absent->facts, "server_log_error"));
  write_log (fixture, AT_NOON);
  ok = poll_source (fixture, NOW_SEC);
  g_assert_cmpint (ok->state, ==, PDK_SOURCE_STATE_OK);
  g_assert_cmpint (ok->observed_at_usec, ==, NOW_SEC * G_USEC_PER_SEC);
  g_assert_null (pdk_facts_get_diagnostic (ok->facts, "server_log_error"));
}

/* A clock without a battery starts anywhere, and is put right while the applet runs. */
static void
test_clock_is_put_right (Fixture *fixture, gconstpointer data)
{
  static const gint64 wrong_by_days[] = { 4000, 40, 9, 1, -1, -4000 };

  write_log (fixture, AT_NOON);
  for (gsize i = 0; i < G_N_ELEMENTS (wrong_by_days); i++)
    {
      g_test_message ("wrong by %" G_GINT64_FORMAT " days", wrong_by_days[i]);
      assert_metric (fixture, NOW_SEC + wrong_by_days[i] * DAY_SEC, "requests_5h", 0);
      assert_metric (fixture, NOW_SEC, "requests_5h", 1);
      assert_metric (fixture, NOW_SEC, "requests_7d", 1);
    }
}

/* The user has travelled: today is another day, and the log need not grow for that. */
static void
test_zone_changes (Fixture *fixture, gconstpointer data)
{
  write_log (fixture, LATE_YESTERDAY AT_NOON);
  assert_metric (fixture, NOW_SEC, "requests_today", 1);
  g_setenv ("TZ", "Europe/Berlin", TRUE);
  assert_metric (fixture, NOW_SEC, "requests_today", 2);
  g_setenv ("TZ", "UTC", TRUE);
  assert_metric (fixture, NOW_SEC, "requests_today", 1);
}

/* Who reads that some are not counted reads it until nothing is missing any more. */
static void
test_too_many (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    gint64 now_sec;
    const char *said; /* (nullable) */
  } cases[] = {
    { NOW_SEC, "from the future" },
    { NOW_SEC + 2 * HOUR_SEC, "10 of them are missing" },
    { NOW_SEC + 3 * HOUR_SEC, "10 of them are missing" },
    { NOW_SEC + 9 * DAY_SEC, NULL },
  };
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < PDK_TALLY_MAX_FUTURE + 10; i++)
    g_string_append (text, IN_AN_HOUR);
  write_log (fixture, text->str);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (PdkReading) reading = poll_source (fixture, cases[i].now_sec);
      const char *sentence = pdk_facts_get_diagnostic (reading->facts, "server_log_error");

      g_test_message ("%s", sentence);
      g_assert_cmpint (sentence != NULL, ==, cases[i].said != NULL);
      g_assert_true (sentence == NULL || strstr (sentence, cases[i].said) != NULL);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/server-log-source/states", Fixture, NULL, set_up, test_states, tear_down);
  g_test_add ("/server-log-source/clock-is-put-right", Fixture, NULL, set_up, test_clock_is_put_right,
              tear_down);
  g_test_add ("/server-log-source/zone-changes", Fixture, NULL, set_up, test_zone_changes, tear_down);
  g_test_add ("/server-log-source/too-many", Fixture, NULL, set_up, test_too_many, tear_down);
  return g_test_run ();
}
