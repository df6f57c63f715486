/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Any bytes as a line of a log. Besides that nothing breaks, what is found must hold what is promised of it,
 * and the short cut must say the same. */

#include "config.h"

#include <string.h>

#include "fuzz.h"
#include "pdk-access-plain.h"

/* The bytes as the first of many lines. */
static void
check_plain (const char *bytes, gsize size)
{
  g_autofree char *lines = g_malloc (size + 128);
  const char *newline = memchr (bytes, '\n', size);
  gsize length = newline != NULL ? (gsize) (newline - bytes) : size;
  PdkAccessPlain plain = { .oldest_date = "2000/01/01" };
  PdkLogEvent event, expected;
  PdkAccessLine line;
  guint32 n_events = 1;

  memcpy (lines, bytes, size);
  memset (lines + size, '\n', 128);
  if (pdk_access_plain_parse (&plain, lines, lines + size + 128, &event, &n_events) == lines)
    return;
  g_assert_true (pdk_access_line_parse (bytes, length, &line));
  expected = pdk_log_event_new (&line);
  g_assert_cmpint (event.latency_nsec, ==, expected.latency_nsec);
  g_assert_cmpuint (event.hour_key, ==, expected.hour_key);
  g_assert_cmpuint (event.second, ==, expected.second);
  g_assert_cmpuint (event.status, ==, expected.status);
  g_assert_cmpuint (event.kind, ==, expected.kind);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  const char *bytes = (const char *) data;
  PdkAccessLine line, again;

  if (size > 0)
    check_plain (bytes, size);
  if (!pdk_access_line_parse (bytes, size, &line))
    {
      g_assert_cmpuint (pdk_access_line_find_end (bytes, size), ==, 0);
      return 0;
    }

  g_assert_true (g_date_valid_dmy (line.day, line.month, line.year));
  g_assert_cmpuint (line.hour, <=, 23);
  g_assert_cmpuint (line.minute, <=, 59);
  g_assert_cmpuint (line.second, <=, 59);
  g_assert_cmpuint (line.status, <=, 999);
  g_assert_cmpint (line.latency_nsec, >=, 0);
  g_assert_true (line.is_post || line.kind == PDK_REQUEST_NONE);
  g_assert_cmpuint (line.kind, <, PDK_REQUEST_N_KINDS);
  g_assert_cmpuint (line.end, <=, size);
  g_assert_cmpint (bytes[line.end - 1], ==, '"');

  /* What stands behind its end means nothing to a line, and without its last byte it is not whole. */
  g_assert_true (pdk_access_line_parse (bytes, line.end, &again));
  g_assert_cmpuint (again.end, ==, line.end);
  g_assert_cmpint (again.latency_nsec, ==, line.latency_nsec);
  g_assert_cmpint (again.kind, ==, line.kind);
  g_assert_cmpuint (pdk_access_line_find_end (bytes, line.end - 1), ==, 0);
  for (gsize end = line.end; pdk_access_line_parse_next (bytes, size, &line); end = line.end)
    {
      g_assert_cmpuint (line.end, >, end);
      g_assert_cmpuint (line.end, <=, size);
    }
  return 0;
}
