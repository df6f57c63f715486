/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Rotation, as it is seen from one poll to the next; each in one process, and with every poll in another one,
 * which knows what the one before has kept. What happens during a poll is in test-log-meanwhile.c. */

#include "config.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "log-fixture.h"
#include "open-hook.h"

static void
test_rotation_by_rename (LogFixture *f, gconstpointer unused)
{
  log_append (f, "server.log", "one\ntwo\n");
  log_assert_poll (f, "one\ntwo\n");
  log_append (f, "server.log", "three\n");
  log_rename (f, "server.log", "server-1.log");
  log_append (f, "server.log", "four\n");
  log_assert_poll (f, "three\nfour\n");
  log_append (f, "server-1.log", "late\n");
  log_rename (f, "server-1.log", "server-2.log");
  log_rename (f, "server.log", "server-1.log");
  log_assert_poll (f, "late\n");
}

static void
test_truncation (LogFixture *f, gconstpointer unused)
{
  g_autofree char *first = log_many_lines ("first", 40);
  g_autofree char *second = log_many_lines ("second", 10);
  g_autofree char *third = log_many_lines ("third", 60);

  log_overwrite (f, "server.log", first);
  log_assert_poll (f, first);
  /* Shorter, and then longer than what was read. */
  log_overwrite (f, "server.log", second);
  log_assert_poll (f, second);
  log_overwrite (f, "server.log", third);
  log_assert_poll (f, third);
  log_overwrite (f, "server.log", "");
  log_assert_poll (f, "");
  log_append (f, "server.log", "again\n");
  log_assert_poll (f, "again\n");
}

static void
test_replaced (LogFixture *f, gconstpointer unused)
{
  g_autofree char *path = log_path (f, "server.log");

  log_overwrite (f, "server.log", "one\ntwo\n");
  log_assert_poll (f, "one\ntwo\n");
  g_assert_cmpint (g_unlink (path), ==, 0);
  log_assert_poll (f, "");
  g_assert_cmpuint (pdk_log_tail_get_stats (f->tail)->n_files, ==, 0);
  /* Likely in the same inode. */
  log_overwrite (f, "server.log", "three\nfour\nfive\n");
  log_assert_poll (f, "three\nfour\nfive\n");
}

static void
test_gone_for_a_while (LogFixture *f, gconstpointer unused)
{
  log_append (f, "server.log", "one\ntwo\n");
  log_assert_poll (f, "one\ntwo\n");
  log_rename (f, "server.log", "away");
  log_assert_poll (f, "");
  log_rename (f, "away", "server.log");
  log_assert_poll (f, "");
  log_append (f, "server.log", "three\n");
  log_assert_poll (f, "three\n");
}

static void
test_copytruncate (LogFixture *f, gconstpointer unused)
{
  const struct timespec times[2] = { { G_MAXINT32, 0 }, { G_MAXINT32, 0 } };
  g_autofree char *path = log_path (f, "server-1.log");
  g_autofree char *first = log_many_lines ("first", 40);

  log_overwrite (f, "server.log", first);
  log_assert_poll (f, first);
  log_append (f, "server.log", "added before the copy\n");
  log_copy (f, "server.log", "server-1.log");
  log_overwrite (f, "server.log", "after\n");
  log_poll (f);
  g_assert_true (g_str_equal (f->lines->str, "added before the copy\nafter\n") ||
                 g_str_equal (f->lines->str, "after\nadded before the copy\n"));
  log_assert_poll (f, "");

  /* The same again, over the copy that is there, which looks newer than what it was made of. */
  log_append (f, "server.log", first);
  log_assert_poll (f, first);
  log_overwrite (f, "server-1.log", "");
  log_copy (f, "server.log", "server-1.log");
  g_assert_cmpint (utimensat (AT_FDCWD, path, times, 0), ==, 0);
  log_overwrite (f, "server.log", "more\n");
  log_assert_poll (f, "more\n");
}

