/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

void pdk_secret_portal_run (GTask *task);

G_END_DECLS
