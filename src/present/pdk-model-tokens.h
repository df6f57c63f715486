/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "pdk-facts.h"

G_BEGIN_DECLS

GPtrArray *pdk_model_tokens_list (const PdkFacts *facts, guint max_models);

G_END_DECLS
