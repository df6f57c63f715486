/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

#include "pdk-alert-rules.h"
#include "pdk-snapshot.h"

#include "pdk-limit.h"

G_BEGIN_DECLS

/* The most lines that a tray state has, its message not counted. */
#define PDK_TRAY_STATE_MAX_LINES 10

/* How things stand, told at a glance. */
typedef enum
{
  PDK_LEVEL_IDLE,        /* all is well, and no model is loaded */
  PDK_LEVEL_LOADED,      /* a model is in memory */
  PDK_LEVEL_UNREACHABLE, /* no server answers */
  PDK_LEVEL_ATTENTION,   /* something waits for the user */
} PdkLevel;

/* What the tray shows of a snapshot. Immutable; texts are single lines without markup. */
typedef struct
{
  PdkLevel level;
  char *message;    /* the status message */
  int vram_percent; /* how much of the graphics memory is in use; -1 when not known */
  GStrv lines;      /* what the menu says below the message */
} PdkTrayState;

const char *pdk_level_to_string (PdkLevel level);
const char *pdk_level_describe (PdkLevel level);
PdkLevel pdk_level_of_account (const PdkAccountSnapshot *account);
PdkLevel pdk_level_of_account_with_limits (const PdkAccountSnapshot *account,
                                           const PdkAlertRules *rules,
                                           gint64 now_usec);
gboolean pdk_level_find_pressing_limit (const PdkAccountSnapshot *account,
                                        const PdkAlertRules *rules,
                                        gint64 now_usec,
                                        PdkLimit *pressing);

PdkTrayState *pdk_tray_state_new (const PdkSnapshot *snapshot, const PdkAlertRules *rules);
void pdk_tray_state_free (PdkTrayState *state);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PdkTrayState, pdk_tray_state_free)

G_END_DECLS
