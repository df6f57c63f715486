/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

#include "pdk-alert-memory.h"
#include "pdk-alert-rules.h"
#include "pdk-snapshot.h"

G_BEGIN_DECLS

typedef enum
{
  PDK_ALERT_PASSED,  /* more is used than a threshold */
  PDK_ALERT_USED_UP, /* nothing is left */
  PDK_ALERT_BACK,    /* there is something again of what was used up */
} PdkAlertKind;

/* Something to tell. Immutable; texts are without markup. */
typedef struct
{
  PdkAlertKind kind;
  char *id; /* the same for all that is told of a limit, so that the newer replaces the older */
  char *title;
  char *body; /* may be empty */
} PdkAlert;

void pdk_alert_free (PdkAlert *alert);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PdkAlert, pdk_alert_free)

gboolean pdk_alerts_decide (const PdkSnapshot *snapshot,
                            const PdkAlertRules *rules,
                            PdkAlertMemory *memory,
                            GPtrArray *alerts);

G_END_DECLS
