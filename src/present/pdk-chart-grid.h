/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

double pdk_chart_grid_find_max (double highest, double unit);
guint pdk_chart_grid_count_steps (double max, double unit, guint most);

G_END_DECLS
