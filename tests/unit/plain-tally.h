/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "pdk-tally.h"

typedef struct
{
  gint64 time;
  PdkRequestKind kind;
  guint status;
  gint64 latency_nsec;
} PlainEvent;

PdkTallyCounts
plain_tally_count (const PlainEvent *events, guint n, gint64 start_exclusive, gint64 end_inclusive);
void plain_tally_assert (const PdkTallyCounts *got, const PdkTallyCounts *expected);
