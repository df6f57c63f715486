/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One log file: how far it was read, how it is told from another one, and reading what was added.
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

#include <glib/gi18n-lib.h>

#include "pdk-error.h"
#include "pdk-utf16.h"

/* Little-endian. */
#define UTF16_MARK "\xff\xfe"

/* What fits into a block of the buffer when it is converted. */
#define UTF16_BLOCK_BYTES (PDK_LOG_BLOCK_BYTES / 3 * 2)

/* Device, inode, offset, fingerprints, what it is, size and times, as in the structure. */
#define SAVED_TYPE "(ttx@ay@aybbbxxx)"

G_STATIC_ASSERT (PDK_UTF16_GROWTH (UTF16_BLOCK_BYTES) <= PDK_LOG_BLOCK_BYTES);

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

/* A writer without O_APPEND leaves a hole behind when its log is truncated; it may be of any length. */
static void
skip_hole (PdkLogFile *file, int fd, gint64 size)
{
  gint64 data = lseek (fd, 0, SEEK_DATA);

  if (data > 0)
    file->offset = MIN (data, size);
  else if (data < 0 && errno == ENXIO)
    file->offset = size;
}

/* Takes the fingerprints of what is done with. What cannot be read now has changed, and will be found out
 * then. */
static void
take_fingerprints (PdkLogFile *file, int fd)
{
  file->head_length = MIN (file->offset, PDK_LOG_FINGERPRINT_BYTES);
  file->tail_length = file->head_length;
  if (!read_exactly (fd, file->head, file->head_length, 0) ||
      !read_exactly (fd, file->tail, file->tail_length, file->offset - file->tail_length))
    pdk_log_file_restart (file);
}

/* How many bytes of the file @length bytes of the buffer were. */
static gsize
measure (const PdkLogFile *file, const PdkLogReader *reader, gsize length)
{
  return file->is_utf16 ? pdk_utf16_measure (reader->buffer, length) : length;
}

/* Finds the whole lines in the first @length bytes of the buffer. Returns how many bytes are done with when
 * these are taken. */
static gsize
find_lines (
    PdkLogFile *file, const PdkLogReader *reader, gsize length, const char **lines, gsize *lines_length)
{
  const char *end = reader->buffer + length;
  const char *newline, *done;

  *lines = reader->buffer;
  *lines_length = 0;
  if (file->is_dropping_line)
    {
      newline = memchr (reader->buffer, '\n', length);
      if (newline == NULL)
        return length;
      file->is_dropping_line = FALSE;
      *lines = newline + 1;
    }

  newline = *lines < end ? memrchr (*lines, '\n', end - *lines) : NULL;
  done = newline != NULL ? newline + 1 : *lines;
  *lines_length = done - *lines;
  /* NUL bytes in front of a line are a hole, and no part of its length. */
  while (done < end && *done == '\0')
    done++;
  return done - reader->buffer;
}

/* Hands out the lines that end within the first @length bytes of the buffer, and moves what is left to the
 * start of a buffer. Returns how much that is. */
static gsize
hand_out_lines (PdkLogFile *file, PdkLogReader *reader, gsize length)
{
  char *buffer = reader->buffer;
  const char *lines;
  gsize lines_length;
  gsize done = find_lines (file, reader, length, &lines, &lines_length);

  file->offset += measure (file, reader, done);
  if (lines_length > 0)
    reader->buffer = reader->func (buffer, lines, lines_length, reader->user_data);
  memmove (reader->buffer, buffer + done, length - done);
  return length - done;
}

/* The last line has no newline yet. It may be taken if it is whole but for that; what follows it is then
 * dropped. */
static void
take_unfinished_line (PdkLogFile *file, PdkLogReader *reader, gsize length)
{
  gsize end = reader->whole_func != NULL ? reader->whole_func (reader->buffer, length) : 0;

  if (end == 0)
    return;
  file->offset += measure (file, reader, end);
  reader->buffer = reader->func (reader->buffer, reader->buffer, end, reader->user_data);
  file->is_dropping_line = TRUE;
}

/* Reads what stands at @position behind the first @length bytes of the buffer. Returns how many bytes of the
 * file that was, 0 for none and -1 for an error, and adds to @length what they are in UTF-8. */
static gssize
read_block (const PdkLogFile *file, int fd, gint64 position, gint64 size, PdkLogReader *reader, gsize *length)
{
  gsize wanted = MIN (file->is_utf16 ? UTF16_BLOCK_BYTES : PDK_LOG_BLOCK_BYTES, size - position);
  gsize text_length;
  ssize_t got;

  if (file->is_utf16 && reader->utf16 == NULL)
    reader->utf16 = g_malloc (UTF16_BLOCK_BYTES);
  do
    got = pread (fd, file->is_utf16 ? (void *) reader->utf16 : reader->buffer + *length, wanted, position);
  while (got < 0 && errno == EINTR);
  if (got <= 0)
    return got;

  reader->n_bytes += got;
  if (file->is_utf16)
    got = (ssize_t) pdk_utf16_to_utf8 (reader->utf16, got, reader->buffer + *length, &text_length);
  *length += file->is_utf16 ? text_length : (gsize) got;
  return got;
}

