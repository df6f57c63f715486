/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "pdk-journal.h"

#include <errno.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <utime.h>

#include <glib/gstdio.h>

#include "journal-fixture.h"
#include "pdk-error.h"

#define NOBODY 65534
#define SEC G_USEC_PER_SEC
#define DAY (G_GINT64_CONSTANT (86400) * SEC)

/* When the entries of these tests begin. */
#define START (G_GINT64_CONSTANT (1755800000) * SEC)

static const char *const unit_matches[] = { JOURNAL_UNIT, "_SYSTEMD_USER_UNIT=ollama.service",
                                            "CONTAINER_NAME=ollama", NULL };

/* A folder with a journal that follows it, and what that has handed out. */
typedef struct
{
  char *folder;
  PdkJournal *journal;
  GPtrArray *messages; /* (element-type GBytes) */
  GArray *times;       /* (element-type gint64) */
} Fixture;

/* A second close() of something hits what another thread has opened under the same number, if there is one.
 */
static gint n_wrong_closes;

int
close (int fd)
{
  int result = (int) syscall (SYS_close, fd);

  if (result < 0 && errno == EBADF)
    g_atomic_int_inc (&n_wrong_closes);
  return result;
}

static void
set_up (Fixture *f, gconstpointer data)
{
  f->folder = journal_make_folder ();
  f->journal = pdk_journal_new (f->folder, unit_matches);
  f->messages = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  f->times = g_array_new (FALSE, FALSE, sizeof (gint64));
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_assert_false (journal_is_left_open ());
  g_assert_cmpint (g_atomic_int_get (&n_wrong_closes), ==, 0);
  pdk_journal_free (f->journal);
  g_ptr_array_unref (f->messages);
  g_array_unref (f->times);
  journal_remove_folder (f->folder);
  g_free (f->folder);
}

static void
on_entry (const char *message, gsize length, gint64 time_usec, gpointer user_data)
{
  Fixture *f = user_data;

  g_ptr_array_add (f->messages, g_bytes_new (message, length));
  g_array_append_val (f->times, time_usec);
}

/* Polls and says how many entries came. */
static guint
poll_since (Fixture *f, gint64 oldest_usec)
{
  guint before = f->messages->len;
  g_autoptr (GError) error = NULL;

  g_assert_true (pdk_journal_poll (f->journal, oldest_usec, on_entry, f, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (pdk_journal_get_stats (f->journal)->n_entries, >=, f->messages->len - before);
  return f->messages->len - before;
}

/* Polls until there is nothing left to look at, as the next polls do. Whoever looks first knows. */
static guint
poll (Fixture *f)
{
  gboolean is_news = pdk_journal_has_news (f->journal, 0);
  guint n = poll_since (f, 0);

  g_assert_true (is_news || n == 0);
  g_assert_cmpuint (poll_since (f, 0), ==, 0);
  g_assert_false (pdk_journal_has_news (f->journal, 0));
  g_assert_cmpuint (poll_since (f, 0), ==, 0);
  return n;
}

static void
poll_fails (Fixture *f, int code)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (pdk_journal_poll (f->journal, 0, on_entry, f, NULL, &error));
  g_assert_error (error, PDK_ERROR, code);
}

static void
assert_message (Fixture *f, guint i, const char *message, gsize length)
{
  gsize size;
  const char *bytes = g_bytes_get_data (g_ptr_array_index (f->messages, i), &size);

  g_assert_cmpmem (bytes, size, message, length);
}

/* Appends entries, a second apart, each with its number as the message. */
static void
write_entries (Fixture *f, const char *name, const char *boot, gint64 first, guint n, const char *fields)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *message = g_strdup_printf ("%s %" G_GINT64_FORMAT, name, first + i);

      journal_add (text, START + (first + i) * SEC, (first + i) * SEC, boot, fields, message, -1);
    }
  journal_write (f->folder, name, text->str, text->len);
}

static void
rename_file (Fixture *f, const char *name, const char *new_name)
{
  g_autofree char *path = g_build_filename (f->folder, name, NULL);
  g_autofree char *new_path = g_build_filename (f->folder, new_name, NULL);

  g_assert_cmpint (g_rename (path, new_path), ==, 0);
}

