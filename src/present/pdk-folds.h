/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The sections of the details window that somebody may fold. A set of them has a bit for each, 1 << section.
 */
typedef enum
{
  PDK_FOLDABLE_LOADED,
  PDK_FOLDABLE_REQUESTS,
  PDK_FOLDABLE_CLOUD,
  PDK_FOLDABLE_MODELS,
  PDK_FOLDABLE_DESKTOP,
  PDK_FOLDABLE_PROBLEMS,
  PDK_N_FOLDABLE
} PdkFoldable;

guint pdk_folds_parse (GBytes *bytes);
GBytes *pdk_folds_to_bytes (guint folds);

G_END_DECLS
