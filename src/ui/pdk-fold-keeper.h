/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib-object.h>

#include "pdk-folds.h"

G_BEGIN_DECLS

/* Remembers which sections of the details window are folded.
 * Signals: "loaded": what was kept is known from now on. */
#define PDK_TYPE_FOLD_KEEPER (pdk_fold_keeper_get_type ())
G_DECLARE_FINAL_TYPE (PdkFoldKeeper, pdk_fold_keeper, PDK, FOLD_KEEPER, GObject)

PdkFoldKeeper *pdk_fold_keeper_new (const char *path);
char *pdk_fold_keeper_dup_default_path (void);

gboolean pdk_fold_keeper_is_folded (PdkFoldKeeper *self, PdkFoldable section);
void pdk_fold_keeper_set_folded (PdkFoldKeeper *self, PdkFoldable section, gboolean is_folded);

G_END_DECLS
