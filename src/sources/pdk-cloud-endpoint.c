/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One question to the cloud, asked no oftener than is allowed by all of the user's Paddocks together, and
 * what is known of its answer, over restarts. A poll looks at what is remembered, claims the question if it
 * is due, sends it, and remembers how that ended. Disk and parsing are done in worker threads, which are
 * handed all they need; the rest lives in the main context. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-cloud-endpoint.h"

#include <string.h>

#include "pdk-cloud-pace.h"
#include "pdk-cloud-store.h"
#include "pdk-error.h"
#include "pdk-json.h"

#define MAX_BODY_BYTES (8 * 1024 * 1024)
/* A server at which nobody is signed in would ask ollama.com in vain. */
#define REFUSED_USEC (10 * 60 * G_USEC_PER_SEC)

struct _PdkCloudEndpoint
{
  GObject parent_instance;

  PdkHttpClient *client;
  char *folder, *name; /* where the answer is kept */
  char *url;
  char *body; /* (nullable) */
  char *key;  /* (nullable) */
  guint connect_msec, answer_msec;
  gint64 every_usec;
  PdkCloudParseFunc parse;

  PdkCloudAnswer *answer; /* (nullable) */
  PdkFacts *facts;        /* (nullable): what it says */
};

G_DEFINE_FINAL_TYPE (PdkCloudEndpoint, pdk_cloud_endpoint, G_TYPE_OBJECT)

/* What a worker is handed, and hands back. */
typedef struct
{
  const PdkCloudEndpoint *endpoint; /* its settings alone, which never change; the task keeps it alive */
  gint64 now_usec;
  gint64 sent_at_monotonic_usec;
  gboolean may_ask;
  gboolean is_ours;
  double jitter;
  PdkHttpResponse *response; /* (nullable) */
  GError *error;             /* (nullable) */
  PdkCloudAnswer *answer;    /* (nullable) */
  PdkFacts *facts;           /* (nullable) */
} Poll;

static void
poll_free (gpointer data)
{
  Poll *poll = data;

  g_clear_pointer (&poll->response, pdk_http_response_free);
  g_clear_error (&poll->error);
  g_clear_pointer (&poll->answer, pdk_cloud_answer_unref);
  g_clear_pointer (&poll->facts, pdk_facts_unref);
  g_free (poll);
}

static PdkFacts *
parse_body (PdkCloudParseFunc parse, GBytes *body, GError **error)
{
  gsize length;
  const char *text = g_bytes_get_data (body, &length);
  g_autoptr (JsonNode) root = pdk_json_parse (text != NULL ? text : "", length, error);

  return root != NULL ? parse (root, error) : NULL;
}

/* What the last good answer says, and, where that is silent, the headers of any. */
static PdkFacts *
facts_of (PdkCloudParseFunc parse, const PdkCloudAnswer *answer)
{
  g_autoptr (PdkFacts) facts = NULL;
  g_autoptr (PdkFacts) more = pdk_facts_new ();
  PdkCloudQuotaHeaders headers;

  if (answer == NULL)
    return NULL;
  /* What was kept was parsed before; a release that no longer knows the shape is as good as none. */
  if (answer->body != NULL)
    facts = parse_body (parse, answer->body, NULL);
  if (!pdk_cloud_answer_get_quota (answer, &headers) ||
      !pdk_cloud_quota_parse_headers (&headers, answer->quota_at_usec, more))
    return g_steal_pointer (&facts);
  if (facts != NULL)
    {
      g_autoptr (PdkFacts) both = pdk_facts_new ();

      pdk_facts_merge (both, facts);
      pdk_facts_merge (both, more);
      return g_steal_pointer (&both);
    }
  return g_steal_pointer (&more);
}

static void
claim_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Poll *poll = task_data;
  const PdkCloudEndpoint *endpoint = poll->endpoint;
  g_autoptr (PdkCloudAnswer) known = g_steal_pointer (&poll->answer);

  if (poll->may_ask)
    poll->answer = pdk_cloud_store_claim (endpoint->folder, endpoint->name, known, poll->now_usec,
                                          endpoint->every_usec, &poll->is_ours);
  else
    poll->answer = pdk_cloud_store_read (endpoint->folder, endpoint->name);
  if (poll->answer == NULL)
    poll->answer = g_steal_pointer (&known);
  poll->facts = facts_of (endpoint->parse, poll->answer);
  g_task_return_boolean (task, TRUE);
}

