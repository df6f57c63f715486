/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "pdk-snapshot.h"

G_BEGIN_DECLS

void pdk_cloud_text_append (GString *out, const PdkAccountSnapshot *account, gint64 now_usec);

G_END_DECLS
