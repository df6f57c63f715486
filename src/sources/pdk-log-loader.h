/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "pdk-history-db.h"
#include "pdk-log-state.h"

G_BEGIN_DECLS

gboolean
pdk_log_loader_is_doubtful (PdkLogState *state, PdkHistoryDb *db, const char *account, gint64 now_sec);
gboolean pdk_log_loader_load (
    PdkLogState *state, PdkHistoryDb *db, const char *account, gint64 now_sec, GError **error);

G_END_DECLS
