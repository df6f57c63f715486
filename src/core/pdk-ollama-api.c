/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The bodies of Ollama's HTTP API: /api/tags, /api/ps, /api/version, /api/status, /api/show, /api/me and the
 * file server.json, in every shape that releases so far have written. The formats are those of api/types.go
 * of Ollama's source. A member of the wrong type counts as absent. Pure functions, any thread. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-ollama-api.h"

#include <glib/gi18n-lib.h>
#include <stdlib.h>
#include <string.h>

#include "pdk-error.h"
#include "pdk-json-list.h"
#include "pdk-json.h"
#include "pdk-text.h"
#include "pdk-time.h"

/* "Keep it for ever" is written as a moment almost 300 years ahead (the longest duration of Go). */
#define KEPT_LOADED_FROM_YEAR 2318

static char *
dup_name (JsonObject *object, const char *name)
{
  const char *text = pdk_json_get_string (object, name);

  return text != NULL && *text != '\0' ? pdk_text_dup_bounded (text, -1, PDK_TEXT_NAME_MAX_BYTES) : NULL;
}

static JsonObject *
get_root_object (JsonNode *root, GError **error)
{
  if (!JSON_NODE_HOLDS_OBJECT (root))
    {
      g_set_error_literal (error, PDK_ERROR, PDK_ERROR_MALFORMED, _ ("not the answer of an Ollama server"));
      return NULL;
    }
  return json_node_get_object (root);
}

/* Both lists of models come as {"models": […]}; a server without any may write null. */
static gboolean
get_models (JsonNode *root, JsonArray **models, GError **error)
{
  JsonObject *object = get_root_object (root, error);

  if (object == NULL)
    return FALSE;
  *models = pdk_json_get_array (object, "models");
  if (*models == NULL &&
      !(json_object_has_member (object, "models") && json_object_get_null_member (object, "models")))
    {
      g_set_error_literal (error, PDK_ERROR, PDK_ERROR_MALFORMED, _ ("an answer without a list of models"));
      return FALSE;
    }
  return TRUE;
}

static GStrv
parse_capabilities (JsonObject *object)
{
  JsonArray *array = pdk_json_get_array (object, "capabilities");
  g_autoptr (GStrvBuilder) builder = NULL;

  if (array == NULL)
    return NULL;
  builder = g_strv_builder_new ();
  for (guint i = 0; i < MIN (json_array_get_length (array), 32); i++)
    {
      JsonNode *node = json_array_get_element (array, i);

      if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING)
        {
          g_autofree char *capability = pdk_text_dup_bounded (json_node_get_string (node), -1, 64);

          g_strv_builder_add (builder, capability);
        }
    }
  return g_strv_builder_end (builder);
}

/* Cloud models are stubs that name a remote side; their tag tells them too, as Ollama's own client goes by.
 */
static gboolean
is_cloud_model (JsonObject *object, const char *name)
{
  const char *remote_host = pdk_json_get_string (object, "remote_host");
  const char *remote_model = pdk_json_get_string (object, "remote_model");
  const char *tag = strrchr (name, ':');

  return (remote_host != NULL && *remote_host != '\0') || (remote_model != NULL && *remote_model != '\0') ||
         (tag != NULL && (g_str_equal (tag + 1, "cloud") || g_str_has_suffix (tag, "-cloud")));
}

static PdkModel *
parse_model (JsonObject *object)
{
  JsonObject *details = pdk_json_get_object (object, "details");
  g_autofree char *name = dup_name (object, "name");
  PdkModel *model;

  if (name == NULL)
    name = dup_name (object, "model");
  if (name == NULL)
    return NULL;

  model = pdk_model_new (name);
  model->digest = dup_name (object, "digest");
  model->family = dup_name (details, "family");
  model->parameter_size = dup_name (details, "parameter_size");
  model->quantization = dup_name (details, "quantization_level");
  model->capabilities = parse_capabilities (object);
  model->modified_at_usec = pdk_time_parse_rfc3339 (pdk_json_get_string (object, "modified_at"));
  model->is_cloud = is_cloud_model (object, name);
  pdk_json_get_count (object, "size", &model->size_bytes);
  pdk_json_get_count (details, "context_length", &model->context_length);
  return model;
}

static PdkTags *
new_tags (void)
{
  PdkTags *tags = g_new0 (PdkTags, 1);

  tags->models = g_ptr_array_new_with_free_func ((GDestroyNotify) pdk_model_unref);
  return tags;
}

