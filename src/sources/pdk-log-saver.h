/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "pdk-history-db.h"
#include "pdk-log-state.h"

G_BEGIN_DECLS

gboolean pdk_log_saver_has_unsaved (PdkLogState *state);
gboolean pdk_log_saver_has_news (PdkLogState *state);
void pdk_log_saver_begin (PdkLogState *state, PdkHistoryDb *db);
gboolean pdk_log_saver_finish (PdkLogState *state, const char *account, gboolean *is_news, GError **error);
void pdk_log_saver_mark_saved (PdkLogState *state);
gboolean pdk_log_saver_drop_old (PdkHistoryDb *db, guint n_days, gint64 now_sec, GError **error);

G_END_DECLS
