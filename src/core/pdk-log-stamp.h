/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "pdk-log-clock.h"

G_BEGIN_DECLS

gboolean pdk_log_stamp_find (const char *bytes, gsize length, PdkLogClock *clock, gint64 *time_sec);

G_END_DECLS
