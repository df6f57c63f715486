/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Preloaded together with preload.c: in the middle of write $PADDOCK_TEST_KILL_AT_WRITE to the history, of
 * which the first is 1, the process kills itself. What was to be written is there by half.
 *
 * Reached from any thread; the number of writes is counted for all of them together.
 */
/* The functions by their own names, and not the names that this would give them. */
#undef _FILE_OFFSET_BITS

#include "config.h"

#include <dlfcn.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

typedef ssize_t (*PWrite) (int, const void *, size_t, off_t);
typedef ssize_t (*PWrite64) (int, const void *, size_t, off64_t);

static pthread_once_t once = PTHREAD_ONCE_INIT;
static PWrite real_pwrite;
static PWrite64 real_pwrite64;
static long kill_at_write; /* 0 for never */
static atomic_long n_writes;

/* Both names that the C library has for it; SQLite takes the one or the other. */
ssize_t any_pwrite (int fd, const void *data, size_t length, off_t at) __asm__("pwrite");
ssize_t any_pwrite64 (int fd, const void *data, size_t length, off64_t at) __asm__("pwrite64");

static void
look_up (void)
{
  const char *text = getenv ("PADDOCK_TEST_KILL_AT_WRITE");

  real_pwrite = (PWrite) dlsym (RTLD_NEXT, "pwrite");
  real_pwrite64 = (PWrite64) dlsym (RTLD_NEXT, "pwrite64");
  kill_at_write = text != NULL ? strtol (text, NULL, 10) : 0;
}

static bool
is_history (int fd)
{
  char link[64], path[4096];
  ssize_t length;

  snprintf (link, sizeof link, "/proc/self/fd/%d", fd);
  length = readlink (link, path, sizeof path - 1);
  if (length < 0)
    return false;
  path[length] = '\0';
  return strstr (path, "/history.sqlite") != NULL;
}

/* Whether this write is the one. */
static bool
is_last (int fd)
{
  pthread_once (&once, look_up);
  return kill_at_write > 0 && is_history (fd) && atomic_fetch_add (&n_writes, 1) + 1 == kill_at_write;
}

ssize_t
any_pwrite (int fd, const void *data, size_t length, off_t at)
{
  if (is_last (fd))
    {
      real_pwrite (fd, data, length / 2, at);
      raise (SIGKILL);
    }
  return real_pwrite (fd, data, length, at);
}

ssize_t
any_pwrite64 (int fd, const void *data, size_t length, off64_t at)
{
  if (is_last (fd))
    {
      real_pwrite64 (fd, data, length / 2, at);
      raise (SIGKILL);
    }
  return real_pwrite64 (fd, data, length, at);
}
