/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "pdk-history-text.h"

G_BEGIN_DECLS

/* 2026-11-20T12:00:00Z */
#define HISTORY_FIXTURE_NOON G_GINT64_CONSTANT (1795176000)

GPtrArray *history_fixture_new (void);
void history_fixture_assert_golden (const char *text, const char *file);

G_END_DECLS
