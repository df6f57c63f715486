/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A rotation that takes place while pdk-log-known.c compares files; each in one process, and with every poll
 * in another one. test-log-races.c draws what happens when. */

#include "config.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "log-fixture.h"
#include "open-hook.h"

static void
test_emptied_while_it_is_read (LogFixture *f, gconstpointer unused)
{
  g_autofree char *first = log_many_lines ("first", 40);
  g_autofree char *second = log_many_lines ("second", 40);

  /* When nothing was known of it. */
  log_overwrite (f, "server.log", first);
  f->meanwhile = log_copy_and_empty;
  log_assert_poll (f, first);
  log_assert_poll (f, "");

  /* When it was known. */
  log_append (f, "server.log", second);
  log_assert_poll (f, second);
  log_append (f, "server.log", "last\n");
  f->meanwhile = log_copy_and_empty;
  log_assert_poll (f, "last\n");
  log_append (f, "server.log", "new\n");
  log_assert_poll (f, "new\n");
}

/* After the folder was listed: its copy is found by the next poll. */
static void
test_emptied_before_it_is_opened (LogFixture *f, gconstpointer unused)
{
  g_autofree char *first = log_many_lines ("first", 40);

  log_overwrite (f, "server.log", first);
  log_assert_poll (f, first);
  log_append (f, "server.log", "last\n");
  do_before_open (f, "server.log", 0, log_copy_and_empty);
  log_assert_poll (f, "");
  log_append (f, "server.log", "new\n");
  log_poll (f);
  g_assert_true (g_str_equal (f->lines->str, "last\nnew\n") || g_str_equal (f->lines->str, "new\nlast\n"));

  /* More often than is remembered. */
  for (guint i = 0; i < 20; i++)
    {
      g_autofree char *name = g_strdup_printf ("%u", i);
      g_autofree char *other = log_many_lines (name, 10 + i);

      log_overwrite (f, "server.log", other);
      log_assert_poll (f, other);
    }
  log_copy_and_empty (f);
  log_assert_poll (f, "");
}

/* Half of the copy is there when it is opened, and all when it is compared. */
static void
test_emptied_before_it_is_compared (LogFixture *f, gconstpointer unused)
{
  g_autofree char *first = log_many_lines ("first", 40);

  log_overwrite (f, "server.log", first);
  log_assert_poll (f, first);
  log_write (f, "server-1.log", 0, first, strlen (first) / 2);
  do_before_open (f, "server.log", 0, log_copy_and_empty);
  log_assert_poll (f, "");
  log_assert_poll (f, "");
}

static void
rename_log (LogFixture *f)
{
  log_rename (f, "server.log", "server-1.log");
}

/* The same, when what it was copied of is renamed after the folder was listed. */
static void
test_earlier_copy_of_what_is_renamed (LogFixture *f, gconstpointer unused)
{
  g_autofree char *first = log_many_lines ("first", 40);
  g_autofree char *second = log_many_lines ("second", 40);

  log_overwrite (f, "server.log", first);
  log_append (f, "server.log", second);
  log_poll (f);
  log_overwrite (f, "server-2.log", first);
  log_set_age (f, "server-2.log", 10);
  do_before_open (f, "server-2.log", 0, rename_log);
  log_assert_poll (f, "");
  log_assert_poll (f, "");

  /* One that is gone for good does not keep anything from being read for long. */
  log_rename (f, "server-1.log", "away");
  log_overwrite (f, "server-3.log", first);
  log_append (f, "server-3.log", "its own\n");
  log_rename (f, "server-2.log", "gone");
  log_poll (f);
  log_poll (f);
  log_poll (f);
  g_assert_cmpstr (f->lines->str, ==, "");
  log_append (f, "server-3.log", "and more\n");
  log_assert_poll (f, "and more\n");
}

/* Somebody who asks once wants to know of the only log, too, when it gets another name just then. */
static void
test_only_log_is_renamed (LogFixture *f, gconstpointer unused)
{
  log_append (f, "server.log", "one\n");
  do_before_open (f, "server.log", 0, rename_log);
  log_assert_poll (f, "one\n");
  g_assert_false (cancel_before_open ());
  g_assert_cmpuint (pdk_log_tail_get_stats (f->tail)->n_readable, ==, 1);

  log_rename (f, "server-1.log", "server.log");
  log_append (f, "server.log", "two\n");
  do_before_open (f, "server.log", 0, rename_log);
  log_assert_poll (f, "two\n");
  g_assert_false (cancel_before_open ());
  g_assert_cmpuint (pdk_log_tail_get_stats (f->tail)->n_readable, ==, 1);
  log_assert_poll (f, "");
}

