/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Scrolls vertically, from the height on that it is given; up to there it is as high as its content. */
#define PDK_TYPE_FITTED_SCROLLER (pdk_fitted_scroller_get_type ())
G_DECLARE_FINAL_TYPE (PdkFittedScroller, pdk_fitted_scroller, PDK, FITTED_SCROLLER, GtkScrolledWindow)

void pdk_fitted_scroller_set_max_size (PdkFittedScroller *self, int width, int height);
void pdk_fitted_scroller_set_blocks (PdkFittedScroller *self, GtkContainer *blocks);

G_END_DECLS
