/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Ollama Cloud: what is left of credits and limits, what was used, and, with a key, whose account it is and
 * how many models there are. Either through the local server, which signs for us, or from the cloud itself
 * with a key; without a key, nobody but the local server is ever asked.
 *
 * The balance goes first, and the rest only if it was not refused, so that a bad key or a limit is met once.
 * What is remembered of earlier is shown as soon as the answers take longer than a person would wait: those
 * go on, and are shown the next time. Lives in the main context. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-cloud-source.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "pdk-cloud-api.h"
#include "pdk-cloud-endpoint.h"
#include "pdk-cloud-period.h"
#include "pdk-cloud-report.h"
#include "pdk-ollama-api.h"
#include "pdk-ollama-version.h"

#define RELAY_CONNECT_MSEC 1000
#define CLOUD_CONNECT_MSEC 10000
#define ANSWER_MSEC 15000
#define OFTEN_USEC (60 * G_USEC_PER_SEC)
#define SELDOM_USEC (10 * 60 * G_USEC_PER_SEC)
/* Then what is remembered is shown. */
#define PATIENCE_MSEC 2000
/* As old as values become while all is well. */
#define FRESH_USEC (2 * OFTEN_USEC)

typedef struct
{
  const char *name;
  const char *path;
  const char *body;
  gint64 every_usec;
  PdkCloudParseFunc parse;
  gboolean needs_key;
} Question;

/* In the order of precedence. The first decides whether the others are asked. */
static const Question questions[] = {
  { "balance", "/api/balance", NULL, OFTEN_USEC, pdk_cloud_api_parse_usage, FALSE },
  { "usage-30d", "/api/usage?range=30d", NULL, SELDOM_USEC, pdk_cloud_api_parse_usage, FALSE },
  { "usage-7d", "/api/usage?range=7d", NULL, SELDOM_USEC, pdk_cloud_api_parse_usage, FALSE },
  { "usage-24h", "/api/usage?range=24h", NULL, OFTEN_USEC, pdk_cloud_api_parse_usage, FALSE },
  { "me", "/api/me", "", SELDOM_USEC, pdk_cloud_api_parse_me, TRUE },
  { "catalogue", "/api/tags", NULL, SELDOM_USEC, pdk_cloud_api_parse_catalogue, TRUE },
  /* Where the balance was before it had a route of its own. */
  { "account-usage", "/api/account/usage", NULL, OFTEN_USEC, pdk_cloud_api_parse_usage, TRUE },
};

#define N_QUESTIONS G_N_ELEMENTS (questions)
#define LEAD 0
#define ME 4
#define OLDER (N_QUESTIONS - 1)

struct _PdkCloudSource
{
  PdkSource parent_instance;

  PdkCloudWay way;
  PdkCloudEndpoint *endpoints[N_QUESTIONS]; /* (nullable) each */
  PdkLocalApiSource *server;                /* (nullable) */
  PdkServerConfigSource *config;            /* (nullable) */
  PdkLocalAccountSource *account;           /* (nullable): the server's, when it relays */

  GTask *waiting; /* (nullable): whoever is still to be answered */
  guint patience_id;
  guint n_pending;         /* questions under way, which may be those of an earlier poll */
  gboolean is_cut_off;     /* the server that would relay is not there */
  gboolean was_signed_out; /* nobody was signed in there, as far as is remembered */
  gint64 now_usec;         /* of the latest poll */
};

G_DEFINE_FINAL_TYPE (PdkCloudSource, pdk_cloud_source, PDK_TYPE_SOURCE)

/* The server is asked first, since only it knows all that counts; without it, its configuration says. */
static gboolean
is_disabled (PdkCloudSource *self)
{
  gboolean is_off;

  if (self->server != NULL && pdk_local_api_source_get_cloud_disabled (self->server, &is_off))
    return is_off;
  return self->config != NULL && pdk_server_config_source_is_cloud_disabled (self->config);
}

/* Whether the relay has nothing for us, as far as we know without asking. */
static gboolean
is_out_of_reach (PdkCloudSource *self)
{
  if (self->account == NULL)
    return FALSE;
  return pdk_local_account_source_is_signed_out (self->account) ||
         pdk_ollama_version_is_before (pdk_local_api_source_get_version (self->server), 0, 40, 1);
}

static const PdkCloudAnswer *
get_answer (PdkCloudSource *self, gsize index)
{
  return self->endpoints[index] != NULL ? pdk_cloud_endpoint_get_answer (self->endpoints[index]) : NULL;
}

static gboolean
was_refused (const PdkCloudAnswer *answer)
{
  guint status = answer != NULL ? answer->http_status : 0;

  if (answer == NULL)
    return FALSE;
  if (status == 0 || answer->error_code != PDK_CLOUD_NO_ERROR)
    return answer->error_code != PDK_CLOUD_NO_ERROR && answer->error_code != PDK_ERROR_MALFORMED;
  return status == 401 || status == 403 || status == 429 || status >= 500;
}

