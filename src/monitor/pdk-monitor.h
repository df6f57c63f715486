/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

#include "pdk-clock.h"
#include "pdk-settings.h"
#include "pdk-snapshot.h"

G_BEGIN_DECLS

#define PDK_TYPE_MONITOR (pdk_monitor_get_type ())
G_DECLARE_FINAL_TYPE (PdkMonitor, pdk_monitor, PDK, MONITOR, GObject)

/* Signals: "changed" (no arguments): pdk_monitor_get_snapshot() has a new answer. */

PdkMonitor *pdk_monitor_new (PdkClock *clock, gboolean is_demo);
void pdk_monitor_set_settings (PdkMonitor *self, PdkSettings *settings, const char *settings_error);
void pdk_monitor_set_account (PdkMonitor *self, const char *id);
void pdk_monitor_set_interval (PdkMonitor *self, guint interval_msec);
void pdk_monitor_start (PdkMonitor *self);
void pdk_monitor_stop (PdkMonitor *self);
void pdk_monitor_refresh (PdkMonitor *self);
void pdk_monitor_reload_keys (PdkMonitor *self);
void pdk_monitor_fetch_signin_link_async (PdkMonitor *self,
                                          const char *account_id,
                                          GCancellable *cancellable,
                                          GAsyncReadyCallback callback,
                                          gpointer user_data);
char *pdk_monitor_fetch_signin_link_finish (PdkMonitor *self, GAsyncResult *result, GError **error);
void pdk_monitor_expect_signin (PdkMonitor *self, const char *account_id);
void pdk_monitor_unload_async (PdkMonitor *self,
                               const char *account_id,
                               const char *name,
                               GAsyncReadyCallback callback,
                               gpointer user_data);
gboolean pdk_monitor_unload_finish (PdkMonitor *self, GAsyncResult *result, GError **error);
PdkSnapshot *pdk_monitor_get_snapshot (PdkMonitor *self);
gboolean pdk_monitor_is_polling (PdkMonitor *self);
gboolean pdk_monitor_is_waiting_for_last (PdkMonitor *self);
gboolean pdk_monitor_is_waiting_for_keys (PdkMonitor *self);
gboolean pdk_monitor_was_lost (PdkMonitor *self);

G_END_DECLS
