/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Writes the settings file: what stands in it now, with an edit. At every moment there is a whole file, the
 * old one or the new one. Blocks; for a worker thread. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-settings-writer.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <gio/gio.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pdk-error.h"
#include "pdk-file.h"

#define MAX_BYTES (1024 * 1024)
#define NEW_FILE_MODE 0600

static gboolean
fail (const char *path, int number, GError **error)
{
  g_set_error (
      error, PDK_ERROR, PDK_ERROR_SETTINGS,
      _ ("The settings cannot be written to %s (%s): make room there, or see to it that you may write."),
      path, g_strerror (number));
  return FALSE;
}

/* The file that @path leads to: a link stays a link. */
static char *
find_target (const char *path)
{
  g_autofree char *target = realpath (path, NULL);

  return g_strdup (target != NULL ? target : path);
}

static gboolean
write_all (int fd, const char *text)
{
  gsize length = strlen (text), written = 0;

  while (written < length)
    {
      gssize n = write (fd, text + written, length - written);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return FALSE;
      written += (gsize) n;
    }
  return fsync (fd) == 0;
}

/* Beside the target, so that the name can change hands in one step. */
static gboolean
replace (const char *target, const char *text, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (target);
  g_autofree char *fresh = g_strconcat (target, ".XXXXXX", NULL);
  GStatBuf status;
  gboolean exists = g_stat (target, &status) == 0;
  int fd, number = 0;

  if (g_mkdir_with_parents (folder, 0700) != 0)
    return fail (target, errno, error);
  /* It could be replaced all the same, but who made it read-only meant it. */
  if (exists && access (target, W_OK) != 0)
    return fail (target, errno, error);
  fd = g_mkstemp_full (fresh, O_WRONLY | O_CLOEXEC, NEW_FILE_MODE);
  if (fd < 0)
    return fail (target, errno, error);
  if ((exists && fchmod (fd, status.st_mode & 07777) != 0) || !write_all (fd, text))
    number = errno;
  if (close (fd) != 0 && number == 0)
    number = errno;
  if (number == 0 && g_rename (fresh, target) != 0)
    number = errno;
  if (number == 0)
    return TRUE;
  g_unlink (fresh);
  return fail (target, number, error);
}

/**
 * pdk_settings_writer_write:
 * @path: the settings file
 * @may_be_missing: whether it is made when there is none
 * @edit: what to change
 * @error: return location for %PDK_ERROR_SETTINGS, with a sentence
 *
 * Reads the file again, so that what somebody else has changed meanwhile stays.
 *
 * Returns: whether the file has what @edit asks for
 */
gboolean
pdk_settings_writer_write (const char *path,
                           gboolean may_be_missing,
                           const PdkSettingsEdit *edit,
                           GError **error)
{
  g_autofree char *base_dir = g_path_get_dirname (path);
  g_autofree char *target = find_target (path);
  g_autofree char *changed = NULL;
  g_autoptr (GError) cause = NULL;
  g_autoptr (GBytes) content = pdk_file_read (path, MAX_BYTES, &cause);
  const char *text = NULL;
  gsize length = 0;

  if (content != NULL)
    text = g_bytes_get_data (content, &length);
  else if (!may_be_missing || !g_error_matches (cause, PDK_ERROR, PDK_ERROR_NOT_FOUND))
    {
      g_set_error (error, PDK_ERROR, PDK_ERROR_SETTINGS,
                   _ ("The settings cannot be changed, since %s cannot be read (%s)."), path, cause->message);
      return FALSE;
    }
  changed = pdk_settings_edit_apply (edit, text, length, base_dir, g_getenv ("OLLAMA_HOST"), &cause);
  if (changed == NULL)
    {
      g_set_error (error, PDK_ERROR, PDK_ERROR_SETTINGS, _ ("This cannot be set (line %s)."), cause->message);
      return FALSE;
    }
  if (length == strlen (changed) && text != NULL && memcmp (text, changed, length) == 0)
    return TRUE;
  return replace (target, changed, error);
}
