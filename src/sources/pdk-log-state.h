/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "pdk-loaded-spans.h"
#include "pdk-log-clock.h"
#include "pdk-log-intake.h"
#include "pdk-log-places.h"
#include "pdk-log-tail.h"
#include "pdk-server-record.h"
#include "pdk-tally.h"

#if HAVE_JOURNAL
#include "pdk-journal.h"
#endif

G_BEGIN_DECLS

/* What was kept of a log that is counted once more. */
typedef struct _PdkLogRecount PdkLogRecount;

void pdk_log_recount_free (PdkLogRecount *recount);

/* What is being written while the log is read. */
typedef struct _PdkLogSaving PdkLogSaving;

void pdk_log_saving_free (PdkLogSaving *saving);

/* All that was learnt from a server's log. It belongs to one thread at a time. */
typedef struct
{
  GPtrArray *tails;        /* (element-type PdkLogTail): one for each path */
  PdkLogClock *clock;      /* in the zone of the files */
  PdkLogClock *seek_clock; /* the same, for lines out of their order */
  PdkTally *tally;         /* requests, by days of the user's zone */
  PdkServerRecord *record; /* devices and tokens */
  gint64 now_sec;
  gint64 oldest_sec;    /* what is older is not read */
  char oldest_date[16]; /* the same as an access line writes it: "2026/11/20" */
  gboolean has_older;   /* the files go back beyond that */
  gboolean is_depth_chosen;
  gint64 counted_since_sec; /* what is older was left out, as the log was large; 0 if nothing was */
  guint64 n_skipped_long;   /* lines over PDK_LOG_LINE_MAX_BYTES that the tails did not count */
  char *time_zone;   /* of the time stamps in files, as the settings have it; empty for the local one */
  char *local_zone;  /* the identifier of the user's zone */
  gint64 latest_sec; /* the latest time that a poll was told */

  /* What a clock that is wrong costs, and is read once more when it is right. */
  gint64 passed_over_sec; /* the latest "now" for which something was too old to be counted one by one */
  gint64 overflow_sec;    /* "now" when too much was in the future; 0 for never */

  PdkLoadedSpans *loaded; /* which model was loaded alone, and when, as polls of the server have found */

  /* What of it is kept in Paddock's own file (see pdk-log-saver.c). */
  gint64 generation;      /* of the file, when it was the same as this; 0 for never */
  GVariant *kept;         /* (nullable): the part that is written as a whole */
  GVariant *written;      /* (nullable): the same, written and not yet there for good */
  PdkLogRecount *recount; /* (nullable): what was kept, while the log is read once more */
  PdkLogSaving *saving;   /* (nullable): while a transaction is open */
  PdkLoadedSpans *kept_loaded;
  PdkLoadedSpans *written_loaded; /* (nullable) */
  GPtrArray
      *other_tails; /* (element-type GVariant): read positions of places that the settings do not name now */
#if HAVE_JOURNAL
  PdkJournal *journal; /* (nullable) */
  GArray
      *journal_future; /* (element-type gint64): times of its requests that are still to come, in seconds */
#endif
} PdkLogState;

PdkLogState *pdk_log_state_new (const PdkLogPlaces *places, gint64 now_sec);
void pdk_log_state_free (PdkLogState *state);
gboolean pdk_log_state_is_usable (const PdkLogState *state, gint64 now_sec);
gboolean pdk_log_state_is_doubtful (gint64 passed_over_sec, gint64 overflow_sec, gint64 now_sec);
gint64 pdk_log_state_get_oldest_sec (gint64 now_sec);
gboolean pdk_log_state_has_news (PdkLogState *state);
void pdk_log_state_choose_depth (PdkLogState *state);
void pdk_log_state_note_passed_over (PdkLogState *state);
void pdk_log_state_set_time (PdkLogState *state, gint64 now_sec);
void pdk_log_state_note_overflow (PdkLogState *state);
gboolean pdk_log_state_poll_tail (
    PdkLogState *state, PdkLogTail *tail, PdkLogIntake *intake, GCancellable *cancellable, GError **error);
void pdk_log_state_take_entry (PdkLogState *state, const char *line, gsize length, gint64 time_sec);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PdkLogRecount, pdk_log_recount_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PdkLogSaving, pdk_log_saving_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PdkLogState, pdk_log_state_free)

G_END_DECLS
