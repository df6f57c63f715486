/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "pdk-facts.h"

#include "pdk-section.h"

G_BEGIN_DECLS

/* What the desktop app's database tells of its chats. */
#define PDK_TYPE_DESKTOP_SECTION (pdk_desktop_section_get_type ())
G_DECLARE_FINAL_TYPE (PdkDesktopSection, pdk_desktop_section, PDK, DESKTOP_SECTION, PdkSection)

void pdk_desktop_section_set_facts (PdkDesktopSection *self, const PdkFacts *facts, gint64 now_usec);

G_END_DECLS
