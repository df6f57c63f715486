/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Numbers, sizes, durations and dates as a person reads them, in the language and with the separators of the
 * locale. Pure functions, any thread; the local time zone is the only thing they look up. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-format.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* Spaces between a number and its unit do not break; they stand as \302\240, since they would not be seen. */

#define MSEC_PER_SECOND 1000.0
#define SECONDS_PER_MINUTE 60
#define SECONDS_PER_HOUR 3600
#define TOKENS_PER_K 1024

/**
 * pdk_format_count:
 * @count: a number of things
 *
 * Returns: (transfer full): the whole number, with the digits grouped as the locale groups them
 */
char *
pdk_format_count (double count)
{
  return g_strdup_printf ("%'.0f", count);
}

/**
 * pdk_format_short_count:
 * @count: a number of things, not negative
 *
 * Returns: (transfer full): three digits or so of it: "9871", "136k", "1.4M", "25M"
 */
char *
pdk_format_short_count (double count)
{
  if (count < 9999.5)
    return pdk_format_count (count);
  if (count < 999.5e3)
    /* Translators: a number in thousands. */
    return g_strdup_printf (_ ("%.0fk"), count / 1e3);
  if (count < 9.95e6)
    /* Translators: a number in millions. */
    return g_strdup_printf (_ ("%.1fM"), count / 1e6);
  return g_strdup_printf (_ ("%.0fM"), count / 1e6);
}

/**
 * pdk_format_percent:
 * @fraction: from 0 to 1; what lies outside is brought to the nearer end
 *
 * A share that is neither nothing nor all of it is never shown as 0 or 100 percent.
 *
 * Returns: (transfer full): whole percent, such as "87%"
 */
char *
pdk_format_percent (double fraction)
{
  double clamped = CLAMP (fraction, 0.0, 1.0);
  int percent = (int) round (clamped * 100.0);

  if (clamped > 0.0)
    percent = MAX (percent, 1);
  if (clamped < 1.0)
    percent = MIN (percent, 99);
  /* Translators: a share; keep the two percent signs, they stand for one. */
  return g_strdup_printf (_ ("%d%%"), percent);
}

/**
 * pdk_format_usd:
 * @usd: an amount of money, which may be owed
 *
 * Returns: (transfer full): the amount in dollars and cents, such as "$12.40"
 */
char *
pdk_format_usd (double usd)
{
  if (usd < 0)
    /* Translators: an amount of US dollars that is owed. */
    return g_strdup_printf (_ ("-$%.2f"), -usd);
  /* Translators: an amount of US dollars. */
  return g_strdup_printf (_ ("$%.2f"), usd);
}

/**
 * pdk_format_bytes:
 * @bytes: a size
 *
 * Returns: (transfer full): the size in the decimal unit that suits it, such as "2.0 GB"
 */
char *
pdk_format_bytes (double bytes)
{
  return g_format_size ((guint64) CLAMP (bytes, 0.0, (double) G_MAXINT64));
}

/**
 * pdk_format_gigabytes:
 * @bytes: a size
 *
 * Sizes that are compared with each other, as those of graphics memory are, share one unit, up to where its
 * numbers would be hard to read.
 *
 * Returns: (transfer full): the size in decimal gigabytes, such as "18.2 GB", or from a terabyte on in a
 * larger unit
 */
char *
pdk_format_gigabytes (double bytes)
{
  if (bytes >= 1e12)
    return pdk_format_bytes (bytes);
  /* Translators: a size in gigabytes of 1000^3 bytes; the space does not break. */
  return g_strdup_printf (_ ("%.1f\302\240GB"), MAX (bytes, 0.0) / 1e9);
}

/**
 * pdk_format_context:
 * @tokens: a length in tokens
 *
 * Lengths are powers of two almost always, and go by their short names: 32768 is "32k".
 *
 * Returns: (transfer full): the length, short
 */
