/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One log file: how far it was read, how it is told from another one, and from its copies.
 *
 * Nothing here opens a file or knows its name. A file is known by its inode and by two fingerprints of what
 * was read, since inodes are used again, logs are truncated in place, and rotation copies them. Runs in a
 * worker thread.
 */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-log-file.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "pdk-log-cursor.h"

/* Device, inode, offset, fingerprints, what it is, size and times, as in the structure. */
#define SAVED_TYPE "(ttx@ay@aybbbxxx)"

/* Reads exactly @length bytes. Anything else is as good as different bytes. */
static gboolean
read_exactly (int fd, void *bytes, gsize length, gint64 offset)
{
  gsize have = 0;

  while (have < length)
    {
      ssize_t got = pread (fd, (char *) bytes + have, length - have, offset + have);

      if (got < 0 && errno == EINTR)
        continue;
      if (got <= 0)
        return FALSE;
      have += got;
    }
  return TRUE;
}

static gboolean
has_bytes_at (int fd, const void *bytes, gsize length, gint64 offset)
{
  guint8 found[PDK_LOG_FINGERPRINT_BYTES];

  return read_exactly (fd, found, length, offset) && memcmp (found, bytes, length) == 0;
}

static gint64
nsec_of (const struct timespec *time)
{
  return (gint64) time->tv_sec * 1000000000 + time->tv_nsec;
}

/**
 * pdk_log_file_enter:
 * @file: a file of which nothing was read
 * @fd: its inode, open for reading
 * @offset: where reading is to begin
 *
 * Takes the fingerprints of what is not read. If that cannot be read now, the file has changed, and is read
 * from its start.
 */
void
pdk_log_file_enter (PdkLogFile *file, int fd, gint64 offset)
{
  file->offset = offset;
  file->head_length = MIN (file->offset, PDK_LOG_FINGERPRINT_BYTES);
  file->tail_length = file->head_length;
  if (!read_exactly (fd, file->head, file->head_length, 0) ||
      !read_exactly (fd, file->tail, file->tail_length, file->offset - file->tail_length))
    pdk_log_file_restart (file);
}

/**
 * pdk_log_file_move_on:
 * @file: the file
 * @bytes: the next bytes of it, as they are there
 * @length: how many
 *
 * Tells that these are done with. Their fingerprints are taken from what was read: by now the file may be
 * empty, and its bytes be those of a copy.
 */
void
pdk_log_file_move_on (PdkLogFile *file, const void *bytes, gsize length)
{
  const guint8 *end = (const guint8 *) bytes + length;
  gsize n_last = MIN (length, PDK_LOG_FINGERPRINT_BYTES);
  gsize n_kept = MIN (file->tail_length, PDK_LOG_FINGERPRINT_BYTES - n_last);

  if (file->offset == (gint64) file->head_length)
    {
      gsize n_first = MIN (length, PDK_LOG_FINGERPRINT_BYTES - file->head_length);

      memcpy (file->head + file->head_length, bytes, n_first);
      file->head_length += n_first;
    }
  memmove (file->tail, file->tail + file->tail_length - n_kept, n_kept);
  memcpy (file->tail + n_kept, end - n_last, n_last);
  file->tail_length = n_kept + n_last;
  file->offset += length;
}

static GVariant *
save_bytes (const guint8 *bytes, gsize length)
{
  return g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, bytes, length, 1);
}

static gsize
load_bytes (GVariant *saved, guint8 *bytes)
{
  gsize length;
  const guint8 *data = g_variant_get_fixed_array (saved, &length, 1);

  if (length > PDK_LOG_FINGERPRINT_BYTES)
    return 0;
  if (length > 0)
    memcpy (bytes, data, length);
  return length;
}

/* How many of @length bytes are whole lines. */
static gsize
measure_lines (const char *bytes, gsize length, gboolean is_utf16)
{
  const gsize unit = is_utf16 ? 2 : 1;

  for (gsize end = length - length % unit; end > 0; end -= unit)
    {
      if (bytes[end - unit] == '\n' && (!is_utf16 || bytes[end - 1] == 0))
        return end;
    }
  return 0;
}

