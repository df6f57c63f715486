/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Accounts with limits, for tests. */

#pragma once

#include <glib.h>

#include "pdk-snapshot.h"

G_BEGIN_DECLS

void cloud_limits_set_used (PdkFacts *facts, const char *metric, double used_percent, gint64 resets_at_usec);
PdkAccountSnapshot *cloud_limits_new_account (const char *id, PdkSourceState state, PdkFacts *facts);

G_END_DECLS
