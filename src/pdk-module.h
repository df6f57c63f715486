/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

gpointer pdk_module_find_symbol (const char *folder, const char *name, const char *symbol);

G_END_DECLS
