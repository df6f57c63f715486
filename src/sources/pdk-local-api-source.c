/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The local server's HTTP API: version, state of the cloud, models, loaded models.
 *
 * Every call is a line in the user's log. So the models are asked for at each poll, the rest only when the
 * server is new to us: at the start, after it was away, when it has closed a connection that it used to keep,
 * and every ten minutes. A server that did not answer is probed with one call until it does. Lives in the
 * main context; large answers are parsed in worker threads. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-local-api-private.h"

#include <glib/gi18n-lib.h>

#include "pdk-api-call.h"
#include "pdk-error.h"
#include "pdk-ollama-api.h"
#include "pdk-ollama-version.h"

#define ANSWER_MSEC 5000
#define IDENTIFY_EVERY_USEC (10 * 60 * G_USEC_PER_SEC)

G_DEFINE_FINAL_TYPE (PdkLocalApiSource, pdk_local_api_source, PDK_TYPE_SOURCE)

static void
poll_free (gpointer data)
{
  PdkLocalApiPoll *poll = data;

  g_clear_error (&poll->error);
  g_free (poll);
}

static void
forget_loaded (PdkLocalApiSource *self)
{
  g_clear_pointer (&self->loaded, pdk_loaded_models_free);
  g_clear_pointer (&self->loaded_body, g_bytes_unref);
}

/* A server that closes the connection we keep may be another one by now. One that closes it every time, as
 * behind some proxies, says nothing by it. */
static void
note_connection (PdkLocalApiSource *self, const PdkLocalApiPoll *poll)
{
  if (!self->is_up || !poll->has_new_connection)
    self->n_reconnects = 0;
  else
    self->n_reconnects++;
  if (self->n_reconnects == 1)
    self->has_new_connection = TRUE;
}

/* Which model was loaded since the poll before. A server that may have been started anew is not asked what
 * was there before; nor is one whose list has entries that are no models. */
static void
watch_loaded (PdkLocalApiSource *self, const PdkLocalApiPoll *poll)
{
  gint64 took_usec = g_get_monotonic_time () - poll->started_usec;

  if (poll->has_new_connection && self->n_reconnects < 2)
    pdk_load_watch_break (self->watch);
  if (poll->running == PDK_LOCAL_API_PART_KNOWN && poll->tags == PDK_LOCAL_API_PART_KNOWN &&
      self->loaded->n_skipped == 0)
    pdk_load_watch_take (self->watch, self->loaded->models, poll->now_usec, poll->now_usec + took_usec);
  else
    pdk_load_watch_break (self->watch);
}

/* Every release lists its models; a server that otherwise answers and does not know this route is broken. */
static void
miss_models (PdkLocalApiPoll *poll)
{
  poll->tags = PDK_LOCAL_API_PART_FAILED;
  if (poll->error != NULL)
    return;
  poll->error = g_error_new (PDK_ERROR, PDK_ERROR_HTTP, _ ("status %u"), 404u);
  poll->error_path = "/api/tags";
}

static void
finish_poll (GTask *task)
{
  PdkLocalApiSource *self = g_task_get_source_object (task);
  PdkLocalApiPoll *poll = g_task_get_task_data (task);
  gboolean has_data = poll->tags == PDK_LOCAL_API_PART_KNOWN || poll->running == PDK_LOCAL_API_PART_KNOWN;
  gboolean is_up = has_data || (poll->n_answered > 0 && poll->error == NULL);

  if (g_task_return_error_if_cancelled (task))
    return;
  if (!is_up && poll->error == NULL)
    poll->error = g_error_new (PDK_ERROR, PDK_ERROR_NO_ROUTE, _ ("status %u"), 404u);
  else if (is_up && poll->tags == PDK_LOCAL_API_PART_ABSENT)
    miss_models (poll);
  if (poll->tags == PDK_LOCAL_API_PART_KNOWN)
    note_connection (self, poll);
  /* A server whose version is still owed is asked for it again at the next poll. */
  if (is_up && poll->identifies && (poll->error == NULL || self->version != NULL))
    {
      self->identified_at_usec = poll->now_usec;
      self->has_new_connection = FALSE;
    }
  watch_loaded (self, poll);
  self->is_up = is_up;
  self->was_asked = TRUE;
  if (!is_up)
    forget_loaded (self);
  g_task_return_pointer (task, pdk_local_api_build_reading (self, poll), (GDestroyNotify) pdk_reading_unref);
}

static void
on_shows_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  PdkLocalApiSource *self = g_task_get_source_object (task);

  pdk_show_queue_run_finish (PDK_SHOW_QUEUE (source), result, NULL);
  pdk_show_queue_fill_in (self->shows, self->tags);
  finish_poll (task);
}

