/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Who is signed in at the local server: POST /api/me (0.12 and later). The server asks ollama.com for it,
 * which may hang, so it is a source of its own that is asked last, and at most every ten minutes by all of
 * the user's Paddocks together. The sign-in link that comes with a refusal binds this machine's key to
 * whoever opens it: it is not read. Lives in the main context. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-local-account-source.h"

#include <glib/gi18n-lib.h>

#include "pdk-cloud-api.h"
#include "pdk-cloud-endpoint.h"
#include "pdk-cloud-report.h"
#include "pdk-ollama-api.h"
#include "pdk-ollama-version.h"

#define CONNECT_MSEC 1000
#define ANSWER_MSEC 5000
#define ASK_EVERY_USEC (10 * 60 * G_USEC_PER_SEC)

struct _PdkLocalAccountSource
{
  PdkSource parent_instance;

  char *base_url;
  PdkLocalApiSource *server;
  PdkCloudEndpoint *me;
};

G_DEFINE_FINAL_TYPE (PdkLocalAccountSource, pdk_local_account_source, PDK_TYPE_SOURCE)

static PdkReading *
reading_absent (void)
{
  g_autoptr (PdkFacts) nothing = pdk_facts_new ();

  return pdk_reading_new (PDK_SOURCE_STATE_ABSENT, PDK_TIME_UNKNOWN, nothing);
}

/* A server before 0.40.1 knows whose account it is, and no more. */
static void
describe_age (PdkLocalAccountSource *self, PdkFacts *facts)
{
  const char *version = pdk_local_api_source_get_version (self->server);
  g_autofree char *sentence = NULL;

  if (!pdk_ollama_version_is_before (version, 0, 40, 1))
    return;
  sentence = g_strdup_printf (_ ("Ollama %s at %s does not tell about the cloud: its credits and limits need "
                                 "Ollama 0.40.1 or later; update "
                                 "it, or set a key for ollama.com."),
                              version, self->base_url);
  pdk_facts_set_diagnostic (facts, "cloud_error", sentence);
}

static gboolean
names_account (const PdkFacts *known)
{
  return known != NULL && (pdk_facts_get_attribute (known, "account_name") != NULL ||
                           pdk_facts_get_attribute (known, "account_email") != NULL);
}

static PdkReading *
reading_of_account (PdkLocalAccountSource *self, const PdkFacts *known, gint64 observed_at_usec)
{
  g_autoptr (PdkFacts) facts = NULL;

  if (!names_account (known))
    return reading_absent ();
  facts = pdk_facts_new ();
  pdk_facts_merge (facts, known);
  pdk_facts_set_attribute (facts, "signed_in", "true");
  describe_age (self, facts);
  return pdk_reading_new (PDK_SOURCE_STATE_OK, observed_at_usec, facts);
}

/* What is remembered of earlier is shown as such. */
static PdkReading *
reading_of_failure (PdkLocalAccountSource *self, const PdkCloudAnswer *answer)
{
  g_autoptr (PdkFacts) facts = pdk_facts_new ();
  const PdkFacts *known = pdk_cloud_endpoint_get_facts (self->me);
  const PdkCloudWay way = { .base_url = self->base_url };

  pdk_cloud_report_add (facts, &way, answer);
  if (known == NULL)
    return pdk_reading_new (PDK_SOURCE_STATE_FAILED, PDK_TIME_UNKNOWN, facts);
  pdk_facts_merge (facts, known);
  return pdk_reading_new (PDK_SOURCE_STATE_STALE, answer->answered_at_usec, facts);
}

static PdkReading *
build_reading (PdkLocalAccountSource *self)
{
  const PdkCloudAnswer *answer = pdk_cloud_endpoint_get_answer (self->me);
  const PdkFacts *known = pdk_cloud_endpoint_get_facts (self->me);
  g_autoptr (PdkFacts) facts = NULL;

  if (answer == NULL)
    return reading_absent ();
  if (pdk_cloud_answer_is_good (answer) ||
      (answer->http_status == 0 && answer->error_code == PDK_CLOUD_NO_ERROR))
    return reading_of_account (self, known, answer->answered_at_usec);
  switch (answer->error_code == PDK_CLOUD_NO_ERROR ? answer->http_status : 0)
    {
    case 401:
      facts = pdk_facts_new ();
      pdk_facts_set_attribute (facts, "signed_in", "false");
      return pdk_reading_new (PDK_SOURCE_STATE_OK, answer->asked_at_usec, facts);
    case 403: /* the cloud is turned off */
    case 404: /* before 0.12 */
    case 405:
    case 500: /* this machine has no key yet */
      return reading_absent ();
    case 503: /* ollama.com cannot be reached */
      return known != NULL ? reading_of_failure (self, answer) : reading_absent ();
    default:
      return reading_of_failure (self, answer);
    }
}

/* What is remembered stays on show as stale; why there is no more is told by the server's own source. */
static PdkReading *
build_reading_without_server (PdkLocalAccountSource *self)
{
  const PdkCloudAnswer *answer = pdk_cloud_endpoint_get_answer (self->me);
  const PdkFacts *known = pdk_cloud_endpoint_get_facts (self->me);
  g_autoptr (PdkFacts) facts = NULL;

  if (answer == NULL || known == NULL)
    return reading_absent ();
  facts = pdk_facts_new ();
  pdk_facts_merge (facts, known);
  return pdk_reading_new (PDK_SOURCE_STATE_STALE, answer->answered_at_usec, facts);
}

