/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "pdk-access-plain.h"

#include <string.h>

#define STAMP "[GIN] 2026/11/20 - 15:04:05"
#define ACCESS " | 200 |  1.234567891s |       127.0.0.1 | POST     \"/api/chat\""

/* What stands behind the line, so that its end is not near. */
static const char filler[128] = { 0 };

/* Returns the length of the line, or 0 if it was not taken. */
static gsize
parse_one (PdkAccessPlain *plain, const char *bytes, gsize length, PdkLogEvent *event)
{
  guint32 n_events = 1;
  const char *next = pdk_access_plain_parse (plain, bytes, bytes + length, event, &n_events);

  g_assert_cmpuint (n_events, ==, next != bytes);
  return next - bytes;
}

static gsize
parse (PdkAccessPlain *plain, const char *line, PdkLogEvent *event)
{
  g_autoptr (GString) bytes = g_string_new (line);

  g_string_append_c (bytes, '\n');
  g_string_append_len (bytes, filler, sizeof filler);
  return parse_one (plain, bytes->str, bytes->len, event);
}

/* Whatever is taken must be what the parser of all shapes says. Returns whether it was taken. */
static gboolean
check (PdkAccessPlain *plain, const char *line)
{
  PdkLogEvent event, expected;
  PdkAccessLine access;
  gsize length = parse (plain, line, &event);

  if (length == 0)
    return FALSE;
  g_assert_cmpuint (length, ==, strlen (line) + 1);
  if (!pdk_access_line_parse (line, strlen (line), &access))
    g_error ("taken, and no access line: %s", line);
  expected = pdk_log_event_new (&access);
  if (event.latency_nsec != expected.latency_nsec || event.hour_key != expected.hour_key ||
      event.second != expected.second || event.status != expected.status || event.kind != expected.kind)
    g_error ("%s: latency %" G_GINT64_FORMAT " and %" G_GINT64_FORMAT ", kind %u and %u", line,
             event.latency_nsec, expected.latency_nsec, event.kind, expected.kind);
  return TRUE;
}

static const char *const usual[] = {
  STAMP ACCESS,
  STAMP " | 200 |  218.776752ms |       127.0.0.1 | POST     \"/api/chat\"",
  STAMP " | 500 |    2.500125ms |       127.0.0.1 | POST     \"/api/generate\"",
  STAMP " | 404 |         1.5\xc2\xb5s |       127.0.0.1 | POST     \"/api/embed\"",
  STAMP " | 200 |            5s |       127.0.0.1 | POST     \"/v1/chat/completions\"",
  STAMP " | 200 |  12.34567891s |    192.168.1.20 | POST     \"/v1/messages\"",
  STAMP " | 200 |  12.34567891s |     2001:db8::1 | POST     \"/v1/responses\"",
  STAMP " | 200 |  12.34567891s | 2001:db8:1234:5678:9abc:def0:1234:5678 | POST     \"/v1/embeddings\"",
  STAMP " | 200 |    23.86\xc2\xb5s |       127.0.0.1 | GET      \"/api/tags\"",
  STAMP " | 200 |    23.86\xc2\xb5s |       127.0.0.1 | HEAD     \"/\"",
  STAMP " | 204 |    23.86\xc2\xb5s |       127.0.0.1 | OPTIONS  \"/api/chat\"",
  STAMP " | 200 |    23.86\xc2\xb5s |       127.0.0.1 | DELETE   \"/api/delete\"",
  STAMP " | 200 |  1.234567891s |       127.0.0.1 | POST     \"/api/chat?x=1\"",
  STAMP " | 200 |  1.234567891s |       127.0.0.1 | POST     \"/api/embeddings\"",
  STAMP " | 200 |  1.234567891s |       127.0.0.1 | POST     \"/v1/audio/transcriptions\"",
  STAMP " | 200 |  1.234567891s |       127.0.0.1 | POST     \"/api/chats\"",
  STAMP " | 200 |  1.234567891s |       127.0.0.1 | POST     \"/api/cha\"",
  STAMP " | 200 |  1.234567891s |       127.0.0.1 | POST     \"\"",
  "[GIN] 2024/02/29 - 23:59:59" ACCESS,
  "[GIN] 2026/01/01 - 00:00:00" ACCESS,
};

/* A log is read by the short cut, not by the other parser. */
static void
test_usual (void)
{
  PdkAccessPlain plain = { .oldest_date = "2020/01/01" };

  for (gsize i = 0; i < G_N_ELEMENTS (usual); i++)
    {
      if (!check (&plain, usual[i]))
        g_error ("not taken: %s", usual[i]);
    }
}

