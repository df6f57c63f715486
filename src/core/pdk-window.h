/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The stretches of time, up to now, that requests are counted in. */
typedef enum
{
  PDK_WINDOW_TODAY,
  PDK_WINDOW_5H,
  PDK_WINDOW_1D,
  PDK_WINDOW_7D,
  PDK_WINDOW_30D, /* local days, today being one; of sums, see pdk-tally-past.c */
} PdkWindow;

#define PDK_N_WINDOWS (PDK_WINDOW_30D + 1)

const char *pdk_window_get_id (PdkWindow window);
PdkWindow pdk_window_from_id (const char *id);

G_END_DECLS
