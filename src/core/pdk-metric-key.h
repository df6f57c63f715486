/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *pdk_metric_key_make (const char *name, GHashTable *taken);

G_END_DECLS
