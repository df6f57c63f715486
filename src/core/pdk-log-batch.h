/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "pdk-access-plain.h"
#include "pdk-server-line.h"

G_BEGIN_DECLS

/* A line that is no access line, and where among these it stands. */
typedef struct
{
  guint32 n_events_before;
  PdkServerLine line; /* its texts point into the bytes that were parsed */
} PdkLogRemark;

/* What a piece of a log says, in the order of the log. To be made with pdk_log_batch_new(), and used again.
 */
typedef struct
{
  PdkLogEvent *events; /* (array length=n_events) */
  guint32 n_events;
  guint32 capacity;
  GArray *remarks; /* (element-type PdkLogRemark) */
  guint32 n_skipped_long;
  PdkAccessPlain plain;
} PdkLogBatch;

PdkLogBatch *pdk_log_batch_new (void);
void pdk_log_batch_free (PdkLogBatch *batch);

void pdk_log_batch_parse (PdkLogBatch *batch, const char *lines, gsize length, const char *oldest_date);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PdkLogBatch, pdk_log_batch_free)

G_END_DECLS
