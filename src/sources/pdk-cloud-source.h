/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "pdk-local-account-source.h"
#include "pdk-server-config-source.h"

G_BEGIN_DECLS

#define PDK_TYPE_CLOUD_SOURCE (pdk_cloud_source_get_type ())
G_DECLARE_FINAL_TYPE (PdkCloudSource, pdk_cloud_source, PDK, CLOUD_SOURCE, PdkSource)

PdkCloudSource *pdk_cloud_source_new_direct (
    PdkHttpClient *client, const char *folder, const char *base_url, const char *key, const char *key_name);
PdkCloudSource *
pdk_cloud_source_new_relay (PdkHttpClient *client, const char *folder, PdkLocalAccountSource *account);

void
pdk_cloud_source_set_server (PdkCloudSource *self, PdkLocalApiSource *server, PdkServerConfigSource *config);

G_END_DECLS
