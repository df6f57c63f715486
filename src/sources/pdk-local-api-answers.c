/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The answers of the local server in the form that pdk_api_call_async() wants them parsed in: one value for
 * each, which is the caller's and may cross threads. Any thread. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-local-api-answers.h"

#include "pdk-ollama-api.h"

/** pdk_local_api_parse_version: Returns: (transfer full) (nullable): the version, a string */
gpointer
pdk_local_api_parse_version (JsonNode *root, GError **error)
{
  return pdk_ollama_api_parse_version (root, error);
}

/** pdk_local_api_parse_status: Returns: (transfer full) (nullable): a PdkCloudSwitch */
gpointer
pdk_local_api_parse_status (JsonNode *root, GError **error)
{
  PdkCloudSwitch *cloud = g_new0 (PdkCloudSwitch, 1);

  if (pdk_ollama_api_parse_status (root, &cloud->is_disabled, &cloud->source, error))
    return cloud;
  pdk_cloud_switch_free (cloud);
  return NULL;
}

/** pdk_local_api_parse_tags: Returns: (transfer full) (nullable): a PdkTags */
gpointer
pdk_local_api_parse_tags (const char *text, gsize length, GError **error)
{
  return pdk_ollama_api_parse_tags_text (text, length, error);
}

/** pdk_local_api_parse_ps: Returns: (transfer full) (nullable): a PdkLoadedModels */
gpointer
pdk_local_api_parse_ps (JsonNode *root, GError **error)
{
  PdkLoadedModels *loaded = g_new0 (PdkLoadedModels, 1);

  loaded->models = pdk_ollama_api_parse_ps (root, &loaded->n_skipped, error);
  if (loaded->models != NULL)
    return loaded;
  pdk_loaded_models_free (loaded);
  return NULL;
}

/** pdk_cloud_switch_describe: adds what @cloud tells to @facts */
void
pdk_cloud_switch_describe (const PdkCloudSwitch *cloud, PdkFacts *facts)
{
  pdk_facts_set_attribute (facts, "cloud_disabled", cloud->is_disabled ? "true" : "false");
  if (cloud->source != NULL)
    pdk_facts_set_attribute (facts, "cloud_source", cloud->source);
}

/** pdk_cloud_switch_free: frees @cloud */
void
pdk_cloud_switch_free (PdkCloudSwitch *cloud)
{
  g_free (cloud->source);
  g_free (cloud);
}

/** pdk_loaded_models_free: frees @loaded */
void
pdk_loaded_models_free (PdkLoadedModels *loaded)
{
  g_clear_pointer (&loaded->models, g_ptr_array_unref);
  g_free (loaded);
}
