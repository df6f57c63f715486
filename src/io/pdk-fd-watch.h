/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Descriptors and one timeout, watched on a main context on behalf of a library that has no loop of its own.
 */
typedef struct _PdkFdWatch PdkFdWatch;

/* @fd: what is ready, or -1 when it is the timeout; @condition: how, or 0 */
typedef void (*PdkFdWatchFunc) (int fd, GIOCondition condition, gpointer user_data);

PdkFdWatch *pdk_fd_watch_new (GMainContext *context, PdkFdWatchFunc callback, gpointer user_data);
void pdk_fd_watch_free (PdkFdWatch *self);
void pdk_fd_watch_set (PdkFdWatch *self, int fd, GIOCondition condition);
void pdk_fd_watch_set_timeout (PdkFdWatch *self, gint64 timeout_msec);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PdkFdWatch, pdk_fd_watch_free)

G_END_DECLS
