/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One count of requests for files and the journal: reads both, one after the other, in one worker thread.
 *
 * What was read so far lives in one object that travels: the log holds it between polls, and the worker has
 * it to itself while it reads. Whoever asks while a poll of the same moment is under way gets its result. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-request-log.h"

#include <errno.h>
#include <string.h>

#include "pdk-log-facts.h"
#include "pdk-log-history.h"
#include "pdk-log-saver.h"
#include "pdk-log-state.h"
#include "pdk-model-facts.h"
#include "pdk-server-facts.h"

struct _PdkRequestLog
{
  GObject parent_instance;

  PdkLogPlaces *places;
  PdkLocalApiSource *server; /* (nullable): the server whose log it is */
  PdkLogState *state;        /* (nullable): NULL before the first poll, and while a worker has it */
  PdkLogHistory *history;    /* (nullable): the same */
  char *history_path;        /* (nullable): NULL to keep none */
  char *account;
  guint history_days;
  GPtrArray *waiters; /* (element-type Waiter) */
  gboolean is_in_flight;
};

G_DEFINE_FINAL_TYPE (PdkRequestLog, pdk_request_log, G_TYPE_OBJECT)

/* A source that is to have the result of the flight of its moment. */
typedef struct
{
  GTask *task; /* of the source */
  PdkRequestLogDescribe describe;
  gint64 now_usec;
} Waiter;

/* One poll by a worker. */
typedef struct
{
  PdkLogPlaces *places;
  gint64 now_usec;
  PdkLogState *state;
  PdkLogHistory *history; /* (nullable) */
  PdkLogIntake *intake;   /* (nullable): NULL once the files are read */
  PdkLoadedSpans *loaded; /* (nullable): what the server's polls have found so far */
} Flight;

static void
flight_free (gpointer data)
{
  Flight *flight = data;

  g_clear_pointer (&flight->state, pdk_log_state_free);
  pdk_log_history_free (flight->history);
  pdk_log_intake_free (flight->intake);
  pdk_loaded_spans_free (flight->loaded);
  pdk_log_places_unref (flight->places);
  g_free (flight);
}

static void
waiter_free (gpointer data)
{
  Waiter *waiter = data;

  g_object_unref (waiter->task);
  g_free (waiter);
}

static void
part_clear (PdkRequestLogPart *part)
{
  g_free (part->path);
  g_free (part->problem);
  g_free (part->problem_path);
}

static void
result_free (gpointer data)
{
  PdkRequestLogResult *result = data;

  pdk_facts_unref (result->metrics);
  pdk_facts_unref (result->days);
  part_clear (&result->files);
  part_clear (&result->journal);
  g_free (result->history_problem);
  g_free (result);
}

static void
describe_tail (const PdkLogState *state, PdkLogTail *tail, PdkRequestLogPart *part)
{
  const PdkLogTailStats *stats = pdk_log_tail_get_stats (tail);
  GPtrArray *problems = pdk_log_tail_get_problems (tail);

  part->state = stats->n_readable > 0 ? PDK_SOURCE_STATE_OK : PDK_SOURCE_STATE_FAILED;
  part->n_skipped_long = stats->n_skipped_long + state->n_skipped_long;
  if (problems->len > 0)
    {
      const PdkLogProblem *problem = g_ptr_array_index (problems, 0);

      part->problem = g_strdup (problem->message);
      part->problem_path = g_strdup (problem->path);
      part->problem_code = problem->code;
    }
}

/* Reads the first of the places that holds a log. */
static void
poll_files (PdkLogState *state,
            const PdkLogPlaces *places,
            PdkLogIntake *intake,
            PdkRequestLogPart *part,
            GCancellable *cancellable)
{
  part->state = PDK_SOURCE_STATE_ABSENT;
  for (guint i = 0; i < state->tails->len && part->state == PDK_SOURCE_STATE_ABSENT; i++)
    {
      PdkLogTail *tail = g_ptr_array_index (state->tails, i);
      g_autoptr (GError) error = NULL;

      /* Where there is none, people look for it at the first place. */
      if (pdk_log_state_poll_tail (state, tail, intake, cancellable, &error))
        {
          if (pdk_log_tail_get_stats (tail)->n_files == 0)
            continue;
          describe_tail (state, tail, part);
        }
      else if (!g_error_matches (error, PDK_ERROR, PDK_ERROR_NOT_FOUND))
        {
          part->state = PDK_SOURCE_STATE_FAILED;
          part->problem = g_strdup (error->message);
          part->problem_code = error->code;
        }
      else
        continue;
      part->path = g_strdup (places->paths[i]);
    }
  if (part->path == NULL)
    part->path = g_strdup (places->paths[0]);
}

