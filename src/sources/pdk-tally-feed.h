/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "pdk-access-line.h"
#include "pdk-log-clock.h"
#include "pdk-tally.h"

G_BEGIN_DECLS

/* Adds the lines of a log to a tally, beside the reading when there are many. */
typedef struct _PdkTallyFeed PdkTallyFeed;

PdkTallyFeed *pdk_tally_feed_new (PdkLogClock *clock, PdkTally *tally);
void pdk_tally_feed_push (PdkTallyFeed *feed, const PdkAccessLine *line);
void pdk_tally_feed_finish (PdkTallyFeed *feed);

G_END_DECLS
