/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The file of the history as something that has a name: making it, and moving it out of the way when it is
 * damaged. Nothing here opens it, since to close it again would give up every lock that SQLite has on it in
 * this process. So there is a file beside it that is only there to be locked, by whoever opens the history,
 * and whoever moves it. Any thread; the disk may be slow, so not the main one. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-history-file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "pdk-error.h"

/* Whoever holds the lock needs milliseconds; one that was stopped must not stop all others. */
#define N_LOCK_TRIES 200
#define LOCK_TRY_USEC 10000

static void
set_errno_error (GError **error, int number)
{
  g_set_error_literal (error, PDK_ERROR, pdk_error_from_errno (number), g_strerror (number));
}

/** pdk_history_file_identify: Returns: which file @path names, if any */
PdkHistoryFileId
pdk_history_file_identify (const char *path)
{
  PdkHistoryFileId id = { 0 };
  struct stat status;

  if (stat (path, &status) == 0)
    {
      id.device = status.st_dev;
      id.inode = status.st_ino;
    }
  return id;
}

/**
 * pdk_history_file_make:
 * @path: where the history belongs
 * @error: return location
 *
 * Makes an empty file that nobody else may read, with its folder, if there is none.
 *
 * Returns: whether there is a file now
 */
gboolean
pdk_history_file_make (const char *path, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);

  if (g_mkdir_with_parents (folder, 0700) == 0 && (mknod (path, S_IFREG | 0600, 0) == 0 || errno == EEXIST))
    return TRUE;
  set_errno_error (error, errno);
  return FALSE;
}

/**
 * pdk_history_file_lock:
 * @path: where the history is; its folder must be there
 * @error: return location: %PDK_ERROR_TIMED_OUT if somebody else has kept it, or another PDK_ERROR
 *
 * Keeps others from opening or moving the history. Waits for two seconds at most.
 *
 * Returns: the lock, to be given back by pdk_history_file_unlock(), or -1 with @error set
 */
int
pdk_history_file_lock (const char *path, GError **error)
{
  g_autofree char *name = g_strconcat (path, ".lock", NULL);
  int lock = g_open (name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  int number = lock < 0 ? errno : 0;

  for (guint i = 0; lock >= 0 && flock (lock, LOCK_EX | LOCK_NB) < 0; i++)
    {
      number = errno;
      if ((number != EWOULDBLOCK && number != EINTR) || i == N_LOCK_TRIES)
        {
          close (lock);
          lock = -1;
        }
      else if (number == EWOULDBLOCK)
        g_usleep (LOCK_TRY_USEC);
    }
  if (lock < 0 && number == EWOULDBLOCK)
    g_set_error_literal (error, PDK_ERROR, PDK_ERROR_TIMED_OUT, g_strerror (number));
  else if (lock < 0)
    set_errno_error (error, number);
  return lock;
}

/** pdk_history_file_unlock: gives back @lock; -1 for none */
void
pdk_history_file_unlock (int lock)
{
  if (lock >= 0)
    close (lock);
}

/**
 * pdk_history_file_move_aside:
 * @path: a damaged file that this process does not have open
 * @error: return location
 *
 * Gives it a new name, with what SQLite keeps beside it. To be called with the lock.
 *
 * Returns: (transfer full): its new name, or %NULL with @error set
 */
char *
pdk_history_file_move_aside (const char *path, GError **error)
{
  static const char *const suffixes[] = { "-wal", "-shm", "-journal" };
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *stamp = g_date_time_format (now, "%Y%m%d-%H%M%S");
  g_autofree char *aside = g_strdup_printf ("%s.damaged-%s", path, stamp);

  for (guint i = 2; g_file_test (aside, G_FILE_TEST_EXISTS); i++)
    {
      g_free (aside);
      aside = g_strdup_printf ("%s.damaged-%s-%u", path, stamp, i);
    }
  if (g_rename (path, aside) < 0)
    {
      set_errno_error (error, errno);
      return NULL;
    }
  for (gsize i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *from = g_strconcat (path, suffixes[i], NULL);
      g_autofree char *to = g_strconcat (aside, suffixes[i], NULL);

      g_rename (from, to);
    }
  return g_steal_pointer (&aside);
}
