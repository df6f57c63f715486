/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "pdk-local-api-source.h"

G_BEGIN_DECLS

#define PDK_TYPE_LOCAL_ACCOUNT_SOURCE (pdk_local_account_source_get_type ())
G_DECLARE_FINAL_TYPE (PdkLocalAccountSource, pdk_local_account_source, PDK, LOCAL_ACCOUNT_SOURCE, PdkSource)

PdkLocalAccountSource *pdk_local_account_source_new (PdkHttpClient *client,
                                                     const char *folder,
                                                     const char *base_url,
                                                     PdkLocalApiSource *server);

const char *pdk_local_account_source_get_base_url (PdkLocalAccountSource *self);
gboolean pdk_local_account_source_is_known (PdkLocalAccountSource *self);
gboolean pdk_local_account_source_is_signed_out (PdkLocalAccountSource *self);
gboolean pdk_local_account_source_is_signed_in_since (PdkLocalAccountSource *self, gint64 since_usec);

G_END_DECLS
