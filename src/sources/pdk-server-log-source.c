/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The server's log files: which requests came when, how they ended, how long they took. A poll reads what was added
 * since the one before.
 *
 * What was read so far lives in one object that travels: the source holds it between polls, and the worker thread
 * has it to itself while it reads. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-server-log-source.h"

#include <glib/gi18n-lib.h>

#include "pdk-access-line.h"
#include "pdk-error.h"
#include "pdk-log-clock.h"
#include "pdk-log-facts.h"
#include "pdk-log-tail.h"
#include "pdk-tally-feed.h"
#include "pdk-tally.h"

/* Days that no series shows, with a margin for zones. What is as old is passed over unread. */
#define OLDEST_DAYS 32
#define DAY_SEC (24 * 60 * 60)
/* A clock that is set back by no more than this brings nothing back to light that was passed over or forgotten: what
 * is kept has a margin of a day. */
#define CLOCK_MARGIN_SEC (DAY_SEC / 2)

/* All that was learnt from the log. */
typedef struct
{
  PdkLogTail *tail;
  PdkLogClock *clock; /* in the log's zone */
  PdkTally *tally;    /* by days of the user's zone */
  char *local_zone;   /* the identifier of the user's zone */
  gint64 latest_sec;  /* the latest time that a poll was told */
  gint64 oldest_sec;
  char oldest_date[16]; /* the same as an access line writes it: "2026/11/20" */
  gboolean has_older;   /* the log goes back beyond that */
} LogState;

/* The way of a line into the state. */
typedef struct
{
  LogState *state;
  PdkTallyFeed *feed;
} Intake;

struct _PdkServerLogSource
{
  PdkSource parent_instance;

  char *path;
  char *zone_name;
  LogState *state; /* (nullable): NULL before the first poll, and while a worker has it */
};

G_DEFINE_FINAL_TYPE (PdkServerLogSource, pdk_server_log_source, PDK_TYPE_SOURCE)

/* One poll. */
typedef struct
{
  char *path;
  char *zone_name;
  gint64 now_sec;
  LogState *state;
} Poll;

static void
log_state_free (LogState *state)
{
  pdk_log_tail_free (state->tail);
  pdk_log_clock_free (state->clock);
  pdk_tally_free (state->tally);
  g_free (state->local_zone);
  g_free (state);
}

static void
poll_free (gpointer data)
{
  Poll *poll = data;

  g_clear_pointer (&poll->state, log_state_free);
  g_free (poll->path);
  g_free (poll->zone_name);
  g_free (poll);
}

static LogState *
log_state_new (const Poll *poll)
{
  LogState *state = g_new0 (LogState, 1);
  g_autoptr (GTimeZone) local = g_time_zone_new_local ();
  g_autoptr (GTimeZone) zone = NULL;

  if (poll->zone_name != NULL && *poll->zone_name != '\0' && !g_str_equal (poll->zone_name, "local"))
    zone = g_time_zone_new_identifier (poll->zone_name);
  state->tail = pdk_log_tail_new (poll->path, pdk_access_line_find_end);
  state->clock = pdk_log_clock_new (zone != NULL ? zone : local);
  state->tally = pdk_tally_new (local, poll->now_sec);
  state->local_zone = g_strdup (g_time_zone_get_identifier (local));
  return state;
}

/* What was learnt cannot be brought to another zone, nor far back in time: the log has to be read again. */
static gboolean
log_state_is_usable (const LogState *state, gint64 now_sec)
{
  g_autoptr (GTimeZone) local = g_time_zone_new_local ();

  return now_sec >= state->latest_sec - CLOCK_MARGIN_SEC &&
         g_strcmp0 (state->local_zone, g_time_zone_get_identifier (local)) == 0;
}

/* The tally wants to know the time before it is given anything. */
static void
log_state_set_time (LogState *state, gint64 now_sec)
{
  g_autoptr (GDateTime) oldest = NULL;
  g_autofree char *date = NULL;

  state->latest_sec = MAX (state->latest_sec, now_sec);
  state->oldest_sec = now_sec - (gint64) OLDEST_DAYS * DAY_SEC;
  oldest = g_date_time_new_from_unix_utc (state->oldest_sec);
  date = oldest != NULL ? g_date_time_format (oldest, "%Y/%m/%d") : NULL;
  g_strlcpy (state->oldest_date, date != NULL ? date : "", sizeof state->oldest_date);
  pdk_tally_expire (state->tally, now_sec);
}

