/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Whether the environment sends a request through a proxy, so that a failure can be told from the server's
 * own. libcurl decides by itself; this follows what it documents (CURLOPT_PROXY(3), CURLOPT_NOPROXY(3)).
 * Reads the environment, any thread. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-proxy.h"

#include <gio/gio.h>
#include <string.h>

#include "pdk-ollama-host.h"

static gboolean
is_in_network (const char *host, const char *network)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (host);
  g_autoptr (GInetAddressMask) mask = address != NULL && strchr (network, '/') != NULL
                                          ? g_inet_address_mask_new_from_string (network, NULL)
                                          : NULL;

  return mask != NULL && g_inet_address_mask_matches (mask, address);
}

/* Whether @host is @domain or within it. */
static gboolean
is_in_domain (const char *host, const char *domain)
{
  gsize host_length = strlen (host), length;

  domain += *domain == '.';
  length = strlen (domain);
  if (length == 0 || length > host_length || g_ascii_strcasecmp (host + host_length - length, domain) != 0)
    return FALSE;
  return length == host_length || host[host_length - length - 1] == '.';
}

static gboolean
is_exempt (const char *host)
{
  const char *list = g_getenv ("no_proxy") != NULL ? g_getenv ("no_proxy") : g_getenv ("NO_PROXY");
  g_auto (GStrv) exempt = g_strsplit_set (list != NULL ? list : "", ", \t", -1);

  if (g_strcmp0 (list, "*") == 0)
    return TRUE;
  for (gsize i = 0; exempt[i] != NULL; i++)
    {
      if (is_in_domain (host, exempt[i]) || is_in_network (host, exempt[i]))
        return TRUE;
    }
  return FALSE;
}

/**
 * pdk_proxy_find_variable:
 * @url: an http or https address
 *
 * Returns: (transfer none) (nullable): the name of the variable of the environment that holds the proxy which
 * @url is asked through, %NULL when it is asked directly
 */
const char *
pdk_proxy_find_variable (const char *url)
{
  static const char *const for_http[] = { "http_proxy", "all_proxy", "ALL_PROXY", NULL };
  static const char *const for_https[] = { "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", NULL };
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_NONE, NULL);
  const char *const *names;

  if (uri == NULL || g_uri_get_host (uri) == NULL || pdk_ollama_host_is_loopback (url) ||
      is_exempt (g_uri_get_host (uri)))
    return NULL;
  names = g_strcmp0 (g_uri_get_scheme (uri), "https") == 0 ? for_https : for_http;
  for (gsize i = 0; names[i] != NULL; i++)
    {
      const char *value = g_getenv (names[i]);

      if (value != NULL)
        return *value != '\0' ? names[i] : NULL;
    }
  return NULL;
}
