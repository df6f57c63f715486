/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Follows the systemd journal: that of this machine, or the files in a folder.
 *
 * Each file is followed by itself, known by the id in its header, so that a file that is renamed goes on
 * where it was, a new one is read from its start, and one that is deleted is missed by nobody. Entries come
 * in order within a file, and in none between files.
 *
 * Everything is synchronous and meant for a worker thread, one call at a time. The files belong to somebody
 * else: they are opened for reading alone, and not even their access times change where that can be had. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-journal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>
#include <systemd/sd-id128.h>

#include "pdk-error.h"
#include "pdk-owned-fd.h"

/* Names that are looked at in one folder; journald keeps a hundred files by default. */
#define MAX_NAMES 4096

/* Files that are remembered, those gone included: a listing may miss one that is just being renamed. */
#define MAX_KNOWN 16384

#define MACHINE_ID_LENGTH 32

/* Id, device, inode, time, entries, cursor or nothing, and the flags, as in a PdkJournalFile. */
#define FILE_TYPE "(ayttxtsbb)"

static const char *const system_folders[] = { "/var/log/journal", "/run/log/journal" };

struct _PdkJournal
{
  char *folder; /* (nullable): NULL for this machine's journal */
  GStrv matches;
  PdkJournalStats stats;
  char *problem;    /* (nullable): of the last poll */
  GPtrArray *known; /* (element-type PdkJournalFile) */
  guint64 n_polls;
  gboolean is_unchanged;     /* somebody has just looked, and the next poll need not */
  gboolean look_passed_over; /* what the next poll does not see any more */
};

static void
close_folder (DIR *folder)
{
  closedir (folder);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DIR, close_folder)

static gboolean
is_machine_folder (const char *name)
{
  gsize length = strspn (name, "0123456789abcdef");

  /* With a namespace of journald's behind a dot. */
  return length == MACHINE_ID_LENGTH && (name[length] == '\0' || name[length] == '.');
}

/* A journal file, active or archived; with a tilde, one that was not closed in order. */
static gboolean
is_journal_name (const char *name)
{
  return g_str_has_suffix (name, ".journal") || g_str_has_suffix (name, ".journal~");
}

/* Of this machine's files, those of the system and those of the user that we run as. */
static gboolean
is_ours (const char *name)
{
  g_autofree char *own = g_strdup_printf ("user-%u", (guint) getuid ());
  const char *rest = NULL;

  if (g_str_has_prefix (name, "system"))
    rest = name + strlen ("system");
  else if (g_str_has_prefix (name, own))
    rest = name + strlen (own);
  return rest != NULL && (*rest == '.' || *rest == '@');
}

/* The first problem of a poll is kept; mending it brings the next to light. */
static void
note_problem (PdkJournal *journal, const char *folder, const char *name, const char *message)
{
  if (journal->problem != NULL)
    return;
  journal->problem = name != NULL ? g_strdup_printf ("%s/%s: %s", folder, name, message)
                                  : g_strdup_printf ("%s: %s", folder, message);
}

static void
note_errno (PdkJournal *journal, const char *folder, const char *name, int number)
{
  if (number == EACCES || number == EPERM)
    journal->stats.n_denied++;
  else if (number != ENOENT)
    note_problem (journal, folder, name, g_strerror (number));
}

static void
forget_oldest (PdkJournal *journal)
{
  guint oldest = 0;

  for (guint i = 1; i < journal->known->len; i++)
    {
      const PdkJournalFile *file = g_ptr_array_index (journal->known, i);

      if (file->seen_in_poll < ((PdkJournalFile *) g_ptr_array_index (journal->known, oldest))->seen_in_poll)
        oldest = i;
    }
  g_ptr_array_remove_index (journal->known, oldest);
}

static gint64
get_mtime_nsec (const struct stat *info)
{
  return (gint64) info->st_mtim.tv_sec * 1000000000 + info->st_mtim.tv_nsec;
}

/* Most files are archived ones that were read long ago: they are not even opened. */
static gboolean
is_done_with (PdkJournal *journal, const struct stat *info)
{
  for (guint i = 0; i < journal->known->len; i++)
    {
      PdkJournalFile *file = g_ptr_array_index (journal->known, i);

      if (file->inode != info->st_ino || file->device != info->st_dev || !file->is_complete ||
          file->mtime_nsec != get_mtime_nsec (info))
        continue;
      file->seen_in_poll = journal->n_polls;
      return TRUE;
    }
  return FALSE;
}

