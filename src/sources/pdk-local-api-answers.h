/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <json-glib/json-glib.h>

#include "pdk-facts.h"

G_BEGIN_DECLS

/* What /api/status tells. */
typedef struct
{
  gboolean is_disabled;
  char *source; /* (nullable) */
} PdkCloudSwitch;

/* What /api/ps tells. */
typedef struct
{
  GPtrArray *models; /* PdkRunningModel */
  guint n_skipped;   /* entries that were no models */
} PdkLoadedModels;

gpointer pdk_local_api_parse_version (JsonNode *root, GError **error);
gpointer pdk_local_api_parse_status (JsonNode *root, GError **error);
gpointer pdk_local_api_parse_tags (const char *text, gsize length, GError **error);
gpointer pdk_local_api_parse_ps (JsonNode *root, GError **error);

void pdk_cloud_switch_describe (const PdkCloudSwitch *cloud, PdkFacts *facts);
void pdk_cloud_switch_free (PdkCloudSwitch *cloud);
void pdk_loaded_models_free (PdkLoadedModels *loaded);

G_END_DECLS
