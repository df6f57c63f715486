/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How much longer than UTF-16 the same text may get in UTF-8. */
#define PDK_UTF16_GROWTH(length) ((length) / 2 * 3)

gsize pdk_utf16_to_utf8 (const guint8 *bytes, gsize length, char *text, gsize *text_length);
gsize pdk_utf16_measure (const char *text, gsize length);

G_END_DECLS
