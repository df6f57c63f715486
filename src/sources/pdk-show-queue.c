/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What servers before 0.30 tell of a model only when they are asked for it alone: its capabilities and
 * context. Each model is asked for once per digest, a few at a time, since the answer is large and a line in
 * the log. Lives in the main context. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-show-queue.h"

#include "pdk-api-call.h"

#define ANSWER_MSEC 1500
#define MAX_AT_ONCE 4
/* The rest of a long list waits for the next poll. */
#define MAX_PER_RUN 64

/* What is known of one digest. */
typedef struct
{
  GStrv capabilities;
  gint64 context_length;
} Shown;

struct _PdkShowQueue
{
  GObject parent_instance;

  PdkHttpClient *client;
  char *base_url;
  GHashTable *shown; /* digest -> Shown */
};

G_DEFINE_FINAL_TYPE (PdkShowQueue, pdk_show_queue, G_TYPE_OBJECT)

/* One run: the models that are still to be asked for. */
typedef struct
{
  GPtrArray *models; /* PdkModel */
  guint next;
  guint n_pending;
} Run;

/* One call: the model it is about. */
typedef struct
{
  GTask *task;
  PdkModel *model;
} Call;

static void start_calls (GTask *task);

static void
shown_free (gpointer data)
{
  Shown *shown = data;

  g_strfreev (shown->capabilities);
  g_free (shown);
}

static void
run_free (gpointer data)
{
  Run *run = data;

  g_ptr_array_unref (run->models);
  g_free (run);
}

static gpointer
parse_show (JsonNode *root, GError **error)
{
  Shown *shown = g_new0 (Shown, 1);

  shown->capabilities = pdk_ollama_api_parse_show (root, &shown->context_length, error);
  if (shown->capabilities != NULL)
    return shown;
  shown_free (shown);
  return NULL;
}

static gboolean
is_wanted (PdkShowQueue *self, const PdkModel *model)
{
  return model->digest != NULL && model->capabilities == NULL &&
         !g_hash_table_contains (self->shown, model->digest);
}

static void
on_show (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Call *call = user_data;
  g_autoptr (GTask) task = call->task;
  g_autoptr (PdkModel) model = call->model;
  PdkShowQueue *self = g_task_get_source_object (task);
  Run *run = g_task_get_task_data (task);
  guint status = 0;
  g_autoptr (PdkApiAnswer) answer = pdk_api_call_finish (result, &status, NULL);

  g_free (call);
  run->n_pending--;
  if (answer != NULL)
    g_hash_table_replace (self->shown, g_strdup (model->digest), pdk_api_answer_steal_value (answer));
  else if (status != 0)
    /* The server has spoken, and would say the same again. What stays unknown here is only a badge. */
    g_hash_table_replace (self->shown, g_strdup (model->digest), g_new0 (Shown, 1));
  else
    /* It is stuck or gone: the next poll tries again. */
    run->next = run->models->len;
  start_calls (task);
}

static void
start_call (GTask *task, PdkModel *model)
{
  PdkShowQueue *self = g_task_get_source_object (task);
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *body = NULL;
  Call *call = g_new0 (Call, 1);
  PdkApiCall api_call = { .base_url = self->base_url,
                          .path = "/api/show",
                          .answer_msec = ANSWER_MSEC,
                          .parse = parse_show,
                          .free_value = shown_free };

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "model");
  json_builder_add_string_value (builder, model->name);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  body = json_to_string (root, FALSE);
  api_call.body = body;

  call->task = g_object_ref (task);
  call->model = pdk_model_ref (model);
  pdk_api_call_async (self->client, &api_call, g_task_get_cancellable (task), on_show, call);
}

static void
start_calls (GTask *task)
{
  Run *run = g_task_get_task_data (task);

  while (run->n_pending < MAX_AT_ONCE && run->next < run->models->len)
    {
      run->n_pending++;
      start_call (task, g_ptr_array_index (run->models, run->next++));
    }
  if (run->n_pending == 0 && !g_task_get_completed (task))
    g_task_return_boolean (task, TRUE);
}

