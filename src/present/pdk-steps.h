/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

#include "pdk-snapshot.h"

#include "pdk-step.h"

G_BEGIN_DECLS

/* What was found for an account, and what was not. There are no steps where nobody has to do anything. */
typedef struct
{
  char *title;              /* (nullable): NULL without steps */
  gboolean is_grave;        /* the server does not answer */
  gboolean has_sign_in;     /* one of them leads to signing in */
  gboolean has_first_model; /* one of them leads to a model, as there is none */
  GPtrArray *steps;         /* PdkStep */
  GPtrArray *told;          /* const char *, static: the names of the diagnostics that the steps speak for */
} PdkSteps;

PdkSteps *pdk_steps_new (const PdkAccountSnapshot *account, gint64 now_usec);
void pdk_steps_free (PdkSteps *steps);
gboolean pdk_steps_equal (const PdkSteps *a, const PdkSteps *b);
gboolean pdk_steps_tell (const PdkSteps *steps, const char *diagnostic);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PdkSteps, pdk_steps_free)

G_END_DECLS
