/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "pdk-account-monitor.h"
#include "pdk-http-client.h"
#include "pdk-local-api-source.h"
#include "pdk-server-config-source.h"

G_BEGIN_DECLS

#define PDK_TYPE_CLOUD_SETUP (pdk_cloud_setup_get_type ())
G_DECLARE_FINAL_TYPE (PdkCloudSetup, pdk_cloud_setup, PDK, CLOUD_SETUP, GObject)

char *pdk_cloud_setup_dup_folder (void);

PdkCloudSetup *pdk_cloud_setup_new (PdkAccountMonitor *monitor,
                                    const PdkAccount *account,
                                    PdkHttpClient *client,
                                    PdkLocalApiSource *server,
                                    PdkServerConfigSource *config);
void pdk_cloud_setup_load_key (PdkCloudSetup *self);
void pdk_cloud_setup_start_over (PdkCloudSetup *self);
const char *pdk_cloud_setup_get_account_id (PdkCloudSetup *self);
const char *pdk_cloud_setup_get_base_url (PdkCloudSetup *self);
void pdk_cloud_setup_cancel (PdkCloudSetup *self);

G_END_DECLS