/* What was added since the last look is in both for a moment, and in the copy maybe only a part of it. */
static void
test_copy_before_truncation (LogFixture *f, gconstpointer unused)
{
  g_autofree char *first = log_many_lines ("first", 40);
  g_autofree char *second = log_many_lines ("second", 40);
  g_autofree char *half = g_strndup (second, strlen (second) / 2);

  log_overwrite (f, "server.log", first);
  log_assert_poll (f, first);
  log_append (f, "server.log", second);
  log_overwrite (f, "server-1.log", first);
  log_append (f, "server-1.log", half);
  log_poll (f);
  g_assert_cmpuint (f->lines->len, ==, strlen (second));
  log_append (f, "server-1.log", second + strlen (half));
  log_assert_poll (f, "");
  log_append (f, "server.log", "last\n");
  log_copy (f, "server.log", "server-2.log");
  log_assert_poll (f, "last\n");
  log_overwrite (f, "server.log", "new\n");
  log_assert_poll (f, "new\n");
}

static void
test_copy_of_a_taken_line (LogFixture *f, gconstpointer unused)
{
  log_append (f, "server.log", "first\n" ACCESS);
  log_assert_poll (f, "first\n" ACCESS "\n");
  log_append (f, "server.log", " rest\nnext\n");
  log_copy (f, "server.log", "server-1.log");
  log_overwrite (f, "server.log", "");
  log_assert_poll (f, "next\n");

  /* Not even if the copy then goes its own way. */
  log_append (f, "server.log", "second\n" ACCESS);
  log_poll (f);
  log_copy (f, "server.log", "server-2.log");
  log_assert_poll (f, "");
  log_append (f, "server-2.log", "\nits own\n");
  log_assert_poll (f, "its own\n");
}

static void
test_copies (LogFixture *f, gconstpointer unused)
{
  g_autofree char *first = log_many_lines ("first", 40);
  g_autofree char *half = g_strndup (first, strlen (first) / 2);

  /* Both there from the start. */
  log_overwrite (f, "server.log", first);
  log_copy (f, "server.log", "server-copy.log");
  log_assert_poll (f, first);
  /* A copy of an earlier state, or one that is still being made. */
  log_overwrite (f, "server-half.log", half);
  log_assert_poll (f, "");
  log_append (f, "server-half.log", first + strlen (half));
  log_assert_poll (f, "");
  /* Then they part. */
  log_append (f, "server-half.log", "half\n");
  log_append (f, "server-copy.log", "copy\n");
  log_append (f, "server.log", "original\n");
  log_poll (f);
  g_assert_cmpuint (f->lines->len, ==, strlen ("half\ncopy\noriginal\n"));
  g_assert_nonnull (strstr (f->lines->str, "half\n"));
  g_assert_nonnull (strstr (f->lines->str, "copy\n"));
  g_assert_nonnull (strstr (f->lines->str, "original\n"));
}

static void
test_half_a_copy_goes_its_own_way (LogFixture *f, gconstpointer unused)
{
  g_autofree char *first = log_many_lines ("first", 40);
  g_autofree char *half = log_many_lines ("first", 20);

  log_overwrite (f, "server.log", first);
  log_assert_poll (f, first);
  log_overwrite (f, "server-half.log", half);
  log_assert_poll (f, "");
  log_append (f, "server-half.log", "half\n");
  log_assert_poll (f, "half\n");
  log_append (f, "server-half.log", first);
  log_assert_poll (f, first);
}

