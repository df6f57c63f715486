/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "pdk-source.h"

G_BEGIN_DECLS

/* The chats of Ollama's desktop app. */
#define PDK_TYPE_DESKTOP_DB_SOURCE (pdk_desktop_db_source_get_type ())
G_DECLARE_FINAL_TYPE (PdkDesktopDbSource, pdk_desktop_db_source, PDK, DESKTOP_DB_SOURCE, PdkSource)

PdkDesktopDbSource *pdk_desktop_db_source_new (const char *const *paths, gboolean is_named);

G_END_DECLS
