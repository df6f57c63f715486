/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "pdk-access-line.h"

#include <string.h>

#define DATE "[GIN] 2026/11/20 - 15:04:05 "
#define LINE DATE "| 200 |  1.234567891s |       127.0.0.1 | POST     \"/api/chat\""
#define JSON_TAIL "\\n\",\"stream\":\"stdout\",\"time\":\"2026-11-20T15:04:05.233596Z\"}"

/* Parses an exact copy without a terminator, so that a sanitizer sees a read too far. */
static gboolean
parse (const char *text, gsize length, PdkAccessLine *line)
{
  g_autofree char *bytes = g_memdup2 (text, MAX (length, 1));
  gboolean found = pdk_access_line_parse (bytes, length, line);

  if (found)
    g_assert_cmpuint (line->end, <=, length);
  g_assert_cmpuint (pdk_access_line_find_end (bytes, length), ==, found ? line->end : 0);
  return found;
}

static void
assert_usual (const char *text, gsize length)
{
  PdkAccessLine line;

  g_test_message ("%s", text);
  g_assert_true (parse (text, length, &line));
  g_assert_cmpuint (line.year, ==, 2026);
  g_assert_cmpuint (line.month, ==, 11);
  g_assert_cmpuint (line.day, ==, 20);
  g_assert_cmpuint (line.hour, ==, 15);
  g_assert_cmpuint (line.minute, ==, 4);
  g_assert_cmpuint (line.second, ==, 5);
  g_assert_cmpuint (line.status, ==, 200);
  g_assert_cmpint (line.latency_nsec, ==, 1234567891);
  g_assert_true (line.is_post);
  g_assert_cmpint (line.kind, ==, PDK_REQUEST_CHAT);
}

static void
test_plain (void)
{
  PdkAccessLine line;

  assert_usual (LINE, strlen (LINE));
  assert_usual (LINE "\r", strlen (LINE) + 1);
  assert_usual (LINE " and more", strlen (LINE) + 9);
  g_assert_true (parse (LINE " and more", strlen (LINE) + 9, &line));
  g_assert_cmpuint (line.end, ==, strlen (LINE));
}

static void
test_every_truncation_is_refused (void)
{
  PdkAccessLine line;

  for (gsize length = 0; length < strlen (LINE); length++)
    g_assert_false (parse (LINE, length, &line));
  g_assert_false (pdk_access_line_parse (NULL, 0, &line));
}

static void
test_where_a_line_begins (void)
{
  static const char nul_run[] = "\0\0\0\0\0" LINE;
  static const char after_nul[] = "half a li\0\0\0" LINE;
  PdkAccessLine line;

  assert_usual ("ollama  | " LINE, strlen (LINE) + 10);
  assert_usual ("\xef\xbb\xbf" LINE, strlen (LINE) + 3);
  assert_usual (nul_run, sizeof (nul_run) - 1);
  assert_usual (after_nul, sizeof (after_nul) - 1);
  assert_usual ("loading  98%\rloading  99%\r" LINE, strlen (LINE) + 26);
  assert_usual (DATE "| 200 |  1.2" LINE, strlen (DATE) + 12 + strlen (LINE));
  assert_usual ("[GIN] 2026/11" LINE, 13 + strlen (LINE));
  assert_usual (DATE "| 200 | 1s | 127." LINE, strlen (DATE) + 17 + strlen (LINE));

  g_assert_false (parse ("said " LINE, strlen (LINE) + 5, &line));
  g_assert_false (parse ("\"" LINE, strlen (LINE) + 1, &line));
  g_assert_false (parse ("[GIN-debug] POST   /api/chat  --> x", 35, &line));
}

typedef struct
{
  const char *text;
  gboolean is_time;
} Time;

static const Time times[] = {
  { "2024/02/29 - 23:59:59", TRUE },  { "2000/02/29 - 00:00:00", TRUE },  { "2026/12/31 - 00:00:00", TRUE },
  { "2023/02/29 - 00:00:00", FALSE }, { "1900/02/29 - 00:00:00", FALSE }, { "2026/11/31 - 00:00:00", FALSE },
  { "2026/13/01 - 00:00:00", FALSE }, { "2026/00/01 - 00:00:00", FALSE }, { "2026/01/00 - 00:00:00", FALSE },
  { "2026/01/01 - 24:00:00", FALSE }, { "2026/01/01 - 00:60:00", FALSE }, { "2026/01/01 - 00:00:60", FALSE },
  { "0000/01/01 - 00:00:00", FALSE }, { "2026-01-01 - 00:00:00", FALSE }, { "2026/1/1 - 00:00:00", FALSE },
};

