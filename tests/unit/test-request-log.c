/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "pdk-request-log.h"

#include <dlfcn.h>

#include <glib/gstdio.h>

#include "pdk-journal-source.h"
#include "pdk-server-log-source.h"

/* 2025-08-21 18:13:20 UTC, the time of the requests of these tests. */
#define NOW_SEC G_GINT64_CONSTANT (1755800000)
#define LINE "[GIN] 2025/08/21 - 18:13:20 | 200 |  1.5s |       127.0.0.1 | POST     \"/api/chat\"\n"

#define OTHER_LINE "[GIN] 2025/08/21 - 18:13:20 | 404 |  2ms |       127.0.0.1 | POST     \"/api/embed\"\n"

static guint n_threads_here;

/* Stands for GLib's, and counts what is started by the thread that asks. */
GThread *
g_thread_try_new (const char *name, GThreadFunc func, gpointer data, GError **error)
{
  GThread *(*real) (const char *, GThreadFunc, gpointer, GError **) = dlsym (RTLD_NEXT, "g_thread_try_new");

  n_threads_here += g_main_context_is_owner (NULL) && g_strcmp0 (name, "paddock-pipe") == 0;
  return real (name, func, data, error);
}

/* Two sources that share a log, and what they have answered. */
typedef struct
{
  char *folder;
  char *path;
  PdkSource *files;
  PdkSource *journal;
  GCancellable *cancellable;
  GPtrArray *readings; /* (element-type PdkReading) */
  guint n_errors;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  PdkAccount account = { .journal_dir = (char *) "/nowhere", .log_timezone = (char *) "UTC" };
  g_autoptr (PdkLogPlaces) places = NULL;
  g_autoptr (PdkRequestLog) log = NULL;

  f->folder = g_dir_make_tmp ("paddock-test-XXXXXX", NULL);
  f->path = g_build_filename (f->folder, "ollama.log", NULL);
  account.logs_dir = f->path;
  places = pdk_log_places_new (&account, f->folder, NULL);
  log = pdk_request_log_new (places);
  f->files = PDK_SOURCE (pdk_server_log_source_new (log));
  f->journal = PDK_SOURCE (pdk_journal_source_new (log));
  f->cancellable = g_cancellable_new ();
  f->readings = g_ptr_array_new_with_free_func ((GDestroyNotify) pdk_reading_unref);
  g_assert_true (g_file_set_contents (f->path, LINE, -1, NULL));
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_assert_finalize_object (f->files);
  g_assert_finalize_object (f->journal);
  g_object_unref (f->cancellable);
  g_ptr_array_unref (f->readings);
  g_remove (f->path);
  g_assert_cmpint (g_rmdir (f->folder), ==, 0);
  g_free (f->path);
  g_free (f->folder);
}

static void
on_reading (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Fixture *f = user_data;
  g_autoptr (GError) error = NULL;
  PdkReading *reading = pdk_source_poll_finish (PDK_SOURCE (source), result, &error);

  if (reading != NULL)
    g_ptr_array_add (f->readings, reading);
  else
    {
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      f->n_errors++;
    }
}

static void
ask (Fixture *f, PdkSource *source, gint64 time_sec)
{
  pdk_source_poll_async (source, time_sec * G_USEC_PER_SEC, f->cancellable, on_reading, f);
}

static void
wait_for (Fixture *f, guint n_answers)
{
  while (f->readings->len + f->n_errors < n_answers)
    g_main_context_iteration (NULL, TRUE);
}

static void
assert_reading (Fixture *f, guint i, PdkSourceState state, gint64 time_sec, double n_requests)
{
  const PdkReading *reading = g_ptr_array_index (f->readings, i);
  double value = -1;

  g_assert_cmpint (reading->state, ==, state);
  if (state != PDK_SOURCE_STATE_OK)
    {
      g_assert_false (pdk_facts_get_number (reading->facts, "requests_5h", &value));
      return;
    }
  g_assert_cmpint (reading->observed_at_usec, ==, time_sec * G_USEC_PER_SEC);
  g_assert_true (pdk_facts_get_number (reading->facts, "requests_5h", &value));
  g_assert_cmpfloat (value, ==, n_requests);
}

/* The line that was read is gone for whoever starts over. */
static void
replace_line (Fixture *f)
{
  g_assert_true (g_file_set_contents_full (f->path, OTHER_LINE, -1, G_FILE_SET_CONTENTS_NONE, 0644, NULL));
}

static void
test_sources_share_a_poll (Fixture *f, gconstpointer data)
{
  ask (f, f->files, NOW_SEC);
  ask (f, f->journal, NOW_SEC);
  wait_for (f, 2);
  assert_reading (f, 0, PDK_SOURCE_STATE_OK, NOW_SEC, 1);
  assert_reading (f, 1, PDK_SOURCE_STATE_ABSENT, NOW_SEC, 0);
}

/* A first reading has its threads before whoever asks for it goes on, and may have libraries loaded; later
 * ones have none ahead. */
static void
test_threads_are_there_first (Fixture *f, gconstpointer data)
{
  const guint n_processors = g_get_num_processors ();

  g_assert_true (g_main_context_acquire (NULL));
  n_threads_here = 0;
  ask (f, f->files, NOW_SEC);
  g_assert_cmpuint (n_threads_here, ==, MIN (n_processors, 4) - 1);
  wait_for (f, 1);
  ask (f, f->files, NOW_SEC + 1);
  wait_for (f, 2);
  g_assert_cmpuint (n_threads_here, ==, MIN (n_processors, 4) - 1);
  g_main_context_release (NULL);
}

/* What was counted stays counted, by whichever source. */
static void
test_state_is_kept (Fixture *f, gconstpointer data)
{
  ask (f, f->journal, NOW_SEC);
  wait_for (f, 1);
  ask (f, f->files, NOW_SEC + 1);
  wait_for (f, 2);
  assert_reading (f, 1, PDK_SOURCE_STATE_OK, NOW_SEC + 1, 1);
  replace_line (f);
  ask (f, f->files, NOW_SEC + 2);
  wait_for (f, 3);
  assert_reading (f, 2, PDK_SOURCE_STATE_OK, NOW_SEC + 2, 2);
}

/* Who asks later is not given what was read before. */
static void
test_later_question (Fixture *f, gconstpointer data)
{
  ask (f, f->journal, NOW_SEC);
  ask (f, f->files, NOW_SEC + 5);
  wait_for (f, 2);
  assert_reading (f, 0, PDK_SOURCE_STATE_ABSENT, NOW_SEC, 0);
  assert_reading (f, 1, PDK_SOURCE_STATE_OK, NOW_SEC + 5, 1);
}

static void
test_cancelled (Fixture *f, gconstpointer data)
{
  ask (f, f->files, NOW_SEC);
  ask (f, f->journal, NOW_SEC);
  g_cancellable_cancel (f->cancellable);
  wait_for (f, 2);
  g_assert_cmpuint (f->n_errors, ==, 2);

  /* A new question starts over. */
  g_object_unref (f->cancellable);
  f->cancellable = g_cancellable_new ();
  ask (f, f->files, NOW_SEC);
  wait_for (f, 3);
  assert_reading (f, 0, PDK_SOURCE_STATE_OK, NOW_SEC, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/request-log/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("sources-share-a-poll", test_sources_share_a_poll);
  ADD ("threads-are-there-first", test_threads_are_there_first);
  ADD ("state-is-kept", test_state_is_kept);
  ADD ("later-question", test_later_question);
  ADD ("cancelled", test_cancelled);
  return g_test_run ();
}
