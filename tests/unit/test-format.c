/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "pdk-format.h"

#include <locale.h>

#define NBSP "\302\240"
#define MINUTE (60 * (gint64) G_USEC_PER_SEC)

static void
test_percent (void)
{
  static const struct
  {
    double fraction;
    const char *expected;
  } cases[] = {
    { 0.0, "0%" },   { 0.001, "1%" }, { 0.125, "13%" }, { 0.999, "99%" },
    { 1.0, "100%" }, { 1.7, "100%" }, { -1.0, "0%" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = pdk_format_percent (cases[i].fraction);

      g_assert_cmpstr (text, ==, cases[i].expected);
    }
}

static void
test_sizes (void)
{
  g_autofree char *gigabytes = pdk_format_gigabytes (18.24e9);
  g_autofree char *small = pdk_format_gigabytes (449e6);
  g_autofree char *negative = pdk_format_gigabytes (-1);
  g_autofree char *terabytes = pdk_format_gigabytes (1.5e12);
  g_autofree char *bytes = pdk_format_bytes (2019393189.0);
  g_autofree char *huge = pdk_format_bytes (1e300);

  g_assert_cmpstr (gigabytes, ==, "18.2" NBSP "GB");
  g_assert_cmpstr (small, ==, "0.4" NBSP "GB");
  g_assert_cmpstr (negative, ==, "0.0" NBSP "GB");
  g_assert_cmpstr (terabytes, ==, "1.5" NBSP "TB");
  g_assert_cmpstr (bytes, ==, "2.0" NBSP "GB");
  g_assert_cmpstr (huge, ==, "9.2" NBSP "EB");
}

static void
test_context (void)
{
  static const struct
  {
    gint64 tokens;
    const char *expected;
  } cases[] = {
    { 512, "512" },
    { 2048, "2k" },
    { 4000, "4000" },
    { 32768, "32k" },
    { 40960, "40k" },
    { 131072, "128k" },
    { 200000, "200k" },
    { 262144, "256k" },
    { 1048576, "1M" },
    { 10485760, "10M" },
    { 1000000, "1000k" },
    { -5, "0" },
    { G_MAXINT64, "2147484k" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = pdk_format_context (cases[i].tokens);

      g_assert_cmpstr (text, ==, cases[i].expected);
    }
}

static void
test_duration (void)
{
  static const struct
  {
    double msec;
    const char *expected;
  } cases[] = {
    { 0.0, "0" NBSP "ms" },
    { 999.4, "999" NBSP "ms" },
    { 999.6, "1.0" NBSP "s" },
    { 2345.0, "2.3" NBSP "s" },
    { 59949.0, "59.9" NBSP "s" },
    { 59960.0, "1" NBSP "min 0" NBSP "s" },
    { 185000.0, "3" NBSP "min 5" NBSP "s" },
    { 3600000.0, "1" NBSP "h 0" NBSP "min" },
    { 3.9e6, "1" NBSP "h 5" NBSP "min" },
    { 1e300, "596523" NBSP "h 14" NBSP "min" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = pdk_format_duration (cases[i].msec);

      g_assert_cmpstr (text, ==, cases[i].expected);
    }
}

static void
test_time_left (void)
{
  static const struct
  {
    gint64 usec;
    const char *expected;
  } cases[] = {
    { -1, "in use" },
    { 0, "in use" },
    { 1, "1" NBSP "s left" },
    { 59 * G_USEC_PER_SEC, "59" NBSP "s left" },
    { MINUTE, "1" NBSP "min left" },
    { 4 * MINUTE + 12 * G_USEC_PER_SEC, "4" NBSP "min left" },
    { 4 * MINUTE + 31 * G_USEC_PER_SEC, "5" NBSP "min left" },
    { 59 * MINUTE + 40 * G_USEC_PER_SEC, "1" NBSP "h 0" NBSP "min left" },
    { 125 * MINUTE, "2" NBSP "h 5" NBSP "min left" },
    { 72 * 60 * MINUTE, "3 days left" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = pdk_format_time_left (cases[i].usec);

      g_assert_cmpstr (text, ==, cases[i].expected);
    }
}

/* 2026-11-20T12:00:00Z */
#define NOON (G_GINT64_CONSTANT (1795176000) * G_USEC_PER_SEC)

static void
test_moment (void)
{
  g_autofree char *earlier = pdk_format_moment (NOON - 61 * MINUTE, NOON);
  g_autofree char *yesterday = pdk_format_moment (NOON - 13 * 60 * MINUTE, NOON);
  g_autofree char *impossible = pdk_format_moment (G_MAXINT64, NOON);

  g_assert_cmpstr (earlier, ==, "10:59");
  g_assert_cmpstr (yesterday, ==, "19 Nov, 23:00");
  g_assert_cmpstr (impossible, ==, "an unknown time");
}

static void
test_coming_moment (void)
{
  static const struct
  {
    gint64 minutes;
    const char *expected;
  } cases[] = {
    { 61, "13:01" },
    { 13 * 60, "Saturday 01:00" },
    { 6 * 24 * 60, "Thursday 12:00" },
    { 7 * 24 * 60, "27 Nov, 12:00" },
    { -24 * 60, "19 Nov, 12:00" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = pdk_format_coming_moment (NOON + cases[i].minutes * MINUTE, NOON);

      g_assert_cmpstr (text, ==, cases[i].expected);
    }
}

static void
test_time_until (void)
{
  static const struct
  {
    gint64 usec;
    const char *expected;
  } cases[] = {
    { -1, "1\302\240min" },
    { 1, "1\302\240min" },
    { MINUTE, "1\302\240min" },
    { MINUTE + 1, "2\302\240min" },
    { 60 * MINUTE, "1\302\240h 0\302\240min" },
    { 24 * 60 * MINUTE - 1, "1\302\240d 0\302\240h" },
    { 53 * 60 * MINUTE, "2\302\240d 5\302\240h" },
    { 7 * 24 * 60 * MINUTE, "7 days" },
    { G_MAXINT64, "106751991 days" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = pdk_format_time_until (cases[i].usec);

      g_assert_cmpstr (text, ==, cases[i].expected);
    }
}

static void
test_usd (void)
{
  g_autofree char *some = pdk_format_usd (12.4);
  g_autofree char *owed = pdk_format_usd (-0.5);

  g_assert_cmpstr (some, ==, "$12.40");
  g_assert_cmpstr (owed, ==, "-$0.50");
}

static void
test_days (void)
{
  guint32 day = pdk_format_julian_day_of (NOON);
  g_autofree char *with_weekday = pdk_format_day (day);
  g_autofree char *without = pdk_format_day_short (day);
  g_autofree char *invalid = pdk_format_day (0);
  GDate date;

  g_date_clear (&date, 1);
  g_date_set_dmy (&date, 20, G_DATE_NOVEMBER, 2026);
  g_assert_cmpuint (day, ==, g_date_get_julian (&date));
  g_assert_cmpstr (with_weekday, ==, "Fri 20 Nov");
  g_assert_cmpstr (without, ==, "20 Nov");
  g_assert_cmpstr (invalid, ==, "");
}

static void
test_count (void)
{
  g_autofree char *plain = pdk_format_count (1234567.0);

  g_assert_cmpstr (plain, ==, "1234567");
}

static void
test_short_count (void)
{
  static const struct
  {
    double count;
    const char *text;
  } cases[] = { { 0, "0" },          { 999, "999" },      { 9871, "9871" },   { 9999.4, "9999" },
                { 9999.5, "10k" },   { 136291, "136k" },  { 999499, "999k" }, { 999500, "1.0M" },
                { 1440000, "1.4M" }, { 9949999, "9.9M" }, { 9950000, "10M" }, { 123456789, "123M" } };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = pdk_format_short_count (cases[i].count);

      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/format/count", test_count);
  g_test_add_func ("/format/short-count", test_short_count);
  g_test_add_func ("/format/percent", test_percent);
  g_test_add_func ("/format/sizes", test_sizes);
  g_test_add_func ("/format/context", test_context);
  g_test_add_func ("/format/duration", test_duration);
  g_test_add_func ("/format/time-left", test_time_left);
  g_test_add_func ("/format/moment", test_moment);
  g_test_add_func ("/format/coming-moment", test_coming_moment);
  g_test_add_func ("/format/time-until", test_time_until);
  g_test_add_func ("/format/usd", test_usd);
  g_test_add_func ("/format/days", test_days);
  return g_test_run ();
}
