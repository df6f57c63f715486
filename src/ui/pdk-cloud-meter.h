/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

#include "pdk-cloud-rows.h"

G_BEGIN_DECLS

/* One limit of the cloud, or credits. */
#define PDK_TYPE_CLOUD_METER (pdk_cloud_meter_get_type ())
G_DECLARE_FINAL_TYPE (PdkCloudMeter, pdk_cloud_meter, PDK, CLOUD_METER, GtkListBoxRow)

GtkWidget *pdk_cloud_meter_new (void);
void pdk_cloud_meter_set_row (PdkCloudMeter *self, const PdkCloudRow *row, gint64 now_usec);

G_END_DECLS
