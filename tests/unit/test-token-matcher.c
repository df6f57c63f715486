/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "pdk-token-matcher.h"

#include <stdlib.h>
#include <string.h>

#define MSEC G_GINT64_CONSTANT (1000000)

static void
on_group (const PdkTokenGroup *group, gpointer user_data)
{
  g_string_append_printf (user_data, "%s%" G_GINT64_FORMAT ":%u+%u%s",
                          ((GString *) user_data)->len > 0 ? " " : "", group->time_sec, group->prompt_tokens,
                          group->output_tokens, group->is_attributed ? "!" : "");
}

static void
take (PdkTokenMatcher *matcher, PdkServerLineKind kind, gint64 id, double msec, guint tokens)
{
  PdkServerLine line = { .kind = kind, .slot_id = id, .task_id = id, .msec = msec, .tokens = tokens };

  pdk_token_matcher_take_line (matcher, &line);
}

static void
take_dated (PdkTokenMatcher *matcher, PdkServerLineKind kind, gint64 time_sec)
{
  PdkServerLine line = { .kind = kind, .has_time = TRUE, .time_sec = time_sec };

  pdk_token_matcher_take_line (matcher, &line);
}

/* A script of words: h, p5, o7 and t are a header and the three timings, of 5 and 7 tokens and of 100 ms
 * each, with "@2" of slot 2; g is a whole group of 1+2 tokens and 200 ms; d9 and s9 are a dated line and a
 * start at 9; c9, e9 and n9 are access lines at 9 of a chat, an embedding and something else, c9/50 one of 50
 * ms instead of 1 s; "." settles. */
static void
play (PdkTokenMatcher *matcher, const char *script)
{
  g_auto (GStrv) words = g_strsplit (script, " ", -1);

  for (guint i = 0; words[i] != NULL; i++)
    {
      const char *word = words[i];
      const char *slot = strchr (word, '@');
      const char *latency = strchr (word, '/');
      gint64 id = slot != NULL ? atoi (slot + 1) : -1;
      gint64 latency_nsec = (latency != NULL ? atoi (latency + 1) : 1000) * MSEC;
      guint number = atoi (word + 1);

      switch (*word)
        {
        case 'h':
          take (matcher, PDK_SERVER_LINE_TIMING_HEADER, id, 0, 0);
          break;
        case 'p':
          take (matcher, PDK_SERVER_LINE_PROMPT_TIMING, id, 100, number);
          break;
        case 'o':
          take (matcher, PDK_SERVER_LINE_OUTPUT_TIMING, id, 100, number);
          break;
        case 't':
          take (matcher, PDK_SERVER_LINE_TOTAL_TIMING, id, 200, 0);
          break;
        case 'g':
          play (matcher, "p1 o2 t");
          break;
        case 'd':
        case 's':
          take_dated (matcher, *word == 'd' ? PDK_SERVER_LINE_DATED : PDK_SERVER_LINE_START, number);
          break;
        case 'c':
          pdk_token_matcher_take_request (matcher, number, PDK_REQUEST_CHAT, latency_nsec);
          break;
        case 'e':
          pdk_token_matcher_take_request (matcher, number, PDK_REQUEST_EMBED, latency_nsec);
          break;
        case 'n':
          pdk_token_matcher_take_request (matcher, number, PDK_REQUEST_NONE, latency_nsec);
          break;
        case '.':
          pdk_token_matcher_settle (matcher);
          break;
        default:
          g_assert_not_reached ();
        }
    }
}

/* The same, with another matcher for each word, which goes on where the one before stood. */
static void
play_with_restarts (GString *groups, const char *script)
{
  g_auto (GStrv) words = g_strsplit (script, " ", -1);
  g_autoptr (GVariant) saved = NULL;

  for (guint i = 0; words[i] != NULL; i++)
    {
      g_autoptr (PdkTokenMatcher) matcher = pdk_token_matcher_new (on_group, groups);

      if (saved != NULL)
        pdk_token_matcher_load (matcher, saved);
      play (matcher, words[i]);
      g_clear_pointer (&saved, g_variant_unref);
      saved = g_variant_ref_sink (pdk_token_matcher_save (matcher));
    }
}

