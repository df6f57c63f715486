/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *pdk_format_count (double count);
char *pdk_format_short_count (double count);
char *pdk_format_percent (double fraction);
char *pdk_format_usd (double usd);
char *pdk_format_bytes (double bytes);
char *pdk_format_gigabytes (double bytes);
char *pdk_format_context (gint64 tokens);
char *pdk_format_duration (double msec);
char *pdk_format_time_left (gint64 usec);
char *pdk_format_time_until (gint64 usec);
char *pdk_format_moment (gint64 time_usec, gint64 now_usec);
char *pdk_format_coming_moment (gint64 time_usec, gint64 now_usec);
char *pdk_format_day (guint32 julian_day);
char *pdk_format_day_short (guint32 julian_day);
guint32 pdk_format_julian_day_of (gint64 time_usec);

G_END_DECLS
