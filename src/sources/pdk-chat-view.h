/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

#include "pdk-chat-tally.h"
#include "pdk-foreign-db.h"

G_BEGIN_DECLS

/* The desktop app's database at one moment, and which of the columns that we know it has. */
typedef struct
{
  PdkForeignDb *db;   /* not owned */
  char *columns;      /* how messages are selected, up to WHERE */
  gboolean has_times; /* of messages */
  gboolean has_tools;
  gboolean has_attachments;
} PdkChatView;

/* Rows of another table, by the message that they belong to. */
typedef struct
{
  sqlite3_stmt *statement; /* (nullable) */
  gboolean has_row;
} PdkChatChildren;

/* What PdkChatView.columns selects. */
enum
{
  PDK_CHAT_COLUMN_ID,
  PDK_CHAT_COLUMN_CHAT,
  PDK_CHAT_COLUMN_ROLE,
  PDK_CHAT_COLUMN_CONTENT,
  PDK_CHAT_COLUMN_THINKING,
  PDK_CHAT_COLUMN_MODEL,
  PDK_CHAT_COLUMN_CLOUD,
  PDK_CHAT_COLUMN_CREATED,
  PDK_CHAT_COLUMN_UPDATED,
  PDK_CHAT_COLUMN_THINKING_START,
  PDK_CHAT_COLUMN_THINKING_END,
};

GHashTable *pdk_chat_view_get_columns (PdkChatView *view, const char *table, GError **error);
gboolean pdk_chat_children_step (PdkChatView *view, PdkChatChildren *children, GError **error);
gboolean pdk_chat_children_seek (
    PdkChatView *view, PdkChatChildren *children, gint64 id, gboolean by_chat, GError **error);
gboolean pdk_chat_children_are_of (const PdkChatChildren *children, gint64 id);
void pdk_chat_row_read (const PdkChatView *view, sqlite3_stmt *row, PdkChatMessage *message);
guint64 pdk_chat_row_get_signature (sqlite3_stmt *row);
const char *pdk_chat_row_get_text (sqlite3_stmt *row, int column);
const char *pdk_chat_row_get_id (sqlite3_stmt *row, int column);
gboolean pdk_chat_view_open_children (PdkChatView *view,
                                      PdkChatChildren *tools,
                                      PdkChatChildren *attachments,
                                      gboolean by_chat,
                                      gint64 after_id,
                                      GError **error);
gboolean pdk_chat_view_probe (PdkChatView *view, GError **error);

G_END_DECLS
