/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What is returned for a text that is no moment. */
#define PDK_SQL_TIME_UNKNOWN (-G_MAXDOUBLE)

double pdk_sql_time_parse (const char *text);

G_END_DECLS