/* A log with a hole at its start looks like any other one there. */
static void
write_after_hole (LogFixture *f, const char *text)
{
  static gint64 position = 8192;
  g_autofree char *path = log_path (f, "server.log");
  int fd = g_open (path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

  g_assert_cmpint (pwrite (fd, text, strlen (text), position), ==, (gssize) strlen (text));
  position += strlen (text);
  close (fd);
}

static void
copy_empty_and_write (LogFixture *f)
{
  log_copy_and_empty (f);
  write_after_hole (f, "new\n");
}

static void
test_log_with_a_hole (LogFixture *f, gconstpointer unused)
{
  g_autofree char *first = log_many_lines ("first", 40);

  write_after_hole (f, first);
  log_poll (f);
  write_after_hole (f, "last\n");
  f->meanwhile = copy_empty_and_write;
  log_assert_poll (f, "last\n");
  log_assert_poll (f, "new\n");
  log_assert_poll (f, "");
}

static void
overwrite_with_other (LogFixture *f)
{
  g_autofree char *other = log_many_lines ("other", 40);

  log_overwrite (f, "server.log", other);
}

/* Found to be a copy, and then written again, up to where the copy ended. */
static void
test_copy_is_overwritten (LogFixture *f, gconstpointer unused)
{
  g_autofree char *first = log_many_lines ("first", 40);
  g_autofree char *second = log_many_lines ("second", 40);
  g_autofree char *other = log_many_lines ("other", 40);

  log_overwrite (f, "server-0.log", first);
  log_append (f, "server-0.log", second);
  log_set_age (f, "server-0.log", 20);
  log_overwrite (f, "server-1.log", first);
  log_set_age (f, "server-1.log", 10);
  log_poll (f);
  log_overwrite (f, "server.log", first);
  log_append (f, "server.log", "own\n");
  do_before_open (f, "server-0.log", 0, overwrite_with_other);
  log_assert_poll (f, "");
  g_assert_false (cancel_before_open ());
  log_assert_poll (f, other);
}

static void
write_with_hole (LogFixture *f, const char *name, const char *text, gsize length)
{
  g_autofree char *bytes = g_malloc0 (512 + length);

  memcpy (bytes + 512, text, length);
  log_write (f, name, O_TRUNC, bytes, 512 + length);
}

static void
overwrite_half_with_other (LogFixture *f)
{
  g_autofree char *other = log_many_lines ("other", 40);

  write_with_hole (f, "server.log", other, 704);
}

/* The same of half a copy, where all logs have the same head. */
static void
test_half_a_copy_is_overwritten (LogFixture *f, gconstpointer unused)
{
  g_autofree char *first = log_many_lines ("first", 40);
  g_autofree char *other = log_many_lines ("other", 40);

  write_with_hole (f, "server-0.log", first, strlen (first));
  log_poll (f);
  write_with_hole (f, "server.log", first, 700);
  log_assert_poll (f, "");
  log_append (f, "server.log", "own\n");
  do_before_open (f, "server-0.log", 0, overwrite_half_with_other);
  log_assert_poll (f, "");
  g_assert_false (cancel_before_open ());
  log_poll (f);
  g_assert_true (g_str_has_prefix (f->lines->str, "other line 0000"));
  g_assert_true (g_str_has_prefix (other, f->lines->str));
}

static guint n_pieces;

static void
copy_a_piece (LogFixture *f)
{
  log_append (f, "server-1.log", n_pieces % 2 == 0 ? "more" : "again\n");
  n_pieces++;
  do_before_open (f, "server.log", 0, copy_a_piece);
}

/* One that grows whenever it is looked at is left for the next poll. */
static void
test_copy_that_grows_and_grows (LogFixture *f, gconstpointer unused)
{
  g_autoptr (GString) text = g_string_new (NULL);

  while (text->len < 1000)
    g_string_append (text, "moreagain\n");
  log_overwrite (f, "server.log", text->str);
  log_assert_poll (f, text->str);
  log_write (f, "server-1.log", 0, text->str, 300);
  n_pieces = 0;
  do_before_open (f, "server.log", 0, copy_a_piece);
  log_assert_poll (f, "");
  g_assert_cmpuint (n_pieces, <, 100);
  cancel_before_open ();
  log_copy_and_empty (f);
  log_assert_poll (f, "");
}

static void
write_one_more (LogFixture *f)
{
  log_append (f, "server.log", "one more\n");
}

static void
test_grows_while_it_is_compared (LogFixture *f, gconstpointer unused)
{
  g_autofree char *first = log_many_lines ("first", 40);
  g_autofree char *half = log_many_lines ("first", 20);

  log_overwrite (f, "server-1.log", first);
  log_assert_poll (f, first);
  log_overwrite (f, "server.log", half);
  do_before_open (f, "server-1.log", 0, write_one_more);
  log_assert_poll (f, "one more\n");
}

#define ADD(name, function)                                                                                  \
  g_test_add ("/log-meanwhile/" name, LogFixture, NULL, log_fixture_set_up, function,                        \
              log_fixture_tear_down);                                                                        \
  g_test_add ("/log-meanwhile/kept/" name, LogFixture, GINT_TO_POINTER (TRUE), log_fixture_set_up, function, \
              log_fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("emptied-while-it-is-read", test_emptied_while_it_is_read);
  ADD ("emptied-before-it-is-opened", test_emptied_before_it_is_opened);
  ADD ("emptied-before-it-is-compared", test_emptied_before_it_is_compared);
  ADD ("copy-that-grows-and-grows", test_copy_that_grows_and_grows);
  ADD ("grows-while-it-is-compared", test_grows_while_it_is_compared);
  ADD ("earlier-copy-of-what-is-renamed", test_earlier_copy_of_what_is_renamed);
  ADD ("only-log-is-renamed", test_only_log_is_renamed);
  ADD ("log-with-a-hole", test_log_with_a_hole);
  ADD ("copy-is-overwritten", test_copy_is_overwritten);
  ADD ("half-a-copy-is-overwritten", test_half_a_copy_is_overwritten);
  return g_test_run ();
}
