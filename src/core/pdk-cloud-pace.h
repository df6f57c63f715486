/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

#include "pdk-model.h"

G_BEGIN_DECLS

gint64 pdk_cloud_pace_parse_http_date (const char *text);
gint64 pdk_cloud_pace_parse_retry_after (const char *text, gint64 now_usec);
gint64 pdk_cloud_pace_next_usec (
    gint64 asked_at_usec, gint64 every_usec, guint n_failures, gint64 retry_at_usec, double jitter);

G_END_DECLS
