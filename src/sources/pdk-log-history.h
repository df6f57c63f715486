/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "pdk-log-state.h"

G_BEGIN_DECLS

/* Keeps what was learnt from one account's log in Paddock's own file. It belongs to one thread at a time. */
typedef struct _PdkLogHistory PdkLogHistory;

PdkLogHistory *pdk_log_history_new (const char *path, const char *account, guint n_days);
void pdk_log_history_free (PdkLogHistory *history);

gboolean pdk_log_history_begin (PdkLogHistory *history,
                                PdkLogState **state,
                                const PdkLogPlaces *places,
                                gint64 now_sec);
void pdk_log_history_end (PdkLogHistory *history, PdkLogState *state, gint64 now_sec);
const char *pdk_log_history_get_problem (const PdkLogHistory *history);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PdkLogHistory, pdk_log_history_free)

G_END_DECLS
