/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Sample data for people without an Ollama: a server's answers, which go through the same parser as real
 * ones, and two months of requests, which go through the same tally. The same moment always gives the same
 * numbers. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-demo-source.h"

#include <math.h>
#include <string.h>

#include "pdk-demo-resources.h"
#include "pdk-json.h"
#include "pdk-log-facts.h"
#include "pdk-model-facts.h"
#include "pdk-server-facts.h"
#include "pdk-server-record.h"
#include "pdk-ollama-api.h"
#include "pdk-tally-archive.h"

#define RESOURCES "/io/github/paddock/Paddock/demo/"
#define DAYS 30
#define DAYS_TO_COMPARE 61 /* as many before, and the one that they begin in */
#define DAY_SEC 86400

struct _PdkDemoServerSource
{
  PdkSource parent_instance;

  gint64 loaded_at_usec; /* when the models were loaded: the first poll */
};

G_DEFINE_FINAL_TYPE (PdkDemoServerSource, pdk_demo_server_source, PDK_TYPE_SOURCE)

struct _PdkDemoLogSource
{
  PdkSource parent_instance;
};

G_DEFINE_FINAL_TYPE (PdkDemoLogSource, pdk_demo_log_source, PDK_TYPE_SOURCE)

static JsonNode *
load (const char *name)
{
  g_autofree char *path = g_strconcat (RESOURCES, name, NULL);
  g_autoptr (GBytes) content =
      g_resource_lookup_data (pdk_demo_get_resource (), path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
  g_autoptr (GError) error = NULL;
  JsonNode *root;

  g_assert (content != NULL);
  root = pdk_json_parse (g_bytes_get_data (content, NULL), g_bytes_get_size (content), &error);
  g_assert_no_error (error);
  return root;
}

/* Each model stays for some minutes, and is used again just before it would go. */
static void
set_expiry (GPtrArray *running, gint64 loaded_at_usec, gint64 now_usec)
{
  for (guint i = 0; i < running->len; i++)
    {
      PdkRunningModel *model = g_ptr_array_index (running, i);
      gint64 stay_usec = (5 + 55 * (gint64) i) * 60 * G_USEC_PER_SEC;

      model->expires_at_usec =
          loaded_at_usec + (now_usec - loaded_at_usec) / stay_usec * stay_usec + stay_usec;
    }
}

static void
poll_server_async (PdkSource *source,
                   gint64 now_usec,
                   GCancellable *cancellable,
                   GAsyncReadyCallback callback,
                   gpointer user_data)
{
  PdkDemoServerSource *self = PDK_DEMO_SERVER_SOURCE (source);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (JsonNode) tags_root = load ("tags.json");
  g_autoptr (JsonNode) ps_root = load ("ps.json");
  g_autoptr (PdkTags) tags = pdk_ollama_api_parse_tags (tags_root, NULL);
  g_autoptr (PdkFacts) facts = pdk_facts_new ();
  g_autoptr (GPtrArray) running = NULL;
  guint n_skipped;

  g_task_set_source_tag (task, poll_server_async);
  running = pdk_ollama_api_parse_ps (ps_root, &n_skipped, NULL);
  if (self->loaded_at_usec == 0)
    self->loaded_at_usec = now_usec - 48 * G_USEC_PER_SEC;
  set_expiry (running, self->loaded_at_usec, now_usec);
  pdk_ollama_api_describe_tags (tags, facts);
  pdk_ollama_api_describe_ps (running, facts);
  pdk_facts_set_attribute (facts, "server_version", "0.40.12");
  pdk_facts_set_attribute (facts, "cloud_disabled", "false");
  pdk_facts_set_attribute (facts, "cloud_source", "none");
  pdk_facts_set_attribute (facts, "account_name", "demo");
  pdk_facts_set_attribute (facts, "plan_name", "pro");
  pdk_facts_set_attribute (facts, "signed_in", "true");
  g_task_return_pointer (task, pdk_reading_new (PDK_SOURCE_STATE_OK, now_usec, facts),
                         (GDestroyNotify) pdk_reading_unref);
}

/* What a server says of itself when it starts. */
static void
add_start (PdkServerRecord *record)
{
  static const char *const lines[] = {
    "time=2026-11-20T08:00:00.123Z level=INFO msg=\"Listening on 127.0.0.1:11434 (version 0.40.12)\"",
    "time=2026-11-20T08:00:01.123Z level=INFO msg=\"inference compute\" id=GPU-0 library=CUDA name=CUDA0 "
    "description=\"NVIDIA GeForce RTX 4090\" total=\"24.0 GiB\" available=\"22.9 GiB\"",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      PdkServerLine line;

      if (pdk_server_line_parse (lines[i], strlen (lines[i]), &line) != PDK_SERVER_LINE_NONE)
        pdk_server_record_take_line (record, &line);
    }
}

/* All that a log of two months comes to. */
typedef struct
{
  PdkTally *tally;
  PdkServerRecord *record;
  GArray *hours; /* (element-type PdkHour) */
} DemoLog;

static void
demo_log_init (DemoLog *log, gint64 now_sec)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();

  log->tally = pdk_tally_new (zone, now_sec);
  log->record = pdk_server_record_new (zone, now_sec);
  log->hours = g_array_new (FALSE, FALSE, sizeof (PdkHour));
}

