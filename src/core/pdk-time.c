/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Moments as text, both ways. Microseconds since the epoch, UTC. Pure functions, any thread. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-time.h"

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

/**
 * pdk_time_format_rfc3339:
 * @time_usec: microseconds since the epoch
 *
 * Returns: (transfer full): the moment in UTC to the second, "2026-11-20T12:00:00Z"
 */
char *
pdk_time_format_rfc3339 (gint64 time_usec)
{
  g_autoptr (GDateTime) moment = g_date_time_new_from_unix_utc (time_usec / G_USEC_PER_SEC);

  if (moment == NULL)
    return g_strdup ("1970-01-01T00:00:00Z");
  return g_date_time_format (moment, "%Y-%m-%dT%H:%M:%SZ");
}
