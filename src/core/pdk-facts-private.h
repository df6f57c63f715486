/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "pdk-facts.h"

/* What pdk-facts.c and pdk-facts-walk.c share. */

G_BEGIN_DECLS

struct _PdkFacts
{
  GTree *metrics;     /* char * -> PdkMetric * */
  GTree *resets;      /* char * -> gint64 *, microseconds since the epoch */
  GTree *attributes;  /* char * -> char * */
  GTree *diagnostics; /* char * -> char * */
  GTree *series;      /* char * -> GArray of PdkDayValue */
  GTree *hours;       /* char * -> GArray of PdkHourValue */
  GPtrArray *models;  /* (nullable): PdkModel */
  GPtrArray *running; /* (nullable): PdkRunningModel */
  GPtrArray *gpus;    /* (nullable): PdkGpu */
};

G_END_DECLS
