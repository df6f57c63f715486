/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A SQLite database that belongs to another program, which may be writing it, read without leaving a trace:
 * no lock is taken, no shared memory created, no file touched. SQLite reads through a file system of ours
 * that lays the write-ahead log over the database and knows no writing. Since nobody waits for us, a
 * checkpoint may change pages that are still to be read: whoever has read asks
 * pdk_foreign_db_is_consistent(), and throws away what was read when it was not. Any thread, one per object.
 */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-foreign-db.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pdk-error.h"
#include "pdk-foreign-vfs.h"
#include "pdk-wal.h"

#define BUSY_WAIT_USEC 20000
#define BUSY_MAX_WAITS 12
#define STEPS_PER_CHECK 20000

/* What takes some hundredths of a second to look through. */
#define MAX_CHECKED_BYTES (32 * 1024 * 1024)

/* What SQLite begins with when it tells of damaged pages, followed by a line for each. */
#define DAMAGE_PREFIX "*** in database main ***\n"

/* Where SQLite locks: https://www.sqlite.org/src/file/src/os.h */
#define SHARED_FIRST (0x40000000 + 2)
#define SHARED_SIZE 510

struct _PdkForeignDb
{
  char *path;
  int fd;
  int log_fd;
  PdkWal *wal;
  PdkForeignVfs *vfs;
  PdkForeignStamp stamp;
  gboolean is_database_settled; /* at the time of the stamp: any later change shows */
  sqlite3 *connection;
  GCancellable *cancellable; /* (nullable) */
};

/* Reading would move the file's access time on some mounts; only its owner may ask for it not to. */
static int
open_quietly (const char *path)
{
  int flags = O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY;
  int fd = open (path, flags | O_NOATIME);

  return fd < 0 && errno == EPERM ? open (path, flags) : fd;
}

/* Returns: whether it was @before for long enough that a change from now on gives another one */
static gboolean
is_settled (const PdkFileStamp *stamp, const PdkFileStamp *before)
{
  return pdk_file_stamp_is_settled (stamp) ||
         (pdk_file_stamp_is_ahead (stamp) && pdk_file_stamp_equal (stamp, before));
}

/* Returns: what the files were like before, which is long enough ago where the time tells nothing */
static PdkForeignStamp
take_stamp (PdkForeignDb *self)
{
  PdkForeignStamp before;

  pdk_foreign_stamp_take (&before, self->path);
  if (pdk_file_stamp_is_ahead (&before.database) || pdk_file_stamp_is_ahead (&before.log))
    pdk_file_stamp_wait_for_tick ();
  pdk_foreign_stamp_take (&self->stamp, self->path);
  return before;
}

static gboolean
fail_by_errno (GError **error)
{
  g_set_error_literal (error, PDK_ERROR, (int) pdk_error_from_errno (errno), g_strerror (errno));
  return FALSE;
}

/* Mostly there is none. Without one that is there, what is in the database may be of long ago, or not yet
 * there. */
static gboolean
open_log (PdkForeignDb *self, GError **error)
{
  g_autofree char *path = pdk_foreign_stamp_dup_path_beside (self->path, "-wal");
  struct stat st;

  self->log_fd = open_quietly (path);
  if (self->log_fd < 0 && errno != ENOENT)
    return fail_by_errno (error);
  if (self->log_fd >= 0 && (fstat (self->log_fd, &st) != 0 || !S_ISREG (st.st_mode)))
    {
      close (self->log_fd);
      self->log_fd = -1;
    }
  return TRUE;
}

static gboolean
open_files (PdkForeignDb *self, GError **error)
{
  PdkForeignStamp before = take_stamp (self);
  struct stat st;

  self->fd = open_quietly (self->path);
  if (self->fd < 0 || fstat (self->fd, &st) != 0)
    return fail_by_errno (error);
  if (!S_ISREG (st.st_mode))
    {
      g_set_error_literal (error, PDK_ERROR, PDK_ERROR_NOT_REGULAR,
                           S_ISDIR (st.st_mode) ? _ ("it is a folder") : _ ("it is not a regular file"));
      return FALSE;
    }
  pdk_file_stamp_from_stat (&self->stamp.database, &st);
  self->is_database_settled = is_settled (&self->stamp.database, &before.database);
  self->stamp.is_settled = self->is_database_settled && is_settled (&self->stamp.log, &before.log);
  return open_log (self, error);
}

