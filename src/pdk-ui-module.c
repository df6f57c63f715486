/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Loads the applet: GTK and all that it brings take twice as long to load as the rest of the program, and the
 * commands have no use for it. The module finds everything else that it uses in the program. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-ui-module.h"

#include <dlfcn.h>
#include <glib/gi18n.h>

#include "pdk-error.h"
#include "pdk-module.h"

typedef int (*RunFunc) (const char *settings_path, gboolean is_demo, GError **error);

/**
 * pdk_ui_module_run_application:
 * @settings_path: (nullable): see pdk_application_run()
 * @is_demo: see pdk_application_run()
 * @error: return location, also for %PDK_ERROR_USAGE when this installation has no applet
 *
 * Loads the applet and runs it.
 *
 * Returns: an exit status, or -1 with @error set
 */
int
pdk_ui_module_run_application (const char *settings_path, gboolean is_demo, GError **error)
{
  RunFunc run = (RunFunc) pdk_module_find_symbol ("ui", "paddock-ui.so", "pdk_application_run");

  if (run != NULL)
    return run (settings_path, is_demo, error);
  g_set_error (error, PDK_ERROR, PDK_ERROR_USAGE,
               _ ("the tray applet cannot be loaded (%s); install Paddock again, or try “paddock status”"),
               dlerror ());
  return -1;
}