static gboolean
says_disabled (PdkHttpResponse *response)
{
  GBytes *body = pdk_http_response_get_body (response);
  gsize length;
  const char *text = g_bytes_get_data (body, &length);

  return text != NULL && g_strstr_len (text, (gssize) length, "disabled") != NULL;
}

static void
take_quota (PdkCloudAnswer *answer, PdkHttpResponse *response)
{
  PdkCloudQuotaHeaders headers = {
    .limit = pdk_http_response_get_header (response, "X-Ollama-Quota-Limit"),
    .remaining = pdk_http_response_get_header (response, "X-Ollama-Quota-Remaining"),
    .used = pdk_http_response_get_header (response, "X-Ollama-Quota-Used"),
    .reset = pdk_http_response_get_header (response, "X-Ollama-Quota-Reset"),
    .period = pdk_http_response_get_header (response, "X-Ollama-Quota-Period"),
  };

  if (headers.limit != NULL)
    pdk_cloud_answer_set_quota (answer, &headers, answer->asked_at_usec);
  /* An answer without them leaves what earlier ones said without a date. */
  else if (answer->http_status >= 200 && answer->http_status <= 299)
    pdk_cloud_answer_drop_quota (answer);
}

static void
take_response (Poll *poll, PdkCloudAnswer *answer)
{
  const PdkCloudEndpoint *endpoint = poll->endpoint;
  GBytes *body = pdk_http_response_get_body (poll->response);
  guint status = answer->http_status = pdk_http_response_get_status (poll->response);

  take_quota (answer, poll->response);
  answer->is_cloud_disabled = status == 403 && endpoint->key == NULL && says_disabled (poll->response);
  if (status >= 300 && status <= 399)
    answer->error_code = PDK_ERROR_REDIRECTED;
  else if (status >= 200 && status <= 299)
    {
      g_autoptr (PdkFacts) facts = parse_body (endpoint->parse, body, NULL);

      if (facts != NULL)
        {
          pdk_cloud_answer_set_body (answer, body, answer->asked_at_usec);
          answer->is_signed_out = FALSE;
        }
      else
        answer->error_code = PDK_ERROR_MALFORMED;
    }
  /* Nobody is signed in any more: what was known is not theirs. */
  else if (status == 401 && endpoint->key == NULL)
    {
      pdk_cloud_answer_set_body (answer, NULL, PDK_TIME_UNKNOWN);
      pdk_cloud_answer_drop_quota (answer);
      answer->is_signed_out = TRUE;
    }
}

static gint64
get_retry_usec (const Poll *poll, const PdkCloudAnswer *answer)
{
  gint64 passed_usec = g_get_monotonic_time () - poll->sent_at_monotonic_usec;

  if (poll->response == NULL || pdk_cloud_answer_is_good (answer))
    return PDK_TIME_UNKNOWN;
  return pdk_cloud_pace_parse_retry_after (pdk_http_response_get_header (poll->response, "Retry-After"),
                                           answer->asked_at_usec + passed_usec);
}

/* That nobody is signed in, or that the cloud is off, is no failure: it is so until somebody changes it. */
static gboolean
is_without_account (const PdkCloudEndpoint *endpoint, const PdkCloudAnswer *answer)
{
  return endpoint->key == NULL && (answer->http_status == 401 || answer->http_status == 403);
}

static void
set_next (const Poll *poll, PdkCloudAnswer *answer)
{
  gint64 every_usec = poll->endpoint->every_usec;

  if (is_without_account (poll->endpoint, answer))
    {
      answer->n_failures = 0;
      every_usec = MAX (every_usec, REFUSED_USEC);
    }
  else
    answer->n_failures = pdk_cloud_answer_is_good (answer) ? 0 : answer->n_failures + 1;
  answer->not_before_usec = pdk_cloud_pace_next_usec (answer->asked_at_usec, every_usec, answer->n_failures,
                                                      get_retry_usec (poll, answer), poll->jitter);
}

