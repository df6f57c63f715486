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
#include "pdk-wal.h"

/* The time stamps of files tick: a change within the same tick as the one before does not show. */
#define TICK_NSEC (50 * 1000 * 1000)

#define BUSY_WAIT_USEC 20000
#define BUSY_MAX_WAITS 12
#define STEPS_PER_CHECK 20000

/* Where SQLite locks: https://www.sqlite.org/src/file/src/os.h */
#define SHARED_FIRST (0x40000000 + 2)
#define SHARED_SIZE 510

struct _PdkForeignDb
{
  sqlite3_vfs vfs;
  char *vfs_name;
  char *path;
  int fd;
  int log_fd;
  PdkWal *wal;
  PdkForeignStamp stamp;
  gboolean is_database_settled; /* at the time of the stamp: any later change shows */
  sqlite3 *connection;
  GCancellable *cancellable; /* (nullable) */
};

typedef struct
{
  sqlite3_file base;
  PdkForeignDb *db;
} File;

static int
file_close (sqlite3_file *file)
{
  return SQLITE_OK;
}

static gssize
read_fully (int fd, guint8 *bytes, gsize n_bytes, goffset offset)
{
  gsize n_read = 0;

  while (n_read < n_bytes)
    {
      gssize n = pread (fd, bytes + n_read, n_bytes - n_read, offset + (goffset) n_read);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return -1;
      if (n == 0)
        break;
      n_read += (gsize) n;
    }
  return (gssize) n_read;
}

/* SQLite reads whole pages, or a part of the first one. */
static int
file_read (sqlite3_file *file, void *buffer, int n_bytes, sqlite3_int64 offset)
{
  PdkForeignDb *self = ((File *) file)->db;
  guint8 *bytes = buffer;
  goffset in_log = 0;
  gssize n;

  if (self->wal->page_bytes > 0)
    in_log = pdk_wal_find_page (self->wal, (guint32) (offset / self->wal->page_bytes) + 1);
  if (in_log > 0)
    n = read_fully (self->log_fd, bytes, (gsize) n_bytes, in_log + offset % self->wal->page_bytes);
  else
    n = read_fully (self->fd, bytes, (gsize) n_bytes, offset);
  if (n < 0)
    return SQLITE_IOERR_READ;
  /* The log is read already: SQLite is not to look for one. */
  if (offset == 0 && n >= 20 && bytes[18] == 2 && bytes[19] == 2)
    bytes[18] = bytes[19] = 1;
  if (n == n_bytes)
    return SQLITE_OK;
  memset (bytes + n, 0, (gsize) (n_bytes - n));
  return SQLITE_IOERR_SHORT_READ;
}

static int
file_write (sqlite3_file *file, const void *bytes, int n_bytes, sqlite3_int64 offset)
{
  return SQLITE_READONLY;
}

static int
file_truncate (sqlite3_file *file, sqlite3_int64 size)
{
  return SQLITE_READONLY;
}

static int
file_do_nothing (sqlite3_file *file, int flags)
{
  return SQLITE_OK;
}

static int
file_get_size (sqlite3_file *file, sqlite3_int64 *size)
{
  PdkForeignDb *self = ((File *) file)->db;

  *size = self->wal->page_bytes > 0 ? (sqlite3_int64) self->wal->n_pages * self->wal->page_bytes
                                    : self->stamp.database.size;
  return SQLITE_OK;
}

static int
file_check_reserved (sqlite3_file *file, int *is_reserved)
{
  *is_reserved = 0;
  return SQLITE_OK;
}

static int
file_control (sqlite3_file *file, int op, void *arg)
{
  return SQLITE_NOTFOUND;
}

static int
file_get_sector_size (sqlite3_file *file)
{
  return 4096;
}

static int
file_get_characteristics (sqlite3_file *file)
{
  return SQLITE_IOCAP_IMMUTABLE;
}

