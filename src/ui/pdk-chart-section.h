/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "pdk-facts.h"

#include "pdk-section.h"

G_BEGIN_DECLS

/* The requests of each of the trailing days. */
#define PDK_TYPE_CHART_SECTION (pdk_chart_section_get_type ())
G_DECLARE_FINAL_TYPE (PdkChartSection, pdk_chart_section, PDK, CHART_SECTION, PdkSection)

void pdk_chart_section_set_facts (PdkChartSection *self, const PdkFacts *facts, gint64 now_usec);

G_END_DECLS
