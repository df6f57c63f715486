/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The parts of the program that are loaded when they are wanted. Any thread. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-module.h"

#include <dlfcn.h>

/* A program that runs from its build folder has its modules there. */
static char *
find_module (const char *folder, const char *name)
{
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *dir = program != NULL ? g_path_get_dirname (program) : NULL;
  g_autofree char *built = dir != NULL ? g_build_filename (dir, folder, name, NULL) : NULL;

  if (built != NULL && g_file_test (built, G_FILE_TEST_IS_REGULAR))
    return g_steal_pointer (&built);
  return g_build_filename (MODULE_DIR, name, NULL);
}

/**
 * pdk_module_find_symbol:
 * @folder: where in the folder of the program the module is built
 * @name: file name of the module
 * @symbol: what is wanted of it
 *
 * Loads the module, which stays until the program ends.
 *
 * Returns: (transfer none) (nullable): where the symbol is; if %NULL, dlerror() says why
 */
gpointer
pdk_module_find_symbol (const char *folder, const char *name, const char *symbol)
{
  g_autofree char *path = find_module (folder, name);
  void *module = dlopen (path, RTLD_LAZY | RTLD_LOCAL);

  return module != NULL ? dlsym (module, symbol) : NULL;
}
