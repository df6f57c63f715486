/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

gboolean pdk_remote_command_activate (const char *action, GError **error);

G_END_DECLS