static void
remove_file (Fixture *f, const char *name)
{
  g_autofree char *path = g_build_filename (f->folder, name, NULL);

  g_assert_cmpint (g_remove (path), ==, 0);
}

static void
test_awkward_messages (Fixture *f, gconstpointer data)
{
  static const char colours[] =
      "[GIN] 2025/08/21 - 18:13:21 |\x1b[97;42m 200 \x1b[0m|     226.841\xc2\xb5s |       127.0.0.1 "
      "|\x1b[97;44m GET     \x1b[0m \"/api/ps\"";
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "journal", "entries.export", NULL);
  g_autofree char *text = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (path, &text, &length, NULL));
  journal_write (f->folder, "a.journal", text, length);
  g_assert_cmpuint (poll (f), ==, 6);
  for (guint i = 0; i < 6; i++)
    g_assert_cmpint (g_array_index (f->times, gint64, i), ==, START + (i + 1) * SEC);
  assert_message (f, 1, colours, sizeof colours - 1);
  assert_message (f, 2, "bad utf8 \xff\xfe tail", sizeof "bad utf8 \xff\xfe tail" - 1);
  assert_message (f, 4, "line with CR\r", sizeof "line with CR\r" - 1);
  assert_message (f, 5, "nul \0 inside", sizeof "nul \0 inside" - 1);
}

static void
test_matches (Fixture *f, gconstpointer data)
{
  write_entries (f, "a.journal", JOURNAL_BOOT_1, 0, 3, JOURNAL_UNIT "\n_PID=123");
  write_entries (f, "a.journal", JOURNAL_BOOT_1, 10, 2, JOURNAL_UNIT "\n_PID=456");
  write_entries (f, "a.journal", JOURNAL_BOOT_1, 20, 4, "_SYSTEMD_UNIT=other.service");
  write_entries (f, "a.journal", JOURNAL_BOOT_1, 30, 1,
                 "_SYSTEMD_UNIT=docker.service\nCONTAINER_NAME=ollama");
  write_entries (f, "a.journal", JOURNAL_BOOT_1, 40, 1, "_SYSTEMD_UNIT=docker.service\nCONTAINER_NAME=other");
  write_entries (f, "user-1000.journal", JOURNAL_BOOT_1, 50, 2,
                 "_SYSTEMD_UNIT=user@1000.service\n_SYSTEMD_USER_UNIT=ollama.service");
  /* Two matches are no reason to take it twice. */
  write_entries (f, "a.journal", JOURNAL_BOOT_1, 60, 1, JOURNAL_UNIT "\nCONTAINER_NAME=ollama");
  g_assert_cmpuint (poll (f), ==, 9);
}

/* A match that a file had nothing for when it was read before. */
static void
test_match_comes_later (Fixture *f, gconstpointer data)
{
  write_entries (f, "a.journal", JOURNAL_BOOT_1, 0, 3, JOURNAL_UNIT);
  g_assert_cmpuint (poll (f), ==, 3);
  write_entries (f, "a.journal", JOURNAL_BOOT_1, 10, 2, "CONTAINER_NAME=ollama");
  g_assert_cmpuint (poll (f), ==, 2);
}

static void
test_boots (Fixture *f, gconstpointer data)
{
  write_entries (f, "a.journal", JOURNAL_BOOT_1, 0, 3, JOURNAL_UNIT);
  write_entries (f, "a.journal", JOURNAL_BOOT_2, 10, 3, JOURNAL_UNIT);
  write_entries (f, "b.journal", JOURNAL_BOOT_2, 20, 3, JOURNAL_UNIT);
  g_assert_cmpuint (poll (f), ==, 9);
}

