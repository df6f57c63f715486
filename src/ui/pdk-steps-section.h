/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

#include "pdk-snapshot.h"

G_BEGIN_DECLS

/* What brings a server back: commands with a button that copies them, and a link. */
#define PDK_TYPE_STEPS_SECTION (pdk_steps_section_get_type ())
G_DECLARE_FINAL_TYPE (PdkStepsSection, pdk_steps_section, PDK, STEPS_SECTION, GtkBox)

void pdk_steps_section_set_account (PdkStepsSection *self, const PdkAccountSnapshot *account);

G_END_DECLS