static void
demo_log_clear (DemoLog *log)
{
  pdk_tally_free (log->tally);
  pdk_server_record_free (log->record);
  g_clear_pointer (&log->hours, g_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (DemoLog, demo_log_clear)

static void
add_tokens (DemoLog *log, PdkHour *hour, gint64 time_sec, double seconds)
{
  PdkTokenGroup group = { .time_sec = time_sec,
                          .prompt_tokens = (guint32) (180 + 310 * fmod (seconds * 7, 1)),
                          .output_tokens = (guint32) (seconds * 38),
                          .output_msec = seconds * 900,
                          .is_attributed = TRUE };

  pdk_token_tally_add (pdk_server_record_get_tokens (log->record), &group);
  hour->prompt_tokens += group.prompt_tokens;
  hour->output_tokens += group.output_tokens;
  hour->output_msec += group.output_msec;
}

static void
add_request (DemoLog *log, GRand *rand, gint64 time_sec)
{
  double which = g_rand_double (rand);
  PdkRequestKind kind = which < 0.72   ? PDK_REQUEST_CHAT
                        : which < 0.86 ? PDK_REQUEST_GENERATE
                                       : PDK_REQUEST_EMBED;
  double trouble = g_rand_double (rand);
  guint status = trouble < 0.012 ? 500 : trouble < 0.03 ? 404 : 200;
  double seconds = kind == PDK_REQUEST_EMBED
                       ? 0.02 + 0.1 * g_rand_double (rand)
                       : 0.4 * exp (3.2 * g_rand_double (rand) * g_rand_double (rand) + 0.6);
  PdkHour *hour = pdk_hour_obtain (log->hours, pdk_tally_get_hour (log->tally, time_sec));

  pdk_tally_add (log->tally, time_sec, kind, status, (gint64) (seconds * 1e9));
  pdk_hour_add_request (hour, kind, status, seconds * 1e3);
  if (kind != PDK_REQUEST_EMBED && status == 200)
    add_tokens (log, hour, time_sec, seconds);
}

/* One day: busier on working days, and at the times when people sit at their desks. */
static void
add_day (DemoLog *log, gint64 midnight_sec, gint64 now_sec)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed ((guint32) (midnight_sec / DAY_SEC));
  gboolean is_weekend = (midnight_sec / DAY_SEC + 4) % 7 % 6 == 0;
  guint n = (is_weekend ? 14 : 70) + (guint) g_rand_int_range (rand, 0, is_weekend ? 20 : 60);

  pdk_tally_note_day (log->tally, midnight_sec);
  for (guint i = 0; i < n; i++)
    {
      double hour =
          13.5 + 3.2 * (g_rand_double (rand) + g_rand_double (rand) + g_rand_double (rand) - 1.5) * 2;
      gint64 time_sec = midnight_sec + (gint64) (hour * 3600);

      if (time_sec <= now_sec)
        add_request (log, rand, time_sec);
    }
}

static void
add_requests (DemoLog *log, guint n_days, gint64 now_sec)
{
  g_autoptr (GDateTime) now = g_date_time_new_from_unix_local (now_sec);
  g_autoptr (GDateTime) midnight = g_date_time_new_local (
      g_date_time_get_year (now), g_date_time_get_month (now), g_date_time_get_day_of_month (now), 0, 0, 0);

  for (guint i = 0; i < n_days; i++)
    add_day (log, g_date_time_to_unix (midnight) - (gint64) i * DAY_SEC, now_sec);
  /* Somebody is at work right now, whatever the hour. */
  for (guint i = 0; i < 9; i++)
    {
      g_autoptr (GRand) rand = g_rand_new_with_seed (i);

      add_request (log, rand, now_sec - 40 - (gint64) i * i * 140);
    }
}

/* Which model was at work alone, by the hour. */
static PdkLoadedSpans *
make_loaded (gint64 now_sec)
{
  static const char *const models[] = { "qwen3-coder:30b", "qwen3-coder:30b", "gemma4:latest", NULL,
                                        "llama3.2:3b" };
  PdkLoadedSpans *loaded = pdk_loaded_spans_new ();
  gint64 last_hour = now_sec / 3600;

  for (gint64 hour = last_hour - 8 * 24; hour <= last_hour; hour++)
    {
      const char *model = models[hour % G_N_ELEMENTS (models)];

      if (model != NULL)
        pdk_loaded_spans_add (loaded, hour * 3600, MIN (hour * 3600 + 3599, now_sec), model);
    }
  return loaded;
}

static void
poll_log_async (PdkSource *source,
                gint64 now_usec,
                GCancellable *cancellable,
                GAsyncReadyCallback callback,
                gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (source, cancellable, callback, user_data);
  g_autoptr (PdkFacts) facts = pdk_facts_new ();
  gint64 now_sec = now_usec / G_USEC_PER_SEC;
  g_autoptr (PdkLoadedSpans) loaded = make_loaded (now_sec);
  g_auto (DemoLog) log = { 0 };

  g_task_set_source_tag (task, poll_log_async);
  demo_log_init (&log, now_sec);
  add_start (log.record);
  add_requests (&log, DAYS_TO_COMPARE, now_sec);
  pdk_log_facts_describe (log.tally, now_sec, facts);
  pdk_server_facts_describe (log.record, log.tally, now_sec, facts);
  pdk_model_facts_describe (log.record, log.tally, loaded, now_sec, facts);
  g_task_return_pointer (task, pdk_reading_new (PDK_SOURCE_STATE_OK, now_usec, facts),
                         (GDestroyNotify) pdk_reading_unref);
}

static void
pdk_demo_server_source_class_init (PdkDemoServerSourceClass *klass)
{
  PDK_SOURCE_CLASS (klass)->name = "local_api";
  PDK_SOURCE_CLASS (klass)->poll_async = poll_server_async;
}

static void
pdk_demo_server_source_init (PdkDemoServerSource *self)
{
}

static void
pdk_demo_log_source_class_init (PdkDemoLogSourceClass *klass)
{
  PDK_SOURCE_CLASS (klass)->name = "server_log";
  PDK_SOURCE_CLASS (klass)->poll_async = poll_log_async;
}

static void
pdk_demo_log_source_init (PdkDemoLogSource *self)
{
}

/** pdk_demo_source_new_server: Returns: (transfer full): a source that stands for a local server */
PdkSource *
pdk_demo_source_new_server (void)
{
  return g_object_new (PDK_TYPE_DEMO_SERVER_SOURCE, NULL);
}

/** pdk_demo_source_new_log: Returns: (transfer full): a source that stands for a server's log */
PdkSource *
pdk_demo_source_new_log (void)
{
  return g_object_new (PDK_TYPE_DEMO_LOG_SOURCE, NULL);
}

/** pdk_demo_source_dup_hours: Returns: (transfer full) (element-type PdkHour): the requests of that log by
 * the hour, in the order of time, as they are at @now_sec, Unix seconds */
GArray *
pdk_demo_source_dup_hours (gint64 now_sec)
{
  g_auto (DemoLog) log = { 0 };

  demo_log_init (&log, now_sec);
  add_requests (&log, DAYS, now_sec);
  return g_steal_pointer (&log.hours);
}
