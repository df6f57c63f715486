/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How wide the names at the beginning of a line are, and the numbers behind them. */
#define PDK_NAME_COLUMNS 32
#define PDK_CELL_COLUMNS 10

glong pdk_columns_count (const char *text);
void pdk_columns_append_cell (GString *out, const char *text, glong columns, gboolean to_the_right);
void pdk_columns_append_name (GString *out, const char *name);

G_END_DECLS
