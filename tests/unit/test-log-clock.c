/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "pdk-log-clock.h"

#include <stdio.h>

typedef struct
{
  const char *zone;
  const char *local; /* yyyy-mm-dd hh:mm:ss */
  const char *utc;   /* ISO 8601 */
} Case;

static gint64
unix_of (const char *iso)
{
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autoptr (GDateTime) time = g_date_time_new_from_iso8601 (iso, utc);

  g_assert_nonnull (time);
  return g_date_time_to_unix (time);
}

static gint64
resolve (PdkLogClock *clock, guint year, guint month, guint day, guint hour, guint minute, guint second)
{
  return pdk_log_clock_resolve (clock, pdk_log_clock_hour_key (year, month, day, hour), minute * 60 + second);
}

static PdkLogClock *
clock_in (const char *name)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier (name);

  g_assert_nonnull (zone);
  return pdk_log_clock_new (zone);
}

static void
assert_resolves (PdkLogClock *clock, const char *local, const char *utc)
{
  guint year, month, day, hour, minute, second;
  g_autoptr (GDateTime) got = NULL;
  g_autofree char *text = NULL;

  g_assert_cmpint (sscanf (local, "%u-%u-%u %u:%u:%u", &year, &month, &day, &hour, &minute, &second), ==, 6);
  got = g_date_time_new_from_unix_utc (resolve (clock, year, month, day, hour, minute, second));
  text = g_date_time_format (got, "%Y-%m-%dT%H:%M:%SZ");
  g_assert_cmpstr (text, ==, utc);
}

static const Case cases[] = {
  { "UTC", "1970-01-01 00:00:00", "1970-01-01T00:00:00Z" },
  { "UTC", "2024-02-29 23:59:59", "2024-02-29T23:59:59Z" },
  { "UTC", "2026-12-31 12:34:56", "2026-12-31T12:34:56Z" },
  { "Europe/Berlin", "2026-11-20 15:04:05", "2026-11-20T14:04:05Z" },
  { "Europe/Berlin", "2026-07-01 00:00:00", "2026-06-30T22:00:00Z" },
  { "Asia/Kolkata", "2026-07-01 00:00:00", "2026-06-30T18:30:00Z" },
  { "Asia/Kathmandu", "2026-07-01 00:00:00", "2026-06-30T18:15:00Z" },
  { "Pacific/Kiritimati", "2026-07-01 00:00:00", "2026-06-30T10:00:00Z" },
  /* Spring: 02:00 becomes 03:00. */
  { "Europe/Berlin", "2026-03-29 01:59:59", "2026-03-29T00:59:59Z" },
  { "Europe/Berlin", "2026-03-29 02:00:00", "2026-03-29T01:00:00Z" },
  { "Europe/Berlin", "2026-03-29 02:30:00", "2026-03-29T01:30:00Z" },
  { "Europe/Berlin", "2026-03-29 03:00:00", "2026-03-29T01:00:00Z" },
  /* Autumn: 03:00 becomes 02:00; first pass. */
  { "Europe/Berlin", "2026-10-25 01:59:59", "2026-10-24T23:59:59Z" },
  { "Europe/Berlin", "2026-10-25 02:00:00", "2026-10-25T00:00:00Z" },
  { "Europe/Berlin", "2026-10-25 02:59:59", "2026-10-25T00:59:59Z" },
  { "Europe/Berlin", "2026-10-25 03:00:00", "2026-10-25T02:00:00Z" },
  { "America/New_York", "2026-11-01 01:30:00", "2026-11-01T05:30:00Z" },
  /* Half an hour, in the middle of the hour: 02:00 becomes 01:30, and 02:00 becomes 02:30. */
  { "Australia/Lord_Howe", "2026-04-05 01:15:00", "2026-04-04T14:15:00Z" },
  { "Australia/Lord_Howe", "2026-04-05 01:45:00", "2026-04-04T14:45:00Z" },
  { "Australia/Lord_Howe", "2026-04-05 02:00:00", "2026-04-04T15:30:00Z" },
  { "Australia/Lord_Howe", "2026-10-04 02:10:00", "2026-10-03T15:40:00Z" },
  { "Australia/Lord_Howe", "2026-10-04 02:40:00", "2026-10-03T15:40:00Z" },
  /* Midnight itself is left out, and repeated. */
  { "America/Santiago", "2026-09-06 00:30:00", "2026-09-06T04:30:00Z" },
  { "America/Santiago", "2026-04-04 23:30:00", "2026-04-05T02:30:00Z" },
  { "America/Havana", "2026-11-01 00:30:00", "2026-11-01T04:30:00Z" },
};

