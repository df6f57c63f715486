/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "pdk-clock.h"
#include "pdk-monitor.h"

G_BEGIN_DECLS

/* How it stands with a model that somebody wanted unloaded. */
typedef enum
{
  PDK_UNLOAD_NONE,    /* nobody wanted that, or it was loaded anew or kept for another request since */
  PDK_UNLOAD_RUNNING, /* the server was asked to, or is at it */
  PDK_UNLOAD_BUSY,    /* the server has agreed and still lists the model: a request must end first */
  PDK_UNLOAD_DONE,    /* the server does not list it any more, since a short while ago */
  PDK_UNLOAD_FAILED,
} PdkUnloadState;

/* Has models unloaded, and remembers how that went for whoever shows it.
 * Signals: "changed" (no arguments): some model's state is another one. */
#define PDK_TYPE_UNLOADER (pdk_unloader_get_type ())
G_DECLARE_FINAL_TYPE (PdkUnloader, pdk_unloader, PDK, UNLOADER, GObject)

PdkUnloader *pdk_unloader_new (PdkMonitor *monitor, PdkClock *clock);
void pdk_unloader_start (PdkUnloader *self, const char *account_id, const char *name);
void pdk_unloader_start_all (PdkUnloader *self, const char *account_id);
PdkUnloadState
pdk_unloader_get_state (PdkUnloader *self, const char *account_id, const char *name, const char **sentence);
const char *pdk_unloader_get_last_done (PdkUnloader *self, const char *account_id);

G_END_DECLS
