/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "pdk-facts.h"
#include "pdk-steps.h"

#include "pdk-section.h"

G_BEGIN_DECLS

/* What could not be known, and what to do about it: one sentence each. */
#define PDK_TYPE_PROBLEMS_SECTION (pdk_problems_section_get_type ())
G_DECLARE_FINAL_TYPE (PdkProblemsSection, pdk_problems_section, PDK, PROBLEMS_SECTION, PdkSection)

void pdk_problems_section_set_account (PdkProblemsSection *self,
                                       const PdkAccountSnapshot *account,
                                       const PdkSteps *steps);

G_END_DECLS