static void
test_times (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (times); i++)
    {
      g_autofree char *text =
          g_strdup_printf ("[GIN] %s | 200 | 1s | ::1 | POST \"/api/chat\"", times[i].text);
      PdkAccessLine line;

      g_test_message ("%s", times[i].text);
      g_assert_true (parse (text, strlen (text), &line) == times[i].is_time);
    }
}

typedef struct
{
  const char *fields; /* after the date */
  guint status;
  gboolean is_post;
  PdkRequestKind kind;
} Request;

static const Request requests[] = {
  { "| 200 | 1s | 127.0.0.1 | POST     \"/v1/messages?beta=true\"", 200, TRUE, PDK_REQUEST_CHAT },
  { "| 404 | 1s | 127.0.0.1 | POST     \"/api/generate\"", 404, TRUE, PDK_REQUEST_GENERATE },
  { "| 503 | 1s | 127.0.0.1 | POST     \"/api/embed\"", 503, TRUE, PDK_REQUEST_EMBED },
  { "| 200 | 1s | 127.0.0.1 | POST     \"/v1/images/edits\"", 200, TRUE, PDK_REQUEST_OTHER },
  { "| 405 | 1s | 127.0.0.1 | GET      \"/api/chat\"", 405, FALSE, PDK_REQUEST_NONE },
  { "| 204 | 1s | 127.0.0.1 | OPTIONS  \"/api/chat\"", 204, FALSE, PDK_REQUEST_NONE },
  { "| 404 | 1s | 127.0.0.1 | POSTER   \"/api/chat\"", 404, FALSE, PDK_REQUEST_NONE },
  { "| 404 | 1s | 127.0.0.1 | PROPFIND  \"/\"", 404, FALSE, PDK_REQUEST_NONE },
  { "| 404 | 1s | 127.0.0.1 | POST     \"//api/chat\"", 404, TRUE, PDK_REQUEST_NONE },
  { "| 404 | 1s | 127.0.0.1 | POST     \"/api/chat/\"", 404, TRUE, PDK_REQUEST_NONE },
  { "| 404 | 1s | 127.0.0.1 | POST     \"/api/chat\\\\\"", 404, TRUE, PDK_REQUEST_NONE },
  { "| 404 | 1s | 127.0.0.1 | POST     \"/a b\\\"c\\n\\x00\\\\|\\x1b[31mx\"", 404, TRUE, PDK_REQUEST_NONE },
  { "| 200 | 1s | 127.0.0.1 | POST     \"/api/chat?a=|b\\\"|\"", 200, TRUE, PDK_REQUEST_CHAT },
  { "| 200 | 1s |           | POST     \"/api/chat\"", 200, TRUE, PDK_REQUEST_CHAT },
  { "| 200 | 1s || POST \"/api/chat\"", 200, TRUE, PDK_REQUEST_CHAT },
  { "| 200 | 1s | ::ffff:198.51.100.7 | POST     \"/api/chat\"", 200, TRUE, PDK_REQUEST_CHAT },
  { "| 200 | 1s | fe80::1%eth0 | POST     \"/api/chat\"", 200, TRUE, PDK_REQUEST_CHAT },
  { "|\x1b[97;42m 200 \x1b[0m| 1s | ::1 |\x1b[97;46m POST    \x1b[0m \"/api/chat\"\r", 200, TRUE,
    PDK_REQUEST_CHAT },
  { "|\x1b[97;42m 200 \x1b[0m|\x1b[33m 1s \x1b[0m| ::1 |\x1b[97;46m POST\x1b[0m \"/api/chat\"", 200, TRUE,
    PDK_REQUEST_CHAT },
  { "|   0 | 1s | ::1 | POST \"/api/chat\"", 0, TRUE, PDK_REQUEST_CHAT },
};