static const sqlite3_io_methods methods = {
  .iVersion = 1,
  .xClose = file_close,
  .xRead = file_read,
  .xWrite = file_write,
  .xTruncate = file_truncate,
  .xSync = file_do_nothing,
  .xFileSize = file_get_size,
  .xLock = file_do_nothing,
  .xUnlock = file_do_nothing,
  .xCheckReservedLock = file_check_reserved,
  .xFileControl = file_control,
  .xSectorSize = file_get_sector_size,
  .xDeviceCharacteristics = file_get_characteristics,
};

/* The database is the only file there is. */
static int
vfs_open (sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out_flags)
{
  file->pMethods = NULL;
  if (!(flags & SQLITE_OPEN_MAIN_DB))
    return SQLITE_CANTOPEN;
  ((File *) file)->db = vfs->pAppData;
  file->pMethods = &methods;
  if (out_flags != NULL)
    *out_flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_MAIN_DB;
  return SQLITE_OK;
}

static int
vfs_delete (sqlite3_vfs *vfs, const char *name, int sync_dir)
{
  return SQLITE_READONLY;
}

static int
vfs_access (sqlite3_vfs *vfs, const char *name, int flags, int *result)
{
  *result = 0;
  return SQLITE_OK;
}

static int
vfs_full_pathname (sqlite3_vfs *vfs, const char *name, int n_out, char *out)
{
  return g_strlcpy (out, name, (gsize) n_out) < (gsize) n_out ? SQLITE_OK : SQLITE_CANTOPEN;
}

static void
vfs_fill (PdkForeignDb *self)
{
  const sqlite3_vfs *usual = sqlite3_vfs_find (NULL);

  self->vfs_name = g_strdup_printf ("paddock-%p", (void *) self);
  self->vfs.iVersion = 1;
  self->vfs.szOsFile = sizeof (File);
  self->vfs.mxPathname = 64;
  self->vfs.zName = self->vfs_name;
  self->vfs.pAppData = self;
  self->vfs.xOpen = vfs_open;
  self->vfs.xDelete = vfs_delete;
  self->vfs.xAccess = vfs_access;
  self->vfs.xFullPathname = vfs_full_pathname;
  self->vfs.xRandomness = usual->xRandomness;
  self->vfs.xSleep = usual->xSleep;
  self->vfs.xCurrentTime = usual->xCurrentTime;
  self->vfs.xGetLastError = usual->xGetLastError;
}

/* Reading would move the file's access time on some mounts; only its owner may ask for it not to. */
static int
open_quietly (const char *path)
{
  int flags = O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY;
  int fd = open (path, flags | O_NOATIME);

  return fd < 0 && errno == EPERM ? open (path, flags) : fd;
}

static void
stamp_from_stat (PdkFileStamp *stamp, const struct stat *st)
{
  stamp->device = st->st_dev;
  stamp->inode = st->st_ino;
  stamp->size = st->st_size;
  stamp->mtime_nsec = (gint64) st->st_mtim.tv_sec * 1000000000 + st->st_mtim.tv_nsec;
  stamp->ctime_nsec = (gint64) st->st_ctim.tv_sec * 1000000000 + st->st_ctim.tv_nsec;
}

static void
stamp_file (PdkFileStamp *stamp, const char *path)
{
  struct stat st;

  memset (stamp, 0, sizeof *stamp);
  if (stat (path, &st) == 0)
    stamp_from_stat (stamp, &st);
}

static gboolean
stamp_is_settled (const PdkFileStamp *stamp)
{
  return g_get_real_time () * 1000 - stamp->ctime_nsec > TICK_NSEC;
}

static gboolean
is_same_file_state (const PdkFileStamp *a, const PdkFileStamp *b)
{
  return a->device == b->device && a->inode == b->inode && a->size == b->size &&
         a->mtime_nsec == b->mtime_nsec && a->ctime_nsec == b->ctime_nsec;
}

