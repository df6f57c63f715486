/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Tells whether another program's database can have changed, without opening it. Any thread. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-foreign-stamp.h"

#include <stdlib.h>
#include <string.h>

/* The time stamps of files tick: a change within the same tick as the one before does not show. */
#define TICK_NSEC (50 * 1000 * 1000)

static void
take (PdkFileStamp *stamp, const char *path)
{
  struct stat st;

  memset (stamp, 0, sizeof *stamp);
  if (stat (path, &st) == 0)
    pdk_file_stamp_from_stat (stamp, &st);
}

/** pdk_file_stamp_from_stat: @stamp: (out): the stamp of the file that @st is of */
void
pdk_file_stamp_from_stat (PdkFileStamp *stamp, const struct stat *st)
{
  stamp->device = st->st_dev;
  stamp->inode = st->st_ino;
  stamp->size = st->st_size;
  stamp->mtime_nsec = (gint64) st->st_mtim.tv_sec * 1000000000 + st->st_mtim.tv_nsec;
  stamp->ctime_nsec = (gint64) st->st_ctim.tv_sec * 1000000000 + st->st_ctim.tv_nsec;
}

/** pdk_file_stamp_equal: Returns: whether @a and @b are of one file in one state */
gboolean
pdk_file_stamp_equal (const PdkFileStamp *a, const PdkFileStamp *b)
{
  return a->device == b->device && a->inode == b->inode && a->size == b->size &&
         a->mtime_nsec == b->mtime_nsec && a->ctime_nsec == b->ctime_nsec;
}

/** pdk_file_stamp_is_settled: Returns: whether a change from now on would give another stamp, as the time
 * tells; see pdk_file_stamp_is_ahead() for one from the future */
gboolean
pdk_file_stamp_is_settled (const PdkFileStamp *stamp)
{
  return g_get_real_time () * 1000 - stamp->ctime_nsec > TICK_NSEC;
}

/** pdk_file_stamp_is_ahead: Returns: whether it is from the future, as of a clock that was set back, or of
 * another computer's. Then the time tells nothing; but one that a file has kept through
 * pdk_file_stamp_wait_for_tick() is settled. */
gboolean
pdk_file_stamp_is_ahead (const PdkFileStamp *stamp)
{
  return stamp->ctime_nsec > g_get_real_time () * 1000;
}

/** pdk_file_stamp_wait_for_tick: waits until a change has another time than one before */
void
pdk_file_stamp_wait_for_tick (void)
{
  g_usleep (TICK_NSEC / 1000);
}

/**
 * pdk_foreign_stamp_dup_path_beside:
 * @path: the path of a database, which need not be there
 * @suffix: "-wal" or "-journal"
 *
 * Returns: (transfer full): where SQLite keeps that file: beside the database itself, and not beside a link
 * to it
 */
char *
pdk_foreign_stamp_dup_path_beside (const char *path, const char *suffix)
{
  g_autofree char *target = realpath (path, NULL);

  return g_strconcat (target != NULL ? target : path, suffix, NULL);
}

/**
 * pdk_foreign_stamp_take:
 * @stamp: (out): what @path and its log are like now
 * @path: the path of a database, which need not be there
 */
void
pdk_foreign_stamp_take (PdkForeignStamp *stamp, const char *path)
{
  g_autofree char *log_path = pdk_foreign_stamp_dup_path_beside (path, "-wal");

  take (&stamp->database, path);
  take (&stamp->log, log_path);
  stamp->is_settled = pdk_file_stamp_is_settled (&stamp->database) && pdk_file_stamp_is_settled (&stamp->log);
}

/** pdk_foreign_stamp_equal: Returns: whether nothing can have changed between @a and the later @b */
gboolean
pdk_foreign_stamp_equal (const PdkForeignStamp *a, const PdkForeignStamp *b)
{
  return a->is_settled && pdk_file_stamp_equal (&a->database, &b->database) &&
         pdk_file_stamp_equal (&a->log, &b->log);
}
