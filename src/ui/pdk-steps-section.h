/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

#include "pdk-steps.h"

G_BEGIN_DECLS

/* What was found and what was not, each with a symbol, and what brings it: commands with a button that copies
 * them, links, and the actions "app.preferences" and "app.sign-in". */
#define PDK_TYPE_STEPS_SECTION (pdk_steps_section_get_type ())
G_DECLARE_FINAL_TYPE (PdkStepsSection, pdk_steps_section, PDK, STEPS_SECTION, GtkBox)

void pdk_steps_section_take_steps (PdkStepsSection *self, PdkSteps *steps);
void pdk_steps_section_set_sign_in_problem (PdkStepsSection *self, const char *sentence);

G_END_DECLS
