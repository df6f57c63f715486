/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

#include "pdk-fitted-scroller.h"

G_BEGIN_DECLS

void pdk_window_placement_get_max_size (GtkWindow *window, int *width, int *height);
void pdk_window_placement_limit_size (GtkWindow *window, PdkFittedScroller *scroller);
void pdk_window_placement_apply (GtkWindow *window);

G_END_DECLS
