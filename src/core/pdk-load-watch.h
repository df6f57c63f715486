/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "pdk-loaded-spans.h"

G_BEGIN_DECLS

/* Two looks at the server that lie further apart say nothing of the time between them. */
#define PDK_LOAD_WATCH_MAX_GAP_USEC (15 * 60 * G_USEC_PER_SEC)

/* Learns from one poll after the other which model was loaded alone in between. */
typedef struct _PdkLoadWatch PdkLoadWatch;

PdkLoadWatch *pdk_load_watch_new (void);
void pdk_load_watch_free (PdkLoadWatch *watch);

void pdk_load_watch_break (PdkLoadWatch *watch);
void pdk_load_watch_take (PdkLoadWatch *watch, GPtrArray *running, gint64 asked_usec, gint64 answered_usec);
const PdkLoadedSpans *pdk_load_watch_get_spans (const PdkLoadWatch *watch);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PdkLoadWatch, pdk_load_watch_free)

G_END_DECLS