static const char *const unusual[] = {
  "",
  "time=2026-11-20T15:04:05.233Z level=INFO source=routes.go:1 msg=\"[GIN] 2026/11/20 - 15:04:05\"",
  " " STAMP ACCESS,
  "Nov 20 15:04:05 host ollama[1]: " STAMP ACCESS,
  "[GIN] 2026/13/20 - 15:04:05" ACCESS,
  "[GIN] 2026/02/30 - 15:04:05" ACCESS,
  /* A day that exists, behind one that does not. */
  "[GIN] 2026/02/30 - 15:04:05[GIN] 2026/02/28 - 15:04:05" ACCESS,
  "[GIN] 2026/02/30 - 15:04:05" ACCESS,
  "[GIN] 2026/13/20 - 15:04:05[GIN] 2026/11/20 - 15:04:05" ACCESS,
  "[GIN] 2026/13/20 - 15:04:05" ACCESS,
  "[GIN] 2025/02/29 - 15:04:05[GIN] 2024/02/29 - 15:04:05" ACCESS,
  "[GIN] 2025/02/29 - 15:04:05" ACCESS,
  "[GIN] 2026/11/20 - 24:04:05" ACCESS,
  "[GIN] 2026/11/20 - 29:04:05" ACCESS,
  "[GIN] 2026/11/20 + 15:04:05" ACCESS,
  "[GIN] 2026/11/20 - 15:60:05" ACCESS,
  "[GIN] 2026/11/20 - 15:04:60" ACCESS,
  "[GIN] 2026/11/20 - 15:04:0x" ACCESS,
  "[GIN] 2019/12/31 - 15:04:05" ACCESS, /* older than what is wanted */
  STAMP " | 20x |  1.234567891s |       127.0.0.1 | POST     \"/api/chat\"",
  STAMP " | 200 |              |       127.0.0.1 | POST     \"/api/chat\"",
  STAMP " | 200 |     1.x34567s |       127.0.0.1 | POST     \"/api/chat\"",
  STAMP " | 200 | 1.2345678912s |       127.0.0.1 | POST     \"/api/chat\"",
  STAMP " | 200 | 1.2345678ms |       127.0.0.1 | POST     \"/api/chat\"",
  STAMP " | 200 |      1m2.345s |       127.0.0.1 | POST     \"/api/chat\"",
  STAMP " | 200 |         -5ms |       127.0.0.1 | POST     \"/api/chat\"",
  STAMP " | 200 |     12345678s |       127.0.0.1 | POST     \"/api/chat\"",
  STAMP " | 200 |         1.5\xb5s |       127.0.0.1 | POST     \"/api/chat\"",
  STAMP " | 200 |         1.5us |       127.0.0.1 | POST     \"/api/chat\"",
  STAMP " | 200 |           73ns |       127.0.0.1 | POST     \"/api/chat\"",
  STAMP " | 200 |  1.234567891s |                 | POST     \"/api/chat\"x",
  STAMP " | 200 |  1.234567891s |       127.0.0.1 | PATCH    \"/api/chat\"",
  STAMP " | 200 |  1.234567891s |       127.0.0.1 | POST     /api/chat",
  STAMP " | 200 |  1.234567891s |       127.0.0.1 | POST     \"/api/chat",
  STAMP " | 200 |  1.234567891s |       127.0.0.1 | POST     \"/api/chat\"\r",
  STAMP " | 200 |  1.234567891s |       127.0.0.1 | POST     \"/api/ch\\\"at\"",
  STAMP " | 200 |  1.234567891s |       127.0.0.1 | POST     \"/a\" \"/b\"",
  STAMP ACCESS STAMP ACCESS,
  STAMP " | 200 |  1.234567891s |       127.0.0.1 | POST     \"/a" STAMP ACCESS,
  STAMP
  " | 200 |  1.234567891s |       127.0.0.1 | POST     \"/a/path/that/is/longer/than/forty/bytes/in/all\"",
};

/* What is not quite so is left to the other parser. */
static void
test_unusual (void)
{
  PdkAccessPlain plain = { .oldest_date = "2020/01/01" };

  for (gsize i = 0; i < G_N_ELEMENTS (unusual); i++)
    {
      if (check (&plain, unusual[i]))
        g_error ("taken: %s", unusual[i]);
    }
  /* With the minute of the line before at hand. */
  g_assert_true (check (&plain, STAMP ACCESS));
  for (gsize i = 0; i < G_N_ELEMENTS (unusual); i++)
    {
      if (check (&plain, unusual[i]))
        g_error ("taken: %s", unusual[i]);
    }
}

