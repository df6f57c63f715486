/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "pdk-source.h"

G_BEGIN_DECLS

#define PDK_TYPE_DEMO_CLOUD_SOURCE (pdk_demo_cloud_source_get_type ())
G_DECLARE_FINAL_TYPE (PdkDemoCloudSource, pdk_demo_cloud_source, PDK, DEMO_CLOUD_SOURCE, PdkSource)

PdkSource *pdk_demo_cloud_source_new (void);

G_END_DECLS
