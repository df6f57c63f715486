/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "pdk-log-cursor.h"

G_BEGIN_DECLS

#define PDK_LOG_TAG "[GIN] "
#define PDK_LOG_TAG_LENGTH (sizeof (PDK_LOG_TAG) - 1)

/* Whether an access line's tag stands at the cursor, with what may be its date behind it. */
static inline gboolean
pdk_log_prefix_is_at_tag (const PdkLogCursor *c)
{
  return (gsize) (c->end - c->at) > PDK_LOG_TAG_LENGTH &&
         memcmp (c->at, PDK_LOG_TAG, PDK_LOG_TAG_LENGTH) == 0 && pdk_log_is_digit (c->at[PDK_LOG_TAG_LENGTH]);
}

void pdk_log_prefix_skip_margin (PdkLogCursor *c);
gboolean pdk_log_prefix_skip (PdkLogCursor *c);
gboolean pdk_log_prefix_skip_all (PdkLogCursor *c);

G_END_DECLS
