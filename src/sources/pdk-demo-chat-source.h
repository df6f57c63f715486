/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "pdk-source.h"

G_BEGIN_DECLS

/* Stands for the desktop app's database. */
#define PDK_TYPE_DEMO_CHAT_SOURCE (pdk_demo_chat_source_get_type ())
G_DECLARE_FINAL_TYPE (PdkDemoChatSource, pdk_demo_chat_source, PDK, DEMO_CHAT_SOURCE, PdkSource)

PdkSource *pdk_demo_chat_source_new (void);

G_END_DECLS
