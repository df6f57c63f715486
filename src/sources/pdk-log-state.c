/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What was learnt from a server's log so far, and the way of its lines into it: requests go to the tally, all
 * else that the server says to the record. Belongs to one thread at a time. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-log-state.h"

#include "pdk-access-line.h"
#include "pdk-log-stamp.h"

/* Days that nothing tells of, neither a window nor what it is compared with, with a margin for zones. What is
 * as old is passed over unread. */
#define OLDEST_DAYS 62

/* Of a log that is larger than this, the days that are only compared with are left out at first: nobody is to
 * wait for them. The history brings them in time. Fifteen hours more than thirty days are enough for the two
 * that an autumn's night may be longer, and for the dates of a zone that is twelve behind. */
#define SMALL_BYTES (64 * 1024 * 1024)
#define OLDEST_SEC_OF_LARGE (30 * PDK_SECONDS_PER_DAY + 15 * 60 * 60)

/* Stands for the time of such a line: older than any tokens that are counted. */
#define TOO_OLD_SEC 0

/* Tokens are told by model for seven days. */
#define LOADED_DAYS 8

/* Read before these days, for what is not in the order of time, and to find the server's last start. */
#define SEEK_MARGIN_BYTES (4 * 1024 * 1024)

/* A clock that is set back by more than this was wrong before, and so are the sums. */
#define CLOCK_MARGIN_SEC (PDK_SECONDS_PER_DAY / 2)

/** pdk_log_state_note_passed_over: tells that something was too old to be counted one by one */
void
pdk_log_state_note_passed_over (PdkLogState *state)
{
  state->passed_over_sec = MAX (state->passed_over_sec, state->now_sec);
}

/* A request before the oldest day. Whatever it was, the tokens before it are not those of a later one. */
static void
take_too_old (PdkLogState *state, const PdkLogEvent *event)
{
  state->has_older = TRUE;
  pdk_log_state_note_passed_over (state);
  pdk_server_record_take_request (state->record, TOO_OLD_SEC, PDK_REQUEST_CHAT, event->latency_nsec);
}

/* The next request, in an hour in which clocks are changed. */
static void
take_in_odd_hour (PdkLogState *state, const PdkLogEvent *event)
{
  gint64 time_sec = pdk_log_clock_resolve (state->clock, event->hour_key, event->second);

  pdk_tally_add (state->tally, time_sec, event->kind, event->status, event->latency_nsec);
  pdk_server_record_take_request (state->record, time_sec, event->kind, event->latency_nsec);
}

/* Requests of one hour of the wall clock. */
static void
take_hour (PdkLogState *state, const PdkLogEvent *events, guint32 n)
{
  gint64 start_sec;

  if (events->hour_key != 0 && pdk_log_clock_enter_hour (state->clock, events->hour_key, &start_sec))
    {
      pdk_tally_add_run (state->tally, start_sec, events, n);
      pdk_server_record_take_run (state->record, start_sec, events, n);
      return;
    }
  for (guint32 i = 0; i < n; i++)
    {
      if (events[i].hour_key == 0)
        take_too_old (state, &events[i]);
      else
        take_in_odd_hour (state, &events[i]);
    }
}

/* Requests without another line between them. */
static void
take_requests (PdkLogState *state, const PdkLogEvent *events, guint32 n)
{
  for (guint32 start = 0, end = 0; start < n; start = end)
    {
      while (end < n && events[end].hour_key == events[start].hour_key)
        end++;
      take_hour (state, events + start, end - start);
    }
}

static void
take_batch (const PdkLogBatch *batch, gpointer user_data)
{
  PdkLogState *state = user_data;
  guint32 n_taken = 0;

  for (guint i = 0; i < batch->remarks->len; i++)
    {
      const PdkLogRemark *remark = &g_array_index (batch->remarks, PdkLogRemark, i);

      take_requests (state, batch->events + n_taken, remark->n_events_before - n_taken);
      n_taken = remark->n_events_before;
      pdk_server_record_take_line (state->record, &remark->line);
    }
  take_requests (state, batch->events + n_taken, batch->n_events - n_taken);
  state->n_skipped_long += batch->n_skipped_long;
}

static gboolean
find_time (const char *bytes, gsize length, gint64 *time_sec, gpointer user_data)
{
  PdkLogState *state = user_data;

  return pdk_log_stamp_find (bytes, length, state->seek_clock, time_sec);
}

/**
 * pdk_log_state_new:
 * @places: where the log is
 * @now_sec: Unix seconds
 *
 * Returns: (transfer full): a state of which nothing is read yet
 */
