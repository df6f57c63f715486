/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the sources that view a request log share: asking it, and turning what it found into a reading. Lives
 * in the main context. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-request-log-source.h"

#include <glib/gi18n-lib.h>

typedef struct
{
  PdkRequestLog *log;
} PdkRequestLogSourcePrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (PdkRequestLogSource, pdk_request_log_source, PDK_TYPE_SOURCE)

/* The oldest go first, so that it is the longest window that misses some. */
static char *
describe_dropped (guint64 n_dropped)
{
  /* In a type whose format is a plain one: a macro inside of a text would hide it from translators. */
  guint n = (guint) MIN (n_dropped, G_MAXUINT);

  if (n == 0)
    return NULL;
  return g_strdup_printf (
      g_dngettext (GETTEXT_PACKAGE,
                   "More requests were logged in the last days than are kept: %u of them is "
                   "missing from the longest windows of time.",
                   "More requests were logged in the last days than are kept: %u of them are "
                   "missing from the longest windows of time.",
                   n),
      n);
}

static PdkReading *
make_reading (PdkSource *source, const PdkRequestLogResult *result, const PdkLogPlaces *places)
{
  PdkRequestLogSourceClass *klass = PDK_REQUEST_LOG_SOURCE_GET_CLASS (source);
  const PdkRequestLogPart *part = G_STRUCT_MEMBER_P (result, klass->part_offset);
  g_autoptr (PdkFacts) facts = pdk_facts_new ();
  g_autofree char *sentence = klass->describe (result, places);
  PdkReading *reading;

  if (sentence == NULL && part->state == PDK_SOURCE_STATE_OK)
    sentence = describe_dropped (result->n_dropped);
  if (sentence != NULL)
    pdk_facts_set_diagnostic (facts, klass->diagnostic, sentence);
  if (result->history_problem != NULL)
    pdk_facts_set_diagnostic (facts, "history_error", result->history_problem);
  /* Without a log nobody knows what the last hours were; the days before are known all the same. */
  if (part->state != PDK_SOURCE_STATE_OK)
    {
      pdk_facts_merge (facts, result->days);
      reading = pdk_reading_new (part->state, PDK_TIME_UNKNOWN, facts);
    }
  else
    {
      pdk_facts_merge (facts, result->metrics);
      reading = pdk_reading_new (part->state, result->now_usec, facts);
    }
  klass->explain (result, places, reading);
  return reading;
}

static void
poll_async (PdkSource *source,
            gint64 now_usec,
            GCancellable *cancellable,
            GAsyncReadyCallback callback,
            gpointer user_data)
{
  PdkRequestLogSourcePrivate *priv =
      pdk_request_log_source_get_instance_private (PDK_REQUEST_LOG_SOURCE (source));

  pdk_request_log_poll_for_source (priv->log, source, make_reading, now_usec, cancellable, callback,
                                   user_data);
}

static void
pdk_request_log_source_finalize (GObject *object)
{
  PdkRequestLogSourcePrivate *priv =
      pdk_request_log_source_get_instance_private (PDK_REQUEST_LOG_SOURCE (object));

  g_object_unref (priv->log);
  G_OBJECT_CLASS (pdk_request_log_source_parent_class)->finalize (object);
}

static void
pdk_request_log_source_class_init (PdkRequestLogSourceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pdk_request_log_source_finalize;
  PDK_SOURCE_CLASS (klass)->poll_async = poll_async;
}

static void
pdk_request_log_source_init (PdkRequestLogSource *self)
{
}

/**
 * pdk_request_log_source_new:
 * @type: a class of such sources
 * @log: (transfer none): what reads; several sources may share it
 *
 * Returns: (transfer full): a source of @type
 */
gpointer
pdk_request_log_source_new (GType type, PdkRequestLog *log)
{
  PdkRequestLogSource *self = g_object_new (type, NULL);
  PdkRequestLogSourcePrivate *priv = pdk_request_log_source_get_instance_private (self);

  priv->log = g_object_ref (log);
  return self;
}
