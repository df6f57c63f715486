/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "pdk-chat-tally.h"
#include "pdk-chat-view.h"

G_BEGIN_DECLS

/* The chats that are counted, and how far. Belongs to one thread at a time. */
typedef struct
{
  PdkChatTally *tally;
  guint64 n_conversations;
  gint64 last_id; /* of all messages that are counted */

  /* Kept for the reader. */
  GHashTable *dirty;   /* PdkChat: to be counted anew */
  GHashTable *touched; /* PdkChat: changed since the last stretch that was of one moment */
  gint64 next_last_id; /* last_id, once the stretch proves to be of one moment */
  guint64 generation;  /* of the view of the database */
  guint next_in_turn;
} PdkChatCount;

PdkChatCount *pdk_chat_count_new (void);
void pdk_chat_count_free (PdkChatCount *self);
void pdk_chat_count_forget (PdkChatCount *self);
gboolean pdk_chat_count_read (PdkChatCount *self, PdkChatView *view, gint64 now_sec, GError **error);
void pdk_chat_count_let_go (PdkChatCount *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PdkChatCount, pdk_chat_count_free)

G_END_DECLS
