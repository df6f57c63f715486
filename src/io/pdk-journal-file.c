/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One file of the systemd journal. This is the only file that includes libsystemd.
 *
 * A file is only ever appended to, so a cursor into it holds for as long as the file is there, whatever
 * clocks and other files do. It is opened for each reading and closed again: nothing is mapped in between,
 * and no file that was deleted is kept on the disk. Synchronous, for a worker thread. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-journal-file.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>
#include <systemd/sd-journal.h>

#include "pdk-error.h"

#define MESSAGE_FIELD "MESSAGE"
#define MESSAGE_PREFIX_LENGTH (sizeof (MESSAGE_FIELD "=") - 1)

/* Entries between two looks at whether somebody gave up. */
#define CANCEL_STRIDE 1024

/* The header's fields that matter, by https://systemd.io/JOURNAL_FILE_FORMAT: little-endian, 64 bits unless
 * said otherwise. */
#define HEADER_SIGNATURE "LPKSHHRH"
#define HEADER_STATE_AT 16 /* one byte */
#define HEADER_FILE_ID_AT 24
#define HEADER_N_ENTRIES_AT 152
#define HEADER_TAIL_REALTIME_AT 192
#define HEADER_BYTES 200
#define STATE_ARCHIVED 2

typedef sd_journal Journal;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Journal, sd_journal_close)

static guint64
load (const guint8 *bytes)
{
  guint64 word;

  memcpy (&word, bytes, sizeof word);
  return GUINT64_FROM_LE (word);
}

/* A journal that could be opened has taken @fd, which is -1 then: it closes it. Another close() would hit
 * what a thread may have opened under the same number meanwhile. */
static Journal *
open_journal (int *fd, GError **error)
{
  Journal *journal = NULL;
  int fds[] = { *fd };
  int result = sd_journal_open_files_fd (&journal, fds, G_N_ELEMENTS (fds), 0);

  if (result < 0)
    {
      g_set_error_literal (error, PDK_ERROR,
                           result == -EACCES || result == -EPERM ? PDK_ERROR_PERMISSION : PDK_ERROR_FAILED,
                           g_strerror (-result));
      return NULL;
    }
  *fd = -1;
  /* One byte more than is taken, so that what is longer is seen to be. */
  sd_journal_set_data_threshold (journal, MESSAGE_PREFIX_LENGTH + PDK_JOURNAL_MESSAGE_MAX_BYTES + 1);
  return journal;
}

/* The time of the first entry that matches, G_MAXINT64 if there is none. */
static gint64
find_first (Journal *journal)
{
  guint64 time_usec;

  if (sd_journal_seek_head (journal) < 0 || sd_journal_next (journal) <= 0 ||
      sd_journal_get_realtime_usec (journal, &time_usec) < 0)
    return G_MAXINT64;
  return (gint64) time_usec;
}

/* Adds those matches that the file has entries for: looking for the others would cost as much at each entry.
 * Returns the time of the first entry, G_MAXINT64 if there is none. */
static gint64
add_matches (Journal *journal, const char *const *matches)
{
  gint64 first_usec = G_MAXINT64;
  guint64 has_entries = 0;

  for (gsize i = 0; matches[i] != NULL && i < 64; i++)
    {
      gint64 time_usec = G_MAXINT64;

      if (sd_journal_add_match (journal, matches[i], 0) >= 0)
        time_usec = find_first (journal);
      sd_journal_flush_matches (journal);
      if (time_usec == G_MAXINT64)
        continue;
      has_entries |= G_GUINT64_CONSTANT (1) << i;
      first_usec = MIN (first_usec, time_usec);
    }
  for (gsize i = 0; matches[i] != NULL && i < 64; i++)
    {
      if ((has_entries >> i & 1) == 0)
        continue;
      sd_journal_add_match (journal, matches[i], 0);
      sd_journal_add_disjunction (journal);
    }
  return first_usec;
}

/* Moves to the first entry that was not handed out, and tells whether there is one. A place is not looked for
 * by its time: on a machine that keeps no time while it is off, entries are not in its order. */
static gboolean
seek (Journal *journal, const PdkJournalFile *file)
{
  int result =
      file->cursor != NULL ? sd_journal_seek_cursor (journal, file->cursor) : sd_journal_seek_head (journal);

  if (result < 0 || sd_journal_next (journal) <= 0)
    return FALSE;
  if (file->cursor != NULL && sd_journal_test_cursor (journal, file->cursor) > 0)
    return sd_journal_next (journal) > 0;
  return TRUE;
}

/* An entry without a message, or with one that is damaged, is none of ours; nor is one that is too old, in a
 * file that was not read before. */
static void
hand_out (Journal *journal, gboolean is_new, PdkJournalReader *reader)
{
  const void *data;
  gsize length;
  guint64 time_usec;

  if (sd_journal_get_realtime_usec (journal, &time_usec) < 0 ||
      (is_new && (gint64) time_usec < reader->oldest_usec))
    return;
  reader->n_entries++;
  if (sd_journal_get_data (journal, MESSAGE_FIELD, &data, &length) < 0 || length < MESSAGE_PREFIX_LENGTH)
    return;
  length -= MESSAGE_PREFIX_LENGTH;
  if (length > PDK_JOURNAL_MESSAGE_MAX_BYTES)
    reader->n_skipped_long++;
  else
    reader->func ((const char *) data + MESSAGE_PREFIX_LENGTH, length, (gint64) time_usec, reader->user_data);
}

