/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib-unix.h>
#include <unistd.h>

#include "pdk-fd-watch.h"

typedef struct
{
  GMainContext *context;
  PdkFdWatch *watch;
  int fds[2]; /* a pipe */
  guint n_calls;
  int last_fd;
  GIOCondition last_condition;
  gboolean frees;
} Fixture;

static void
on_ready (int fd, GIOCondition condition, gpointer data)
{
  Fixture *fixture = data;

  fixture->n_calls++;
  fixture->last_fd = fd;
  fixture->last_condition = condition;
  if (fixture->frees)
    g_clear_pointer (&fixture->watch, pdk_fd_watch_free);
}

static void
close_end (int *fd)
{
  if (*fd >= 0)
    g_assert_cmpint (close (*fd), ==, 0);
  *fd = -1;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->context = g_main_context_new ();
  fixture->watch = pdk_fd_watch_new (fixture->context, on_ready, fixture);
  g_assert_true (g_unix_open_pipe (fixture->fds, FD_CLOEXEC, NULL));
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_clear_pointer (&fixture->watch, pdk_fd_watch_free);
  g_assert_false (g_main_context_iteration (fixture->context, FALSE));
  g_main_context_unref (fixture->context);
  close_end (&fixture->fds[0]);
  close_end (&fixture->fds[1]);
}

static void
test_conditions (Fixture *fixture, gconstpointer data)
{
  pdk_fd_watch_set (fixture->watch, fixture->fds[0], G_IO_IN);
  g_assert_false (g_main_context_iteration (fixture->context, FALSE));
  g_assert_cmpint (write (fixture->fds[1], "x", 1), ==, 1);
  g_assert_true (g_main_context_iteration (fixture->context, FALSE));
  g_assert_cmpuint (fixture->n_calls, ==, 1);
  g_assert_cmpint (fixture->last_fd, ==, fixture->fds[0]);
  g_assert_cmpint (fixture->last_condition, ==, G_IO_IN);

  /* In place of the one before: one call, not two. */
  pdk_fd_watch_set (fixture->watch, fixture->fds[0], G_IO_IN);
  g_assert_true (g_main_context_iteration (fixture->context, FALSE));
  g_assert_cmpuint (fixture->n_calls, ==, 2);

  pdk_fd_watch_set (fixture->watch, fixture->fds[0], 0);
  g_assert_false (g_main_context_iteration (fixture->context, FALSE));
  pdk_fd_watch_set (fixture->watch, fixture->fds[0], 0);
}

/* A hang-up is told to who waits for something, and wakes nobody else. */
static void
test_hang_up (Fixture *fixture, gconstpointer data)
{
  close_end (&fixture->fds[1]);
  pdk_fd_watch_set (fixture->watch, fixture->fds[0], G_IO_IN);
  g_assert_true (g_main_context_iteration (fixture->context, FALSE));
  g_assert_true (fixture->last_condition & G_IO_HUP);

  pdk_fd_watch_set (fixture->watch, fixture->fds[0], 0);
  g_assert_false (g_main_context_iteration (fixture->context, FALSE));
}

static void
test_timeout (Fixture *fixture, gconstpointer data)
{
  pdk_fd_watch_set_timeout (fixture->watch, 0);
  pdk_fd_watch_set_timeout (fixture->watch, -1);
  g_assert_false (g_main_context_iteration (fixture->context, FALSE));

  pdk_fd_watch_set_timeout (fixture->watch, 1);
  while (fixture->n_calls == 0)
    g_main_context_iteration (fixture->context, TRUE);
  g_assert_cmpint (fixture->last_fd, ==, -1);
  g_assert_cmpint (fixture->last_condition, ==, 0);
  g_assert_false (g_main_context_iteration (fixture->context, FALSE));
  g_assert_cmpuint (fixture->n_calls, ==, 1);
}

static void
test_free_in_callback (Fixture *fixture, gconstpointer data)
{
  gboolean by_timeout = data != NULL;

  fixture->frees = TRUE;
  if (by_timeout)
    pdk_fd_watch_set_timeout (fixture->watch, 0);
  else
    pdk_fd_watch_set (fixture->watch, fixture->fds[1], G_IO_OUT);
  g_assert_true (g_main_context_iteration (fixture->context, FALSE));
  g_assert_cmpuint (fixture->n_calls, ==, 1);
  g_assert_null (fixture->watch);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/fd-watch/conditions", Fixture, NULL, set_up, test_conditions, tear_down);
  g_test_add ("/fd-watch/hang-up", Fixture, NULL, set_up, test_hang_up, tear_down);
  g_test_add ("/fd-watch/timeout", Fixture, NULL, set_up, test_timeout, tear_down);
  g_test_add ("/fd-watch/free-in-callback", Fixture, NULL, set_up, test_free_in_callback, tear_down);
  g_test_add ("/fd-watch/free-in-timeout", Fixture, "timeout", set_up, test_free_in_callback, tear_down);
  return g_test_run ();
}