/* Every start of a server may write the same first lines. */
static void
test_alike_is_no_copy (LogFixture *f, gconstpointer unused)
{
  g_autofree char *opening = log_many_lines ("opening", 20);
  g_autofree char *one = g_strconcat (opening, "one\nand more of it\n", NULL);
  g_autofree char *two = g_strconcat (opening, "two\nand more of it\nand more\n", NULL);
  g_autofree char *short_one = g_strndup (one, 100);

  log_overwrite (f, "server-1.log", one);
  log_assert_poll (f, one);
  log_overwrite (f, "server.log", two);
  log_assert_poll (f, two);
  /* A beginning alone is taken for a copy that is still made, until it is known better. */
  log_overwrite (f, "server-2.log", short_one);
  log_assert_poll (f, "");
  log_append (f, "server-2.log", "and three\n");
  log_poll (f);
  g_assert_true (g_str_has_suffix (f->lines->str, "and three\n"));
  g_assert_cmpint (strcspn (f->lines->str, "\n"), >, strlen ("and three"));
}

/* Found when it was made, but nothing is in it yet. */
static void
test_copy_that_begins (LogFixture *f, gconstpointer unused)
{
  g_autofree char *first = log_many_lines ("first", 40);
  g_autofree char *second = log_many_lines ("second", 40);

  log_overwrite (f, "server.log", first);
  log_assert_poll (f, first);
  log_overwrite (f, "server-1.log", "");
  log_assert_poll (f, "");
  log_copy_and_empty (f);
  log_assert_poll (f, "");

  /* Not even a line of it. */
  log_append (f, "server.log", second);
  log_assert_poll (f, second);
  log_write (f, "server-2.log", 0, second, 10);
  log_assert_poll (f, "");
  log_copy (f, "server.log", "server-2.log");
  log_assert_poll (f, "");
}

/* Two files with the same lines: whichever of them is copied, what the copy has more may be theirs. */
static void
test_copy_of_two (LogFixture *f, gconstpointer unused)
{
  g_autofree char *first = log_many_lines ("first", 40);

  log_overwrite (f, "server.log", first);
  log_copy (f, "server.log", "server-1.log");
  log_assert_poll (f, first);
  log_append (f, "server.log", "last\n");
  log_copy (f, "server.log", "server-2.log");
  log_set_age (f, "server-2.log", 10);
  log_assert_poll (f, "last\n");
  log_append (f, "server-1.log", "last\n");
  log_assert_poll (f, "");
}

/* A half that was touched, but did not grow, is still half of a copy. */
static void
test_half_a_copy_is_touched (LogFixture *f, gconstpointer unused)
{
  g_autofree char *first = log_many_lines ("first", 40);

  log_overwrite (f, "server.log", first);
  log_assert_poll (f, first);
  log_write (f, "server-1.log", 0, first, strlen (first) / 2);
  log_assert_poll (f, "");
  log_set_age (f, "server-1.log", 10);
  log_assert_poll (f, "");
  log_copy_and_empty (f);
  log_assert_poll (f, "");
}

/* The same file, but with what another one has got in the meantime. */
static void
test_replaced_by_a_copy (LogFixture *f, gconstpointer unused)
{
  g_autofree char *first = log_many_lines ("first", 40);
  g_autofree char *second = log_many_lines ("second", 40);

  log_overwrite (f, "server.log", first);
  log_copy (f, "server.log", "server-1.log");
  log_assert_poll (f, first);
  log_rename (f, "server.log", "away");
  log_append (f, "server-1.log", second);
  log_assert_poll (f, second);
  log_append (f, "away", second);
  log_append (f, "away", "last\n");
  log_rename (f, "away", "server.log");
  log_assert_poll (f, "last\n");
}

/* Of somebody who keeps the log safe himself. The copy that the rotation has made knows all of it. */
static void
test_earlier_copy_of_what_was_emptied (LogFixture *f, gconstpointer unused)
{
  g_autofree char *first = log_many_lines ("first", 40);
  g_autofree char *second = log_many_lines ("second", 40);

  log_overwrite (f, "server.log", first);
  log_copy (f, "server.log", "backup");
  log_append (f, "server.log", second);
  log_poll (f);
  log_rename (f, "backup", "server-2.log");
  log_set_age (f, "server-2.log", 10);
  log_copy_and_empty (f);
  log_assert_poll (f, "");
  log_assert_poll (f, "");
  log_assert_poll (f, "");
}

