/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

#include "pdk-chat-facts.h"

G_BEGIN_DECLS

/* The desktop app's database, and what is remembered of it between polls. Belongs to one thread at a time. */
typedef struct _PdkChatDb PdkChatDb;

PdkChatDb *pdk_chat_db_new (const char *path);
void pdk_chat_db_free (PdkChatDb *self);
gboolean pdk_chat_db_refresh (PdkChatDb *self, gint64 now_sec, GCancellable *cancellable, GError **error);
void pdk_chat_db_describe (PdkChatDb *self, gint64 now_sec, PdkFacts *facts, PdkChatFlaws *flaws);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PdkChatDb, pdk_chat_db_free)

G_END_DECLS
