/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A part of the details window that folds: a heading with a summary at its end, over one child.
 * What somebody folds stays folded,
 * but a section that has become urgent is open for as long as it is.
 * Properties: "title", "summary", "folded" (whether somebody wants it so). */
#define PDK_TYPE_SECTION (pdk_section_get_type ())
G_DECLARE_DERIVABLE_TYPE (PdkSection, pdk_section, PDK, SECTION, GtkExpander)

struct _PdkSectionClass
{
  GtkExpanderClass parent_class;
};

void pdk_section_set_title (PdkSection *self, const char *title);
void pdk_section_set_summary (PdkSection *self, const char *summary);
gboolean pdk_section_get_folded (PdkSection *self);
void pdk_section_set_folded (PdkSection *self, gboolean is_folded);
void pdk_section_set_urgent (PdkSection *self, gboolean is_urgent);

void pdk_label_set_text (GtkLabel *label, const char *text);
void pdk_progress_bar_set_fraction (GtkProgressBar *bar, double fraction);

G_END_DECLS
