/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean pdk_ollama_version_gives_capabilities (const char *version);
gboolean pdk_ollama_version_is_before (const char *version, guint major, guint minor, guint patch);

G_END_DECLS
