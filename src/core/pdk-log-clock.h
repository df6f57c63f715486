/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define PDK_SECONDS_PER_DAY 86400

/* Converts between wall-clock times of one zone and Unix seconds, quickly for times that come in order. */
typedef struct _PdkLogClock PdkLogClock;

/* An hour of a date that exists, as one number; those of dates that do are never 0. */
static inline guint32
pdk_log_clock_hour_key (guint year, guint month, guint day, guint hour)
{
  return ((year * 16 + month) * 32 + day) * 32 + hour;
}

PdkLogClock *pdk_log_clock_new (GTimeZone *zone);
void pdk_log_clock_free (PdkLogClock *clock);

gint64 pdk_log_clock_days_since_epoch (guint year, guint month, guint day);
gboolean pdk_log_clock_enter_hour (PdkLogClock *clock, guint32 hour_key, gint64 *start_sec);
gint64 pdk_log_clock_resolve (PdkLogClock *clock, guint32 hour_key, guint second);
GVariant *pdk_log_clock_save (const PdkLogClock *clock);
void pdk_log_clock_load (PdkLogClock *clock, GVariant *saved);
guint32 pdk_log_clock_day (PdkLogClock *clock, gint64 time_sec);
guint32 pdk_log_clock_day_bounds (PdkLogClock *clock, gint64 time_sec, gint64 *start_sec, gint64 *end_sec);
gint64 pdk_log_clock_day_start (PdkLogClock *clock, guint32 julian);
gint64 pdk_log_clock_hour (PdkLogClock *clock, gint64 time_sec);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PdkLogClock, pdk_log_clock_free)

G_END_DECLS
