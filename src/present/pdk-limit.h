/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

#include "pdk-snapshot.h"

G_BEGIN_DECLS

/* What is used of one limit of an account, for now. */
typedef struct
{
  const char *metric; /* its name in a snapshot; static */
  double used_percent;
  gint64 resets_at_usec; /* PDK_TIME_UNKNOWN when nobody has told */
} PdkLimit;

GArray *pdk_limits_of_account (const PdkAccountSnapshot *account, gint64 now_usec);
gboolean pdk_limit_is_at (const PdkLimit *limit, double percent);
gboolean pdk_limit_is_used_up (const PdkLimit *limit);
char *pdk_limit_describe (const PdkLimit *limit);
const char *pdk_limit_get_label (const PdkLimit *limit);
char *pdk_limit_describe_reset (const PdkLimit *limit, gint64 now_usec);

G_END_DECLS
