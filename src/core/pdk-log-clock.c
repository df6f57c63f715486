/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Turns the wall-clock times of a log into Unix seconds, and Unix seconds into local days.
 *
 * A clock belongs to one thread at a time and to one log, since it remembers the time of the line before:
 * where a wall-clock time occurs twice, in the hour that autumn repeats, only the order of lines can tell
 * which is meant.
 *
 * "Local seconds" below are a wall-clock time written as if it were UTC. Days are GDate's Julian days.
 */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-log-clock.h"

/* The Julian day of 1 January 1970. */
#define JULIAN_EPOCH 719163

/* Requests that end together may be logged in another order than they ended. Less than this is no clock set
 * back. */
#define MAX_DISORDER_SEC 5

struct _PdkLogClock
{
  GTimeZone *zone;

  /* The hour seen last: its date in bits (0 for none), its number in local seconds, and where it begins if
   * nothing happens to clocks in it.
   */
  guint32 hour_key;
  gint64 hour_local;
  gint64 hour_start_sec;
  gboolean is_hour_plain;

  /* The time seen last of those that occur twice, and whether it was of the second pass. */
  gint64 last_ambiguous_local;
  gboolean is_second_pass;

  /* The local day seen last. */
  gint64 day_start_sec;
  gint64 day_end_sec;
  guint32 day;
};

static gint64
floor_divide (gint64 value, gint64 divisor)
{
  return value / divisor - (value % divisor < 0);
}

static gint64
offset_at (PdkLogClock *clock, gint64 time_sec)
{
  gint interval = g_time_zone_find_interval (clock->zone, G_TIME_TYPE_UNIVERSAL, time_sec);

  return g_time_zone_get_offset (clock->zone, MAX (interval, 0));
}

/* The first and the last time at which the wall clock shows @local; they differ when clocks were set back
 * over it. When it is never shown, both are as if clocks had been set forward only later. */
static void
find_passes (PdkLogClock *clock, gint64 local, gint64 *first_sec, gint64 *last_sec)
{
  gint64 before = local - offset_at (clock, local - PDK_SECONDS_PER_DAY);
  gint64 after = local - offset_at (clock, local + PDK_SECONDS_PER_DAY);
  gboolean is_before = before + offset_at (clock, before) == local;
  gboolean is_after = after + offset_at (clock, after) == local;

  *first_sec = is_before || !is_after ? before : after;
  *last_sec = is_after || !is_before ? after : before;
  if (!is_before && !is_after)
    *last_sec = *first_sec;
  if (*last_sec < *first_sec)
    *last_sec = *first_sec;
}

/* A time before the repeated one means that the log is read from an earlier point on. */
static void
note_unambiguous (PdkLogClock *clock, gint64 local)
{
  if (local < clock->last_ambiguous_local)
    {
      clock->last_ambiguous_local = G_MININT64;
      clock->is_second_pass = FALSE;
    }
}

/* An hour is plain when its first and last second are shown once, an hour less a second apart. */
static void
enter_hour (PdkLogClock *clock, gint64 hour_local)
{
  gint64 start, start_again, end, end_again;

  find_passes (clock, hour_local * 3600, &start, &start_again);
  find_passes (clock, hour_local * 3600 + 3599, &end, &end_again);
  clock->hour_local = hour_local;
  clock->hour_start_sec = start;
  clock->is_hour_plain = start == start_again && end == end_again && end - start == 3599;
  if (clock->is_hour_plain)
    note_unambiguous (clock, hour_local * 3600);
}

static gint64
resolve_slowly (PdkLogClock *clock, gint64 local)
{
  gint64 first, last, step;

  find_passes (clock, local, &first, &last);
  if (first == last)
    {
      note_unambiguous (clock, local);
      return first;
    }

  /* Beyond a day, what was remembered belongs to another autumn. */
  step = clock->last_ambiguous_local != G_MININT64 ? local - clock->last_ambiguous_local : 0;
  if (clock->last_ambiguous_local == G_MININT64 || ABS (step) >= PDK_SECONDS_PER_DAY)
    clock->is_second_pass = FALSE;
  else if (step < -MAX_DISORDER_SEC)
    clock->is_second_pass = TRUE;
  clock->last_ambiguous_local = local;
  return clock->is_second_pass ? last : first;
}

/* The first moment of a local day, also where midnight is left out. */
static gint64
day_start (PdkLogClock *clock, gint64 days)
{
  gint64 first, last;

  find_passes (clock, days * PDK_SECONDS_PER_DAY, &first, &last);
  return first;
}

/**
 * pdk_log_clock_new:
 * @zone: (nullable): the zone of the wall clock; %NULL for the local one
 *
 * Returns: (transfer full): a clock, to be freed with pdk_log_clock_free()
 */
PdkLogClock *
pdk_log_clock_new (GTimeZone *zone)
{
  PdkLogClock *clock = g_new0 (PdkLogClock, 1);

  clock->zone = zone != NULL ? g_time_zone_ref (zone) : g_time_zone_new_local ();
  clock->last_ambiguous_local = G_MININT64;
  return clock;
}

/**
 * pdk_log_clock_free:
 * @clock: (nullable) (transfer full): what to free
 */
void
pdk_log_clock_free (PdkLogClock *clock)
{
  if (clock == NULL)
    return;
  g_time_zone_unref (clock->zone);
  g_free (clock);
}

/**
 * pdk_log_clock_days_since_epoch:
 * @year: 1 to 9999
 * @month: 1 to 12
 * @day: 1 to 31, a day that exists
 *
 * Howard Hinnant's days_from_civil(), for years from 1 on: GDate would do, in ten times the time.
 *
 * Returns: the number of days since 1 January 1970
 */