static void
on_line (const char *bytes, gsize length, gpointer user_data)
{
  Intake *intake = user_data;
  PdkAccessLine line;

  if (pdk_access_line_is_before (bytes, length, intake->state->oldest_date))
    intake->state->has_older = TRUE;
  else if (pdk_access_line_parse (bytes, length, &line))
    pdk_tally_feed_push (intake->feed, &line);
}

static gboolean
read_log (LogState *state, GCancellable *cancellable, GError **error)
{
  Intake intake = { state, pdk_tally_feed_new (state->clock, state->tally) };
  gboolean was_read = pdk_log_tail_poll (state->tail, on_line, &intake, cancellable, error);

  pdk_tally_feed_finish (intake.feed);
  /* All that the day of an older line means is that the log begins before any series. */
  if (state->has_older)
    pdk_tally_note_day (state->tally, state->oldest_sec);
  return was_read;
}

/* The first of several things that are wrong is told; mending it brings the next to light. */
static void
describe_problems (LogState *state, const char *path, PdkFacts *facts)
{
  const PdkLogTailStats *stats = pdk_log_tail_get_stats (state->tail);
  GPtrArray *problems = pdk_log_tail_get_problems (state->tail);
  /* In a type whose format is a plain one: a macro inside of a text would hide it from translators. */
  guint n_future = (guint) MIN (pdk_tally_get_n_future (state->tally), G_MAXUINT);
  guint n_skipped = (guint) MIN (stats->n_skipped_long, G_MAXUINT);
  g_autofree char *sentence = NULL;

  if (problems->len > 0)
    {
      const PdkLogProblem *problem = g_ptr_array_index (problems, 0);

      sentence = problem->code == PDK_ERROR_PERMISSION
                   ? g_strdup_printf (_ ("You may not read %s (%s): have its owner let you, or name another folder "
                                         "with “logs_dir” in the settings."),
                                      problem->path,
                                      problem->message)
                   : g_strdup_printf (_ ("%s cannot be read as a log (%s): move it away, or name another folder with "
                                         "“logs_dir” in the settings."),
                                      problem->path,
                                      problem->message);
    }
  else if (n_future > 0)
    sentence = g_strdup_printf (
      g_dngettext (GETTEXT_PACKAGE,
                   "%u request in %s is from the future and not counted: check the clock, or set "
                   "“log_timezone” in the settings.",
                   "%u requests in %s are from the future and not counted: check the clock, or set "
                   "“log_timezone” in the settings.",
                   n_future),
      n_future,
      path);
  else if (n_skipped > 0)
    sentence = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE,
                                             "%u line of the log in %s was too long and was passed "
                                             "over; if it was a request, it is not counted.",
                                             "%u lines of the log in %s were too long and were passed "
                                             "over; if they were requests, they are not counted.",
                                             n_skipped),
                                n_skipped,
                                path);
  if (sentence != NULL)
    pdk_facts_set_diagnostic (facts, "server_log_error", sentence);
}

/* No log is no error: on most machines Ollama writes none. */
static PdkReading *
absent_reading (const char *path)
{
  g_autoptr (PdkFacts) facts = pdk_facts_new ();
  g_autofree char *sentence =
    g_strdup_printf (_ ("No server log was found in %s, so requests are not counted: if Ollama writes one elsewhere, "
                        "name its folder with “logs_dir” in the settings."),
                     path);

  pdk_facts_set_diagnostic (facts, "server_log_error", sentence);
  return pdk_reading_new (PDK_SOURCE_STATE_ABSENT, PDK_TIME_UNKNOWN, facts);
}

static PdkReading *
failed_reading (const char *path, const GError *error)
{
  g_autoptr (PdkFacts) facts = pdk_facts_new ();
  g_autofree char *sentence =
    g_strdup_printf (_ ("The server log in %s cannot be read (%s): check the path and your rights to it."),
                     path,
                     error->message);

  pdk_facts_set_diagnostic (facts, "server_log_error", sentence);
  return pdk_reading_new (PDK_SOURCE_STATE_FAILED, PDK_TIME_UNKNOWN, facts);
}

