/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Who is signed in at the local server: POST /api/me (0.12 and later). The server asks ollama.com for it,
 * which may hang, so it is a source of its own that is asked last, and only when the server is new to us or
 * every ten minutes. The sign-in link that comes with a refusal binds this machine's key to whoever opens it:
 * it is not read. Lives in the main context. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-local-account-source.h"

#include <glib/gi18n-lib.h>
#include <stdlib.h>

#include "pdk-api-call.h"
#include "pdk-error.h"
#include "pdk-ollama-api.h"

#define ANSWER_MSEC 5000
#define ASK_EVERY_USEC (10 * 60 * G_USEC_PER_SEC)

struct _PdkLocalAccountSource
{
  PdkSource parent_instance;

  PdkHttpClient *client;
  char *base_url;
  PdkLocalApiSource *server;

  PdkReading *reading; /* (nullable): the latest */
  guint generation;    /* of the server, when it was asked */
  gint64 asked_at_usec;
};

G_DEFINE_FINAL_TYPE (PdkLocalAccountSource, pdk_local_account_source, PDK_TYPE_SOURCE)

static gpointer
parse_me (JsonNode *root, GError **error)
{
  g_autoptr (PdkFacts) facts = pdk_facts_new ();

  return pdk_ollama_api_parse_me (root, facts, error) ? g_steal_pointer (&facts) : NULL;
}

static PdkReading *
reading_for_refusal (guint status, gint64 now_usec, const char *base_url, const GError *error)
{
  g_autoptr (PdkFacts) facts = pdk_facts_new ();
  g_autofree char *sentence = NULL;

  switch (status)
    {
    case 401:
      pdk_facts_set_attribute (facts, "signed_in", "false");
      return pdk_reading_new (PDK_SOURCE_STATE_OK, now_usec, facts);
    case 403: /* the cloud is turned off */
    case 404: /* before 0.12 */
    case 405:
    case 500: /* this machine has no key yet */
    case 503: /* ollama.com cannot be reached */
      return pdk_reading_new (PDK_SOURCE_STATE_ABSENT, PDK_TIME_UNKNOWN, facts);
    default:
      sentence = g_strdup_printf (_ ("%s did not tell who is signed in (%s); it is asked again later."),
                                  base_url, error->message);
      pdk_facts_set_diagnostic (facts, "cloud_error", sentence);
      return pdk_reading_new (PDK_SOURCE_STATE_FAILED, PDK_TIME_UNKNOWN, facts);
    }
}

static void
on_me (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  PdkLocalAccountSource *self = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;
  guint status = 0;
  g_autoptr (PdkApiAnswer) answer = pdk_api_call_finish (result, &status, &error);

  if (g_task_return_error_if_cancelled (task))
    return;
  if (pdk_api_call_is_new_connection (result))
    pdk_local_api_source_note_new_connection (self->server);
  g_clear_pointer (&self->reading, pdk_reading_unref);
  if (answer == NULL)
    self->reading = reading_for_refusal (status, self->asked_at_usec, self->base_url, error);
  else
    {
      PdkFacts *facts = answer->value;
      gboolean is_known = pdk_facts_get_attribute (facts, "account_name") != NULL ||
                          pdk_facts_get_attribute (facts, "account_email") != NULL;

      if (is_known)
        pdk_facts_set_attribute (facts, "signed_in", "true");
      self->reading = pdk_reading_new (is_known ? PDK_SOURCE_STATE_OK : PDK_SOURCE_STATE_ABSENT,
                                       is_known ? self->asked_at_usec : PDK_TIME_UNKNOWN, facts);
    }
  g_task_return_pointer (task, pdk_reading_ref (self->reading), (GDestroyNotify) pdk_reading_unref);
}

/* A version before 0.12 would only log that it does not know the route. */
static gboolean
has_route (const char *version)
{
  char *end = NULL;
  long major = version != NULL ? strtol (version, &end, 10) : 0;

  if (version == NULL || end == version || *end != '.')
    return TRUE;
  return major > 0 || strtol (end + 1, NULL, 10) >= 12 || g_str_has_prefix (version, "0.0.0");
}

static gboolean
is_due (PdkLocalAccountSource *self, gint64 now_usec)
{
  return self->reading == NULL || self->generation != pdk_local_api_source_get_generation (self->server) ||
         now_usec < self->asked_at_usec || now_usec - self->asked_at_usec >= ASK_EVERY_USEC;
}

/* What was known stays on show as stale; why there is no more is told by the server's own source. */
static PdkReading *
reading_without_server (PdkLocalAccountSource *self)
{
  g_autoptr (PdkFacts) nothing = pdk_facts_new ();
  gboolean was_known = self->reading != NULL && self->reading->state == PDK_SOURCE_STATE_OK;

  return pdk_reading_new (was_known ? PDK_SOURCE_STATE_FAILED : PDK_SOURCE_STATE_ABSENT, PDK_TIME_UNKNOWN,
                          nothing);
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
  PdkApiCall call = { .base_url = self->base_url,
                      .path = "/api/me",
                      .body = "",
                      .answer_msec = ANSWER_MSEC,
                      .parse = parse_me,
                      .free_value = (GDestroyNotify) pdk_facts_unref };

  g_task_set_source_tag (task, poll_async);
  if (!pdk_local_api_source_is_up (self->server) ||
      !has_route (pdk_local_api_source_get_version (self->server)))
    {
      g_task_return_pointer (task, reading_without_server (self), (GDestroyNotify) pdk_reading_unref);
      return;
    }
  if (is_due (self, now_usec))
    {
      self->generation = pdk_local_api_source_get_generation (self->server);
      self->asked_at_usec = now_usec;
      pdk_api_call_async (self->client, &call, cancellable, on_me, g_steal_pointer (&task));
      return;
    }
  g_task_return_pointer (task, pdk_reading_ref (self->reading), (GDestroyNotify) pdk_reading_unref);
}

static void
pdk_local_account_source_dispose (GObject *object)
{
  PdkLocalAccountSource *self = PDK_LOCAL_ACCOUNT_SOURCE (object);

  g_clear_object (&self->client);
  g_clear_object (&self->server);
  g_clear_pointer (&self->base_url, g_free);
  g_clear_pointer (&self->reading, pdk_reading_unref);
  G_OBJECT_CLASS (pdk_local_account_source_parent_class)->dispose (object);
}

static void
pdk_local_account_source_class_init (PdkLocalAccountSourceClass *klass)
{
  PdkSourceClass *source_class = PDK_SOURCE_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pdk_local_account_source_dispose;
  source_class->name = "local_account";
  source_class->is_last = TRUE;
  source_class->poll_async = poll_async;
}

static void
pdk_local_account_source_init (PdkLocalAccountSource *self)
{
}

/**
 * pdk_local_account_source_new:
 * @client: (transfer none): the client to send with
 * @base_url: the server's address
 * @server: (transfer none): the source that knows whether the server is up
 *
 * Returns: (transfer full): the source
 */
PdkLocalAccountSource *
pdk_local_account_source_new (PdkHttpClient *client, const char *base_url, PdkLocalApiSource *server)
{
  PdkLocalAccountSource *self = g_object_new (PDK_TYPE_LOCAL_ACCOUNT_SOURCE, NULL);

  self->client = g_object_ref (client);
  self->base_url = g_strdup (base_url);
  self->server = g_object_ref (server);
  return self;
}