gint64
pdk_log_clock_days_since_epoch (guint year, guint month, guint day)
{
  gint64 y = (gint64) year - (month <= 2);
  gint64 era = y / 400;
  guint year_of_era = y - era * 400;
  guint day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  guint day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

  return era * 146097 + (gint64) day_of_era - 719468;
}

/**
 * pdk_log_clock_enter_hour:
 * @clock: the clock of the log
 * @hour_key: the hour on the wall clock that the next line is of, as pdk_log_clock_hour_key() makes it; its
 *   year is 1 to 9999
 * @start_sec: (out): when it begins, Unix seconds
 *
 * Returns: whether each second of that hour is shown once, and comes right after the one before; otherwise,
 *   ask pdk_log_clock_resolve() for each line
 */
gboolean
pdk_log_clock_enter_hour (PdkLogClock *clock, guint32 hour_key, gint64 *start_sec)
{
  if (hour_key != clock->hour_key)
    {
      gint64 days = pdk_log_clock_days_since_epoch (hour_key >> 14, hour_key >> 10 & 15, hour_key >> 5 & 31);

      enter_hour (clock, days * 24 + (hour_key & 31));
      clock->hour_key = hour_key;
    }
  *start_sec = clock->hour_start_sec;
  return clock->is_hour_plain;
}

/**
 * pdk_log_clock_resolve:
 * @clock: the clock of the log
 * @hour_key: the hour on the wall clock, as pdk_log_clock_hour_key() makes it; its year is 1 to 9999
 * @second: 0 to 3599, within that hour
 *
 * Turns the time of the next line into Unix seconds. A time that spring leaves out moves forward by what was
 * left out. A time that autumn repeats is the first of the two, until a line steps back within what is
 * repeated: that line and those after it are of the second pass.
 *
 * Returns: Unix seconds
 */
gint64
pdk_log_clock_resolve (PdkLogClock *clock, guint32 hour_key, guint second)
{
  gint64 start_sec;

  if (pdk_log_clock_enter_hour (clock, hour_key, &start_sec))
    return start_sec + second;
  return resolve_slowly (clock, clock->hour_local * 3600 + second);
}

/** pdk_log_clock_save: Returns: (transfer floating): what is remembered of the line before, for
 * pdk_log_clock_load() */
GVariant *
pdk_log_clock_save (const PdkLogClock *clock)
{
  return g_variant_new ("(xb)", clock->last_ambiguous_local, clock->is_second_pass);
}

/**
 * pdk_log_clock_load:
 * @clock: the clock of a log that is read on from where it was
 * @saved: what pdk_log_clock_save() made; anything else is taken for nothing
 */
void
pdk_log_clock_load (PdkLogClock *clock, GVariant *saved)
{
  if (!g_variant_is_of_type (saved, G_VARIANT_TYPE ("(xb)")))
    return;
  g_variant_get (saved, "(xb)", &clock->last_ambiguous_local, &clock->is_second_pass);
  clock->hour_key = 0;
}

/**
 * pdk_log_clock_day_bounds:
 * @clock: a clock of the user's zone
 * @time_sec: Unix seconds
 * @start_sec: (out): the first second of the local day that @time_sec lies in
 * @end_sec: (out): the first second of the next local day
 *
 * Returns: the Julian day, as GDate counts them
 */
guint32
pdk_log_clock_day_bounds (PdkLogClock *clock, gint64 time_sec, gint64 *start_sec, gint64 *end_sec)
{
  if (time_sec < clock->day_start_sec || time_sec >= clock->day_end_sec)
    {
      gint64 days = floor_divide (time_sec + offset_at (clock, time_sec), PDK_SECONDS_PER_DAY);

      clock->day = MAX (days + JULIAN_EPOCH, 1);
      clock->day_start_sec = day_start (clock, days);
      clock->day_end_sec = day_start (clock, days + 1);
    }
  *start_sec = clock->day_start_sec;
  *end_sec = clock->day_end_sec;
  return clock->day;
}

/**
 * pdk_log_clock_day:
 * @clock: a clock of the user's zone
 * @time_sec: Unix seconds
 *
 * Returns: the Julian day, as GDate counts them, of the local day that @time_sec lies in
 */
guint32
pdk_log_clock_day (PdkLogClock *clock, gint64 time_sec)
{
  gint64 start_sec, end_sec;

  return pdk_log_clock_day_bounds (clock, time_sec, &start_sec, &end_sec);
}

/**
 * pdk_log_clock_day_start:
 * @clock: a clock of the user's zone
 * @julian: a day, as GDate counts them
 *
 * Returns: the first second of that local day: the first midnight of two, and what comes in place of one that
 *   is left out
 */
gint64
pdk_log_clock_day_start (PdkLogClock *clock, guint32 julian)
{
  return day_start (clock, (gint64) julian - JULIAN_EPOCH);
}

/**
 * pdk_log_clock_hour:
 * @clock: a clock of the user's zone
 * @time_sec: Unix seconds
 *
 * Returns: the first second of the hour that @time_sec lies in, hours being counted from the local midnight
 */
gint64
pdk_log_clock_hour (PdkLogClock *clock, gint64 time_sec)
{
  gint64 start_sec, end_sec;

  pdk_log_clock_day_bounds (clock, time_sec, &start_sec, &end_sec);
  return start_sec + (time_sec - start_sec) / 3600 * 3600;
}
