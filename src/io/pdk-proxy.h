/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

const char *pdk_proxy_find_variable (const char *url);

G_END_DECLS
