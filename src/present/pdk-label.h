/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "pdk-settings.h"
#include "pdk-snapshot.h"

G_BEGIN_DECLS

char *pdk_label_for_snapshot (const PdkSnapshot *snapshot,
                              PdkLabelMode mode,
                              const char *label_template,
                              const char *message);
char *pdk_label_make_guide (const char *label);

G_END_DECLS
