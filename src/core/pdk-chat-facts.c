/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The metrics of chats: what a tally of them comes to for all time, in each window, and on each day. A
 * session of a window or a day is a chat with a message in it. Pure; times in seconds since the epoch. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-chat-facts.h"

#include <math.h>
#include <string.h>

#include "pdk-metric-key.h"
#include "pdk-tally.h"

#define N_DAYS PDK_TALLY_SERIES_DAYS
#define N_WINDOWS 4
#define MAX_NAMED 100 /* models, and tools, that are told by name */
#define CHARS_PER_TOKEN 4
#define ALL_TIME "all-time"
#define ESTIMATED_TOKENS "estimated tokens"

static const struct
{
  PdkWindow window;
  const char *name;
} windows[N_WINDOWS] = {
  { PDK_WINDOW_TODAY, "today" },
  { PDK_WINDOW_5H, "5h" },
  { PDK_WINDOW_1D, "1d" },
  { PDK_WINDOW_7D, "7d" },
};

typedef struct
{
  guint64 sessions;
  guint64 messages;
  guint64 user_messages;
  guint64 answers;
  guint64 tool_calls;
  guint64 attachments;
  guint64 chars;
} Counts;

/* A model or a tool. */
typedef struct
{
  PdkChatSum sum;
  gboolean is_cloud;
  double thinking_sec;
  guint64 today;
  guint32 days[N_DAYS];
  char *key; /* its name, as it is in the names of metrics */
} Named;

typedef struct
{
  const PdkChatTally *tally;
  guint64 n_conversations;
  gint64 starts[N_WINDOWS]; /* exclusive */
  gint64 ends[N_WINDOWS];   /* inclusive */
  gint64 day_starts[N_DAYS + 1];
  guint32 julian_today;
  PdkChatTotals totals;
  Counts in_window[N_WINDOWS];
  Counts in_day[N_DAYS];
  Named *models;
  Named *tools;
  guint64 n_recent;
  guint64 n_future;
  guint first_day;
} Sums;

static void
find_bounds (Sums *sums, GTimeZone *zone, gint64 now_sec)
{
  g_autoptr (PdkTally) tally = pdk_tally_new (zone, now_sec);
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (now_sec);
  g_autoptr (GDateTime) now = g_date_time_to_timezone (utc, zone);
  GDate today;

  for (guint i = 0; i < N_WINDOWS; i++)
    pdk_tally_get_window (tally, windows[i].window, now_sec, &sums->starts[i], &sums->ends[i]);
  g_date_clear (&today, 1);
  g_date_set_dmy (&today, (GDateDay) g_date_time_get_day_of_month (now),
                  (GDateMonth) g_date_time_get_month (now), (GDateYear) g_date_time_get_year (now));
  sums->julian_today = g_date_get_julian (&today);
  for (int i = 0; i <= N_DAYS; i++)
    {
      GDate day;
      g_autoptr (GDateTime) midnight = NULL;

      g_date_clear (&day, 1);
      g_date_set_julian (&day, sums->julian_today + 1 + (guint32) i - N_DAYS);
      midnight = g_date_time_new (zone, g_date_get_year (&day), (int) g_date_get_month (&day),
                                  g_date_get_day (&day), 0, 0, 0);
      sums->day_starts[i] = g_date_time_to_unix (midnight);
    }
}

/* Messages of a chat mostly follow each other: @hint is the day of the one before. */
static int
find_day (const Sums *sums, gint64 time_sec, int hint)
{
  int first = 0, last = N_DAYS - 1;

  if (hint >= 0 && time_sec >= sums->day_starts[hint] && time_sec < sums->day_starts[hint + 1])
    return hint;
  if (time_sec < sums->day_starts[0] || time_sec >= sums->day_starts[N_DAYS])
    return -1;
  while (first < last)
    {
      int middle = (first + last + 1) / 2;

      if (time_sec >= sums->day_starts[middle])
        first = middle;
      else
        last = middle - 1;
    }
  return first;
}

static void
count_event (Counts *counts, const PdkChatEvent *event)
{
  counts->messages++;
  counts->user_messages += event->role == PDK_CHAT_ROLE_USER;
  counts->answers += event->role == PDK_CHAT_ROLE_ASSISTANT;
  counts->attachments += event->attachments;
  counts->chars += event->chars;
}

static gboolean
is_in_window (const Sums *sums, guint window, gint64 time_sec)
{
  return time_sec > sums->starts[window] && time_sec <= sums->ends[window];
}

