/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

void pdk_dark_theme_follow (GtkWidget *window);

G_END_DECLS
