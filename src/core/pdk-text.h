/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The longest name that is kept of anything outside, in bytes of UTF-8. */
#define PDK_TEXT_NAME_MAX_BYTES 256

char *pdk_text_dup_bounded (const char *text, gssize length, gsize max_bytes);
gboolean pdk_text_is_control (gunichar c);
char *pdk_text_dup_for_display (const char *text);

G_END_DECLS