static void
add_events (Sums *sums, const PdkChat *chat)
{
  gboolean in_window[N_WINDOWS] = { FALSE };
  guint32 days = 0;
  int day = -1;

  for (guint i = 0; i < chat->n_events; i++)
    {
      const PdkChatEvent *event = &chat->events[i];

      if (event->time_sec > sums->ends[PDK_WINDOW_7D])
        {
          sums->n_future++;
          continue;
        }
      day = find_day (sums, event->time_sec, day);
      if (day >= 0)
        {
          count_event (&sums->in_day[day], event);
          days |= 1u << day;
          if (event->model != PDK_CHAT_NO_NAME)
            sums->models[event->model].days[day]++;
        }
      for (guint w = 0; w < N_WINDOWS && event->time_sec > sums->starts[PDK_WINDOW_7D]; w++)
        {
          if (!is_in_window (sums, w, event->time_sec))
            continue;
          count_event (&sums->in_window[w], event);
          in_window[w] = TRUE;
          if (w == PDK_WINDOW_TODAY && event->model != PDK_CHAT_NO_NAME)
            sums->models[event->model].today++;
        }
    }
  for (guint w = 0; w < N_WINDOWS; w++)
    sums->in_window[w].sessions += in_window[w];
  for (guint d = 0; d < N_DAYS; d++)
    sums->in_day[d].sessions += days >> d & 1;
}

static void
add_tool_events (Sums *sums, const PdkChat *chat)
{
  for (guint i = 0; chat->tool_events != NULL && i < chat->tool_events->len; i++)
    {
      const PdkChatToolEvent *event = &g_array_index (chat->tool_events, PdkChatToolEvent, i);
      int day = find_day (sums, event->time_sec, -1);

      if (event->time_sec > sums->ends[PDK_WINDOW_7D])
        continue;
      if (day >= 0)
        {
          sums->in_day[day].tool_calls++;
          if (event->tool != PDK_CHAT_NO_NAME)
            sums->tools[event->tool].days[day]++;
        }
      for (guint w = 0; w < N_WINDOWS; w++)
        sums->in_window[w].tool_calls += is_in_window (sums, w, event->time_sec);
    }
}

static void
add_totals (PdkChatTotals *sum, const PdkChatTotals *more)
{
  sum->messages += more->messages;
  sum->user_messages += more->user_messages;
  sum->assistant_messages += more->assistant_messages;
  sum->tool_calls += more->tool_calls;
  sum->attachments += more->attachments;
  sum->thinking += more->thinking;
  sum->thinking_timed += more->thinking_timed;
  sum->thinking_sec += more->thinking_sec;
  sum->chars += more->chars;
}

static void
add_named (Named *named, const PdkChatSum *more, guint n_more)
{
  for (guint i = 0; i < n_more; i++)
    {
      const PdkChatSum *sum = &more[i];
      Named *one = sum->name != PDK_CHAT_NO_NAME ? &named[sum->name] : NULL;

      if (one == NULL)
        continue;
      one->is_cloud |= sum->is_cloud;
      one->sum.name = sum->name;
      one->sum.count += sum->count;
      one->sum.input_chars += sum->input_chars;
      one->sum.output_chars += sum->output_chars;
      one->thinking_sec += (double) sum->thinking_sec;
    }
}

static void
add_chats (Sums *sums)
{
  for (guint i = 0; i < sums->tally->chats->len; i++)
    {
      const PdkChat *chat = g_ptr_array_index (sums->tally->chats, i);

      add_totals (&sums->totals, &chat->totals);
      add_named (sums->models, chat->models, chat->n_models);
      add_named (sums->tools, chat->tools, chat->n_tools);
      sums->n_recent += chat->n_events;
      add_events (sums, chat);
      add_tool_events (sums, chat);
    }
  /* A day before the first message of all is not one without messages. */
  if (sums->n_recent < sums->totals.messages)
    return;
  while (sums->first_day < N_DAYS && sums->in_day[sums->first_day].messages == 0)
    sums->first_day++;
}

static void
set_total (PdkFacts *facts, const char *name, double value, const char *unit)
{
  pdk_facts_set_metric (facts, name, value, unit, ALL_TIME);
}

static double
tokens (guint64 chars)
{
  return (double) (chars / CHARS_PER_TOKEN);
}

static double
round_seconds (double seconds)
{
  return round (seconds * 1000) / 1000;
}

