/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The metrics of a server's own lines: its GPUs, and the tokens in each window of time and on each day. Times
 * in seconds since the epoch. Any thread, one at a time per record. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-server-facts.h"

#include <math.h>

#include "pdk-tally-past.h"

static void
set_metric (PdkFacts *facts, const char *metric, const char *window, double value, const char *unit)
{
  g_autofree char *name = g_strconcat (metric, "_", window, NULL);

  pdk_facts_set_metric (facts, name, value, unit, window);
}

static void
describe_window (PdkFacts *facts, const char *window, const PdkTokenCounts *counts)
{
  set_metric (facts, "log_prompt_tokens", window, (double) counts->prompt_tokens, "tokens");
  set_metric (facts, "log_output_tokens", window, (double) counts->output_tokens, "tokens");
  if (counts->unattributed_tokens > 0)
    set_metric (facts, "log_unattributed_tokens", window, (double) counts->unattributed_tokens, "tokens");
  if (counts->output_msec > 0)
    set_metric (facts, "tokens_per_second", window,
                round ((double) counts->output_tokens / counts->output_msec * 1e6) / 1e3, "tokens/s");
}

/* Of the trailing days, which are sums of their own: single groups are not kept for as long. Those of a
 * server whose clock is a little ahead may be tomorrow's. */
static void
describe_month (PdkTokenTally *tokens, PdkTally *requests, gint64 now_sec, PdkFacts *facts)
{
  g_autoptr (GArray) days = pdk_token_tally_get_days (tokens, now_sec);
  PdkTokenCounts counts;
  gint64 start, end, today_end;

  pdk_tally_get_window (requests, PDK_WINDOW_TODAY, now_sec, &start, &today_end);
  pdk_tally_get_window (requests, PDK_WINDOW_30D, now_sec, &start, &end);
  pdk_token_tally_count (tokens, today_end, end, &counts);
  for (guint i = 0; i < days->len; i++)
    {
      const PdkTokenDay *day = &g_array_index (days, PdkTokenDay, i);

      counts.prompt_tokens += day->prompt_tokens;
      counts.output_tokens += day->output_tokens;
      counts.unattributed_tokens += day->unattributed_tokens;
      counts.output_msec += day->output_msec;
    }
  describe_window (facts, "30d", &counts);
}

static void
describe_hours (PdkTokenTally *tokens, PdkTally *requests, gint64 now_sec, PdkFacts *facts)
{
  g_autoptr (GArray) hours = pdk_tally_get_hours (requests, now_sec);

  for (guint i = 0; i < hours->len; i++)
    {
      gint64 start_sec = g_array_index (hours, PdkHour, i).start_sec;
      gint64 end_sec =
          i + 1 < hours->len ? g_array_index (hours, PdkHour, i + 1).start_sec : start_sec + 3600;
      PdkTokenCounts counts;

      pdk_token_tally_count (tokens, start_sec - 1, end_sec - 1, &counts);
      pdk_facts_append_hour (facts, "log_prompt_tokens", start_sec, (double) counts.prompt_tokens);
      pdk_facts_append_hour (facts, "log_output_tokens", start_sec, (double) counts.output_tokens);
    }
}

static void
describe_days (PdkTokenTally *tokens, gint64 now_sec, PdkFacts *facts)
{
  g_autoptr (GArray) days = pdk_token_tally_get_days (tokens, now_sec);

  for (guint i = 0; i < days->len; i++)
    {
      const PdkTokenDay *day = &g_array_index (days, PdkTokenDay, i);

      pdk_facts_append_day (facts, "log_prompt_tokens", day->julian, (double) day->prompt_tokens);
      pdk_facts_append_day (facts, "log_output_tokens", day->julian, (double) day->output_tokens);
    }
}

/**
 * pdk_server_facts_describe:
 * @record: what the server's own lines told
 * @requests: whose windows are used
 * @now_sec: the time that the windows end at
 * @facts: where the devices, metrics, daily and hourly series go
 *
 * A server that never wrote how many tokens there were has no metrics of them, rather than zeros.
 */
void
pdk_server_facts_describe (PdkServerRecord *record, PdkTally *requests, gint64 now_sec, PdkFacts *facts)
{
  PdkTokenTally *tokens = pdk_server_record_get_tokens (record);

  pdk_gpu_list_describe (pdk_server_record_get_gpus (record), facts);
  if (pdk_token_tally_is_empty (tokens))
    return;
  for (PdkWindow window = 0; window < PDK_TALLY_N_WINDOWS; window++)
    {
      PdkTokenCounts counts;
      gint64 start, end;

      pdk_tally_get_window (requests, window, now_sec, &start, &end);
      pdk_token_tally_count (tokens, start, end, &counts);
      describe_window (facts, pdk_window_get_id (window), &counts);
    }
  describe_month (tokens, requests, now_sec, facts);
  describe_days (tokens, now_sec, facts);
  describe_hours (tokens, requests, now_sec, facts);
}
