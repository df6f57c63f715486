/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A bar that tells its numbers when the pointer is on it, and when the keyboard is. */
#define PDK_TYPE_USAGE_BAR (pdk_usage_bar_get_type ())
G_DECLARE_FINAL_TYPE (PdkUsageBar, pdk_usage_bar, PDK, USAGE_BAR, GtkProgressBar)

void pdk_usage_bar_set (PdkUsageBar *self, double fraction, const char *details);

G_END_DECLS
