/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

#include "pdk-journal-file.h"

G_BEGIN_DECLS

/* What the last poll found. */
typedef struct
{
  guint n_folders;          /* that are there */
  guint n_denied;           /* files and folders that we may not read */
  guint64 n_entries;        /* handed out in the last poll */
  guint64 n_skipped_long;   /* messages over PDK_JOURNAL_MESSAGE_MAX_BYTES, of all polls */
  gint64 first_usec;        /* time of the first entry there ever was; G_MAXINT64 if none was seen */
  gboolean has_passed_over; /* the last poll left entries out that were too old */
} PdkJournalStats;

/* Follows what matches in the systemd journal: hands out each entry once, however the journal is rotated and
 * vacuumed. */
typedef struct _PdkJournal PdkJournal;

PdkJournal *pdk_journal_new (const char *folder, const char *const *matches);
void pdk_journal_free (PdkJournal *journal);

gboolean pdk_journal_has_news (PdkJournal *journal, gint64 oldest_usec);
gboolean pdk_journal_poll (PdkJournal *journal,
                           gint64 oldest_usec,
                           PdkJournalFunc func,
                           gpointer user_data,
                           GCancellable *cancellable,
                           GError **error);
GVariant *pdk_journal_save (PdkJournal *journal);
void pdk_journal_load (PdkJournal *journal, GVariant *saved);
const PdkJournalStats *pdk_journal_get_stats (PdkJournal *journal);
const char *pdk_journal_get_problem (PdkJournal *journal);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PdkJournal, pdk_journal_free)

G_END_DECLS
