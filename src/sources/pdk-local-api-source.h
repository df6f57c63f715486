/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "pdk-http-client.h"
#include "pdk-loaded-spans.h"
#include "pdk-source.h"

G_BEGIN_DECLS

#define PDK_TYPE_LOCAL_API_SOURCE (pdk_local_api_source_get_type ())
G_DECLARE_FINAL_TYPE (PdkLocalApiSource, pdk_local_api_source, PDK, LOCAL_API_SOURCE, PdkSource)

PdkLocalApiSource *pdk_local_api_source_new (PdkHttpClient *client, const char *base_url);

gboolean pdk_local_api_source_is_up (PdkLocalApiSource *self);
const char *pdk_local_api_source_get_version (PdkLocalApiSource *self);
gboolean pdk_local_api_source_get_cloud_disabled (PdkLocalApiSource *self, gboolean *is_disabled);
const PdkLoadedSpans *pdk_local_api_source_get_loaded_spans (PdkLocalApiSource *self);

G_END_DECLS