#if HAVE_JOURNAL
static void
on_entry (const char *message, gsize length, gint64 time_usec, gpointer user_data)
{
  PdkLogState *state = user_data;
  const gint64 time_sec = time_usec / G_USEC_PER_SEC;
  const char *end = message + length;

  /* Some collectors put several lines into one message. */
  while (message < end)
    {
      const char *newline = memchr (message, '\n', end - message);
      const char *line_end = newline != NULL ? newline : end;

      pdk_log_state_take_entry (state, message, line_end - message, time_sec);
      message = line_end + 1;
    }
}

/* Counts those of the journal's requests that are still to come, and forgets the others. */
static gsize
count_journal_future (PdkLogState *state)
{
  for (guint i = state->journal_future->len; i > 0; i--)
    {
      if (g_array_index (state->journal_future, gint64, i - 1) <= state->now_sec + PDK_TALLY_MAX_AHEAD_SEC)
        g_array_remove_index_fast (state->journal_future, i - 1);
    }
  return state->journal_future->len;
}

static void
poll_journal (PdkLogState *state,
              const PdkLogPlaces *places,
              PdkRequestLogPart *part,
              GCancellable *cancellable)
{
  const PdkJournalStats *stats;
  g_autoptr (GError) error = NULL;

  part->state = PDK_SOURCE_STATE_ABSENT;
  part->path = g_strdup (places->journal_folder != NULL ? places->journal_folder : "/var/log/journal");
  if (state->journal == NULL)
    return;
  stats = pdk_journal_get_stats (state->journal);
  if (pdk_journal_poll (state->journal, state->oldest_sec * G_USEC_PER_SEC, on_entry, state, cancellable,
                        &error))
    {
      part->state = PDK_SOURCE_STATE_OK;
      part->problem = g_strdup (pdk_journal_get_problem (state->journal));
      part->problem_code = PDK_ERROR_FAILED;
      /* On a machine, others' journals are none of our business; in a folder that was named, all of it is. */
      if (part->problem == NULL && stats->n_denied > 0 && places->journal_folder != NULL)
        {
          part->problem = g_strdup (g_strerror (EACCES));
          part->problem_code = PDK_ERROR_PERMISSION;
        }
    }
  else if (!g_error_matches (error, PDK_ERROR, PDK_ERROR_NOT_FOUND))
    {
      part->state = PDK_SOURCE_STATE_FAILED;
      part->problem = g_strdup (error->message);
      part->problem_code = error->code;
    }
  else if (places->journal_folder != NULL && stats->n_folders == 0)
    part->problem = g_strdup (error->message);
  if (stats->has_passed_over)
    pdk_log_state_note_passed_over (state);
  part->n_skipped_long = stats->n_skipped_long;
  part->n_future = count_journal_future (state);
  if (stats->first_usec != G_MAXINT64)
    pdk_tally_note_day (state->tally, MAX (stats->first_usec / G_USEC_PER_SEC, state->oldest_sec));
}
#endif

/* Whether what the history has, or may get, matters to this poll. */
static gboolean
may_find_something (PdkLogState *state)
{
  return pdk_log_saver_has_news (state) || pdk_log_state_has_news (state);
}

static void
flight_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Flight *flight = task_data;
  const gint64 now_sec = flight->now_usec / G_USEC_PER_SEC;
  PdkRequestLogResult *result = g_new0 (PdkRequestLogResult, 1);
  gboolean is_kept;

  if (flight->state != NULL && !pdk_log_state_is_usable (flight->state, now_sec))
    g_clear_pointer (&flight->state, pdk_log_state_free);
  if (flight->state == NULL)
    flight->state = pdk_log_state_new (flight->places, now_sec);
  if (flight->loaded != NULL)
    pdk_loaded_spans_merge (flight->state->loaded, flight->loaded);
  pdk_log_state_set_time (flight->state, now_sec);
  result->now_usec = flight->now_usec;
  result->metrics = pdk_facts_new ();
  result->days = pdk_facts_new ();
  is_kept = flight->history != NULL && may_find_something (flight->state) &&
            pdk_log_history_begin (flight->history, &flight->state, flight->places, now_sec);
  poll_files (flight->state, flight->places, flight->intake, &result->files, cancellable);
  g_clear_pointer (&flight->intake, pdk_log_intake_free);