static void
describe_totals (const Sums *sums, PdkFacts *facts)
{
  const PdkChatTotals *totals = &sums->totals;

  set_total (facts, "total_conversations", (double) sums->n_conversations, "sessions");
  set_total (facts, "total_messages", (double) totals->messages, "messages");
  set_total (facts, "total_user_messages", (double) totals->user_messages, "messages");
  set_total (facts, "total_assistant_messages", (double) totals->assistant_messages, "messages");
  set_total (facts, "total_tool_calls", (double) totals->tool_calls, "calls");
  set_total (facts, "total_attachments", (double) totals->attachments, "attachments");
  set_total (facts, "total_tokens", tokens (totals->chars), ESTIMATED_TOKENS);
  set_total (facts, "thinking_requests", (double) totals->thinking, "requests");
  set_total (facts, "total_thinking_seconds", round_seconds (totals->thinking_sec), "seconds");
  if (totals->thinking_timed > 0)
    set_total (facts, "avg_thinking_seconds",
               round_seconds (totals->thinking_sec / (double) totals->thinking_timed), "seconds");
  pdk_facts_set_attribute (facts, "token_estimation", "chars_div_4");
}

static void
set_in_window (PdkFacts *facts, const char *metric, const char *window, double value, const char *unit)
{
  g_autofree char *name = g_strconcat (metric, "_", window, NULL);

  pdk_facts_set_metric (facts, name, value, unit, window);
}

static void
describe_window (const Counts *counts, const char *window, PdkFacts *facts)
{
  set_in_window (facts, "sessions", window, (double) counts->sessions, "sessions");
  set_in_window (facts, "messages", window, (double) counts->messages, "messages");
  set_in_window (facts, "user_messages", window, (double) counts->user_messages, "messages");
  set_in_window (facts, "tool_calls", window, (double) counts->tool_calls, "calls");
  set_in_window (facts, "attachments", window, (double) counts->attachments, "attachments");
  set_in_window (facts, "tokens", window, tokens (counts->chars), ESTIMATED_TOKENS);
  set_in_window (facts, "requests", window, (double) counts->answers, "requests");
}

static void
describe_days (const Sums *sums, PdkFacts *facts)
{
  for (guint i = sums->first_day; i < N_DAYS; i++)
    {
      const Counts *day = &sums->in_day[i];
      guint32 julian = sums->julian_today + 1 + i - N_DAYS;

      pdk_facts_append_day (facts, "messages", julian, (double) day->messages);
      pdk_facts_append_day (facts, "sessions", julian, (double) day->sessions);
      pdk_facts_append_day (facts, "tool_calls", julian, (double) day->tool_calls);
      pdk_facts_append_day (facts, "tokens", julian, tokens (day->chars));
      pdk_facts_append_day (facts, "requests", julian, (double) day->answers);
    }
}

static int
compare_named (gconstpointer a, gconstpointer b)
{
  const Named *x = *(const Named *const *) a, *y = *(const Named *const *) b;

  if (x->sum.count != y->sum.count)
    return x->sum.count > y->sum.count ? -1 : 1;
  return x->sum.name < y->sum.name ? -1 : 1;
}

/* Those that are used most, with their keys. */
static GPtrArray *
sort_named (Named *named, const PdkChatTally *tally)
{
  g_autoptr (GHashTable) taken = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GPtrArray *sorted = g_ptr_array_new ();

  for (guint i = 0; i < tally->names->len; i++)
    {
      if (named[i].sum.count > 0)
        g_ptr_array_add (sorted, &named[i]);
    }
  g_ptr_array_sort (sorted, compare_named);
  g_ptr_array_set_size (sorted, (int) MIN (sorted->len, MAX_NAMED));
  for (guint i = 0; i < sorted->len; i++)
    {
      Named *one = g_ptr_array_index (sorted, i);

      one->key = pdk_metric_key_make (g_ptr_array_index (tally->names, one->sum.name), taken);
    }
  return sorted;
}

static void
append_days (const Sums *sums, const Named *named, const char *series, PdkFacts *facts)
{
  for (guint i = sums->first_day; i < N_DAYS; i++)
    pdk_facts_append_day (facts, series, sums->julian_today + 1 + i - N_DAYS, named->days[i]);
}

static void
set_for_name (
    PdkFacts *facts, const char *prefix, const char *key, const char *suffix, double value, const char *unit)
{
  g_autofree char *name = g_strconcat (prefix, key, suffix, NULL);

  set_total (facts, name, value, unit);
}