/* Where the line begins in which @offset is; @offset itself if that is too far. */
static gint64
find_line_start (int fd, gint64 offset, gboolean is_utf16)
{
  char block[4096];

  for (gint64 end = offset; offset - end < PDK_LOG_LINE_MAX_BYTES;)
    {
      /* Blocks of UTF-16 begin with a whole unit. */
      const gint64 start = end > (gint64) sizeof block ? (end - (gint64) sizeof block + 1) / 2 * 2 : 0;
      gsize n_bytes;

      if (!read_exactly (fd, block, end - start, start))
        break;
      n_bytes = measure_lines (block, end - start, is_utf16);
      if (n_bytes > 0 || start == 0)
        return start + (gint64) n_bytes;
      end = start;
    }
  return offset;
}

/**
 * pdk_log_file_go_back_to_line:
 * @file: a file that was taken for a part of another one, up to somewhere in a line
 * @fd: its inode, open for reading
 *
 * It goes on in another way. Goes back, so that no line is torn.
 */
void
pdk_log_file_go_back_to_line (PdkLogFile *file, int fd)
{
  const gint64 start = find_line_start (fd, file->offset, file->is_utf16);

  const gsize length = MIN (start, PDK_LOG_FINGERPRINT_BYTES);
  guint8 tail[PDK_LOG_FINGERPRINT_BYTES];

  if (start == file->offset || !read_exactly (fd, tail, length, start - (gint64) length))
    return;
  file->offset = start;
  file->head_length = MIN (file->head_length, length);
  file->tail_length = length;
  memcpy (file->tail, tail, length);
}

/** pdk_log_file_go_back_to_unit: goes back to the start of a unit of UTF-16; a copy may have been cut
 * anywhere */
void
pdk_log_file_go_back_to_unit (PdkLogFile *file)
{
  if (file->offset % 2 == 0)
    return;
  file->offset--;
  file->head_length = MIN ((gint64) file->head_length, file->offset);
  file->tail_length = file->tail_length > 0 ? file->tail_length - 1 : 0;
}

/**
 * pdk_log_file_become_copy:
 * @file: the file
 * @copy: what pdk_log_file_match_copy() found out about it
 *
 * Goes on after what was read of another file.
 */
void
pdk_log_file_become_copy (PdkLogFile *file, const PdkLogFile *copy)
{
  file->offset = copy->offset;
  file->head_length = copy->head_length;
  file->tail_length = copy->tail_length;
  memcpy (file->head, copy->head, copy->head_length);
  memcpy (file->tail, copy->tail, copy->tail_length);
  file->is_partial_copy = copy->is_partial_copy;
  file->is_dropping_line = copy->is_dropping_line;
}

/** pdk_log_file_save: Returns: (transfer floating): what is known of @file, for pdk_log_file_load() */
GVariant *
pdk_log_file_save (const PdkLogFile *file)
{
  return g_variant_new (SAVED_TYPE, (guint64) file->device, (guint64) file->inode, file->offset,
                        save_bytes (file->head, file->head_length),
                        save_bytes (file->tail, file->tail_length), file->is_utf16, file->is_dropping_line,
                        file->is_partial_copy, file->seen_size, file->seen_mtime_nsec, file->seen_ctime_nsec);
}

/**
 * pdk_log_file_load:
 * @file: (out caller-allocates): the file
 * @saved: what pdk_log_file_save() made, or anything else
 *
 * After a start of the machine, a file's device may have another number; then it is found by its
 * fingerprints, as a copy is.
 *
 * Returns: whether @saved was in order
 */
gboolean
pdk_log_file_load (PdkLogFile *file, GVariant *saved)
{
  g_autoptr (GVariant) head = NULL;
  g_autoptr (GVariant) tail = NULL;
  guint64 device, inode;

  if (!g_variant_is_of_type (saved, G_VARIANT_TYPE ("(ttxayaybbbxxx)")))
    return FALSE;
  g_variant_get (saved, SAVED_TYPE, &device, &inode, &file->offset, &head, &tail, &file->is_utf16,
                 &file->is_dropping_line, &file->is_partial_copy, &file->seen_size, &file->seen_mtime_nsec,
                 &file->seen_ctime_nsec);
  file->device = device;
  file->inode = inode;
  file->head_length = load_bytes (head, file->head);
  file->tail_length = load_bytes (tail, file->tail);
  return file->offset >= (gint64) file->tail_length &&
         (gint64) file->head_length == MIN (file->offset, PDK_LOG_FINGERPRINT_BYTES);
}

/**
 * pdk_log_file_restart:
 * @file: the file
 *
 * Forgets what was read: the inode holds other bytes now.
 */