/* The one to judge by: where there is no balance yet, the route that it had before. */
static const PdkCloudAnswer *
get_lead (PdkCloudSource *self)
{
  const PdkCloudAnswer *lead = get_answer (self, LEAD);
  const PdkCloudAnswer *older = get_answer (self, OLDER);

  return lead != NULL && lead->http_status == 404 && older != NULL && pdk_cloud_answer_is_good (older) ? older
                                                                                                       : lead;
}

/* Puts together what is known. Returns when the newest of it was observed, PDK_TIME_UNKNOWN when nothing is.
 */
static gint64
collect (PdkCloudSource *self, PdkFacts *facts)
{
  gint64 observed_at_usec = PDK_TIME_UNKNOWN;

  for (gsize i = 0; i < N_QUESTIONS; i++)
    {
      const PdkCloudAnswer *answer = get_answer (self, i);
      const PdkFacts *known;

      /* Whose account the server's is, its own source tells. */
      if (answer == NULL || (i == ME && self->way.key == NULL) ||
          ((i == LEAD || i == OLDER) && get_lead (self) != answer))
        continue;
      pdk_cloud_report_add (facts, &self->way, answer);
      known = pdk_cloud_endpoint_get_facts (self->endpoints[i]);
      if (known == NULL)
        continue;
      pdk_cloud_period_merge (facts, known, pdk_cloud_answer_get_observed_at (answer), self->now_usec);
      observed_at_usec = MAX (observed_at_usec, pdk_cloud_answer_get_observed_at (answer));
    }
  return observed_at_usec;
}

static PdkReading *
reading_absent (PdkFacts *facts)
{
  return pdk_reading_new (PDK_SOURCE_STATE_ABSENT, PDK_TIME_UNKNOWN, facts);
}

/* What is remembered is shown with its age, as long as it can be true. */
static PdkReading *
reading_of_the_past (PdkCloudSource *self, PdkFacts *facts, gint64 observed_at_usec)
{
  if (observed_at_usec == PDK_TIME_UNKNOWN)
    return pdk_reading_new (PDK_SOURCE_STATE_FAILED, PDK_TIME_UNKNOWN, facts);
  pdk_cloud_period_drop_past (facts, G_MININT64, self->now_usec);
  return pdk_reading_new (PDK_SOURCE_STATE_STALE, observed_at_usec, facts);
}

/* Whether nobody is signed in at the server, or its cloud is off. What is remembered is then of an account
 * that is gone. */
static gboolean
is_without_account (PdkCloudSource *self, const PdkCloudAnswer *lead)
{
  if (self->way.key != NULL)
    return FALSE;
  if (lead != NULL && (lead->http_status == 401 || lead->is_cloud_disabled))
    return TRUE;
  return self->was_signed_out && (lead == NULL || !pdk_cloud_answer_is_good (lead));
}

static PdkReading *
reading_without_account (PdkCloudSource *self, const PdkCloudAnswer *lead)
{
  g_autoptr (PdkFacts) facts = pdk_facts_new ();

  /* A server that said in the same poll that somebody is, has a key that the cloud does not take, or a clock
   * that is wrong. If it said so before, they may have signed out since. */
  if (lead != NULL && lead->http_status == 401 && self->account != NULL &&
      pdk_local_account_source_is_signed_in_since (self->account, lead->asked_at_usec - OFTEN_USEC / 2))
    {
      pdk_cloud_report_add_refusal (facts, &self->way, lead->http_status);
      return pdk_reading_new (PDK_SOURCE_STATE_FAILED, PDK_TIME_UNKNOWN, facts);
    }
  if (lead == NULL || !lead->is_cloud_disabled)
    pdk_facts_set_attribute (facts, "signed_in", "false");
  return reading_absent (facts);
}

static gboolean
has_failed (PdkCloudSource *self, const PdkCloudAnswer *lead)
{
  gboolean is_too_old =
      self->way.key == NULL && lead != NULL && lead->http_status == 404 && lead->body == NULL;

  if (lead == NULL || lead->http_status == 0)
    return lead != NULL && lead->error_code != PDK_CLOUD_NO_ERROR;
  return !pdk_cloud_answer_is_good (lead) && !is_too_old;
}

