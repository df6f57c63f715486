/* SPDX-License-Identifier: GPL-3.0-or-later */

/* libcurl, ready for use. It brings more than twenty other libraries, which take longer to load than all the
 * rest of a command, and make whatever is loaded after them take longer, too; so it is loaded when somebody
 * has something to ask. It stays until the program ends. Any thread. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-curl.h"

#include <string.h>

#include <gio/gio.h>
#include <glib/gi18n-lib.h>

static GMutex mutex; /* for loading */
static gboolean is_over;
static const PdkCurl *loaded;
static gboolean has_hashed_certificates;

/* Whether @folder holds certificates under the hashes of their names, as OpenSSL looks them up
 * (openssl-rehash(1)). */
static gboolean
is_hashed_folder (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      if (strspn (name, "0123456789abcdef") == 8 && g_str_equal (name + 8, ".0"))
        return TRUE;
    }
  return FALSE;
}

static void
initialise (const PdkCurl *curl)
{
  const curl_version_info_data *version;

  /* Never undone: a resolver thread that was given up may outlive every client. */
  if (curl->global_init (CURL_GLOBAL_DEFAULT) != CURLE_OK)
    g_error ("curl cannot be initialised");

  version = curl->version_info (CURLVERSION_NOW);
  has_hashed_certificates = version->ssl_version != NULL &&
                            g_str_has_prefix (version->ssl_version, "OpenSSL/") && version->capath != NULL &&
                            is_hashed_folder (version->capath);
}

/** pdk_curl_get: Returns: (transfer none) (nullable): the functions, if they are loaded */
const PdkCurl *
pdk_curl_get (void)
{
  return g_atomic_pointer_get (&loaded);
}

/**
 * pdk_curl_load:
 * @error: return location for a sentence on what is missing
 *
 * Loads and initialises libcurl, if nobody has; which takes some milliseconds, and longer from a slow disk.
 *
 * Returns: (transfer none) (nullable): the functions, or %NULL with @error set
 */
const PdkCurl *
pdk_curl_load (GError **error)
{
  const PdkCurl *curl;

  g_mutex_lock (&mutex);
  curl = is_over ? NULL : loaded;
  if (is_over)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, _ ("cancelled"));
  else if (curl == NULL && (curl = pdk_curl_find_functions (error)) != NULL)
    {
      initialise (curl);
      g_atomic_pointer_set (&loaded, curl);
    }
  g_mutex_unlock (&mutex);
  return curl;
}

/** pdk_curl_finish: waits, however long it takes, for whoever is loading curl right now, and lets nobody
 * begin. To be called before the program ends: its libraries then undo what a thread may be in the middle of
 * doing. */
void
pdk_curl_finish (void)
{
  g_mutex_lock (&mutex);
  is_over = TRUE;
  g_mutex_unlock (&mutex);
}

/** pdk_curl_has_hashed_certificates: Returns: whether the certificates of the system may be looked up one by
 * one, once curl is loaded. Reading the file that has all of them takes some 20 ms for every connection, in
 * which the main loop stands still. */
gboolean
pdk_curl_has_hashed_certificates (void)
{
  return has_hashed_certificates;
}
