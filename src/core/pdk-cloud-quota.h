/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <json-glib/json-glib.h>

#include "pdk-facts.h"

G_BEGIN_DECLS

/* The headers X-Ollama-Quota-* of an answer, each NULL where it is missing. */
typedef struct
{
  const char *limit;
  const char *remaining;
  const char *used;
  const char *reset;
  const char *period;
} PdkCloudQuotaHeaders;

gboolean pdk_cloud_get_number (JsonObject *object, const char *name, double *value);
gint64 pdk_cloud_get_time (JsonObject *object, const char *name);

gboolean pdk_cloud_quota_parse_window (JsonObject *window, const char *period, PdkFacts *facts);
gboolean pdk_cloud_quota_parse_counts (JsonObject *quota, PdkFacts *facts);
gboolean
pdk_cloud_quota_parse_headers (const PdkCloudQuotaHeaders *headers, gint64 observed_at_usec, PdkFacts *facts);

G_END_DECLS
