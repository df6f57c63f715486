/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

#include "pdk-alert-rules.h"
#include "pdk-snapshot.h"

G_BEGIN_DECLS

void pdk_accounts_popover_fill (GtkPopover *popover,
                                const PdkSnapshot *snapshot,
                                const PdkAlertRules *rules,
                                gint64 now_usec);

G_END_DECLS