char *
pdk_format_context (gint64 tokens)
{
  tokens = CLAMP (tokens, 0, G_MAXINT);
  if (tokens >= TOKENS_PER_K * TOKENS_PER_K && tokens % (TOKENS_PER_K * TOKENS_PER_K) == 0)
    /* Translators: a number of tokens, in units of 1024 x 1024. */
    return g_strdup_printf (_ ("%dM"), (int) (tokens / (TOKENS_PER_K * TOKENS_PER_K)));
  if (tokens >= TOKENS_PER_K && tokens % TOKENS_PER_K == 0)
    /* Translators: a number of tokens, in units of 1024 or 1000, as model names have it. */
    return g_strdup_printf (_ ("%dk"), (int) (tokens / TOKENS_PER_K));
  if (tokens >= 10000)
    return g_strdup_printf (_ ("%dk"), (int) ((tokens + 500) / 1000));
  return pdk_format_count ((double) tokens);
}

static char *
format_long_duration (gint64 seconds)
{
  if (seconds < SECONDS_PER_HOUR)
    /* Translators: minutes and seconds that something took. */
    return g_strdup_printf (_ ("%d\302\240min %d\302\240s"), (int) (seconds / SECONDS_PER_MINUTE),
                            (int) (seconds % SECONDS_PER_MINUTE));
  /* Translators: hours and minutes; in all these texts the spaces before units do not break. */
  return g_strdup_printf (_ ("%d\302\240h %d\302\240min"), (int) (seconds / SECONDS_PER_HOUR),
                          (int) (seconds % SECONDS_PER_HOUR / SECONDS_PER_MINUTE));
}

/**
 * pdk_format_duration:
 * @msec: how long something took, in milliseconds
 *
 * Returns: (transfer full): the duration, such as "850 ms", "2.3 s" or "3 min 5 s"
 */
char *
pdk_format_duration (double msec)
{
  /* The bounds are where the number would be rounded up to the next unit. */
  if (msec < 999.5)
    return g_strdup_printf (_ ("%.0f\302\240ms"), MAX (msec, 0.0));
  if (msec < 59950.0)
    return g_strdup_printf (_ ("%.1f\302\240s"), msec / MSEC_PER_SECOND);
  return format_long_duration ((gint64) MIN (round (msec / MSEC_PER_SECOND), (double) G_MAXINT));
}

/**
 * pdk_format_time_left:
 * @usec: how long something has left, in microseconds; not above 0 when its time is over
 *
 * Returns: (transfer full): the time left, such as "4 min left"
 */
char *
pdk_format_time_left (gint64 usec)
{
  /* Rounded up, so that a time that is not over never reads 0. */
  gint64 seconds = usec / G_USEC_PER_SEC + (usec % G_USEC_PER_SEC > 0 ? 1 : 0);
  gint64 minutes = (seconds + SECONDS_PER_MINUTE / 2) / SECONDS_PER_MINUTE;
  gint64 days = minutes / (24 * 60);

  if (usec <= 0)
    /* Translators: of a model that is answering, so that it does not wait to be unloaded. */
    return g_strdup (_ ("in use"));
  if (seconds < SECONDS_PER_MINUTE)
    /* Translators: the time until a model is unloaded. */
    return g_strdup_printf (_ ("%d\302\240s left"), (int) seconds);
  if (minutes < 60)
    return g_strdup_printf (_ ("%d\302\240min left"), (int) minutes);
  if (minutes < 48 * 60)
    return g_strdup_printf (_ ("%d\302\240h %d\302\240min left"), (int) (minutes / 60), (int) (minutes % 60));
  return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%d day left", "%d days left", (gulong) days),
                          (int) days);
}

/**
 * pdk_format_time_until:
 * @usec: how long it is until something happens, in microseconds
 *
 * Returns: (transfer full): the time span, such as "12 min", "5 h 12 min" or "3 days"
 */
char *
pdk_format_time_until (gint64 usec)
{
  /* Rounded up, so that what has not happened is never 0 minutes away. */
  gint64 minutes = MAX ((usec - 1) / (SECONDS_PER_MINUTE * G_USEC_PER_SEC) + 1, 1);
  int days = (int) (minutes / (24 * 60));
  int hours = (int) (minutes / 60 % 24);

  if (minutes < 60)
    return g_strdup_printf (_ ("%d\302\240min"), (int) minutes);
  if (days == 0)
    return g_strdup_printf (_ ("%d\302\240h %d\302\240min"), hours, (int) (minutes % 60));
  if (days < 7)
    /* Translators: days and hours. */
    return g_strdup_printf (_ ("%d\302\240d %d\302\240h"), days, hours);
  return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%d day", "%d days", (gulong) days), days);
}

