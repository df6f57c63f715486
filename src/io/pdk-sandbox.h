/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Where Flatpak tells a program what it may do. */
#define PDK_SANDBOX_INFO_PATH "/.flatpak-info"

gboolean pdk_sandbox_is_flatpak (void);
const char *pdk_sandbox_get_data_home (void);
const char *pdk_sandbox_get_config_home (void);
char *pdk_sandbox_describe_hidden (const char *info_path, const char *home, const char *path);
char *pdk_sandbox_dup_folder_command (const char *info_path, const char *home, const char *path);
char *pdk_sandbox_describe_no_network (const char *info_path);
char *pdk_sandbox_dup_network_command (const char *info_path);

G_END_DECLS
