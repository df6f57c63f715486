/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Preloaded into the binary under test, to stand between it and the C library:
 *
 *  - names under .stall.test never finish resolving, and names under .none.test are unknown at once, whatever
 *    the machine's resolver would have made of them. Every other name is passed on;
 *  - $PADDOCK_TEST_CLOCK_OFFSET seconds are added to the wall clock, so that a test can stand just before
 *    midnight. The monotonic clock stays, so deadlines are real.
 *  - $PADDOCK_TEST_JOURNAL is looked into instead of the machine's own journal, with "var" and "run" below
 * it.
 *
 * Reached from any thread; it holds no state but the offset, which is read once.
 */
#include "config.h"

#include <dirent.h>
#include <dlfcn.h>
#include <netdb.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

typedef int (*GetAddrInfo) (const char *, const char *, const struct addrinfo *, struct addrinfo **);
typedef DIR *(*OpenDir) (const char *);
typedef int (*ClockGetTime) (clockid_t, struct timespec *);

static pthread_once_t once = PTHREAD_ONCE_INIT;
static GetAddrInfo real_getaddrinfo;
static OpenDir real_opendir;
static ClockGetTime real_clock_gettime;
static time_t offset;

static void
look_up (void)
{
  const char *text = getenv ("PADDOCK_TEST_CLOCK_OFFSET");

  real_getaddrinfo = (GetAddrInfo) dlsym (RTLD_NEXT, "getaddrinfo");
  real_opendir = (OpenDir) dlsym (RTLD_NEXT, "opendir");
  real_clock_gettime = (ClockGetTime) dlsym (RTLD_NEXT, "clock_gettime");
  offset = text != NULL ? (time_t) strtoll (text, NULL, 10) : 0;
}

static bool
has_suffix (const char *name, const char *suffix)
{
  size_t length = strlen (name), tail = strlen (suffix);

  return length >= tail && strcmp (name + length - tail, suffix) == 0;
}

int
getaddrinfo (const char *name, const char *service, const struct addrinfo *hints, struct addrinfo **result)
{
  pthread_once (&once, look_up);
  if (name != NULL && has_suffix (name, ".none.test"))
    return EAI_NONAME;
  if (name != NULL && has_suffix (name, ".stall.test"))
    {
      for (;;)
        pause ();
    }
  return real_getaddrinfo (name, service, hints, result);
}

DIR *
opendir (const char *path)
{
  static const char *const folders[] = { "var", "run" };
  const char *instead = getenv ("PADDOCK_TEST_JOURNAL");

  pthread_once (&once, look_up);
  for (size_t i = 0; i < sizeof folders / sizeof folders[0] && instead != NULL; i++)
    {
      char prefix[32], moved[4096];

      snprintf (prefix, sizeof prefix, "/%s/log/journal", folders[i]);
      if (strncmp (path, prefix, strlen (prefix)) != 0)
        continue;
      snprintf (moved, sizeof moved, "%s/%s%s", instead, folders[i], path + strlen (prefix));
      return real_opendir (moved);
    }
  return real_opendir (path);
}

int
clock_gettime (clockid_t clock, struct timespec *now)
{
  int status;

  pthread_once (&once, look_up);
  status = real_clock_gettime (clock, now);
  if (status == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
    now->tv_sec += offset;
  return status;
}

int
gettimeofday (struct timeval *restrict now, void *restrict zone)
{
  struct timespec exact;
  int status = clock_gettime (CLOCK_REALTIME, &exact);

  (void) zone;
  now->tv_sec = exact.tv_sec;
  now->tv_usec = exact.tv_nsec / 1000;
  return status;
}

time_t
time (time_t *result)
{
  struct timespec exact = { 0, 0 };

  clock_gettime (CLOCK_REALTIME, &exact);
  if (result != NULL)
    *result = exact.tv_sec;
  return exact.tv_sec;
}
