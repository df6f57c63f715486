/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is known of the log files of one place, so that each line is read once: which of them was read how
 * far, whatever it is called by now, and which is a copy of which.
 *
 * Whoever rotates does not wait for a reader. A log may be copied and emptied between any two calls here, and
 * a copy be found while it is made. Thus what a file held before it was overwritten is remembered until its
 * copy turns up, and what a copy is, is not settled before it had enough in it to tell. Runs in a worker
 * thread.
 */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-log-known.h"

#include <string.h>
#include <unistd.h>

#include "pdk-owned-fd.h"

/* Files that are remembered, those gone included: they may come back under another name. */
#define MAX_FILES 256

/* What was overwritten and did not turn up as a copy yet. */
#define MAX_OVERWRITTEN 8

/* How often a file is looked at that grows while it is compared. Nothing but a copy that is being made grows
 * so fast. */
#define MAX_LOOKS 32

/* For each file, whether it was there at the last poll, and what pdk_log_file_save() made. */
#define SAVED_TYPE G_VARIANT_TYPE ("a(bv)")

struct _PdkLogKnown
{
  GPtrArray *files; /* (element-type PdkLogFile): what was overwritten is one without device and inode */
  guint64 n_polls;
};

/* A file, while it is compared with those that are known. */
typedef struct
{
  PdkLogKnown *known;
  PdkLogListing *listing;
  PdkLogFile *file;
  int fd;
  gboolean is_open; /* it may be a part of what cannot be found just now */
} Comparison;

static gboolean
is_overwritten (const PdkLogFile *file)
{
  return file->inode == 0 && file->device == 0;
}

/** pdk_log_known_new: Returns: (transfer full): nothing known yet */
PdkLogKnown *
pdk_log_known_new (void)
{
  PdkLogKnown *known = g_new0 (PdkLogKnown, 1);

  known->files = g_ptr_array_new_with_free_func (g_free);
  return known;
}

/** pdk_log_known_free: frees @known, which may be %NULL */
void
pdk_log_known_free (PdkLogKnown *known)
{
  if (known == NULL)
    return;
  g_ptr_array_unref (known->files);
  g_free (known);
}

/** pdk_log_known_begin_poll: tells that all files are about to be looked at */
void
pdk_log_known_begin_poll (PdkLogKnown *known)
{
  known->n_polls++;
}

/** pdk_log_known_find: Returns: (transfer none) (nullable): what is known of the inode in @info */
PdkLogFile *
pdk_log_known_find (PdkLogKnown *known, const struct stat *info)
{
  for (guint i = 0; i < known->files->len; i++)
    {
      PdkLogFile *file = g_ptr_array_index (known->files, i);

      if (file->inode == info->st_ino && file->device == info->st_dev)
        return file;
    }
  return NULL;
}

/** pdk_log_known_note_seen: tells that @file is there in this poll */
void
pdk_log_known_note_seen (PdkLogKnown *known, PdkLogFile *file)
{
  file->seen_in_poll = known->n_polls;
}

/** pdk_log_known_was_seen_last: Returns: whether @file was there in the poll before this one */
gboolean
pdk_log_known_was_seen_last (PdkLogKnown *known, const PdkLogFile *file)
{
  return file->seen_in_poll + 1 == known->n_polls;
}

/**
 * pdk_log_known_get_overwritten:
 * @known: what is known
 *
 * Returns: (transfer none) (nullable): what a file held before it was found overwritten in the last poll, if
 * it did not turn up as a copy
 */
PdkLogFile *
pdk_log_known_get_overwritten (PdkLogKnown *known)
{
  for (guint i = known->files->len; i > 0; i--)
    {
      PdkLogFile *file = g_ptr_array_index (known->files, i - 1);

      if (is_overwritten (file) && pdk_log_known_was_seen_last (known, file))
        return file;
    }
  return NULL;
}

/* Makes room, if there are too many of a kind, by forgetting the one that was not seen for longest. */
static void
make_room (PdkLogKnown *known, gboolean of_overwritten, guint max)
{
  const PdkLogFile *oldest = NULL;
  guint oldest_index = 0, n = 0;

  for (guint i = 0; i < known->files->len; i++)
    {
      const PdkLogFile *file = g_ptr_array_index (known->files, i);

      if (is_overwritten (file) != of_overwritten)
        continue;
      n++;
      if (oldest == NULL || file->seen_in_poll < oldest->seen_in_poll)
        {
          oldest = file;
          oldest_index = i;
        }
    }
  if (n >= max)
    g_ptr_array_remove_index (known->files, oldest_index);
}

