/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "pdk-chat-facts.h"
#include "pdk-sql-time.h"

/* 2026-11-20 12:00:00 UTC. */
#define NOW 1795176000

static void
add (PdkChatTally *tally, const char *id, PdkChatRole role, double time_sec, guint64 chars, const char *model)
{
  PdkChatMessage message = {
    .role = role, .time_sec = time_sec, .chars = chars, .model = model, .thinking_sec = -1
  };

  pdk_chat_add_message (tally, pdk_chat_tally_ensure (tally, id), &message);
}

static void
assert_metric (const PdkFacts *facts, const char *name, double expected)
{
  const PdkMetric *metric = pdk_facts_get_metric (facts, name);

  if (metric == NULL)
    g_error ("%s is not known", name);
  g_assert_cmpfloat (metric->value, ==, expected);
}

static guint64
describe (PdkChatTally *tally, PdkFacts *facts)
{
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  PdkChatFlaws flaws;

  pdk_chat_facts_describe (tally, tally->chats->len, utc, NOW, facts, &flaws);
  return flaws.n_future;
}

static void
test_windows (void)
{
  g_autoptr (PdkChatTally) tally = pdk_chat_tally_new ();
  g_autoptr (PdkFacts) facts = pdk_facts_new ();

  pdk_chat_tally_expire (tally, NOW);
  add (tally, "a", PDK_CHAT_ROLE_USER, NOW - 60, 4, NULL);
  add (tally, "a", PDK_CHAT_ROLE_ASSISTANT, NOW - 50, 9, "m:1");
  add (tally, "b", PDK_CHAT_ROLE_USER, NOW - 5 * 3600, 100, NULL);
  add (tally, "b", PDK_CHAT_ROLE_USER, NOW - 13 * 3600, 100, NULL);
  add (tally, "c", PDK_CHAT_ROLE_ASSISTANT, NOW - 400 * 86400., 4000, "m:1");
  add (tally, "d", PDK_CHAT_ROLE_USER, NOW + 301, 4, NULL);
  add (tally, "e", PDK_CHAT_ROLE_USER, PDK_SQL_TIME_UNKNOWN, 4, NULL);
  g_assert_cmpuint (describe (tally, facts), ==, 1);

  assert_metric (facts, "total_messages", 7);
  assert_metric (facts, "messages_5h", 2);
  assert_metric (facts, "sessions_5h", 1);
  assert_metric (facts, "messages_today", 3);
  assert_metric (facts, "sessions_today", 2);
  assert_metric (facts, "messages_1d", 4);
  assert_metric (facts, "tokens_5h", 3);
  assert_metric (facts, "requests_1d", 1);
  assert_metric (facts, "model_m_1_requests", 2);
  assert_metric (facts, "model_m_1_requests_today", 1);
  assert_metric (facts, "model_m_1_input_tokens", 1);
  assert_metric (facts, "model_m_1_output_tokens", 1002);
  g_assert_cmpstr (pdk_facts_get_metric (facts, "tokens_5h")->unit, ==, "estimated tokens");
}

static void
test_names_are_told_apart (void)
{
  g_autoptr (PdkChatTally) tally = pdk_chat_tally_new ();
  g_autoptr (PdkFacts) facts = pdk_facts_new ();

  add (tally, "a", PDK_CHAT_ROLE_ASSISTANT, NOW, 0, "m:1");
  add (tally, "a", PDK_CHAT_ROLE_ASSISTANT, NOW, 0, "far:cloud");
  add (tally, "a", PDK_CHAT_ROLE_ASSISTANT, NOW, 0, "M.1-cloud");
  add (tally, "a", PDK_CHAT_ROLE_ASSISTANT, NOW, 0, "m.1");
  add (tally, "a", PDK_CHAT_ROLE_ASSISTANT, NOW, 0, "漢");
  describe (tally, facts);

  g_assert_cmpstr (pdk_facts_get_attribute (facts, "model_m_1_name"), ==, "m:1");
  g_assert_cmpstr (pdk_facts_get_attribute (facts, "model_m_1_2_name"), ==, "m.1");
  g_assert_cmpstr (pdk_facts_get_attribute (facts, "model_unnamed_name"), ==, "漢");
  assert_metric (facts, "source_cloud_requests", 2);
  assert_metric (facts, "source_local_requests", 3);
}

/* Of very many, those are told that are used most; the names that are remembered are bounded, the sums not.
 */
static void
test_many_names (void)
{
  g_autoptr (PdkChatTally) tally = pdk_chat_tally_new ();
  g_autoptr (PdkFacts) facts = pdk_facts_new ();

  for (guint i = 0; i < 5000; i++)
    {
      g_autofree char *model = g_strdup_printf ("m%u", i);

      add (tally, "a", PDK_CHAT_ROLE_ASSISTANT, NOW, 0, model);
    }
  for (guint i = 4000; i < 4010; i++)
    {
      g_autofree char *model = g_strdup_printf ("m%u", i);

      add (tally, "a", PDK_CHAT_ROLE_ASSISTANT, NOW, 0, model);
    }
  g_assert_cmpuint (tally->names->len, <, 5000);
  describe (tally, facts);
  assert_metric (facts, "requests_today", 5010);
  for (guint i = 4000; i < 4010; i++)
    {
      g_autofree char *metric = g_strdup_printf ("model_m%u_requests", i);

      assert_metric (facts, metric, 2);
    }
  g_assert_null (pdk_facts_get_metric (facts, "model_m3999_requests"));
}

static void
test_chats_are_counted_anew (void)
{
  g_autoptr (PdkChatTally) tally = pdk_chat_tally_new ();
  g_autoptr (PdkFacts) facts = pdk_facts_new ();

  for (guint i = 0; i < 100; i++)
    {
      g_autofree char *id = g_strdup_printf ("%u", i);

      add (tally, id, PDK_CHAT_ROLE_USER, NOW, 4, NULL);
      pdk_chat_add_tool_call (tally, pdk_chat_tally_find (tally, id), "t", NOW);
    }
  for (guint i = 0; i < 90; i++)
    {
      g_autofree char *id = g_strdup_printf ("%u", i);

      pdk_chat_tally_remove (tally, pdk_chat_tally_find (tally, id));
    }
  pdk_chat_clear (pdk_chat_tally_find (tally, "95"));
  describe (tally, facts);
  assert_metric (facts, "total_messages", 9);
  assert_metric (facts, "tool_t", 9);
  assert_metric (facts, "total_conversations", 10);
}

static void
test_old_messages_become_sums (void)
{
  g_autoptr (PdkChatTally) tally = pdk_chat_tally_new ();

  add (tally, "a", PDK_CHAT_ROLE_USER, NOW - 10 * 86400, 4, NULL);
  pdk_chat_tally_expire (tally, NOW);
  g_assert_cmpuint (pdk_chat_tally_find (tally, "a")->n_events, ==, 1);
  pdk_chat_tally_expire (tally, NOW + 30 * 86400);
  g_assert_cmpuint (pdk_chat_tally_find (tally, "a")->n_events, ==, 0);
  g_assert_cmpuint (pdk_chat_tally_find (tally, "a")->totals.messages, ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/chat-facts/windows", test_windows);
  g_test_add_func ("/chat-facts/names-are-told-apart", test_names_are_told_apart);
  g_test_add_func ("/chat-facts/many-names", test_many_names);
  g_test_add_func ("/chat-facts/chats-are-counted-anew", test_chats_are_counted_anew);
  g_test_add_func ("/chat-facts/old-messages-become-sums", test_old_messages_become_sums);
  return g_test_run ();
}
