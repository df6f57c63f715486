/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "pdk-facts.h"

G_BEGIN_DECLS

void pdk_cloud_period_drop_past (PdkFacts *facts, gint64 observed_at_usec, gint64 now_usec);
void
pdk_cloud_period_merge (PdkFacts *facts, const PdkFacts *known, gint64 observed_at_usec, gint64 now_usec);

G_END_DECLS
