/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _PdkFileWatch PdkFileWatch;

typedef void (*PdkFileWatchFunc) (gpointer user_data);

PdkFileWatch *pdk_file_watch_new (const char *path, PdkFileWatchFunc func, gpointer user_data);
void pdk_file_watch_free (PdkFileWatch *watch);

G_END_DECLS
