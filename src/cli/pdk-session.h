/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "pdk-command-line.h"
#include "pdk-monitor.h"
#include "pdk-settings-store.h"

G_BEGIN_DECLS

/* What the commands status and watch share: settings, a monitor, a main loop. */
typedef struct
{
  const PdkCommandLine *line; /* not owned */
  PdkSettingsStore *store;    /* (nullable): NULL in the demo */
  PdkMonitor *monitor;
  GMainLoop *loop;
} PdkSession;

PdkSettings *pdk_session_load_settings (const PdkCommandLine *line, GError **error);
gboolean
pdk_session_fail_unknown_account (const PdkCommandLine *line, const PdkSettings *settings, GError **error);
gboolean pdk_session_init (PdkSession *session, const PdkCommandLine *line, GError **error);
const PdkAlertRules *pdk_session_get_rules (PdkSession *session);
void pdk_session_clear (PdkSession *session);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PdkSession, pdk_session_clear)

G_END_DECLS
