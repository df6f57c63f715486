/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The runner writes what a request cost right before the server writes the request's access line, and neither
 * names the other. So a group of timings belongs to the request that follows only where it is the one group
 * since the request before, and took no longer than the request. All others are handed out, too, and said to
 * be nobody's: sums are right, and nothing is guessed.
 *
 * A matcher belongs to one thread at a time, and takes the lines of one log in their order. The runner's
 * lines have no time: they get that of the access line that follows, or of the last line that had one.
 */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-token-matcher.h"

#define NSEC_PER_MSEC 1000000
#define NO_TIME G_MININT64

/* Both clocks are read a moment apart. */
#define SLACK_NSEC (10 * NSEC_PER_MSEC)

/* How many groups wait for a line with a time; of what is more, only what has such a line before it is
 * counted. */
#define MAX_UNDATED 4096

/* Time, prompt and output tokens, milliseconds, whether it is attributed. */
#define GROUP_TYPE "(xuudb)"

/* The members of a partial group, those of the candidate, and the others, in the order of the structure. */
#define SAVED_TYPE "(bbxx@" GROUP_TYPE "bb@" GROUP_TYPE "duxba" GROUP_TYPE ")"

/* The lines that came of a group that is not complete. */
typedef struct
{
  gboolean has_prompt;
  gboolean has_output;
  gint64 slot_id; /* -1 when not known */
  gint64 task_id;
  PdkTokenGroup group;
} Partial;

struct _PdkTokenMatcher
{
  PdkTokenFunc func;
  gpointer user_data;

  Partial partial;

  /* The one group since the last request, which may be that of the next one. */
  gboolean has_candidate;
  gboolean is_waiting_old; /* nothing came since the matcher was settled last */
  PdkTokenGroup candidate;
  double candidate_msec;
  guint n_since_request;

  gint64 last_time_sec;
  gboolean knows_requests; /* this log has access lines */
  GArray *undated;         /* (element-type PdkTokenGroup) */
};

/* Those that wait get the time. */
static void
date_waiting (PdkTokenMatcher *matcher, gint64 time_sec)
{
  if (matcher->undated->len == 0 || time_sec == NO_TIME)
    return;
  for (guint i = 0; i < matcher->undated->len; i++)
    {
      PdkTokenGroup *group = &g_array_index (matcher->undated, PdkTokenGroup, i);

      group->time_sec = time_sec;
      matcher->func (group, matcher->user_data);
    }
  g_array_set_size (matcher->undated, 0);
}

static void
hand_out (PdkTokenMatcher *matcher, const PdkTokenGroup *group)
{
  if (group->time_sec != NO_TIME)
    {
      matcher->func (group, matcher->user_data);
      return;
    }
  if (matcher->undated->len == MAX_UNDATED)
    date_waiting (matcher, matcher->last_time_sec);
  if (matcher->undated->len < MAX_UNDATED)
    g_array_append_val (matcher->undated, *group);
}

static void
give_up_candidate (PdkTokenMatcher *matcher)
{
  if (matcher->has_candidate)
    hand_out (matcher, &matcher->candidate);
  matcher->has_candidate = FALSE;
}

/* No request will come for what waits: it gets the time of the last line that had one. */
static void
give_up_waiting (PdkTokenMatcher *matcher)
{
  give_up_candidate (matcher);
  date_waiting (matcher, matcher->last_time_sec);
}

/* A line that had a time: who had to wait for one has it now. */
static void
note_time (PdkTokenMatcher *matcher, gint64 time_sec)
{
  matcher->last_time_sec = time_sec;
  if (matcher->has_candidate && matcher->candidate.time_sec == NO_TIME)
    matcher->candidate.time_sec = time_sec;
  date_waiting (matcher, time_sec);
}

static void
reset_partial (PdkTokenMatcher *matcher)
{
  matcher->partial = (Partial){ .slot_id = -1, .task_id = -1, .group.time_sec = NO_TIME };
}

/* What came of a group is all that will come. */
static void
finish_group (PdkTokenMatcher *matcher, double total_msec)
{
  const Partial *partial = &matcher->partial;
  PdkTokenGroup group = partial->group;

  if (partial->has_prompt || partial->has_output)
    {
      /* The access line follows at once, while the line before may be days old. */
      if (group.time_sec == NO_TIME && !matcher->knows_requests)
        group.time_sec = matcher->last_time_sec;
      matcher->is_waiting_old = FALSE;
      matcher->n_since_request++;
      if (matcher->n_since_request == 1)
        {
          matcher->has_candidate = TRUE;
          matcher->candidate = group;
          matcher->candidate_msec = total_msec;
        }
      else
        {
          give_up_candidate (matcher);
          hand_out (matcher, &group);
        }
    }
  reset_partial (matcher);
}

static gboolean
is_other_id (gint64 known, gint64 id)
{
  return known >= 0 && id >= 0 && known != id;
}