static void
describe_model (const Sums *sums, const Named *model, PdkFacts *facts)
{
  g_autofree char *today = g_strconcat ("model_", model->key, "_requests_today", NULL);
  g_autofree char *series = g_strconcat ("requests_model_", model->key, NULL);
  g_autofree char *attribute = g_strconcat ("model_", model->key, "_name", NULL);
  const PdkChatSum *sum = &model->sum;

  set_for_name (facts, "model_", model->key, "_requests", (double) sum->count, "requests");
  set_for_name (facts, "model_", model->key, "_input_tokens", tokens (sum->input_chars), ESTIMATED_TOKENS);
  set_for_name (facts, "model_", model->key, "_output_tokens", tokens (sum->output_chars), ESTIMATED_TOKENS);
  set_for_name (facts, "model_", model->key, "_total_tokens", tokens (sum->input_chars + sum->output_chars),
                ESTIMATED_TOKENS);
  if (model->thinking_sec > 0)
    set_for_name (facts, "model_", model->key, "_thinking_seconds", round_seconds (model->thinking_sec),
                  "seconds");
  pdk_facts_set_metric (facts, today, (double) model->today, "requests", "today");
  pdk_facts_set_attribute (facts, attribute, g_ptr_array_index (sums->tally->names, sum->name));
  append_days (sums, model, series, facts);
}

/* A model that the database does not mark may say by its tag that it runs in the cloud. */
static gboolean
is_cloud (const Named *model, const PdkChatTally *tally)
{
  const char *name = g_ptr_array_index (tally->names, model->sum.name);

  return model->is_cloud || g_str_has_suffix (name, ":cloud") || g_str_has_suffix (name, "-cloud");
}

static void
describe_places (const Sums *sums, PdkFacts *facts)
{
  guint64 all[2] = { 0, 0 }, today[2] = { 0, 0 };

  for (guint i = 0; i < sums->tally->names->len; i++)
    {
      const Named *model = &sums->models[i];
      guint place = model->sum.count > 0 && is_cloud (model, sums->tally);

      all[place] += model->sum.count;
      today[place] += model->today;
    }
  set_total (facts, "source_local_requests", (double) all[0], "requests");
  set_total (facts, "source_cloud_requests", (double) all[1], "requests");
  set_in_window (facts, "source_local_requests", "today", (double) today[0], "requests");
  set_in_window (facts, "source_cloud_requests", "today", (double) today[1], "requests");
}

static void
describe_tool (const Sums *sums, const Named *tool, PdkFacts *facts)
{
  g_autofree char *series = g_strconcat ("tool_", tool->key, NULL);
  g_autofree char *attribute = g_strconcat ("tool_", tool->key, "_name", NULL);

  set_total (facts, series, (double) tool->sum.count, "calls");
  pdk_facts_set_attribute (facts, attribute, g_ptr_array_index (sums->tally->names, tool->sum.name));
  append_days (sums, tool, series, facts);
}

static void
describe_named (const Sums *sums, PdkFacts *facts)
{
  g_autoptr (GPtrArray) models = sort_named (sums->models, sums->tally);
  g_autoptr (GPtrArray) tools = sort_named (sums->tools, sums->tally);

  for (guint i = 0; i < models->len; i++)
    describe_model (sums, g_ptr_array_index (models, i), facts);
  for (guint i = 0; i < tools->len; i++)
    describe_tool (sums, g_ptr_array_index (tools, i), facts);
}

static void
sums_free (Sums *sums)
{
  for (guint i = 0; i < sums->tally->names->len; i++)
    {
      g_free (sums->models[i].key);
      g_free (sums->tools[i].key);
    }
  g_free (sums->models);
  g_free (sums->tools);
  g_free (sums);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Sums, sums_free)

/**
 * pdk_chat_facts_describe:
 * @tally: the chats
 * @n_conversations: how many there are, empty ones included
 * @zone: where days begin
 * @now_sec: the time that windows end at
 * @facts: where metrics, attributes and daily series go
 *
 * Returns: how many messages are from the future, and in no window
 */
guint64
pdk_chat_facts_describe (
    const PdkChatTally *tally, guint64 n_conversations, GTimeZone *zone, gint64 now_sec, PdkFacts *facts)
{
  g_autoptr (Sums) sums = g_new0 (Sums, 1);

  sums->tally = tally;
  sums->n_conversations = n_conversations;
  sums->models = g_new0 (Named, MAX (tally->names->len, 1));
  sums->tools = g_new0 (Named, MAX (tally->names->len, 1));
  find_bounds (sums, zone, now_sec);
  add_chats (sums);
  describe_totals (sums, facts);
  for (guint i = 0; i < N_WINDOWS; i++)
    describe_window (&sums->in_window[i], windows[i].name, facts);
  describe_days (sums, facts);
  describe_places (sums, facts);
  describe_named (sums, facts);
  return sums->n_future;
}
