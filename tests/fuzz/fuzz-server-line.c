/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Any bytes as a line of a log. Besides that nothing breaks, what is found must lie in the line, and be
 * within the bounds that are promised. */

#include "config.h"

#include "fuzz.h"
#include "pdk-server-line.h"

static void
check_text (const PdkServerText *text, const char *bytes, gsize length)
{
  g_assert_true (text->at >= bytes && text->at + text->length <= bytes + length);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  const char *bytes = (const char *) data;
  PdkServerLine line;

  g_assert_cmpint (pdk_server_line_parse (bytes, size, &line), ==, line.kind);
  switch (line.kind)
    {
    case PDK_SERVER_LINE_START:
      g_assert_true (line.has_time);
      g_assert_cmpuint (line.version.length, >, 0);
      check_text (&line.version, bytes, size);
      break;
    case PDK_SERVER_LINE_DEVICE:
      g_assert_true (line.has_time);
      check_text (&line.id, bytes, size);
      check_text (&line.library, bytes, size);
      check_text (&line.name, bytes, size);
      check_text (&line.description, bytes, size);
      g_assert_cmpint (line.total_bytes, >=, -1);
      g_assert_cmpint (line.available_bytes, >=, -1);
      break;
    case PDK_SERVER_LINE_PROMPT_TIMING:
    case PDK_SERVER_LINE_OUTPUT_TIMING:
    case PDK_SERVER_LINE_TOTAL_TIMING:
      g_assert_cmpuint (line.tokens, <=, PDK_SERVER_LINE_MAX_TOKENS);
      g_assert_true (line.msec >= 0 && line.msec <= PDK_SERVER_LINE_MAX_MSEC);
      g_assert_false (line.has_time);
      G_GNUC_FALLTHROUGH;
    case PDK_SERVER_LINE_TIMING_HEADER:
      g_assert_cmpint (line.slot_id, >=, -1);
      g_assert_cmpint (line.task_id, >=, -1);
      break;
    case PDK_SERVER_LINE_DATED:
      g_assert_true (line.has_time);
      break;
    case PDK_SERVER_LINE_NONE:
    default:
      g_assert_false (line.has_time);
    }
  return 0;
}
