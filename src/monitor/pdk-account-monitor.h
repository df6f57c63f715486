/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "pdk-clock.h"
#include "pdk-http-client.h"
#include "pdk-settings.h"
#include "pdk-snapshot.h"
#include "pdk-source.h"

G_BEGIN_DECLS

#define PDK_TYPE_ACCOUNT_MONITOR (pdk_account_monitor_get_type ())
G_DECLARE_FINAL_TYPE (PdkAccountMonitor, pdk_account_monitor, PDK, ACCOUNT_MONITOR, GObject)

/* Signals: "changed" (no arguments): a source has answered, and the facts may be others. */

PdkAccountMonitor *
pdk_account_monitor_new (PdkClock *clock, const char *id, const char *base_url, gboolean is_cloud_only);
void pdk_account_monitor_take_source (PdkAccountMonitor *self, PdkSource *source);
void pdk_account_monitor_await_last (PdkAccountMonitor *self);
void pdk_account_monitor_set_last (PdkAccountMonitor *self, GPtrArray *sources);
void pdk_account_monitor_set_client (PdkAccountMonitor *self, PdkHttpClient *client);
void pdk_account_monitor_set_notice (PdkAccountMonitor *self, const char *diagnostic, const char *sentence);
void pdk_account_monitor_poll (PdkAccountMonitor *self);
void pdk_account_monitor_unload_async (PdkAccountMonitor *self,
                                       const char *name,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data);
gboolean pdk_account_monitor_unload_finish (PdkAccountMonitor *self, GAsyncResult *result, GError **error);
void pdk_account_monitor_cancel (PdkAccountMonitor *self);
const char *pdk_account_monitor_get_id (PdkAccountMonitor *self);
gboolean pdk_account_monitor_is_polling (PdkAccountMonitor *self);
gboolean pdk_account_monitor_is_waiting_for_last (PdkAccountMonitor *self);
gboolean pdk_account_monitor_is_awaiting_last (PdkAccountMonitor *self);
gboolean pdk_account_monitor_was_lost (PdkAccountMonitor *self);
PdkAccountSnapshot *pdk_account_monitor_get_snapshot (PdkAccountMonitor *self, const PdkFacts *more);

G_END_DECLS
