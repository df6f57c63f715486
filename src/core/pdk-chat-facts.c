/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The metrics of chats, by the names that they have in a snapshot. Pure; times in seconds since the epoch. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-chat-facts.h"

#include <math.h>
#include <string.h>

#include "pdk-chat-sums.h"
#include "pdk-metric-key.h"

#define MAX_NAMED 100 /* models, and tools, that are told by name */
#define CHARS_PER_TOKEN 4
#define ALL_TIME "all-time"
#define ESTIMATED_TOKENS "estimated tokens"

static const char *const window_names[PDK_CHAT_SUMS_N_WINDOWS] = {
  [PDK_WINDOW_TODAY] = "today",
  [PDK_WINDOW_5H] = "5h",
  [PDK_WINDOW_1D] = "1d",
  [PDK_WINDOW_7D] = "7d",
};

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
describe_totals (const PdkChatSums *sums, PdkFacts *facts)
{
  const PdkChatTotals *totals = &sums->totals;

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
describe_window (const PdkChatCounts *counts, const char *window, PdkFacts *facts)
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
describe_days (const PdkChatSums *sums, PdkFacts *facts)
{
  for (guint i = sums->first_day; i < PDK_CHAT_SUMS_N_DAYS; i++)
    {
      const PdkChatCounts *day = &sums->in_day[i];
      guint32 julian = sums->julian_today + 1 + i - PDK_CHAT_SUMS_N_DAYS;

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
  const PdkChatNamed *x = *(const PdkChatNamed *const *) a, *y = *(const PdkChatNamed *const *) b;

  if (x->sum.count != y->sum.count)
    return x->sum.count > y->sum.count ? -1 : 1;
  return x->sum.name < y->sum.name ? -1 : 1;
}

/* Those that are used most, with their keys. */
static GPtrArray *
sort_named (PdkChatNamed *named, const PdkChatTally *tally)
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
      PdkChatNamed *one = g_ptr_array_index (sorted, i);

      one->key = pdk_metric_key_make (g_ptr_array_index (tally->names, one->sum.name), taken);
    }
  return sorted;
}

static void
append_days (const PdkChatSums *sums, const PdkChatNamed *named, const char *series, PdkFacts *facts)
{
  for (guint i = sums->first_day; i < PDK_CHAT_SUMS_N_DAYS; i++)
    pdk_facts_append_day (facts, series, sums->julian_today + 1 + i - PDK_CHAT_SUMS_N_DAYS, named->days[i]);
}

static void
set_for_name (
    PdkFacts *facts, const char *prefix, const char *key, const char *suffix, double value, const char *unit)
{
  g_autofree char *name = g_strconcat (prefix, key, suffix, NULL);

  set_total (facts, name, value, unit);
}

static void
describe_model (const PdkChatSums *sums, const PdkChatNamed *model, PdkFacts *facts)
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
is_cloud (const PdkChatNamed *model, const PdkChatTally *tally)
{
  const char *name = g_ptr_array_index (tally->names, model->sum.name);

  return model->is_cloud || g_str_has_suffix (name, ":cloud") || g_str_has_suffix (name, "-cloud");
}

static void
describe_places (const PdkChatSums *sums, PdkFacts *facts)
{
  guint64 all[2] = { 0, 0 }, today[2] = { 0, 0 };

  for (guint i = 0; i < sums->tally->names->len; i++)
    {
      const PdkChatNamed *model = &sums->models[i];
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
describe_tool (const PdkChatSums *sums, const PdkChatNamed *tool, PdkFacts *facts)
{
  g_autofree char *series = g_strconcat ("tool_", tool->key, NULL);
  g_autofree char *attribute = g_strconcat ("tool_", tool->key, "_name", NULL);

  set_total (facts, series, (double) tool->sum.count, "calls");
  pdk_facts_set_attribute (facts, attribute, g_ptr_array_index (sums->tally->names, tool->sum.name));
  append_days (sums, tool, series, facts);
}

static void
describe_named (const PdkChatSums *sums, PdkFacts *facts)
{
  g_autoptr (GPtrArray) models = sort_named (sums->models, sums->tally);
  g_autoptr (GPtrArray) tools = sort_named (sums->tools, sums->tally);

  for (guint i = 0; i < models->len; i++)
    describe_model (sums, g_ptr_array_index (models, i), facts);
  for (guint i = 0; i < tools->len; i++)
    describe_tool (sums, g_ptr_array_index (tools, i), facts);
}

/**
 * pdk_chat_facts_describe:
 * @tally: the chats
 * @n_conversations: how many there are, empty ones included
 * @zone: where days begin
 * @now_sec: the time that windows end at
 * @facts: where metrics, attributes and daily series go
 * @flaws: (out) (optional): what could not be counted as it should
 */
void
pdk_chat_facts_describe (const PdkChatTally *tally,
                         guint64 n_conversations,
                         GTimeZone *zone,
                         gint64 now_sec,
                         PdkFacts *facts,
                         PdkChatFlaws *flaws)
{
  g_autoptr (PdkChatSums) sums = pdk_chat_sums_new (tally, zone, now_sec);

  set_total (facts, "total_conversations", (double) n_conversations, "sessions");
  describe_totals (sums, facts);
  for (guint i = 0; i < PDK_CHAT_SUMS_N_WINDOWS; i++)
    describe_window (&sums->in_window[i], window_names[i], facts);
  describe_days (sums, facts);
  describe_places (sums, facts);
  describe_named (sums, facts);
  if (flaws == NULL)
    return;
  memset (flaws, 0, sizeof *flaws);
  flaws->n_future = sums->n_future;
  flaws->n_odd = sums->totals.odd;
}
