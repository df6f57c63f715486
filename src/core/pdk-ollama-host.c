/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Addresses of Ollama servers: the environment variable OLLAMA_HOST, read as Ollama's own client reads it
 * (envconfig/config.go of its source), and base URLs out of the settings. Pure functions, any thread. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-ollama-host.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#include "pdk-error.h"

static gboolean
is_ipv6 (const char *text)
{
  return strchr (text, ':') != NULL;
}

/* A server that listens everywhere is reached on this machine. */
static const char *
connectable_host (const char *host)
{
  g_autoptr (GInetAddress) address = NULL;

  if (*host == '\0')
    return "127.0.0.1";
  address = g_inet_address_new_from_string (host);
  if (address != NULL && g_inet_address_get_is_any (address))
    return g_inet_address_get_family (address) == G_SOCKET_FAMILY_IPV6 ? "::1" : "127.0.0.1";
  return host;
}

static char *
join (const char *scheme, const char *host, guint port, const char *path)
{
  const char *connectable = connectable_host (host);
  gsize length = strlen (path);

  while (length > 0 && path[length - 1] == '/')
    length--;
  return g_strdup_printf (is_ipv6 (connectable) ? "%s://[%s]:%u%.*s" : "%s://%s:%u%.*s", scheme, connectable,
                          port, (int) length, path);
}

/* Splits "host:port" as Go's net.SplitHostPort() does: one colon, or brackets around the host. What it calls
 * an error, such as a bare IPv6 address, is a host without a port. */
static void
split_host_port (const char *hostport, char **host, char **port)
{
  const char *colon = strrchr (hostport, ':');
  const char *bracket = *hostport == '[' ? strchr (hostport, ']') : NULL;

  if (bracket != NULL && bracket[1] == ':' && colon == bracket + 1)
    {
      *host = g_strndup (hostport + 1, (gsize) (bracket - hostport) - 1);
      *port = g_strdup (colon + 1);
    }
  else if (bracket == NULL && colon != NULL && strchr (hostport, ':') == colon)
    {
      *host = g_strndup (hostport, (gsize) (colon - hostport));
      *port = g_strdup (colon + 1);
    }
  else
    {
      gsize start = strspn (hostport, "[]");
      gsize end = strlen (hostport);

      while (end > start && strchr ("[]", hostport[end - 1]) != NULL)
        end--;
      *host = g_strndup (hostport + start, end - start);
      *port = NULL;
    }
}

static char *
unquote (const char *value)
{
  g_autofree char *text = g_strstrip (g_strdup (value));
  gsize start = strspn (text, "\"'");
  gsize end = strlen (text);

  while (end > start && strchr ("\"'", text[end - 1]) != NULL)
    end--;
  text[end] = '\0';
  return g_strstrip (g_strdup (text + start));
}

/**
 * pdk_ollama_host_to_base_url:
 * @value: (nullable): the value of OLLAMA_HOST
 *
 * The scheme may be missing; so may be the port, which then is 11434, or 80 and 443 when the scheme is given;
 * a port that is none is replaced by that one. IPv6 addresses come with or without brackets; a path is kept.
 *
 * Returns: (transfer full): the URL to connect to, without a slash at its end
 */
char *
pdk_ollama_host_to_base_url (const char *value)
{
  g_autofree char *text = unquote (value != NULL ? value : "");
  const char *rest = strstr (text, "://");
  g_autofree char *scheme = rest != NULL ? g_strndup (text, (gsize) (rest - text)) : g_strdup ("http");
  g_autofree char *hostport = NULL, *host = NULL, *port = NULL;
  guint64 number = 11434;
  const char *path, *credentials;

  if (g_str_equal (text, "ollama.com"))
    return g_strdup ("https://ollama.com:443");
  if (rest != NULL && g_str_equal (scheme, "http"))
    number = 80;
  else if (rest != NULL && g_str_equal (scheme, "https"))
    number = 443;

  rest = rest != NULL ? rest + strlen ("://") : text;
  path = strchrnul (rest, '/');
  /* Ollama's client has no use for credentials, and they are nobody's to see. */
  credentials = memrchr (rest, '@', (gsize) (path - rest));
  if (credentials != NULL)
    rest = credentials + 1;
  hostport = g_strndup (rest, (gsize) (path - rest));
  split_host_port (hostport, &host, &port);
  if (port != NULL)
    g_ascii_string_to_unsigned (port, 10, 0, 65535, &number, NULL);
  return join (scheme, host, (guint) number, path);
}

/* A URI's host comes decoded: what was written as %2F must not start a path. */
static gboolean
is_host (const char *host)
{
  if (host == NULL || *host == '\0')
    return FALSE;
  for (const char *p = host; *p != '\0'; p++)
    {
      if (g_ascii_iscntrl (*p) || strchr (" \"/\\?#@<>[]", *p) != NULL)
        return FALSE;
    }
  return TRUE;
}

/**
 * pdk_ollama_host_normalize_base_url:
 * @url: a base URL out of the settings
 * @error: return location for PDK_ERROR_SETTINGS
 *
 * Returns: (transfer full) (nullable): the URL to connect to, with its port, and without query, credentials
 * and a slash at its end; NULL with @error set when it is not an http or https URL
 */
char *
pdk_ollama_host_normalize_base_url (const char *url, GError **error)
{
  g_autofree char *full =
      strstr (url, "://") == NULL && *url != '\0' ? pdk_ollama_host_to_base_url (url) : NULL;
  g_autoptr (GUri) uri = g_uri_parse (full != NULL ? full : url, G_URI_FLAGS_ENCODED_PATH, NULL);
  const char *scheme = uri != NULL ? g_uri_get_scheme (uri) : NULL;
  const char *host = uri != NULL ? g_uri_get_host (uri) : NULL;
  int port;

  if (scheme == NULL || (!g_str_equal (scheme, "http") && !g_str_equal (scheme, "https")) || !is_host (host))
    {
      g_set_error_literal (error, PDK_ERROR, PDK_ERROR_SETTINGS,
                           _ ("must be an address such as http://127.0.0.1:11434"));
      return NULL;
    }
  port = g_uri_get_port (uri);
  if (port < 0)
    port = g_str_equal (scheme, "https") ? 443 : 80;
  return join (scheme, host, (guint) port, g_uri_get_path (uri));
}

/**
 * pdk_ollama_host_is_loopback:
 * @base_url: a URL
 *
 * Returns: whether it names this machine by a loopback address or as localhost
 */
gboolean
pdk_ollama_host_is_loopback (const char *base_url)
{
  g_autoptr (GUri) uri = g_uri_parse (base_url, G_URI_FLAGS_NONE, NULL);
  const char *host = uri != NULL ? g_uri_get_host (uri) : NULL;
  g_autoptr (GInetAddress) address = NULL;

  if (host == NULL)
    return FALSE;
  if (g_ascii_strcasecmp (host, "localhost") == 0)
    return TRUE;
  address = g_inet_address_new_from_string (host);
  return address != NULL && g_inet_address_get_is_loopback (address);
}
