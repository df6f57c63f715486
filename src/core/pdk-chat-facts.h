/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "pdk-chat-tally.h"
#include "pdk-facts.h"

G_BEGIN_DECLS

/* What could not be counted as it should. */
typedef struct
{
  guint64 n_odd;    /* messages with a value that is not what belongs there */
  guint64 n_future; /* messages that are in no window, since they are from the future */
  gboolean is_log_damaged;
} PdkChatFlaws;

void pdk_chat_facts_describe (const PdkChatTally *tally,
                              guint64 n_conversations,
                              GTimeZone *zone,
                              gint64 now_sec,
                              PdkFacts *facts,
                              PdkChatFlaws *flaws);

G_END_DECLS
