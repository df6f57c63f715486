/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "pdk-server-line.h"

#include <string.h>

#define STAMP "time=2026-11-20T15:04:05.123+01:00 level=INFO source=types.go:42 "
#define START STAMP "msg=\"Listening on 127.0.0.1:11434 (version 0.32.5)\""
#define DEVICE                                                                                               \
  STAMP "msg=\"inference compute\" id=GPU-1 filter_id=\"\" library=CUDA compute=8.9 name=CUDA0 "             \
        "description=\"NVIDIA GeForce RTX 4090\" driver=13.2 total=\"24.0 GiB\" available=\"22.9 GiB\""
#define PROMPT                                                                                               \
  "prompt eval time =      78.86 ms /  1684 tokens (    0.05 ms per token, 21354.30 tokens per second)"
#define OUTPUT                                                                                               \
  "       eval time =    2468.01 ms /    34 tokens (   72.59 ms per token,    13.78 tokens per second)"
#define TOTAL "      total time =    2546.87 ms /  1718 tokens"
#define HEADER "slot print_timing: id  0 | task 44 | "
#define TIME_SEC 1795183445

/* Parses an exact copy without a terminator, so that a sanitizer sees a read too far. Texts do not outlive
 * it. */
static PdkServerLineKind
parse (const char *text, gsize length, PdkServerLine *line)
{
  g_autofree char *bytes = g_memdup2 (text, MAX (length, 1));

  g_test_message ("%s", text);
  g_assert_cmpint (pdk_server_line_parse (bytes, length, line), ==, line->kind);
  return line->kind;
}

static PdkServerLineKind
kind_of (const char *text)
{
  PdkServerLine line;

  return parse (text, strlen (text), &line);
}

static void
assert_text (const PdkServerText *text, const char *expected)
{
  g_autofree char *copy = g_strndup (text->at, text->length);

  g_assert_cmpstr (copy, ==, expected);
}

static void
test_start (void)
{
  PdkServerLine line;

  g_assert_cmpint (pdk_server_line_parse (START, strlen (START), &line), ==, PDK_SERVER_LINE_START);
  assert_text (&line.version, "0.32.5");
  g_assert_true (line.has_time);
  g_assert_cmpint (line.time_sec, ==, TIME_SEC);

  g_assert_cmpint (kind_of (STAMP "msg=\"Listening on [::]:11434 (version 0.0.0)\""), ==,
                   PDK_SERVER_LINE_START);
  g_assert_cmpint (kind_of (STAMP "msg=\"Listening on file (version GGUF V3 (latest))\""), ==,
                   PDK_SERVER_LINE_DATED);
  g_assert_cmpint (kind_of (STAMP "msg=\"Listening on 127.0.0.1:11434\""), ==, PDK_SERVER_LINE_DATED);
  g_assert_cmpint (kind_of (STAMP "msg=\"Listening on 127.0.0.1:11434 (version 0.3"), ==,
                   PDK_SERVER_LINE_DATED);
}

static void
test_device (void)
{
  static const char old[] = STAMP "msg=\"inference compute\" id=0 library=cpu variant=\"\" compute=\"\" "
                                  "driver=0.0 name=\"\" total=\"15.3 GiB\" available=\"512 MiB\"";
  static const char odd[] = STAMP "msg=\"inference compute\" id=a library=ROCm description=\"a \\\" b\\\\\" "
                                  "total=\"many\" available=12\r";
  PdkServerLine line;

  g_assert_cmpint (pdk_server_line_parse (DEVICE, strlen (DEVICE), &line), ==, PDK_SERVER_LINE_DEVICE);
  assert_text (&line.id, "GPU-1");
  assert_text (&line.library, "CUDA");
  assert_text (&line.name, "CUDA0");
  assert_text (&line.description, "NVIDIA GeForce RTX 4090");
  g_assert_cmpint (line.total_bytes, ==, G_GINT64_CONSTANT (24) << 30);
  g_assert_cmpint (line.available_bytes, ==, G_GINT64_CONSTANT (24588687770));

  g_assert_cmpint (pdk_server_line_parse (old, strlen (old), &line), ==, PDK_SERVER_LINE_DEVICE);
  assert_text (&line.library, "cpu");
  g_assert_cmpuint (line.name.length, ==, 0);
  g_assert_cmpuint (line.description.length, ==, 0);
  g_assert_cmpint (line.available_bytes, ==, 512 << 20);

  g_assert_cmpint (pdk_server_line_parse (odd, strlen (odd), &line), ==, PDK_SERVER_LINE_DEVICE);
  assert_text (&line.description, "a \\\" b\\\\");
  g_assert_cmpint (line.total_bytes, ==, -1);
  g_assert_cmpint (line.available_bytes, ==, -1);

  g_assert_cmpint (kind_of (STAMP "msg=\"dropping integrated GPU\" library=Vulkan total=\"8.0 GiB\""), ==,
                   PDK_SERVER_LINE_DATED);
  g_assert_cmpint (kind_of (STAMP "msg=\"inference computed\" library=CUDA"), ==, PDK_SERVER_LINE_DATED);
  g_assert_cmpint (kind_of (STAMP "msg=note text=\"inference compute\" library=CUDA"), ==,
                   PDK_SERVER_LINE_DATED);
}

