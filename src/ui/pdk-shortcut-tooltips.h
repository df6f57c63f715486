/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

void pdk_shortcut_tooltips_add_action (GtkWidget *widget, const char *action, GtkApplication *application);
void pdk_shortcut_tooltips_add (GtkContainer *container, GtkApplication *application);

G_END_DECLS
