/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "pdk-request-log.h"

G_BEGIN_DECLS

/* A view of one half of a request log: it says how that half is, and gives the metrics of both. */
#define PDK_TYPE_REQUEST_LOG_SOURCE (pdk_request_log_source_get_type ())
G_DECLARE_DERIVABLE_TYPE (PdkRequestLogSource, pdk_request_log_source, PDK, REQUEST_LOG_SOURCE, PdkSource)

struct _PdkRequestLogSourceClass
{
  PdkSourceClass parent_class;

  gsize part_offset;      /* of its half, in PdkRequestLogResult */
  const char *diagnostic; /* the name of what describe() returns */

  /* Returns: (transfer full) (nullable): a sentence on what is wrong with its half, or missing */
  char *(*describe) (const PdkRequestLogResult *result, const PdkLogPlaces *places);

  /* Sets the place, the hitch and the remedy of @reading, which is new. */
  void (*explain) (const PdkRequestLogResult *result, const PdkLogPlaces *places, PdkReading *reading);
};

gpointer pdk_request_log_source_new (GType type, PdkRequestLog *log);

G_END_DECLS
