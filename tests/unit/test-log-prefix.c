/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "pdk-log-prefix.h"

/* Each stands in front of a tag and a date; the accepted ones are what collectors really write. */
static const char *const accepted[] = {
  "",
  "\xef\xbb\xbf",
  "   ",
  "....................",
  "\x1b[0m",
  "Nov 20 15:04:05 host ollama[123]: ",
  "Nov  2 15:04:05 ollama ollama[1]: ",
  "Nov 20 15:04:05 ollama[123]: ",
  "nov. 20 15:04:05 host ollama.listener[123]: ",
  "11\xe6\x9c\x88 20 15:04:05 host ollama[123]: ",
  "20 \xd0\xbd\xd0\xbe\xd1\x8f 15:04:05 host ollama[123]: ",
  "Nov 20 15:04:05.123456 host ollama[123]: ",
  "Fri 2026-11-20 15:04:05 CET host ollama[123]: ",
  "Fri 2026-11-20 15:04:05 CET host ollama: ",
  "Nov 20 15:04:05 host ollama: ",
  "2026-11-20T15:04:05+0100 host ollama[123]: ",
  "2026-11-20T15:04:05.123456+01:00 host ollama: ",
  "[ 1234.567890] host ollama[123]: ",
  "1763650000.123456 host ollama[123]: ",
  "ollama  | ",
  "ollama-1  | ",
  "\x1b[36mollama-1  | \x1b[0m",
  "[ollama]   | ",
  "ollama.1.x2y3@node    | ",
  "[pod/ollama-6d9f/ollama] ",
  "2026-11-20T15:04:05.233596000Z ",
  "2026-11-20T15:04:05.233596000Z stdout F ",
  "2026-11-20T15:04:05.233596000+01:00 stderr P ",
  "[pod/x/ollama] 2026-11-20T15:04:05.233596000Z ",
  "ollama-1  | 2026-11-20T15:04:05.233596000Z ",
  "Nov 20 15:04:05 host compose[55]: ollama-1  | ",
  "2026-11-20_15:04:05.23359 ",
  "@400000006564a1b22c3d4e5f ",
  "2026-11-20 15:04:05 ",
  "2026-11-20 15:04:05.123456789  ",
  "[2026-11-20 15:04:05] ",
  "[2026-11-20 15:04:05.123] ",
  "Nov 20 15:04:05 ",
  "Nov  2 15:04:05 ",
  "20. Nov 15:04:05 ",
  "15:04:05 ",
  "15:04:05 ollama.1  | ",
  "2026-11-20 15:04:05 ollama-1  | ",
};

static const char *const refused[] = {
  "see ",
  "the line was: ",
  "\"",
  "msg=\"",
  "msg=",
  "(",
  "x",
  "text...",
  "> ",
  "stdout F ",
  "time=2026-11-20T15:04:05.123+01:00 level=INFO msg=\"",
  "time=2026-11-20T15:04:05.123+01:00 level=INFO msg=said ",
  "2026-11-20T15:04:05.233596000Z says ",
  "Nov 20 15:04:05 host ollama[123]: says ",
  "Nov 20 15:04:05 host ollama[123]: the user asked: ",
  "Nov 20 15:04:05 host ollama[123]: asked: ",
  "Nov 20 15:04:05 host ollama[123]: msg=\"",
  "Nov 20 15:04:05 and then somebody asked: ",
  "level=INFO msg=said ollama[1]: ",
  "one two | ",
  "{\"message\":\"",
  "[not one word] ",
  "a b c d e f g h i ollama[123]: ",
  "2026-11-20_15:04:05.23359 says ",
  "@400000006564a1b22c3d4e5 ",
  "@400000006564a1b22c3d4e5g ",
  "2026-11-20 ",
  "2026-11-20 at ",
  "2026-11-20 at 15:04:05 ",
  "[2026-11-20 15:04:05 ",
  "2026-11-20 15:04:05] ",
  "2026-11-20 15:04:05 says ",
  "said 15:04:05 ",
  "said at 15:04:05 ",
  "Nov 20 at 15:04:05 ",
  "Nov 20 15:04:05 says ",
};

static gboolean
skips (const char *prefix)
{
  g_autofree char *text = g_strconcat (prefix, "[GIN] 2", NULL);
  gsize length = strlen (text);
  /* Without a terminator, so that a sanitizer sees a read too far. */
  g_autofree char *bytes = g_memdup2 (text, length);
  PdkLogCursor c = { bytes, bytes + length, FALSE };
  gboolean result = pdk_log_prefix_skip (&c);

  g_test_message ("%s", prefix);
  g_assert_true (c.at >= bytes && c.at <= c.end);
  if (result)
    g_assert_cmpint (c.at - bytes, ==, strlen (prefix));
  return result;
}

static void
test_accepted (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (accepted); i++)
    g_assert_true (skips (accepted[i]));
}

static void
test_refused (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    g_assert_false (skips (refused[i]));
}

static void
test_word_is_bounded (void)
{
  g_autofree char *word = g_strnfill (255, 'x');
  g_autofree char *longest = g_strconcat (word, " | ", NULL);
  g_autofree char *too_long = g_strconcat (word, "x | ", NULL);

  g_assert_true (skips (longest));
  g_assert_false (skips (too_long));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/log-prefix/accepted", test_accepted);
  g_test_add_func ("/log-prefix/refused", test_refused);
  g_test_add_func ("/log-prefix/word-is-bounded", test_word_is_bounded);
  return g_test_run ();
}
