/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Sample chats for people without an Ollama, which go through the same tally as real ones. The same moment
 * always gives the same numbers. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-demo-chat-source.h"

#include "pdk-chat-facts.h"

#define DAYS 30
#define DAY_SEC 86400

struct _PdkDemoChatSource
{
  PdkSource parent_instance;
};

G_DEFINE_FINAL_TYPE (PdkDemoChatSource, pdk_demo_chat_source, PDK_TYPE_SOURCE)

static void
add_turn (PdkChatTally *tally, PdkChat *chat, GRand *rand, gint64 time_sec)
{
  static const char *const models[] = { "llama3.2:3b", "qwen3-coder:30b", "llama3.2:3b",
                                        "gpt-oss:120b-cloud" };
  static const char *const tools[] = { "web_search", "web_fetch", "web_search", "run_python" };
  gboolean has_thought = g_rand_double (rand) < 0.3;
  PdkChatMessage question = { .role = PDK_CHAT_ROLE_USER,
                              .time_sec = (double) time_sec,
                              .chars = (guint64) g_rand_int_range (rand, 20, 900),
                              .thinking_sec = -1 };
  PdkChatMessage answer = { .role = PDK_CHAT_ROLE_ASSISTANT,
                            .time_sec = (double) time_sec + 5,
                            .chars = (guint64) g_rand_int_range (rand, 200, 4000),
                            .model = models[g_rand_int_range (rand, 0, G_N_ELEMENTS (models))],
                            .has_thought = has_thought,
                            .thinking_sec = has_thought ? g_rand_int_range (rand, 1, 30) : -1 };

  pdk_chat_add_message (tally, chat, &question);
  pdk_chat_add_message (tally, chat, &answer);
  if (g_rand_double (rand) < 0.25)
    pdk_chat_add_tool_call (tally, chat, tools[g_rand_int_range (rand, 0, G_N_ELEMENTS (tools))],
                            answer.time_sec);
}

/* The chats of one day, which is @day days ago: the last ones of all are of the last hour. */
static void
add_day (PdkChatTally *tally, gint64 now_sec, gint64 day)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed ((guint32) (now_sec / DAY_SEC - day));
  int n_chats = g_rand_int_range (rand, 1, 6);

  for (int i = 0; i < n_chats; i++)
    {
      g_autofree char *id = g_strdup_printf ("%" G_GINT64_FORMAT "-%d", day, i);
      PdkChat *chat = pdk_chat_tally_ensure (tally, id);
      int n_turns = g_rand_int_range (rand, 1, 8);

      for (int j = 0; j < n_turns; j++)
        add_turn (tally, chat, rand, now_sec - day * DAY_SEC - (gint64) i * 5400 - 600 + j * 60);
    }
}

static void
poll_async (PdkSource *source,
            gint64 now_usec,
            GCancellable *cancellable,
            GAsyncReadyCallback callback,
            gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (source, cancellable, callback, user_data);
  g_autoptr (PdkChatTally) tally = pdk_chat_tally_new ();
  g_autoptr (PdkFacts) facts = pdk_facts_new ();
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();
  gint64 now_sec = now_usec / G_USEC_PER_SEC;

  g_task_set_source_tag (task, poll_async);
  for (gint64 day = 0; day < DAYS; day++)
    add_day (tally, now_sec, day);
  pdk_chat_facts_describe (tally, tally->chats->len, zone, now_sec, facts, NULL);
  pdk_facts_set_attribute (facts, "selected_model", "llama3.2:3b");
  g_task_return_pointer (task, pdk_reading_new (PDK_SOURCE_STATE_OK, now_usec, facts),
                         (GDestroyNotify) pdk_reading_unref);
}

static void
pdk_demo_chat_source_class_init (PdkDemoChatSourceClass *klass)
{
  PDK_SOURCE_CLASS (klass)->name = "desktop_db";
  PDK_SOURCE_CLASS (klass)->poll_async = poll_async;
}

static void
pdk_demo_chat_source_init (PdkDemoChatSource *self)
{
}

/** pdk_demo_chat_source_new: Returns: (transfer full): a source that stands for the desktop app's database */
PdkSource *
pdk_demo_chat_source_new (void)
{
  return g_object_new (PDK_TYPE_DEMO_CHAT_SOURCE, NULL);
}
