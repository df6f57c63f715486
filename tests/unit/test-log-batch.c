/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "pdk-log-batch.h"

#include <string.h>

#include "pdk-log-cursor.h"

#define REQUEST(time) "[GIN] " time " | 200 |  1.234567891s |       127.0.0.1 | POST     \"/api/chat\""
#define LINE REQUEST ("2026/11/20 - 15:04:05")
#define START "time=2026-11-20T08:00:00.123Z level=INFO msg=\"Listening on [::]:11434 (version 0.40.12)\""
#define OLDEST "2026/10/20"

/* The batch as text: R for a request, O for old ones, S for another line of the server. */
static char *
describe (const PdkLogBatch *batch)
{
  GString *text = g_string_new (NULL);
  guint n_remarks = 0;

  for (guint i = 0; i <= batch->n_events; i++)
    {
      while (n_remarks < batch->remarks->len &&
             g_array_index (batch->remarks, PdkLogRemark, n_remarks).n_events_before == i)
        {
          g_string_append_c (text, 'S');
          n_remarks++;
        }
      if (i < batch->n_events)
        g_string_append_c (text, batch->events[i].hour_key != 0 ? 'R' : 'O');
    }
  g_assert_cmpuint (n_remarks, ==, batch->remarks->len);
  return g_string_free (text, FALSE);
}

static void
assert_parses (PdkLogBatch *batch, const char *lines, gsize length, const char *expected)
{
  g_autofree char *text = NULL;

  pdk_log_batch_parse (batch, lines, length, OLDEST);
  text = describe (batch);
  g_assert_cmpstr (text, ==, expected);
}

static void
test_order (void)
{
  static const struct
  {
    const char *lines;
    const char *expected;
  } cases[] = {
    { "", "" },
    { "\n\n\n", "" },
    { LINE "\n", "R" },
    { LINE, "R" }, /* the newline is still to come */
    { LINE "\n" LINE "\n" LINE "\n", "RRR" },
    { LINE "\r\n" LINE "\r\n", "RR" },
    { LINE LINE "\n" LINE "\n", "RRR" }, /* two on one line */
    { "nothing\n" LINE "\nnothing\n" LINE "\n", "RR" },
    { START "\n" LINE "\n" START "\n" START "\n" LINE "\n" START "\n", "SRSSRS" },
    { REQUEST ("2026/10/19 - 23:59:59") "\n" LINE "\n", "OR" },
    { REQUEST ("2026/10/20 - 00:00:00") "\n" LINE "\n", "RR" },
    { REQUEST ("2026/10/19 - 23:59:58") "\n" REQUEST ("2026/10/19 - 23:59:59") "\n" LINE "\n", "OR" },
    { LINE "\n" REQUEST ("2025/12/31 - 00:00:00") "\n" LINE "\n", "ROR" },
  };
  g_autoptr (PdkLogBatch) batch = pdk_log_batch_new ();

  /* Twice, since a batch is used again. */
  for (guint round = 0; round < 2; round++)
    {
      for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
        assert_parses (batch, cases[i].lines, strlen (cases[i].lines), cases[i].expected);
    }
}

static void
test_holes (void)
{
  static const char holes[] = "\0\0\0" LINE "\n\0\0" LINE "\n\0\0\0";
  g_autoptr (PdkLogBatch) batch = pdk_log_batch_new ();
  g_autoptr (GString) text = g_string_new (NULL);

  assert_parses (batch, holes, sizeof holes - 1, "RR");

  g_string_set_size (text, 3 * PDK_LOG_LINE_MAX_BYTES);
  memset (text->str, '\0', text->len);
  g_string_append (text, LINE "\n");
  assert_parses (batch, text->str, text->len, "R");
  g_assert_cmpuint (batch->n_skipped_long, ==, 0);
}

static void
test_long_lines (void)
{
  g_autoptr (PdkLogBatch) batch = pdk_log_batch_new ();
  g_autofree char *longest = g_strnfill (PDK_LOG_LINE_MAX_BYTES - strlen (LINE), 'x');
  g_autofree char *just = g_strconcat (LINE, longest, "\n", LINE, "\n", NULL);
  g_autofree char *over = g_strconcat (LINE, longest, "x\n", LINE, "\n", NULL);

  assert_parses (batch, just, strlen (just), "RR");
  g_assert_cmpuint (batch->n_skipped_long, ==, 0);
  assert_parses (batch, over, strlen (over), "R");
  g_assert_cmpuint (batch->n_skipped_long, ==, 1);
}

/* Texts of remarks point into what was parsed. */
static void
test_remark (void)
{
  g_autoptr (PdkLogBatch) batch = pdk_log_batch_new ();
  const PdkLogRemark *remark;

  assert_parses (batch, START "\n", strlen (START "\n"), "S");
  remark = &g_array_index (batch->remarks, PdkLogRemark, 0);
  g_assert_cmpint (remark->line.kind, ==, PDK_SERVER_LINE_START);
  g_assert_cmpmem (remark->line.version.at, remark->line.version.length, "0.40.12", 7);
}

/* More events than bytes led to expect. */
static void
test_many (void)
{
  g_autoptr (PdkLogBatch) batch = pdk_log_batch_new ();
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < 5000; i++)
    g_string_append (text, "[GIN] 2026/11/20 - 15:04:05|200|1s||A\"\"\n");
  pdk_log_batch_parse (batch, "", 0, OLDEST);
  pdk_log_batch_parse (batch, text->str, text->len, OLDEST);
  g_assert_cmpuint (batch->n_events, ==, 5000);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/log-batch/order", test_order);
  g_test_add_func ("/log-batch/holes", test_holes);
  g_test_add_func ("/log-batch/long-lines", test_long_lines);
  g_test_add_func ("/log-batch/remark", test_remark);
  g_test_add_func ("/log-batch/many", test_many);
  return g_test_run ();
}