static void
test_cases (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (PdkLogClock) clock = clock_in (cases[i].zone);

      g_test_message ("%s %s", cases[i].zone, cases[i].local);
      assert_resolves (clock, cases[i].local, cases[i].utc);
      assert_resolves (clock, cases[i].local, cases[i].utc);
    }
}

static void
test_autumn_in_order (void)
{
  g_autoptr (PdkLogClock) clock = clock_in ("Europe/Berlin");

  assert_resolves (clock, "2026-10-25 01:50:00", "2026-10-24T23:50:00Z");
  assert_resolves (clock, "2026-10-25 02:10:00", "2026-10-25T00:10:00Z");
  assert_resolves (clock, "2026-10-25 02:50:05", "2026-10-25T00:50:05Z");
  /* Two requests that end together may be written in the other order. */
  assert_resolves (clock, "2026-10-25 02:50:03", "2026-10-25T00:50:03Z");
  assert_resolves (clock, "2026-10-25 02:20:00", "2026-10-25T01:20:00Z");
  assert_resolves (clock, "2026-10-25 02:55:00", "2026-10-25T01:55:00Z");
  assert_resolves (clock, "2026-10-25 02:54:00", "2026-10-25T01:54:00Z");
  assert_resolves (clock, "2026-10-25 03:00:00", "2026-10-25T02:00:00Z");
  /* A year later, nothing of that is left. */
  assert_resolves (clock, "2027-10-31 02:10:00", "2027-10-31T00:10:00Z");
}

static void
test_autumn_read_again (void)
{
  g_autoptr (PdkLogClock) clock = clock_in ("Europe/Berlin");

  assert_resolves (clock, "2026-10-25 02:50:00", "2026-10-25T00:50:00Z");
  assert_resolves (clock, "2026-10-25 02:10:00", "2026-10-25T01:10:00Z");
  /* Leaving and a line out of order: still the second pass. */
  assert_resolves (clock, "2026-10-25 03:00:00", "2026-10-25T02:00:00Z");
  assert_resolves (clock, "2026-10-25 02:59:59", "2026-10-25T01:59:59Z");
  /* Another log, from before the hour. */
  assert_resolves (clock, "2026-10-25 01:50:00", "2026-10-24T23:50:00Z");
  assert_resolves (clock, "2026-10-25 02:10:00", "2026-10-25T00:10:00Z");
}

static void
test_autumn_after_a_year (void)
{
  g_autoptr (PdkLogClock) clock = clock_in ("Europe/Berlin");

  assert_resolves (clock, "2026-10-25 02:50:00", "2026-10-25T00:50:00Z");
  assert_resolves (clock, "2026-10-25 02:10:00", "2026-10-25T01:10:00Z");
  assert_resolves (clock, "2027-10-31 02:10:00", "2027-10-31T00:10:00Z");
  assert_resolves (clock, "2025-10-26 02:10:00", "2025-10-26T00:10:00Z");
}

static void
test_autumn_within_an_hour (void)
{
  g_autoptr (PdkLogClock) clock = clock_in ("Australia/Lord_Howe");

  assert_resolves (clock, "2026-04-05 01:50:00", "2026-04-04T14:50:00Z");
  assert_resolves (clock, "2026-04-05 01:40:00", "2026-04-04T15:10:00Z");
  assert_resolves (clock, "2026-04-05 01:20:00", "2026-04-04T14:20:00Z");
}

typedef struct
{
  const char *zone;
  const char *time;
  const char *start;
  const char *end;
  int year, month, day;
} Day;

