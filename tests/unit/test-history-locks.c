/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The history and other processes. This program is those, too, when it is called with what they are to do. */

#include "config.h"

#include <string.h>

#include <glib/gstdio.h>
#include <sqlite3.h>

#include "pdk-error.h"
#include "pdk-history-db.h"
#include "scratch-folder.h"

#define N_PROCESSES 4
#define N_ROUNDS 8

static const char *program;

typedef struct
{
  char *folder;
  char *path;
} Fixture;

static void
set_up (Fixture *f, gconstpointer unused)
{
  f->folder = scratch_folder_new ();
  f->path = g_build_filename (f->folder, "history.sqlite", NULL);
}

static void
tear_down (Fixture *f, gconstpointer unused)
{
  scratch_folder_remove (f->folder);
  g_free (f->path);
}

/* Another process: tells by its status whether it could take the lock that writes. */
static int
take_write_lock (const char *path)
{
  sqlite3 *handle;
  int code = sqlite3_open (path, &handle);

  if (code == SQLITE_OK)
    code = sqlite3_exec (handle, "BEGIN IMMEDIATE", NULL, NULL, NULL);
  sqlite3_close (handle);
  return code;
}

static gboolean
write_account (PdkHistoryDb *db, const char *account)
{
  g_autoptr (GVariant) state = g_variant_ref_sink (g_variant_new_variant (g_variant_new_string (account)));
  gint64 generation;

  return pdk_history_db_begin (db, account, &generation, NULL) &&
         pdk_history_db_write_state (db, state, NULL) && pdk_history_db_commit (db, NULL);
}

/* Another process: opens what is there, and writes what bears its name. */
static int
open_and_write (const char *path, const char *account)
{
  g_autofree char *aside = NULL;
  g_autoptr (PdkHistoryDb) db = pdk_history_db_open (path, &aside, NULL);

  return db != NULL && write_account (db, account) ? 0 : 1;
}

static void
say_and_wait (const char *word)
{
  char answer[8];

  g_print ("%s\n", word);
  /* Who started it is gone if there is none. */
  if (fgets (answer, sizeof answer, stdin) == NULL)
    exit (2);
}

/* Another process: finds out that the file is damaged, and sets it aside later. */
static int
set_aside_late (const char *path)
{
  g_autofree char *aside = NULL;
  g_autoptr (GError) error = NULL;
  PdkHistoryDb *db = pdk_history_db_open (path, &aside, NULL);
  gint64 generation;

  say_and_wait (db != NULL ? "open" : "not open");
  pdk_history_db_begin (db, "late", &generation, &error);
  say_and_wait (g_error_matches (error, PDK_ERROR, PDK_ERROR_MALFORMED) ? "damaged" : "not damaged");
  if (!pdk_history_db_set_aside (db, &aside, NULL))
    return 1;
  say_and_wait (aside == NULL ? "nothing" : aside);
  return 0;
}

static GSubprocess *
start (const char *role, const char *path, const char *argument)
{
  g_autoptr (GError) error = NULL;
  GSubprocess *process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE,
                                           &error, program, role, path, argument, NULL);

  g_assert_no_error (error);
  return process;
}

static int
wait_for (GSubprocess *process)
{
  g_assert_true (g_subprocess_wait (process, NULL, NULL));
  g_assert_true (g_subprocess_get_if_exited (process));
  return g_subprocess_get_exit_status (process);
}

static void
assert_write_lock (Fixture *f, int expected)
{
  g_autoptr (GSubprocess) process = start ("take-write-lock", f->path, NULL);

  g_assert_cmpint (wait_for (process), ==, expected);
}

static PdkHistoryDb *
open_good (Fixture *f)
{
  g_autofree char *aside = NULL;
  g_autoptr (GError) error = NULL;
  PdkHistoryDb *db = pdk_history_db_open (f->path, &aside, &error);

  g_assert_no_error (error);
  g_assert_null (aside);
  return db;
}

/* One account of a process opens the file while another one writes to it. */
static void
test_other_account (Fixture *f, gconstpointer unused)
{
  /* First with a new file, then with one that has a log. */
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (PdkHistoryDb) db = open_good (f);
      g_autofree char *aside = NULL;
      PdkHistoryDb *other;
      gint64 generation;

      g_assert_true (pdk_history_db_begin (db, "a", &generation, NULL));
      assert_write_lock (f, SQLITE_BUSY);
      /* A new file is kept by who fills it: that is no reason to let go of it. */
      other = pdk_history_db_open (f->path, &aside, NULL);
      g_assert_null (aside);
      assert_write_lock (f, SQLITE_BUSY);
      pdk_history_db_close (other);
      assert_write_lock (f, SQLITE_BUSY);
      pdk_history_db_rollback (db);
      assert_write_lock (f, SQLITE_OK);
      g_assert_true (write_account (db, "a"));
    }
}

/* Leaves the first page as it is, so that it can still be opened. */
static void
damage (Fixture *f)
{
  g_autofree char *data = NULL;
  gsize length;
  FILE *stream;

  g_assert_true (g_file_get_contents (f->path, &data, &length, NULL));
  g_assert_cmpuint (length, >, 4096);
  memset (data + 4096, 0xa5, length - 4096);
  stream = g_fopen (f->path, "r+");
  g_assert_cmpuint (fwrite (data, 1, length, stream), ==, length);
  fclose (stream);
}

