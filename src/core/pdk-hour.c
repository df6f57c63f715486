/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Sums of an hour, for keeping. Pure. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-hour.h"

#include <math.h>

#define BUCKETS_PER_DOUBLING 4

/* A count in groups of seven bits, the least first, as in the variable-length integers of SQLite's and many
 * others' formats. */
#define VARINT_BITS 7
#define VARINT_MORE 0x80

static double
get_middle_msec (guint bucket)
{
  guint quarters = bucket - 1;

  if (bucket == 0)
    return 0.5;
  return ldexp (1 + (quarters % BUCKETS_PER_DOUBLING + 0.5) / BUCKETS_PER_DOUBLING,
                (int) (quarters / BUCKETS_PER_DOUBLING));
}

/**
 * pdk_hour_add_request:
 * @hour: the hour
 * @kind: what was asked for
 * @status: HTTP status
 * @latency_msec: how long it took, not negative
 */
void
pdk_hour_add_request (PdkHour *hour, PdkRequestKind kind, guint status, double latency_msec)
{
  hour->requests++;
  hour->n_by_kind[kind]++;
  hour->http_4xx += status >= 400 && status < 500;
  hour->http_5xx += status >= 500;
  hour->latency_msec += latency_msec;
  hour->buckets[pdk_hour_find_bucket (pdk_latency_from_msec ((float) latency_msec))]++;
}

/**
 * pdk_hour_find:
 * @hours: (element-type PdkHour): hours in the order of time
 * @start_sec: Unix seconds
 *
 * Returns: the index of the first that begins at @start_sec or later
 */
guint
pdk_hour_find (const GArray *hours, gint64 start_sec)
{
  guint low = 0, high = hours->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (g_array_index (hours, PdkHour, middle).start_sec < start_sec)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

/**
 * pdk_hour_obtain:
 * @hours: (element-type PdkHour): hours in the order of time
 * @start_sec: when one begins
 *
 * Returns: (transfer none): that hour, put in its place if it was not there; valid until the next call
 */
PdkHour *
pdk_hour_obtain (GArray *hours, gint64 start_sec)
{
  PdkHour *last = hours->len > 0 ? &g_array_index (hours, PdkHour, hours->len - 1) : NULL;
  guint i = hours->len;

  /* Mostly, it is this one. */
  if (last != NULL && last->start_sec == start_sec)
    return last;
  if (last != NULL && last->start_sec > start_sec)
    i = pdk_hour_find (hours, start_sec);
  if (i == hours->len || g_array_index (hours, PdkHour, i).start_sec != start_sec)
    {
      const PdkHour empty = { .start_sec = start_sec };

      g_array_insert_val (hours, i, empty);
    }
  return &g_array_index (hours, PdkHour, i);
}

/** pdk_hour_merge: adds to @hour what @other holds; where it begins is left as it is */
void
pdk_hour_merge (PdkHour *hour, const PdkHour *other)
{
  hour->requests += other->requests;
  for (guint i = 0; i < PDK_REQUEST_N_KINDS; i++)
    hour->n_by_kind[i] += other->n_by_kind[i];
  hour->http_4xx += other->http_4xx;
  hour->http_5xx += other->http_5xx;
  hour->latency_msec += other->latency_msec;
  hour->prompt_tokens += other->prompt_tokens;
  hour->output_tokens += other->output_tokens;
  hour->unattributed_tokens += other->unattributed_tokens;
  hour->output_msec += other->output_msec;
  for (guint i = 0; i < PDK_HOUR_N_BUCKETS; i++)
    hour->buckets[i] += other->buckets[i];
}

/**
 * pdk_hour_get_percentile:
 * @hour: an hour, or several merged
 * @percent: 1 to 100
 *
 * Returns: the latency in milliseconds at the nearest rank, as well as buckets tell; -1 if there are no
 * requests
 */
double
pdk_hour_get_percentile (const PdkHour *hour, guint percent)
{
  guint64 n = 0, rank, n_below = 0;

  for (guint i = 0; i < PDK_HOUR_N_BUCKETS; i++)
    n += hour->buckets[i];
  rank = (n * percent + 99) / 100;
  for (guint i = 0; i < PDK_HOUR_N_BUCKETS; i++)
    {
      n_below += hour->buckets[i];
      if (n_below >= rank && n > 0)
        return get_middle_msec (i);
    }
  return -1;
}

/**
 * pdk_hour_dup_buckets:
 * @hour: an hour
 *
 * Returns: (transfer full): the buckets that are not empty, one after the other: the bucket's number in one
 * byte, and the count as a variable-length integer
 */
GBytes *
pdk_hour_dup_buckets (const PdkHour *hour)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  for (guint8 i = 0; i < PDK_HOUR_N_BUCKETS; i++)
    {
      guint32 count = hour->buckets[i];

      if (count == 0)
        continue;
      g_byte_array_append (bytes, &i, 1);
      for (; count >= VARINT_MORE; count >>= VARINT_BITS)
        g_byte_array_append (bytes, &(guint8){ (guint8) count | VARINT_MORE }, 1);
      g_byte_array_append (bytes, &(guint8){ (guint8) count }, 1);
    }
  return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
}

/**
 * pdk_hour_set_buckets:
 * @hour: an hour, whose buckets are replaced
 * @data: (nullable): what pdk_hour_dup_buckets() made
 * @length: its length in bytes
 *
 * Returns: whether @data is in order; if not, the buckets are empty
 */
gboolean
pdk_hour_set_buckets (PdkHour *hour, gconstpointer data, gsize length)
{
  const guint8 *at = data, *end = at + length;

  for (guint i = 0; i < PDK_HOUR_N_BUCKETS; i++)
    hour->buckets[i] = 0;
  while (at < end)
    {
      guint bucket = *at++;
      guint64 count = 0;

      for (guint shift = 0; at < end && shift < 32; shift += VARINT_BITS)
        {
          count |= (guint64) (*at & ~VARINT_MORE) << shift;
          if (!(*at++ & VARINT_MORE))
            break;
        }
      if (bucket >= PDK_HOUR_N_BUCKETS || count > G_MAXUINT32 || (at[-1] & VARINT_MORE))
        {
          for (guint i = 0; i < PDK_HOUR_N_BUCKETS; i++)
            hour->buckets[i] = 0;
          return FALSE;
        }
      hour->buckets[bucket] = (guint32) count;
    }
  return TRUE;
}
