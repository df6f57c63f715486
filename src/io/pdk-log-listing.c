/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Finds the log files of a folder, and opens them without harm: read only, never waiting, and without a trace
 * in their access times where that can be had. A listing is made for one poll, in a worker thread. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-log-listing.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>

#define NAME_PREFIX "server"
#define NAME_SUFFIX ".log"

/* Names that are looked at, before the newest files are chosen. */
#define MAX_NAMES 4096

static void
close_folder (DIR *folder)
{
  closedir (folder);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DIR, close_folder)

static void
candidate_free (gpointer data)
{
  PdkLogCandidate *candidate = data;

  g_free (candidate->name);
  g_free (candidate);
}

static void
problem_free (gpointer data)
{
  PdkLogProblem *problem = data;

  g_free (problem->path);
  g_free (problem->message);
  g_free (problem);
}

/* The number of a rotated file; server.log has none and is the newest. */
static guint64
rotation_of (const char *name)
{
  const char *slash = strrchr (name, '/');
  const char *base = slash != NULL ? slash + 1 : name;

  return g_ascii_strtoull (base + strcspn (base, "0123456789"), NULL, 10);
}

/* Oldest first. Where times do not tell, the name does. */
static int
compare_candidates (gconstpointer a, gconstpointer b)
{
  const PdkLogCandidate *first = *(PdkLogCandidate *const *) a, *second = *(PdkLogCandidate *const *) b;
  const struct timespec *time = &first->info.st_mtim, *other = &second->info.st_mtim;
  guint64 number = rotation_of (first->name), other_number = rotation_of (second->name);

  if (time->tv_sec != other->tv_sec)
    return time->tv_sec < other->tv_sec ? -1 : 1;
  if (time->tv_nsec != other->tv_nsec)
    return time->tv_nsec < other->tv_nsec ? -1 : 1;
  if (number != other_number)
    return number > other_number ? -1 : 1;
  return strcmp (first->name, second->name);
}

static void
add_candidate (PdkLogListing *listing, const char *name, const struct stat *info)
{
  PdkLogCandidate *candidate = g_new0 (PdkLogCandidate, 1);

  candidate->name = g_strdup (name);
  candidate->info = *info;
  g_ptr_array_add (listing->candidates, candidate);
}

/* Adds what @name stands for. Only a regular file may be opened later: opening a pipe or a device does
 * something. */
static void
add_name (PdkLogListing *listing, const char *name)
{
  struct stat info, link_info;

  if (fstatat (listing->folder_fd, name, &info, 0) < 0)
    {
      int number = errno;

      /* Gone since its folder was read, unless it is a link that leads nowhere. */
      if (number == ENOENT && fstatat (listing->folder_fd, name, &link_info, AT_SYMLINK_NOFOLLOW) < 0)
        {
          listing->n_gone++;
          return;
        }
      listing->n_files++;
      pdk_log_listing_add_errno (listing, name, number);
      return;
    }

  listing->n_files++;
  if (S_ISREG (info.st_mode))
    add_candidate (listing, name, &info);
  else
    pdk_log_listing_add_problem (listing, name, PDK_ERROR_NOT_REGULAR, _ ("it is not a regular file"));
}

/* Without the number at its end, if there is one. */
static gsize
measure_without_number (const char *name, gsize length)
{
  gsize n_digits = 0;

  while (n_digits < length && g_ascii_isdigit (name[length - 1 - n_digits]))
    n_digits++;
  if (n_digits == 0 || n_digits == length || strchr (".-", name[length - 1 - n_digits]) == NULL)
    return length;
  return length - n_digits - 1;
}

/* `server.log`, `server-1.log` as Ollama rotates, and `server.log.1`, `server.log-20261120` or
 * `server.log-20261120-1795132800` as logrotate does; no compressed ones. */
static gboolean
is_log_name (const char *name)
{
  gsize length = strlen (name), shorter = length;

  if (!g_str_has_prefix (name, NAME_PREFIX))
    return FALSE;
  do
    {
      length = shorter;
      shorter = measure_without_number (name, length);
    }
  while (shorter < length);
  return length >= strlen (NAME_SUFFIX) &&
         memcmp (name + length - strlen (NAME_SUFFIX), NAME_SUFFIX, strlen (NAME_SUFFIX)) == 0;
}

static void
add_folder (PdkLogListing *listing, DIR *folder)
{
  const struct dirent *entry;
  guint n_names = 0;

  while (n_names < MAX_NAMES && (entry = readdir (folder)) != NULL)
    {
      if (!is_log_name (entry->d_name))
        continue;
      add_name (listing, entry->d_name);
      n_names++;
    }

  g_ptr_array_sort (listing->candidates, compare_candidates);
  if (listing->candidates->len > PDK_LOG_LISTING_MAX_FILES)
    {
      g_autofree char *message = g_strdup_printf (_ ("more than %d"), PDK_LOG_LISTING_MAX_FILES);

      pdk_log_listing_add_problem (listing, NULL, PDK_ERROR_TOO_LARGE, message);
      g_ptr_array_remove_range (listing->candidates, 0, listing->candidates->len - PDK_LOG_LISTING_MAX_FILES);
    }
}

/* Whether @base may have got that name when it was rotated. */
static gboolean
is_name_beside (const char *name, const char *base)
{
  const char *ending = strrchr (base, '.');

  if (strlen (name) <= strlen (base))
    return FALSE;
  return g_str_has_prefix (name, base) ||
         (ending != NULL && ending > base && g_str_has_suffix (name, ending) &&
          strncmp (name, base, ending - base) == 0);
}