static void
test_scripts (void)
{
  static const struct
  {
    const char *script;
    const char *groups; /* TIME:PROMPT+OUTPUT, with "!" for those attributed */
  } cases[] = {
    /* Each before its request. */
    { "p5 o7 t c9", "9:5+7!" },
    { "h p5 o7 t c9", "9:5+7!" },
    { "p5@0 o7@0 t@0 c9", "9:5+7!" },
    { "h@0 p5 o7 t c9", "9:5+7!" },
    { "g c1 g c2 g c3", "1:1+2! 2:1+2! 3:1+2!" },
    { "c1 c2 g c3 c4", "3:1+2!" },
    { "g n1 e2 c3", "3:1+2!" },
    { "g c1 . . c2", "1:1+2!" },
    { "n1 p5 . o7 . t . c9", "9:5+7!" },
    { "n1 g . c2", "2:1+2!" },

    /* The request was shorter than its tokens took: it was another. */
    { "g c9/50", "9:1+2" },
    { "g c9/195", "9:1+2!" },

    /* Two groups, and one request: whose is it? */
    { "d1 g g c9", "1:1+2 1:1+2" },
    { "d1 g g c5 g c9", "1:1+2 1:1+2 9:1+2!" },
    { "g g c9", "9:1+2 9:1+2" },
    { "g n4 g c9", "4:1+2 9:1+2" },
    { "n1 g g c9", "9:1+2 9:1+2" },
    { "n1 g g d8 c9", "8:1+2 8:1+2" },
    { "n1 g g s8 c9", "1:1+2 1:1+2" },
    { "n1 g n4 g c9", "4:1+2 9:1+2" },
    { "n1 g g . c9", "9:1+2 9:1+2" },
    { "n1 g g . . c9", "1:1+2 1:1+2" },
    { "n1 g g . g . c9", "9:1+2 9:1+2 9:1+2" },

    /* Slots that are mixed: sums are right, and nothing is guessed. */
    { "d1 p1@0 p10@1 o2@0 o20@1 t@0 t@1 c9", "1:1+0 1:10+0 1:0+2 1:0+20" },
    { "d1 p1 p10 o2 o20 t t c9", "1:1+0 1:10+2 1:0+20" },
    { "d1 p1 o2 c5 t c9", "5:1+2" },
    { "d1 p1 c5 o2 t c9", "5:1+0 9:0+2" },

    /* No request at all. */
    { "d1 g d2 g d3", "1:1+2 2:1+2" },
    { "d1 g .", "1:1+2" },
    { "g . d2", "2:1+2" },
    { "g", "" },
    { "n1 g .", "" },
    { "n1 g . .", "1:1+2" },
    { "n1 g . . c9 g c10", "1:1+2 10:1+2!" },
    { "n1 g d2 c3", "3:1+2!" },
    { "n1 g s2 g c3", "1:1+2 3:1+2!" },
    { "n1 p5 s2 o7 t c3", "1:5+0 3:0+7" },
    { "t c1", "" },
    { "h h t c1", "" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GString) groups = g_string_new (NULL);
      g_autoptr (GString) again = g_string_new (NULL);
      g_autoptr (PdkTokenMatcher) matcher = pdk_token_matcher_new (on_group, groups);

      g_test_message ("%s", cases[i].script);
      play (matcher, cases[i].script);
      g_assert_cmpstr (groups->str, ==, cases[i].groups);
      play_with_restarts (again, cases[i].script);
      g_assert_cmpstr (again->str, ==, cases[i].groups);
    }
}

static void
test_time_of_the_entry (void)
{
  g_autoptr (GString) groups = g_string_new (NULL);
  g_autoptr (PdkTokenMatcher) matcher = pdk_token_matcher_new (on_group, groups);
  PdkServerLine line = { .kind = PDK_SERVER_LINE_OUTPUT_TIMING,
                         .has_time = TRUE,
                         .time_sec = 77,
                         .slot_id = -1,
                         .task_id = -1,
                         .msec = 5,
                         .tokens = 6 };

  play (matcher, "d1");
  pdk_token_matcher_take_line (matcher, &line);
  play (matcher, "t .");
  g_assert_cmpstr (groups->str, ==, "77:0+6");

  /* Nor does it wait for a request, where there are any. */
  g_string_truncate (groups, 0);
  play (matcher, "c78");
  for (line.time_sec = 79; line.time_sec <= 80; line.time_sec++)
    pdk_token_matcher_take_line (matcher, &line);
  line.kind = PDK_SERVER_LINE_TOTAL_TIMING;
  pdk_token_matcher_take_line (matcher, &line);
  play (matcher, "c90");
  g_assert_cmpstr (groups->str, ==, "79:0+6 81:0+6");
}