/* Asks for the lock, and does not take it. */
static gboolean
is_locked (PdkForeignDb *self)
{
  struct flock lock = {
    .l_type = F_RDLCK, .l_whence = SEEK_SET, .l_start = SHARED_FIRST, .l_len = SHARED_SIZE
  };

  return fcntl (self->fd, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

/* A journal of the older kind that is not empty says that the database is half written; one that may not be
 * read may say so. */
static gboolean
has_hot_journal (PdkForeignDb *self)
{
  g_autofree char *path = pdk_foreign_stamp_dup_path_beside (self->path, "-journal");
  int fd = open_quietly (path);
  guint8 first = 0;

  if (fd < 0)
    return errno != ENOENT;
  if (pread (fd, &first, 1, 0) < 0)
    first = 0;
  close (fd);
  return first != 0;
}

static gboolean
wait_for_writer (PdkForeignDb *self, GCancellable *cancellable, GError **error)
{
  for (guint i = 0; is_locked (self) || has_hot_journal (self); i++)
    {
      if (i == BUSY_MAX_WAITS)
        {
          g_set_error_literal (error, PDK_ERROR, PDK_ERROR_FAILED,
                               _ ("another program keeps it to itself, or has left it half written"));
          return FALSE;
        }
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      g_usleep (BUSY_WAIT_USEC);
    }
  return TRUE;
}

static int
on_progress (gpointer data)
{
  return g_cancellable_is_cancelled (((PdkForeignDb *) data)->cancellable);
}

static void
set_error (PdkForeignDb *self, GError **error)
{
  int code = sqlite3_errcode (self->connection) & 0xff;

  if (g_cancellable_set_error_if_cancelled (self->cancellable, error))
    return;
  g_set_error (error, PDK_ERROR,
               code == SQLITE_IOERR || code == SQLITE_NOMEM ? PDK_ERROR_FAILED : PDK_ERROR_MALFORMED, "%s",
               sqlite3_errmsg (self->connection));
}

static sqlite3_stmt *
prepare (PdkForeignDb *self, const char *sql, GError **error)
{
  sqlite3_stmt *statement = NULL;

  if (sqlite3_prepare_v2 (self->connection, sql, -1, &statement, NULL) != SQLITE_OK)
    set_error (self, error);
  return statement;
}

static int
step (PdkForeignDb *self, sqlite3_stmt *statement, GError **error)
{
  int result = sqlite3_step (statement);

  if (result != SQLITE_ROW && result != SQLITE_DONE)
    set_error (self, error);
  return result;
}

static gboolean
ask_for_number (PdkForeignDb *self, const char *sql, gint64 *number, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = prepare (self, sql, error);

  if (statement == NULL || step (self, statement, error) != SQLITE_ROW)
    return FALSE;
  *number = sqlite3_column_int64 (statement, 0);
  return TRUE;
}

/* Where the file has to reach to: what is not in it has to be in the log. SQLite itself only looks whether
 * the last page begins. */
static gint64
find_end (PdkForeignDb *self, gint64 n_pages, gint64 page_bytes)
{
  while (n_pages > 0 && pdk_wal_find_page (self->wal, (guint32) n_pages) > 0)
    n_pages--;
  return n_pages * page_bytes;
}

static gboolean
connect_sqlite (PdkForeignDb *self, GError **error)
{
  self->vfs = pdk_foreign_vfs_new (self->fd, self->log_fd, self->wal, self->stamp.database.size);
  if (pdk_foreign_vfs_connect (self->vfs, &self->connection) != SQLITE_OK)
    {
      set_error (self, error);
      return FALSE;
    }
  sqlite3_db_config (self->connection, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  sqlite3_db_config (self->connection, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
  sqlite3_exec (self->connection,
                "PRAGMA temp_store = MEMORY; PRAGMA cell_size_check = ON; PRAGMA cache_size = -256;", NULL,
                NULL, NULL);
  sqlite3_progress_handler (self->connection, STEPS_PER_CHECK, on_progress, self);
  return TRUE;
}

/**
 * pdk_foreign_db_open:
 * @path: the path of a database
 * @cancellable: (nullable): also ends statements that run
 * @error: return location for PDK_ERROR_NOT_FOUND, _PERMISSION, _NOT_REGULAR, _MALFORMED or _FAILED, with a
 *   phrase for a message, or G_IO_ERROR_CANCELLED
 *
 * Returns: (transfer full) (nullable): the database as of its last commit, NULL with @error set
 */
PdkForeignDb *
pdk_foreign_db_open (const char *path, GCancellable *cancellable, GError **error)
{
  g_autoptr (PdkForeignDb) self = g_new0 (PdkForeignDb, 1);

  self->path = g_strdup (path);
  self->fd = -1;
  self->log_fd = -1;
  self->cancellable = cancellable != NULL ? g_object_ref (cancellable) : NULL;
  if (!open_files (self, error) || !wait_for_writer (self, cancellable, error))
    return NULL;
  self->wal = pdk_wal_read (self->log_fd);
  return connect_sqlite (self, error) ? g_steal_pointer (&self) : NULL;
}

/** pdk_foreign_db_free: closes @self; its statements have to be gone */
void
pdk_foreign_db_free (PdkForeignDb *self)
{
  if (self->connection != NULL)
    sqlite3_close (self->connection);
  g_clear_pointer (&self->vfs, pdk_foreign_vfs_free);
  g_clear_pointer (&self->wal, pdk_wal_free);
  if (self->log_fd >= 0)
    close (self->log_fd);
  if (self->fd >= 0)
    close (self->fd);
  g_clear_object (&self->cancellable);
  g_free (self->path);
  g_free (self);
}

/**
 * pdk_foreign_db_is_consistent:
 *
 * A checkpoint copies committed pages from the log into the database. As long as nothing was committed since
 * the log was read, all that it can have copied was read from the log anyway. Otherwise, nothing may have
 * been written to the database.
 *
 * Returns: whether all that was read through @self until now is of one moment
 */
gboolean
pdk_foreign_db_is_consistent (PdkForeignDb *self)
{
  PdkForeignStamp now;
  struct stat st;

  if (!pdk_wal_is_same_log (self->wal))
    return FALSE;
  pdk_foreign_stamp_take (&now, self->path);
  if (self->log_fd >= 0 && self->wal->page_bytes > 0 && fstat (self->log_fd, &st) == 0 &&
      st.st_ino == now.log.inode && st.st_dev == now.log.device &&
      self->stamp.database.inode == now.database.inode && pdk_wal_has_no_more (self->wal))
    return TRUE;
  return self->is_database_settled && pdk_file_stamp_equal (&self->stamp.database, &now.database);
}

/** pdk_foreign_db_has_damaged_log: Returns: whether transactions are lost, since the log is damaged before
 * them */
gboolean
pdk_foreign_db_has_damaged_log (PdkForeignDb *self)
{
  return self->wal->is_damaged;
}

/**
 * pdk_foreign_db_check:
 * @error: return location for PDK_ERROR_MALFORMED, with a phrase for a message
 *
 * SQLite notices damage where it comes across it. What is small enough is looked through as a whole, though
 * not for values that a column should not have: those are no damage to the others.
 *
 * Returns: whether nothing is missing or damaged, as far as that can be seen
 */
gboolean
pdk_foreign_db_check (PdkForeignDb *self, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = NULL;
  gint64 n_pages, page_bytes;
  const char *found;

  if (!ask_for_number (self, "PRAGMA page_count", &n_pages, error) ||
      !ask_for_number (self, "PRAGMA page_size", &page_bytes, error))
    return FALSE;
  if (find_end (self, n_pages, page_bytes) > self->stamp.database.size)
    {
      g_set_error_literal (error, PDK_ERROR, PDK_ERROR_MALFORMED, _ ("its end is missing"));
      return FALSE;
    }
  if (n_pages * page_bytes > MAX_CHECKED_BYTES)
    return TRUE;
  statement = prepare (self, "PRAGMA quick_check (1)", error);
  if (statement == NULL || step (self, statement, error) != SQLITE_ROW)
    return FALSE;
  found = (const char *) sqlite3_column_text (statement, 0);
  if (found == NULL || !g_str_has_prefix (found, DAMAGE_PREFIX))
    return TRUE;
  g_set_error (error, PDK_ERROR, PDK_ERROR_MALFORMED, _ ("it is damaged: %s"),
               found + strlen (DAMAGE_PREFIX));
  return FALSE;
}

/** pdk_foreign_db_get_stamp: Returns: (transfer none): by what to tell that nothing has changed since */
const PdkForeignStamp *
pdk_foreign_db_get_stamp (PdkForeignDb *self)
{
  return &self->stamp;
}

/**
 * pdk_foreign_db_prepare:
 * @sql: one statement, of our own making
 * @error: return location
 *
 * Returns: (transfer full) (nullable): the statement, to be freed before @self; NULL with @error set
 */
sqlite3_stmt *
pdk_foreign_db_prepare (PdkForeignDb *self, const char *sql, GError **error)
{
  return prepare (self, sql, error);
}

/** pdk_foreign_db_step: Returns: SQLITE_ROW, SQLITE_DONE, or another code with @error set */
int
pdk_foreign_db_step (PdkForeignDb *self, sqlite3_stmt *statement, GError **error)
{
  return step (self, statement, error);
}
