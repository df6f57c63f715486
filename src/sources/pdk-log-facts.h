/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "pdk-facts.h"
#include "pdk-tally.h"

G_BEGIN_DECLS

void pdk_log_facts_describe_days (PdkTally *tally, gint64 now_sec, PdkFacts *facts);
void pdk_log_facts_describe (PdkTally *tally, gint64 now_sec, PdkFacts *facts);

G_END_DECLS
