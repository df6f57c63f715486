/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What SQLite reads another program's database through: the write-ahead log is laid over the database, and
 * nothing can be locked, created, written or deleted. See https://www.sqlite.org/c3ref/vfs.html. Any thread,
 * one per object. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-foreign-vfs.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

struct _PdkForeignVfs
{
  sqlite3_vfs base;
  char *name;
  int fd;
  int log_fd;
  const PdkWal *wal;
  gint64 size_bytes; /* of the database, without what its log adds */
};

typedef struct
{
  sqlite3_file base;
  PdkForeignVfs *vfs;
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
  const PdkForeignVfs *self = ((File *) file)->vfs;
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
  const PdkForeignVfs *self = ((File *) file)->vfs;

  *size = self->wal->page_bytes > 0 ? (sqlite3_int64) self->wal->n_pages * self->wal->page_bytes
                                    : self->size_bytes;
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
  ((File *) file)->vfs = vfs->pAppData;
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

/**
 * pdk_foreign_vfs_new:
 * @fd: the database, open for reading; stays the caller's, as all that is given, and must outlive the answer
 * @log_fd: its write-ahead log, or -1
 * @wal: what is committed in the log
 * @size_bytes: the size of the database's file
 *
 * Returns: (transfer full): a file system with nothing but that database
 */
PdkForeignVfs *
pdk_foreign_vfs_new (int fd, int log_fd, const PdkWal *wal, gint64 size_bytes)
{
  const sqlite3_vfs *usual = sqlite3_vfs_find (NULL);
  PdkForeignVfs *self = g_new0 (PdkForeignVfs, 1);

  self->name = g_strdup_printf ("paddock-%p", (void *) self);
  self->fd = fd;
  self->log_fd = log_fd;
  self->wal = wal;
  self->size_bytes = size_bytes;
  self->base.iVersion = 1;
  self->base.szOsFile = sizeof (File);
  self->base.mxPathname = 64;
  self->base.zName = self->name;
  self->base.pAppData = self;
  self->base.xOpen = vfs_open;
  self->base.xDelete = vfs_delete;
  self->base.xAccess = vfs_access;
  self->base.xFullPathname = vfs_full_pathname;
  self->base.xRandomness = usual->xRandomness;
  self->base.xSleep = usual->xSleep;
  self->base.xCurrentTime = usual->xCurrentTime;
  self->base.xGetLastError = usual->xGetLastError;
  return self;
}

/** pdk_foreign_vfs_free: frees @self, whose connection has to be closed; its files stay open */
void
pdk_foreign_vfs_free (PdkForeignVfs *self)
{
  g_free (self->name);
  g_free (self);
}

/**
 * pdk_foreign_vfs_connect:
 * @connection: (out): a connection to the database, to be closed before @self is freed, after a failure too
 *
 * Returns: a code of SQLite
 */
int
pdk_foreign_vfs_connect (PdkForeignVfs *self, sqlite3 **connection)
{
  int result = sqlite3_vfs_register (&self->base, 0);

  if (result != SQLITE_OK)
    return result;
  result = sqlite3_open_v2 ("foreign", connection, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, self->name);
  /* The connection has it by now, and nobody else is to find it. */
  sqlite3_vfs_unregister (&self->base);
  return result;
}
