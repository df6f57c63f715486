/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What all of a user's Paddocks share of the cloud: one small file for each question of each identity, in a
 * folder that only the user can read, and one for each account whose key is in the keyring, with its
 * identity. A file is replaced as a whole, so that it can be read without a lock. To ask is claimed
 * beforehand, under a lock, so that of many processes one asks. A file that is damaged is none. Any thread;
 * the disk may be slow, so not the main one. */

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
#define NOTE_PREFIX "key-of-"
#define KEEP_SEC (90 * 24 * 60 * 60)

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

  return pdk_file_write_private (path, bytes, error);
}

static gboolean
is_identity (const char *text)
{
  return strlen (text) == IDENTITY_DIGITS && strspn (text, "0123456789abcdef") == IDENTITY_DIGITS;
}

/* Whether @name is that of an answer, which begins with whose it is. */
static gboolean
is_answer_of (const char *name, const char *identity)
{
  return strncmp (name, identity, IDENTITY_DIGITS) == 0 && name[IDENTITY_DIGITS] == '-';
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
 * @error: return location for the errors of pdk_file_write_private()
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

/** pdk_cloud_store_dup_note_path: Returns: (transfer full): the file that pdk_cloud_store_note_key() writes
 */
char *
pdk_cloud_store_dup_note_path (const char *folder, const char *account_id)
{
  g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, account_id, -1);

  digest[IDENTITY_DIGITS] = '\0';
  return g_strconcat (folder, "/" NOTE_PREFIX, digest, NULL);
}

/** pdk_cloud_store_dup_noted_key: Returns: (transfer full) (nullable): the identity of the key that
 * @account_id had when it was last seen; NULL when it has none
 */
char *
pdk_cloud_store_dup_noted_key (const char *folder, const char *account_id)
{
  g_autofree char *path = pdk_cloud_store_dup_note_path (folder, account_id);
  /* Why it cannot be read does not matter: it is as if there had been none. */
  g_autoptr (GBytes) bytes = pdk_file_read (path, IDENTITY_DIGITS, NULL);
  gsize length = 0;
  const char *data = bytes != NULL ? g_bytes_get_data (bytes, &length) : NULL;
  g_autofree char *identity = data != NULL ? g_strndup (data, length) : NULL;

  return identity != NULL && is_identity (identity) ? g_steal_pointer (&identity) : NULL;
}

/**
 * pdk_cloud_store_note_key:
 * @folder: where answers are kept; it is made if need be
 * @account_id: an account whose key is stored elsewhere
 * @identity: (nullable): what pdk_cloud_store_identify() makes of that key; NULL when none is stored any more
 *
 * Remembers that the account has a key, for when nobody can tell. What was remembered of another key that it
 * had before is removed.
 */
void
pdk_cloud_store_note_key (const char *folder, const char *account_id, const char *identity)
{
  g_autofree char *path = pdk_cloud_store_dup_note_path (folder, account_id);
  g_autofree char *before = pdk_cloud_store_dup_noted_key (folder, account_id);

  if (before != NULL && g_strcmp0 (before, identity) != 0)
    pdk_cloud_store_forget (folder, before);
  if (identity == NULL)
    g_unlink (path);
  else if (g_strcmp0 (before, identity) != 0)
    {
      g_autoptr (GBytes) bytes = g_bytes_new_static (identity, strlen (identity));

      /* Where nothing can be kept, it is as if the key had never been seen. */
      pdk_file_write_private (path, bytes, NULL);
    }
}

/** pdk_cloud_store_forget: removes all answers that @identity was given */
void
pdk_cloud_store_forget (const char *folder, const char *identity)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (is_answer_of (name, identity))
        g_unlink (path);
    }
}

/**
 * pdk_cloud_store_prune:
 * @folder: where answers are kept
 * @now_usec: the time, in microseconds since the epoch
 *
 * Removes answers that nobody has asked for in 90 days, such as those of former keys. One from the future
 * stays: it is a clock that was wrong.
 */
void
pdk_cloud_store_prune (const char *folder, gint64 now_usec)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      GStatBuf st;

      if (strchr (name, '-') == NULL || g_str_has_prefix (name, NOTE_PREFIX) || g_lstat (path, &st) != 0 ||
          !S_ISREG (st.st_mode))
        continue;
      if (now_usec / G_USEC_PER_SEC - st.st_mtime > KEEP_SEC)
        g_unlink (path);
    }
}
