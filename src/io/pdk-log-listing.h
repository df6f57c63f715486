/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

#include <sys/stat.h>

#include "pdk-error.h"

G_BEGIN_DECLS

#define PDK_LOG_LISTING_MAX_FILES 64

/* A file that could not be read; the others were. */
typedef struct
{
  char *path;
  PdkError code;
  char *message; /* for people, without the path */
} PdkLogProblem;

/* A regular file, as stat() saw it. */
typedef struct
{
  char *name;
  struct stat info;
} PdkLogCandidate;

/* The log files that are there at one moment. */
typedef struct
{
  char *path;
  int folder_fd;         /* what the names are relative to: the folder, or AT_FDCWD for a single file */
  GPtrArray *candidates; /* (element-type PdkLogCandidate): oldest first */
  GPtrArray *problems;   /* (element-type PdkLogProblem) */
  guint n_files;         /* those with problems included */
  guint n_gone;          /* names that had been there a moment before they were looked at */
} PdkLogListing;

/* Says whether to take a file beside the one that is followed. */
typedef gboolean (*PdkLogListingFunc) (PdkLogListing *listing,
                                       const PdkLogCandidate *candidate,
                                       gpointer user_data);

PdkLogListing *pdk_log_listing_new (const char *path, GError **error);
void pdk_log_listing_free (PdkLogListing *listing);

gboolean pdk_log_listing_is_single (const PdkLogListing *listing);
void pdk_log_listing_add_beside (PdkLogListing *listing, PdkLogListingFunc func, gpointer user_data);
void
pdk_log_listing_add_problem (PdkLogListing *listing, const char *name, PdkError code, const char *message);
void pdk_log_listing_add_errno (PdkLogListing *listing, const char *name, int number);
int pdk_log_listing_open (const PdkLogListing *listing, const PdkLogCandidate *candidate);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PdkLogListing, pdk_log_listing_free)

G_END_DECLS