static void
test_growing (Fixture *f, gconstpointer data)
{
  write_entries (f, "a.journal", JOURNAL_BOOT_1, 0, 3, JOURNAL_UNIT);
  g_assert_cmpuint (poll (f), ==, 3);
  for (gint64 i = 1; i < 5; i++)
    {
      write_entries (f, "a.journal", JOURNAL_BOOT_1, 10 * i, (guint) i, JOURNAL_UNIT);
      g_assert_cmpuint (poll (f), ==, i);
    }
  write_entries (f, "a.journal", JOURNAL_BOOT_1, 100, 3, "_SYSTEMD_UNIT=other.service");
  g_assert_false (pdk_journal_has_news (f->journal, 0));
  /* What comes after a look is left to the next one. */
  write_entries (f, "a.journal", JOURNAL_BOOT_1, 110, 2, JOURNAL_UNIT);
  g_assert_cmpuint (poll_since (f, 0), ==, 0);
  g_assert_cmpuint (poll_since (f, 0), ==, 2);
}

/* The clock was wrong at first, and then set. */
static void
test_clock_is_set_back (Fixture *f, gconstpointer data)
{
  write_entries (f, "a.journal", JOURNAL_BOOT_1, 5000, 3, JOURNAL_UNIT);
  g_assert_cmpuint (poll (f), ==, 3);
  write_entries (f, "a.journal", JOURNAL_BOOT_1, 10, 3, JOURNAL_UNIT);
  g_assert_cmpuint (poll (f), ==, 3);
  rename_file (f, "a.journal", "a@1.journal");
  write_entries (f, "a.journal", JOURNAL_BOOT_1, 5, 3, JOURNAL_UNIT);
  g_assert_cmpuint (poll (f), ==, 3);
}

static void
test_rotated (Fixture *f, gconstpointer data)
{
  write_entries (f, "system.journal", JOURNAL_BOOT_1, 0, 3, JOURNAL_UNIT);
  g_assert_cmpuint (poll (f), ==, 3);
  /* Some are not read yet when the file is rotated. */
  write_entries (f, "system.journal", JOURNAL_BOOT_1, 10, 2, JOURNAL_UNIT);
  rename_file (f, "system.journal", "system@1.journal");
  write_entries (f, "system.journal", JOURNAL_BOOT_1, 20, 4, JOURNAL_UNIT);
  g_assert_cmpuint (poll (f), ==, 6);
  rename_file (f, "system.journal", "system@2.journal");
  g_assert_cmpuint (poll (f), ==, 0);
  write_entries (f, "system.journal", JOURNAL_BOOT_2, 30, 1, JOURNAL_UNIT);
  g_assert_cmpuint (poll (f), ==, 1);
}

static void
test_vacuumed (Fixture *f, gconstpointer data)
{
  write_entries (f, "system.journal", JOURNAL_BOOT_1, 0, 3, JOURNAL_UNIT);
  g_assert_cmpuint (poll (f), ==, 3);
  /* What stands where the reader was is gone, and the new file may have got its inode. */
  remove_file (f, "system.journal");
  write_entries (f, "system.journal", JOURNAL_BOOT_1, 10, 2, JOURNAL_UNIT);
  g_assert_cmpuint (poll (f), ==, 2);
  remove_file (f, "system.journal");
  g_assert_cmpuint (poll (f), ==, 0);
  write_entries (f, "system.journal", JOURNAL_BOOT_1, 20, 1, JOURNAL_UNIT);
  g_assert_cmpuint (poll (f), ==, 1);
}

/* The inode of a deleted file is soon another's. */
static void
test_inode_is_reused (Fixture *f, gconstpointer data)
{
  g_autofree char *path = g_build_filename (f->folder, "system.journal", NULL);
  g_autofree char *fresh_path = g_build_filename (f->folder, "fresh.journal", NULL);
  g_autofree char *bytes = NULL;
  gsize length;

  write_entries (f, "system.journal", JOURNAL_BOOT_1, 0, 3, JOURNAL_UNIT);
  g_assert_cmpuint (poll (f), ==, 3);
  write_entries (f, "fresh.journal", JOURNAL_BOOT_1, 0, 3, JOURNAL_UNIT);
  g_assert_true (g_file_get_contents (fresh_path, &bytes, &length, NULL));
  remove_file (f, "fresh.journal");
  g_assert_true (
      g_file_set_contents_full (path, bytes, (gssize) length, G_FILE_SET_CONTENTS_NONE, 0644, NULL));
  g_assert_cmpuint (poll (f), ==, 3);
}

