/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Messages older than this are kept as sums only. */
#define PDK_CHAT_TALLY_DAYS 32

/* The index of a name that is not known, or one too many. */
#define PDK_CHAT_NO_NAME G_MAXUINT16

typedef enum
{
  PDK_CHAT_ROLE_USER,
  PDK_CHAT_ROLE_ASSISTANT,
  PDK_CHAT_ROLE_OTHER,
} PdkChatRole;

/* One message as it was read. */
typedef struct
{
  PdkChatRole role;
  double time_sec;   /* PDK_SQL_TIME_UNKNOWN when it has none */
  guint64 chars;     /* of what was said, and of what was thought */
  const char *model; /* (nullable) */
  gboolean is_cloud; /* the database says that the model ran in the cloud */
  gboolean has_thought;
  gboolean is_odd;     /* something in it is not what belongs there */
  double thinking_sec; /* negative when not known */
  guint attachments;
} PdkChatMessage;

/* A message of the last weeks. */
typedef struct
{
  guint32 time_sec; /* since the epoch */
  guint32 chars;
  guint16 model; /* of an answer: an index into the tally's names */
  guint8 role;
  guint8 attachments;
} PdkChatEvent;

/* A call of a tool in the last weeks. */
typedef struct
{
  guint32 time_sec;
  guint16 tool;
} PdkChatToolEvent;

/* Sums for all time. There are several in each chat: the order is the one without gaps. */
typedef struct
{
  guint64 input_chars;  /* what came before each answer since the one before */
  guint64 output_chars; /* the answers */
  float thinking_sec;
  guint32 count; /* answers of a model, calls of a tool */
  guint16 name;
  guint16 is_cloud;
} PdkChatSum;

typedef struct
{
  guint64 messages;
  guint64 user_messages;
  guint64 assistant_messages;
  guint64 tool_calls;
  guint64 attachments;
  guint64 thinking;       /* answers that were thought about */
  guint64 thinking_timed; /* those of them of which is known how long */
  double thinking_sec;
  guint64 chars;
  guint64 odd;
} PdkChatTotals;

/* What is known of one chat. A chat is counted anew as a whole when anything in it changes. */
typedef struct
{
  char *id;
  PdkChatTotals totals;
  PdkChatSum *models;
  PdkChatSum *tools;
  guint n_models;
  guint n_tools;
  PdkChatEvent *events;
  guint n_events;
  guint max_events;
  guint32 first_event_sec; /* the earliest and the latest of them, if any */
  guint32 last_event_sec;
  GArray *tool_events;   /* (nullable): PdkChatToolEvent */
  guint64 pending_chars; /* what was said since the last answer */

  /* Kept here for the reader. */
  gint64 last_id;
  guint64 last_signature;
  double last_time_sec;
  guint64 read_in;
  guint64 seen_in;
  guint index;
} PdkChat;

/* Chats by their ids. Belongs to one thread at a time. */
typedef struct
{
  GHashTable *by_id;
  GPtrArray *chats;
  GPtrArray *names; /* of models and tools */
  GHashTable *name_indices;
  gint64 oldest_sec;
} PdkChatTally;

PdkChatTally *pdk_chat_tally_new (void);
void pdk_chat_tally_free (PdkChatTally *tally);
PdkChat *pdk_chat_tally_find (PdkChatTally *tally, const char *id);
PdkChat *pdk_chat_tally_ensure (PdkChatTally *tally, const char *id);
void pdk_chat_tally_remove (PdkChatTally *tally, PdkChat *chat);
gboolean pdk_chat_tally_expire (PdkChatTally *tally, gint64 now_sec);
void pdk_chat_clear (PdkChat *chat);
void pdk_chat_add_message (PdkChatTally *tally, PdkChat *chat, const PdkChatMessage *message);
void pdk_chat_add_tool_call (PdkChatTally *tally, PdkChat *chat, const char *tool, double time_sec);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PdkChatTally, pdk_chat_tally_free)

G_END_DECLS