static void
test_times (void)
{
  static const struct
  {
    const char *text;
    gint64 time_sec;
  } cases[] = {
    { "time=2026-11-20T15:04:05Z level=INFO", TIME_SEC + 3600 },
    { "time=2026-11-20T15:04:05.999999999Z level=INFO", TIME_SEC + 3600 },
    { "time=2026-11-20T15:04:05.1-07:30 level=INFO", TIME_SEC + 3600 + 27000 },
    { "time=1970-01-01T00:00:00.000Z level=INFO", 0 },
    { "time=2024-02-29T00:00:00.000Z level=INFO", 1709164800 },
  };
  static const char *const none[] = {
    "time=2026-11-20T15:04:05",
    "time=2026-02-29T15:04:05.123Z level=INFO",
    "time=20x6-11-20T15:04:05.123Z level=INFO",
    "time=2026-11-20T24:04:05.1Z",
    "time=2026-11-20 15:04:05.123Z level=INFO",
    "time=2026-11-20T15:04:05.1+",
    "time=0000-00-00T15:04:05.123Z level=INFO",
    "time=",
    "=",
    "time =",
    "uptime=2026-11-20T15:04:05Z",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      PdkServerLine line;

      g_assert_cmpint (parse (cases[i].text, strlen (cases[i].text), &line), ==, PDK_SERVER_LINE_DATED);
      g_assert_true (line.has_time);
      g_assert_cmpint (line.time_sec, ==, cases[i].time_sec);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (none); i++)
    g_assert_cmpint (kind_of (none[i]), ==, PDK_SERVER_LINE_NONE);
}

static void
assert_timing (const char *text, PdkServerLineKind kind, gint64 task_id, double msec, guint tokens)
{
  PdkServerLine line;

  g_assert_cmpint (parse (text, strlen (text), &line), ==, kind);
  g_assert_cmpint (line.task_id, ==, task_id);
  g_assert_cmpint (line.slot_id, ==, task_id == 44 ? 0 : -1);
  g_assert_cmpfloat_with_epsilon (line.msec, msec, 1e-9);
  g_assert_cmpuint (line.tokens, ==, tokens);
  g_assert_false (line.has_time);
}

static void
test_timings (void)
{
  static const char *const stamps[] = { "", "0.50.259.672 ", "0.50.259.672 I ", "I ", "ollama  | " };
  PdkServerLine line;

  for (gsize i = 0; i < G_N_ELEMENTS (stamps); i++)
    {
      g_autofree char *bare = g_strconcat (stamps[i], PROMPT, NULL);
      g_autofree char *prompt = g_strconcat (stamps[i], HEADER, PROMPT, NULL);
      g_autofree char *output = g_strconcat (stamps[i], HEADER, OUTPUT, "\r", NULL);
      g_autofree char *header = g_strconcat (stamps[i], HEADER, NULL);

      assert_timing (bare, PDK_SERVER_LINE_PROMPT_TIMING, -1, 78.86, 1684);
      assert_timing (prompt, PDK_SERVER_LINE_PROMPT_TIMING, 44, 78.86, 1684);
      assert_timing (output, PDK_SERVER_LINE_OUTPUT_TIMING, 44, 2468.01, 34);
      g_assert_cmpint (parse (header, strlen (header), &line), ==, PDK_SERVER_LINE_TIMING_HEADER);
      g_assert_cmpint (line.task_id, ==, 44);
    }
  assert_timing (OUTPUT, PDK_SERVER_LINE_OUTPUT_TIMING, -1, 2468.01, 34);
  assert_timing (TOTAL, PDK_SERVER_LINE_TOTAL_TIMING, -1, 2546.87, 1718);
}

