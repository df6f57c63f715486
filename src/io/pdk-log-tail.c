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
#include <unistd.h>

#include <glib/gi18n-lib.h>

/* Files that are remembered, those gone included: they may come back under another name. */
#define MAX_KNOWN 256

/* For each file, whether it was there at the last poll, and what pdk_log_file_save() made. */
#define SAVED_TYPE G_VARIANT_TYPE ("a(bv)")

struct _PdkLogTail
{
  char *path;
  PdkLogTailWholeFunc whole_func;
  PdkLogSeek seek;
  PdkLogTailStats stats;
  GPtrArray *problems;      /* (element-type PdkLogProblem) */
  GPtrArray *known;         /* (element-type PdkLogFile) */
  GPtrArray *former;        /* (element-type PdkLogFile): what some of them were at the start of this poll */
  guint64 n_polls;          /* those that found the path */
  PdkLogListing *unchanged; /* (nullable): what is there, as long as nothing of it is news */
};

static PdkLogFile *
find_known (PdkLogTail *tail, const struct stat *info)
{
  for (guint i = 0; i < tail->known->len; i++)
    {
      PdkLogFile *file = g_ptr_array_index (tail->known, i);

      if (file->inode == info->st_ino && file->device == info->st_dev)
        return file;
    }
  return NULL;
}

/* Makes room by forgetting the file that was not seen for longest. */
static PdkLogFile *
add_known (PdkLogTail *tail, const struct stat *info)
{
  PdkLogFile *file = g_new0 (PdkLogFile, 1);

  if (tail->known->len >= MAX_KNOWN)
    {
      guint oldest = 0;

      for (guint i = 1; i < tail->known->len; i++)
        {
          const PdkLogFile *one = g_ptr_array_index (tail->known, i);

          if (one->seen_in_poll < ((PdkLogFile *) g_ptr_array_index (tail->known, oldest))->seen_in_poll)
            oldest = i;
        }
      g_ptr_array_remove_index (tail->known, oldest);
    }
  file->device = info->st_dev;
  file->inode = info->st_ino;
  pdk_log_file_restart (file);
  g_ptr_array_add (tail->known, file);
  return file;
}

static void
close_fd (int *fd)
{
  if (*fd >= 0)
    close (*fd);
}

typedef int OwnedFd;
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (OwnedFd, close_fd)

/* Opens what @original was read from, if it is still there with its bytes. Returns -1 if not. */
static int
open_original (PdkLogListing *listing, const PdkLogFile *original)
{
  for (guint i = 0; i < listing->candidates->len; i++)
    {
      const PdkLogCandidate *candidate = g_ptr_array_index (listing->candidates, i);
      struct stat info;
      int fd;

      if (candidate->info.st_ino != original->inode || candidate->info.st_dev != original->device)
        continue;
      fd = pdk_log_listing_open (listing, candidate);
      if (fd < 0)
        return -1;
      if (fstat (fd, &info) == 0 && info.st_ino == original->inode &&
          pdk_log_file_is_same (original, fd, info.st_size))
        return fd;
      close (fd);
    }
  return -1;
}

/* Puts @file at the place in it up to which it is a copy of something read before. */
static void
skip_copied (PdkLogListing *listing, PdkLogFile *file, int fd, gint64 size, GPtrArray *originals)
{
  for (guint i = 0; i < originals->len; i++)
    {
      PdkLogFile *original = g_ptr_array_index (originals, i);
      g_auto (OwnedFd) original_fd = -1;
      gint64 common;

      if (original == file || original->offset <= file->offset)
        continue;
      if (size < original->offset)
        original_fd = open_original (listing, original);
      common = pdk_log_file_match_copy (original, original_fd, fd, size);
      if (common <= file->offset)
        continue;
      file->offset = common;
      file->is_partial_copy = common < original->offset;
      file->is_dropping_line = !file->is_partial_copy && original->is_dropping_line;
      /* What is read of it now was maybe copied, and not read yet, where it came from. */
      if (common == original->offset && size > common)
        original->is_partial_copy = TRUE;
    }
}

