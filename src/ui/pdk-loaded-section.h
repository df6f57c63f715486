/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "pdk-facts.h"
#include "pdk-unloader.h"

#include "pdk-section.h"

G_BEGIN_DECLS

/* The models in memory. */
#define PDK_TYPE_LOADED_SECTION (pdk_loaded_section_get_type ())
G_DECLARE_FINAL_TYPE (PdkLoadedSection, pdk_loaded_section, PDK, LOADED_SECTION, PdkSection)

void pdk_loaded_section_set_unloader (PdkLoadedSection *self, PdkUnloader *unloader, const char *account_id);
void pdk_loaded_section_set_facts (PdkLoadedSection *self, const PdkFacts *facts, gint64 now_usec);
gboolean pdk_loaded_section_has_countdown (const PdkFacts *facts);

G_END_DECLS