void
pdk_log_file_restart (PdkLogFile *file)
{
  file->offset = 0;
  file->head_length = 0;
  file->tail_length = 0;
  file->is_dropping_line = FALSE;
  file->is_partial_copy = FALSE;
  file->seen_size = -1;
}

/**
 * pdk_log_file_is_unchanged:
 * @file: the file
 * @info: what stat() says of it now
 *
 * Returns: whether nothing was written since everything was read
 */
gboolean
pdk_log_file_is_unchanged (const PdkLogFile *file, const struct stat *info)
{
  return file->seen_size == info->st_size && file->seen_mtime_nsec == nsec_of (&info->st_mtim) &&
         file->seen_ctime_nsec == nsec_of (&info->st_ctim);
}

/**
 * pdk_log_file_note_seen:
 * @file: the file
 * @info: what stat() said of it before it was read to the end
 */
void
pdk_log_file_note_seen (PdkLogFile *file, const struct stat *info)
{
  file->seen_size = info->st_size;
  file->seen_mtime_nsec = nsec_of (&info->st_mtim);
  file->seen_ctime_nsec = nsec_of (&info->st_ctim);
}

/** pdk_log_file_note_unread: tells that there may be more in @file than what was read, whatever stat() says
 */
void
pdk_log_file_note_unread (PdkLogFile *file)
{
  file->seen_size = -1;
}

/**
 * pdk_log_file_is_same:
 * @file: the file
 * @fd: the inode, open for reading
 * @size: its size in bytes
 *
 * Returns: whether @fd still begins with what was read, so that reading can go on
 */
gboolean
pdk_log_file_is_same (const PdkLogFile *file, int fd, gint64 size)
{
  return size >= file->offset && has_bytes_at (fd, file->head, file->head_length, 0) &&
         has_bytes_at (fd, file->tail, file->tail_length, file->offset - file->tail_length);
}

/**
 * pdk_log_file_may_be_copy:
 * @original: a file that was read
 * @head: the first bytes of another file
 * @length: how many, at most %PDK_LOG_FINGERPRINT_BYTES
 *
 * Returns: whether it is worth while to ask pdk_log_file_match_copy()
 */
gboolean
pdk_log_file_may_be_copy (const PdkLogFile *original, const guint8 *head, gsize length)
{
  length = MIN (length, original->head_length);
  return length > 0 && memcmp (original->head, head, length) == 0;
}

/** pdk_log_file_is_alike: Returns: whether the same bytes were read of both */
gboolean
pdk_log_file_is_alike (const PdkLogFile *file, const PdkLogFile *other)
{
  return file->offset == other->offset && file->head_length == other->head_length &&
         file->tail_length == other->tail_length &&
         memcmp (file->head, other->head, file->head_length) == 0 &&
         memcmp (file->tail, other->tail, file->tail_length) == 0;
}

/**
 * pdk_log_file_match_copy:
 * @original: a file that was read
 * @original_fd: the same, open for reading, or -1 if its bytes are not there any more
 * @fd: another file, open for reading
 * @size: the other file's size in bytes
 * @copy: (out caller-allocates): what the other file is if it is a copy; without inode and times
 *
 * Tells how much of the other file is a copy of what was read of @original. Beginnings of logs can be alike
 * without being copies, so the bytes before the end of the common part have to be the same, too.
 *
 * A file of which all was read elsewhere is a partial copy, as more may be copied yet.
 *
 * Returns: whether it is a copy
 */
gboolean
pdk_log_file_match_copy (const PdkLogFile *original, int original_fd, int fd, gint64 size, PdkLogFile *copy)
{
  if (original->offset == 0 || size == 0)
    return FALSE;
  *copy = *original;
  copy->is_partial_copy = size <= original->offset;
  if (size >= original->offset)
    return pdk_log_file_is_same (original, fd, size);

  /* Shorter than what was read: still being copied, or copied earlier. */
  copy->offset = size;
  copy->head_length = MIN (size, (gint64) original->head_length);
  copy->tail_length = MIN (size, PDK_LOG_FINGERPRINT_BYTES);
  copy->is_dropping_line = FALSE;
  return original_fd >= 0 && has_bytes_at (fd, copy->head, copy->head_length, 0) &&
         read_exactly (original_fd, copy->tail, copy->tail_length, size - copy->tail_length) &&
         has_bytes_at (fd, copy->tail, copy->tail_length, size - copy->tail_length);
}