static void
on_me (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  PdkLocalAccountSource *self = g_task_get_source_object (task);
  PdkReading *reading;

  /* Being given up is the only error there is. */
  pdk_cloud_endpoint_poll_finish (PDK_CLOUD_ENDPOINT (source), result, NULL);
  if (g_task_return_error_if_cancelled (task))
    return;
  reading =
      pdk_local_api_source_is_up (self->server) ? build_reading (self) : build_reading_without_server (self);
  g_task_return_pointer (task, reading, (GDestroyNotify) pdk_reading_unref);
}

/* A version before 0.12 would only log that it does not know the route. */
static gboolean
is_to_be_asked (PdkLocalAccountSource *self)
{
  gboolean is_disabled;

  if (pdk_local_api_source_get_cloud_disabled (self->server, &is_disabled) && is_disabled)
    return FALSE;
  return !pdk_ollama_version_is_before (pdk_local_api_source_get_version (self->server), 0, 12, 0);
}

static void
poll_async (PdkSource *source,
            gint64 now_usec,
            GCancellable *cancellable,
            GAsyncReadyCallback callback,
            gpointer user_data)
{
  PdkLocalAccountSource *self = PDK_LOCAL_ACCOUNT_SOURCE (source);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, poll_async);
  if (pdk_local_api_source_is_up (self->server) && !is_to_be_asked (self))
    g_task_return_pointer (task, reading_absent (), (GDestroyNotify) pdk_reading_unref);
  else
    pdk_cloud_endpoint_poll_async (self->me, now_usec, pdk_local_api_source_is_up (self->server), cancellable,
                                   on_me, g_steal_pointer (&task));
}

static gboolean
was_lost (PdkSource *source)
{
  return pdk_cloud_endpoint_was_lost (PDK_LOCAL_ACCOUNT_SOURCE (source)->me);
}

static void
pdk_local_account_source_dispose (GObject *object)
{
  PdkLocalAccountSource *self = PDK_LOCAL_ACCOUNT_SOURCE (object);

  g_clear_object (&self->server);
  g_clear_object (&self->me);
  g_clear_pointer (&self->base_url, g_free);
  G_OBJECT_CLASS (pdk_local_account_source_parent_class)->dispose (object);
}

static void
pdk_local_account_source_class_init (PdkLocalAccountSourceClass *klass)
{
  PdkSourceClass *source_class = PDK_SOURCE_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pdk_local_account_source_dispose;
  source_class->name = "local_account";
  source_class->is_last = TRUE;
  source_class->was_lost = was_lost;
  source_class->poll_async = poll_async;
}

static void
pdk_local_account_source_init (PdkLocalAccountSource *self)
{
}

/**
 * pdk_local_account_source_new:
 * @client: (transfer none): the client to send with
 * @folder: where answers are kept
 * @base_url: the server's address
 * @server: (transfer none): the source that knows whether the server is up
 *
 * Returns: (transfer full): the source
 */
PdkLocalAccountSource *
pdk_local_account_source_new (PdkHttpClient *client,
                              const char *folder,
                              const char *base_url,
                              PdkLocalApiSource *server)
{
  PdkLocalAccountSource *self = g_object_new (PDK_TYPE_LOCAL_ACCOUNT_SOURCE, NULL);
  const PdkCloudQuestion question = { .name = "me",
                                      .base_url = base_url,
                                      .path = "/api/me",
                                      .body = "",
                                      .connect_msec = CONNECT_MSEC,
                                      .answer_msec = ANSWER_MSEC,
                                      .every_usec = ASK_EVERY_USEC,
                                      .parse = pdk_cloud_api_parse_me };

  self->base_url = g_strdup (base_url);
  self->server = g_object_ref (server);
  self->me = pdk_cloud_endpoint_new (client, folder, &question);
  return self;
}

/** pdk_local_account_source_get_base_url: Returns: (transfer none): the server's address */
const char *
pdk_local_account_source_get_base_url (PdkLocalAccountSource *self)
{
  return self->base_url;
}

/** pdk_local_account_source_is_known: Returns: whether anything is known of who is signed in, or was
 * remembered */
gboolean
pdk_local_account_source_is_known (PdkLocalAccountSource *self)
{
  return pdk_cloud_endpoint_get_answer (self->me) != NULL;
}

/** pdk_local_account_source_is_signed_out: Returns: whether nobody was signed in when the server last knew */
gboolean
pdk_local_account_source_is_signed_out (PdkLocalAccountSource *self)
{
  const PdkCloudAnswer *answer = pdk_cloud_endpoint_get_answer (self->me);

  return answer != NULL && answer->is_signed_out;
}

/** pdk_local_account_source_is_signed_in_since: Returns: whether the server said at @since_usec or later that
 * somebody is signed in, and nothing else after that */
gboolean
pdk_local_account_source_is_signed_in_since (PdkLocalAccountSource *self, gint64 since_usec)
{
  const PdkCloudAnswer *answer = pdk_cloud_endpoint_get_answer (self->me);

  return answer != NULL && pdk_cloud_answer_is_good (answer) && answer->answered_at_usec >= since_usec &&
         names_account (pdk_cloud_endpoint_get_facts (self->me));
}