/* Finds out what the open file is to us, and moves to the first byte of it that was not read before. */
static PdkLogFile *
identify (PdkLogTail *tail, PdkLogListing *listing, int fd, const struct stat *info)
{
  PdkLogFile *file = find_known (tail, info);
  /* The number of a file that is gone may be that of its copy. */
  gboolean may_be_copy = file == NULL || file->is_partial_copy || file->seen_in_poll + 1 < tail->n_polls;

  if (file == NULL)
    file = add_known (tail, info);
  else if (!pdk_log_file_is_same (file, fd, info->st_size))
    {
      g_ptr_array_add (tail->former, g_memdup2 (file, sizeof *file));
      pdk_log_file_restart (file);
      may_be_copy = TRUE;
    }

  if (may_be_copy)
    {
      file->is_partial_copy = FALSE;
      skip_copied (listing, file, fd, info->st_size, tail->known);
      skip_copied (listing, file, fd, info->st_size, tail->former);
    }
  return file;
}

/* Reads one file. Returns FALSE only if there was a reason to stop the whole poll. */
static gboolean
poll_file (PdkLogTail *tail,
           PdkLogListing *listing,
           const PdkLogCandidate *candidate,
           PdkLogReader *reader,
           GError **error)
{
  PdkLogFile *file = find_known (tail, &candidate->info);
  struct stat info;
  g_auto (OwnedFd) fd = -1;
  g_autoptr (GError) local_error = NULL;

  /* Also under a second name, the file is the same. */
  if (file != NULL && pdk_log_file_is_unchanged (file, &candidate->info))
    {
      file->seen_in_poll = tail->n_polls;
      tail->stats.n_readable++;
      return TRUE;
    }

  fd = pdk_log_listing_open (listing, candidate);
  if (fd < 0 || fstat (fd, &info) < 0)
    {
      if (errno != ENOENT)
        pdk_log_listing_add_errno (listing, candidate->name, errno);
      return TRUE;
    }
  if (!S_ISREG (info.st_mode))
    {
      pdk_log_listing_add_problem (listing, candidate->name, PDK_ERROR_NOT_REGULAR,
                                   _ ("it is not a regular file"));
      return TRUE;
    }

  file = identify (tail, listing, fd, &info);
  file->seen_in_poll = tail->n_polls;
  if (reader->buffer == NULL)
    reader->buffer = g_malloc (PDK_LOG_BUFFER_BYTES);
  if (pdk_log_file_read (file, fd, &info, reader, &local_error))
    {
      tail->stats.n_readable++;
      return TRUE;
    }
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
  const PdkLogFile *file = find_known (tail, &candidate->info);

  return file != NULL && file->seen_in_poll + 1 == tail->n_polls;
}

static gboolean
is_copy_of (PdkLogListing *listing, const PdkLogCandidate *candidate, gpointer user_data)
{
  const PdkLogFile *original = user_data;
  g_auto (OwnedFd) fd = -1;

  if (candidate->info.st_size < original->offset)
    return FALSE;
  fd = pdk_log_listing_open (listing, candidate);
  return fd >= 0 && pdk_log_file_is_same (original, fd, candidate->info.st_size);
}

/* When the single file was replaced since the last poll, or copied and emptied, the one before may still have
 * lines that were not read. */