PdkLogState *
pdk_log_state_new (const PdkLogPlaces *places, gint64 now_sec)
{
  PdkLogState *state = g_new0 (PdkLogState, 1);
  g_autoptr (GTimeZone) local = g_time_zone_new_local ();
  g_autoptr (GTimeZone) zone = NULL;
  const char *name = places->time_zone;

  if (name != NULL && *name != '\0' && !g_str_equal (name, "local"))
    zone = g_time_zone_new_identifier (name);
  state->tails = g_ptr_array_new_with_free_func ((GDestroyNotify) pdk_log_tail_free);
  for (gsize i = 0; places->paths[i] != NULL; i++)
    g_ptr_array_add (state->tails, pdk_log_tail_new (places->paths[i], pdk_access_line_find_end));
  state->clock = pdk_log_clock_new (zone != NULL ? zone : local);
  state->seek_clock = pdk_log_clock_new (zone != NULL ? zone : local);
  state->tally = pdk_tally_new (local, now_sec);
  state->record = pdk_server_record_new (local, now_sec);
  state->loaded = pdk_loaded_spans_new ();
  state->kept_loaded = pdk_loaded_spans_new ();
  state->time_zone = g_strdup (zone != NULL ? name : "");
  state->other_tails = g_ptr_array_new_with_free_func ((GDestroyNotify) g_variant_unref);
  state->local_zone = g_strdup (g_time_zone_get_identifier (local));
#if HAVE_JOURNAL
  if (places->journal_matches[0] != NULL)
    state->journal = pdk_journal_new (places->journal_folder, (const char *const *) places->journal_matches);
  state->journal_future = g_array_new (FALSE, FALSE, sizeof (gint64));
#endif
  return state;
}

/** pdk_log_state_free: frees @state */
void
pdk_log_state_free (PdkLogState *state)
{
  g_ptr_array_unref (state->tails);
  pdk_log_clock_free (state->clock);
  pdk_log_clock_free (state->seek_clock);
  pdk_tally_free (state->tally);
  pdk_server_record_free (state->record);
  g_free (state->local_zone);
  g_free (state->time_zone);
  g_clear_pointer (&state->kept, g_variant_unref);
  g_clear_pointer (&state->written, g_variant_unref);
  pdk_loaded_spans_free (state->loaded);
  pdk_loaded_spans_free (state->kept_loaded);
  pdk_loaded_spans_free (state->written_loaded);
  g_ptr_array_unref (state->other_tails);
  pdk_log_recount_free (state->recount);
  pdk_log_saving_free (state->saving);
#if HAVE_JOURNAL
  pdk_journal_free (state->journal);
  g_array_unref (state->journal_future);
#endif
  g_free (state);
}

/**
 * pdk_log_state_is_usable:
 * @state: a state
 * @now_sec: Unix seconds
 *
 * What was counted by a clock that was far ahead, or by the days of another zone, is no good any more.
 *
 * Returns: whether @state may be read on
 */
gboolean
pdk_log_state_is_usable (const PdkLogState *state, gint64 now_sec)
{
  g_autoptr (GTimeZone) local = g_time_zone_new_local ();

  return now_sec >= state->latest_sec - CLOCK_MARGIN_SEC &&
         !pdk_log_state_is_doubtful (0, state->overflow_sec, now_sec) &&
         g_strcmp0 (state->local_zone, g_time_zone_get_identifier (local)) == 0;
}

/**
 * pdk_log_state_is_doubtful:
 * @passed_over_sec: see #PdkLogState
 * @overflow_sec: see #PdkLogState
 * @now_sec: Unix seconds
 *
 * What is too old for windows and series by a clock that is ahead, or too much by one that is behind, is not
 * so when it is set right. What is missing for less than the margin is in no window anyway.
 *
 * Returns: whether the log has to be read once more
 */
gboolean
pdk_log_state_is_doubtful (gint64 passed_over_sec, gint64 overflow_sec, gint64 now_sec)
{
  return passed_over_sec > now_sec + CLOCK_MARGIN_SEC ||
         (overflow_sec != 0 && overflow_sec < now_sec - CLOCK_MARGIN_SEC);
}

/** pdk_log_state_get_oldest_sec: Returns: what is older than this is never read, Unix seconds */
gint64
pdk_log_state_get_oldest_sec (gint64 now_sec)
{
  return now_sec - (gint64) OLDEST_DAYS * PDK_SECONDS_PER_DAY;
}

static void
set_oldest (PdkLogState *state)
{
  g_autoptr (GDateTime) oldest = NULL;
  g_autofree char *date = NULL;

  state->oldest_sec = MAX (pdk_log_state_get_oldest_sec (state->now_sec), state->counted_since_sec);
  oldest = g_date_time_new_from_unix_utc (state->oldest_sec);
  date = oldest != NULL ? g_date_time_format (oldest, "%Y/%m/%d") : NULL;
  g_strlcpy (state->oldest_date, date != NULL ? date : "", sizeof state->oldest_date);
}

