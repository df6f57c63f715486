/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "pdk-log-saver.h"

#include <glib/gstdio.h>

#include "pdk-log-history.h"
#include "scratch-folder.h"

#define NOW_SEC G_GINT64_CONSTANT (1795176000) /* 2026-11-20 12:00:00 UTC */

/* Logs in two folders, and a history. */
typedef struct
{
  char *folder;
  char *db;
  char *logs[2];
  PdkLogPlaces *places[2];
} Fixture;

static void
set_up (Fixture *f, gconstpointer unused)
{
  static const char *const names[] = { "a", "b" };

  f->folder = scratch_folder_new ();
  f->db = g_build_filename (f->folder, "history.sqlite", NULL);
  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *path = g_build_filename (f->folder, names[i], NULL);
      PdkAccount account = { .logs_dir = path };

      g_assert_cmpint (g_mkdir (path, 0700), ==, 0);
      f->logs[i] = g_build_filename (path, "server.log", NULL);
      f->places[i] = pdk_log_places_new (&account, "/nonexistent", NULL);
    }
}

static void
tear_down (Fixture *f, gconstpointer unused)
{
  for (guint i = 0; i < 2; i++)
    {
      g_free (f->logs[i]);
      pdk_log_places_unref (f->places[i]);
    }
  g_free (f->db);
  scratch_folder_remove (f->folder);
}

static void
append (Fixture *f, guint which, const char *text)
{
  FILE *stream = g_fopen (f->logs[which], "a");

  fputs (text, stream);
  fclose (stream);
}

/* A poll of a state that is @state's, or a new one. */
static void
poll_state (Fixture *f, guint which, PdkLogHistory *history, PdkLogState **state)
{
  g_autoptr (PdkLogIntake) intake = pdk_log_intake_new ();

  if (*state == NULL)
    *state = pdk_log_state_new (f->places[which], NOW_SEC);
  pdk_log_state_set_time (*state, NOW_SEC);
  g_assert_true (pdk_log_history_begin (history, state, f->places[which], NOW_SEC));
  pdk_log_state_poll_tail (*state, g_ptr_array_index ((*state)->tails, 0), intake, NULL, NULL);
  pdk_server_record_settle ((*state)->record);
  pdk_log_history_end (history, *state, NOW_SEC);
  g_assert_null (pdk_log_history_get_problem (history));
}

/* A poll of a process that does no more than that. */
static void
poll_once (Fixture *f, guint which)
{
  PdkLogHistory *history = pdk_log_history_new (f->db, "a", 365);
  PdkLogState *state = NULL;

  poll_state (f, which, history, &state);
  pdk_log_history_free (history);
  pdk_log_state_free (state);
}

static void
append_tokens (Fixture *f, guint prompt, guint output)
{
  g_autofree char *text =
      g_strdup_printf ("slot print_timing: id  0 | task 44 | prompt eval time = 1.00 ms / %5u tokens\n"
                       "       eval time = 5.00 ms / %5u tokens\n"
                       "      total time = 6.00 ms / %5u tokens\n",
                       prompt, output, prompt + output);

  append (f, 0, text);
}

static void
assert_hours (Fixture *f, const char *expected)
{
  g_autoptr (PdkHistoryDb) db = pdk_history_db_open_read_only (f->db, NULL);
  g_autoptr (GArray) hours = pdk_history_db_read_hours (db, "a", 0, NULL);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < hours->len; i++)
    {
      const PdkHour *hour = &g_array_index (hours, PdkHour, i);

      g_string_append_printf (text, "%d:%d,%d,%d,%d ", (int) (hour->start_sec - NOW_SEC) / 3600,
                              (int) hour->requests, (int) hour->prompt_tokens, (int) hour->output_tokens,
                              (int) hour->unattributed_tokens);
    }
  g_assert_cmpstr (text->str, ==, expected);
}