/* Whether the line has no place in the group. */
static gboolean
begins_another (const Partial *partial, const PdkServerLine *line)
{
  if (is_other_id (partial->slot_id, line->slot_id) || is_other_id (partial->task_id, line->task_id))
    return TRUE;
  switch (line->kind)
    {
    case PDK_SERVER_LINE_TIMING_HEADER:
      return TRUE;
    case PDK_SERVER_LINE_PROMPT_TIMING:
      return partial->has_prompt || partial->has_output;
    case PDK_SERVER_LINE_OUTPUT_TIMING:
      return partial->has_output;
    default:
      return FALSE;
    }
}

/* Lines of several slots may be mixed. Then no group is whole, but each line is counted, and counted once. */
static void
take_timing (PdkTokenMatcher *matcher, const PdkServerLine *line)
{
  Partial *partial = &matcher->partial;

  if (begins_another (partial, line))
    finish_group (matcher, G_MAXDOUBLE);
  if (line->slot_id >= 0)
    partial->slot_id = line->slot_id;
  if (line->task_id >= 0)
    partial->task_id = line->task_id;
  if (line->has_time)
    partial->group.time_sec = line->time_sec;

  if (line->kind == PDK_SERVER_LINE_PROMPT_TIMING)
    {
      partial->has_prompt = TRUE;
      partial->group.prompt_tokens = line->tokens;
    }
  else if (line->kind == PDK_SERVER_LINE_OUTPUT_TIMING)
    {
      partial->has_output = TRUE;
      partial->group.output_tokens = line->tokens;
      partial->group.output_msec = line->msec;
    }
  else if (line->kind == PDK_SERVER_LINE_TOTAL_TIMING)
    finish_group (matcher, partial->has_prompt && partial->has_output ? line->msec : G_MAXDOUBLE);
}

/**
 * pdk_token_matcher_new:
 * @func: takes each group, in about the order of the log
 * @user_data: for @func
 *
 * Returns: (transfer full): a matcher that has seen nothing
 */
PdkTokenMatcher *
pdk_token_matcher_new (PdkTokenFunc func, gpointer user_data)
{
  PdkTokenMatcher *matcher = g_new0 (PdkTokenMatcher, 1);

  matcher->func = func;
  matcher->user_data = user_data;
  matcher->last_time_sec = NO_TIME;
  matcher->undated = g_array_new (FALSE, FALSE, sizeof (PdkTokenGroup));
  reset_partial (matcher);
  return matcher;
}

/**
 * pdk_token_matcher_free:
 * @matcher: (nullable) (transfer full): what to free; groups that it still waits with are lost
 */
void
pdk_token_matcher_free (PdkTokenMatcher *matcher)
{
  if (matcher == NULL)
    return;
  g_array_unref (matcher->undated);
  g_free (matcher);
}

/**
 * pdk_token_matcher_take_line:
 * @matcher: the matcher
 * @line: the next line of the log that is no access line; where somebody knows when it was written, it has
 *   that time
 */
void
pdk_token_matcher_take_line (PdkTokenMatcher *matcher, const PdkServerLine *line)
{
  switch (line->kind)
    {
    case PDK_SERVER_LINE_START:
      /* What the server before had to say, it has said. */
      finish_group (matcher, G_MAXDOUBLE);
      give_up_waiting (matcher);
      matcher->n_since_request = 0;
      break;
    case PDK_SERVER_LINE_TIMING_HEADER:
    case PDK_SERVER_LINE_PROMPT_TIMING:
    case PDK_SERVER_LINE_OUTPUT_TIMING:
    case PDK_SERVER_LINE_TOTAL_TIMING:
      if (line->has_time)
        note_time (matcher, line->time_sec);
      take_timing (matcher, line);
      return;
    case PDK_SERVER_LINE_NONE:
      return;
    case PDK_SERVER_LINE_DATED:
    case PDK_SERVER_LINE_DEVICE:
    default:
      break;
    }

  /* Without access lines in the log, there is nothing to wait for. */
  if (!matcher->knows_requests)
    give_up_candidate (matcher);
  if (line->has_time)
    note_time (matcher, line->time_sec);
}

/**
 * pdk_token_matcher_take_request:
 * @matcher: the matcher
 * @time_sec: when the request ended, Unix seconds
 * @kind: what was asked for; %PDK_REQUEST_NONE for any other access line
 * @latency_nsec: how long it took
 *
 * Takes the next access line.
 */
void
pdk_token_matcher_take_request (PdkTokenMatcher *matcher,
                                gint64 time_sec,
                                PdkRequestKind kind,
                                gint64 latency_nsec)
{
  gboolean is_generating = kind == PDK_REQUEST_CHAT || kind == PDK_REQUEST_GENERATE;

  matcher->knows_requests = TRUE;
  /* Whose timings are torn by it is not known any more. */
  if (is_generating && (matcher->partial.has_prompt || matcher->partial.has_output))
    finish_group (matcher, G_MAXDOUBLE);
  if (matcher->has_candidate && is_generating)
    {
      matcher->candidate.time_sec = time_sec;
      matcher->candidate.is_attributed =
          matcher->candidate_msec * NSEC_PER_MSEC <= (double) latency_nsec + SLACK_NSEC;
      give_up_candidate (matcher);
    }
  if (is_generating)
    matcher->n_since_request = 0;
  note_time (matcher, time_sec);
}