#if HAVE_JOURNAL
  poll_journal (flight->state, flight->places, &result->journal, cancellable);
#else
  result->journal.state = PDK_SOURCE_STATE_ABSENT;
#endif
  result->files.n_future = pdk_tally_get_n_future (flight->state->tally) - result->journal.n_future;
  result->n_dropped = pdk_tally_get_n_dropped (flight->state->tally);
  pdk_server_record_settle (flight->state->record);
  pdk_log_state_note_overflow (flight->state);
  if (is_kept)
    pdk_log_history_end (flight->history, flight->state, now_sec);
  if (flight->history != NULL)
    result->history_problem = g_strdup (pdk_log_history_get_problem (flight->history));
  if (result->files.state != PDK_SOURCE_STATE_OK && result->journal.state != PDK_SOURCE_STATE_OK)
    pdk_log_facts_describe_days (flight->state->tally, now_sec, result->days);
  pdk_log_facts_describe (flight->state->tally, now_sec, result->metrics);
  pdk_server_facts_describe (flight->state->record, flight->state->tally, now_sec, result->metrics);
  pdk_model_facts_describe (flight->state->record, flight->state->tally, flight->state->loaded, now_sec,
                            result->metrics);
  g_task_return_pointer (task, result, result_free);
}

static void start_flight (PdkRequestLog *self, gint64 now_usec, GCancellable *cancellable);

/* Puts those aside that wait for a later moment than that of the flight. */
static GPtrArray *
take_waiters (PdkRequestLog *self, gint64 now_usec)
{
  GPtrArray *served = g_ptr_array_new_with_free_func (waiter_free);

  for (guint i = self->waiters->len; i > 0; i--)
    {
      const Waiter *waiter = g_ptr_array_index (self->waiters, i - 1);

      if (waiter->now_usec <= now_usec)
        g_ptr_array_insert (served, 0, g_ptr_array_steal_index (self->waiters, i - 1));
    }
  return served;
}

static void
on_flight_done (GObject *object, GAsyncResult *async_result, gpointer user_data)
{
  PdkRequestLog *self = PDK_REQUEST_LOG (object);
  Flight *flight = g_task_get_task_data (G_TASK (async_result));
  g_autoptr (GError) error = NULL;
  PdkRequestLogResult *result = g_task_propagate_pointer (G_TASK (async_result), &error);
  /* Who gives one up gives all of them up. */
  g_autoptr (GPtrArray) served = take_waiters (self, result != NULL ? flight->now_usec : G_MAXINT64);

  self->is_in_flight = FALSE;
  /* Cancelled, the worker may still be at it. */
  if (result != NULL)
    {
      self->state = g_steal_pointer (&flight->state);
      self->history = g_steal_pointer (&flight->history);
    }
  for (guint i = 0; i < served->len; i++)
    {
      const Waiter *waiter = g_ptr_array_index (served, i);

      if (result != NULL)
        g_task_return_pointer (
            waiter->task, waiter->describe (g_task_get_source_object (waiter->task), result, self->places),
            (GDestroyNotify) pdk_reading_unref);
      else
        g_task_return_error (waiter->task, g_error_copy (error));
    }
  g_clear_pointer (&result, result_free);

  if (self->waiters->len > 0 && !self->is_in_flight)
    {
      const Waiter *waiter = g_ptr_array_index (self->waiters, self->waiters->len - 1);

      start_flight (self, waiter->now_usec, g_task_get_cancellable (waiter->task));
    }
}

/* What reads the files. Where all of them may be new to us, it has its threads before this one goes on, which
 * may have libraries loaded. */
static PdkLogIntake *
make_intake (const Flight *flight)
{
  PdkLogIntake *intake = pdk_log_intake_new ();

  if (flight->state == NULL)
    pdk_log_intake_start_threads (intake);
  return intake;
}

