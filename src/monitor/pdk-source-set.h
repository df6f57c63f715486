/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "pdk-cloud-setup.h"

G_BEGIN_DECLS

PdkCloudSetup *
pdk_source_set_add (PdkAccountMonitor *monitor, const PdkAccount *account, PdkHttpClient *client);
void pdk_source_set_add_demo (PdkAccountMonitor *monitor);

G_END_DECLS
