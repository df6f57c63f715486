/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What all of a user's Paddocks share of the cloud: one small file for each question of each identity, in a
 * folder that only the user can read. A file is replaced as a whole, so that it can be read without a lock.
 * To ask is claimed beforehand, under a lock, so that of many processes one asks. A file that is damaged is
 * none. Any thread; the disk may be slow, so not the main one. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-cloud-store.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "pdk-file.h"

#define MAX_BYTES (16 * 1024 * 1024)
#define IDENTITY_DIGITS 24

/* Returns the lock, which ends with its file descriptor; -1 where there can be none, as on a disk that is not
 * ours to write to. */
static int
take_lock (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "lock", NULL);
  int fd = g_open (path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  int result;

  if (fd < 0)
    return -1;
  do
    result = flock (fd, LOCK_EX);
  while (result != 0 && errno == EINTR);
  return fd;
}

static void
release_lock (int fd)
{
  if (fd >= 0)
    close (fd);
}

static gboolean
write_unlocked (const char *folder, const char *name, const PdkCloudAnswer *answer, GError **error)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GBytes) bytes = pdk_cloud_answer_to_bytes (answer);
  gsize length;
  const char *data = g_bytes_get_data (bytes, &length);

  return g_file_set_contents_full (path, data, (gssize) length, G_FILE_SET_CONTENTS_CONSISTENT, 0600, error);
}

/**
 * pdk_cloud_store_identify:
 * @base_url: whom is asked
 * @key: (nullable): the key that it is asked with; NULL when the server signs for us
 *
 * Returns: (transfer full): a name for the two, from which neither can be told
 */
char *
pdk_cloud_store_identify (const char *base_url, const char *key)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  const char *way = key != NULL ? "key" : "relay";

  /* The zeros at the ends keep the parts apart. */
  g_checksum_update (checksum, (const guchar *) "paddock-cloud", sizeof "paddock-cloud");
  g_checksum_update (checksum, (const guchar *) way, (gssize) strlen (way) + 1);
  g_checksum_update (checksum, (const guchar *) base_url, (gssize) strlen (base_url) + 1);
  if (key != NULL)
    g_checksum_update (checksum, (const guchar *) key, (gssize) strlen (key) + 1);
  return g_strndup (g_checksum_get_string (checksum), IDENTITY_DIGITS);
}

/** pdk_cloud_store_read: Returns: (transfer full) (nullable): what @folder remembers of @name, if anything */
PdkCloudAnswer *
pdk_cloud_store_read (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  /* Why it cannot be read does not matter: it is asked again, as if it had never been. */
  g_autoptr (GBytes) bytes = pdk_file_read (path, MAX_BYTES, NULL);

  return bytes != NULL ? pdk_cloud_answer_new_from_bytes (bytes) : NULL;
}

/**
 * pdk_cloud_store_claim:
 * @folder: where answers are kept; it is made if need be
 * @name: the question's name
 * @known: (nullable): what this process remembers itself, for when nothing can be kept
 * @now_usec: the time, in microseconds since the epoch
 * @every_usec: how often it may be asked
 * @is_ours: (out): whether it is for the caller to ask now, and for nobody else
 *
 * Returns: (transfer full) (nullable): what is remembered; NULL only when it is not the caller's to ask
 */
PdkCloudAnswer *
pdk_cloud_store_claim (const char *folder,
                       const char *name,
                       PdkCloudAnswer *known,
                       gint64 now_usec,
                       gint64 every_usec,
                       gboolean *is_ours)
{
  int lock;
  g_autoptr (PdkCloudAnswer) before = NULL;
  PdkCloudAnswer *answer;

  g_mkdir_with_parents (folder, 0700);
  lock = take_lock (folder);
  before = pdk_cloud_store_read (folder, name);
  if (known != NULL && (before == NULL || known->asked_at_usec > before->asked_at_usec))
    {
      g_clear_pointer (&before, pdk_cloud_answer_unref);
      before = pdk_cloud_answer_ref (known);
    }
  *is_ours = pdk_cloud_answer_is_due (before, now_usec);
  if (*is_ours)
    {
      answer = pdk_cloud_answer_new_claimed (before, now_usec, every_usec);
      /* Where nothing can be kept, this process goes by its own memory. */
      write_unlocked (folder, name, answer, NULL);
    }
  else
    answer = g_steal_pointer (&before);
  release_lock (lock);
  return answer;
}

/**
 * pdk_cloud_store_write:
 * @folder: where answers are kept
 * @name: the question's name
 * @answer: what to remember of it
 * @error: return location for an error of G_FILE_ERROR
 *
 * Returns: whether it could be kept
 */
gboolean
pdk_cloud_store_write (const char *folder, const char *name, const PdkCloudAnswer *answer, GError **error)
{
  int lock = take_lock (folder);
  gboolean is_kept = write_unlocked (folder, name, answer, error);

  release_lock (lock);
  return is_kept;
}