static void
test_undated_are_bounded (void)
{
  g_autoptr (GString) groups = g_string_new (NULL);
  g_autoptr (PdkTokenMatcher) matcher = pdk_token_matcher_new (on_group, groups);
  g_auto (GStrv) words = NULL;

  for (guint i = 0; i < 10000; i++)
    play (matcher, "g");
  play (matcher, "c9");
  words = g_strsplit (groups->str, " ", -1);
  g_assert_cmpuint (g_strv_length (words), ==, 4096);
}

/* Where a line before has a time, none is lost. */
static void
test_waiting_are_bounded (void)
{
  g_autoptr (GString) groups = g_string_new (NULL);
  g_autoptr (PdkTokenMatcher) matcher = pdk_token_matcher_new (on_group, groups);
  g_auto (GStrv) words = NULL;

  play (matcher, "n1");
  for (guint i = 0; i < 10000; i++)
    play (matcher, "g");
  play (matcher, "c9");
  words = g_strsplit (groups->str, " ", -1);
  g_assert_cmpuint (g_strv_length (words), ==, 10000);
}

/* A line that is no access line; mostly one of a whole group. */
static void
random_line (PdkServerLine *line)
{
  static const PdkServerLineKind kinds[] = {
    PDK_SERVER_LINE_TIMING_HEADER, PDK_SERVER_LINE_PROMPT_TIMING, PDK_SERVER_LINE_OUTPUT_TIMING,
    PDK_SERVER_LINE_TOTAL_TIMING,  PDK_SERVER_LINE_DATED,         PDK_SERVER_LINE_START,
  };

  *line = (PdkServerLine){
    .kind = kinds[g_test_rand_int_range (0, G_N_ELEMENTS (kinds))],
    .slot_id = g_test_rand_int_range (-1, 1),
    .task_id = -1,
    .msec = 100,
    .tokens = g_test_rand_int_range (1, 100),
    .has_time = g_test_rand_bit (),
    .time_sec = g_test_rand_int_range (0, 9),
  };
}

/* Lines and runs of requests, given to one matcher run by run, and to the other one by one. */
static void
test_runs (void)
{
  g_autoptr (GString) groups = g_string_new (NULL);
  g_autoptr (GString) expected = g_string_new (NULL);
  g_autoptr (PdkTokenMatcher) matcher = pdk_token_matcher_new (on_group, groups);
  g_autoptr (PdkTokenMatcher) plain = pdk_token_matcher_new (on_group, expected);

  for (guint step = 0; step < 20000; step++)
    {
      gint64 hour_sec = step * 3600;
      PdkLogEvent events[4];
      PdkServerLine line;
      guint n_events = g_test_rand_int_range (0, G_N_ELEMENTS (events) + 1);
      g_autoptr (GVariant) state = NULL;
      g_autoptr (GVariant) plain_state = NULL;

      random_line (&line);
      pdk_token_matcher_take_line (matcher, &line);
      pdk_token_matcher_take_line (plain, &line);
      for (guint i = 0; i < n_events; i++)
        {
          events[i] = (PdkLogEvent){
            .latency_nsec = g_test_rand_int_range (0, 200) * MSEC,
            .second = g_test_rand_int_range (0, 3600),
            .kind = g_test_rand_int_range (0, PDK_REQUEST_N_KINDS),
          };
          pdk_token_matcher_take_request (plain, hour_sec + events[i].second, events[i].kind,
                                          events[i].latency_nsec);
        }
      pdk_token_matcher_take_run (matcher, hour_sec, events, n_events);
      if (g_test_rand_int_range (0, 10) == 0)
        {
          pdk_token_matcher_settle (matcher);
          pdk_token_matcher_settle (plain);
        }

      state = g_variant_ref_sink (pdk_token_matcher_save (matcher));
      plain_state = g_variant_ref_sink (pdk_token_matcher_save (plain));
      g_assert_cmpvariant (state, plain_state);
    }
  g_assert_cmpstr (groups->str, ==, expected->str);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/token-matcher/scripts", test_scripts);
  g_test_add_func ("/token-matcher/time-of-the-entry", test_time_of_the_entry);
  g_test_add_func ("/token-matcher/undated-are-bounded", test_undated_are_bounded);
  g_test_add_func ("/token-matcher/waiting-are-bounded", test_waiting_are_bounded);
  g_test_add_func ("/token-matcher/runs", test_runs);
  return g_test_run ();
}
