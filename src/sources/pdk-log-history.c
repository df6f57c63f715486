/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The way between what is learnt from a log and the file that outlives it.
 *
 * Each poll that may find something takes the file's lock, takes in what other processes have read since,
 * reads on from there, and writes what is new together with how far the log was read, all in one transaction.
 * So each line is counted once, whoever reads it, and whenever a process ends. A poll that finds nothing
 * writes nothing.
 *
 * Without the file (no space, no right, somebody else's lock) the log is read all the same, and what was not
 * written is tried again the next time. If somebody else has written meanwhile, they have read the same
 * lines: then their word is taken, and ours forgotten. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-log-history.h"

#include <glib/gi18n-lib.h>

#include "pdk-error.h"
#include "pdk-history-db.h"
#include "pdk-log-loader.h"
#include "pdk-log-saver.h"

/* A clock that is further ahead of the last pruning is only believed when it still says so a day later. */
#define MAX_JUMP_SEC (2 * PDK_SECONDS_PER_DAY)

/* What it says after even longer is another jump. */
#define MAX_DOUBT_SEC (31 * PDK_SECONDS_PER_DAY)

struct _PdkLogHistory
{
  char *path;
  char *account;
  guint n_days;
  PdkHistoryDb *db;         /* (nullable): open from the first use on */
  PdkHistoryFileId file_id; /* of the file that was open last */
  gboolean is_other_file;   /* it is not the one that the state was loaded from */
  char *problem;            /* (nullable): why the last poll was not kept, as a sentence */
  char *notice;             /* (nullable): what became of a damaged file, as a sentence */
};

static void
set_problem (PdkLogHistory *history, const GError *error)
{
  g_clear_pointer (&history->problem, g_free);
  /* Somebody else is at it; the next poll will have its turn. */
  if (g_error_matches (error, PDK_ERROR, PDK_ERROR_TIMED_OUT))
    return;
  history->problem = g_strdup_printf (
      _ ("The history in %s cannot be kept (%s): check that there is space and that you may write there."),
      history->path, error->message);
}

static void
note_set_aside (PdkLogHistory *history, const char *aside)
{
  g_free (history->notice);
  history->notice = g_strdup_printf (
      _ ("The history was damaged, and a new one was begun from the log: the old file is now %s."), aside);
}

static gboolean
open_db (PdkLogHistory *history, GError **error)
{
  const PdkHistoryFileId former = history->file_id;
  g_autofree char *aside = NULL;

  if (history->db != NULL)
    return TRUE;
  history->db = pdk_history_db_open (history->path, &aside, error);
  if (aside != NULL)
    note_set_aside (history, aside);
  if (history->db == NULL)
    return FALSE;
  history->file_id = pdk_history_db_get_file_id (history->db);
  if (former.inode != history->file_id.inode || former.device != history->file_id.device)
    history->is_other_file = TRUE;
  return TRUE;
}

/* After an error nothing is known of the file, so it is opened anew. One that is damaged is set aside then.
 */
static void
give_up (PdkLogHistory *history, const GError *error)
{
  g_autoptr (GError) local_error = NULL;
  g_autofree char *aside = NULL;

  set_problem (history, error);
  if (g_error_matches (error, PDK_ERROR, PDK_ERROR_TIMED_OUT))
    return;
  if (history->db == NULL || !g_error_matches (error, PDK_ERROR, PDK_ERROR_MALFORMED))
    g_clear_pointer (&history->db, pdk_history_db_close);
  else if (!pdk_history_db_set_aside (g_steal_pointer (&history->db), &aside, &local_error))
    set_problem (history, local_error);
  else
    g_clear_pointer (&history->problem, g_free);
  if (aside != NULL)
    note_set_aside (history, aside);
}

/* What somebody else has read since replaces what we have read and could not write: it is the same. */
static gboolean
catch_up (PdkLogHistory *history,
          PdkLogState **state,
          const PdkLogPlaces *places,
          gint64 generation,
          gint64 now_sec,
          GError **error)
{
  PdkLogState *known = *state;
  /* Generations of two files cannot be compared. */
  const gboolean is_of_another = history->is_other_file && known->generation != 0;

  if (known->generation == generation && !is_of_another)
    return TRUE;
  if (known->generation > generation || is_of_another || pdk_log_saver_has_unsaved (known) ||
      pdk_log_loader_is_doubtful (known, history->db, history->account, now_sec))
    {
      *state = pdk_log_state_new (places, now_sec);
      pdk_loaded_spans_merge ((*state)->loaded, known->loaded);
      pdk_log_state_set_time (*state, now_sec);
      pdk_log_state_free (known);
    }
  if (!pdk_log_loader_load (*state, history->db, history->account, now_sec, error))
    return FALSE;
  (*state)->generation = generation;
  pdk_log_state_set_time (*state, now_sec);
  return TRUE;
}

/* Returns whether it is time to drop old rows, and notes that it was. A clock that was set far ahead must not
 * cost all that is kept: nothing is lost by waiting, and whoever was away for long waits for no more than a
 * day. */
static gboolean
is_time_to_prune (PdkHistoryPruning *pruning, gint64 now_sec)
{
  if (now_sec < pruning->doubted_sec || now_sec - pruning->doubted_sec > MAX_DOUBT_SEC)
    pruning->doubted_sec = 0;
  /* In a new file, there is nothing old. */
  if (now_sec < pruning->pruned_sec || pruning->pruned_sec == 0)
    pruning->pruned_sec = now_sec;
  if (now_sec - pruning->pruned_sec < PDK_SECONDS_PER_DAY)
    return FALSE;
  if (pruning->doubted_sec == 0 && now_sec - pruning->pruned_sec > MAX_JUMP_SEC)
    pruning->doubted_sec = now_sec;
  if (pruning->doubted_sec != 0 && now_sec - pruning->doubted_sec < PDK_SECONDS_PER_DAY)
    return FALSE;
  pruning->doubted_sec = 0;
  pruning->pruned_sec = now_sec;
  return TRUE;
}

/* Once a day, whichever process it is that comes by then. */
static gboolean
prune (PdkLogHistory *history, gint64 now_sec, GError **error)
{
  PdkHistoryPruning former, pruning;

  if (!pdk_history_db_read_pruning (history->db, &former, error))
    return FALSE;
  pruning = former;
  if (is_time_to_prune (&pruning, now_sec) &&
      !pdk_log_saver_drop_old (history->db, history->n_days, now_sec, error))
    return FALSE;
  if (pruning.pruned_sec == former.pruned_sec && pruning.doubted_sec == former.doubted_sec)
    return TRUE;
  return pdk_history_db_write_pruning (history->db, &pruning, error);
}

/* What was just counted once more and written becomes what is known, with all that the log does not tell any
 * more. If it is not there for good in the end, the next poll begins anew. */
static gboolean
take_in_recount (PdkLogHistory *history, PdkLogState *state, gint64 now_sec, GError **error)
{
  g_clear_pointer (&state->recount, pdk_log_recount_free);
  pdk_log_saver_mark_saved (state);
  state->generation = 0;
  if (!pdk_log_loader_load (state, history->db, history->account, now_sec, error))
    return FALSE;
  pdk_log_state_set_time (state, now_sec);
  return TRUE;
}

/**
 * pdk_log_history_new:
 * @path: Paddock's own file
 * @account: the account's id
 * @n_days: how long hours are kept
 *
 * Does no I/O.
 *
 * Returns: (transfer full): a history, to be freed with pdk_log_history_free()
 */
PdkLogHistory *
pdk_log_history_new (const char *path, const char *account, guint n_days)
{
  PdkLogHistory *history = g_new0 (PdkLogHistory, 1);

  history->path = g_strdup (path);
  history->account = g_strdup (account);
  history->n_days = n_days;
  return history;
}

/**
 * pdk_log_history_free:
 * @history: (nullable) (transfer full): what to free
 */
void
pdk_log_history_free (PdkLogHistory *history)
{
  if (history == NULL)
    return;
  pdk_history_db_close (history->db);
  g_free (history->path);
  g_free (history->account);
  g_free (history->problem);
  g_free (history->notice);
  g_free (history);
}

/**
 * pdk_log_history_begin:
 * @history: a history
 * @state: (inout) (transfer full): what is known; maybe replaced
 * @places: where the log is
 * @now_sec: Unix seconds
 *
 * Takes the file's lock, and brings @state up to what is in it. To be called before the log is read, some of
 * which is written at once.
 *
 * Returns: whether it has the lock, to be given back by pdk_log_history_end(); if not, the log is read
 * without it
 */
gboolean
pdk_log_history_begin (PdkLogHistory *history,
                       PdkLogState **state,
                       const PdkLogPlaces *places,
                       gint64 now_sec)
{
  g_autoptr (GError) error = NULL;
  gint64 generation;

  /* A second time for a file that had to be replaced. */
  for (guint i = 0; i < 2; i++)
    {
      g_clear_error (&error);
      if (open_db (history, &error) &&
          pdk_history_db_begin (history->db, history->account, &generation, &error))
        {
          if (catch_up (history, state, places, generation, now_sec, &error))
            {
              history->is_other_file = FALSE;
              pdk_log_saver_begin (*state, history->db);
              return TRUE;
            }
          pdk_history_db_rollback (history->db);
        }
      give_up (history, error);
      if (!g_error_matches (error, PDK_ERROR, PDK_ERROR_MALFORMED) &&
          !g_error_matches (error, PDK_ERROR, PDK_ERROR_NOT_FOUND))
        break;
    }
  return FALSE;
}

/**
 * pdk_log_history_end:
 * @history: a history whose lock was taken
 * @state: what is known now
 * @now_sec: Unix seconds
 *
 * Writes what is new, if there is anything, and gives the lock back.
 */
void
pdk_log_history_end (PdkLogHistory *history, PdkLogState *state, gint64 now_sec)
{
  const gint64 generation = state->generation;
  const gboolean is_recount = state->recount != NULL;
  g_autoptr (GError) error = NULL;
  gboolean is_news = FALSE;

  if (!pdk_log_saver_finish (state, history->account, &is_news, &error) ||
      (is_recount && !take_in_recount (history, state, now_sec, &error)) ||
      (is_news && !prune (history, now_sec, &error)) ||
      (is_news && !pdk_history_db_commit (history->db, &error)))
    {
      pdk_history_db_rollback (history->db);
      give_up (history, error);
      return;
    }
  g_clear_pointer (&history->problem, g_free);
  if (!is_news)
    {
      pdk_history_db_rollback (history->db);
      return;
    }
  if (!is_recount)
    pdk_log_saver_mark_saved (state);
  state->generation = generation + 1;
}

/** pdk_log_history_get_problem: Returns: (transfer none) (nullable): a sentence about what went wrong */
const char *
pdk_log_history_get_problem (const PdkLogHistory *history)
{
  return history->problem != NULL ? history->problem : history->notice;
}