/* A PdkJsonElementFunc. */
static void
add_model (JsonNode *element, gpointer user_data)
{
  PdkTags *tags = user_data;
  gboolean has_room = tags->models->len + tags->n_skipped < PDK_OLLAMA_API_MAX_MODELS;
  PdkModel *model =
      has_room && JSON_NODE_HOLDS_OBJECT (element) ? parse_model (json_node_get_object (element)) : NULL;

  if (model == NULL)
    {
      tags->n_skipped++;
      return;
    }
  tags->gives_capabilities |= model->capabilities != NULL;
  g_ptr_array_add (tags->models, model);
}

/* Of a text, those that were not found at a glance. */
static gboolean
add_models (PdkTags *tags, JsonNode *root, GError **error)
{
  JsonArray *array = NULL;
  guint n;

  if (!get_models (root, &array, error))
    return FALSE;
  n = array != NULL ? json_array_get_length (array) : 0;
  for (guint i = 0; i < n; i++)
    add_model (json_array_get_element (array, i), tags);
  return TRUE;
}

/** pdk_tags_free: frees @tags */
void
pdk_tags_free (PdkTags *tags)
{
  g_ptr_array_unref (tags->models);
  g_free (tags);
}

/**
 * pdk_ollama_api_parse_tags:
 * @root: the body of GET /api/tags
 * @error: return location for PDK_ERROR_MALFORMED
 *
 * Returns: (transfer full) (nullable): the server's models in its own order, NULL with @error set when the
 * body is something else
 */
PdkTags *
pdk_ollama_api_parse_tags (JsonNode *root, GError **error)
{
  g_autoptr (PdkTags) tags = new_tags ();

  return add_models (tags, root, error) ? g_steal_pointer (&tags) : NULL;
}

/** pdk_ollama_api_parse_tags_text: as pdk_ollama_api_parse_tags(), of a body that may be long: of @length
 * bytes, at @text */
PdkTags *
pdk_ollama_api_parse_tags_text (const char *text, gsize length, GError **error)
{
  g_autoptr (PdkTags) tags = new_tags ();
  g_autoptr (JsonNode) rest = pdk_json_parse_list (text, length, "models", add_model, tags, error);

  return rest != NULL && add_models (tags, rest, error) ? g_steal_pointer (&tags) : NULL;
}

static gboolean
is_year_of_ever (const char *expires_at)
{
  char *end;

  return strtol (expires_at, &end, 10) >= KEPT_LOADED_FROM_YEAR && *end == '-';
}

static PdkRunningModel *
parse_running_model (JsonObject *object)
{
  g_autofree char *name = dup_name (object, "name");
  const char *expires_at = pdk_json_get_string (object, "expires_at");
  PdkRunningModel *model;

  if (name == NULL)
    name = dup_name (object, "model");
  if (name == NULL)
    return NULL;

  model = pdk_running_model_new (name);
  model->digest = dup_name (object, "digest");
  pdk_json_get_count (object, "size", &model->size_bytes);
  /* 0.1.38 to 0.1.41 leave size_vram out when it is 0, which means that the model runs on the CPU. */
  if (!pdk_json_get_count (object, "size_vram", &model->vram_bytes) &&
      !json_object_has_member (object, "size_vram"))
    model->vram_bytes = 0;
  pdk_json_get_count (object, "context_length", &model->context_length);
  /* The year alone decides, so it is read as text: a moment that far ahead may be past what GLib takes. */
  if (expires_at != NULL && is_year_of_ever (expires_at))
    model->is_kept_loaded = TRUE;
  else
    model->expires_at_usec = pdk_time_parse_rfc3339 (expires_at);
  return model;
}

/**
 * pdk_ollama_api_parse_ps:
 * @root: the body of GET /api/ps
 * @n_skipped: (out): entries that were no models
 * @error: return location for PDK_ERROR_MALFORMED
 *
 * Returns: (transfer full) (nullable): array of PdkRunningModel, NULL with @error set when the body is
 *   something else
 */
GPtrArray *
pdk_ollama_api_parse_ps (JsonNode *root, guint *n_skipped, GError **error)
{
  g_autoptr (GPtrArray) running = NULL;
  JsonArray *array = NULL;
  guint n;

  *n_skipped = 0;
  if (!get_models (root, &array, error))
    return NULL;
  running = g_ptr_array_new_with_free_func ((GDestroyNotify) pdk_running_model_unref);
  n = array != NULL ? json_array_get_length (array) : 0;
  for (guint i = 0; i < n; i++)
    {
      JsonObject *object = pdk_json_get_element_object (array, i);
      PdkRunningModel *model =
          object != NULL && i < PDK_OLLAMA_API_MAX_MODELS ? parse_running_model (object) : NULL;

      if (model != NULL)
        g_ptr_array_add (running, model);
      else
        (*n_skipped)++;
    }
  return g_steal_pointer (&running);
}

