/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "pdk-sql-time.h"

static const struct
{
  const char *text;
  double expected;
} cases[] = {
  { "1970-01-01 00:00:00", 0 },
  { "2026-08-21 17:11:12", 1787332272 },
  { "2026-08-21 17:11:12+00:00", 1787332272 },
  { "2026-08-21 10:11:12-07:00", 1787332272 },
  { "2026-08-21 22:41:12.5+05:30", 1787332272.5 },
  { "2026-08-21 13:41:12-03:30", 1787332272 },
  { "2026-08-21 17:10:60", 1787332260 },
  { "2026-08-21 17:10:61", PDK_SQL_TIME_UNKNOWN },
  { "2026-08-21T17:11:12Z", 1787332272 },
  { "2026-08-21 17:11:12.123456789 +0000 UTC", 1787332272.123456789 },
  { "2024-02-29 00:00:00", 1709164800 },
  { "1969-12-31 23:59:59", -1 },
  { "2023-02-29 00:00:00", PDK_SQL_TIME_UNKNOWN },
  { "2026-13-01 00:00:00", PDK_SQL_TIME_UNKNOWN },
  { "2026-08-21 24:00:00", PDK_SQL_TIME_UNKNOWN },
  { "2026-08-21 17:11", PDK_SQL_TIME_UNKNOWN },
  { "2026-08-21", PDK_SQL_TIME_UNKNOWN },
  { "2026-08-21 17:11:12 soon", PDK_SQL_TIME_UNKNOWN },
  { "2026-08-21 17:11:12+", PDK_SQL_TIME_UNKNOWN },
  { "yesterday", PDK_SQL_TIME_UNKNOWN },
  { "", PDK_SQL_TIME_UNKNOWN },
  { NULL, PDK_SQL_TIME_UNKNOWN },
};

static void
test_parse (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      double got = pdk_sql_time_parse (cases[i].text);

      if (cases[i].expected <= PDK_SQL_TIME_UNKNOWN)
        g_assert_cmpfloat (got, ==, PDK_SQL_TIME_UNKNOWN);
      else
        g_assert_cmpfloat_with_epsilon (got, cases[i].expected, 1e-5);
    }
}

/* The first moment of a day is in it, the last one is not in the next. */
static void
test_last_moment (void)
{
  g_assert_cmpfloat (pdk_sql_time_parse ("2026-08-21 23:59:59.999999999+02:00"), <, 1787349600);
  g_assert_cmpfloat (pdk_sql_time_parse ("2026-08-21 23:59:59.99999999999999999999+02:00"), <, 1787349600);
  g_assert_cmpfloat (pdk_sql_time_parse ("2026-08-22 00:00:00+02:00"), ==, 1787349600);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sql-time/parse", test_parse);
  g_test_add_func ("/sql-time/last-moment", test_last_moment);
  return g_test_run ();
}
