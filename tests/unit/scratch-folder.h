/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A folder of a test's own. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *scratch_folder_new (void);
void scratch_folder_remove (char *folder);

G_END_DECLS