/* Reads from the offset up to @size, and not beyond: a writer faster than this would never let it end. */
static gboolean
read_lines (PdkLogFile *file, int fd, gint64 size, PdkLogReader *reader, GError **error)
{
  gint64 position = file->offset;
  gsize length = 0;

  while (position < size)
    {
      gssize got;

      if (g_cancellable_set_error_if_cancelled (reader->cancellable, error))
        return FALSE;
      got = read_block (file, fd, position, size, reader, &length);
      if (got < 0)
        {
          g_set_error_literal (error, PDK_ERROR, PDK_ERROR_FAILED, g_strerror (errno));
          return FALSE;
        }
      if (got == 0)
        break;

      position += got;
      length = hand_out_lines (file, reader, length);
      if (length > PDK_LOG_LINE_MAX_BYTES)
        {
          reader->n_skipped_long++;
          file->is_dropping_line = TRUE;
          file->offset = position;
          length = 0;
        }
    }

  if (length > 0)
    take_unfinished_line (file, reader, length);
  return TRUE;
}

/* A file that is new to us is entered where it begins to matter. */
static void
enter (PdkLogFile *file, int fd, gint64 size, PdkLogReader *reader)
{
  gint64 start;

  skip_hole (file, fd, size);
  if (reader->seek == NULL || file->is_utf16)
    return;
  start = pdk_log_seek_find (reader->seek, fd, file->offset, size);
  if (start > file->offset)
    {
      file->offset = start;
      file->is_dropping_line = TRUE;
      reader->has_passed_over = TRUE;
    }
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
  return file->offset >= (gint64) MAX (file->head_length, file->tail_length);
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
 * pdk_log_file_match_copy:
 * @original: a file that was read
 * @original_fd: the same, open for reading, or -1 if its bytes are not there any more
 * @fd: another file, open for reading
 * @size: the other file's size in bytes
 *
 * Tells how much of the other file is a copy of what was read of @original. Beginnings of logs can be alike
 * without being copies, so the bytes before the end of the common part have to be the same, too.
 *
 * Returns: the length of the common part in bytes, 0 if it is no copy
 */
gint64
pdk_log_file_match_copy (const PdkLogFile *original, int original_fd, int fd, gint64 size)
{
  guint8 last[PDK_LOG_FINGERPRINT_BYTES];

  if (original->offset == 0)
    return 0;
  if (size >= original->offset)
    return pdk_log_file_is_same (original, fd, size) ? original->offset : 0;

  /* Shorter than what was read: still being copied, or copied earlier. */
  if (original_fd < 0 || size < PDK_LOG_FINGERPRINT_BYTES ||
      !has_bytes_at (fd, original->head, original->head_length, 0) ||
      !read_exactly (original_fd, last, sizeof last, size - sizeof last))
    return 0;
  return has_bytes_at (fd, last, sizeof last, size - sizeof last) ? size : 0;
}

/**
 * pdk_log_file_read:
 * @file: the file
 * @fd: its inode, open for reading
 * @info: what fstat() says of @fd
 * @reader: the buffer, and who takes the lines
 * @error: return location
 *
 * Hands out the lines that were added, up to the size in @info, in UTF-8 where the file begins with the byte
 * order mark of UTF-16. A line that is over %PDK_LOG_LINE_MAX_BYTES and does not fit into the buffer is
 * skipped and counted; one that does is handed out with the others. Of a file that is read for the first
 * time, what is too old may be passed over. After an error, what was handed out is not handed out again.
 *
 * Returns: %TRUE, or %FALSE with @error set: G_IO_ERROR_CANCELLED or %PDK_ERROR_FAILED
 */
gboolean
pdk_log_file_read (PdkLogFile *file, int fd, const struct stat *info, PdkLogReader *reader, GError **error)
{
  gboolean is_read;

  file->is_utf16 = has_bytes_at (fd, UTF16_MARK, sizeof UTF16_MARK - 1, 0);
  if (file->is_utf16)
    file->offset -= file->offset % 2; /* a copy may have been cut anywhere */
  if (file->offset == 0)
    enter (file, fd, info->st_size, reader);
  is_read = read_lines (file, fd, info->st_size, reader, error);
  file->seen_size = is_read ? info->st_size : -1;
  file->seen_mtime_nsec = nsec_of (&info->st_mtim);
  file->seen_ctime_nsec = nsec_of (&info->st_ctim);
  take_fingerprints (file, fd);
  return is_read;
}
