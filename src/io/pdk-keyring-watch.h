/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _PdkKeyringWatch PdkKeyringWatch;

typedef void (*PdkKeyringWatchFunc) (gpointer user_data);

PdkKeyringWatch *pdk_keyring_watch_new (PdkKeyringWatchFunc func, gpointer user_data);
void pdk_keyring_watch_free (PdkKeyringWatch *watch);

G_END_DECLS
