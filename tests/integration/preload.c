/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Preloaded into the binary under test, to stand between it and the C library:
 *
 *  - names under .stall.test never finish resolving, and names under .none.test are unknown at once, whatever
 *    the machine's resolver would have made of them. Every other name is passed on;
 *  - $PADDOCK_TEST_CLOCK_OFFSET seconds are added to the wall clock, so that a test can stand just before
 *    midnight. The monotonic clock stays, so deadlines are real. In its place, $PADDOCK_TEST_CLOCK_FILE may
 *    name a file of eight bytes that hold the number, which may change while the binary runs;
 *  - $PADDOCK_TEST_LOCALTIME is the link that tells the zone, in place of /etc/localtime;
 *  - $PADDOCK_TEST_JOURNAL is looked into instead of the machine's own journal, with "var" and "run" below
 * it; if it is "denied", nobody may look into that one;
 *  - $PADDOCK_TEST_CERTIFICATES is the folder of the only authority that is trusted, in place of the
 * machine's: with HASH.0 where a folder is looked into, and ca.pem where a bundle is;
 *  - $PADDOCK_TEST_ONE_CONNECTION is the path of a socket that can be connected to once;
 *  - $PADDOCK_TEST_LATE_BUS has g_bus_get() begin a second late;
 *  - the path of each file that a lock is asked for on is appended to $PADDOCK_TEST_LOCKS, a line each.
 *
 * Reached from any thread; it holds no state but the offset, or where that is mapped.
 */
/* The functions by their own names, and not the names that this would give them. */
#undef _FILE_OFFSET_BITS

#include "config.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

typedef int (*GetAddrInfo) (const char *, const char *, const struct addrinfo *, struct addrinfo **);
typedef DIR *(*OpenDir) (const char *);
typedef FILE *(*FOpen) (const char *, const char *);
typedef int (*Stat) (const char *, struct stat *);
typedef int (*ClockGetTime) (clockid_t, struct timespec *);
typedef int (*FileControl) (int, int, ...);
typedef int (*Flock) (int, int);
typedef ssize_t (*ReadLink) (const char *, char *, size_t);
typedef int (*Open) (const char *, int, ...);

static pthread_once_t once = PTHREAD_ONCE_INIT;
static GetAddrInfo real_getaddrinfo;
static OpenDir real_opendir;
static FOpen real_fopen, real_fopen64;
static Stat real_stat;
static ClockGetTime real_clock_gettime;
static FileControl real_fcntl;
static Flock real_flock;
static ReadLink real_readlink;
static Open real_open;
static int64_t fixed_offset;
static const volatile int64_t *offset = &fixed_offset;

static void
map_offset (const char *path)
{
  int fd = real_open (path, O_RDONLY | O_CLOEXEC);
  void *map = fd >= 0 ? mmap (NULL, sizeof *offset, PROT_READ, MAP_SHARED, fd, 0) : MAP_FAILED;

  if (map == MAP_FAILED)
    abort ();
  close (fd);
  offset = map;
}

static void
look_up (void)
{
  const char *text = getenv ("PADDOCK_TEST_CLOCK_OFFSET");
  const char *file = getenv ("PADDOCK_TEST_CLOCK_FILE");

  real_getaddrinfo = (GetAddrInfo) dlsym (RTLD_NEXT, "getaddrinfo");
  real_opendir = (OpenDir) dlsym (RTLD_NEXT, "opendir");
  real_fopen = (FOpen) dlsym (RTLD_NEXT, "fopen");
  real_fopen64 = (FOpen) dlsym (RTLD_NEXT, "fopen64");
  real_stat = (Stat) dlsym (RTLD_NEXT, "stat");
  real_clock_gettime = (ClockGetTime) dlsym (RTLD_NEXT, "clock_gettime");
  real_fcntl = (FileControl) dlsym (RTLD_NEXT, "fcntl64");
  real_flock = (Flock) dlsym (RTLD_NEXT, "flock");
  real_readlink = (ReadLink) dlsym (RTLD_NEXT, "readlink");
  real_open = (Open) dlsym (RTLD_NEXT, "open64");
  fixed_offset = text != NULL ? strtoll (text, NULL, 10) : 0;
  if (file != NULL)
    map_offset (file);
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
      if (strcmp (instead, "denied") == 0)
        {
          errno = EACCES;
          return NULL;
        }
      snprintf (moved, sizeof moved, "%s/%s%s", instead, folders[i], path + strlen (prefix));
      return real_opendir (moved);
    }
  return real_opendir (path);
}

/* Returns: where to look for the certificates of @path, which is put together in @moved; @path if it has none
 */
static const char *
move_certificates (const char *path, char *moved, size_t length)
{
  static const char folder[] = "/etc/ssl/certs/";
  static const char *const bundles[] = { "/etc/ssl/certs/ca-certificates.crt",
                                         "/etc/pki/tls/certs/ca-bundle.crt",
                                         "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
                                         "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem" };
  const char *instead = getenv ("PADDOCK_TEST_CERTIFICATES");

  for (size_t i = 0; i < sizeof bundles / sizeof bundles[0] && instead != NULL; i++)
    {
      if (strcmp (path, bundles[i]) != 0)
        continue;
      snprintf (moved, length, "%s/ca.pem", instead);
      return moved;
    }
  if (instead == NULL || strncmp (path, folder, strlen (folder)) != 0)
    return path;
  snprintf (moved, length, "%s/%s", instead, path + strlen (folder));
  return moved;
}

FILE *
fopen (const char *path, const char *mode)
{
  char moved[4096];

  pthread_once (&once, look_up);
  return real_fopen (move_certificates (path, moved, sizeof moved), mode);
}