/* The minute that is remembered must not be another one's. */
static void
test_minutes (void)
{
  PdkAccessPlain plain = { .oldest_date = "2020/01/01" };

  for (guint i = 0; i < 3 * 1440; i++)
    {
      g_autofree char *line = g_strdup_printf ("[GIN] 2026/11/%02u - %02u:%02u:%02u" ACCESS, 20 + i / 1440,
                                               i / 60 % 24, i % 60, i % 60);

      g_assert_true (check (&plain, line));
    }
}

/* Any change of a byte, and any two. */
static void
test_mutants (void)
{
  PdkAccessPlain plain = { .oldest_date = "2020/01/01" };
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);
  static const char bytes[] = "0159 :/-|.\"\\\n\r[]GINPOST/apichatmsu\xc2\xb5\xff";
  guint n_taken = 0;

  for (guint i = 0; i < 400000; i++)
    {
      g_autofree char *line = g_strdup (usual[g_rand_int_range (rand, 0, G_N_ELEMENTS (usual))]);
      guint n = g_rand_int_range (rand, 1, 3);

      while (n-- > 0)
        line[g_rand_int_range (rand, 0, strlen (line))] = bytes[g_rand_int_range (rand, 0, sizeof bytes - 1)];
      if (strchr (line, '\n') == NULL)
        n_taken += check (&plain, line);
    }
  g_assert_cmpuint (n_taken, >, 10000);
}

/* A newline anywhere ends the line, whatever follows. */
static void
test_torn (void)
{
  PdkAccessPlain plain = { .oldest_date = "2020/01/01" };

  for (gsize i = 0; i < G_N_ELEMENTS (usual); i++)
    {
      for (gsize at = 0; at < strlen (usual[i]); at++)
        {
          g_autofree char *line = g_strdup (usual[i]);
          PdkLogEvent event;

          line[at] = '\n';
          g_assert_cmpuint (parse (&plain, line, &event), ==, 0);
        }
    }
}

/* Nothing is read beyond the end, wherever it is: the bytes stand at the end of their memory. */
static void
test_end (void)
{
  PdkAccessPlain plain = { .oldest_date = "2020/01/01" };

  for (gsize i = 0; i < G_N_ELEMENTS (usual); i++)
    {
      g_autofree char *line = g_strconcat (usual[i], "\n", usual[i], "\n", NULL);

      for (gsize length = 0; length <= strlen (line); length++)
        {
          g_autofree char *bytes = g_memdup2 (line, MAX (length, 1));
          PdkLogEvent event;
          gsize taken = parse_one (&plain, bytes, length, &event);

          g_assert_true (taken == 0 || taken == strlen (usual[i]) + 1);
        }
    }
}

/* While no minute is known, no bytes stand for one. */
static void
test_no_minute (void)
{
  static const char line[] = "[GIN] 20\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0:05" ACCESS "\n";
  g_autoptr (GString) bytes = g_string_new_len (line, sizeof line - 1);
  PdkAccessPlain plain = { .oldest_date = "2020/01/01" };
  PdkLogEvent event;

  g_string_append_len (bytes, filler, sizeof filler);
  g_assert_cmpuint (parse_one (&plain, bytes->str, bytes->len, &event), ==, 0);
  g_assert_true (check (&plain, STAMP ACCESS));
}

/* Lines are read up to one of another shape, and as many as there is room for. */
static void
test_several (void)
{
  g_autoptr (GString) lines = g_string_new (NULL);
  PdkAccessPlain plain = { .oldest_date = "2020/01/01" };
  PdkLogEvent events[8];

  for (guint i = 0; i < 5; i++)
    g_string_append (lines, i == 3 ? "what a runner says\n" : STAMP ACCESS "\n");
  g_string_append_len (lines, filler, sizeof filler);
  for (guint room = 0; room <= G_N_ELEMENTS (events); room++)
    {
      guint32 n = room;
      const char *next = pdk_access_plain_parse (&plain, lines->str, lines->str + lines->len, events, &n);

      g_assert_cmpuint (n, ==, MIN (room, 3));
      g_assert_true (next == lines->str + n * strlen (STAMP ACCESS "\n"));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/access-plain/usual", test_usual);
  g_test_add_func ("/access-plain/unusual", test_unusual);
  g_test_add_func ("/access-plain/minutes", test_minutes);
  g_test_add_func ("/access-plain/mutants", test_mutants);
  g_test_add_func ("/access-plain/torn", test_torn);
  g_test_add_func ("/access-plain/end", test_end);
  g_test_add_func ("/access-plain/no-minute", test_no_minute);
  g_test_add_func ("/access-plain/several", test_several);
  return g_test_run ();
}
