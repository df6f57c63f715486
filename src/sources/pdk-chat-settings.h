/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "pdk-chat-view.h"

G_BEGIN_DECLS

gboolean pdk_chat_settings_read (PdkChatView *view, GHashTable *attributes, GError **error);

G_END_DECLS
