/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "pdk-log-cursor.h"

G_BEGIN_DECLS

gboolean pdk_go_duration_parse (PdkLogCursor *c, gint64 *nsec);

G_END_DECLS
