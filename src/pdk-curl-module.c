/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Finds libcurl's functions in a module, which is linked with it in place of the program (see pdk-curl.c). */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-curl.h"

#include <dlfcn.h>
#include <glib/gi18n.h>

#include "pdk-error.h"
#include "pdk-module.h"

/**
 * pdk_curl_find_functions:
 * @error: return location for %PDK_ERROR_FAILED when the installation is not whole
 *
 * Loads the module. Any thread.
 *
 * Returns: (transfer none) (nullable): the functions, or %NULL with @error set
 */
const PdkCurl *
pdk_curl_find_functions (GError **error)
{
  const PdkCurl *curl = pdk_module_find_symbol ("io", "paddock-curl.so", "pdk_curl_functions");

  if (curl == NULL)
    g_set_error (error, PDK_ERROR, PDK_ERROR_FAILED,
                 _ ("a part of Paddock cannot be loaded; install it again: %s"), dlerror ());
  return curl;
}
