/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

#include <sys/types.h>

G_BEGIN_DECLS

/* A message that is longer is passed over. */
#define PDK_JOURNAL_MESSAGE_MAX_BYTES 65536

#define PDK_JOURNAL_ID_BYTES 16

/* Takes one entry's message, in place: any bytes, not NUL-terminated, and only valid during the call. The
 * time is the entry's own, in microseconds since the epoch. */
typedef void (*PdkJournalFunc) (const char *message, gsize length, gint64 time_usec, gpointer user_data);

/* What a journal file says of itself. */
typedef struct
{
  guint8 id[PDK_JOURNAL_ID_BYTES]; /* of the file, however it is renamed */
  guint64 n_entries;
  gint64 tail_usec;     /* time of the last one */
  gboolean is_archived; /* nothing is written to it any more */
} PdkJournalHeader;

/* How far one file was read. */
typedef struct
{
  guint8 id[PDK_JOURNAL_ID_BYTES];
  dev_t device;
  ino_t inode;
  gint64 mtime_nsec;
  guint64 n_entries;    /* that were there when it was read last */
  char *cursor;         /* (nullable): the last entry that was handed out */
  gboolean is_settled;  /* nothing came between the last two readings */
  gboolean is_complete; /* archived, and read to its end */
  guint64 seen_in_poll;
} PdkJournalFile;

/* What reading needs besides the file; the counters only grow. */
typedef struct
{
  const char *const *matches; /* "FIELD=value"; one of them is enough */
  gint64 oldest_usec;         /* what is older is not handed out */
  PdkJournalFunc func;
  gpointer user_data;
  GCancellable *cancellable; /* (nullable) */
  gboolean is_looking;       /* nothing is handed out: reading ends where there is something to, */
  gboolean has_found;        /* and this says that there is */
  gint64 first_usec;         /* time of the first entry that matches, handed out or not; G_MAXINT64 if none */
  guint64 n_entries;
  guint64 n_skipped_long;
  gboolean has_passed_over; /* there was something older */
} PdkJournalReader;

gboolean pdk_journal_header_read (int fd, PdkJournalHeader *header);
PdkJournalFile *pdk_journal_file_new (const PdkJournalHeader *header);
void pdk_journal_file_free (PdkJournalFile *file);
gboolean pdk_journal_file_needs_reading (const PdkJournalFile *file, const PdkJournalHeader *header);
gboolean pdk_journal_file_read (
    PdkJournalFile *file, int *fd, const PdkJournalHeader *header, PdkJournalReader *reader, GError **error);

G_END_DECLS
