/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Reads what was added to a log file, and hands out its whole lines. The file may be emptied, and written
 * again, at any moment. Runs in a worker thread. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-log-reader.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "pdk-error.h"
#include "pdk-utf16.h"

/* Little-endian. */
#define UTF16_MARK "\xff\xfe"

/* What fits into a block of the buffer when it is converted; and room for it behind an unfinished line. */
#define UTF16_BLOCK_BYTES (PDK_LOG_BLOCK_BYTES / 3 * 2)
#define UTF16_BUFFER_BYTES (2 * PDK_LOG_LINE_MAX_BYTES + UTF16_BLOCK_BYTES)

G_STATIC_ASSERT (PDK_UTF16_GROWTH (UTF16_BLOCK_BYTES) <= PDK_LOG_BLOCK_BYTES);

/* The same for the first @length bytes of the buffer, which may have been converted. */
static void
move_on_in_buffer (PdkLogFile *file, const PdkLogReader *reader, gsize length)
{
  if (file->is_utf16)
    pdk_log_file_move_on (file, reader->utf16, pdk_utf16_measure (reader->buffer, length));
  else
    pdk_log_file_move_on (file, reader->buffer, length);
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

  move_on_in_buffer (file, reader, done);
  if (file->is_utf16)
    memmove (reader->utf16, reader->utf16 + pdk_utf16_measure (buffer, done),
             pdk_utf16_measure (buffer + done, length - done));
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
  move_on_in_buffer (file, reader, end);
  reader->buffer = reader->func (reader->buffer, reader->buffer, end, reader->user_data);
  file->is_dropping_line = TRUE;
}

/* Reads what stands at @position behind the first @length bytes of the buffer. Returns how many bytes of the
 * file that was, 0 for none and -1 for an error, and adds to @length what they are in UTF-8. */
static gssize
read_block (const PdkLogFile *file, int fd, gint64 position, gint64 size, PdkLogReader *reader, gsize *length)
{
  gsize wanted = MIN (file->is_utf16 ? UTF16_BLOCK_BYTES : PDK_LOG_BLOCK_BYTES, size - position);
  void *end = reader->buffer + *length;
  gsize text_length;
  ssize_t got;

  if (file->is_utf16)
    {
      if (reader->utf16 == NULL)
        reader->utf16 = g_malloc (UTF16_BUFFER_BYTES);
      end = reader->utf16 + pdk_utf16_measure (reader->buffer, *length);
    }
  do
    got = pread (fd, end, wanted, position);
  while (got < 0 && errno == EINTR);
  if (got <= 0)
    return got;

  reader->n_bytes += got;
  if (file->is_utf16)
    got = (ssize_t) pdk_utf16_to_utf8 (end, got, reader->buffer + *length, &text_length);
  *length += file->is_utf16 ? text_length : (gsize) got;
  return got;
}

/* Reads from the offset up to @size, and not beyond: a writer faster than this would never let it end. What
 * turns out to be another file is not read; the next poll will see to it. */
static gboolean
read_lines (PdkLogFile *file, int fd, gint64 size, PdkLogReader *reader, GError **error)
{
  gint64 position = file->offset;
  gsize length = 0;

  if (size < position)
    pdk_log_file_note_unread (file);
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
      /* It may have been emptied before that was read, and written again. If it is the same after that, it
       * was not. */
      if (!pdk_log_file_is_same (file, fd, size))
        {
          pdk_log_file_note_unread (file);
          return TRUE;
        }
      if (got == 0)
        break;

      position += got;
      length = hand_out_lines (file, reader, length);
      if (length > PDK_LOG_LINE_MAX_BYTES)
        {
          reader->n_skipped_long++;
          file->is_dropping_line = TRUE;
          move_on_in_buffer (file, reader, length);
          length = 0;
        }
    }

  if (length > 0)
    take_unfinished_line (file, reader, length);
  return TRUE;
}

static gboolean
is_hole (const guint8 *bytes, gsize length)
{
  for (gsize i = 0; i < length; i++)
    {
      if (bytes[i] != 0)
        return FALSE;
    }
  return TRUE;
}

/* A writer without O_APPEND leaves a hole behind when its log is truncated; it may be of any length. What
 * looks like one may also be a file that was emptied just now, and has bytes again. */
static void
skip_hole (PdkLogFile *file, int fd, gint64 size)
{
  gint64 data = lseek (fd, 0, SEEK_DATA);

  if (data < 0 && errno == ENXIO)
    data = size;
  pdk_log_file_enter (file, fd, CLAMP (data, 0, size));
  if (!is_hole (file->tail, file->tail_length))
    pdk_log_file_restart (file);
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
      pdk_log_file_enter (file, fd, start);
      file->is_dropping_line = file->offset > 0;
      reader->has_passed_over = TRUE;
    }
}

/**
 * pdk_log_reader_read:
 * @reader: the buffer, and who takes the lines
 * @file: the file
 * @fd: its inode, open for reading
 * @info: what fstat() says of @fd
 * @error: return location
 *
 * Hands out the lines that were added, up to the size in @info. They are in UTF-8
 * where the file begins with the byte order mark of UTF-16. A line that is over %PDK_LOG_LINE_MAX_BYTES and
 * does not fit into the buffer is skipped and counted; one that does is handed out with the others. Of a file
 * that is read for the first time, what is too old may be passed over. After an error, what was handed out is
 * not handed out again.
 *
 * Returns: %TRUE, or %FALSE with @error set: G_IO_ERROR_CANCELLED or %PDK_ERROR_FAILED
 */
gboolean
pdk_log_reader_read (PdkLogReader *reader, PdkLogFile *file, int fd, const struct stat *info, GError **error)
{
  char mark[sizeof UTF16_MARK - 1];

  file->is_utf16 =
      pread (fd, mark, sizeof mark, 0) == sizeof mark && memcmp (mark, UTF16_MARK, sizeof mark) == 0;
  if (file->is_utf16)
    pdk_log_file_go_back_to_unit (file);
  if (file->offset == 0)
    enter (file, fd, info->st_size, reader);
  pdk_log_file_note_seen (file, info);
  if (read_lines (file, fd, info->st_size, reader, error))
    return TRUE;
  pdk_log_file_note_unread (file);
  return FALSE;
}
