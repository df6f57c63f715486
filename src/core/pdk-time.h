/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

#include "pdk-model.h"

G_BEGIN_DECLS

gint64 pdk_time_parse_rfc3339 (const char *text);
char *pdk_time_format_rfc3339 (gint64 time_usec);

G_END_DECLS