static void
settle_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Poll *poll = task_data;
  const PdkCloudEndpoint *endpoint = poll->endpoint;
  PdkCloudAnswer *answer = pdk_cloud_answer_copy (poll->answer);

  answer->http_status = 0;
  answer->error_code = PDK_CLOUD_NO_ERROR;
  answer->is_cloud_disabled = FALSE;
  answer->is_open = answer->was_lost = FALSE;
  if (poll->response != NULL)
    take_response (poll, answer);
  else
    answer->error_code = poll->error->domain == PDK_ERROR ? poll->error->code : PDK_ERROR_FAILED;
  set_next (poll, answer);
  /* Where nothing can be kept, this process goes by its own memory. */
  pdk_cloud_store_write (endpoint->folder, endpoint->name, answer, NULL);

  g_clear_pointer (&poll->answer, pdk_cloud_answer_unref);
  g_clear_pointer (&poll->facts, pdk_facts_unref);
  poll->answer = answer;
  poll->facts = facts_of (endpoint->parse, answer);
  g_task_return_boolean (task, TRUE);
}

static void
take_result (PdkCloudEndpoint *self, const Poll *poll)
{
  g_clear_pointer (&self->answer, pdk_cloud_answer_unref);
  g_clear_pointer (&self->facts, pdk_facts_unref);
  self->answer = poll->answer != NULL ? pdk_cloud_answer_ref (poll->answer) : NULL;
  self->facts = poll->facts != NULL ? pdk_facts_ref (poll->facts) : NULL;
}

/* A worker's task has the poll for its data, and the task that the caller waits for as its own. */
static void
run_worker (GTask *task, GTaskThreadFunc func, GAsyncReadyCallback callback)
{
  PdkCloudEndpoint *self = g_task_get_source_object (task);
  g_autoptr (GTask) worker = g_task_new (self, NULL, callback, g_object_ref (task));

  g_task_set_source_tag (worker, run_worker);
  /* The outer task has it, and lives for as long. */
  g_task_set_task_data (worker, g_task_get_task_data (task), NULL);
  g_task_run_in_thread (worker, func);
}

static void
on_settled (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;

  take_result (PDK_CLOUD_ENDPOINT (source), g_task_get_task_data (task));
  g_task_return_boolean (task, TRUE);
}

static void
on_response (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Poll *poll = g_task_get_task_data (task);

  poll->response = pdk_http_client_send_finish (PDK_HTTP_CLIENT (source), result, &poll->error);
  /* Whoever gives up has learned nothing of the cloud. */
  if (g_task_return_error_if_cancelled (task))
    return;
  poll->jitter = g_random_double ();
  run_worker (task, settle_thread, on_settled);
}

static void
on_claimed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  PdkCloudEndpoint *self = PDK_CLOUD_ENDPOINT (source);
  Poll *poll = g_task_get_task_data (task);
  PdkHttpRequest request = { .method = self->body != NULL ? "POST" : "GET",
                             .url = self->url,
                             .body = self->body,
                             .bearer_token = self->key,
                             .connect_msec = self->connect_msec,
                             .answer_msec = self->answer_msec,
                             .max_body_bytes = MAX_BODY_BYTES };

  take_result (self, poll);
  if (g_task_return_error_if_cancelled (task))
    return;
  if (!poll->is_ours)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }
  poll->sent_at_monotonic_usec = g_get_monotonic_time ();
  pdk_http_client_send_async (self->client, &request, g_task_get_cancellable (task), on_response,
                              g_object_ref (task));
}

static void
pdk_cloud_endpoint_finalize (GObject *object)
{
  PdkCloudEndpoint *self = PDK_CLOUD_ENDPOINT (object);

  g_object_unref (self->client);
  g_free (self->folder);
  g_free (self->name);
  g_free (self->url);
  g_free (self->body);
  if (self->key != NULL)
    explicit_bzero (self->key, strlen (self->key));
  g_free (self->key);
  g_clear_pointer (&self->answer, pdk_cloud_answer_unref);
  g_clear_pointer (&self->facts, pdk_facts_unref);
  G_OBJECT_CLASS (pdk_cloud_endpoint_parent_class)->finalize (object);
}

