/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "pdk-hour.h"
#include "pdk-tally.h"

G_BEGIN_DECLS

gboolean pdk_tally_count_before (PdkTally *tally, PdkWindow window, gint64 now_sec, guint64 *requests);
gboolean pdk_tally_count_month (PdkTally *tally, gint64 now_sec, PdkTallyCounts *counts);
GArray *pdk_tally_get_hours (PdkTally *tally, gint64 now_sec);
const GArray *pdk_tally_get_hours_by_day (PdkTally *tally, gint64 now_sec);
guint32 pdk_tally_get_day (PdkTally *tally, gint64 time_sec);

G_END_DECLS
