/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "pdk-settings.h"
#include "pdk-tray-state.h"

#include "pdk-tray.h"

G_BEGIN_DECLS

PdkTrayState *pdk_tray_content_new_state (PdkSnapshot *snapshot, const PdkSettings *settings);
char *pdk_tray_content_dup_icon_name (PdkLevel level, const PdkSettings *settings);
void pdk_tray_content_show (PdkTray *tray, PdkSnapshot *snapshot, const PdkSettings *settings);

G_END_DECLS
