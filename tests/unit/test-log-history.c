/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "pdk-log-history.h"

#include <glib/gstdio.h>

#define NOW_SEC G_GINT64_CONSTANT (1795176000) /* 2026-11-20 12:00:00 UTC */

/* One reader of the log, as a process is. */
typedef struct
{
  PdkLogHistory *history;
  PdkLogState *state;
} Reader;

typedef struct
{
  char *folder;
  char *log;
  char *db;
  PdkLogPlaces *places;
  Reader readers[2];
  guint n_lines;
} Fixture;

static void
set_up (Fixture *f, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  PdkAccount account = { 0 };

  f->folder = g_dir_make_tmp ("paddock-XXXXXX", &error);
  g_assert_no_error (error);
  f->log = g_build_filename (f->folder, "server.log", NULL);
  f->db = g_build_filename (f->folder, "data", "history.sqlite", NULL);
  account.logs_dir = f->folder;
  f->places = pdk_log_places_new (&account, "/nonexistent", NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (f->readers); i++)
    {
      f->readers[i].history = pdk_log_history_new (f->db, "a", 365);
      f->readers[i].state = pdk_log_state_new (f->places, NOW_SEC);
      pdk_log_state_set_time (f->readers[i].state, NOW_SEC);
    }
}

static void
tear_down (Fixture *f, gconstpointer unused)
{
  g_autofree char *data = g_path_get_dirname (f->db);
  g_autoptr (GDir) dir = NULL;
  const char *name;

  for (gsize i = 0; i < G_N_ELEMENTS (f->readers); i++)
    {
      pdk_log_history_free (f->readers[i].history);
      pdk_log_state_free (f->readers[i].state);
    }
  pdk_log_places_unref (f->places);
  dir = g_dir_open (data, 0, NULL);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (data, name, NULL);

      g_unlink (path);
    }
  g_rmdir (data);
  g_unlink (f->log);
  g_rmdir (f->folder);
  g_free (f->db);
  g_free (f->log);
  g_free (f->folder);
}

static void
append_line (Fixture *f)
{
  g_autofree char *text = NULL;
  g_autofree char *longer = NULL;

  g_file_get_contents (f->log, &text, NULL, NULL);
  longer = g_strdup_printf ("%s[GIN] 2026/11/20 - 11:%02u:00 | 200 | %us | ::1 | POST     \"/api/chat\"\n",
                            text != NULL ? text : "", f->n_lines % 60, f->n_lines + 1);
  f->n_lines++;
  g_assert_true (g_file_set_contents (f->log, longer, -1, NULL));
}

static void
read_log (Reader *reader)
{
  pdk_log_state_poll_tail (reader->state, g_ptr_array_index (reader->state->tails, 0), NULL, NULL);
  pdk_server_record_settle (reader->state->record);
}

/* One poll. */
static void
poll_log (Fixture *f, guint which)
{
  Reader *reader = &f->readers[which];

  g_assert_true (pdk_log_history_begin (reader->history, &reader->state, f->places, NOW_SEC));
  read_log (reader);
  pdk_log_history_end (reader->history, reader->state, NOW_SEC);
  g_assert_null (pdk_log_history_get_problem (reader->history));
}

static void
assert_requests (Fixture *f, guint which, guint expected)
{
  PdkTallyCounts counts;

  pdk_tally_count (f->readers[which].state->tally, NOW_SEC - PDK_SECONDS_PER_DAY, NOW_SEC, &counts);
  g_assert_cmpuint (counts.requests, ==, expected);
}

/* Who reads second takes over what the first has read, and the other way round. */
static void
test_in_turns (Fixture *f, gconstpointer unused)
{
  for (guint i = 0; i < 20; i++)
    {
      append_line (f);
      poll_log (f, i % 3 == 0);
      assert_requests (f, i % 3 == 0, i + 1);
    }
  poll_log (f, 0);
  poll_log (f, 1);
  assert_requests (f, 0, 20);
  assert_requests (f, 1, 20);
  g_assert_cmpint (f->readers[0].state->generation, ==, f->readers[1].state->generation);
  g_assert_cmpint (f->readers[0].state->generation, ==, 20);
}

/* What was read without the file is not counted a second time when somebody else has read it, too. */
static void
test_read_without (Fixture *f, gconstpointer unused)
{
  append_line (f);
  poll_log (f, 0);
  append_line (f);
  read_log (&f->readers[0]);
  assert_requests (f, 0, 2);
  poll_log (f, 1);
  assert_requests (f, 1, 2);
  append_line (f);
  poll_log (f, 0);
  assert_requests (f, 0, 3);
  poll_log (f, 1);
  assert_requests (f, 1, 3);
}

/* What was read without the file is written as soon as there is one. */
static void
test_written_later (Fixture *f, gconstpointer unused)
{
  append_line (f);
  poll_log (f, 0);
  append_line (f);
  read_log (&f->readers[0]);
  poll_log (f, 0);
  g_assert_cmpint (f->readers[0].state->generation, ==, 2);
  poll_log (f, 1);
  assert_requests (f, 1, 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/log-history/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("in-turns", test_in_turns);
  ADD ("read-without", test_read_without);
  ADD ("written-later", test_written_later);
#undef ADD
  return g_test_run ();
}