static void
pdk_cloud_endpoint_class_init (PdkCloudEndpointClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pdk_cloud_endpoint_finalize;
}

static void
pdk_cloud_endpoint_init (PdkCloudEndpoint *self)
{
}

/**
 * pdk_cloud_endpoint_new:
 * @client: (transfer none): the client to send with
 * @folder: where answers are kept
 * @question: what to ask; everything is copied
 *
 * Returns: (transfer full): the endpoint
 */
PdkCloudEndpoint *
pdk_cloud_endpoint_new (PdkHttpClient *client, const char *folder, const PdkCloudQuestion *question)
{
  PdkCloudEndpoint *self = g_object_new (PDK_TYPE_CLOUD_ENDPOINT, NULL);
  g_autofree char *identity = pdk_cloud_store_identify (question->base_url, question->key);

  self->client = g_object_ref (client);
  self->folder = g_strdup (folder);
  self->name = g_strconcat (identity, "-", question->name, NULL);
  self->url = g_strconcat (question->base_url, question->path, NULL);
  self->body = g_strdup (question->body);
  self->key = g_strdup (question->key);
  self->connect_msec = question->connect_msec;
  self->answer_msec = question->answer_msec;
  self->every_usec = question->every_usec;
  self->parse = question->parse;
  return self;
}

/**
 * pdk_cloud_endpoint_poll_async:
 * @self: an endpoint that is not being polled
 * @now_usec: the time, in microseconds since the epoch
 * @may_ask: whether to ask if it is due; else only what is remembered is looked at
 * @cancellable: (nullable): to give up
 * @callback: called in the main context
 * @user_data: for @callback
 */
void
pdk_cloud_endpoint_poll_async (PdkCloudEndpoint *self,
                               gint64 now_usec,
                               gboolean may_ask,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  Poll *poll = g_new0 (Poll, 1);
  gboolean is_due = pdk_cloud_answer_is_due (self->answer, now_usec);

  poll->endpoint = self;
  poll->now_usec = now_usec;
  poll->may_ask = may_ask;
  poll->answer = self->answer != NULL ? pdk_cloud_answer_ref (self->answer) : NULL;
  g_task_set_source_tag (task, pdk_cloud_endpoint_poll_async);
  g_task_set_task_data (task, poll, poll_free);
  /* What another process has claimed and not settled yet may be on the disk by now. */
  if (self->answer != NULL && self->answer->http_status != 0 && !(may_ask && is_due))
    g_task_return_boolean (task, TRUE);
  else
    run_worker (task, claim_thread, on_claimed);
}

/**
 * pdk_cloud_endpoint_poll_finish:
 * @self: an endpoint
 * @result: what the callback was given
 * @error: return location for G_IO_ERROR_CANCELLED, the only error there is
 *
 * Returns: whether it was polled to the end
 */
gboolean
pdk_cloud_endpoint_poll_finish (PdkCloudEndpoint *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, pdk_cloud_endpoint_poll_async), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}

/** pdk_cloud_endpoint_get_answer: Returns: (transfer none) (nullable): what is remembered */
const PdkCloudAnswer *
pdk_cloud_endpoint_get_answer (PdkCloudEndpoint *self)
{
  return self->answer;
}

/** pdk_cloud_endpoint_was_lost: Returns: whether an answer is under way that was lost the time before, since
 * the process that had asked ended too early */
gboolean
pdk_cloud_endpoint_was_lost (PdkCloudEndpoint *self)
{
  return self->answer != NULL && self->answer->is_open && self->answer->was_lost;
}

/** pdk_cloud_endpoint_get_facts: Returns: (transfer none) (nullable): what that says, NULL when nothing */
const PdkFacts *
pdk_cloud_endpoint_get_facts (PdkCloudEndpoint *self)
{
  return self->facts;
}