static PdkReading *
read_reading (Poll *poll, GCancellable *cancellable)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PdkFacts) facts = NULL;
  const PdkLogTailStats *stats;
  gboolean was_read;

  if (poll->state != NULL && !log_state_is_usable (poll->state, poll->now_sec))
    g_clear_pointer (&poll->state, log_state_free);
  if (poll->state == NULL)
    poll->state = log_state_new (poll);
  log_state_set_time (poll->state, poll->now_sec);
  was_read = read_log (poll->state, cancellable, &error);
  if (!was_read && g_error_matches (error, PDK_ERROR, PDK_ERROR_NOT_FOUND))
    return absent_reading (poll->path);
  if (!was_read)
    return failed_reading (poll->path, error);

  stats = pdk_log_tail_get_stats (poll->state->tail);
  if (stats->n_files == 0)
    return absent_reading (poll->path);
  facts = pdk_facts_new ();
  describe_problems (poll->state, poll->path, facts);
  if (stats->n_readable == 0)
    return pdk_reading_new (PDK_SOURCE_STATE_FAILED, PDK_TIME_UNKNOWN, facts);
  pdk_log_facts_describe (poll->state->tally, poll->now_sec, facts);
  return pdk_reading_new (PDK_SOURCE_STATE_OK, poll->now_sec * G_USEC_PER_SEC, facts);
}

static void
poll_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  g_task_return_pointer (task, read_reading (task_data, cancellable), (GDestroyNotify) pdk_reading_unref);
}

static void
poll_async (PdkSource *source,
            gint64 now_usec,
            GCancellable *cancellable,
            GAsyncReadyCallback callback,
            gpointer user_data)
{
  PdkServerLogSource *self = PDK_SERVER_LOG_SOURCE (source);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  Poll *poll = g_new0 (Poll, 1);

  poll->path = g_strdup (self->path);
  poll->zone_name = g_strdup (self->zone_name);
  poll->now_sec = now_usec / G_USEC_PER_SEC;
  poll->state = g_steal_pointer (&self->state);
  g_task_set_source_tag (task, poll_async);
  g_task_set_task_data (task, poll, poll_free);
  /* Who gives up does not wait for a disk that hangs; the state then goes with the task. */
  g_task_set_return_on_cancel (task, TRUE);
  g_task_run_in_thread (task, poll_thread);
}

static PdkReading *
poll_finish (PdkSource *source, GAsyncResult *result, GError **error)
{
  PdkServerLogSource *self = PDK_SERVER_LOG_SOURCE (source);
  Poll *poll;
  PdkReading *reading;

  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  poll = g_task_get_task_data (G_TASK (result));
  reading = g_task_propagate_pointer (G_TASK (result), error);
  /* Cancelled, the worker may still be at it. */
  if (reading != NULL)
    self->state = g_steal_pointer (&poll->state);
  return reading;
}

static void
pdk_server_log_source_finalize (GObject *object)
{
  PdkServerLogSource *self = PDK_SERVER_LOG_SOURCE (object);

  g_clear_pointer (&self->state, log_state_free);
  g_free (self->path);
  g_free (self->zone_name);
  G_OBJECT_CLASS (pdk_server_log_source_parent_class)->finalize (object);
}

static void
pdk_server_log_source_class_init (PdkServerLogSourceClass *klass)
{
  PdkSourceClass *source_class = PDK_SOURCE_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = pdk_server_log_source_finalize;
  source_class->name = "server_log";
  source_class->poll_async = poll_async;
  source_class->poll_finish = poll_finish;
}

static void
pdk_server_log_source_init (PdkServerLogSource *self)
{
}

/**
 * pdk_server_log_source_new:
 * @path: the folder of the log files, or one file
 * @zone_name: (nullable): the zone of the time stamps: "local", which NULL means too, or an IANA name
 *
 * Returns: (transfer full): the source
 */
PdkServerLogSource *
pdk_server_log_source_new (const char *path, const char *zone_name)
{
  PdkServerLogSource *self = g_object_new (PDK_TYPE_SERVER_LOG_SOURCE, NULL);

  self->path = g_strdup (path);
  self->zone_name = g_strdup (zone_name);
  return self;
}
