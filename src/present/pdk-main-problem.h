/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "pdk-snapshot.h"

G_BEGIN_DECLS

const char *pdk_main_problem_find (const PdkAccountSnapshot *account);
gboolean pdk_main_problem_explains (const PdkAccountSnapshot *account, const char *diagnostic);
char *pdk_main_problem_describe (const PdkAccountSnapshot *account, gint64 now_usec);

G_END_DECLS
