/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "pdk-hour.h"
#include "pdk-source.h"

G_BEGIN_DECLS

#define PDK_TYPE_DEMO_SERVER_SOURCE (pdk_demo_server_source_get_type ())
G_DECLARE_FINAL_TYPE (PdkDemoServerSource, pdk_demo_server_source, PDK, DEMO_SERVER_SOURCE, PdkSource)

#define PDK_TYPE_DEMO_LOG_SOURCE (pdk_demo_log_source_get_type ())
G_DECLARE_FINAL_TYPE (PdkDemoLogSource, pdk_demo_log_source, PDK, DEMO_LOG_SOURCE, PdkSource)

PdkSource *pdk_demo_source_new_server (void);
PdkSource *pdk_demo_source_new_log (void);
GArray *pdk_demo_source_dup_hours (gint64 now_sec);

G_END_DECLS