#ifdef __GLIBC__
FILE *
fopen64 (const char *path, const char *mode)
{
  char moved[4096];

  pthread_once (&once, look_up);
  return real_fopen64 (move_certificates (path, moved, sizeof moved), mode);
}
#endif

int
stat (const char *restrict path, struct stat *restrict result)
{
  char moved[4096];

  pthread_once (&once, look_up);
  return real_stat (move_certificates (path, moved, sizeof moved), result);
}

int
clock_gettime (clockid_t clock, struct timespec *now)
{
  int status;

  pthread_once (&once, look_up);
  status = real_clock_gettime (clock, now);
  if (status == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
    now->tv_sec += (time_t) *offset;
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

static const char *
find_zone (const char *path)
{
  const char *instead = getenv ("PADDOCK_TEST_LOCALTIME");

  return instead != NULL && strcmp (path, "/etc/localtime") == 0 ? instead : path;
}

ssize_t
readlink (const char *path, char *target, size_t length)
{
  pthread_once (&once, look_up);
  return real_readlink (find_zone (path), target, length);
}

/* Both names that the C library has for it. */
int any_open (const char *path, int flags, ...) __asm__("open");
int any_open64 (const char *path, int flags, ...) __asm__("open64");

int
any_open (const char *path, int flags, ...)
{
  va_list arguments;
  mode_t mode = 0;

  va_start (arguments, flags);
  if ((flags & (O_CREAT | O_TMPFILE)) != 0)
    mode = va_arg (arguments, mode_t);
  va_end (arguments);
  pthread_once (&once, look_up);
  return real_open (find_zone (path), flags, mode);
}

int
any_open64 (const char *path, int flags, ...)
{
  va_list arguments;
  mode_t mode = 0;

  va_start (arguments, flags);
  if ((flags & (O_CREAT | O_TMPFILE)) != 0)
    mode = va_arg (arguments, mode_t);
  va_end (arguments);
  pthread_once (&once, look_up);
  return real_open (find_zone (path), flags, mode);
}

static void
note_lock (int fd)
{
  const char *notes = getenv ("PADDOCK_TEST_LOCKS");
  char link[64], path[4096];
  ssize_t length;
  int to;

  if (notes == NULL)
    return;
  snprintf (link, sizeof link, "/proc/self/fd/%d", fd);
  length = readlink (link, path, sizeof path - 1);
  to = open (notes, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (length < 0 || to < 0)
    abort ();
  path[length] = '\n';
  if (write (to, path, (size_t) length + 1) != length + 1)
    abort ();
  close (to);
}

/* Both names that the C library has for it, whatever the size of offsets. */
int any_fcntl (int fd, int command, ...) __asm__("fcntl");
int any_fcntl64 (int fd, int command, ...) __asm__("fcntl64");

static int
control (int fd, int command, void *argument)
{
  pthread_once (&once, look_up);
  if (command == F_SETLK || command == F_SETLKW || command == F_OFD_SETLK || command == F_OFD_SETLKW)
    note_lock (fd);
  return real_fcntl (fd, command, argument);
}

int
any_fcntl (int fd, int command, ...)
{
  va_list arguments;
  void *argument;

  va_start (arguments, command);
  argument = va_arg (arguments, void *);
  va_end (arguments);
  return control (fd, command, argument);
}

int
any_fcntl64 (int fd, int command, ...)
{
  va_list arguments;
  void *argument;

  va_start (arguments, command);
  argument = va_arg (arguments, void *);
  va_end (arguments);
  return control (fd, command, argument);
}

int
flock (int fd, int operation)
{
  pthread_once (&once, look_up);
  note_lock (fd);
  return real_flock (fd, operation);
}

typedef int (*Connect) (int, const struct sockaddr *, socklen_t);

int
connect (int fd, const struct sockaddr *address, socklen_t length)
{
  static int n_connections;
  Connect real = (Connect) dlsym (RTLD_NEXT, "connect");
  const char *path = getenv ("PADDOCK_TEST_ONE_CONNECTION");
  struct sockaddr_un place = { 0 };

  memcpy (&place, address, length < sizeof place - 1 ? length : sizeof place - 1);
  if (path != NULL && place.sun_family == AF_UNIX && strcmp (place.sun_path, path) == 0 &&
      __atomic_fetch_add (&n_connections, 1, __ATOMIC_SEQ_CST) > 0)
    {
      errno = ECONNREFUSED;
      return -1;
    }
  return real (fd, address, length);
}

typedef struct
{
  int type;
  void *cancellable, *callback, *user_data;
} BusCall;

typedef void (*BusGet) (int, void *, void *, void *);
typedef unsigned (*TimeoutAdd) (unsigned, int (*) (void *), void *);

static int
get_bus (void *data)
{
  BusCall *call = data;
  BusGet get = (BusGet) dlsym (RTLD_NEXT, "g_bus_get");

  get (call->type, call->cancellable, call->callback, call->user_data);
  free (call);
  return 0;
}

/* GLib's, by the types of their arguments: it is not among the libraries of this one. */
void g_bus_get (int type, void *cancellable, void *callback, void *user_data);

void
g_bus_get (int type, void *cancellable, void *callback, void *user_data)
{
  TimeoutAdd add = (TimeoutAdd) dlsym (RTLD_DEFAULT, "g_timeout_add");
  BusCall *call = malloc (sizeof *call);

  if (call == NULL || add == NULL)
    abort ();
  *call = (BusCall){ type, cancellable, callback, user_data };
  if (getenv ("PADDOCK_TEST_LATE_BUS") != NULL)
    add (1000, get_bus, call);
  else
    get_bus (call);
}
