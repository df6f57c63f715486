/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "pdk-history-db.h"
#include "pdk-log-state.h"

G_BEGIN_DECLS

PdkLogRecount *pdk_log_recount_begin (PdkHistoryDb *db, const char *account, gint64 now_sec, GError **error);
gboolean pdk_log_recount_end (
    PdkLogRecount *recount, PdkLogState *state, PdkHistoryDb *db, const char *account, GError **error);

G_END_DECLS