/**
 * pdk_log_state_choose_depth:
 * @state: a state that was told the time, and of which nothing is read yet
 *
 * Looks at how large the log is, and decides how far back it is read. Done by itself before the first line is
 * read.
 */
void
pdk_log_state_choose_depth (PdkLogState *state)
{
  guint64 n_bytes = 0;

  for (guint i = 0; i < state->tails->len && n_bytes == 0; i++)
    n_bytes = pdk_log_tail_measure (g_ptr_array_index (state->tails, i));
  state->is_depth_chosen = TRUE;
  state->counted_since_sec = n_bytes > SMALL_BYTES ? state->now_sec - OLDEST_SEC_OF_LARGE : 0;
  set_oldest (state);
}

/**
 * pdk_log_state_has_news:
 * @state: a state
 *
 * Returns: whether a poll may find something
 */
gboolean
pdk_log_state_has_news (PdkLogState *state)
{
  for (guint i = 0; i < state->tails->len; i++)
    {
      if (pdk_log_tail_has_news (g_ptr_array_index (state->tails, i)))
        return TRUE;
    }
#if HAVE_JOURNAL
  return state->journal != NULL && pdk_journal_has_news (state->journal, state->oldest_sec * G_USEC_PER_SEC);
#else
  return FALSE;
#endif
}

/** pdk_log_state_set_time: tells @state the time, which it wants to know before it is given anything */
void
pdk_log_state_set_time (PdkLogState *state, gint64 now_sec)
{
  state->now_sec = now_sec;
  state->latest_sec = MAX (state->latest_sec, now_sec);
  set_oldest (state);
  pdk_tally_expire (state->tally, now_sec);
  pdk_server_record_expire (state->record, now_sec);
  pdk_loaded_spans_expire (state->loaded, now_sec - (gint64) LOADED_DAYS * PDK_SECONDS_PER_DAY);
}

/** pdk_log_state_note_overflow: to be called once a poll, after everything was read */
void
pdk_log_state_note_overflow (PdkLogState *state)
{
  if (state->overflow_sec == 0 && pdk_tally_has_lost_future (state->tally))
    state->overflow_sec = state->now_sec;
}

/**
 * pdk_log_state_poll_tail:
 * @state: a state that was told the time
 * @tail: one of its tails
 * @intake: what reads the lines
 * @cancellable: (nullable): to give up
 * @error: return location for the errors of pdk_log_tail_poll()
 *
 * Takes in what was added to the files of @tail.
 *
 * Returns: whether they could be looked at
 */
gboolean
pdk_log_state_poll_tail (
    PdkLogState *state, PdkLogTail *tail, PdkLogIntake *intake, GCancellable *cancellable, GError **error)
{
  PdkLogSeek seek = { find_time, state, 0, SEEK_MARGIN_BYTES };
  gboolean was_read;

  if (!state->is_depth_chosen)
    pdk_log_state_choose_depth (state);
  seek.oldest_sec = state->oldest_sec;
  pdk_log_intake_begin (intake, state->oldest_date, take_batch, state);
  pdk_log_tail_set_seek (tail, &seek);
  was_read = pdk_log_tail_poll (tail, pdk_log_intake_take, intake, cancellable, error);
  pdk_log_intake_end (intake);
  if (pdk_log_tail_get_stats (tail)->has_passed_over)
    pdk_log_state_note_passed_over (state);
  /* All that the day of an older line means is that the log begins before any series. */
  if (state->has_older)
    pdk_tally_note_day (state->tally, state->oldest_sec);
  return was_read;
}

/**
 * pdk_log_state_take_entry:
 * @state: a state that was told the time
 * @line: one line of a journal's message
 * @length: its length in bytes
 * @time_sec: the entry's own time
 */
void
pdk_log_state_take_entry (PdkLogState *state, const char *line, gsize length, gint64 time_sec)
{
  PdkAccessLine access;
  PdkServerLine remark;

  if (!pdk_access_line_parse (line, length, &access))
    {
      if (pdk_server_line_parse (line, length, &remark) == PDK_SERVER_LINE_NONE)
        return;
      /* The collector knows better when it was said. */
      remark.has_time = TRUE;
      remark.time_sec = time_sec;
      pdk_server_record_take_line (state->record, &remark);
      return;
    }
  do
    {
      pdk_tally_add (state->tally, time_sec, access.kind, access.status, access.latency_nsec);
      pdk_server_record_take_request (state->record, time_sec, access.kind, access.latency_nsec);
#if HAVE_JOURNAL
      if (access.kind != PDK_REQUEST_NONE && time_sec > state->now_sec + PDK_TALLY_MAX_AHEAD_SEC &&
          state->journal_future->len < PDK_TALLY_MAX_FUTURE)
        g_array_append_val (state->journal_future, time_sec);
#endif
    }
  while (pdk_access_line_parse_next (line, length, &access));
}
