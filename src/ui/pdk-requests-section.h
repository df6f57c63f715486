/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "pdk-facts.h"

#include "pdk-section.h"

G_BEGIN_DECLS

/* The requests that the server's log tells of, in the window of time that is chosen, as figures and charts.
 */
#define PDK_TYPE_REQUESTS_SECTION (pdk_requests_section_get_type ())
G_DECLARE_FINAL_TYPE (PdkRequestsSection, pdk_requests_section, PDK, REQUESTS_SECTION, PdkSection)

void pdk_requests_section_set_facts (PdkRequestsSection *self, PdkFacts *facts, gint64 now_usec);

G_END_DECLS