static gsize
count_known (LogFixture *f)
{
  g_autoptr (GVariant) saved = g_variant_ref_sink (pdk_log_tail_save (f->tail));

  return g_variant_n_children (saved);
}

/* What is remembered does not grow for ever. */
static void
test_is_bounded (LogFixture *f, gconstpointer unused)
{
  g_autofree char *path = log_path (f, "server-1.log");

  /* Those whose copy was found are remembered as what they are now. */
  for (guint i = 0; i < 4; i++)
    {
      g_autofree char *name = g_strdup_printf ("copied %u", i);
      g_autofree char *text = log_many_lines (name, 40);

      log_overwrite (f, "server.log", text);
      log_poll (f);
      log_append (f, "server.log", "last\n");
      do_before_open (f, "server.log", 0, log_copy_and_empty);
      log_assert_poll (f, "");
      log_assert_poll (f, "last\n");
      g_assert_cmpint (g_remove (path), ==, 0);
    }
  g_assert_cmpuint (count_known (f), <=, 5);

  /* A copy that was found before its original was emptied stands for it, too. */
  log_append (f, "server.log", "once more\n");
  log_poll (f);
  log_copy (f, "server.log", "server-1.log");
  log_poll (f);
  log_overwrite (f, "server.log", "");
  log_assert_poll (f, "");
  g_assert_cmpuint (count_known (f), <=, 6);

  /* Emptied without a copy, and gone. */
  for (guint i = 0; i < 600; i++)
    {
      g_autofree char *name = g_strdup_printf ("file %u", i);
      g_autofree char *text = log_many_lines (name, 40);

      log_overwrite (f, "server.log", text);
      log_poll (f);
      if (i % 2 == 0)
        log_rename (f, "server.log", name);
    }
  g_assert_cmpuint (count_known (f), ==, 256 + 8);
}

/* What begins like a part of a copy is read from its first line. */
static void
test_begins_like_half_a_copy (LogFixture *f, gconstpointer unused)
{
  g_autofree char *first = log_many_lines ("a", 40);
  g_autofree char *second = log_many_lines ("a line", 40);

  log_overwrite (f, "server.log", first);
  log_assert_poll (f, first);
  log_write (f, "server-1.log", 0, first, 6);
  log_assert_poll (f, "");
  log_overwrite (f, "server.log", second);
  log_assert_poll (f, second);
}

#define ADD(name, function)                                                                                  \
  g_test_add ("/log-known/" name, LogFixture, NULL, log_fixture_set_up, function, log_fixture_tear_down);    \
  g_test_add ("/log-known/kept/" name, LogFixture, GINT_TO_POINTER (TRUE), log_fixture_set_up, function,     \
              log_fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("rotation-by-rename", test_rotation_by_rename);
  ADD ("truncation", test_truncation);
  ADD ("replaced", test_replaced);
  ADD ("gone-for-a-while", test_gone_for_a_while);
  ADD ("copytruncate", test_copytruncate);
  ADD ("copy-before-truncation", test_copy_before_truncation);
  ADD ("copy-of-a-taken-line", test_copy_of_a_taken_line);
  ADD ("copies", test_copies);
  ADD ("half-a-copy-goes-its-own-way", test_half_a_copy_goes_its_own_way);
  ADD ("alike-is-no-copy", test_alike_is_no_copy);
  ADD ("copy-that-begins", test_copy_that_begins);
  ADD ("copy-of-two", test_copy_of_two);
  ADD ("half-a-copy-is-touched", test_half_a_copy_is_touched);
  ADD ("replaced-by-a-copy", test_replaced_by_a_copy);
  ADD ("begins-like-half-a-copy", test_begins_like_half_a_copy);
  ADD ("earlier-copy-of-what-was-emptied", test_earlier_copy_of_what_was_emptied);
  ADD ("is-bounded", test_is_bounded);
  return g_test_run ();
}
