/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "pdk-snapshot.h"

G_BEGIN_DECLS

char *pdk_report_new_text (const PdkSnapshot *snapshot, const char *const *surroundings);

G_END_DECLS
