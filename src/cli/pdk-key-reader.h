/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "pdk-secret.h"

G_BEGIN_DECLS

PdkSecret *pdk_key_reader_read (const char *prompt, GError **error);

G_END_DECLS
