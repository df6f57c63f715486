/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "pdk-alert-rules.h"
#include "pdk-snapshot.h"

#include "pdk-section.h"

G_BEGIN_DECLS

/* What is left of an account's limits and credits, and what the cloud cost by day. */
#define PDK_TYPE_CLOUD_SECTION (pdk_cloud_section_get_type ())
G_DECLARE_FINAL_TYPE (PdkCloudSection, pdk_cloud_section, PDK, CLOUD_SECTION, PdkSection)

void pdk_cloud_section_set_account (PdkCloudSection *self,
                                    const PdkAccountSnapshot *account,
                                    const PdkAlertRules *rules,
                                    gint64 now_usec);
void pdk_cloud_section_set_sign_in_elsewhere (PdkCloudSection *self, gboolean is_elsewhere);
void pdk_cloud_section_set_sign_in_problem (PdkCloudSection *self, const char *sentence);
gboolean pdk_cloud_section_has_countdown (PdkCloudSection *self);

G_END_DECLS