static void
test_oldest (Fixture *f, gconstpointer data)
{
  write_entries (f, "old.journal", JOURNAL_BOOT_1, 0, 3, JOURNAL_UNIT);
  write_entries (f, "across.journal", JOURNAL_BOOT_1, 10, 10, JOURNAL_UNIT);
  g_assert_cmpuint (poll_since (f, START + 15 * SEC), ==, 5);
  g_assert_cmpint (g_array_index (f->times, gint64, 0), ==, START + 15 * SEC);
  g_assert_cmpint (pdk_journal_get_stats (f->journal)->first_usec, <, START + 15 * SEC);
  /* What was old stays old. */
  write_entries (f, "across.journal", JOURNAL_BOOT_1, 30, 1, JOURNAL_UNIT);
  g_assert_cmpuint (poll_since (f, START + 16 * SEC), ==, 1);
}

/* As if nobody had written to it since its entries. */
static void
make_old (Fixture *f, const char *name)
{
  g_autofree char *path = g_build_filename (f->folder, name, NULL);

  g_assert_cmpint (g_utime (path, &(struct utimbuf){ START / SEC, START / SEC }), ==, 0);
}

static void
test_only_old (Fixture *f, gconstpointer data)
{
  write_entries (f, "a.journal", JOURNAL_BOOT_1, 0, 3, JOURNAL_UNIT);
  make_old (f, "a.journal");
  g_assert_false (pdk_journal_has_news (f->journal, START + DAY));
  g_assert_cmpuint (poll_since (f, START + DAY), ==, 0);
  g_assert_cmpint (pdk_journal_get_stats (f->journal)->first_usec, ==, START);
  g_assert_true (pdk_journal_get_stats (f->journal)->has_passed_over);
}

/* What a look passes over is told of by the poll after it, whatever else is found meanwhile. */
static void
test_look_passes_over (Fixture *f, gconstpointer data)
{
  write_entries (f, "old.journal", JOURNAL_BOOT_1, 0, 3, JOURNAL_UNIT);
  make_old (f, "old.journal");
  g_assert_false (pdk_journal_has_news (f->journal, START + DAY));
  write_entries (f, "new.journal", JOURNAL_BOOT_1, 100000, 2, JOURNAL_UNIT);
  g_assert_true (pdk_journal_has_news (f->journal, START + DAY));
  g_assert_cmpuint (poll_since (f, START + DAY), ==, 2);
  g_assert_true (pdk_journal_get_stats (f->journal)->has_passed_over);
  g_assert_cmpuint (poll_since (f, START + DAY), ==, 0);
  g_assert_false (pdk_journal_get_stats (f->journal)->has_passed_over);
}

/* What was handed out after the state that is loaded is handed out again, whatever a look has said before. */
static void
test_loaded (Fixture *f, gconstpointer data)
{
  g_autoptr (GVariant) saved = NULL;

  write_entries (f, "a.journal", JOURNAL_BOOT_1, 0, 3, JOURNAL_UNIT);
  g_assert_cmpuint (poll (f), ==, 3);
  saved = g_variant_ref_sink (pdk_journal_save (f->journal));
  write_entries (f, "a.journal", JOURNAL_BOOT_1, 10, 2, JOURNAL_UNIT);
  g_assert_cmpuint (poll (f), ==, 2);
  g_assert_false (pdk_journal_has_news (f->journal, 0));
  pdk_journal_load (f->journal, saved);
  g_assert_cmpuint (poll_since (f, 0), ==, 2);
}

static void
test_long_message (Fixture *f, gconstpointer data)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *message = g_malloc (PDK_JOURNAL_MESSAGE_MAX_BYTES + 1);

  memset (message, 'x', PDK_JOURNAL_MESSAGE_MAX_BYTES + 1);
  journal_add (text, START, 1, JOURNAL_BOOT_1, JOURNAL_UNIT, message, PDK_JOURNAL_MESSAGE_MAX_BYTES);
  journal_add (text, START + 1, 2, JOURNAL_BOOT_1, JOURNAL_UNIT, message, PDK_JOURNAL_MESSAGE_MAX_BYTES + 1);
  journal_add (text, START + 2, 3, JOURNAL_BOOT_1, JOURNAL_UNIT, "x", 1);
  journal_write (f->folder, "a.journal", text->str, text->len);
  g_assert_cmpuint (poll (f), ==, 2);
  assert_message (f, 0, message, PDK_JOURNAL_MESSAGE_MAX_BYTES);
  assert_message (f, 1, "x", 1);
  g_assert_cmpuint (pdk_journal_get_stats (f->journal)->n_skipped_long, ==, 1);
}

