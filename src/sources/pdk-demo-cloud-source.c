/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Sample data of Ollama Cloud: a plan with credits and a weekly limit, and a month of use. It is put together
 * as the cloud would write it, and goes through the same parser. The same moment always gives the same
 * numbers. Main context. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-demo-cloud-source.h"

#include <math.h>

#include "pdk-cloud-api.h"
#include "pdk-time.h"

#define DAY_SEC G_GINT64_CONSTANT (86400)
#define ALLOWANCE_USD 60.0
/* The period has begun so many days ago, and lasts for so many. */
#define PERIOD_DAY 12
#define PERIOD_DAYS 30

struct _PdkDemoCloudSource
{
  PdkSource parent_instance;
};

G_DEFINE_FINAL_TYPE (PdkDemoCloudSource, pdk_demo_cloud_source, PDK_TYPE_SOURCE)

/* What was used of one day of the cloud, which is one of UTC. */
typedef struct
{
  gint64 requests;
  double usd;
  gint64 input_tokens, cached_tokens, output_tokens;
} Use;

static Use
use_of_day (gint64 day, double share)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed ((guint32) day);
  gboolean is_weekend = (day + 4) % 7 % 6 == 0;
  Use use;

  use.requests = (gint64) (share * g_rand_int_range (rand, is_weekend ? 4 : 40, is_weekend ? 25 : 130));
  use.input_tokens = use.requests * g_rand_int_range (rand, 2200, 6100);
  use.cached_tokens = use.input_tokens * g_rand_int_range (rand, 20, 60) / 100;
  use.output_tokens = use.requests * g_rand_int_range (rand, 300, 900);
  use.usd = (double) (use.input_tokens / 4 + use.output_tokens) * 1.1e-5;
  return use;
}

/* As far as the day is over. */
static Use
use_until (gint64 day, gint64 now_sec)
{
  gint64 today = now_sec / DAY_SEC;

  return use_of_day (day, day == today ? (double) (now_sec % DAY_SEC) / DAY_SEC : 1);
}

static void
add_use (Use *sum, const Use *use)
{
  sum->requests += use->requests;
  sum->usd += use->usd;
  sum->input_tokens += use->input_tokens;
  sum->cached_tokens += use->cached_tokens;
  sum->output_tokens += use->output_tokens;
}

static void
add_time (JsonBuilder *builder, const char *name, gint64 time_sec)
{
  g_autofree char *text = pdk_time_format_rfc3339 (time_sec * G_USEC_PER_SEC);

  json_builder_set_member_name (builder, name);
  json_builder_add_string_value (builder, text);
}

static void
add_double (JsonBuilder *builder, const char *name, double value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_double_value (builder, value);
}

static void
add_int (JsonBuilder *builder, const char *name, gint64 value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_int_value (builder, value);
}

static void
add_sums (JsonBuilder *builder, const Use *use)
{
  add_int (builder, "request_count", use->requests);
  add_double (builder, "usage_usd", round (use->usd * 1e5) / 1e5);
  add_int (builder, "input_tokens", use->input_tokens);
  add_int (builder, "cached_input_tokens", use->cached_tokens);
  add_int (builder, "output_tokens", use->output_tokens);
}

static void
begin (JsonBuilder *builder, const char *name)
{
  json_builder_set_member_name (builder, name);
  json_builder_begin_object (builder);
}

static void
merge (JsonBuilder *builder, PdkFacts *facts)
{
  g_autoptr (JsonNode) root = json_builder_get_root (builder);
  g_autoptr (GError) error = NULL;
  g_autoptr (PdkFacts) parsed = pdk_cloud_api_parse_usage (root, &error);

  g_assert_no_error (error);
  pdk_facts_merge (facts, parsed);
}

/* The history of so many days, the last of which is not over. */
static void
describe_history (const char *range, guint n_days, gint64 now_sec, PdkFacts *facts)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  gint64 today = now_sec / DAY_SEC;
  Use sum = { 0 };

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "range");
  json_builder_add_string_value (builder, range);
  json_builder_set_member_name (builder, "buckets");
  json_builder_begin_array (builder);
  for (gint64 day = today - n_days; day <= today; day++)
    {
      Use use = use_until (day, now_sec);

      add_use (&sum, &use);
      json_builder_begin_object (builder);
      add_time (builder, "from", day * DAY_SEC);
      add_sums (builder, &use);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  begin (builder, "totals");
  add_sums (builder, &sum);
  json_builder_end_object (builder);
  json_builder_end_object (builder);
  merge (builder, facts);
}

static void
describe_balance (double used_usd, gint64 now_sec, PdkFacts *facts)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  gint64 today_sec = now_sec / DAY_SEC * DAY_SEC;
  gint64 days_since_monday = (now_sec / DAY_SEC + 3) % 7;

  json_builder_begin_object (builder);
  begin (builder, "included");
  add_double (builder, "balance_usd", round (MAX (ALLOWANCE_USD - used_usd, 0) * 100) / 100);
  add_double (builder, "allowance_usd", ALLOWANCE_USD);
  begin (builder, "period");
  add_time (builder, "from", today_sec - PERIOD_DAY * DAY_SEC);
  add_time (builder, "until", today_sec + (PERIOD_DAYS - PERIOD_DAY) * DAY_SEC);
  json_builder_end_object (builder);
  begin (builder, "weekly");
  add_double (builder, "remaining_percent", 90 - 9.0 * (double) days_since_monday);
  add_time (builder, "resets_at", today_sec + (7 - days_since_monday) * DAY_SEC);
  json_builder_end_object (builder);
  json_builder_end_object (builder);
  begin (builder, "purchased");
  add_double (builder, "balance_usd", 25);
  json_builder_end_object (builder);
  json_builder_end_object (builder);
  merge (builder, facts);
}

static void
poll_async (PdkSource *source,
            gint64 now_usec,
            GCancellable *cancellable,
            GAsyncReadyCallback callback,
            gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (source, cancellable, callback, user_data);
  g_autoptr (PdkFacts) facts = pdk_facts_new ();
  gint64 now_sec = now_usec / G_USEC_PER_SEC;
  Use used = { 0 };

  g_task_set_source_tag (task, poll_async);
  for (gint64 day = now_sec / DAY_SEC - PERIOD_DAY; day <= now_sec / DAY_SEC; day++)
    {
      Use use = use_until (day, now_sec);

      add_use (&used, &use);
    }
  describe_balance (used.usd, now_sec, facts);
  describe_history ("30d", 30, now_sec, facts);
  describe_history ("7d", 7, now_sec, facts);
  describe_history ("24h", 1, now_sec, facts);
  pdk_facts_set_metric (facts, "cloud_models_total", 27, "models", NULL);
  pdk_facts_set_attribute (facts, "auth_type", "local");
  g_task_return_pointer (task, pdk_reading_new (PDK_SOURCE_STATE_OK, now_usec, facts),
                         (GDestroyNotify) pdk_reading_unref);
}

static void
pdk_demo_cloud_source_class_init (PdkDemoCloudSourceClass *klass)
{
  PDK_SOURCE_CLASS (klass)->name = "cloud";
  PDK_SOURCE_CLASS (klass)->poll_async = poll_async;
}

static void
pdk_demo_cloud_source_init (PdkDemoCloudSource *self)
{
}

/** pdk_demo_cloud_source_new: Returns: (transfer full): a source that stands for the cloud */
PdkSource *
pdk_demo_cloud_source_new (void)
{
  return g_object_new (PDK_TYPE_DEMO_CLOUD_SOURCE, NULL);
}
