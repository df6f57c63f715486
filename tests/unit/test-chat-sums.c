/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "pdk-chat-sums.h"

#include <string.h>

#include "pdk-sql-time.h"

/* 2026-11-20 12:00:00 UTC. */
#define NOW G_GINT64_CONSTANT (1795176000)
#define DAY 86400

static void
add (PdkChatTally *tally, const char *id, double time_sec)
{
  PdkChatMessage question = {
    .role = PDK_CHAT_ROLE_USER, .time_sec = time_sec, .chars = 10, .thinking_sec = -1, .attachments = 2
  };
  PdkChatMessage answer = {
    .role = PDK_CHAT_ROLE_ASSISTANT, .time_sec = time_sec, .chars = 7, .model = "m", .thinking_sec = -1
  };
  PdkChat *chat = pdk_chat_tally_ensure (tally, id);

  pdk_chat_add_message (tally, chat, &question);
  pdk_chat_add_message (tally, chat, &answer);
  pdk_chat_add_tool_call (tally, chat, "t", time_sec);
}

static gint64
local (GTimeZone *zone, int month, int day, int hour, int minute)
{
  g_autoptr (GDateTime) time = g_date_time_new (zone, 2026, month, day, hour, minute, 0);

  return g_date_time_to_unix (time);
}

/* A chat is counted the same way, whether it is taken as a whole or message by message: one more message
 * without a time keeps it from being taken as a whole. */
static void
test_whole_chats (void)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier ("Europe/Berlin");
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);

  for (guint round = 0; round < 200; round++)
    {
      g_autoptr (PdkChatTally) wholes = pdk_chat_tally_new ();
      g_autoptr (PdkChatTally) parts = pdk_chat_tally_new ();
      g_autoptr (PdkChatSums) a = NULL;
      g_autoptr (PdkChatSums) b = NULL;

      pdk_chat_tally_expire (wholes, NOW);
      pdk_chat_tally_expire (parts, NOW);
      for (guint i = 0; i < 30; i++)
        {
          g_autofree char *id = g_strdup_printf ("%u", i);
          double start = (double) (NOW + 3600) -
                         g_rand_double_range (rand, 0, g_rand_boolean (rand) ? 33 * DAY : 2 * DAY);
          double step = g_rand_double_range (rand, 0, g_rand_boolean (rand) ? 60 : 8 * 3600);
          PdkChatMessage timeless = { .role = PDK_CHAT_ROLE_OTHER, .time_sec = PDK_SQL_TIME_UNKNOWN };

          for (guint j = 0; j < 4; j++)
            {
              double time_sec = start + (i % 2 == 0 ? j : -(double) j) * step;

              add (wholes, id, time_sec);
              add (parts, id, time_sec);
            }
          pdk_chat_add_message (parts, pdk_chat_tally_find (parts, id), &timeless);
        }
      a = pdk_chat_sums_new (wholes, zone, NOW);
      b = pdk_chat_sums_new (parts, zone, NOW);
      g_assert_cmpmem (a->in_window, sizeof a->in_window, b->in_window, sizeof b->in_window);
      g_assert_cmpmem (a->in_day, sizeof a->in_day, b->in_day, sizeof b->in_day);
      for (guint i = 0; i < wholes->names->len; i++)
        {
          g_assert_cmpmem (a->models[i].days, sizeof a->models[i].days, b->models[i].days,
                           sizeof b->models[i].days);
          g_assert_cmpmem (a->tools[i].days, sizeof a->tools[i].days, b->tools[i].days,
                           sizeof b->tools[i].days);
          g_assert_cmpuint (a->models[i].today, ==, b->models[i].today);
        }
      g_assert_cmpuint (a->n_future, ==, b->n_future);
      g_assert_cmpuint (a->totals.messages, ==, 240);
    }
}

/* The day on which clocks are put back has 25 hours. */
static void
test_daylight_saving (void)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier ("Europe/Berlin");
  g_autoptr (PdkChatTally) tally = pdk_chat_tally_new ();
  g_autoptr (PdkChatSums) sums = NULL;
  gint64 now = local (zone, 10, 26, 0, 30);
  gint64 long_day = local (zone, 10, 25, 0, 0);

  pdk_chat_tally_expire (tally, now);
  add (tally, "before", (double) long_day - 1);
  for (int hour = 0; hour < 25; hour++)
    add (tally, "long", (double) (long_day + hour * 3600));
  add (tally, "today", (double) (long_day + 25 * 3600));
  sums = pdk_chat_sums_new (tally, zone, now);
  g_assert_cmpuint (sums->in_day[PDK_CHAT_SUMS_N_DAYS - 1].messages, ==, 2);
  g_assert_cmpuint (sums->in_day[PDK_CHAT_SUMS_N_DAYS - 2].messages, ==, 50);
  g_assert_cmpuint (sums->in_day[PDK_CHAT_SUMS_N_DAYS - 2].sessions, ==, 1);
  g_assert_cmpuint (sums->in_day[PDK_CHAT_SUMS_N_DAYS - 3].messages, ==, 2);
  g_assert_cmpuint (sums->in_window[PDK_WINDOW_TODAY].messages, ==, 2);
  g_assert_cmpuint (sums->in_window[PDK_WINDOW_1D].messages, ==, 2 * 23 + 2);
  g_assert_cmpuint (sums->first_day, ==, PDK_CHAT_SUMS_N_DAYS - 3);
}

