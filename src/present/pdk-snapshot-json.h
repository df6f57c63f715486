/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "pdk-snapshot.h"

G_BEGIN_DECLS

typedef enum
{
  PDK_SNAPSHOT_JSON_PRETTY = 1 << 0,        /* indented, otherwise one line */
  PDK_SNAPSHOT_JSON_WITHOUT_TIMES = 1 << 1, /* leaves out when it was made and observed, to tell changes */
} PdkSnapshotJsonFlags;

char *pdk_snapshot_to_json (const PdkSnapshot *snapshot, PdkSnapshotJsonFlags flags);

G_END_DECLS
