/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "pdk-account-monitor.h"
#include "pdk-http-client.h"

G_BEGIN_DECLS

void pdk_source_set_add (PdkAccountMonitor *monitor, const PdkAccount *account, PdkHttpClient *client);
void pdk_source_set_add_demo (PdkAccountMonitor *monitor);

G_END_DECLS