static const Day days[] = {
  { "UTC", "2026-11-20T00:00:00Z", "2026-11-20T00:00:00Z", "2026-11-21T00:00:00Z", 2026, 11, 20 },
  { "UTC", "2026-11-20T23:59:59Z", "2026-11-20T00:00:00Z", "2026-11-21T00:00:00Z", 2026, 11, 20 },
  { "UTC", "1969-12-31T23:59:59Z", "1969-12-31T00:00:00Z", "1970-01-01T00:00:00Z", 1969, 12, 31 },
  { "Europe/Berlin", "2026-11-19T23:00:00Z", "2026-11-19T23:00:00Z", "2026-11-20T23:00:00Z", 2026, 11, 20 },
  { "Europe/Berlin", "2026-03-29T12:00:00Z", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z", 2026, 3, 29 },
  { "Europe/Berlin", "2026-10-25T12:00:00Z", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z", 2026, 10, 25 },
  { "America/Santiago", "2026-09-06T12:00:00Z", "2026-09-06T04:00:00Z", "2026-09-07T03:00:00Z", 2026, 9, 6 },
  { "America/Santiago", "2026-04-05T03:30:00Z", "2026-04-04T03:00:00Z", "2026-04-05T04:00:00Z", 2026, 4, 4 },
  { "America/Havana", "2026-11-01T05:30:00Z", "2026-11-01T04:00:00Z", "2026-11-02T05:00:00Z", 2026, 11, 1 },
  { "Pacific/Kiritimati", "2026-11-20T12:00:00Z", "2026-11-20T10:00:00Z", "2026-11-21T10:00:00Z", 2026, 11,
    21 },
};

static void
test_days (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (days); i++)
    {
      g_autoptr (PdkLogClock) clock = clock_in (days[i].zone);
      gint64 time = unix_of (days[i].time), start, end;
      GDate date;
      guint32 day;

      g_test_message ("%s %s", days[i].zone, days[i].time);
      day = pdk_log_clock_day_bounds (clock, time, &start, &end);
      g_date_clear (&date, 1);
      g_date_set_dmy (&date, days[i].day, days[i].month, days[i].year);
      g_assert_cmpuint (day, ==, g_date_get_julian (&date));
      g_assert_cmpint (start, ==, unix_of (days[i].start));
      g_assert_cmpint (end, ==, unix_of (days[i].end));
      g_assert_cmpuint (pdk_log_clock_day (clock, end - 1), ==, day);
      g_assert_cmpuint (pdk_log_clock_day (clock, end), ==, day + 1);
      g_assert_cmpuint (pdk_log_clock_day (clock, start), ==, day);
      g_assert_cmpuint (pdk_log_clock_day (clock, start - 1), ==, day - 1);
    }
}

/* Every hour of two years, there and back through GDateTime. */
static void
test_round_trip (void)
{
  static const char *const zones[] = { "Europe/Berlin", "America/New_York", "Australia/Lord_Howe",
                                       "Asia/Tehran" };

  for (guint i = 0; i < G_N_ELEMENTS (zones); i++)
    {
      g_autoptr (GTimeZone) zone = g_time_zone_new_identifier (zones[i]);
      g_autoptr (PdkLogClock) clock = pdk_log_clock_new (zone);
      gint64 start = unix_of ("2025-12-31T23:17:42Z");

      for (gint64 time = start; time < start + 2 * 366 * PDK_SECONDS_PER_DAY; time += 3600)
        {
          g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (time);
          g_autoptr (GDateTime) local = g_date_time_to_timezone (utc, zone);
          gint64 got = resolve (clock, g_date_time_get_year (local), g_date_time_get_month (local),
                                g_date_time_get_day_of_month (local), g_date_time_get_hour (local),
                                g_date_time_get_minute (local), g_date_time_get_second (local));
          g_autoptr (GDateTime) got_utc = g_date_time_new_from_unix_utc (got);
          g_autoptr (GDateTime) again = g_date_time_to_timezone (got_utc, zone);

          /* One line an hour never steps back, so the second pass is not told apart: then the text is the
           * same. */
          if (got != time)
            {
              g_autofree char *text = g_date_time_format (local, "%F %T");
              g_autofree char *text_again = g_date_time_format (again, "%F %T");

              g_assert_cmpstr (text, ==, text_again);
              g_assert_cmpint (got, <, time);
            }
        }
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/log-clock/cases", test_cases);
  g_test_add_func ("/log-clock/autumn-in-order", test_autumn_in_order);
  g_test_add_func ("/log-clock/autumn-read-again", test_autumn_read_again);
  g_test_add_func ("/log-clock/autumn-after-a-year", test_autumn_after_a_year);
  g_test_add_func ("/log-clock/autumn-within-an-hour", test_autumn_within_an_hour);
  g_test_add_func ("/log-clock/days", test_days);
  g_test_add_func ("/log-clock/round-trip", test_round_trip);
  return g_test_run ();
}
