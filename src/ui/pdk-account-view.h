/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

#include "pdk-alert-rules.h"
#include "pdk-snapshot.h"
#include "pdk-unloader.h"

#include "pdk-fold-keeper.h"

G_BEGIN_DECLS

/* Everything that is known of one account, or that nothing is known yet. */
#define PDK_TYPE_ACCOUNT_VIEW (pdk_account_view_get_type ())
G_DECLARE_FINAL_TYPE (PdkAccountView, pdk_account_view, PDK, ACCOUNT_VIEW, GtkBox)

void pdk_account_view_set_folds (PdkAccountView *self, PdkFoldKeeper *folds);
GtkContainer *pdk_account_view_get_sections (PdkAccountView *self);
void pdk_account_view_set_unloader (PdkAccountView *self, PdkUnloader *unloader);
void pdk_account_view_set_sign_in_problem (PdkAccountView *self, const char *sentence);
void pdk_account_view_set_account (PdkAccountView *self,
                                   const PdkAccountSnapshot *account,
                                   const PdkAlertRules *rules,
                                   gint64 now_usec);
void pdk_account_view_update_countdowns (PdkAccountView *self,
                                         const PdkAccountSnapshot *account,
                                         const PdkAlertRules *rules,
                                         gint64 now_usec);
gboolean pdk_account_view_has_countdown (PdkAccountView *self, const PdkAccountSnapshot *account);
void pdk_account_view_focus_search (PdkAccountView *self);
gboolean pdk_account_view_clear_search (PdkAccountView *self);

G_END_DECLS
