/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "pdk-source.h"

G_BEGIN_DECLS

#define PDK_TYPE_SERVER_CONFIG_SOURCE (pdk_server_config_source_get_type ())
G_DECLARE_FINAL_TYPE (PdkServerConfigSource, pdk_server_config_source, PDK, SERVER_CONFIG_SOURCE, PdkSource)

PdkServerConfigSource *pdk_server_config_source_new (const char *path, const char *no_cloud);

gboolean pdk_server_config_source_is_cloud_disabled (PdkServerConfigSource *self);

G_END_DECLS
