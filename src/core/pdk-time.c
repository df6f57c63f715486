/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Moments as text, both ways. Microseconds since the epoch, UTC. Pure functions, any thread. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-time.h"

#include <time.h>

/**
 * pdk_time_parse_rfc3339:
 * @text: (nullable): a moment as RFC 3339 has it, as Go writes it: with an offset, and up to nine digits of
 *   a second's fraction
 *
 * Returns: microseconds since the epoch, or PDK_TIME_UNKNOWN when @text is no moment or Go's zero time
 */
gint64
pdk_time_parse_rfc3339 (const char *text)
{
  g_autoptr (GDateTime) moment = text != NULL ? g_date_time_new_from_iso8601 (text, NULL) : NULL;

  if (moment == NULL || g_date_time_get_year (moment) <= 1)
    return PDK_TIME_UNKNOWN;
  return g_date_time_to_unix (moment) * G_USEC_PER_SEC + g_date_time_get_microsecond (moment);
}

/* Writes @value with so many digits, and @after behind it. Returns where to go on. */
static char *
put_number (char *at, int value, guint n_digits, char after)
{
  for (guint i = n_digits; i > 0; i--, value /= 10)
    at[i - 1] = (char) ('0' + value % 10);
  at[n_digits] = after;
  return at + n_digits + 1;
}

/**
 * pdk_time_format_rfc3339:
 * @time_usec: microseconds since the epoch
 *
 * Returns: (transfer full) (nullable): the moment in UTC to the second, "2026-11-20T12:00:00Z"; NULL when it
 * is not in the years 1 to 9999, which RFC 3339 has no words for
 */
char *
pdk_time_format_rfc3339 (gint64 time_usec)
{
  gint64 seconds = time_usec / G_USEC_PER_SEC - (time_usec % G_USEC_PER_SEC < 0 ? 1 : 0);
  time_t time = (time_t) seconds;
  char text[sizeof "2026-11-20T12:00:00Z"];
  char *at = text;
  struct tm moment;

  if (time != seconds || gmtime_r (&time, &moment) == NULL || moment.tm_year < 1 - 1900 ||
      moment.tm_year > 9999 - 1900)
    return NULL;
  /* Each reading has hundreds of them, for which g_date_time_format() takes too long. */
  at = put_number (at, moment.tm_year + 1900, 4, '-');
  at = put_number (at, moment.tm_mon + 1, 2, '-');
  at = put_number (at, moment.tm_mday, 2, 'T');
  at = put_number (at, moment.tm_hour, 2, ':');
  at = put_number (at, moment.tm_min, 2, ':');
  at = put_number (at, moment.tm_sec, 2, 'Z');
  *at = '\0';
  return g_strdup (text);
}
