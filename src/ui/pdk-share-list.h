/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Names with a bar and a number each, so that it is seen at a glance what has how much. */
#define PDK_TYPE_SHARE_LIST (pdk_share_list_get_type ())
G_DECLARE_FINAL_TYPE (PdkShareList, pdk_share_list, PDK, SHARE_LIST, GtkGrid)

void pdk_share_list_set_length (PdkShareList *self, guint n_rows);
void pdk_share_list_set_row (PdkShareList *self,
                             guint index,
                             const char *name,
                             double fraction,
                             const char *number,
                             const char *details);

G_END_DECLS
