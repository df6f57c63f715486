/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

#include "pdk-route.h"

G_BEGIN_DECLS

/* The inference requests of one local day. */
typedef struct
{
  guint32 julian; /* as GDate counts */
  guint32 requests;
  guint32 chat;
  guint32 generate;
  guint32 embed;
  guint32 http_4xx;
  guint32 http_5xx;
} PdkDaySums;

/* Sums by day. */
typedef struct _PdkDaySeries PdkDaySeries;

PdkDaySeries *pdk_day_series_new (void);
void pdk_day_series_free (PdkDaySeries *series);

void pdk_day_series_add (PdkDaySeries *series, guint32 julian, PdkRequestKind kind, guint status);
void pdk_day_series_add_sums (PdkDaySeries *series, const PdkDaySums *sums);
void pdk_day_series_drop_before (PdkDaySeries *series, guint32 julian);
guint32 pdk_day_series_get_first (PdkDaySeries *series);
GArray *pdk_day_series_get (PdkDaySeries *series, guint32 first_julian, guint32 last_julian);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PdkDaySeries, pdk_day_series_free)

G_END_DECLS
