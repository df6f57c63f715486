/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Counts a window in the plainest way, to hold the tally's own count against. */

#include "config.h"

#include "plain-tally.h"

#include <stdlib.h>

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double first = *(const double *) a, second = *(const double *) b;

  return (first > second) - (first < second);
}

/* plain_tally_count: counts as pdk_tally_count(), but looks at each event */
PdkTallyCounts
plain_tally_count (const PlainEvent *events, guint n, gint64 start, gint64 end)
{
  g_autofree double *latencies = g_new (double, n);
  PdkTallyCounts counts = { 0 };

  for (guint i = 0; i < n; i++)
    {
      const PlainEvent *event = &events[i];

      if (event->time <= start || event->time > end)
        continue;
      latencies[counts.requests++] = event->latency_nsec / 1e6;
      counts.chat += event->kind == PDK_REQUEST_CHAT;
      counts.generate += event->kind == PDK_REQUEST_GENERATE;
      counts.embed += event->kind == PDK_REQUEST_EMBED;
      counts.other += event->kind == PDK_REQUEST_OTHER;
      counts.http_4xx += event->status / 100 == 4;
      counts.http_5xx += event->status / 100 >= 5;
      counts.latency_sum_msec += event->latency_nsec / 1e6;
    }
  qsort (latencies, counts.requests, sizeof *latencies, compare_doubles);
  if (counts.requests > 0)
    {
      counts.p50_msec = latencies[(counts.requests + 1) / 2 - 1];
      counts.p95_msec = latencies[(counts.requests * 19 + 19) / 20 - 1];
    }
  return counts;
}

void
plain_tally_assert (const PdkTallyCounts *got, const PdkTallyCounts *expected)
{
  g_assert_cmpuint (got->requests, ==, expected->requests);
  g_assert_cmpuint (got->chat, ==, expected->chat);
  g_assert_cmpuint (got->generate, ==, expected->generate);
  g_assert_cmpuint (got->embed, ==, expected->embed);
  g_assert_cmpuint (got->other, ==, expected->other);
  g_assert_cmpuint (got->http_4xx, ==, expected->http_4xx);
  g_assert_cmpuint (got->http_5xx, ==, expected->http_5xx);
  g_assert_cmpfloat_with_epsilon (got->latency_sum_msec, expected->latency_sum_msec,
                                  1e-9 + 1e-6 * expected->latency_sum_msec);
  g_assert_cmpfloat_with_epsilon (got->p50_msec, expected->p50_msec, 1e-9 + 1e-6 * expected->p50_msec);
  g_assert_cmpfloat_with_epsilon (got->p95_msec, expected->p95_msec, 1e-9 + 1e-6 * expected->p95_msec);
}