static gboolean
drain (Journal *journal, PdkJournalFile *file, PdkJournalReader *reader, GError **error)
{
  gsize n = 0;
  g_autofree char *cursor = NULL;

  do
    {
      if (n++ % CANCEL_STRIDE == 0 && g_cancellable_set_error_if_cancelled (reader->cancellable, error))
        return FALSE;
      hand_out (journal, file->cursor == NULL, reader);
    }
  while (sd_journal_next (journal) > 0);

  if (sd_journal_get_cursor (journal, &cursor) < 0)
    {
      /* Without it, the next reading would start over and count everything again. */
      g_set_error_literal (error, PDK_ERROR, PDK_ERROR_MALFORMED, _ ("the place in it cannot be kept"));
      file->is_complete = TRUE;
      return FALSE;
    }
  g_free (file->cursor);
  file->cursor = g_steal_pointer (&cursor);
  return TRUE;
}

/**
 * pdk_journal_header_read:
 * @fd: a file
 * @header: (out caller-allocates): what it says of itself
 *
 * Returns: whether it begins as a journal file with entries in it; one that is just being made does not yet
 */
gboolean
pdk_journal_header_read (int fd, PdkJournalHeader *header)
{
  guint8 bytes[HEADER_BYTES];
  gssize n;

  do
    n = pread (fd, bytes, sizeof bytes, 0);
  while (n < 0 && errno == EINTR);
  if (n < (gssize) sizeof bytes || memcmp (bytes, HEADER_SIGNATURE, sizeof (HEADER_SIGNATURE) - 1) != 0)
    return FALSE;
  memcpy (header->id, bytes + HEADER_FILE_ID_AT, sizeof header->id);
  header->n_entries = load (bytes + HEADER_N_ENTRIES_AT);
  header->tail_usec = (gint64) load (bytes + HEADER_TAIL_REALTIME_AT);
  header->is_archived = bytes[HEADER_STATE_AT] == STATE_ARCHIVED;
  return header->n_entries > 0;
}

/** pdk_journal_file_new: Returns: (transfer full): a file of which nothing was read */
PdkJournalFile *
pdk_journal_file_new (const PdkJournalHeader *header)
{
  PdkJournalFile *file = g_new0 (PdkJournalFile, 1);

  memcpy (file->id, header->id, sizeof file->id);
  return file;
}

/** pdk_journal_file_free: frees @file (transfer full) */
void
pdk_journal_file_free (PdkJournalFile *file)
{
  g_free (file->cursor);
  g_free (file);
}

/**
 * pdk_journal_file_needs_reading:
 * @file: a file as it was read last
 * @header: its header now
 *
 * An entry is counted in the header a moment before it can be found by a match, so a file that has grown is
 * read once more.
 *
 * Returns: whether there may be something new in it
 */
gboolean
pdk_journal_file_needs_reading (const PdkJournalFile *file, const PdkJournalHeader *header)
{
  return !file->is_complete &&
         (file->n_entries != header->n_entries || !file->is_settled || header->is_archived);
}

/**
 * pdk_journal_file_read:
 * @file: how far it was read, which is moved on
 * @fd: (inout): the file; -1 when it was taken, and is closed
 * @header: its header, read from @fd a moment ago
 * @reader: what to look for, and who takes it
 * @error: return location for PDK_ERROR_PERMISSION, _MALFORMED, _FAILED, or G_IO_ERROR_CANCELLED
 *
 * Hands out all entries that match and are new. Those of the first reading are no older than the reader asks
 * for. A file that is older altogether is only opened to learn whether it has entries, while that is not
 * known. For one that only looks, a file that it would read something of stays as it is.
 *
 * Returns: whether it could be read
 */
gboolean
pdk_journal_file_read (
    PdkJournalFile *file, int *fd, const PdkJournalHeader *header, PdkJournalReader *reader, GError **error)
{
  /* The last entry alone may be of a boot without a clock. */
  gboolean is_old =
      file->cursor == NULL && MAX (header->tail_usec, file->mtime_nsec / 1000) < reader->oldest_usec;
  g_autoptr (Journal) journal = NULL;
  gint64 first_usec;

  if (!is_old || reader->first_usec >= reader->oldest_usec)
    {
      journal = open_journal (fd, error);
      if (journal == NULL)
        return FALSE;
      first_usec = add_matches (journal, reader->matches);
      reader->first_usec = MIN (reader->first_usec, first_usec);
      reader->has_passed_over |= file->cursor == NULL && first_usec < reader->oldest_usec;
      if (!is_old && first_usec != G_MAXINT64 && seek (journal, file))
        {
          reader->has_found = TRUE;
          if (reader->is_looking)
            return TRUE;
          if (!drain (journal, file, reader, error))
            return FALSE;
        }
    }
  else
    reader->has_passed_over = TRUE;
  file->is_settled = file->n_entries == header->n_entries;
  file->n_entries = header->n_entries;
  file->is_complete = header->is_archived;
  return TRUE;
}
