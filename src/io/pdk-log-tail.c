/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Follows the log files of a folder, or a single one.
 *
 * Everything is synchronous and meant for a worker thread, one call at a time. The files belong to somebody
 * else: they are opened for reading alone, never waited for, and not even their access times change where
 * that can be had. All state is in the tail; without it, the next poll starts from the beginning of what is
 * there.
 */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-log-tail.h"

#include <errno.h>

#include <glib/gi18n-lib.h>

#include "pdk-log-known.h"
#include "pdk-owned-fd.h"

/* When all files were renamed just now, as somebody rotates the only one, they are looked for once more, so
 * that nobody is told that there is no log. */
#define MAX_LISTINGS 3

struct _PdkLogTail
{
  char *path;
  PdkLogReaderWholeFunc whole_func;
  PdkLogSeek seek;
  PdkLogTailStats stats;
  GPtrArray *problems; /* (element-type PdkLogProblem) */
  PdkLogKnown *known;
  PdkLogListing *unchanged; /* (nullable): what is there, as long as nothing of it is news */
};

/* Opens a file, if it can be read and is what was looked at. Returns -1 if it is not to be read in this poll.
 */
static int
open_candidate (PdkLogTail *tail,
                PdkLogListing *listing,
                const PdkLogCandidate *candidate,
                PdkLogFile *file,
                struct stat *info)
{
  g_auto (PdkOwnedFd) fd = pdk_log_listing_open (listing, candidate);

  if (fd < 0 || fstat (fd, info) < 0)
    {
      if (errno == ENOENT)
        listing->n_gone++;
      else
        pdk_log_listing_add_errno (listing, candidate->name, errno);
      /* Whatever comes in its place, it was there until now. */
      if (file != NULL)
        pdk_log_known_note_seen (tail->known, file);
      return -1;
    }
  if (!S_ISREG (info->st_mode))
    {
      pdk_log_listing_add_problem (listing, candidate->name, PDK_ERROR_NOT_REGULAR,
                                   _ ("it is not a regular file"));
      return -1;
    }

  tail->stats.n_readable++;
  /* Replaced just now: the next poll finds the new one with the one before beside it. */
  if (file != NULL && pdk_log_listing_is_single (listing) && info->st_ino != candidate->info.st_ino)
    {
      pdk_log_known_note_seen (tail->known, file);
      return -1;
    }
  return g_steal_fd (&fd);
}