static PdkLogFile *
add_file (PdkLogKnown *known, const struct stat *info)
{
  PdkLogFile *file = g_new0 (PdkLogFile, 1);

  make_room (known, FALSE, MAX_FILES);
  file->device = info->st_dev;
  file->inode = info->st_ino;
  pdk_log_file_restart (file);
  g_ptr_array_add (known->files, file);
  return file;
}

/* Remembers what was read of @file, since other bytes are there now: its copy may not be in the listing,
 * which was made before. */
static void
keep_overwritten (PdkLogKnown *known, const PdkLogFile *file)
{
  PdkLogFile *kept;

  for (guint i = 0; i < known->files->len; i++)
    {
      const PdkLogFile *other = g_ptr_array_index (known->files, i);

      if (other != file && pdk_log_file_is_alike (other, file))
        return;
    }
  make_room (known, TRUE, MAX_OVERWRITTEN);
  kept = g_memdup2 (file, sizeof *file);
  kept->device = 0;
  kept->inode = 0;
  kept->seen_in_poll = known->n_polls;
  g_ptr_array_add (known->files, kept);
}

/* Opens what @original was read from, if it is still there with its bytes. Returns -1 if not. */
static int
open_original (PdkLogListing *listing, const PdkLogFile *original)
{
  for (guint i = 0; i < listing->candidates->len; i++)
    {
      const PdkLogCandidate *candidate = g_ptr_array_index (listing->candidates, i);
      g_auto (PdkOwnedFd) fd = -1;
      struct stat info;

      if (candidate->info.st_ino != original->inode || candidate->info.st_dev != original->device)
        continue;
      fd = pdk_log_listing_open (listing, candidate);
      if (fd >= 0 && fstat (fd, &info) == 0 && pdk_log_file_is_same (original, fd, info.st_size))
        return g_steal_fd (&fd);
    }
  return -1;
}

/* Whether @original was there a moment ago. If its bytes are not, it was renamed or copied since the listing
 * was made, and the next one will have them. */
static gboolean
is_recent (PdkLogKnown *known, const PdkLogFile *original)
{
  return original->seen_in_poll + 1 >= known->n_polls;
}

static gboolean
has_bytes_of (int fd, const PdkLogFile *original)
{
  return fd >= 0 && pdk_log_file_is_same (original, fd, original->offset);
}

/* Puts the file at the place in it up to which it is a copy of @original. Returns whether all of that is in
 * it.
 */
static gboolean
skip_copy_of (Comparison *comparison, PdkLogFile *original, gint64 size)
{
  PdkLogFile *file = comparison->file;
  g_auto (PdkOwnedFd) original_fd = -1;
  PdkLogFile copy;

  if (size < original->offset)
    original_fd = open_original (comparison->listing, original);
  if (!pdk_log_file_match_copy (original, original_fd, comparison->fd, size, &copy))
    {
      if (size < original->offset && !has_bytes_of (original_fd, original) &&
          is_recent (comparison->known, original))
        comparison->is_open = TRUE;
      return FALSE;
    }
  /* What is read of it now was maybe copied, and not read yet, where it came from. */
  if (size > original->offset)
    original->is_partial_copy = TRUE;
  if (copy.offset > file->offset || (copy.offset == file->offset && copy.is_partial_copy))
    pdk_log_file_become_copy (file, &copy);
  return copy.offset == original->offset;
}

static void
skip_copied (Comparison *comparison, gint64 size)
{
  GPtrArray *files = comparison->known->files;
  PdkLogFile *file = comparison->file;
  const gboolean was_partial = file->is_partial_copy;
  const gint64 offset = file->offset;
  guint8 head[PDK_LOG_FINGERPRINT_BYTES];
  const ssize_t length = pread (comparison->fd, head, MIN (size, (gint64) sizeof head), 0);

  comparison->is_open = FALSE;
  file->is_partial_copy = FALSE;
  for (guint i = files->len; i > 0; i--)
    {
      PdkLogFile *original = g_ptr_array_index (files, i - 1);

      if (original == file || length <= 0 || !pdk_log_file_may_be_copy (original, head, length))
        continue;
      /* From now on its copy stands for what was overwritten. */
      if (skip_copy_of (comparison, original, size) && is_overwritten (original))
        g_ptr_array_remove_index (files, i - 1);
    }
  /* What ended within a line was a part itself, which may go on in another way here. */
  if (file->is_partial_copy || (!was_partial && file->offset == offset))
    return;
  if (pdk_log_file_is_same (file, comparison->fd, size))
    pdk_log_file_go_back_to_line (file, comparison->fd);
  else
    comparison->is_open = TRUE;
}