static void
start_flight (PdkRequestLog *self, gint64 now_usec, GCancellable *cancellable)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, on_flight_done, NULL);
  Flight *flight = g_new0 (Flight, 1);

  flight->places = pdk_log_places_ref (self->places);
  flight->now_usec = now_usec;
  flight->state = g_steal_pointer (&self->state);
  flight->history = g_steal_pointer (&self->history);
  if (flight->history == NULL && self->history_path != NULL)
    flight->history = pdk_log_history_new (self->history_path, self->account, self->history_days);
  if (self->server != NULL)
    flight->loaded = pdk_loaded_spans_copy (pdk_local_api_source_get_loaded_spans (self->server));
  flight->intake = make_intake (flight);
  self->is_in_flight = TRUE;
  g_task_set_source_tag (task, start_flight);
  g_task_set_task_data (task, flight, flight_free);
  /* Who gives up does not wait for a disk that hangs; the state then goes with the task. */
  g_task_set_return_on_cancel (task, TRUE);
  g_task_run_in_thread (task, flight_thread);
}

static void
pdk_request_log_finalize (GObject *object)
{
  PdkRequestLog *self = PDK_REQUEST_LOG (object);

  g_clear_pointer (&self->state, pdk_log_state_free);
  g_clear_pointer (&self->history, pdk_log_history_free);
  g_free (self->history_path);
  g_free (self->account);
  g_ptr_array_unref (self->waiters);
  g_clear_object (&self->server);
  pdk_log_places_unref (self->places);
  G_OBJECT_CLASS (pdk_request_log_parent_class)->finalize (object);
}

static void
pdk_request_log_class_init (PdkRequestLogClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pdk_request_log_finalize;
}

static void
pdk_request_log_init (PdkRequestLog *self)
{
  self->waiters = g_ptr_array_new_with_free_func (waiter_free);
}

/**
 * pdk_request_log_new:
 * @places: (transfer none): where to look
 *
 * Returns: (transfer full): the log; nothing is read yet
 */
PdkRequestLog *
pdk_request_log_new (PdkLogPlaces *places)
{
  PdkRequestLog *self = g_object_new (PDK_TYPE_REQUEST_LOG, NULL);

  self->places = pdk_log_places_ref (places);
  return self;
}

/**
 * pdk_request_log_set_server:
 * @self: a log of which nothing is read yet
 * @server: (transfer none): the server whose log it is
 *
 * Has tokens counted by model, where @server shows which one was loaded. The other way, nothing is told.
 */
void
pdk_request_log_set_server (PdkRequestLog *self, PdkLocalApiSource *server)
{
  g_set_object (&self->server, server);
}

/**
 * pdk_request_log_keep:
 * @self: a log of which nothing is read yet
 * @path: Paddock's own file
 * @account: the account's id in it
 * @n_days: how long to keep sums of hours
 *
 * Has what is read kept, so that the next process goes on from there.
 */
void
pdk_request_log_keep (PdkRequestLog *self, const char *path, const char *account, guint n_days)
{
  self->history_path = g_strdup (path);
  self->account = g_strdup (account);
  self->history_days = n_days;
}

/**
 * pdk_request_log_poll_for_source:
 * @self: the log
 * @source: the source that asks, which keeps @self alive until it is answered
 * @describe: makes its reading of the result
 * @now_usec: the time, in microseconds since the epoch
 * @cancellable: (nullable): to give up; the same for all that ask one log, since they are given up together
 * @callback: called in the main context when there is a reading
 * @user_data: for @callback
 *
 * Does what #PdkSourceClass.poll_async has to do; pdk_source_poll_finish() gives the reading.
 */
void
pdk_request_log_poll_for_source (PdkRequestLog *self,
                                 PdkSource *source,
                                 PdkRequestLogDescribe describe,
                                 gint64 now_usec,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  Waiter *waiter = g_new0 (Waiter, 1);

  waiter->task = g_task_new (source, cancellable, callback, user_data);
  waiter->describe = describe;
  waiter->now_usec = now_usec;
  g_task_set_source_tag (waiter->task, pdk_request_log_poll_for_source);
  g_ptr_array_add (self->waiters, waiter);
  if (!self->is_in_flight)
    start_flight (self, now_usec, cancellable);
}
