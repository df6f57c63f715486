/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The record with the facts that are made of it: where its parts are joined. */

#include "config.h"

#include "pdk-server-record.h"

#include <string.h>

#include "pdk-server-facts.h"

#define NOW G_GINT64_CONSTANT (1795183445)
#define STAMP "time=2026-11-20T14:04:00.1Z level=INFO "
#define NO_TIME G_MININT64

typedef struct
{
  PdkServerRecord *record;
  PdkTally *tally;
} Fixture;

static void
set_up (Fixture *f, gconstpointer unused)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_utc ();

  f->record = pdk_server_record_new (zone, NOW);
  f->tally = pdk_tally_new (zone, NOW);
}

static void
tear_down (Fixture *f, gconstpointer unused)
{
  pdk_server_record_free (f->record);
  pdk_tally_free (f->tally);
}

static void
take (Fixture *f, const char *line, gint64 entry_time_sec)
{
  PdkServerLine parsed;

  if (pdk_server_line_parse (line, strlen (line), &parsed) == PDK_SERVER_LINE_NONE)
    return;
  if (entry_time_sec != NO_TIME)
    {
      parsed.has_time = TRUE;
      parsed.time_sec = entry_time_sec;
    }
  pdk_server_record_take_line (f->record, &parsed);
}

static void
take_group (Fixture *f, gint64 entry_time_sec)
{
  take (f, "slot print_timing: id  0 | task 4 | prompt eval time = 100.00 ms / 30 tokens (x)",
        entry_time_sec);
  take (f, "       eval time = 500.00 ms / 20 tokens (x)", entry_time_sec);
  take (f, "      total time = 600.00 ms / 50 tokens", entry_time_sec);
}

static PdkFacts *
describe (Fixture *f, gint64 now_sec)
{
  PdkFacts *facts = pdk_facts_new ();

  pdk_server_record_settle (f->record);
  pdk_server_record_expire (f->record, now_sec);
  pdk_server_facts_describe (f->record, f->tally, now_sec, facts);
  return facts;
}

static double
number (const PdkFacts *facts, const char *name)
{
  double value = -1;

  pdk_facts_get_number (facts, name, &value);
  return value;
}

static void
test_nothing (Fixture *f, gconstpointer unused)
{
  g_autoptr (PdkFacts) facts = NULL;

  take (f, "llama_model_loader: - kv 12: x = 24", NO_TIME);
  pdk_server_record_take_request (f->record, NOW, PDK_REQUEST_CHAT, 1000);
  facts = describe (f, NOW);
  g_assert_false (pdk_facts_has_data (facts));
  g_assert_null (pdk_facts_get_series (facts, "log_output_tokens"));
}

static void
test_everything (Fixture *f, gconstpointer unused)
{
  g_autoptr (PdkFacts) facts = NULL;
  const GArray *days;

  take (f, STAMP "msg=\"Listening on [::]:11434 (version 0.40.12)\"", NO_TIME);
  take (f, STAMP "msg=\"inference compute\" id=0 library=CUDA name=RTX total=\"8.0 GiB\"", NO_TIME);
  take_group (f, NO_TIME);
  pdk_server_record_take_request (f->record, NOW - 10, PDK_REQUEST_CHAT, G_GINT64_CONSTANT (1000000000));
  take_group (f, NO_TIME);
  pdk_server_record_take_request (f->record, NOW - 5, PDK_REQUEST_CHAT, 1000);
  facts = describe (f, NOW);

  g_assert_cmpfloat (number (facts, "vram_total_bytes"), ==, 8 * 0x1p30);
  g_assert_cmpfloat (number (facts, "log_prompt_tokens_today"), ==, 60);
  g_assert_cmpfloat (number (facts, "log_output_tokens_7d"), ==, 40);
  g_assert_cmpfloat (number (facts, "tokens_per_second_5h"), ==, 40);
  g_assert_cmpfloat (number (facts, "log_unattributed_tokens_1d"), ==, 50);
  g_assert_cmpfloat (number (facts, "log_unattributed_tokens_30d"), ==, 50);
  g_assert_cmpstr (pdk_facts_get_metric (facts, "tokens_per_second_5h")->unit, ==, "tokens/s");
  g_assert_cmpstr (pdk_facts_get_metric (facts, "log_output_tokens_5h")->unit, ==, "tokens");
  days = pdk_facts_get_series (facts, "log_output_tokens");
  g_assert_cmpuint (days->len, ==, 1);
  g_assert_cmpfloat (g_array_index (days, PdkDayValue, 0).value, ==, 40);
}

/* What was, and is not any more: zeros, but no speed. */
static void
test_long_ago (Fixture *f, gconstpointer unused)
{
  g_autoptr (PdkFacts) facts = NULL;

  take_group (f, NOW - 20);
  facts = describe (f, NOW + 20 * 86400);
  g_assert_cmpfloat (number (facts, "log_output_tokens_7d"), ==, 0);
  g_assert_null (pdk_facts_get_metric (facts, "tokens_per_second_7d"));
  g_assert_null (pdk_facts_get_metric (facts, "log_unattributed_tokens_7d"));
  g_assert_cmpfloat (number (facts, "log_unattributed_tokens_30d"), ==, 50);
  g_assert_cmpuint (pdk_facts_get_series (facts, "log_prompt_tokens")->len, ==, 21);
}

/* A journal knows better than the text. */
static void
test_time_of_the_entry (Fixture *f, gconstpointer unused)
{
  PdkTokenCounts counts;

  take (f, STAMP "msg=old", NO_TIME);
  take_group (f, NOW - 77);
  pdk_server_record_settle (f->record);
  pdk_token_tally_count (pdk_server_record_get_tokens (f->record), NOW - 78, NOW - 77, &counts);
  g_assert_cmpuint (counts.prompt_tokens, ==, 30);
}

/* The server's clock is ahead, and it is tomorrow there: a longer window has no less than a shorter one. */
static void
test_slightly_ahead (Fixture *f, gconstpointer unused)
{
  const gint64 midnight = NOW - NOW % 86400 + 86400;
  g_autoptr (PdkFacts) facts = NULL;

  pdk_server_record_expire (f->record, midnight - 100);
  take_group (f, midnight - 200);
  take_group (f, midnight + 100);
  facts = describe (f, midnight - 100);
  g_assert_cmpfloat (number (facts, "log_output_tokens_today"), ==, 20);
  g_assert_cmpfloat (number (facts, "log_output_tokens_7d"), ==, 40);
  g_assert_cmpfloat (number (facts, "log_output_tokens_30d"), ==, 40);
  g_assert_cmpfloat (number (facts, "log_unattributed_tokens_30d"), ==, 100);
  g_assert_cmpfloat (number (facts, "tokens_per_second_30d"), ==, 40);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/server-record/nothing", Fixture, NULL, set_up, test_nothing, tear_down);
  g_test_add ("/server-record/everything", Fixture, NULL, set_up, test_everything, tear_down);
  g_test_add ("/server-record/long-ago", Fixture, NULL, set_up, test_long_ago, tear_down);
  g_test_add ("/server-record/time-of-the-entry", Fixture, NULL, set_up, test_time_of_the_entry, tear_down);
  g_test_add ("/server-record/slightly-ahead", Fixture, NULL, set_up, test_slightly_ahead, tear_down);
  return g_test_run ();
}
