/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A part of the details window that folds: a heading with a summary at its end, over one child.
 * Properties: "title", "summary". */
#define PDK_TYPE_SECTION (pdk_section_get_type ())
G_DECLARE_DERIVABLE_TYPE (PdkSection, pdk_section, PDK, SECTION, GtkExpander)

struct _PdkSectionClass
{
  GtkExpanderClass parent_class;
};

void pdk_section_set_title (PdkSection *self, const char *title);
void pdk_section_set_summary (PdkSection *self, const char *summary);

void pdk_label_set_text (GtkLabel *label, const char *text);

G_END_DECLS