static PdkReading *
build_reading (PdkCloudSource *self)
{
  g_autoptr (PdkFacts) facts = pdk_facts_new ();
  const PdkCloudAnswer *lead = get_lead (self);
  gint64 observed_at_usec = collect (self, facts);

  if (is_without_account (self, lead))
    return reading_without_account (self, lead);
  pdk_facts_set_attribute (facts, "auth_type", self->way.key == NULL ? "local" : "api_key");
  /* Why the server cannot be asked is told by its own source. */
  if (has_failed (self, lead) || (self->is_cut_off && observed_at_usec != PDK_TIME_UNKNOWN))
    return reading_of_the_past (self, facts, observed_at_usec);
  if (observed_at_usec == PDK_TIME_UNKNOWN)
    return reading_absent (facts);
  if (self->n_pending > 0 && self->now_usec - observed_at_usec > FRESH_USEC)
    {
      pdk_facts_set_diagnostic (
          facts, "cloud_error",
          _ ("Ollama Cloud has not answered yet: what it told before is shown until it does."));
      return reading_of_the_past (self, facts, observed_at_usec);
    }
  return pdk_reading_new (PDK_SOURCE_STATE_OK, observed_at_usec, facts);
}

static void
answer_caller (PdkCloudSource *self)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->waiting);

  g_clear_handle_id (&self->patience_id, g_source_remove);
  if (task != NULL && !g_task_return_error_if_cancelled (task))
    g_task_return_pointer (task, build_reading (self), (GDestroyNotify) pdk_reading_unref);
}

/* Whether an answer is under way that went by unheard the time before. */
static gboolean
was_lost (PdkSource *source)
{
  PdkCloudSource *self = PDK_CLOUD_SOURCE (source);

  for (gsize i = 0; i < N_QUESTIONS; i++)
    {
      if (self->endpoints[i] != NULL && pdk_cloud_endpoint_was_lost (self->endpoints[i]))
        return TRUE;
    }
  return FALSE;
}

/* Does somebody remember anything that could be shown already? If not, waiting is all there is. */
static gboolean
on_patience_over (gpointer user_data)
{
  PdkCloudSource *self = user_data;
  g_autoptr (PdkFacts) facts = pdk_facts_new ();

  self->patience_id = 0;
  if (!was_lost (PDK_SOURCE (self)) && collect (self, facts) != PDK_TIME_UNKNOWN)
    answer_caller (self);
  return G_SOURCE_REMOVE;
}

static void
one_done (PdkCloudSource *self)
{
  self->n_pending--;
  if (self->n_pending == 0)
    answer_caller (self);
}

static void
on_answer (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PdkCloudSource) self = user_data;

  /* That it was given up is seen on the caller's task. */
  pdk_cloud_endpoint_poll_finish (PDK_CLOUD_ENDPOINT (source), result, NULL);
  one_done (self);
}

static void
on_lead (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  PdkCloudSource *self = g_task_get_source_object (task);
  GCancellable *cancellable = g_task_get_cancellable (task);
  const PdkCloudAnswer *lead;

  if (!pdk_cloud_endpoint_poll_finish (PDK_CLOUD_ENDPOINT (source), result, NULL))
    {
      one_done (self);
      return;
    }
  lead = get_answer (self, LEAD);
  for (gsize i = LEAD + 1; i < N_QUESTIONS; i++)
    {
      gboolean may_ask = !self->is_cut_off && lead != NULL && !was_refused (lead);

      if (self->endpoints[i] == NULL || (i == ME && self->way.key == NULL) ||
          (i == OLDER && (lead == NULL || lead->http_status != 404)))
        continue;
      self->n_pending++;
      pdk_cloud_endpoint_poll_async (self->endpoints[i], self->now_usec, may_ask, cancellable, on_answer,
                                     g_object_ref (self));
    }
  one_done (self);
}

static void
start_lead (PdkCloudSource *self, GTask *task)
{
  pdk_cloud_endpoint_poll_async (self->endpoints[LEAD], self->now_usec, !self->is_cut_off,
                                 g_task_get_cancellable (task), on_lead, g_object_ref (task));
}

/* Who is signed in at the server is asked at the same time. If nobody was a moment ago, there is nobody to
 * ask for. */
static void
on_recalled (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  PdkCloudSource *self = g_task_get_source_object (task);
  const PdkCloudAnswer *me = get_answer (self, ME);

  if (!pdk_cloud_endpoint_poll_finish (PDK_CLOUD_ENDPOINT (source), result, NULL))
    {
      one_done (self);
      return;
    }
  self->was_signed_out = me != NULL && me->is_signed_out;
  if (self->was_signed_out && !pdk_cloud_answer_is_due (me, self->now_usec))
    one_done (self);
  else
    start_lead (self, task);
}

