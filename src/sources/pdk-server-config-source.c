/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The server's own configuration, for when the server is not there to be asked: the file server.json, and the
 * environment variable OLLAMA_NO_CLOUD. Reads in a worker thread. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-server-config-source.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "pdk-error.h"
#include "pdk-file.h"
#include "pdk-json.h"
#include "pdk-ollama-api.h"

#define MAX_BYTES (1024 * 1024)

struct _PdkServerConfigSource
{
  PdkSource parent_instance;

  char *path;
  gboolean is_disabled_by_env;
  gboolean is_cloud_disabled; /* as of the last reading that told */
};

G_DEFINE_FINAL_TYPE (PdkServerConfigSource, pdk_server_config_source, PDK_TYPE_SOURCE)

typedef struct
{
  char *path;
  gboolean is_disabled_by_env;
  gint64 now_usec;
} Poll;

static void
poll_free (gpointer data)
{
  Poll *poll = data;

  g_free (poll->path);
  g_free (poll);
}

/* Go's strconv.ParseBool(); what it does not know turns the cloud off, as in the server. */
static gboolean
is_set (const char *value)
{
  static const char *const falses[] = { "0", "f", "F", "FALSE", "false", "False", "", NULL };
  g_autofree char *text = g_strstrip (g_strdup (value != NULL ? value : ""));

  return !g_strv_contains (falses, text);
}

static gboolean
read_config (const char *path, gboolean *is_cloud_disabled, GError **error)
{
  g_autoptr (GBytes) content = pdk_file_read (path, MAX_BYTES, error);
  g_autoptr (JsonNode) root = NULL;
  const char *text;
  gsize length;

  if (content == NULL)
    return FALSE;
  text = g_bytes_get_data (content, &length);
  root = pdk_json_parse (text != NULL ? text : "", length, error);
  return root != NULL && pdk_ollama_api_parse_server_config (root, is_cloud_disabled, error);
}

static void
describe (PdkFacts *facts, gboolean by_env, gboolean by_file)
{
  const char *source = by_env && by_file ? "both" : by_env ? "env" : by_file ? "config" : "none";

  pdk_facts_set_attribute (facts, "cloud_disabled", by_env || by_file ? "true" : "false");
  pdk_facts_set_attribute (facts, "cloud_source", source);
}

/* What we cannot make sense of, the server cannot either. What we may not read, it may. */
static char *
describe_error (const char *path, const GError *error)
{
  if (g_error_matches (error, PDK_ERROR, PDK_ERROR_PERMISSION) ||
      g_error_matches (error, PDK_ERROR, PDK_ERROR_FAILED))
    return g_strdup_printf (
        _ ("%s cannot be read (%s), so whether it turns the cloud off is not known: check the path "
           "and your rights to it."),
        path, error->message);
  return g_strdup_printf (_ ("%s cannot be used (%s), and the server ignores it as well: mend or remove it."),
                          path, error->message);
}

static PdkReading *
read_reading (const Poll *poll)
{
  g_autoptr (PdkFacts) facts = pdk_facts_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *sentence = NULL;
  gboolean by_file = FALSE;

  if (read_config (poll->path, &by_file, &error))
    {
      describe (facts, poll->is_disabled_by_env, by_file);
      return pdk_reading_new (PDK_SOURCE_STATE_OK, poll->now_usec, facts);
    }
  if (poll->is_disabled_by_env)
    describe (facts, TRUE, FALSE);
  if (g_error_matches (error, PDK_ERROR, PDK_ERROR_NOT_FOUND))
    return pdk_reading_new (poll->is_disabled_by_env ? PDK_SOURCE_STATE_OK : PDK_SOURCE_STATE_ABSENT,
                            poll->is_disabled_by_env ? poll->now_usec : PDK_TIME_UNKNOWN, facts);

  sentence = describe_error (poll->path, error);
  pdk_facts_set_diagnostic (facts, "server_config_error", sentence);
  return pdk_reading_new (PDK_SOURCE_STATE_FAILED, PDK_TIME_UNKNOWN, facts);
}

static void
poll_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  g_task_return_pointer (task, read_reading (task_data), (GDestroyNotify) pdk_reading_unref);
}

static void
poll_async (PdkSource *source,
            gint64 now_usec,
            GCancellable *cancellable,
            GAsyncReadyCallback callback,
            gpointer user_data)
{
  PdkServerConfigSource *self = PDK_SERVER_CONFIG_SOURCE (source);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  Poll *poll = g_new0 (Poll, 1);

  poll->path = g_strdup (self->path);
  poll->is_disabled_by_env = self->is_disabled_by_env;
  poll->now_usec = now_usec;
  g_task_set_source_tag (task, poll_async);
  g_task_set_task_data (task, poll, poll_free);
  /* A file on a share that hangs must not keep the program from going on, or from ending. */
  g_task_set_return_on_cancel (task, TRUE);
  g_task_run_in_thread (task, poll_thread);
}

static PdkReading *
poll_finish (PdkSource *source, GAsyncResult *result, GError **error)
{
  PdkServerConfigSource *self = PDK_SERVER_CONFIG_SOURCE (source);
  PdkReading *reading = g_task_propagate_pointer (G_TASK (result), error);

  if (reading != NULL && reading->state != PDK_SOURCE_STATE_FAILED)
    self->is_cloud_disabled =
        g_strcmp0 (pdk_facts_get_attribute (reading->facts, "cloud_disabled"), "true") == 0;
  return reading;
}

static void
pdk_server_config_source_finalize (GObject *object)
{
  g_free (PDK_SERVER_CONFIG_SOURCE (object)->path);
  G_OBJECT_CLASS (pdk_server_config_source_parent_class)->finalize (object);
}

static void
pdk_server_config_source_class_init (PdkServerConfigSourceClass *klass)
{
  PdkSourceClass *source_class = PDK_SOURCE_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = pdk_server_config_source_finalize;
  source_class->name = "server_config";
  source_class->poll_async = poll_async;
  source_class->poll_finish = poll_finish;
}

static void
pdk_server_config_source_init (PdkServerConfigSource *self)
{
}

/**
 * pdk_server_config_source_new:
 * @path: where server.json is, or would be
 * @no_cloud: (nullable): the value of OLLAMA_NO_CLOUD
 *
 * Returns: (transfer full): the source
 */
PdkServerConfigSource *
pdk_server_config_source_new (const char *path, const char *no_cloud)
{
  PdkServerConfigSource *self = g_object_new (PDK_TYPE_SERVER_CONFIG_SOURCE, NULL);

  self->path = g_strdup (path);
  self->is_disabled_by_env = self->is_cloud_disabled = is_set (no_cloud);
  return self;
}

/** pdk_server_config_source_is_cloud_disabled: Returns: whether the cloud is turned off, as far as was read
 */
gboolean
pdk_server_config_source_is_cloud_disabled (PdkServerConfigSource *self)
{
  return self->is_cloud_disabled;
}
