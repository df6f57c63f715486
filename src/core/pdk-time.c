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
 * Returns: (transfer full) (nullable): the moment in UTC to the second, "2026-11-20T12:00:00Z"; NULL when it
 * is not in the years 1 to 9999, which RFC 3339 has no words for
 */
char *
pdk_time_format_rfc3339 (gint64 time_usec)
{
  gint64 seconds = time_usec / G_USEC_PER_SEC - (time_usec % G_USEC_PER_SEC < 0 ? 1 : 0);
  g_autoptr (GDateTime) moment = g_date_time_new_from_unix_utc (seconds);
  g_autofree char *rest = moment != NULL ? g_date_time_format (moment, "%m-%dT%H:%M:%SZ") : NULL;

  /* GLib writes a year before 1000 with as many digits as it has. */
  return rest != NULL ? g_strdup_printf ("%04d-%s", g_date_time_get_year (moment), rest) : NULL;
}