static void
test_requests (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (requests); i++)
    {
      g_autofree char *text = g_strconcat (DATE, requests[i].fields, NULL);
      PdkAccessLine line;

      g_test_message ("%s", text);
      g_assert_true (parse (text, strlen (text), &line));
      g_assert_cmpuint (line.status, ==, requests[i].status);
      g_assert_true (line.is_post == requests[i].is_post);
      g_assert_cmpint (line.kind, ==, requests[i].kind);
      for (gsize length = 0; length < line.end; length++)
        g_assert_cmpuint (pdk_access_line_find_end (text, length), ==, 0);
    }
}

static const char *const malformed[] = {
  "200 | 1s | ::1 | POST \"/api/chat\"",       "| 2000 | 1s | ::1 | POST \"/api/chat\"",
  "| | 1s | ::1 | POST \"/api/chat\"",         "| 200 | ::1 | POST \"/api/chat\"",
  "| 200 | 1s | ::1 ::2 | POST \"/api/chat\"", "| 200 | 1s | \"::1\" | POST \"/api/chat\"",
  "| 200 | 1s | ::1 | \"/api/chat\"",          "| 200 | 1s | ::1 | POST /api/chat",
  "| 200 | 1s | ::1 | POST \"/api/chat\\\"",   "|\x1b[97;42 200 | 1s | ::1 | POST \"/api/chat\"",
};

static void
test_malformed (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (malformed); i++)
    {
      g_autofree char *text = g_strconcat (DATE, malformed[i], NULL);
      PdkAccessLine line;

      g_test_message ("%s", text);
      g_assert_false (parse (text, strlen (text), &line));
    }
}

static void
test_json_file (void)
{
  static const char colours[] =
      "{\"log\":\"" DATE "|\\u001b[97;42m 200 \\u001b[0m|  1.234567891s |  127.0.0.1 |\\u001b[97;46m POST    "
      "\\u001b[0m \\\"/api/chat\\\"\\r" JSON_TAIL;
  static const char hole[] =
      "{\"log\":\"\\u0000\\u0000" DATE "| 200 | 1.234567891s | ::1 | POST \\\"/api/chat\\\"" JSON_TAIL;
  static const char query[] = "{\"log\":\"" DATE "| 200 | 1.234567891s | ::1 | POST "
                              "\\\"/api/chat?a=1\\u0026b=\\\\\\\"q\\\\\\\"\\\"" JSON_TAIL;
  static const char micro[] = "{\"log\":\"" DATE "| 200 | 8\\u00b5s | ::1 | POST \\\"/api/chat\\\"" JSON_TAIL;
  static const char unclosed[] = "{\"log\":\"" DATE "| 200 | 1s | ::1 | POST \\\"/api/chat\\\\\\\"" JSON_TAIL;
  static const char other[] = "{\"msg\":\"" DATE "| 200 | 1s | ::1 | POST \\\"/api/chat\\\"" JSON_TAIL;
  PdkAccessLine line;

  assert_usual (colours, sizeof (colours) - 1);
  assert_usual (hole, sizeof (hole) - 1);
  assert_usual (query, sizeof (query) - 1);
  g_assert_true (parse (query, sizeof (query) - 1, &line));
  g_assert_cmpuint (line.end, ==, sizeof (query) - sizeof (JSON_TAIL));
  g_assert_true (parse (micro, sizeof (micro) - 1, &line));
  g_assert_cmpint (line.latency_nsec, ==, 8000);
  g_assert_false (parse (unclosed, sizeof (unclosed) - 1, &line));
  g_assert_false (parse (other, sizeof (other) - 1, &line));
}

typedef struct
{
  const char *file;
  guint n_lines;
  guint n_chats;
} Sample;

/* What Gin itself wrote; the numbers are those of grep. */
static const Sample samples[] = {
  { "plain-stdout.log", 22, 11 },
  { "tty-both-streams.log", 22, 11 },
  { "over-one-minute.log", 1, 0 },
};

static void
test_samples (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (samples); i++)
    {
      g_autofree char *path = g_test_build_filename (G_TEST_DIST, "gin", samples[i].file, NULL);
      g_autofree char *contents = NULL;
      g_auto (GStrv) lines = NULL;
      g_autoptr (GError) error = NULL;
      guint n_lines = 0, n_chats = 0;

      g_assert_true (g_file_get_contents (path, &contents, NULL, &error));
      g_assert_no_error (error);
      lines = g_strsplit (contents, "\n", -1);
      for (guint j = 0; lines[j] != NULL; j++)
        {
          PdkAccessLine line;

          if (!parse (lines[j], strlen (lines[j]), &line))
            continue;
          n_lines++;
          n_chats += line.kind == PDK_REQUEST_CHAT;
        }
      g_test_message ("%s", samples[i].file);
      g_assert_cmpuint (n_lines, ==, samples[i].n_lines);
      g_assert_cmpuint (n_chats, ==, samples[i].n_chats);
    }
}

