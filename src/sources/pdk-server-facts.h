/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "pdk-facts.h"
#include "pdk-server-record.h"
#include "pdk-tally.h"

G_BEGIN_DECLS

void pdk_server_facts_describe (PdkServerRecord *record, PdkTally *requests, gint64 now_sec, PdkFacts *facts);

G_END_DECLS