/* All calls of this poll are back. A server before 0.30 must be asked for each model's capabilities. */
static void
on_all_answered (GTask *task)
{
  PdkLocalApiSource *self = g_task_get_source_object (task);
  PdkLocalApiPoll *poll = g_task_get_task_data (task);

  if (poll->tags == PDK_LOCAL_API_PART_KNOWN && !self->tags->gives_capabilities &&
      !pdk_ollama_version_gives_capabilities (self->version) &&
      pdk_show_queue_needs_run (self->shows, self->tags))
    pdk_show_queue_run_async (self->shows, self->tags, g_task_get_cancellable (task), on_shows_done,
                              g_object_ref (task));
  else
    finish_poll (task);
}

/* Takes the answer of the call of @path, a static string, in. A 404 is no error: routes came with releases.
 */
static PdkApiAnswer *
take_answer (GTask *task, GAsyncResult *result, const char *path, PdkLocalApiPart *part)
{
  PdkLocalApiPoll *poll = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  guint status = 0;
  PdkApiAnswer *answer = pdk_api_call_finish (result, &status, &error);

  poll->n_pending--;
  if (answer != NULL)
    poll->n_answered++;
  else if (poll->error == NULL && status != 404)
    {
      poll->error = g_steal_pointer (&error);
      poll->error_path = path;
    }
  *part = answer != NULL  ? PDK_LOCAL_API_PART_KNOWN
          : status == 404 ? PDK_LOCAL_API_PART_ABSENT
                          : PDK_LOCAL_API_PART_FAILED;
  return answer;
}

static void
one_answered (GTask *task)
{
  PdkLocalApiPoll *poll = g_task_get_task_data (task);

  if (poll->n_pending == 0)
    on_all_answered (task);
}

static void
on_status (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  PdkLocalApiSource *self = g_task_get_source_object (task);
  PdkLocalApiPoll *poll = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (PdkApiAnswer) answer = pdk_api_call_finish (result, NULL, &error);

  /* Servers before 0.16.2 lack it, and some proxies swallow it: what it would tell is then unknown, no more.
   */
  poll->n_pending--;
  g_clear_pointer (&self->cloud, pdk_cloud_switch_free);
  if (answer != NULL)
    self->cloud = pdk_api_answer_steal_value (answer);
  one_answered (task);
}

static void
on_tags (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  PdkLocalApiSource *self = g_task_get_source_object (task);
  PdkLocalApiPoll *poll = g_task_get_task_data (task);
  g_autoptr (PdkApiAnswer) answer = take_answer (task, result, "/api/tags", &poll->tags);

  if (answer != NULL && !answer->is_unchanged)
    {
      g_clear_pointer (&self->tags, pdk_tags_free);
      g_clear_pointer (&self->tags_body, g_bytes_unref);
      self->tags = pdk_api_answer_steal_value (answer);
      pdk_show_queue_fill_in (self->shows, self->tags);
      self->tags_body = g_bytes_ref (answer->body);
    }
  if (answer != NULL)
    {
      self->tags_at_usec = poll->now_usec;
      poll->n_skipped += self->tags->n_skipped;
      poll->has_new_connection = pdk_api_call_is_new_connection (result);
    }
  one_answered (task);
}

static void
on_ps (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  PdkLocalApiSource *self = g_task_get_source_object (task);
  PdkLocalApiPoll *poll = g_task_get_task_data (task);
  g_autoptr (PdkApiAnswer) answer = take_answer (task, result, "/api/ps", &poll->running);

  if (answer != NULL && !answer->is_unchanged)
    {
      forget_loaded (self);
      self->loaded = pdk_api_answer_steal_value (answer);
      self->loaded_body = g_bytes_ref (answer->body);
    }
  if (answer != NULL)
    {
      self->loaded_at_usec = poll->now_usec;
      poll->n_skipped += self->loaded->n_skipped;
    }
  one_answered (task);
}

/* @kind: the call, but for what all have in common */
static void
start_call (GTask *task, const PdkApiCall *kind, GAsyncReadyCallback callback)
{
  PdkLocalApiSource *self = g_task_get_source_object (task);
  PdkLocalApiPoll *poll = g_task_get_task_data (task);
  PdkApiCall call = *kind;

  call.base_url = self->base_url;
  call.answer_msec = ANSWER_MSEC;
  poll->n_pending++;
  pdk_api_call_async (self->client, &call, g_task_get_cancellable (task), callback, g_object_ref (task));
}

static void
start_status (GTask *task)
{
  static const PdkApiCall kind = { .path = "/api/status",
                                   .parse = pdk_local_api_parse_status,
                                   .free_value = (GDestroyNotify) pdk_cloud_switch_free };

  start_call (task, &kind, on_status);
}

static void
start_lists (GTask *task)
{
  PdkLocalApiSource *self = g_task_get_source_object (task);
  PdkApiCall tags = { .path = "/api/tags",
                      .known_body = self->tags_body,
                      .parse_text = pdk_local_api_parse_tags,
                      .free_value = (GDestroyNotify) pdk_tags_free };
  PdkApiCall loaded = { .path = "/api/ps",
                        .known_body = self->loaded_body,
                        .parse = pdk_local_api_parse_ps,
                        .free_value = (GDestroyNotify) pdk_loaded_models_free };

  start_call (task, &tags, on_tags);
  start_call (task, &loaded, on_ps);
}