static void
test_is_before (void)
{
  g_assert_true (pdk_access_line_is_before (LINE, strlen (LINE), "2026/11/21"));
  g_assert_false (pdk_access_line_is_before (LINE, strlen (LINE), "2026/11/20"));
  g_assert_false (pdk_access_line_is_before (LINE, strlen (LINE), "2025/12/31"));
  g_assert_true (pdk_access_line_is_before (LINE, 16, "2027/01/01"));
  g_assert_false (pdk_access_line_is_before (LINE, 15, "2027/01/01"));
  g_assert_false (pdk_access_line_is_before ("x " LINE, strlen (LINE) + 2, "2027/01/01"));
  g_assert_false (pdk_access_line_is_before (NULL, 0, "2027/01/01"));
  /* Behind an old line that is torn, a new one may stand. */
  g_assert_false (pdk_access_line_is_before (DATE "| 200 " LINE, strlen (DATE "| 200 " LINE), "2027/01/01"));
}

static guint
count_lines (const char *text)
{
  g_autofree char *bytes = g_memdup2 (text, MAX (strlen (text), 1));
  PdkAccessLine line;
  guint n = 0;

  if (!pdk_access_line_parse (bytes, strlen (text), &line))
    return 0;
  do
    n++;
  while (pdk_access_line_parse_next (bytes, strlen (text), &line));
  return n;
}

static void
test_several_on_a_line (void)
{
  static const struct
  {
    const char *text;
    guint n_lines;
    gboolean is_whole; /* without the newline */
  } cases[] = {
    { LINE, 1, TRUE },
    { LINE LINE, 2, TRUE },
    { LINE LINE LINE, 3, TRUE },
    { LINE " " LINE, 2, TRUE },
    { LINE "\r" LINE, 2, TRUE },
    { LINE "ollama-1  | " LINE, 2, TRUE },
    { LINE DATE "| 200 |  1.2" LINE, 2, TRUE },
    { LINE DATE "| 200 |  1.2", 1, FALSE },
    { LINE " and the user said " LINE, 1, FALSE },
    { LINE " level=[5]", 1, TRUE },
    { DATE "| 200 | 1s | ::1 | POST \"/api/ch" LINE, 1, TRUE },
    { DATE "| 200 | 1s | ::1 | POST \"" LINE LINE, 2, TRUE },
    { DATE "| 200 | 1s | ::1 | GET \"/api/t" LINE, 1, TRUE },
    { DATE "| 200 | 1s | ::1 | POST \"/api/chat?[GIN] of my own, and this is a long question\"", 1, TRUE },
    { "{\"log\":\"" DATE "| 200 | 1s | ::1 | POST \\\"/api/chat\\\"" DATE
      "| 200 | 1s | ::1 | POST \\\"/api/chat\\\"" JSON_TAIL,
      2, TRUE },
    { "{\"log\":\"" DATE "| 200 | 1s | ::1 | POST \\\"/api/chat\\\"" JSON_TAIL, 1, TRUE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("%s", cases[i].text);
      g_assert_cmpuint (count_lines (cases[i].text), ==, cases[i].n_lines);
      g_assert_cmpint (pdk_access_line_find_end (cases[i].text, strlen (cases[i].text)) > 0, ==,
                       cases[i].is_whole);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/access-line/plain", test_plain);
  g_test_add_func ("/access-line/every-truncation-is-refused", test_every_truncation_is_refused);
  g_test_add_func ("/access-line/where-a-line-begins", test_where_a_line_begins);
  g_test_add_func ("/access-line/times", test_times);
  g_test_add_func ("/access-line/requests", test_requests);
  g_test_add_func ("/access-line/malformed", test_malformed);
  g_test_add_func ("/access-line/json-file", test_json_file);
  g_test_add_func ("/access-line/samples", test_samples);
  g_test_add_func ("/access-line/several-on-a-line", test_several_on_a_line);
  g_test_add_func ("/access-line/is-before", test_is_before);
  return g_test_run ();
}
