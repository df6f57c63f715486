/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Adds up chats: for all time, in each window, and on each day. A session of a window or a day is a chat with
 * a message in it. Most chats lie in one day and on one side of each bound: their sums are taken as they are,
 * so that the cost goes with the number of chats and not with that of messages. Pure; times in seconds since
 * the epoch. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-chat-sums.h"

#include "pdk-log-clock.h"

#define N_DAYS PDK_CHAT_SUMS_N_DAYS
#define N_WINDOWS PDK_CHAT_SUMS_N_WINDOWS

/* Where a chat is as a whole. */
typedef struct
{
  int day; /* -1: before all of them */
  gboolean in_window[N_WINDOWS];
} Place;

static void
find_bounds (PdkChatSums *sums, GTimeZone *zone, gint64 now_sec)
{
  g_autoptr (PdkTally) tally = pdk_tally_new (zone, now_sec);
  g_autoptr (PdkLogClock) clock = pdk_log_clock_new (zone);

  for (guint i = 0; i < N_WINDOWS; i++)
    pdk_tally_get_window (tally, (PdkWindow) i, now_sec, &sums->starts[i], &sums->ends[i]);
  sums->julian_today = pdk_log_clock_day (clock, now_sec);
  for (guint32 i = 0; i <= N_DAYS; i++)
    sums->day_starts[i] = pdk_log_clock_day_start (clock, sums->julian_today + 1 + i - N_DAYS);
}

/* Messages of a chat mostly follow each other: @hint is the day of the one before. */
static int
find_day (const PdkChatSums *sums, gint64 time_sec, int hint)
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

static gboolean
is_in_window (const PdkChatSums *sums, guint window, gint64 time_sec)
{
  return time_sec > sums->starts[window] && time_sec <= sums->ends[window];
}

/* Returns: whether every message of @chat is at the same place */
static gboolean
find_place (const PdkChatSums *sums, const PdkChat *chat, Place *place)
{
  gint64 first_sec = chat->first_event_sec, last_sec = chat->last_event_sec;

  if (chat->n_events != chat->totals.messages || last_sec > sums->ends[PDK_WINDOW_7D])
    return FALSE;
  place->day = find_day (sums, last_sec, -1);
  if (place->day != find_day (sums, first_sec, place->day))
    return FALSE;
  for (guint w = 0; w < N_WINDOWS; w++)
    {
      place->in_window[w] = is_in_window (sums, w, first_sec);
      if (place->in_window[w] != is_in_window (sums, w, last_sec))
        return FALSE;
    }
  /* Either side of a window. */
  return place->in_window[PDK_WINDOW_TODAY] || last_sec <= sums->starts[PDK_WINDOW_TODAY] ||
         first_sec > sums->ends[PDK_WINDOW_TODAY];
}

static void
count_chat (PdkChatCounts *counts, const PdkChatTotals *totals)
{
  counts->sessions++;
  counts->messages += totals->messages;
  counts->user_messages += totals->user_messages;
  counts->answers += totals->assistant_messages;
  counts->tool_calls += totals->tool_calls;
  counts->attachments += totals->attachments;
  counts->chars += totals->chars;
}

static void
add_to_day (PdkChatNamed *named, const PdkChatSum *more, guint n_more, const Place *place)
{
  for (guint i = 0; i < n_more; i++)
    {
      if (more[i].name == PDK_CHAT_NO_NAME)
        continue;
      if (place->day >= 0)
        named[more[i].name].days[place->day] += more[i].count;
      if (place->in_window[PDK_WINDOW_TODAY])
        named[more[i].name].today += more[i].count;
    }
}

static void
add_whole (PdkChatSums *sums, const PdkChat *chat, const Place *place)
{
  for (guint w = 0; w < N_WINDOWS; w++)
    {
      if (place->in_window[w])
        count_chat (&sums->in_window[w], &chat->totals);
    }
  if (place->day >= 0)
    count_chat (&sums->in_day[place->day], &chat->totals);
  add_to_day (sums->models, chat->models, chat->n_models, place);
  add_to_day (sums->tools, chat->tools, chat->n_tools, place);
}

static void
count_event (PdkChatCounts *counts, const PdkChatEvent *event)
{
  counts->messages++;
  counts->user_messages += event->role == PDK_CHAT_ROLE_USER;
  counts->answers += event->role == PDK_CHAT_ROLE_ASSISTANT;
  counts->attachments += event->attachments;
  counts->chars += event->chars;
}

static void
add_events (PdkChatSums *sums, const PdkChat *chat)
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
add_tool_events (PdkChatSums *sums, const PdkChat *chat)
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
  sum->odd += more->odd;
}

static void
add_named (PdkChatNamed *named, const PdkChatSum *more, guint n_more)
{
  for (guint i = 0; i < n_more; i++)
    {
      const PdkChatSum *sum = &more[i];
      PdkChatNamed *one = sum->name != PDK_CHAT_NO_NAME ? &named[sum->name] : NULL;

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
add_chats (PdkChatSums *sums)
{
  for (guint i = 0; i < sums->tally->chats->len; i++)
    {
      const PdkChat *chat = g_ptr_array_index (sums->tally->chats, i);
      Place place;

      add_totals (&sums->totals, &chat->totals);
      add_named (sums->models, chat->models, chat->n_models);
      add_named (sums->tools, chat->tools, chat->n_tools);
      sums->n_recent += chat->n_events;
      if (chat->n_events == 0)
        continue;
      if (find_place (sums, chat, &place))
        {
          add_whole (sums, chat, &place);
          continue;
        }
      add_events (sums, chat);
      add_tool_events (sums, chat);
    }
  /* A day before the first message of all is not one without messages. */
  if (sums->n_recent < sums->totals.messages)
    return;
  while (sums->first_day < N_DAYS && sums->in_day[sums->first_day].messages == 0)
    sums->first_day++;
}

/**
 * pdk_chat_sums_new:
 * @tally: the chats, which must outlive the answer unchanged
 * @zone: where days begin
 * @now_sec: the time that windows end at
 *
 * Returns: (transfer full): what they come to
 */
PdkChatSums *
pdk_chat_sums_new (const PdkChatTally *tally, GTimeZone *zone, gint64 now_sec)
{
  PdkChatSums *sums = g_new0 (PdkChatSums, 1);

  sums->tally = tally;
  sums->models = g_new0 (PdkChatNamed, MAX (tally->names->len, 1));
  sums->tools = g_new0 (PdkChatNamed, MAX (tally->names->len, 1));
  find_bounds (sums, zone, now_sec);
  add_chats (sums);
  return sums;
}

/** pdk_chat_sums_free: frees @sums */
void
pdk_chat_sums_free (PdkChatSums *sums)
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