/* Reads one file. Returns FALSE only if there was a reason to stop the whole poll. */
static gboolean
poll_file (PdkLogTail *tail,
           PdkLogListing *listing,
           const PdkLogCandidate *candidate,
           PdkLogReader *reader,
           GError **error)
{
  PdkLogFile *file = pdk_log_known_find (tail->known, &candidate->info);
  struct stat info;
  g_auto (PdkOwnedFd) fd = -1;
  g_autoptr (GError) local_error = NULL;

  /* Also under a second name, the file is the same. */
  if (file != NULL && pdk_log_file_is_unchanged (file, &candidate->info))
    {
      pdk_log_known_note_seen (tail->known, file);
      tail->stats.n_readable++;
      return TRUE;
    }

  fd = open_candidate (tail, listing, candidate, file, &info);
  file = fd >= 0 ? pdk_log_known_identify (tail->known, listing, fd, &info) : NULL;
  if (file == NULL)
    return TRUE;
  if (reader->buffer == NULL)
    reader->buffer = g_malloc (PDK_LOG_BUFFER_BYTES);
  if (pdk_log_reader_read (reader, file, fd, &info, &local_error))
    return TRUE;
  tail->stats.n_readable--;
  if (g_error_matches (local_error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  pdk_log_listing_add_problem (listing, candidate->name, local_error->code, local_error->message);
  return TRUE;
}

static gboolean
was_seen_last (PdkLogListing *listing, const PdkLogCandidate *candidate, gpointer user_data)
{
  PdkLogTail *tail = user_data;
  const PdkLogFile *file = pdk_log_known_find (tail->known, &candidate->info);

  return file != NULL && pdk_log_known_was_seen_last (tail->known, file);
}

static gboolean
is_copy_of (PdkLogListing *listing, const PdkLogCandidate *candidate, gpointer user_data)
{
  const PdkLogFile *original = user_data;
  g_auto (PdkOwnedFd) fd = -1;

  if (candidate->info.st_size < original->offset)
    return FALSE;
  fd = pdk_log_listing_open (listing, candidate);
  return fd >= 0 && pdk_log_file_is_same (original, fd, candidate->info.st_size);
}

/* When the single file was replaced since the last poll, or copied and emptied, the one before may still have
 * lines that were not read. That may also have been found out too late for the last poll. */
static void
add_former (PdkLogTail *tail, PdkLogListing *listing)
{
  const PdkLogCandidate *candidate = g_ptr_array_index (listing->candidates, 0);
  PdkLogFile *file = pdk_log_known_find (tail->known, &candidate->info);
  PdkLogFile *overwritten = pdk_log_known_get_overwritten (tail->known);
  g_auto (PdkOwnedFd) fd = -1;

  /* Its inode may have been that of a log long ago. */
  if (file == NULL || !pdk_log_known_was_seen_last (tail->known, file))
    {
      pdk_log_listing_add_beside (listing, was_seen_last, tail);
      return;
    }
  if (overwritten != NULL)
    pdk_log_listing_add_beside (listing, is_copy_of, overwritten);
  if (file->offset == 0 || pdk_log_file_is_unchanged (file, &candidate->info))
    return;
  fd = pdk_log_listing_open (listing, candidate);
  if (fd >= 0 && !pdk_log_file_is_same (file, fd, candidate->info.st_size))
    pdk_log_listing_add_beside (listing, is_copy_of, file);
}

/* Returns FALSE only if there was a reason to stop. */
static gboolean
read_files (PdkLogTail *tail, PdkLogListing *listing, PdkLogReader *reader, GError **error)
{
  gboolean is_done = TRUE;

  /* A single file that went while it was looked at is as good as one that is not there. */
  if (listing->candidates->len > 0 || !pdk_log_listing_is_single (listing))
    pdk_log_known_begin_poll (tail->known);
  if (listing->candidates->len > 0 && pdk_log_listing_is_single (listing))
    add_former (tail, listing);
  for (guint i = 0; i < listing->candidates->len && is_done; i++)
    is_done = poll_file (tail, listing, g_ptr_array_index (listing->candidates, i), reader, error);
  return is_done;
}

/**
 * pdk_log_tail_new:
 * @path: a folder, whose files named `server*.log` are followed, or a file
 * @whole_func: (nullable): tells whether a last line without a newline is whole already; %NULL to wait for
 * newlines
 *
 * Does no I/O. What is at @path is found out at each poll, so it may appear later.
 *
 * Returns: (transfer full): a tail, to be freed with pdk_log_tail_free()
 */
PdkLogTail *
pdk_log_tail_new (const char *path, PdkLogReaderWholeFunc whole_func)
{
  PdkLogTail *tail = g_new0 (PdkLogTail, 1);

  tail->path = g_strdup (path);
  tail->whole_func = whole_func;
  tail->problems = g_ptr_array_new ();
  tail->known = pdk_log_known_new ();
  return tail;
}

/**
 * pdk_log_tail_free:
 * @tail: (nullable) (transfer full): what to free
 */
void
pdk_log_tail_free (PdkLogTail *tail)
{
  if (tail == NULL)
    return;
  g_free (tail->path);
  g_ptr_array_unref (tail->problems);
  pdk_log_known_free (tail->known);
  g_clear_pointer (&tail->unchanged, pdk_log_listing_free);
  g_free (tail);
}

/**
 * pdk_log_tail_set_seek:
 * @tail: the tail
 * @seek: what is too old to be read in files that the next polls find
 *
 * Without it, everything is read.
 */
void
pdk_log_tail_set_seek (PdkLogTail *tail, const PdkLogSeek *seek)
{
  tail->seek = *seek;
}

/**
 * pdk_log_tail_poll:
 * @tail: the tail
 * @func: takes the lines
 * @user_data: for @func
 * @cancellable: (nullable): asked between blocks
 * @error: return location
 *
 * Reads what was added since the last poll, oldest file first. A file that was truncated or overwritten is
 * read from its start; one that was renamed goes on where it was; of a copy, only what is new is read. A file
 * that cannot be read is a problem, not an error.
 *
 * Returns: %TRUE; or %FALSE with @error set to %PDK_ERROR_NOT_FOUND if there is nothing at the path,
 *   %PDK_ERROR_PERMISSION if it may not be looked into, %PDK_ERROR_FAILED, or %G_IO_ERROR_CANCELLED
 */
gboolean
pdk_log_tail_poll (
    PdkLogTail *tail, PdkLogReaderFunc func, gpointer user_data, GCancellable *cancellable, GError **error)
{
  g_autoptr (PdkLogListing) listing = g_steal_pointer (&tail->unchanged);
  PdkLogReader reader = { .func = func,
                          .whole_func = tail->whole_func,
                          .user_data = user_data,
                          .cancellable = cancellable,
                          .seek = &tail->seek,
                          .n_skipped_long = tail->stats.n_skipped_long };
  gboolean is_done;

  tail->stats = (PdkLogTailStats){ .n_skipped_long = reader.n_skipped_long };
  g_ptr_array_set_size (tail->problems, 0);
  if (listing == NULL)
    listing = pdk_log_listing_new (tail->path, error);
  if (listing == NULL)
    return FALSE;
  is_done = read_files (tail, listing, &reader, error);
  for (guint i = 1; i < MAX_LISTINGS && is_done && tail->stats.n_readable == 0 && listing->n_gone > 0; i++)
    {
      PdkLogListing *next = pdk_log_listing_new (tail->path, NULL);

      if (next == NULL)
        break;
      pdk_log_listing_free (listing);
      listing = next;
      is_done = read_files (tail, listing, &reader, error);
    }

  g_free (reader.buffer);
  g_free (reader.utf16);
  tail->stats.n_files = listing->n_files;
  tail->stats.n_bytes = reader.n_bytes;
  tail->stats.n_skipped_long = reader.n_skipped_long;
  tail->stats.has_passed_over = reader.has_passed_over;
  g_ptr_array_unref (tail->problems);
  tail->problems = g_ptr_array_ref (listing->problems);
  return is_done;
}

/** pdk_log_tail_get_path: Returns: (transfer none): what it was made with */
const char *
pdk_log_tail_get_path (PdkLogTail *tail)
{
  return tail->path;
}

/** pdk_log_tail_measure: Returns: the bytes of all files there, read or not; 0 if there are none */
guint64
pdk_log_tail_measure (PdkLogTail *tail)
{
  g_autoptr (PdkLogListing) listing = pdk_log_listing_new (tail->path, NULL);
  guint64 n_bytes = 0;

  for (guint i = 0; listing != NULL && i < listing->candidates->len; i++)
    n_bytes += ((const PdkLogCandidate *) g_ptr_array_index (listing->candidates, i))->info.st_size;
  return n_bytes;
}

/**
 * pdk_log_tail_has_news:
 * @tail: the tail
 *
 * Looks at the path. If there is no news, the poll that follows at once does not look again.
 *
 * Returns: whether a poll would open any file: one that is new, or was changed since it was read
 */
gboolean
pdk_log_tail_has_news (PdkLogTail *tail)
{
  g_autoptr (PdkLogListing) listing = NULL;

  g_clear_pointer (&tail->unchanged, pdk_log_listing_free);
  listing = pdk_log_listing_new (tail->path, NULL);
  for (guint i = 0; listing != NULL && i < listing->candidates->len; i++)
    {
      const PdkLogCandidate *candidate = g_ptr_array_index (listing->candidates, i);
      const PdkLogFile *file = pdk_log_known_find (tail->known, &candidate->info);

      if (file == NULL || !pdk_log_file_is_unchanged (file, &candidate->info))
        return TRUE;
    }
  tail->unchanged = g_steal_pointer (&listing);
  return FALSE;
}

/** pdk_log_tail_save: Returns: (transfer floating): how far each file was read, for pdk_log_tail_load() */
GVariant *
pdk_log_tail_save (PdkLogTail *tail)
{
  return pdk_log_known_save (tail->known);
}

/**
 * pdk_log_tail_load:
 * @tail: a tail; what it knows is forgotten
 * @saved: what pdk_log_tail_save() made; anything else is taken for nothing
 */
void
pdk_log_tail_load (PdkLogTail *tail, GVariant *saved)
{
  g_clear_pointer (&tail->unchanged, pdk_log_listing_free);
  pdk_log_known_load (tail->known, saved);
}

/** pdk_log_tail_restart: has everything read once more, by forgetting all files */
void
pdk_log_tail_restart (PdkLogTail *tail)
{
  g_clear_pointer (&tail->unchanged, pdk_log_listing_free);
  pdk_log_known_forget (tail->known);
}

/**
 * pdk_log_tail_get_stats:
 * @tail: the tail
 *
 * Returns: (transfer none): what the last poll found
 */
const PdkLogTailStats *
pdk_log_tail_get_stats (PdkLogTail *tail)
{
  return &tail->stats;
}

/**
 * pdk_log_tail_get_problems:
 * @tail: the tail
 *
 * Returns: (transfer none) (element-type PdkLogProblem): the files that the last poll could not read;
 * valid until the next one
 */
GPtrArray *
pdk_log_tail_get_problems (PdkLogTail *tail)
{
  return tail->problems;
}