/**
 * pdk_log_listing_new:
 * @path: a folder, whose files named `server*.log`, `server*.log.N` or `server*.log-N` are listed, or a file
 * @error: return location
 *
 * Lists at most the %PDK_LOG_LISTING_MAX_FILES newest files. What is no regular file is a problem, not an
 * error.
 *
 * Returns: (transfer full): what is there; or %NULL with @error set to %PDK_ERROR_NOT_FOUND if there is
 * nothing at the path, %PDK_ERROR_PERMISSION if it may not be looked into, or %PDK_ERROR_FAILED
 */
PdkLogListing *
pdk_log_listing_new (const char *path, GError **error)
{
  g_autoptr (PdkLogListing) listing = g_new0 (PdkLogListing, 1);
  g_autoptr (DIR) folder = opendir (path);
  int number = errno;
  struct stat info;

  listing->path = g_strdup (path);
  listing->folder_fd = AT_FDCWD;
  listing->candidates = g_ptr_array_new_with_free_func (candidate_free);
  listing->problems = g_ptr_array_new_with_free_func (problem_free);

  if (folder == NULL && (number != ENOTDIR || stat (path, &info) < 0))
    {
      g_set_error_literal (error, PDK_ERROR, (int) pdk_error_from_errno (number), g_strerror (number));
      return NULL;
    }
  if (folder == NULL)
    {
      add_name (listing, path);
      return g_steal_pointer (&listing);
    }

  listing->folder_fd = fcntl (dirfd (folder), F_DUPFD_CLOEXEC, 3);
  if (listing->folder_fd < 0)
    {
      number = errno;
      listing->folder_fd = AT_FDCWD;
      g_set_error_literal (error, PDK_ERROR, PDK_ERROR_FAILED, g_strerror (number));
      return NULL;
    }
  add_folder (listing, folder);
  return g_steal_pointer (&listing);
}

/**
 * pdk_log_listing_free:
 * @listing: (nullable) (transfer full): what to free
 */
void
pdk_log_listing_free (PdkLogListing *listing)
{
  if (listing == NULL)
    return;
  if (listing->folder_fd >= 0)
    close (listing->folder_fd);
  g_free (listing->path);
  g_ptr_array_unref (listing->candidates);
  g_ptr_array_unref (listing->problems);
  g_free (listing);
}

/**
 * pdk_log_listing_is_single:
 * @listing: the listing
 *
 * Returns: whether the path is that of a file
 */
gboolean
pdk_log_listing_is_single (const PdkLogListing *listing)
{
  return listing->folder_fd < 0;
}

/**
 * pdk_log_listing_add_beside:
 * @listing: the listing of a single file
 * @func: says which of them to take
 * @user_data: for @func
 *
 * Looks for files beside the path, under names that begin like it (`ollama.log.1`), also with the same ending
 * (`ollama-20261120.log`), and puts the first that @func takes in its place by age.
 */
void
pdk_log_listing_add_beside (PdkLogListing *listing, PdkLogListingFunc func, gpointer user_data)
{
  g_autofree char *folder_path = g_path_get_dirname (listing->path);
  g_autofree char *base = g_path_get_basename (listing->path);
  g_autoptr (DIR) folder = opendir (folder_path);
  const struct dirent *entry;
  guint n_names = 0;

  while (folder != NULL && n_names < MAX_NAMES && (entry = readdir (folder)) != NULL)
    {
      PdkLogCandidate candidate = { 0 };
      g_autofree char *name = NULL;

      if (!is_name_beside (entry->d_name, base))
        continue;
      n_names++;
      if (fstatat (dirfd (folder), entry->d_name, &candidate.info, 0) < 0 ||
          !S_ISREG (candidate.info.st_mode))
        continue;
      candidate.name = name = g_build_filename (folder_path, entry->d_name, NULL);
      if (!func (listing, &candidate, user_data))
        continue;
      add_candidate (listing, name, &candidate.info);
      g_ptr_array_sort (listing->candidates, compare_candidates);
      listing->n_files++;
      return;
    }
}

/**
 * pdk_log_listing_add_problem:
 * @listing: the listing
 * @name: (nullable): the file; %NULL for the path itself
 * @code: what kind of problem
 * @message: a sentence for people
 */
void
pdk_log_listing_add_problem (PdkLogListing *listing, const char *name, PdkError code, const char *message)
{
  PdkLogProblem *problem = g_new0 (PdkLogProblem, 1);

  if (name == NULL || pdk_log_listing_is_single (listing))
    problem->path = g_strdup (name != NULL ? name : listing->path);
  else
    problem->path = g_build_filename (listing->path, name, NULL);
  problem->code = code;
  problem->message = g_strdup (message);
  g_ptr_array_add (listing->problems, problem);
}

/**
 * pdk_log_listing_add_errno:
 * @listing: the listing
 * @name: the file
 * @number: an errno
 */
void
pdk_log_listing_add_errno (PdkLogListing *listing, const char *name, int number)
{
  pdk_log_listing_add_problem (listing, name, pdk_error_from_errno (number), g_strerror (number));
}

/**
 * pdk_log_listing_open:
 * @listing: the listing
 * @candidate: one of its files
 *
 * Returns: a descriptor for reading, to be closed by the caller; or -1 with errno set
 */
int
pdk_log_listing_open (const PdkLogListing *listing, const PdkLogCandidate *candidate)
{
  const int flags = O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY;
  int fd = openat (listing->folder_fd, candidate->name, flags | O_NOATIME);

  /* Only a file's owner may ask for its access time to be left alone. */
  if (fd < 0 && errno == EPERM)
    fd = openat (listing->folder_fd, candidate->name, flags);
  return fd;
}