/* Of hours long ago there are the tokens, too, and those that come later are added. */
static void
test_old_tokens (Fixture *f, gconstpointer unused)
{
  for (guint i = 0; i < 2; i++)
    {
      append_tokens (f, 10, 3);
      append (f, 0, "[GIN] 2026/11/01 - 11:30:00 | 200 | 1s | ::1 | POST     \"/api/chat\"\n");
      poll_once (f, 0);
    }
  assert_hours (f, "-457:2,20,6,0 ");
}

/* An hour that has tokens alone is one, too. */
static void
test_tokens_alone (Fixture *f, gconstpointer unused)
{
  append_tokens (f, 10, 3);
  append (f, 0, "time=2026-11-20T10:30:00.000Z level=INFO msg=\"said later\"\n");
  poll_once (f, 0);
  poll_once (f, 0);
  assert_hours (f, "-2:0,10,3,13 ");
}

/* Days have their tokens when the log is gone, too. */
static void
test_days_of_tokens (Fixture *f, gconstpointer unused)
{
  PdkLogHistory *history = pdk_log_history_new (f->db, "a", 365);
  PdkLogState *state = NULL;
  g_autoptr (GArray) days = NULL;

  append_tokens (f, 10, 3);
  append (f, 0, "[GIN] 2026/11/10 - 11:30:00 | 200 | 1s | ::1 | POST     \"/api/chat\"\n");
  poll_once (f, 0);
  g_assert_cmpint (g_unlink (f->logs[0]), ==, 0);
  poll_state (f, 0, history, &state);
  days = pdk_token_tally_get_days (pdk_server_record_get_tokens (state->record), NOW_SEC);
  g_assert_cmpuint (days->len, ==, 11);
  g_assert_cmpuint (g_array_index (days, PdkTokenDay, 0).output_tokens, ==, 3);
  pdk_log_history_free (history);
  pdk_log_state_free (state);
}

static void
append_request (Fixture *f, guint which)
{
  append (f, which, "[GIN] 2026/11/20 - 11:30:00 | 200 | 1s | ::1 | POST     \"/api/chat\"\n");
}

/* Of places that the settings do not name for a while, it is known how far they were read. */
static void
test_other_places (Fixture *f, gconstpointer unused)
{
  append_request (f, 0);
  append_request (f, 0);
  poll_once (f, 0);
  append (f, 1, "a log that is not the same\n");
  append_request (f, 1);
  poll_once (f, 1);
  append_request (f, 0);
  poll_once (f, 0);
  poll_once (f, 1);
  assert_hours (f, "-1:4,0,0,0 ");
}

/* Where they were read to is kept once, however often it was loaded. */
static void
test_other_places_do_not_pile_up (Fixture *f, gconstpointer unused)
{
  PdkLogHistory *history = pdk_log_history_new (f->db, "a", 365);
  PdkLogState *state = NULL;

  append_request (f, 1);
  poll_once (f, 1);
  for (guint i = 0; i < 3; i++)
    {
      append_request (f, 0);
      poll_once (f, 0);
      poll_state (f, 0, history, &state);
      g_assert_cmpuint (state->other_tails->len, ==, 1);
    }
  pdk_log_history_free (history);
  pdk_log_state_free (state);
}

/* Writes to the history what the log does not say. */
static void
put_hour (Fixture *f, gint64 start_sec, guint requests, GVariant *state)
{
  g_autofree char *aside = NULL;
  g_autoptr (PdkHistoryDb) db = pdk_history_db_open (f->db, &aside, NULL);
  const PdkHour hour = { .start_sec = start_sec, .requests = requests };
  gint64 generation;

  g_assert_true (pdk_history_db_begin (db, "a", &generation, NULL));
  g_assert_true (pdk_history_db_put_hour (db, &hour, NULL));
  if (state != NULL)
    g_assert_true (pdk_history_db_write_state (db, state, NULL));
  g_assert_true (pdk_history_db_commit (db, NULL));
}

