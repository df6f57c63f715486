/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

int pdk_ui_module_run_application (const char *settings_path, gboolean is_demo, GError **error);

G_END_DECLS