/* Whether no request makes a difference until another line comes, since no timings wait for one. */
static gboolean
is_quiet (const PdkTokenMatcher *matcher)
{
  return matcher->knows_requests && matcher->n_since_request == 0 && !matcher->partial.has_prompt &&
         !matcher->partial.has_output;
}

/**
 * pdk_token_matcher_take_run:
 * @matcher: the matcher
 * @hour_sec: Unix seconds: when the hour begins that all of @events are of
 * @events: (array length=n_events): access lines without another line between them
 * @n_events: how many there are
 *
 * Takes each of them, as pdk_token_matcher_take_request() would.
 */
void
pdk_token_matcher_take_run (PdkTokenMatcher *matcher,
                            gint64 hour_sec,
                            const PdkLogEvent *events,
                            guint32 n_events)
{
  guint32 i = 0;

  for (; i < n_events && !is_quiet (matcher); i++)
    pdk_token_matcher_take_request (matcher, hour_sec + events[i].second, events[i].kind,
                                    events[i].latency_nsec);
  if (i < n_events)
    note_time (matcher, hour_sec + events[n_events - 1].second);
}

/**
 * pdk_token_matcher_settle:
 * @matcher: the matcher
 *
 * Call it when there are no more lines for now. Groups whose request has not come are handed out, unless they
 * are new and this log has access lines: then they wait until the next call.
 */
void
pdk_token_matcher_settle (PdkTokenMatcher *matcher)
{
  if (!matcher->knows_requests || matcher->is_waiting_old)
    give_up_waiting (matcher);
  matcher->is_waiting_old = matcher->has_candidate || matcher->undated->len > 0;
}

static GVariant *
save_group (const PdkTokenGroup *group)
{
  return g_variant_new (GROUP_TYPE, group->time_sec, group->prompt_tokens, group->output_tokens,
                        group->output_msec, group->is_attributed);
}

static void
load_group (GVariant *saved, PdkTokenGroup *group)
{
  g_variant_get (saved, GROUP_TYPE, &group->time_sec, &group->prompt_tokens, &group->output_tokens,
                 &group->output_msec, &group->is_attributed);
}

/** pdk_token_matcher_save: Returns: (transfer floating): where the matcher stands, for
 * pdk_token_matcher_load() */
GVariant *
pdk_token_matcher_save (const PdkTokenMatcher *matcher)
{
  const Partial *partial = &matcher->partial;
  g_auto (GVariantBuilder) undated = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a" GROUP_TYPE));

  for (guint i = 0; i < matcher->undated->len; i++)
    g_variant_builder_add_value (&undated, save_group (&g_array_index (matcher->undated, PdkTokenGroup, i)));
  return g_variant_new (SAVED_TYPE, partial->has_prompt, partial->has_output, partial->slot_id,
                        partial->task_id, save_group (&partial->group), matcher->has_candidate,
                        matcher->is_waiting_old, save_group (&matcher->candidate), matcher->candidate_msec,
                        matcher->n_since_request, matcher->last_time_sec, matcher->knows_requests, &undated);
}

/**
 * pdk_token_matcher_load:
 * @matcher: a matcher; what it knows is forgotten
 * @saved: what pdk_token_matcher_save() made; anything else is taken for nothing
 */
void
pdk_token_matcher_load (PdkTokenMatcher *matcher, GVariant *saved)
{
  Partial *partial = &matcher->partial;
  g_autoptr (GVariant) group = NULL;
  g_autoptr (GVariant) candidate = NULL;
  g_autoptr (GVariant) undated = NULL;

  if (!g_variant_is_of_type (saved,
                             G_VARIANT_TYPE ("(bbxx" GROUP_TYPE "bb" GROUP_TYPE "duxba" GROUP_TYPE ")")))
    return;
  g_variant_get (saved, SAVED_TYPE, &partial->has_prompt, &partial->has_output, &partial->slot_id,
                 &partial->task_id, &group, &matcher->has_candidate, &matcher->is_waiting_old, &candidate,
                 &matcher->candidate_msec, &matcher->n_since_request, &matcher->last_time_sec,
                 &matcher->knows_requests, NULL);
  undated = g_variant_get_child_value (saved, g_variant_n_children (saved) - 1);
  load_group (group, &partial->group);
  load_group (candidate, &matcher->candidate);
  g_array_set_size (matcher->undated, MIN (g_variant_n_children (undated), MAX_UNDATED));
  for (guint i = 0; i < matcher->undated->len; i++)
    {
      g_autoptr (GVariant) one = g_variant_get_child_value (undated, i);

      load_group (one, &g_array_index (matcher->undated, PdkTokenGroup, i));
    }
}
