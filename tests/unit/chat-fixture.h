/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A database as Ollama's desktop app writes it, as far as is read of it. */

#pragma once

#include "foreign-fixture.h"
#include "pdk-chat-db.h"

G_BEGIN_DECLS

/* 2026-11-20 12:00:00 UTC. */
#define CHAT_FIXTURE_NOW G_GINT64_CONSTANT (1795176000)

void chat_fixture_set_up (ForeignFixture *fixture, gconstpointer data);
void chat_fixture_save (ForeignFixture *fixture, const char *chat, guint n_turns, guint n_chars);
void chat_fixture_assert_counted (ForeignFixture *fixture, PdkChatDb *db);
void chat_fixture_refresh (PdkChatDb *db);

G_END_DECLS