/**
 * pdk_ollama_api_parse_version:
 * @root: the body of GET /api/version
 * @error: return location for PDK_ERROR_MALFORMED
 *
 * Returns: (transfer full) (nullable): the version, NULL with @error set when the body is something else
 */
char *
pdk_ollama_api_parse_version (JsonNode *root, GError **error)
{
  JsonObject *object = get_root_object (root, error);
  const char *version;

  if (object == NULL)
    return NULL;
  version = pdk_json_get_string (object, "version");
  if (version == NULL || *version == '\0')
    {
      g_set_error_literal (error, PDK_ERROR, PDK_ERROR_MALFORMED, _ ("an answer without a version"));
      return NULL;
    }
  return pdk_text_dup_bounded (version, -1, 64);
}

/**
 * pdk_ollama_api_parse_status:
 * @root: the body of GET /api/status (0.16.2 and later)
 * @is_disabled: (out): whether the server keeps its hands off the cloud
 * @source: (out) (transfer full) (nullable): what says so: "none", "env", "config" or "both"
 * @error: return location for PDK_ERROR_MALFORMED
 *
 * Returns: whether the body says anything about the cloud; otherwise @error is set
 */
gboolean
pdk_ollama_api_parse_status (JsonNode *root, gboolean *is_disabled, char **source, GError **error)
{
  JsonObject *object = get_root_object (root, error);
  JsonObject *cloud = pdk_json_get_object (object, "cloud");

  *source = NULL;
  if (object == NULL)
    return FALSE;
  if (!pdk_json_get_boolean (cloud, "disabled", is_disabled))
    {
      g_set_error_literal (error, PDK_ERROR, PDK_ERROR_MALFORMED, _ ("an answer without the cloud's state"));
      return FALSE;
    }
  *source = dup_name (cloud, "source");
  return TRUE;
}

/**
 * pdk_ollama_api_parse_show:
 * @root: the body of POST /api/show
 * @context_length: (out): the longest context that the model takes, 0 when not told
 * @error: return location for PDK_ERROR_MALFORMED
 *
 * Returns: (transfer full) (nullable): the model's capabilities, empty when the server tells none; NULL with
 *   @error set when the body is something else
 */
GStrv
pdk_ollama_api_parse_show (JsonNode *root, gint64 *context_length, GError **error)
{
  JsonObject *object = get_root_object (root, error);
  JsonObject *info = pdk_json_get_object (object, "model_info");
  const char *architecture = pdk_json_get_string (info, "general.architecture");
  GStrv capabilities;

  *context_length = 0;
  if (object == NULL)
    return NULL;
  if (architecture == NULL)
    architecture = pdk_json_get_string (pdk_json_get_object (object, "details"), "family");
  if (architecture != NULL)
    {
      g_autofree char *key = g_strconcat (architecture, ".context_length", NULL);

      pdk_json_get_count (info, key, context_length);
    }
  capabilities = parse_capabilities (object);
  return capabilities != NULL ? capabilities : g_new0 (char *, 1);
}

/**
 * pdk_ollama_api_parse_me:
 * @root: the body of POST /api/me with status 200
 * @facts: where the account's attributes go
 * @error: return location for PDK_ERROR_MALFORMED
 *
 * Reads who is signed in. Keys are matched without regard to case, since ollama.com writes them in
 * PascalCase. Releases from 0.12.0 to 0.23.1 answer null when nobody is, or when they are offline: then
 * nothing is known.
 *
 * Returns: whether the body is of a known shape; otherwise @error is set
 */
gboolean
pdk_ollama_api_parse_me (JsonNode *root, PdkFacts *facts, GError **error)
{
  static const struct
  {
    const char *key, *attribute;
  } attributes[] = { { "name", "account_name" }, { "email", "account_email" }, { "plan", "plan_name" } };
  JsonObjectIter iter;
  JsonObject *object;
  const char *member;
  JsonNode *node;

  if (JSON_NODE_HOLDS_NULL (root))
    return TRUE;
  object = get_root_object (root, error);
  if (object == NULL)
    return FALSE;
  json_object_iter_init (&iter, object);
  while (json_object_iter_next (&iter, &member, &node))
    {
      for (gsize i = 0; i < G_N_ELEMENTS (attributes); i++)
        {
          g_autofree char *text = NULL;

          if (g_ascii_strcasecmp (member, attributes[i].key) == 0)
            text = dup_name (object, member);
          if (text != NULL)
            pdk_facts_set_attribute (facts, attributes[i].attribute, text);
        }
    }
  return TRUE;
}

