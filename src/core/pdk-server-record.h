/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "pdk-gpu-list.h"
#include "pdk-log-event.h"
#include "pdk-route.h"
#include "pdk-token-tally.h"

G_BEGIN_DECLS

/* What one server's log tells besides its requests: devices and tokens. */
typedef struct _PdkServerRecord PdkServerRecord;

PdkServerRecord *pdk_server_record_new (GTimeZone *zone, gint64 now_sec);
void pdk_server_record_free (PdkServerRecord *record);

void pdk_server_record_expire (PdkServerRecord *record, gint64 now_sec);
void pdk_server_record_take_line (PdkServerRecord *record, const PdkServerLine *line);
void pdk_server_record_take_request (PdkServerRecord *record,
                                     gint64 time_sec,
                                     PdkRequestKind kind,
                                     gint64 latency_nsec);
void pdk_server_record_take_run (PdkServerRecord *record,
                                 gint64 hour_sec,
                                 const PdkLogEvent *events,
                                 guint32 n_events);
void pdk_server_record_settle (PdkServerRecord *record);

GVariant *pdk_server_record_save (PdkServerRecord *record);
void pdk_server_record_load (PdkServerRecord *record, GVariant *saved);
void pdk_server_record_load_past (PdkServerRecord *record, GVariant *saved);

const PdkGpuList *pdk_server_record_get_gpus (PdkServerRecord *record);
PdkTokenTally *pdk_server_record_get_tokens (PdkServerRecord *record);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PdkServerRecord, pdk_server_record_free)

G_END_DECLS