/* And the one on which they are put forward has 23. */
static void
test_short_day (void)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier ("America/New_York");
  g_autoptr (PdkChatTally) tally = pdk_chat_tally_new ();
  g_autoptr (PdkChatSums) sums = NULL;
  gint64 now = local (zone, 3, 9, 12, 0);
  gint64 short_day = local (zone, 3, 8, 0, 0);

  pdk_chat_tally_expire (tally, now);
  add (tally, "a", (double) short_day);
  add (tally, "b", (double) (short_day + 23 * 3600 - 1));
  add (tally, "c", (double) (short_day + 23 * 3600));
  sums = pdk_chat_sums_new (tally, zone, now);
  g_assert_cmpuint (sums->in_day[PDK_CHAT_SUMS_N_DAYS - 2].sessions, ==, 2);
  g_assert_cmpuint (sums->in_window[PDK_WINDOW_TODAY].sessions, ==, 1);
}

/* What is from the future is in no window and on no day, nor is what was called in it. */
static void
test_future (void)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_utc ();
  g_autoptr (PdkChatTally) tally = pdk_chat_tally_new ();
  g_autoptr (PdkChatSums) sums = NULL;

  pdk_chat_tally_expire (tally, NOW);
  add (tally, "a", NOW - 10);
  add (tally, "a", NOW + 3600);
  sums = pdk_chat_sums_new (tally, zone, NOW);
  g_assert_cmpuint (sums->n_future, ==, 2);
  g_assert_cmpuint (sums->in_day[PDK_CHAT_SUMS_N_DAYS - 1].messages, ==, 2);
  g_assert_cmpuint (sums->in_day[PDK_CHAT_SUMS_N_DAYS - 1].tool_calls, ==, 1);
  g_assert_cmpuint (
      sums->tools[0].days[PDK_CHAT_SUMS_N_DAYS - 1] + sums->tools[1].days[PDK_CHAT_SUMS_N_DAYS - 1], ==, 1);
  g_assert_cmpuint (sums->in_window[PDK_WINDOW_TODAY].tool_calls, ==, 1);
}

/* Days without messages are told, but not those before the first message of all. */
static void
test_first_day (void)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_utc ();
  g_autoptr (PdkChatTally) tally = pdk_chat_tally_new ();
  g_autoptr (PdkChatSums) young = NULL;
  g_autoptr (PdkChatSums) old = NULL;

  pdk_chat_tally_expire (tally, NOW);
  add (tally, "a", NOW - 2 * DAY);
  young = pdk_chat_sums_new (tally, zone, NOW);
  g_assert_cmpuint (young->first_day, ==, PDK_CHAT_SUMS_N_DAYS - 3);
  add (tally, "b", NOW - 100. * DAY);
  old = pdk_chat_sums_new (tally, zone, NOW);
  g_assert_cmpuint (old->first_day, ==, 0);
}

/* Where clocks are put back at one, midnight is there twice, and the day begins with the first. */
static void
test_two_midnights (void)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier ("America/Havana");
  g_autoptr (PdkChatTally) tally = pdk_chat_tally_new ();
  g_autoptr (PdkChatSums) sums = NULL;
  gint64 now = local (zone, 11, 1, 12, 0);
  gint64 first_midnight = local (zone, 10, 31, 12, 0) + 12 * 3600;

  pdk_chat_tally_expire (tally, now);
  add (tally, "a", (double) (first_midnight - 1));
  add (tally, "b", (double) first_midnight);
  add (tally, "c", (double) (first_midnight + 3600));
  sums = pdk_chat_sums_new (tally, zone, now);
  g_assert_cmpuint (sums->in_day[PDK_CHAT_SUMS_N_DAYS - 2].sessions, ==, 1);
  g_assert_cmpuint (sums->in_day[PDK_CHAT_SUMS_N_DAYS - 1].sessions, ==, 2);
  g_assert_cmpuint (sums->in_window[PDK_WINDOW_TODAY].sessions, ==, 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/chat-sums/whole-chats", test_whole_chats);
  g_test_add_func ("/chat-sums/daylight-saving", test_daylight_saving);
  g_test_add_func ("/chat-sums/short-day", test_short_day);
  g_test_add_func ("/chat-sums/two-midnights", test_two_midnights);
  g_test_add_func ("/chat-sums/future", test_future);
  g_test_add_func ("/chat-sums/first-day", test_first_day);
  return g_test_run ();
}
