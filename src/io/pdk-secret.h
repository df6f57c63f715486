/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The longest key that is taken, in bytes. Ollama's have less than 100. */
#define PDK_SECRET_MAX_BYTES 1024

/* An API key. Immutable and counted; may cross threads. */
typedef struct _PdkSecret PdkSecret;

PdkSecret *pdk_secret_new (const char *text, gsize length, GError **error);
PdkSecret *pdk_secret_ref (PdkSecret *self);
void pdk_secret_unref (PdkSecret *self);
const char *pdk_secret_get_text (const PdkSecret *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PdkSecret, pdk_secret_unref)

G_END_DECLS