static void
poll_async (PdkSource *source,
            gint64 now_usec,
            GCancellable *cancellable,
            GAsyncReadyCallback callback,
            gpointer user_data)
{
  PdkCloudSource *self = PDK_CLOUD_SOURCE (source);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, poll_async);
  if (is_disabled (self) || is_out_of_reach (self))
    {
      g_autoptr (PdkFacts) nothing = pdk_facts_new ();

      g_task_return_pointer (task, reading_absent (nothing), (GDestroyNotify) pdk_reading_unref);
      return;
    }
  self->now_usec = now_usec;
  self->waiting = g_object_ref (task);
  self->patience_id = g_timeout_add (PATIENCE_MSEC, on_patience_over, self);
  if (self->n_pending > 0) /* since an earlier poll */
    return;
  self->n_pending = 1;
  self->is_cut_off = self->account != NULL && !pdk_local_api_source_is_up (self->server);
  self->was_signed_out = FALSE;
  if (self->account != NULL && !pdk_local_account_source_is_known (self->account))
    pdk_cloud_endpoint_poll_async (self->endpoints[ME], now_usec, FALSE, cancellable, on_recalled,
                                   g_object_ref (task));
  else
    start_lead (self, task);
}

static void
pdk_cloud_source_finalize (GObject *object)
{
  PdkCloudSource *self = PDK_CLOUD_SOURCE (object);

  for (gsize i = 0; i < N_QUESTIONS; i++)
    g_clear_object (&self->endpoints[i]);
  g_clear_object (&self->server);
  g_clear_object (&self->config);
  g_clear_object (&self->account);
  if (self->way.key != NULL)
    explicit_bzero (self->way.key, strlen (self->way.key));
  g_free (self->way.key);
  g_free (self->way.key_name);
  g_free (self->way.base_url);
  G_OBJECT_CLASS (pdk_cloud_source_parent_class)->finalize (object);
}

static void
pdk_cloud_source_class_init (PdkCloudSourceClass *klass)
{
  PdkSourceClass *source_class = PDK_SOURCE_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = pdk_cloud_source_finalize;
  source_class->name = "cloud";
  source_class->is_last = TRUE;
  source_class->was_lost = was_lost;
  source_class->poll_async = poll_async;
}

static void
pdk_cloud_source_init (PdkCloudSource *self)
{
}

static void
add_endpoints (PdkCloudSource *self, PdkHttpClient *client, const char *folder)
{
  gboolean has_key = self->way.key != NULL;

  for (gsize i = 0; i < N_QUESTIONS; i++)
    {
      PdkCloudQuestion question = { .name = questions[i].name,
                                    .base_url = self->way.base_url,
                                    .path = questions[i].path,
                                    .body = questions[i].body,
                                    .key = self->way.key,
                                    .connect_msec = has_key ? CLOUD_CONNECT_MSEC : RELAY_CONNECT_MSEC,
                                    .answer_msec = ANSWER_MSEC,
                                    .every_usec = questions[i].every_usec,
                                    .parse = questions[i].parse };

      if (has_key || !questions[i].needs_key || i == ME)
        self->endpoints[i] = pdk_cloud_endpoint_new (client, folder, &question);
    }
}

/**
 * pdk_cloud_source_new_direct:
 * @client: (transfer none): the client to send with
 * @folder: where answers are kept
 * @base_url: the cloud's address, without a slash at its end; https, or loopback
 * @key: the key, which goes there and nowhere else
 * @key_name: (nullable): where the key comes from, for people
 *
 * Returns: (transfer full): a source that asks the cloud itself
 */
PdkCloudSource *
pdk_cloud_source_new_direct (
    PdkHttpClient *client, const char *folder, const char *base_url, const char *key, const char *key_name)
{
  PdkCloudSource *self = g_object_new (PDK_TYPE_CLOUD_SOURCE, NULL);

  self->way.base_url = g_strdup (base_url);
  self->way.key = g_strdup (key);
  self->way.key_name = g_strdup (key_name);
  add_endpoints (self, client, folder);
  return self;
}

/**
 * pdk_cloud_source_new_relay:
 * @client: (transfer none): the client to send with
 * @folder: where answers are kept
 * @account: (transfer none): who is signed in at the server that relays
 *
 * Returns: (transfer full): a source that asks the server
 */
PdkCloudSource *
pdk_cloud_source_new_relay (PdkHttpClient *client, const char *folder, PdkLocalAccountSource *account)
{
  PdkCloudSource *self = g_object_new (PDK_TYPE_CLOUD_SOURCE, NULL);

  self->way.base_url = g_strdup (pdk_local_account_source_get_base_url (account));
  self->account = g_object_ref (account);
  add_endpoints (self, client, folder);
  return self;
}

/**
 * pdk_cloud_source_set_server:
 * @self: a source that has not been polled
 * @server: (transfer none): the local server, which knows whether the cloud is turned off
 * @config: (transfer none) (nullable): its configuration, which knows when the server is not there
 *
 * A source that asks the server must have it.
 */
void
pdk_cloud_source_set_server (PdkCloudSource *self, PdkLocalApiSource *server, PdkServerConfigSource *config)
{
  self->server = g_object_ref (server);
  self->config = config != NULL ? g_object_ref (config) : NULL;
}
