/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "pdk-facts.h"

#include "pdk-section.h"

G_BEGIN_DECLS

/* The models that are installed. */
#define PDK_TYPE_MODELS_SECTION (pdk_models_section_get_type ())
G_DECLARE_FINAL_TYPE (PdkModelsSection, pdk_models_section, PDK, MODELS_SECTION, PdkSection)

gboolean pdk_models_section_clear_search (PdkModelsSection *self);
void pdk_models_section_focus_search (PdkModelsSection *self);
void pdk_models_section_set_facts (PdkModelsSection *self, const PdkFacts *facts);

G_END_DECLS