/* Compares a file with all others. While a copy grows, its original is not emptied yet; so what was found out
 * holds if the file did not grow meanwhile. Returns whether it can be read now. */
static gboolean
compare (PdkLogKnown *known, PdkLogListing *listing, PdkLogFile *file, int fd, struct stat *info)
{
  Comparison comparison = { known, listing, file, fd, FALSE };
  struct stat now;

  for (guint i = 0; i < MAX_LOOKS; i++)
    {
      skip_copied (&comparison, info->st_size);
      if (fstat (fd, &now) < 0 || now.st_size == info->st_size)
        return !comparison.is_open && (i == 0 || pdk_log_file_is_same (file, fd, info->st_size));
      *info = now;
    }
  return FALSE;
}

/**
 * pdk_log_known_identify:
 * @known: what is known
 * @listing: what is there
 * @fd: one of the files, open for reading
 * @info: (inout): what fstat() says of @fd; the file may have grown in the meantime
 *
 * Finds out what an open file is to us, and moves to the first byte of it that was not read before.
 *
 * Returns: (transfer none) (nullable): the file; %NULL if that cannot be told before the next poll
 */
PdkLogFile *
pdk_log_known_identify (PdkLogKnown *known, PdkLogListing *listing, int fd, struct stat *info)
{
  PdkLogFile *file = pdk_log_known_find (known, info);
  gboolean may_be_copy;

  if (file == NULL)
    file = add_file (known, info);
  else if (!pdk_log_file_is_same (file, fd, info->st_size))
    {
      keep_overwritten (known, file);
      pdk_log_file_restart (file);
    }

  /* It had not enough in it to tell; or it is one of which there is more now; or the number of a file that is
   * gone is that of its copy. */
  may_be_copy = file->offset < PDK_LOG_FINGERPRINT_BYTES || file->is_partial_copy ||
                !pdk_log_known_was_seen_last (known, file);
  pdk_log_known_note_seen (known, file);
  if (!may_be_copy)
    return file;

  if (compare (known, listing, file, fd, info))
    return file;
  file->is_partial_copy = TRUE;
  pdk_log_file_note_unread (file);
  return NULL;
}

/** pdk_log_known_save: Returns: (transfer floating): how far each file was read, for pdk_log_known_load() */
GVariant *
pdk_log_known_save (PdkLogKnown *known)
{
  g_auto (GVariantBuilder) files = G_VARIANT_BUILDER_INIT (SAVED_TYPE);

  for (guint i = 0; i < known->files->len; i++)
    {
      const PdkLogFile *file = g_ptr_array_index (known->files, i);

      g_variant_builder_add (&files, "(bv)", file->seen_in_poll == known->n_polls, pdk_log_file_save (file));
    }
  return g_variant_builder_end (&files);
}

/**
 * pdk_log_known_load:
 * @known: what is known, which is forgotten
 * @saved: what pdk_log_known_save() made; anything else is taken for nothing
 */
void
pdk_log_known_load (PdkLogKnown *known, GVariant *saved)
{
  if (!g_variant_is_of_type (saved, SAVED_TYPE))
    return;
  known->n_polls = MAX (known->n_polls, 2);
  pdk_log_known_forget (known);
  for (gsize i = 0; i < g_variant_n_children (saved) && i < MAX_FILES + MAX_OVERWRITTEN; i++)
    {
      g_autoptr (GVariant) one = NULL;
      gboolean was_seen;
      PdkLogFile file = { 0 };

      g_variant_get_child (saved, i, "(bv)", &was_seen, &one);
      file.seen_in_poll = was_seen ? known->n_polls : 0;
      if (pdk_log_file_load (&file, one))
        g_ptr_array_add (known->files, g_memdup2 (&file, sizeof file));
    }
}

/** pdk_log_known_forget: has everything read once more, by forgetting all files */
void
pdk_log_known_forget (PdkLogKnown *known)
{
  g_ptr_array_set_size (known->files, 0);
}
