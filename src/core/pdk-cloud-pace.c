/* SPDX-License-Identifier: GPL-3.0-or-later */

/* When the cloud may be asked again. Times in microseconds since the epoch. Pure functions, any thread. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-cloud-pace.h"

#include <stdio.h>
#include <string.h>

/* Longer than an hour nobody wants to wait for what may be back; longer than a day no answer can make us. */
#define MAX_BACK_OFF_USEC (G_GINT64_CONSTANT (60) * 60 * G_USEC_PER_SEC)
#define MAX_RETRY_AFTER_USEC (G_GINT64_CONSTANT (24) * 60 * 60 * G_USEC_PER_SEC)
#define MAX_DOUBLINGS 12

static int
month_of (const char *name)
{
  static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };

  for (int i = 0; i < (int) G_N_ELEMENTS (months); i++)
    {
      if (g_ascii_strcasecmp (name, months[i]) == 0)
        return i + 1;
    }
  return 0;
}

/**
 * pdk_cloud_pace_parse_http_date:
 * @text: a date as headers have it (RFC 9110, 5.6.7): "Sun, 06 Nov 1994 08:49:37 GMT", or as the obsolete
 *   "Sunday, 06-Nov-94 08:49:37 GMT" and "Sun Nov  6 08:49:37 1994"
 *
 * Returns: microseconds since the epoch, or PDK_TIME_UNKNOWN when @text is no date
 */
gint64
pdk_cloud_pace_parse_http_date (const char *text)
{
  g_autoptr (GDateTime) moment = NULL;
  int day, year, hour, minute, second;
  char month[4];

  if (sscanf (text, "%*9[A-Za-z], %2d%*1[ -]%3[A-Za-z]%*1[ -]%4d %2d:%2d:%2d GMT", &day, month, &year, &hour,
              &minute, &second) != 6 &&
      sscanf (text, "%*3[A-Za-z] %3[A-Za-z] %2d %2d:%2d:%2d %4d", month, &day, &hour, &minute, &second,
              &year) != 6)
    return PDK_TIME_UNKNOWN;
  /* Two digits stand for the year of that ending which is not long ahead. */
  if (year >= 0 && year < 100)
    year += year < 70 ? 2000 : 1900;
  moment = g_date_time_new_utc (year, month_of (month), day, hour, minute, second);
  return moment != NULL ? g_date_time_to_unix (moment) * G_USEC_PER_SEC : PDK_TIME_UNKNOWN;
}

/**
 * pdk_cloud_pace_parse_retry_after:
 * @text: (nullable): the value of a header Retry-After (RFC 9110, 10.2.3): seconds, or a date
 * @now_usec: the time
 *
 * Returns: when to ask again, at most a day from @now_usec; or PDK_TIME_UNKNOWN when @text says nothing
 */
gint64
pdk_cloud_pace_parse_retry_after (const char *text, gint64 now_usec)
{
  gint64 at_usec;

  if (text == NULL || *text == '\0')
    return PDK_TIME_UNKNOWN;
  if (strspn (text, "0123456789") == strlen (text))
    {
      guint64 seconds = g_ascii_strtoull (text, NULL, 10);

      return now_usec + (gint64) MIN (seconds, MAX_RETRY_AFTER_USEC / G_USEC_PER_SEC) * G_USEC_PER_SEC;
    }
  at_usec = pdk_cloud_pace_parse_http_date (text);
  if (at_usec == PDK_TIME_UNKNOWN)
    return PDK_TIME_UNKNOWN;
  return CLAMP (at_usec, now_usec, now_usec + MAX_RETRY_AFTER_USEC);
}

/**
 * pdk_cloud_pace_next_usec:
 * @asked_at_usec: when it was asked
 * @every_usec: how long to wait from there in any case
 * @n_failures: how often in a row it has failed by now
 * @retry_at_usec: when it wants to be asked again, or PDK_TIME_UNKNOWN
 * @jitter: a random number from 0 to 1, so that many programs do not come back at the same moment
 *
 * Returns: when it may be asked again. The wait doubles with each failure in a row, up to an hour, and is
 * drawn out by up to a quarter.
 */
gint64
pdk_cloud_pace_next_usec (
    gint64 asked_at_usec, gint64 every_usec, guint n_failures, gint64 retry_at_usec, double jitter)
{
  gint64 wait_usec = every_usec;

  if (n_failures > 0)
    {
      wait_usec =
          MIN (every_usec << MIN (n_failures - 1, MAX_DOUBLINGS), MAX (MAX_BACK_OFF_USEC, every_usec));
      wait_usec += (gint64) ((double) wait_usec * jitter / 4);
    }
  return MAX (asked_at_usec + wait_usec, retry_at_usec);
}
