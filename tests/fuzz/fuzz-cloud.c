/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Any bytes as an answer of the cloud, as what is kept of one, and as the headers of one. Besides that
 * nothing breaks, every number must be one that can be shown, and no share may be out of its bounds. */

#include "config.h"

#include "fuzz.h"

#include <math.h>
#include <string.h>

#include "pdk-cloud-answer.h"
#include "pdk-cloud-api.h"
#include "pdk-cloud-pace.h"
#include "pdk-json.h"

#define NOW (G_GINT64_CONSTANT (1790000000) * G_USEC_PER_SEC)

static void
check_metric (const char *name, const PdkMetric *metric, gpointer user_data)
{
  g_assert_true (g_utf8_validate (name, -1, NULL));
  g_assert_true (isfinite (metric->value));
  if (!metric->has_limit)
    return;
  g_assert_true (metric->limit > 0 && metric->remaining >= 0);
  if (g_str_equal (metric->unit, "%"))
    g_assert_true (metric->value >= 0 && metric->value <= 100 &&
                   fabs (metric->value + metric->remaining - 100) < 1e-9);
}

static void
check_series (const char *name, const GArray *days, gpointer user_data)
{
  for (guint i = 0; i < days->len; i++)
    {
      const PdkDayValue *day = &g_array_index (days, PdkDayValue, i);

      g_assert_true (g_date_valid_julian (day->julian_day) && isfinite (day->value) && day->value >= 0);
      g_assert_true (i == 0 || day[-1].julian_day < day->julian_day);
    }
}

static void
check_facts (PdkFacts *facts)
{
  if (facts == NULL)
    return;
  pdk_facts_foreach_metric (facts, check_metric, NULL);
  pdk_facts_foreach_series (facts, check_series, NULL);
  pdk_facts_unref (facts);
}

static void
check_kept (const guint8 *data, size_t size)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (PdkCloudAnswer) answer = pdk_cloud_answer_new_from_bytes (bytes);
  g_autoptr (PdkCloudAnswer) again = NULL;
  g_autoptr (GBytes) same = NULL;

  if (answer == NULL)
    return;
  same = pdk_cloud_answer_to_bytes (answer);
  again = pdk_cloud_answer_new_from_bytes (same);
  g_assert_nonnull (again);
  g_assert_cmpint (again->not_before_usec, ==, answer->not_before_usec);
}

/* The lines of the input are the headers. */
static void
check_headers (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", 6);
  guint n_lines = g_strv_length (lines);
  PdkCloudQuotaHeaders headers = { n_lines > 0 ? lines[0] : NULL, n_lines > 1 ? lines[1] : NULL,
                                   n_lines > 2 ? lines[2] : NULL, n_lines > 3 ? lines[3] : NULL,
                                   n_lines > 4 ? lines[4] : NULL };
  PdkFacts *facts = pdk_facts_new ();
  gint64 retry_usec = pdk_cloud_pace_parse_retry_after (text, NOW);

  g_assert_true (retry_usec == PDK_TIME_UNKNOWN ||
                 (retry_usec >= NOW && retry_usec <= NOW + 24 * 3600 * G_GINT64_CONSTANT (1000000)));
  pdk_cloud_quota_parse_headers (&headers, NOW, facts);
  check_facts (facts);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_autoptr (JsonNode) root = pdk_json_parse (text, strlen (text), NULL);

  check_kept (data, size);
  check_headers (text);
  if (root == NULL)
    return 0;
  check_facts (pdk_cloud_api_parse_usage (root, NULL));
  check_facts (pdk_cloud_api_parse_me (root, NULL));
  check_facts (pdk_cloud_api_parse_catalogue (root, NULL));
  return 0;
}