static void
test_folders_of_machines (Fixture *f, gconstpointer data)
{
  g_autofree char *machine = g_build_filename (f->folder, "a91663387a90b89f185d4e860000001a", NULL);
  g_autofree char *other = g_build_filename (f->folder, "backup", NULL);
  char *folder = f->folder;

  g_assert_cmpint (g_mkdir (machine, 0755), ==, 0);
  g_assert_cmpint (g_mkdir (other, 0755), ==, 0);
  f->folder = machine;
  write_entries (f, "system.journal", JOURNAL_BOOT_1, 0, 3, JOURNAL_UNIT);
  f->folder = other;
  write_entries (f, "system.journal", JOURNAL_BOOT_1, 0, 5, JOURNAL_UNIT);
  f->folder = folder;
  g_assert_cmpuint (poll (f), ==, 3);
}

static void
test_what_is_no_journal (Fixture *f, gconstpointer data)
{
  g_autofree char *pipe_path = g_build_filename (f->folder, "pipe.journal", NULL);
  g_autofree char *empty_path = g_build_filename (f->folder, "empty.journal", NULL);
  g_autofree char *text_path = g_build_filename (f->folder, "text.journal", NULL);

  g_assert_cmpint (mkfifo (pipe_path, 0644), ==, 0);
  g_assert_true (g_file_set_contents (empty_path, "", 0, NULL));
  g_assert_true (g_file_set_contents (text_path, "hello", 5, NULL));
  poll_fails (f, PDK_ERROR_NOT_FOUND);
  write_entries (f, "a.journal", JOURNAL_BOOT_1, 0, 3, JOURNAL_UNIT);
  write_entries (f, "b.journal", JOURNAL_BOOT_1, 0, 3, JOURNAL_UNIT);
  rename_file (f, "b.journal", "b.journal.bak");
  g_assert_cmpuint (poll (f), ==, 3);
}

/* A header that promises what the rest of the file does not keep. */
static void
test_damaged (Fixture *f, gconstpointer data)
{
  g_autofree char *path = g_build_filename (f->folder, "bad.journal", NULL);
  g_autofree char *aside = g_build_filename (f->folder, "bad.journal~", NULL);

  write_entries (f, "bad.journal", JOURNAL_BOOT_1, 0, 3, JOURNAL_UNIT);
  g_assert_cmpint (truncate (path, 4096), ==, 0);
  poll_fails (f, PDK_ERROR_FAILED);
  write_entries (f, "good.journal", JOURNAL_BOOT_1, 0, 3, JOURNAL_UNIT);
  g_assert_cmpuint (poll (f), ==, 3);
  g_assert_nonnull (strstr (pdk_journal_get_problem (f->journal), "bad.journal"));
  g_assert_cmpint (g_rename (path, aside), ==, 0);
  g_assert_cmpuint (poll (f), ==, 0);
  g_assert_null (pdk_journal_get_problem (f->journal));
}

static void
test_nothing (Fixture *f, gconstpointer data)
{
  g_autofree char *nowhere = g_build_filename (f->folder, "nowhere", NULL);
  g_autoptr (PdkJournal) journal = pdk_journal_new (nowhere, unit_matches);
  g_autoptr (GError) error = NULL;

  poll_fails (f, PDK_ERROR_NOT_FOUND);
  g_assert_cmpuint (pdk_journal_get_stats (f->journal)->n_folders, ==, 1);
  g_assert_false (pdk_journal_poll (journal, 0, on_entry, f, NULL, &error));
  g_assert_error (error, PDK_ERROR, PDK_ERROR_NOT_FOUND);
  g_assert_cmpuint (pdk_journal_get_stats (journal)->n_folders, ==, 0);

  write_entries (f, "a.journal", JOURNAL_BOOT_1, 0, 3, "_SYSTEMD_UNIT=other.service");
  poll_fails (f, PDK_ERROR_NOT_FOUND);
  write_entries (f, "a.journal", JOURNAL_BOOT_1, 10, 2, JOURNAL_UNIT);
  g_assert_cmpuint (poll (f), ==, 2);
}

