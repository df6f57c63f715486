/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "pdk-time.h"

#define NOON (G_GINT64_CONSTANT (1795176000) * G_USEC_PER_SEC) /* 2026-11-20T12:00:00Z */

static const struct
{
  const char *text;
  gint64 expected;
} parse_cases[] = {
  { "1970-01-01T00:00:00Z", 0 },
  { "2026-11-20T12:00:00Z", NOON },
  { "2026-11-20T12:00:00+00:00", NOON },
  { "2026-11-20T05:00:00-07:00", NOON },
  { "2026-11-20T17:45:00+05:45", NOON },
  { "2026-11-20T12:00:00.5Z", NOON + 500000 },
  { "2026-11-20T12:00:00.000000001Z", NOON },
  { "2026-11-20T12:00:00.999999999Z", NOON + 999999 },
  { "2026-11-20T05:00:00.5000000-07:00", NOON + 500000 },
  { "1969-12-31T23:59:59Z", -G_USEC_PER_SEC },
  { "2024-02-29T00:00:00Z", G_GINT64_CONSTANT (1709164800) * G_USEC_PER_SEC },
  { "9999-12-31T23:59:59Z", G_GINT64_CONSTANT (253402300799) * G_USEC_PER_SEC },
  { "0001-01-01T00:00:00Z", PDK_TIME_UNKNOWN },
  { "0001-01-01T00:00:00.5-07:00", PDK_TIME_UNKNOWN },
  { "2023-02-29T00:00:00Z", PDK_TIME_UNKNOWN },
  { "2026-11-20T12:00:00", PDK_TIME_UNKNOWN }, /* whose hour? */
  { "2026-11-20", PDK_TIME_UNKNOWN },
  { "2026-13-20T12:00:00Z", PDK_TIME_UNKNOWN },
  { "2026-11-20T25:00:00Z", PDK_TIME_UNKNOWN },
  { "2026-11-20T12:00:00Z and more", PDK_TIME_UNKNOWN },
  { "292277026596-12-04T15:30:08Z", PDK_TIME_UNKNOWN },
  { "-001-11-20T12:00:00Z", PDK_TIME_UNKNOWN },
  { "1795176000", PDK_TIME_UNKNOWN },
  { "\xff\xff", PDK_TIME_UNKNOWN },
  { "", PDK_TIME_UNKNOWN },
  { NULL, PDK_TIME_UNKNOWN },
};

static void
test_parse (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (parse_cases); i++)
    {
      g_test_message ("case %" G_GSIZE_FORMAT, i);
      g_assert_cmpint (pdk_time_parse_rfc3339 (parse_cases[i].text), ==, parse_cases[i].expected);
    }
}

static const struct
{
  gint64 time_usec;
  const char *expected;
} format_cases[] = {
  { 0, "1970-01-01T00:00:00Z" },
  { NOON, "2026-11-20T12:00:00Z" },
  { NOON + 999999, "2026-11-20T12:00:00Z" },
  { -1, "1969-12-31T23:59:59Z" },
  { -G_USEC_PER_SEC, "1969-12-31T23:59:59Z" },
  { -G_USEC_PER_SEC - 1, "1969-12-31T23:59:58Z" },
  { G_GINT64_CONSTANT (-55855785600) * G_USEC_PER_SEC, "0200-01-01T00:00:00Z" },
  { G_GINT64_CONSTANT (253402300799) * G_USEC_PER_SEC, "9999-12-31T23:59:59Z" },
  { G_GINT64_CONSTANT (253402300800) * G_USEC_PER_SEC, NULL },
  { G_MAXINT64, NULL },
  { PDK_TIME_UNKNOWN, NULL },
};

static void
test_format (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (format_cases); i++)
    {
      g_autofree char *text = pdk_time_format_rfc3339 (format_cases[i].time_usec);

      g_assert_cmpstr (text, ==, format_cases[i].expected);
    }
}

static void
test_round_trip (void)
{
  for (gint64 day = -25567; day < 200000; day += 997)
    {
      gint64 time_usec = (day * 86400 + 3723) * G_USEC_PER_SEC;
      g_autofree char *text = pdk_time_format_rfc3339 (time_usec);

      g_assert_cmpint (pdk_time_parse_rfc3339 (text), ==, time_usec);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/time/parse", test_parse);
  g_test_add_func ("/time/format", test_format);
  g_test_add_func ("/time/round-trip", test_round_trip);
  return g_test_run ();
}
