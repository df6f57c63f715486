/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Loads the applet: GTK and all that it brings take twice as long to load as the rest of the program, and the
 * commands have no use for it. The module finds everything else that it uses in the program. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-ui-module.h"

#include <dlfcn.h>
#include <glib/gi18n.h>

#include "pdk-error.h"

#define MODULE_NAME "paddock-ui.so"
#define RUN_SYMBOL "pdk_application_run"

typedef int (*RunFunc) (const char *settings_path, gboolean is_demo, GError **error);

/* A program that runs from its build folder has its module there. */
static char *
find_module (void)
{
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *dir = program != NULL ? g_path_get_dirname (program) : NULL;
  g_autofree char *built = dir != NULL ? g_build_filename (dir, "ui", MODULE_NAME, NULL) : NULL;

  if (built != NULL && g_file_test (built, G_FILE_TEST_IS_REGULAR))
    return g_steal_pointer (&built);
  return g_build_filename (UI_MODULE_DIR, MODULE_NAME, NULL);
}

/**
 * pdk_ui_module_run_application:
 * @settings_path: (nullable): see pdk_application_run()
 * @is_demo: see pdk_application_run()
 * @error: return location, also for %PDK_ERROR_USAGE when this installation has no applet
 *
 * Loads the applet and runs it. The module stays until the program ends.
 *
 * Returns: an exit status, or -1 with @error set
 */
int
pdk_ui_module_run_application (const char *settings_path, gboolean is_demo, GError **error)
{
  g_autofree char *path = find_module ();
  void *module = dlopen (path, RTLD_LAZY | RTLD_LOCAL);
  RunFunc run = module != NULL ? (RunFunc) dlsym (module, RUN_SYMBOL) : NULL;

  if (run != NULL)
    return run (settings_path, is_demo, error);
  g_set_error (error, PDK_ERROR, PDK_ERROR_USAGE,
               _ ("the tray applet cannot be loaded (%s); install Paddock again, or try “paddock status”"),
               dlerror ());
  return -1;
}
