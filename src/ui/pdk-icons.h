/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

#include "pdk-settings.h"
#include "pdk-tray-state.h"

G_BEGIN_DECLS

char *pdk_icons_dup_theme_path (void);
char *pdk_icons_dup_name (PdkLevel level, PdkTrayIconStyle style, const char *desktops);

G_END_DECLS