static void
on_version (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  PdkLocalApiSource *self = g_task_get_source_object (task);
  PdkLocalApiPoll *poll = g_task_get_task_data (task);
  PdkLocalApiPart part;
  g_autoptr (PdkApiAnswer) answer = take_answer (task, result, "/api/version", &part);

  if (answer != NULL)
    {
      g_free (self->version);
      self->version = pdk_api_answer_steal_value (answer);
    }
  if (answer != NULL && poll->is_probe)
    {
      start_status (task);
      start_lists (task);
    }
  one_answered (task);
}

static void
poll_async (PdkSource *source,
            gint64 now_usec,
            GCancellable *cancellable,
            GAsyncReadyCallback callback,
            gpointer user_data)
{
  static const PdkApiCall version = { .path = "/api/version",
                                      .parse = pdk_local_api_parse_version,
                                      .free_value = g_free };
  PdkLocalApiSource *self = PDK_LOCAL_API_SOURCE (source);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  PdkLocalApiPoll *poll = g_new0 (PdkLocalApiPoll, 1);

  poll->now_usec = now_usec;
  poll->started_usec = g_get_monotonic_time ();
  poll->is_probe = self->was_asked && !self->is_up;
  poll->identifies = !self->is_up || self->has_new_connection || now_usec < self->identified_at_usec ||
                     now_usec - self->identified_at_usec >= IDENTIFY_EVERY_USEC;
  g_task_set_source_tag (task, poll_async);
  g_task_set_task_data (task, poll, poll_free);

  if (poll->identifies)
    start_call (task, &version, on_version);
  if (poll->is_probe)
    return;
  if (poll->identifies)
    start_status (task);
  start_lists (task);
}

static void
pdk_local_api_source_dispose (GObject *object)
{
  PdkLocalApiSource *self = PDK_LOCAL_API_SOURCE (object);

  g_clear_object (&self->client);
  g_clear_object (&self->shows);
  G_OBJECT_CLASS (pdk_local_api_source_parent_class)->dispose (object);
}

static void
pdk_local_api_source_finalize (GObject *object)
{
  PdkLocalApiSource *self = PDK_LOCAL_API_SOURCE (object);

  g_free (self->base_url);
  g_free (self->version);
  g_clear_pointer (&self->cloud, pdk_cloud_switch_free);
  g_clear_pointer (&self->tags, pdk_tags_free);
  g_clear_pointer (&self->tags_body, g_bytes_unref);
  forget_loaded (self);
  pdk_load_watch_free (self->watch);
  G_OBJECT_CLASS (pdk_local_api_source_parent_class)->finalize (object);
}

static void
pdk_local_api_source_class_init (PdkLocalApiSourceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  PdkSourceClass *source_class = PDK_SOURCE_CLASS (klass);

  object_class->dispose = pdk_local_api_source_dispose;
  object_class->finalize = pdk_local_api_source_finalize;
  source_class->name = "local_api";
  source_class->poll_async = poll_async;
}

static void
pdk_local_api_source_init (PdkLocalApiSource *self)
{
}

/**
 * pdk_local_api_source_new:
 * @client: (transfer none): the client to send with
 * @base_url: the server's address, without a slash at its end
 *
 * Returns: (transfer full): the source
 */
PdkLocalApiSource *
pdk_local_api_source_new (PdkHttpClient *client, const char *base_url)
{
  PdkLocalApiSource *self = g_object_new (PDK_TYPE_LOCAL_API_SOURCE, NULL);

  self->client = g_object_ref (client);
  self->base_url = g_strdup (base_url);
  self->shows = pdk_show_queue_new (client, base_url);
  self->watch = pdk_load_watch_new ();
  return self;
}

/** pdk_local_api_source_is_up: Returns: whether the server answered at the last poll */
gboolean
pdk_local_api_source_is_up (PdkLocalApiSource *self)
{
  return self->is_up;
}

/** pdk_local_api_source_get_version: Returns: (transfer none) (nullable): the server's version */
const char *
pdk_local_api_source_get_version (PdkLocalApiSource *self)
{
  return self->version;
}

/** pdk_local_api_source_get_cloud_disabled: Returns: whether the server has told, and is there to be
 * believed, if its cloud is turned off, which is put in @is_disabled */
gboolean
pdk_local_api_source_get_cloud_disabled (PdkLocalApiSource *self, gboolean *is_disabled)
{
  if (!self->is_up || self->cloud == NULL)
    return FALSE;
  *is_disabled = self->cloud->is_disabled;
  return TRUE;
}

/** pdk_local_api_source_get_loaded_spans: Returns: (transfer none): which model was loaded alone, and when,
 * as far as polls have found */
const PdkLoadedSpans *
pdk_local_api_source_get_loaded_spans (PdkLocalApiSource *self)
{
  return pdk_load_watch_get_spans (self->watch);
}
