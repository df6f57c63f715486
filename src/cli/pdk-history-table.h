/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "pdk-history-text.h"

G_BEGIN_DECLS

char *pdk_history_table_new (const GPtrArray *accounts, GTimeZone *zone);

G_END_DECLS
