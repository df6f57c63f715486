/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The names of the windows of time. Pure. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-window.h"

static const char *const ids[PDK_N_WINDOWS] = {
  [PDK_WINDOW_TODAY] = "today", [PDK_WINDOW_5H] = "5h",   [PDK_WINDOW_1D] = "1d",
  [PDK_WINDOW_7D] = "7d",       [PDK_WINDOW_30D] = "30d",
};

/** pdk_window_get_id: Returns: (transfer none): what names of metrics have for @window at their end, "7d" */
const char *
pdk_window_get_id (PdkWindow window)
{
  return ids[window];
}

/** pdk_window_from_id: Returns: the window that pdk_window_get_id() gives @id (nullable) for,
 * %PDK_WINDOW_TODAY if there is none */
PdkWindow
pdk_window_from_id (const char *id)
{
  for (PdkWindow window = 0; window < PDK_N_WINDOWS; window++)
    {
      if (g_strcmp0 (ids[window], id) == 0)
        return window;
    }
  return PDK_WINDOW_TODAY;
}