static void
pdk_show_queue_dispose (GObject *object)
{
  PdkShowQueue *self = PDK_SHOW_QUEUE (object);

  g_clear_object (&self->client);
  g_clear_pointer (&self->base_url, g_free);
  g_clear_pointer (&self->shown, g_hash_table_unref);
  G_OBJECT_CLASS (pdk_show_queue_parent_class)->dispose (object);
}

static void
pdk_show_queue_class_init (PdkShowQueueClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = pdk_show_queue_dispose;
}

static void
pdk_show_queue_init (PdkShowQueue *self)
{
  self->shown = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, shown_free);
}

/**
 * pdk_show_queue_new:
 * @client: (transfer none): the client to send with
 * @base_url: the server's address
 *
 * Returns: (transfer full): a queue that has asked for nothing yet
 */
PdkShowQueue *
pdk_show_queue_new (PdkHttpClient *client, const char *base_url)
{
  PdkShowQueue *self = g_object_new (PDK_TYPE_SHOW_QUEUE, NULL);

  self->client = g_object_ref (client);
  self->base_url = g_strdup (base_url);
  return self;
}

/** pdk_show_queue_needs_run: Returns: whether @tags has a model that was not asked for yet */
gboolean
pdk_show_queue_needs_run (PdkShowQueue *self, const PdkTags *tags)
{
  for (guint i = 0; i < tags->models->len; i++)
    {
      if (is_wanted (self, g_ptr_array_index (tags->models, i)))
        return TRUE;
    }
  return FALSE;
}

/**
 * pdk_show_queue_run_async:
 * @self: a queue that is not running
 * @tags: the server's models
 * @cancellable: (nullable): to give up
 * @callback: called when all are asked for that this run takes, or when the server does not answer
 * @user_data: for @callback
 */
void
pdk_show_queue_run_async (PdkShowQueue *self,
                          const PdkTags *tags,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (GHashTable) digests = g_hash_table_new (g_str_hash, g_str_equal);
  Run *run = g_new0 (Run, 1);

  g_task_set_source_tag (task, pdk_show_queue_run_async);
  run->models = g_ptr_array_new_with_free_func ((GDestroyNotify) pdk_model_unref);
  for (guint i = 0; i < tags->models->len && run->models->len < MAX_PER_RUN; i++)
    {
      PdkModel *model = g_ptr_array_index (tags->models, i);

      if (is_wanted (self, model) && g_hash_table_add (digests, model->digest))
        g_ptr_array_add (run->models, pdk_model_ref (model));
    }
  g_task_set_task_data (task, run, run_free);
  start_calls (task);
}

/** pdk_show_queue_run_finish: Returns: TRUE; there is no error but being cancelled, in @error */
gboolean
pdk_show_queue_run_finish (PdkShowQueue *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * pdk_show_queue_fill_in:
 * @self: a queue
 * @tags: models that nobody else holds; those of which something was learnt are replaced
 */
void
pdk_show_queue_fill_in (PdkShowQueue *self, PdkTags *tags)
{
  g_autoptr (GPtrArray) models = NULL;

  if (g_hash_table_size (self->shown) == 0)
    return;
  /* The array may be in a snapshot by now, so it is another one that is changed. */
  models = g_ptr_array_new_with_free_func ((GDestroyNotify) pdk_model_unref);
  for (guint i = 0; i < tags->models->len; i++)
    {
      PdkModel *model = g_ptr_array_index (tags->models, i);
      const Shown *shown = model->digest != NULL ? g_hash_table_lookup (self->shown, model->digest) : NULL;

      if (shown == NULL || shown->capabilities == NULL || model->capabilities != NULL)
        {
          g_ptr_array_add (models, pdk_model_ref (model));
          continue;
        }
      model = pdk_model_copy (model);
      model->capabilities = g_strdupv (shown->capabilities);
      if (model->context_length == 0)
        model->context_length = shown->context_length;
      g_ptr_array_add (models, model);
    }
  g_ptr_array_unref (tags->models);
  tags->models = g_steal_pointer (&models);
}
