/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

#include "pdk-tray-state.h"

G_BEGIN_DECLS

/* How things stand with an account: an icon, the server's version and its address. */
#define PDK_TYPE_STATE_HEADER (pdk_state_header_get_type ())
G_DECLARE_FINAL_TYPE (PdkStateHeader, pdk_state_header, PDK, STATE_HEADER, GtkBox)

void pdk_state_header_set_account (PdkStateHeader *self,
                                   const PdkAccountSnapshot *account,
                                   gboolean is_one_of_several,
                                   PdkLevel level);
char *pdk_state_header_dup_spoken (PdkStateHeader *self, gboolean with_place);

G_END_DECLS
