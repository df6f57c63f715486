/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

#include "pdk-alert-rules.h"
#include "pdk-clock.h"
#include "pdk-snapshot.h"
#include "pdk-unloader.h"

#include "pdk-fold-keeper.h"

G_BEGIN_DECLS

/* The window with everything that is known. It is made when it opens and destroyed when it closes, which it
 * does by itself when it loses the focus, unless it is pinned. */
#define PDK_TYPE_DETAILS_WINDOW (pdk_details_window_get_type ())
G_DECLARE_FINAL_TYPE (PdkDetailsWindow, pdk_details_window, PDK, DETAILS_WINDOW, GtkApplicationWindow)

PdkDetailsWindow *pdk_details_window_new (GtkApplication *application, PdkClock *clock);
void pdk_details_window_set_folds (PdkDetailsWindow *self, PdkFoldKeeper *folds);
void pdk_details_window_set_snapshot (PdkDetailsWindow *self, PdkSnapshot *snapshot);
void pdk_details_window_set_unloader (PdkDetailsWindow *self, PdkUnloader *unloader);
void pdk_details_window_set_rules (PdkDetailsWindow *self, const PdkAlertRules *rules);
void pdk_details_window_set_sign_in_problem (PdkDetailsWindow *self, const char *sentence);
void pdk_details_window_open (PdkDetailsWindow *self);

G_END_DECLS