static GDateTime *
local_time (gint64 time_usec)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (time_usec / G_USEC_PER_SEC);

  return utc != NULL ? g_date_time_to_local (utc) : NULL;
}

/**
 * pdk_format_moment:
 * @time_usec: a moment in the past, since the epoch
 * @now_usec: the time now
 *
 * Returns: (transfer full): the local time of day, and the date when that is another day than today
 */
char *
pdk_format_moment (gint64 time_usec, gint64 now_usec)
{
  g_autoptr (GDateTime) then = local_time (time_usec);
  g_autoptr (GDateTime) now = local_time (now_usec);

  if (then == NULL || now == NULL)
    return g_strdup (_ ("an unknown time"));
  if (g_date_time_get_year (then) == g_date_time_get_year (now) &&
      g_date_time_get_day_of_year (then) == g_date_time_get_day_of_year (now))
    /* Translators: a time of day, in the notation of g_date_time_format(). */
    return g_date_time_format (then, _ ("%H:%M"));
  /* Translators: a day and a time of day, in the notation of g_date_time_format(). */
  return g_date_time_format (then, _ ("%-d %b, %H:%M"));
}

/**
 * pdk_format_coming_moment:
 * @time_usec: a moment in the future, since the epoch
 * @now_usec: the time now
 *
 * Returns: (transfer full): the local time of day, with the day of the week when it is not today, or with the
 * date when that day comes more than once until then
 */
char *
pdk_format_coming_moment (gint64 time_usec, gint64 now_usec)
{
  g_autoptr (GDateTime) then = local_time (time_usec);
  guint32 day = pdk_format_julian_day_of (time_usec);
  guint32 today = pdk_format_julian_day_of (now_usec);

  if (then != NULL && day > today && day - today < 7)
    /* Translators: a day of the week and a time of day, in the notation of g_date_time_format(). */
    return g_date_time_format (then, _ ("%A %H:%M"));
  return pdk_format_moment (time_usec, now_usec);
}

static char *
format_julian_day (guint32 julian_day, const char *format)
{
  g_autoptr (GDateTime) time = NULL;
  GDate date;

  if (!g_date_valid_julian (julian_day))
    return g_strdup ("");
  g_date_clear (&date, 1);
  g_date_set_julian (&date, julian_day);
  time = g_date_time_new_utc (g_date_get_year (&date), (int) g_date_get_month (&date), g_date_get_day (&date),
                              12, 0, 0);
  return time != NULL ? g_date_time_format (time, format) : g_strdup ("");
}

/** pdk_format_day: Returns: (transfer full): a day with its weekday, such as "Fri 20 Nov" */
char *
pdk_format_day (guint32 julian_day)
{
  /* Translators: a day with its weekday, in the notation of g_date_time_format(). */
  return format_julian_day (julian_day, _ ("%a %-d %b"));
}

/** pdk_format_day_short: Returns: (transfer full): a day, such as "20 Nov" */
char *
pdk_format_day_short (guint32 julian_day)
{
  /* Translators: a day, in the notation of g_date_time_format(). */
  return format_julian_day (julian_day, _ ("%-d %b"));
}

/** pdk_format_julian_day_of: Returns: the local calendar day of @time_usec, as in GDate; 0 when it has none
 */
guint32
pdk_format_julian_day_of (gint64 time_usec)
{
  g_autoptr (GDateTime) time = local_time (time_usec);
  GDate date;

  if (time == NULL)
    return 0;
  g_date_clear (&date, 1);
  g_date_set_dmy (&date, (GDateDay) g_date_time_get_day_of_month (time),
                  (GDateMonth) g_date_time_get_month (time), (GDateYear) g_date_time_get_year (time));
  return g_date_get_julian (&date);
}
