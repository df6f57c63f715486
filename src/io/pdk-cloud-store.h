/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "pdk-cloud-answer.h"

G_BEGIN_DECLS

char *pdk_cloud_store_identify (const char *base_url, const char *key);
PdkCloudAnswer *pdk_cloud_store_read (const char *folder, const char *name);
PdkCloudAnswer *pdk_cloud_store_claim (const char *folder,
                                       const char *name,
                                       PdkCloudAnswer *known,
                                       gint64 now_usec,
                                       gint64 every_usec,
                                       gboolean *is_ours);
gboolean
pdk_cloud_store_write (const char *folder, const char *name, const PdkCloudAnswer *answer, GError **error);

char *pdk_cloud_store_dup_note_path (const char *folder, const char *account_id);
char *pdk_cloud_store_dup_noted_key (const char *folder, const char *account_id);
void pdk_cloud_store_note_key (const char *folder, const char *account_id, const char *identity);
void pdk_cloud_store_forget (const char *folder, const char *identity);
void pdk_cloud_store_prune (const char *folder, gint64 now_usec);

G_END_DECLS
