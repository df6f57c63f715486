/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "pdk-access-line.h"
#include "pdk-log-cursor.h"

G_BEGIN_DECLS

gboolean pdk_access_fields_parse (PdkLogCursor *cursor, PdkAccessLine *line);

G_END_DECLS