/* Root may read everything, so what is run as root is somebody else for the time of a poll. */
static void
poll_as_nobody (Fixture *f, int code)
{
  const gboolean is_root = geteuid () == 0;

  if (is_root)
    g_assert_cmpint (seteuid (NOBODY), ==, 0);
  poll_fails (f, code);
  if (is_root)
    g_assert_cmpint (seteuid (0), ==, 0);
}

static void
test_denied (Fixture *f, gconstpointer data)
{
  g_autofree char *path = g_build_filename (f->folder, "a.journal", NULL);

  write_entries (f, "a.journal", JOURNAL_BOOT_1, 0, 3, JOURNAL_UNIT);
  g_assert_cmpint (g_chmod (path, 0), ==, 0);
  g_assert_cmpint (g_chmod (f->folder, 0755), ==, 0);
  poll_as_nobody (f, PDK_ERROR_PERMISSION);
  g_assert_cmpuint (pdk_journal_get_stats (f->journal)->n_denied, ==, 1);
  g_assert_cmpint (g_chmod (f->folder, 0), ==, 0);
  poll_as_nobody (f, PDK_ERROR_PERMISSION);
  g_assert_cmpint (g_chmod (f->folder, 0755), ==, 0);
  g_assert_cmpint (g_chmod (path, 0644), ==, 0);
  g_assert_cmpuint (poll (f), ==, 3);
}

static void
test_cancelled (Fixture *f, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  write_entries (f, "a.journal", JOURNAL_BOOT_1, 0, 3, JOURNAL_UNIT);
  g_cancellable_cancel (cancellable);
  g_assert_false (pdk_journal_poll (f->journal, 0, on_entry, f, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* Reading changes nothing about the files, and keeps none of them open. */
static void
test_leaves_no_trace (Fixture *f, gconstpointer data)
{
  g_autofree char *path = g_build_filename (f->folder, "a.journal", NULL);
  g_autofree char *link = NULL;
  struct stat before, after;

  write_entries (f, "a.journal", JOURNAL_BOOT_1, 0, 3, JOURNAL_UNIT);
  g_assert_cmpint (stat (path, &before), ==, 0);
  g_assert_cmpuint (poll (f), ==, 3);
  g_assert_cmpint (stat (path, &after), ==, 0);
  g_assert_cmpint (before.st_mtim.tv_nsec, ==, after.st_mtim.tv_nsec);
  g_assert_cmpint (before.st_ctim.tv_nsec, ==, after.st_ctim.tv_nsec);
  g_assert_cmpint (before.st_atim.tv_nsec, ==, after.st_atim.tv_nsec);
  for (int fd = 3; fd < 64; fd++)
    {
      g_autofree char *name = g_strdup_printf ("/proc/self/fd/%d", fd);

      g_free (link);
      link = g_file_read_link (name, NULL);
      g_assert_cmpstr (link, !=, path);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/journal/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("awkward-messages", test_awkward_messages);
  ADD ("matches", test_matches);
  ADD ("match-comes-later", test_match_comes_later);
  ADD ("boots", test_boots);
  ADD ("growing", test_growing);
  ADD ("clock-is-set-back", test_clock_is_set_back);
  ADD ("rotated", test_rotated);
  ADD ("vacuumed", test_vacuumed);
  ADD ("inode-is-reused", test_inode_is_reused);
  ADD ("oldest", test_oldest);
  ADD ("only-old", test_only_old);
  ADD ("look-passes-over", test_look_passes_over);
  ADD ("loaded", test_loaded);
  ADD ("long-message", test_long_message);
  ADD ("folders-of-machines", test_folders_of_machines);
  ADD ("what-is-no-journal", test_what_is_no_journal);
  ADD ("damaged", test_damaged);
  ADD ("nothing", test_nothing);
  ADD ("denied", test_denied);
  ADD ("cancelled", test_cancelled);
  ADD ("leaves-no-trace", test_leaves_no_trace);
  return g_test_run ();
}