static void
test_no_timings (void)
{
  static const char *const lines[] = {
    HEADER "n_decoded =    251, tg =  83.55 t/s",
    HEADER "prompt processing, n_tokens =     18, progress = 0.82, t =   4.43 s / 4.06 tokens per second",
    HEADER "graphs reused =       1724",
    "user says " PROMPT,
    "\"" PROMPT,
    STAMP "msg=\"x\" note=\"" PROMPT,
    "prompt eval time = ms / 1684 tokens",
    "prompt eval time = 78.86 ms / tokens",
    "prompt eval time = 78.86 s / 1684 tokens",
    "prompt eval time = 78.86 ms / 1684 tok",
    "prompt eval time = 78.86 ms / 99999999999 tokens",
    "prompt eval time = 99999999999 ms / 12 tokens",
    "load time = 78.86 ms / 12 tokens",
    "half a slot print_timing: id 0 | task 3 | prompt eval time = 78.86 ms / 12 tokens",
    "slot print_timing: id 0 | task 3 | twice slot print_timing: prompt eval time = 78.86 ms / 12 tokens",
    "slot      release: id  0 | task 44 |",
    "|",
    "",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      PdkServerLineKind kind = kind_of (lines[i]);

      g_assert_true (kind == PDK_SERVER_LINE_NONE || kind == PDK_SERVER_LINE_DATED);
    }
  g_assert_cmpint (kind_of (STAMP "msg=\"x\" note=\"" PROMPT), ==, PDK_SERVER_LINE_DATED);
}

static void
test_prefixes (void)
{
  static const char *const prefixes[] = {
    "Nov 20 15:04:05 host ollama[123]: ",
    "ollama  | ",
    "ollama-1  | ",
    "[pod/x/ollama] ",
    "2026-11-20T15:04:05.233596000Z ",
    "2026-11-20T15:04:05.233596000Z stderr F ",
    "\xef\xbb\xbf",
    "2026-11-20T15:04:05+0100 host ollama[123]: ",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (prefixes); i++)
    {
      g_autofree char *start = g_strconcat (prefixes[i], START, NULL);
      g_autofree char *prompt = g_strconcat (prefixes[i], HEADER, PROMPT, NULL);
      g_autofree char *output = g_strconcat (prefixes[i], OUTPUT, NULL);

      g_assert_cmpint (kind_of (start), ==, PDK_SERVER_LINE_START);
      assert_timing (prompt, PDK_SERVER_LINE_PROMPT_TIMING, 44, 78.86, 1684);
      assert_timing (output, PDK_SERVER_LINE_OUTPUT_TIMING, -1, 2468.01, 34);
    }
  g_assert_cmpint (kind_of ("and then " START), ==, PDK_SERVER_LINE_NONE);
}

static void
test_json_file (void)
{
  static const char device[] =
      "{\"log\":\"" STAMP "msg=\\\"inference compute\\\" id=GPU-1 library=CUDA name=CUDA0 "
      "description=\\\"A \\\\\\\" B\\\" total=\\\"24.0 GiB\\\" available=\\\"22.9 "
      "GiB\\\"\\n\",\"stream\":\"stderr\"}";
  static const char start[] =
      "{\"log\":\"" STAMP "msg=\\\"Listening on [::]:11434 (version 0.32.5)\\\"\\n\"}";
  PdkServerLine line;

  g_assert_cmpint (pdk_server_line_parse (device, strlen (device), &line), ==, PDK_SERVER_LINE_DEVICE);
  assert_text (&line.library, "CUDA");
  assert_text (&line.description, "A \\\\\\\" B");
  g_assert_cmpint (line.total_bytes, ==, G_GINT64_CONSTANT (24) << 30);
  g_assert_cmpint (kind_of (start), ==, PDK_SERVER_LINE_START);
  assert_timing ("{\"log\":\"" HEADER PROMPT "\\n\",\"stream\":\"stderr\"}", PDK_SERVER_LINE_PROMPT_TIMING,
                 44, 78.86, 1684);
}

static void
test_every_truncation_is_safe (void)
{
  static const char *const lines[] = { START,  DEVICE, HEADER PROMPT,
                                       OUTPUT, TOTAL,  "{\"log\":\"" HEADER PROMPT };
  PdkServerLine line;

  for (gsize i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      for (gsize length = 0; length <= strlen (lines[i]); length++)
        parse (lines[i], length, &line);
    }
  g_assert_cmpint (pdk_server_line_parse (NULL, 0, &line), ==, PDK_SERVER_LINE_NONE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/server-line/start", test_start);
  g_test_add_func ("/server-line/device", test_device);
  g_test_add_func ("/server-line/times", test_times);
  g_test_add_func ("/server-line/timings", test_timings);
  g_test_add_func ("/server-line/no-timings", test_no_timings);
  g_test_add_func ("/server-line/prefixes", test_prefixes);
  g_test_add_func ("/server-line/json-file", test_json_file);
  g_test_add_func ("/server-line/every-truncation-is-safe", test_every_truncation_is_safe);
  return g_test_run ();
}
