/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

#include "pdk-monitor.h"

G_BEGIN_DECLS

/* Signals: "failed" (string): why nobody could be sent to sign in, a sentence; NULL when it is tried anew. */
#define PDK_TYPE_SIGN_IN (pdk_sign_in_get_type ())
G_DECLARE_FINAL_TYPE (PdkSignIn, pdk_sign_in, PDK, SIGN_IN, GObject)

PdkSignIn *pdk_sign_in_new (GActionMap *actions, PdkMonitor *monitor);
void pdk_sign_in_look_again (PdkSignIn *self);

G_END_DECLS