static guint
count_aside (Fixture *f)
{
  g_autoptr (GDir) dir = g_dir_open (f->folder, 0, NULL);
  const char *name;
  guint n = 0;

  while ((name = g_dir_read_name (dir)) != NULL)
    n += strstr (name, ".damaged-") != NULL && !g_str_has_suffix (name, "-wal") &&
         !g_str_has_suffix (name, "-shm") && !g_str_has_suffix (name, "-journal");
  return n;
}

static void
assert_accounts (Fixture *f, const char *expected)
{
  g_autoptr (PdkHistoryDb) db = pdk_history_db_open_read_only (f->path, NULL);
  g_auto (GStrv) accounts = pdk_history_db_list_accounts (db, NULL);
  g_autofree char *joined = g_strjoinv (" ", accounts);

  g_assert_cmpstr (joined, ==, expected);
}

static void
expect_word (GDataInputStream *words, const char *expected)
{
  g_autofree char *word = g_data_input_stream_read_line (words, NULL, NULL, NULL);

  g_assert_cmpstr (word, ==, expected);
}

static void
let_go_on (GSubprocess *process)
{
  g_assert_true (
      g_output_stream_write_all (g_subprocess_get_stdin_pipe (process), "on\n", 3, NULL, NULL, NULL));
  g_assert_true (g_output_stream_flush (g_subprocess_get_stdin_pipe (process), NULL, NULL));
}

/* Who finds a file damaged, and comes second, leaves the new one of the first in its place. */
static void
test_set_aside_once (Fixture *f, gconstpointer unused)
{
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GDataInputStream) words = NULL;
  g_autoptr (PdkHistoryDb) db = NULL;
  g_autofree char *aside = NULL;
  sqlite3 *handle;

  g_assert_cmpint (open_and_write (f->path, "old"), ==, 0);
  g_assert_cmpint (sqlite3_open (f->path, &handle), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (handle, "PRAGMA wal_checkpoint (TRUNCATE)", NULL, NULL, NULL), ==,
                   SQLITE_OK);
  sqlite3_close (handle);

  process = start ("set-aside-late", f->path, NULL);
  words = g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));
  expect_word (words, "open");
  damage (f);
  let_go_on (process);
  expect_word (words, "damaged");

  db = open_good (f);
  g_assert_false (write_account (db, "new"));
  g_assert_true (pdk_history_db_set_aside (g_steal_pointer (&db), &aside, NULL));
  g_assert_nonnull (aside);
  db = open_good (f);
  g_assert_true (write_account (db, "new"));

  let_go_on (process);
  expect_word (words, "nothing");
  let_go_on (process);
  g_assert_cmpint (wait_for (process), ==, 0);
  g_assert_true (write_account (db, "newer"));
  g_assert_cmpuint (count_aside (f), ==, 1);
  assert_accounts (f, "new newer");
}

/* Nothing of a good history is left. */
static void
make_damaged (Fixture *f)
{
  g_autofree char *log = g_strconcat (f->path, "-wal", NULL);

  g_unlink (log);
  g_assert_true (g_file_set_contents (f->path, "SQLite format 3, or is it?", -1, NULL));
}

/* Many come at once. */
static void
test_set_aside_at_once (Fixture *f, gconstpointer unused)
{
  for (guint i = 1; i <= N_ROUNDS; i++)
    {
      g_autoptr (GPtrArray) processes = g_ptr_array_new_with_free_func (g_object_unref);

      make_damaged (f);
      for (guint j = 0; j < N_PROCESSES; j++)
        {
          const char account[] = { (char) ('a' + j), '\0' };

          g_ptr_array_add (processes, start ("open-and-write", f->path, account));
        }
      for (guint j = 0; j < N_PROCESSES; j++)
        g_assert_cmpint (wait_for (g_ptr_array_index (processes, j)), ==, 0);
      g_assert_cmpuint (count_aside (f), ==, i);
      assert_accounts (f, "a b c d");
    }
}

/* What is written goes to the file that has the name. */
static void
test_replaced (Fixture *f, gconstpointer unused)
{
  g_autoptr (PdkHistoryDb) db = open_good (f);
  g_autofree char *elsewhere = g_strconcat (f->path, ".elsewhere", NULL);
  g_autoptr (GError) error = NULL;
  gint64 generation;

  g_assert_true (write_account (db, "a"));
  g_assert_cmpint (g_rename (f->path, elsewhere), ==, 0);
  g_assert_false (pdk_history_db_begin (db, "a", &generation, &error));
  g_assert_error (error, PDK_ERROR, PDK_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_true (g_file_set_contents (f->path, "", 0, NULL));
  g_assert_false (pdk_history_db_begin (db, "a", &generation, &error));
  g_assert_error (error, PDK_ERROR, PDK_ERROR_NOT_FOUND);
  g_assert_cmpint (g_rename (elsewhere, f->path), ==, 0);
  g_assert_true (write_account (db, "a"));
}

int
main (int argc, char **argv)
{
  program = argv[0];
  if (argc == 3 && strcmp (argv[1], "take-write-lock") == 0)
    return take_write_lock (argv[2]);
  if (argc == 4 && strcmp (argv[1], "open-and-write") == 0)
    return open_and_write (argv[2], argv[3]);
  if (argc == 3 && strcmp (argv[1], "set-aside-late") == 0)
    return set_aside_late (argv[2]);

  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/history-locks/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("other-account", test_other_account);
  ADD ("set-aside-once", test_set_aside_once);
  ADD ("set-aside-at-once", test_set_aside_at_once);
  ADD ("replaced", test_replaced);
#undef ADD
  return g_test_run ();
}
