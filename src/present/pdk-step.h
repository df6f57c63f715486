/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  PDK_STEP_FOUND,
  PDK_STEP_NEEDED,   /* somebody has to do something */
  PDK_STEP_OPTIONAL, /* not there, which is well, or comes by itself */
} PdkStepState;

typedef enum
{
  PDK_STEP_WAY_COMMAND,     /* for a terminal */
  PDK_STEP_WAY_LINK,        /* a page */
  PDK_STEP_WAY_PREFERENCES, /* Paddock's own settings */
  PDK_STEP_WAY_SIGN_IN,     /* the browser, for an account */
} PdkStepKind;

/* One thing to do. */
typedef struct
{
  PdkStepKind kind;
  const char *title; /* translated; static */
  char *target;      /* (nullable): the command, the address or the account's id */
} PdkStepWay;

/* One thing that was looked for. Text is plain and translated. */
typedef struct
{
  PdkStepState state;
  const char *name; /* what it is, in a word or two; static */
  char *text;       /* how it is */
  GPtrArray *ways;  /* PdkStepWay: what brings it, the likeliest first */
  const char *then; /* (nullable): what is left to do after; static */
} PdkStep;

const char *pdk_step_state_describe (PdkStepState state);
PdkStep *pdk_step_new (PdkStepState state, const char *name, char *text);
void pdk_step_free (PdkStep *step);
void pdk_step_add_way (PdkStep *step, PdkStepKind kind, const char *title, char *target);
gboolean pdk_step_equal (const PdkStep *a, const PdkStep *b);

G_END_DECLS
