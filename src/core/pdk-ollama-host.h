/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define PDK_OLLAMA_HOST_DEFAULT "http://127.0.0.1:11434"

char *pdk_ollama_host_to_base_url (const char *value);
char *pdk_ollama_host_normalize_base_url (const char *url, GError **error);
gboolean pdk_ollama_host_is_loopback (const char *base_url);

G_END_DECLS
