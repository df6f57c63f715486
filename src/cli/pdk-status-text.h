/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "pdk-snapshot.h"

G_BEGIN_DECLS

char *pdk_status_text_new (const PdkSnapshot *snapshot);

G_END_DECLS
