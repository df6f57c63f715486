/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "pdk-command-line.h"

G_BEGIN_DECLS

int pdk_login_command_run (const PdkCommandLine *line, GError **error);
int pdk_logout_command_run (const PdkCommandLine *line, GError **error);

G_END_DECLS
