/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

#include "pdk-access-line.h"
#include "pdk-log-clock.h"

G_BEGIN_DECLS

/* An access line in sixteen bytes, since a long log has millions. The time is still that of the wall clock:
 * what it means depends on the line before (see pdk-log-clock.c), which another thread may be reading. */
typedef struct
{
  gint64 latency_nsec;
  guint32 hour_key; /* see pdk_log_clock_hour_key(); 0: of a day that is too old to matter */
  guint16 second;   /* in that hour */
  guint16 status : 12;
  guint16 kind : 4; /* PdkRequestKind */
} PdkLogEvent;

G_STATIC_ASSERT (sizeof (PdkLogEvent) == 16);

static inline PdkLogEvent
pdk_log_event_new (const PdkAccessLine *line)
{
  PdkLogEvent event = {
    .latency_nsec = line->latency_nsec,
    .hour_key = pdk_log_clock_hour_key (line->year, line->month, line->day, line->hour),
    .second = line->minute * 60 + line->second,
    .status = line->status,
    .kind = line->kind,
  };

  return event;
}

G_END_DECLS
