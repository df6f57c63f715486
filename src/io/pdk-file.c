/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Reading a small file that somebody else owns: never blocking on a FIFO, never more than a bound, nothing
 * about the file changed; and writing one of our own, as a whole. Any thread; the disk may be slow, so not
 * the main one once the program runs. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pdk-error.h"

static void
set_error_from_errno (GError **error, int number)
{
  g_set_error_literal (error, PDK_ERROR, (int) pdk_error_from_errno (number), g_strerror (number));
}

/* Without O_NOATIME, reading would move the file's access time on some mounts; only its owner may ask for it.
 */
static int
open_quietly (const char *path)
{
  int flags = O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY;
  int fd = open (path, flags | O_NOATIME);

  return fd < 0 && errno == EPERM ? open (path, flags) : fd;
}

static gboolean
check_regular (int fd, GError **error)
{
  struct stat st;

  if (fstat (fd, &st) != 0)
    {
      set_error_from_errno (error, errno);
      return FALSE;
    }
  if (!S_ISREG (st.st_mode))
    {
      g_set_error_literal (error, PDK_ERROR, PDK_ERROR_NOT_REGULAR,
                           S_ISDIR (st.st_mode) ? _ ("it is a folder") : _ ("it is not a regular file"));
      return FALSE;
    }
  return TRUE;
}

/**
 * pdk_file_read:
 * @path: a path
 * @max_bytes: the longest file that is taken
 * @error: return location for PDK_ERROR_NOT_FOUND, _PERMISSION, _NOT_REGULAR, _TOO_LARGE or _FAILED, whose
 *   message is a phrase such as "permission denied"
 *
 * Returns: (transfer full) (nullable): the whole content, NULL with @error set
 */
GBytes *
pdk_file_read (const char *path, gsize max_bytes, GError **error)
{
  g_autoptr (GByteArray) content = g_byte_array_new ();
  int fd = open_quietly (path);
  gssize n;

  if (fd < 0)
    {
      set_error_from_errno (error, errno);
      return NULL;
    }
  if (!check_regular (fd, error))
    {
      close (fd);
      return NULL;
    }
  do
    {
      guint8 block[16384];

      n = read (fd, block, sizeof block);
      if (n > 0)
        g_byte_array_append (content, block, (guint) n);
    }
  while ((n > 0 && content->len <= max_bytes) || (n < 0 && errno == EINTR));
  if (n < 0)
    set_error_from_errno (error, errno);
  close (fd);
  if (n < 0)
    return NULL;
  if (content->len > max_bytes)
    {
      g_set_error_literal (error, PDK_ERROR, PDK_ERROR_TOO_LARGE, _ ("it is too large"));
      return NULL;
    }
  return g_byte_array_free_to_bytes (g_steal_pointer (&content));
}

/**
 * pdk_file_write_private:
 * @path: a path
 * @bytes: the whole content
 * @error: return location for PDK_ERROR_PERMISSION or _FAILED, or for an error of G_FILE_ERROR
 *
 * Replaces the file, and makes the folders that it needs. Nobody but the user may read either, and who reads
 * it meanwhile has all of the old or all of the new content.
 *
 * Returns: whether it is written
 */
gboolean
pdk_file_write_private (const char *path, GBytes *bytes, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  gsize length;
  const char *data = g_bytes_get_data (bytes, &length);

  if (g_mkdir_with_parents (folder, 0700) != 0)
    {
      set_error_from_errno (error, errno);
      return FALSE;
    }
  if (!g_file_set_contents_full (path, data != NULL ? data : "", (gssize) length,
                                 G_FILE_SET_CONTENTS_CONSISTENT, 0600, error))
    return FALSE;
  /* GLib gives a new file the mode of the one that it replaces, from some release on. Where modes cannot be
   * changed, as on VFAT, there are none to be wrong. */
  (void) g_chmod (path, 0600);
  return TRUE;
}

/* What the thread that writes is given. */
typedef struct
{
  char *path;
  GBytes *bytes;
} Write;

static void
write_free (gpointer data)
{
  Write *write = data;

  g_free (write->path);
  g_bytes_unref (write->bytes);
  g_free (write);
}

static void
write_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  const Write *write = task_data;
  GError *error = NULL;

  if (pdk_file_write_private (write->path, write->bytes, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * pdk_file_write_private_async:
 * @source: (nullable): the object that writes, which is kept alive until it is done
 * @path: a path
 * @bytes: (transfer none): the whole content
 * @callback: is called in this thread's main context
 * @user_data: for @callback
 *
 * As pdk_file_write_private(), in a thread. What is written at the same time to one file is written in any
 * order.
 */
void
pdk_file_write_private_async (
    gpointer source, const char *path, GBytes *bytes, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (source, NULL, callback, user_data);
  Write *write = g_new0 (Write, 1);

  write->path = g_strdup (path);
  write->bytes = g_bytes_ref (bytes);
  g_task_set_source_tag (task, pdk_file_write_private_async);
  g_task_set_task_data (task, write, write_free);
  g_task_run_in_thread (task, write_in_thread);
}

/** pdk_file_write_private_finish: Returns: whether it is written; errors as those of pdk_file_write_private()
 */
gboolean
pdk_file_write_private_finish (GAsyncResult *result, GError **error)
{
  g_assert (g_async_result_is_tagged (result, pdk_file_write_private_async));
  return g_task_propagate_boolean (G_TASK (result), error);
}
