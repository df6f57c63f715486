/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "pdk-facts.h"
#include "pdk-loaded-spans.h"
#include "pdk-server-record.h"
#include "pdk-tally.h"

G_BEGIN_DECLS

/* Of more models than that, those with the fewest tokens are not told. */
#define PDK_MODEL_FACTS_MAX_MODELS 32

void pdk_model_facts_describe (PdkServerRecord *record,
                               PdkTally *requests,
                               const PdkLoadedSpans *loaded,
                               gint64 now_sec,
                               PdkFacts *facts);

G_END_DECLS