static GVariant *
read_state (Fixture *f)
{
  g_autofree char *aside = NULL;
  g_autoptr (PdkHistoryDb) db = pdk_history_db_open (f->db, &aside, NULL);
  gint64 generation;

  g_assert_true (pdk_history_db_begin (db, "a", &generation, NULL));
  return pdk_history_db_read_state (db, NULL);
}

/* When the log was read by the clock of another zone, what it still holds is read once more, and nothing else
 * is forgotten. */
static void
test_another_zone (Fixture *f, gconstpointer unused)
{
  g_autofree char *folder = g_path_get_dirname (f->logs[0]);
  PdkAccount account = { .logs_dir = folder, .log_timezone = (char *) "Asia/Tokyo" };

  append_request (f, 0);
  poll_once (f, 0);
  put_hour (f, NOW_SEC - 100 * PDK_SECONDS_PER_DAY, 5, NULL);
  assert_hours (f, "-2400:5,0,0,0 -1:1,0,0,0 ");
  pdk_log_places_unref (f->places[0]);
  f->places[0] = pdk_log_places_new (&account, "/nonexistent", NULL);
  poll_once (f, 0);
  assert_hours (f, "-2400:5,0,0,0 -10:1,0,0,0 ");
}

/* @stored with another number for its format, and so many of what it is made of. */
static GVariant *
change_state (GVariant *stored, guint32 format, gsize n_children)
{
  g_autoptr (GVariant) value = g_variant_get_variant (stored);
  g_autoptr (GPtrArray) children = g_ptr_array_new_with_free_func ((GDestroyNotify) g_variant_unref);

  g_assert_cmpuint (g_variant_n_children (value), >=, n_children);
  g_ptr_array_add (children, g_variant_ref_sink (g_variant_new_uint32 (format)));
  for (gsize i = 1; i < n_children; i++)
    g_ptr_array_add (children, g_variant_get_child_value (value, i));
  return g_variant_ref_sink (
      g_variant_new_variant (g_variant_new_tuple ((GVariant **) children->pdata, children->len)));
}

/* So is what is kept in a form that is not today's. */
static void
test_another_format (Fixture *f, gconstpointer unused)
{
  g_autoptr (GVariant) stored = NULL;
  g_autoptr (GVariant) changed = NULL;

  append_request (f, 0);
  poll_once (f, 0);
  stored = read_state (f);
  put_hour (f, NOW_SEC - 3600, 5, stored);
  poll_once (f, 0);
  assert_hours (f, "-1:5,0,0,0 ");

  changed = change_state (stored, G_MAXUINT32, 10);
  put_hour (f, NOW_SEC - 3600, 5, changed);
  poll_once (f, 0);
  assert_hours (f, "-1:1,0,0,0 ");
}

/* What an earlier release has kept, which did not note what it had passed over, is as good as ours. */
static void
test_earlier_release (Fixture *f, gconstpointer unused)
{
  g_autoptr (GVariant) stored = NULL;
  g_autoptr (GVariant) changed = NULL;

  append_request (f, 0);
  poll_once (f, 0);
  stored = read_state (f);
  changed = change_state (stored, 1, 7);
  put_hour (f, NOW_SEC - 2 * 3600, 5, changed);
  poll_once (f, 0);
  assert_hours (f, "-2:5,0,0,0 -1:1,0,0,0 ");
  append_request (f, 0);
  poll_once (f, 0);
  assert_hours (f, "-2:5,0,0,0 -1:2,0,0,0 ");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/log-saver/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("old-tokens", test_old_tokens);
  ADD ("tokens-alone", test_tokens_alone);
  ADD ("days-of-tokens", test_days_of_tokens);
  ADD ("other-places", test_other_places);
  ADD ("another-zone", test_another_zone);
  ADD ("another-format", test_another_format);
  ADD ("earlier-release", test_earlier_release);
  ADD ("other-places-do-not-pile-up", test_other_places_do_not_pile_up);
#undef ADD
  return g_test_run ();
}