static void
add_former (PdkLogTail *tail, PdkLogListing *listing)
{
  const PdkLogCandidate *candidate;
  PdkLogFile *file;
  g_auto (OwnedFd) fd = -1;

  if (listing->candidates->len == 0)
    return;
  candidate = g_ptr_array_index (listing->candidates, 0);
  file = find_known (tail, &candidate->info);
  if (file == NULL)
    {
      pdk_log_listing_add_beside (listing, was_seen_last, tail);
      return;
    }
  if (file->offset == 0 || pdk_log_file_is_unchanged (file, &candidate->info))
    return;
  fd = pdk_log_listing_open (listing, candidate);
  if (fd >= 0 && !pdk_log_file_is_same (file, fd, candidate->info.st_size))
    pdk_log_listing_add_beside (listing, is_copy_of, file);
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
pdk_log_tail_new (const char *path, PdkLogTailWholeFunc whole_func)
{
  PdkLogTail *tail = g_new0 (PdkLogTail, 1);

  tail->path = g_strdup (path);
  tail->whole_func = whole_func;
  tail->problems = g_ptr_array_new ();
  tail->known = g_ptr_array_new_with_free_func (g_free);
  tail->former = g_ptr_array_new_with_free_func (g_free);
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
  g_ptr_array_unref (tail->known);
  g_ptr_array_unref (tail->former);
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
    PdkLogTail *tail, PdkLogTailFunc func, gpointer user_data, GCancellable *cancellable, GError **error)
{
  g_autoptr (PdkLogListing) listing = g_steal_pointer (&tail->unchanged);
  PdkLogReader reader = { .func = func,
                          .whole_func = tail->whole_func,
                          .user_data = user_data,
                          .cancellable = cancellable,
                          .seek = &tail->seek,
                          .n_skipped_long = tail->stats.n_skipped_long };
  gboolean is_done = TRUE;

  tail->stats = (PdkLogTailStats){ .n_skipped_long = reader.n_skipped_long };
  g_ptr_array_set_size (tail->problems, 0);
  if (listing == NULL)
    listing = pdk_log_listing_new (tail->path, error);
  if (listing == NULL)
    return FALSE;
  tail->n_polls++;
  if (pdk_log_listing_is_single (listing))
    add_former (tail, listing);

  for (guint i = 0; i < listing->candidates->len && is_done; i++)
    is_done = poll_file (tail, listing, g_ptr_array_index (listing->candidates, i), &reader, error);

  g_free (reader.buffer);
  g_free (reader.utf16);
  g_ptr_array_set_size (tail->former, 0);
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
      const PdkLogFile *file = find_known (tail, &candidate->info);

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
  g_auto (GVariantBuilder) files = G_VARIANT_BUILDER_INIT (SAVED_TYPE);

  for (guint i = 0; i < tail->known->len; i++)
    {
      const PdkLogFile *file = g_ptr_array_index (tail->known, i);

      g_variant_builder_add (&files, "(bv)", file->seen_in_poll == tail->n_polls, pdk_log_file_save (file));
    }
  return g_variant_builder_end (&files);
}

/**
 * pdk_log_tail_load:
 * @tail: a tail; what it knows is forgotten
 * @saved: what pdk_log_tail_save() made; anything else is taken for nothing
 */
void
pdk_log_tail_load (PdkLogTail *tail, GVariant *saved)
{
  if (!g_variant_is_of_type (saved, SAVED_TYPE))
    return;
  tail->n_polls = MAX (tail->n_polls, 2);
  g_ptr_array_set_size (tail->known, 0);
  for (gsize i = 0; i < g_variant_n_children (saved) && i < MAX_KNOWN; i++)
    {
      g_autoptr (GVariant) one = NULL;
      gboolean was_seen;
      PdkLogFile file = { 0 };

      g_variant_get_child (saved, i, "(bv)", &was_seen, &one);
      file.seen_in_poll = was_seen ? tail->n_polls : 0;
      if (pdk_log_file_load (&file, one))
        g_ptr_array_add (tail->known, g_memdup2 (&file, sizeof file));
    }
}

/** pdk_log_tail_restart: has everything read once more, by forgetting all files */
void
pdk_log_tail_restart (PdkLogTail *tail)
{
  g_ptr_array_set_size (tail->known, 0);
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