/* Finds a file by what is in it, since the number of a deleted one may be another's by now. */
static PdkJournalFile *
obtain_file (PdkJournal *journal, const PdkJournalHeader *header, const struct stat *info)
{
  PdkJournalFile *file = NULL;

  for (guint i = 0; i < journal->known->len && file == NULL; i++)
    {
      PdkJournalFile *one = g_ptr_array_index (journal->known, i);

      if (memcmp (one->id, header->id, sizeof one->id) == 0)
        file = one;
    }
  if (file == NULL)
    {
      if (journal->known->len >= MAX_KNOWN)
        forget_oldest (journal);
      file = pdk_journal_file_new (header);
      g_ptr_array_add (journal->known, file);
    }
  file->device = info->st_dev;
  file->inode = info->st_ino;
  file->mtime_nsec = get_mtime_nsec (info);
  file->seen_in_poll = journal->n_polls;
  return file;
}

static int
open_quietly (int folder_fd, const char *name)
{
  const int flags = O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY;
  int fd = openat (folder_fd, name, flags | O_NOATIME);

  /* Only a file's owner may ask for its access time to be left alone. */
  return fd < 0 && errno == EPERM ? openat (folder_fd, name, flags) : fd;
}

/* Reads one file. Returns FALSE only if there was a reason to stop the whole poll. */
static gboolean
poll_file (PdkJournal *journal,
           const char *folder,
           int folder_fd,
           const char *name,
           PdkJournalReader *reader,
           GError **error)
{
  g_auto (PdkOwnedFd) fd = -1;
  g_autoptr (GError) local_error = NULL;
  PdkJournalHeader header;
  PdkJournalFile *file;
  struct stat info;

  /* Opening a pipe or a device does something, so they are told before. */
  if (fstatat (folder_fd, name, &info, 0) == 0 && (!S_ISREG (info.st_mode) || is_done_with (journal, &info)))
    return TRUE;
  fd = open_quietly (folder_fd, name);
  if (fd < 0 || fstat (fd, &info) < 0)
    {
      note_errno (journal, folder, name, errno);
      return TRUE;
    }
  if (!pdk_journal_header_read (fd, &header))
    return TRUE;
  file = obtain_file (journal, &header, &info);
  if (!pdk_journal_file_needs_reading (file, &header))
    return TRUE;
  if (pdk_journal_file_read (file, &fd, &header, reader, &local_error))
    return !reader->is_looking || !reader->has_found;
  if (g_error_matches (local_error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  /* journald has set aside a file with a tilde since it is damaged; that is news to nobody. */
  if (!g_str_has_suffix (name, "~"))
    note_problem (journal, folder, name, local_error->message);
  return TRUE;
}

/* Reads the files in one folder, and those in the folders of machines below it. */
static gboolean
poll_folder (
    PdkJournal *journal, const char *path, gboolean is_deep, PdkJournalReader *reader, GError **error)
{
  g_autoptr (DIR) folder = opendir (path);
  const struct dirent *entry;
  gboolean is_done = TRUE;

  if (folder == NULL)
    {
      note_errno (journal, path, NULL, errno);
      return TRUE;
    }
  journal->stats.n_folders++;
  for (guint n = 0; n < MAX_NAMES && is_done && (entry = readdir (folder)) != NULL; n++)
    {
      g_autofree char *below = NULL;

      if (is_journal_name (entry->d_name) && (journal->folder != NULL || is_ours (entry->d_name)))
        is_done = poll_file (journal, path, dirfd (folder), entry->d_name, reader, error);
      else if (is_deep && is_machine_folder (entry->d_name))
        {
          below = g_build_filename (path, entry->d_name, NULL);
          is_done = poll_folder (journal, below, FALSE, reader, error);
        }
    }
  return is_done;
}

/* Only this machine's journal: beside it there may be those that other machines have sent. */
static gboolean
poll_system (PdkJournal *journal, PdkJournalReader *reader, GError **error)
{
  char machine[SD_ID128_STRING_MAX];
  sd_id128_t id;

  if (sd_id128_get_machine (&id) < 0)
    return TRUE;
  sd_id128_to_string (id, machine);
  for (gsize i = 0; i < G_N_ELEMENTS (system_folders); i++)
    {
      g_autofree char *path = g_build_filename (system_folders[i], machine, NULL);

      if (!poll_folder (journal, path, FALSE, reader, error))
        return FALSE;
    }
  return TRUE;
}

/* Nothing was ever seen: says why. Who may not read the journal is given an empty one. */
static void
set_nothing_error (PdkJournal *journal, GError **error)
{
  if (journal->stats.n_denied > 0)
    g_set_error_literal (error, PDK_ERROR, PDK_ERROR_PERMISSION, g_strerror (EACCES));
  else if (journal->problem != NULL)
    g_set_error_literal (error, PDK_ERROR, PDK_ERROR_FAILED, journal->problem);
  else if (journal->folder != NULL && journal->stats.n_folders == 0)
    g_set_error (error, PDK_ERROR, PDK_ERROR_NOT_FOUND, "%s: %s", journal->folder, g_strerror (ENOENT));
  else
    g_set_error_literal (error, PDK_ERROR, PDK_ERROR_NOT_FOUND, _ ("no entry matches"));
}

/**
 * pdk_journal_new:
 * @folder: (nullable): a folder of journal files, or of folders of them named like a machine's id; %NULL for
 * this machine's journal, as far as it is the system's or our own user's
 * @matches: (array zero-terminated=1): what entries to take, each "FIELD=value"; one is enough; at most 64
 *
 * Does no I/O. What is there is found out at each poll, so it may appear later.
 *
 * Returns: (transfer full): a journal, to be freed with pdk_journal_free()
 */
PdkJournal *
pdk_journal_new (const char *folder, const char *const *matches)
{
  PdkJournal *journal = g_new0 (PdkJournal, 1);

  journal->folder = g_strdup (folder);
  journal->matches = g_strdupv ((char **) matches);
  journal->stats.first_usec = G_MAXINT64;
  journal->known = g_ptr_array_new_with_free_func ((GDestroyNotify) pdk_journal_file_free);
  return journal;
}

/**
 * pdk_journal_free:
 * @journal: (nullable) (transfer full): what to free
 */
void
pdk_journal_free (PdkJournal *journal)
{
  if (journal == NULL)
    return;
  g_free (journal->folder);
  g_strfreev (journal->matches);
  g_free (journal->problem);
  g_ptr_array_unref (journal->known);
  g_free (journal);
}

/* Returns whether it came to the end. */
static gboolean
walk (PdkJournal *journal, PdkJournalReader *reader, GError **error)
{
  gboolean is_done;

  reader->matches = (const char *const *) journal->matches;
  reader->first_usec = journal->stats.first_usec;
  reader->n_skipped_long = journal->stats.n_skipped_long;
  journal->n_polls++;
  journal->stats.n_folders = 0;
  journal->stats.n_denied = 0;
  g_clear_pointer (&journal->problem, g_free);
  is_done = journal->folder != NULL ? poll_folder (journal, journal->folder, TRUE, reader, error)
                                    : poll_system (journal, reader, error);
  journal->stats.n_entries = reader->n_entries;
  journal->stats.n_skipped_long = reader->n_skipped_long;
  journal->stats.first_usec = reader->first_usec;
  journal->stats.has_passed_over = reader->has_passed_over;
  return is_done;
}

/**
 * pdk_journal_has_news:
 * @journal: a journal
 * @oldest_usec: as for pdk_journal_poll()
 *
 * Looks at the files. If there is no news, the poll that follows at once does not look again.
 *
 * Returns: whether a poll may find an entry
 */
gboolean
pdk_journal_has_news (PdkJournal *journal, gint64 oldest_usec)
{
  PdkJournalReader reader = { .oldest_usec = oldest_usec, .is_looking = TRUE };

  journal->is_unchanged = walk (journal, &reader, NULL);
  journal->look_passed_over |= reader.has_passed_over;
  return !journal->is_unchanged;
}

/**
 * pdk_journal_poll:
 * @journal: the journal
 * @oldest_usec: microseconds since the epoch; of a file that was not read before, older entries are left out
 * @func: takes each entry
 * @user_data: for @func
 * @cancellable: (nullable): asked now and then
 * @error: return location
 *
 * Hands out what came since the last poll, all of it. A file that cannot be read spares the others, see
 * pdk_journal_get_problem().
 *
 * Returns: %TRUE; or %FALSE with @error set: as long as no entry was ever seen, to %PDK_ERROR_PERMISSION if
 * some of the journal may not be read, %PDK_ERROR_FAILED if some of it cannot, or else %PDK_ERROR_NOT_FOUND;
 * at any time to %G_IO_ERROR_CANCELLED
 */
gboolean
pdk_journal_poll (PdkJournal *journal,
                  gint64 oldest_usec,
                  PdkJournalFunc func,
                  gpointer user_data,
                  GCancellable *cancellable,
                  GError **error)
{
  PdkJournalReader reader = { .oldest_usec = oldest_usec,
                              .func = func,
                              .user_data = user_data,
                              .cancellable = cancellable,
                              .has_passed_over = journal->look_passed_over };
  gboolean is_done = journal->is_unchanged || walk (journal, &reader, error);

  journal->is_unchanged = FALSE;
  journal->look_passed_over = FALSE;
  if (is_done && journal->stats.first_usec == G_MAXINT64)
    {
      set_nothing_error (journal, error);
      is_done = FALSE;
    }
  return is_done;
}

/** pdk_journal_save: Returns: (transfer floating): how far each file was read, for pdk_journal_load() */
GVariant *
pdk_journal_save (PdkJournal *journal)
{
  g_auto (GVariantBuilder) files = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a" FILE_TYPE));

  for (guint i = 0; i < journal->known->len; i++)
    {
      const PdkJournalFile *file = g_ptr_array_index (journal->known, i);

      g_variant_builder_add (&files, "(@ayttxtsbb)",
                             g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, file->id, sizeof file->id, 1),
                             (guint64) file->device, (guint64) file->inode, file->mtime_nsec, file->n_entries,
                             file->cursor != NULL ? file->cursor : "", file->is_settled, file->is_complete);
    }
  return g_variant_new ("(xa" FILE_TYPE ")", journal->stats.first_usec, &files);
}

/**
 * pdk_journal_load:
 * @journal: a journal; what it knows is forgotten
 * @saved: what pdk_journal_save() made; anything else is taken for nothing
 */
void
pdk_journal_load (PdkJournal *journal, GVariant *saved)
{
  g_autoptr (GVariant) files = NULL;

  if (!g_variant_is_of_type (saved, G_VARIANT_TYPE ("(xa" FILE_TYPE ")")))
    return;
  journal->is_unchanged = FALSE;
  journal->look_passed_over = FALSE;
  g_ptr_array_set_size (journal->known, 0);
  g_variant_get (saved, "(x@a" FILE_TYPE ")", &journal->stats.first_usec, &files);
  for (gsize i = 0; i < g_variant_n_children (files) && i < MAX_KNOWN; i++)
    {
      g_autoptr (GVariant) id = NULL;
      PdkJournalHeader header = { 0 };
      PdkJournalFile *file;
      guint64 device, inode;
      gsize length;

      g_variant_get_child (files, i, "(@ayttxt&sbb)", &id, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
      if (g_variant_get_size (id) != sizeof header.id)
        continue;
      memcpy (header.id, g_variant_get_fixed_array (id, &length, 1), sizeof header.id);
      file = pdk_journal_file_new (&header);
      g_variant_get_child (files, i, "(@ayttxtsbb)", NULL, &device, &inode, &file->mtime_nsec,
                           &file->n_entries, &file->cursor, &file->is_settled, &file->is_complete);
      if (*file->cursor == '\0')
        g_clear_pointer (&file->cursor, g_free);
      file->device = device;
      file->inode = inode;
      g_ptr_array_add (journal->known, file);
    }
}

/**
 * pdk_journal_get_stats:
 * @journal: the journal
 *
 * Returns: (transfer none): what the last poll found
 */
const PdkJournalStats *
pdk_journal_get_stats (PdkJournal *journal)
{
  return &journal->stats;
}

/**
 * pdk_journal_get_problem:
 * @journal: the journal
 *
 * Returns: (transfer none) (nullable): the first file that the last poll could not read, and why; valid until
 * the next one
 */
const char *
pdk_journal_get_problem (PdkJournal *journal)
{
  return journal->problem;
}
