/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "pdk-snapshot.h"

G_BEGIN_DECLS

char *pdk_message_for_account (const PdkAccountSnapshot *account);
char *pdk_message_for_snapshot (const PdkSnapshot *snapshot);
char *pdk_message_describe_account (const PdkAccountSnapshot *account);
char *pdk_message_describe_snapshot (const PdkSnapshot *snapshot);

G_END_DECLS
