/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A part of the data of a task, zero at first. */
typedef struct
{
  GSource *on_deadline, *on_cancelled; /* (nullable): they hold the task */
  gboolean is_done;
} PdkTaskBounds;

void
pdk_task_bounds_set_deadline (PdkTaskBounds *bounds, GTask *task, guint seconds, GSourceFunc on_deadline);
void pdk_task_bounds_set_cancelled (PdkTaskBounds *bounds, GTask *task, GCancellableSourceFunc on_cancelled);
gboolean pdk_task_bounds_finish (PdkTaskBounds *bounds);

G_END_DECLS
