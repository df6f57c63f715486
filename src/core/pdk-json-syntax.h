/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

const char *pdk_json_syntax_find_mistake (const char *text, gsize length, guint *line);

G_END_DECLS
