/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Moments as programs in Go write them into SQLite, and as SQLite itself does. Pure functions, any thread. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-sql-time.h"

static gboolean
take_number (const char **text, guint n_digits, int min, int max, int *number)
{
  *number = 0;
  for (guint i = 0; i < n_digits; i++)
    {
      if (!g_ascii_isdigit ((*text)[i]))
        return FALSE;
      *number = *number * 10 + ((*text)[i] - '0');
    }
  *text += n_digits;
  return *number >= min && *number <= max;
}

static gboolean
take_char (const char **text, char c)
{
  return *(*text) == c && (*text)++ != NULL;
}

/* To the microsecond: with more digits, the last moment of a day would be rounded to the next one's first. */
static double
take_fraction (const char **text)
{
  int usec = 0, unit_usec = G_USEC_PER_SEC / 10;

  if (!take_char (text, '.'))
    return 0;
  for (; g_ascii_isdigit (**text); (*text)++, unit_usec /= 10)
    usec += (**text - '0') * unit_usec;
  return (double) usec / G_USEC_PER_SEC;
}

/* "Z", "+02:00", or nothing, which is UTC; Go also writes "+0200 CEST" and the like when asked for text. */
static gboolean
take_offset (const char **text, gint64 *offset_sec)
{
  int sign, hours, minutes;

  *offset_sec = 0;
  if (take_char (text, 'Z') || **text == '\0')
    return TRUE;
  (void) take_char (text, ' ');
  sign = **text == '-' ? -1 : 1;
  if (!take_char (text, '+') && !take_char (text, '-'))
    return FALSE;
  if (!take_number (text, 2, 0, 23, &hours))
    return FALSE;
  (void) take_char (text, ':');
  if (!take_number (text, 2, 0, 59, &minutes))
    return FALSE;
  *offset_sec = sign * (hours * 3600 + minutes * 60);
  return TRUE;
}

/* Days since 1970-01-01 of the proleptic Gregorian calendar. */
static gint64
days_from_date (int year, int month, int day)
{
  gint64 y = month <= 2 ? year - 1 : year;
  gint64 era = y / 400;
  gint64 year_of_era = y - era * 400;
  gint64 day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

  return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

/**
 * pdk_sql_time_parse:
 * @text: (nullable): "2026-08-21 10:11:12.123456789-07:00", as go-sqlite3 writes a time, or
 *   "2026-08-21 17:11:12", as SQLite's CURRENT_TIMESTAMP has it, in UTC
 *
 * Returns: seconds since the epoch, or PDK_SQL_TIME_UNKNOWN
 */
double
pdk_sql_time_parse (const char *text)
{
  int year, month, day, hour, minute, second;
  double fraction;
  gint64 offset_sec;

  if (text == NULL || !take_number (&text, 4, 1, 9999, &year) || !take_char (&text, '-') ||
      !take_number (&text, 2, 1, 12, &month) || !take_char (&text, '-') ||
      !take_number (&text, 2, 1, 31, &day) ||
      day > g_date_get_days_in_month ((GDateMonth) month, (GDateYear) year))
    return PDK_SQL_TIME_UNKNOWN;
  if (!take_char (&text, ' ') && !take_char (&text, 'T'))
    return PDK_SQL_TIME_UNKNOWN;
  if (!take_number (&text, 2, 0, 23, &hour) || !take_char (&text, ':') ||
      !take_number (&text, 2, 0, 59, &minute) || !take_char (&text, ':') ||
      !take_number (&text, 2, 0, 60, &second))
    return PDK_SQL_TIME_UNKNOWN;
  fraction = take_fraction (&text);
  if (!take_offset (&text, &offset_sec))
    return PDK_SQL_TIME_UNKNOWN;
  return (double) (days_from_date (year, month, day) * 86400 + hour * 3600 + minute * 60 + second -
                   offset_sec) +
         fraction;
}