static gboolean
open_files (PdkForeignDb *self, GError **error)
{
  g_autofree char *log_path = g_strconcat (self->path, "-wal", NULL);
  struct stat st;

  pdk_foreign_stamp_take (&self->stamp, self->path);
  self->fd = open_quietly (self->path);
  if (self->fd < 0 || fstat (self->fd, &st) != 0)
    {
      g_set_error_literal (error, PDK_ERROR, (int) pdk_error_from_errno (errno), g_strerror (errno));
      return FALSE;
    }
  if (!S_ISREG (st.st_mode))
    {
      g_set_error_literal (error, PDK_ERROR, PDK_ERROR_NOT_REGULAR,
                           S_ISDIR (st.st_mode) ? _ ("it is a folder") : _ ("it is not a regular file"));
      return FALSE;
    }
  stamp_from_stat (&self->stamp.database, &st);
  self->is_database_settled = stamp_is_settled (&self->stamp.database);
  self->stamp.is_settled = self->stamp.is_settled && self->is_database_settled;
  self->log_fd = open_quietly (log_path);
  if (self->log_fd >= 0 && (fstat (self->log_fd, &st) != 0 || !S_ISREG (st.st_mode)))
    {
      close (self->log_fd);
      self->log_fd = -1;
    }
  return TRUE;
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

/* A journal of the older kind that is not empty says that the database is half written. */
static gboolean
has_hot_journal (PdkForeignDb *self)
{
  g_autofree char *path = g_strconcat (self->path, "-journal", NULL);
  int fd = open_quietly (path);
  guint8 first = 0;

  if (fd < 0)
    return FALSE;
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

static gboolean
connect_sqlite (PdkForeignDb *self, GError **error)
{
  int result;

  vfs_fill (self);
  if (sqlite3_vfs_register (&self->vfs, 0) != SQLITE_OK)
    {
      g_set_error_literal (error, PDK_ERROR, PDK_ERROR_FAILED, _ ("SQLite does not work"));
      return FALSE;
    }
  result = sqlite3_open_v2 ("foreign", &self->connection, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX,
                            self->vfs_name);
  /* The connection has it by now, and nobody else is to find it. */
  sqlite3_vfs_unregister (&self->vfs);
  if (result != SQLITE_OK)
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

/** pdk_foreign_stamp_equal: Returns: whether nothing can have changed between @a and @b */
gboolean
pdk_foreign_stamp_equal (const PdkForeignStamp *a, const PdkForeignStamp *b)
{
  return a->is_settled && is_same_file_state (&a->database, &b->database) &&
         is_same_file_state (&a->log, &b->log);
}

/**
 * pdk_foreign_stamp_take:
 * @stamp: (out): what @path and its log are like now
 * @path: the path of a database, which need not be there
 */
void
pdk_foreign_stamp_take (PdkForeignStamp *stamp, const char *path)
{
  g_autofree char *log_path = g_strconcat (path, "-wal", NULL);

  stamp_file (&stamp->database, path);
  stamp_file (&stamp->log, log_path);
  stamp->is_settled = stamp_is_settled (&stamp->database) && stamp_is_settled (&stamp->log);
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
  g_clear_pointer (&self->wal, pdk_wal_free);
  if (self->log_fd >= 0)
    close (self->log_fd);
  if (self->fd >= 0)
    close (self->fd);
  g_clear_object (&self->cancellable);
  g_free (self->vfs_name);
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
  return self->is_database_settled && is_same_file_state (&self->stamp.database, &now.database);
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
  sqlite3_stmt *statement = NULL;

  if (sqlite3_prepare_v2 (self->connection, sql, -1, &statement, NULL) != SQLITE_OK)
    set_error (self, error);
  return statement;
}

/** pdk_foreign_db_step: Returns: SQLITE_ROW, SQLITE_DONE, or another code with @error set */
int
pdk_foreign_db_step (PdkForeignDb *self, sqlite3_stmt *statement, GError **error)
{
  int result = sqlite3_step (statement);

  if (result != SQLITE_ROW && result != SQLITE_DONE)
    set_error (self, error);
  return result;
}
