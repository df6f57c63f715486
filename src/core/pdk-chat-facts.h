/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "pdk-chat-tally.h"
#include "pdk-facts.h"

G_BEGIN_DECLS

guint64 pdk_chat_facts_describe (
    const PdkChatTally *tally, guint64 n_conversations, GTimeZone *zone, gint64 now_sec, PdkFacts *facts);

G_END_DECLS
