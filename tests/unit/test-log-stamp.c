/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "pdk-log-stamp.h"

#include <string.h>

static void
test_lines (void)
{
  static const struct
  {
    const char *line;
    gint64 time_sec; /* -1 for none */
  } cases[] = {
    { "[GIN] 2026/11/20 - 15:04:05 | 200 | 1s | ::1 | GET \"/api/ps\"", 1795183445 },
    { "time=2026-11-20T15:04:05.123+01:00 level=INFO msg=x", 1795183445 },
    { "eval time = 1.0 ms / 3 tokens", -1 },
    { "anything", -1 },
    { "", -1 },
  };
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier ("Europe/Berlin");
  g_autoptr (PdkLogClock) clock = pdk_log_clock_new (zone);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gint64 time_sec = -1;

      g_test_message ("%s", cases[i].line);
      g_assert_cmpint (pdk_log_stamp_find (cases[i].line, strlen (cases[i].line), clock, &time_sec), ==,
                       cases[i].time_sec >= 0);
      g_assert_cmpint (time_sec, ==, cases[i].time_sec);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/log-stamp/lines", test_lines);
  return g_test_run ();
}