/**
 * pdk_ollama_api_parse_server_config:
 * @root: the content of server.json
 * @is_cloud_disabled: (out): whether the file turns the cloud off; an absent key does not
 * @error: return location for PDK_ERROR_MALFORMED
 *
 * Returns: whether it is what the server would read; otherwise @error is set
 */
gboolean
pdk_ollama_api_parse_server_config (JsonNode *root, gboolean *is_cloud_disabled, GError **error)
{
  JsonObject *object;

  *is_cloud_disabled = FALSE;
  /* Go takes null for anything, and leaves what it is read into as it was. */
  if (JSON_NODE_HOLDS_NULL (root))
    return TRUE;
  if (!JSON_NODE_HOLDS_OBJECT (root))
    {
      g_set_error_literal (error, PDK_ERROR, PDK_ERROR_MALFORMED, _ ("not a JSON object"));
      return FALSE;
    }
  object = json_node_get_object (root);
  if (json_object_has_member (object, "disable_ollama_cloud") &&
      !json_object_get_null_member (object, "disable_ollama_cloud") &&
      !pdk_json_get_boolean (object, "disable_ollama_cloud", is_cloud_disabled))
    {
      g_set_error_literal (error, PDK_ERROR, PDK_ERROR_MALFORMED,
                           _ ("“disable_ollama_cloud” is neither true nor false"));
      return FALSE;
    }
  return TRUE;
}

/**
 * pdk_ollama_api_describe_tags:
 * @tags: the server's models
 * @facts: where the metrics and models go
 *
 * The sum of sizes is left out when one of them is not known.
 */
void
pdk_ollama_api_describe_tags (const PdkTags *tags, PdkFacts *facts)
{
  guint n_cloud = 0;
  double storage_bytes = 0;
  gboolean knows_storage = TRUE;

  for (guint i = 0; i < tags->models->len; i++)
    {
      const PdkModel *model = g_ptr_array_index (tags->models, i);

      if (model->is_cloud)
        {
          n_cloud++;
          continue;
        }
      knows_storage &= model->size_bytes >= 0;
      storage_bytes += (double) model->size_bytes;
    }
  pdk_facts_set_metric (facts, "models_total", tags->models->len, "models", NULL);
  pdk_facts_set_metric (facts, "models_local", tags->models->len - n_cloud, "models", NULL);
  pdk_facts_set_metric (facts, "models_cloud", n_cloud, "models", NULL);
  if (knows_storage)
    pdk_facts_set_metric (facts, "model_storage_bytes", storage_bytes, "bytes", NULL);
  pdk_facts_set_models (facts, tags->models);
}

/**
 * pdk_ollama_api_describe_ps:
 * @running: array of PdkRunningModel
 * @facts: where the metrics and loaded models go
 *
 * A sum is left out when one of its parts is not known.
 */
void
pdk_ollama_api_describe_ps (GPtrArray *running, PdkFacts *facts)
{
  double size_bytes = 0, vram_bytes = 0;
  gint64 context_length = 0;
  gboolean knows_size = TRUE, knows_vram = TRUE;

  for (guint i = 0; i < running->len; i++)
    {
      const PdkRunningModel *model = g_ptr_array_index (running, i);

      knows_size &= model->size_bytes >= 0;
      knows_vram &= model->vram_bytes >= 0;
      size_bytes += (double) model->size_bytes;
      vram_bytes += (double) model->vram_bytes;
      context_length = MAX (context_length, model->context_length);
    }
  pdk_facts_set_metric (facts, "loaded_models", running->len, "models", NULL);
  if (knows_size)
    pdk_facts_set_metric (facts, "loaded_model_bytes", size_bytes, "bytes", NULL);
  if (knows_vram)
    pdk_facts_set_metric (facts, "loaded_vram_bytes", vram_bytes, "bytes", NULL);
  if (context_length > 0)
    pdk_facts_set_metric (facts, "context_window", (double) context_length, "tokens", NULL);
  pdk_facts_set_running (facts, running);
}
