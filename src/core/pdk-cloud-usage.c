/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What was used: the history that ollama.com tells for 24 hours, 7 or 30 days (GET /api/usage?range=…, as
 * docs/api.md of Ollama has it since 0.40.1), and the sums by model that a proposed change has the local
 * server keep. Pure functions, any thread. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-cloud-usage.h"

#include <math.h>

#include "pdk-cloud-quota.h"
#include "pdk-json.h"
#include "pdk-text.h"

/* Far over what anybody can have used; what is above is not believed. */
#define MAX_USD 1e9
#define MAX_COUNT 9007199254740992.0 /* a double holds no larger whole number exactly */
#define MAX_BUCKETS 400
#define MAX_MODELS 64

typedef struct
{
  const char *member;
  const char *name;
  const char *unit;
} Sum;

static const Sum sums[] = {
  { "request_count", "cloud_requests", "requests" },
  { "usage_usd", "cloud_cost_usd", "USD" },
  { "input_tokens", "cloud_input_tokens", "tokens" },
  { "cached_input_tokens", "cloud_cached_input_tokens", "tokens" },
  { "output_tokens", "cloud_output_tokens", "tokens" },
};

static gboolean
get_sum (JsonObject *object, const Sum *sum, double *value)
{
  gboolean is_money = g_str_equal (sum->unit, "USD");

  return pdk_cloud_get_number (object, sum->member, value) && *value >= 0 &&
         *value <= (is_money ? MAX_USD : MAX_COUNT) && (is_money || floor (*value) == *value);
}

static guint32
julian_of (gint64 time_usec)
{
  g_autoptr (GDateTime) day =
      time_usec != PDK_TIME_UNKNOWN ? g_date_time_new_from_unix_utc (time_usec / G_USEC_PER_SEC) : NULL;
  GDate date;

  if (day == NULL)
    return 0;
  g_date_clear (&date, 1);
  g_date_set_dmy (&date, (GDateDay) g_date_time_get_day_of_month (day),
                  (GDateMonth) g_date_time_get_month (day), (GDateYear) g_date_time_get_year (day));
  return g_date_get_julian (&date);
}

static void
add_bucket (JsonObject *bucket, gint64 from_usec, gboolean is_hour, PdkFacts *facts)
{
  for (gsize i = 0; i < G_N_ELEMENTS (sums); i++)
    {
      double value;

      if (!get_sum (bucket, &sums[i], &value))
        continue;
      if (is_hour)
        pdk_facts_append_hour (facts, sums[i].name, from_usec / G_USEC_PER_SEC, value);
      else
        pdk_facts_append_day (facts, sums[i].name, julian_of (from_usec), value);
    }
}

/* Buckets in order of time, of a day or of an hour each. The cloud's days are those of UTC. */
static void
add_buckets (JsonArray *buckets, gboolean are_hours, PdkFacts *facts)
{
  guint n_buckets = MIN (json_array_get_length (buckets), MAX_BUCKETS);
  gint64 last = 0;

  for (guint i = 0; i < n_buckets; i++)
    {
      JsonObject *bucket = pdk_json_get_element_object (buckets, i);
      gint64 from_usec = pdk_cloud_get_time (bucket, "from");
      gint64 place = are_hours ? from_usec : julian_of (from_usec);

      if (from_usec == PDK_TIME_UNKNOWN || place <= last)
        continue;
      last = place;
      add_bucket (bucket, from_usec, are_hours, facts);
    }
}

/**
 * pdk_cloud_usage_parse_history:
 * @root: an answer with totals, and perhaps buckets, of one range
 * @facts: where the metrics go, and the series: hourly ones of "24h", daily ones of longer ranges. The first
 *   and the last bucket may be cut off by the range.
 *
 * Returns: whether any of the totals was there
 */
gboolean
pdk_cloud_usage_parse_history (JsonObject *root, PdkFacts *facts)
{
  static const char *const ranges[] = { "24h", "7d", "30d", NULL };
  const char *range = pdk_json_get_string (root, "range");
  JsonObject *totals = pdk_json_get_object (root, "totals");
  JsonArray *buckets = pdk_json_get_array (root, "buckets");
  gboolean is_known = FALSE;

  if (range == NULL || !g_strv_contains (ranges, range))
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (sums); i++)
    {
      g_autofree char *metric = g_strdup_printf ("%s_%s", sums[i].name, range);
      double value;

      if (!get_sum (totals, &sums[i], &value))
        continue;
      pdk_facts_set_metric (facts, metric, value, sums[i].unit, range);
      is_known = TRUE;
    }
  if (is_known && buckets != NULL)
    add_buckets (buckets, g_str_equal (range, "24h"), facts);
  return is_known;
}

static gboolean
describe_model (JsonObject *model, double totals[3], PdkFacts *facts)
{
  static const Sum model_sums[] = { { "requests", "server_requests", "requests" },
                                    { "prompt_tokens", "server_prompt_tokens", "tokens" },
                                    { "completion_tokens", "server_output_tokens", "tokens" } };
  const char *name = pdk_json_get_string (model, "model");
  gboolean is_known = FALSE;
  g_autofree char *shown = NULL;

  if (name == NULL || *name == '\0')
    return FALSE;
  shown = pdk_text_dup_bounded (name, -1, PDK_TEXT_NAME_MAX_BYTES);
  for (gsize i = 0; i < G_N_ELEMENTS (model_sums); i++)
    {
      g_autofree char *metric = g_strdup_printf ("%s[%s]", model_sums[i].name, shown);
      double value;

      if (!get_sum (model, &model_sums[i], &value))
        continue;
      totals[i] += value;
      pdk_facts_set_metric (facts, metric, value, model_sums[i].unit, "server_start");
      pdk_facts_set_metric (facts, model_sums[i].name, totals[i], model_sums[i].unit, "server_start");
      is_known = TRUE;
    }
  return is_known;
}

/**
 * pdk_cloud_usage_parse_models:
 * @root: an answer with a list "usage" of models, as counted since "start"
 * @facts: where the metrics go: server_requests, server_prompt_tokens and server_output_tokens, in all and,
 * with the model's name in brackets, of each model
 *
 * Returns: whether the list is one; it may be empty
 */
gboolean
pdk_cloud_usage_parse_models (JsonObject *root, PdkFacts *facts)
{
  JsonArray *models = pdk_json_get_array (root, "usage");
  guint n_models = models != NULL ? MIN (json_array_get_length (models), MAX_MODELS) : 0;
  double totals[3] = { 0 };
  guint n_known = 0;

  for (guint i = 0; i < n_models; i++)
    n_known += describe_model (pdk_json_get_element_object (models, i), totals, facts);
  return models != NULL && (n_known > 0 || n_models == 0);
}
