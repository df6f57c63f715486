/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "pdk-request-log-source.h"

G_BEGIN_DECLS

#define PDK_TYPE_SERVER_LOG_SOURCE (pdk_server_log_source_get_type ())
G_DECLARE_FINAL_TYPE (PdkServerLogSource, pdk_server_log_source, PDK, SERVER_LOG_SOURCE, PdkRequestLogSource)

PdkServerLogSource *pdk_server_log_source_new (PdkRequestLog *log);

G_END_DECLS
