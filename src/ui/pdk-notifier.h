/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

#include "pdk-alert-rules.h"
#include "pdk-snapshot.h"

G_BEGIN_DECLS

/* Tells the user of limits that run out, as notifications of the application. A click on one activates
 * "app.details". */
#define PDK_TYPE_NOTIFIER (pdk_notifier_get_type ())
G_DECLARE_FINAL_TYPE (PdkNotifier, pdk_notifier, PDK, NOTIFIER, GObject)

PdkNotifier *pdk_notifier_new (GApplication *application, const char *path);
char *pdk_notifier_dup_default_path (void);
void pdk_notifier_update (PdkNotifier *self, PdkSnapshot *snapshot, const PdkAlertRules *rules);

G_END_DECLS
