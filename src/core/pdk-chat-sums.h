/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "pdk-chat-tally.h"
#include "pdk-tally.h"

G_BEGIN_DECLS

#define PDK_CHAT_SUMS_N_DAYS PDK_TALLY_SERIES_DAYS
#define PDK_CHAT_SUMS_N_WINDOWS 4 /* by PdkWindow */

typedef struct
{
  guint64 sessions;
  guint64 messages;
  guint64 user_messages;
  guint64 answers;
  guint64 tool_calls;
  guint64 attachments;
  guint64 chars;
} PdkChatCounts;

/* A model or a tool. */
typedef struct
{
  PdkChatSum sum;
  gboolean is_cloud;
  double thinking_sec;
  guint64 today;
  guint32 days[PDK_CHAT_SUMS_N_DAYS];
  char *key; /* (nullable): for whoever gives it one */
} PdkChatNamed;

/* What a tally of chats comes to at one moment. */
typedef struct
{
  const PdkChatTally *tally;              /* not owned */
  gint64 starts[PDK_CHAT_SUMS_N_WINDOWS]; /* exclusive */
  gint64 ends[PDK_CHAT_SUMS_N_WINDOWS];   /* inclusive */
  gint64 day_starts[PDK_CHAT_SUMS_N_DAYS + 1];
  guint32 julian_today;
  guint first_day; /* that is known of */
  PdkChatTotals totals;
  PdkChatCounts in_window[PDK_CHAT_SUMS_N_WINDOWS];
  PdkChatCounts in_day[PDK_CHAT_SUMS_N_DAYS];
  PdkChatNamed *models; /* by the indices of the tally's names */
  PdkChatNamed *tools;
  guint64 n_recent;
  guint64 n_future; /* messages that are in no window */
} PdkChatSums;

PdkChatSums *pdk_chat_sums_new (const PdkChatTally *tally, GTimeZone *zone, gint64 now_sec);
void pdk_chat_sums_free (PdkChatSums *sums);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PdkChatSums, pdk_chat_sums_free)

G_END_DECLS
