/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "pdk-facts.h"
#include "pdk-tally.h"

G_BEGIN_DECLS

/* How many tokens of requests to one model there were. */
typedef struct
{
  char *name; /* (nullable): NULL for those of all models that are not listed, or not known */
  double prompt_tokens;
  double output_tokens;
} PdkModelTokens;

PdkWindow pdk_model_tokens_get_window (PdkWindow window);
GArray *pdk_model_tokens_list (const PdkFacts *facts, PdkWindow window, guint max_models);

G_END_DECLS
