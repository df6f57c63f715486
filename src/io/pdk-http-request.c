/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * Which requests are sent at all, and copies of those that wait. Pure checks, without any I/O; the address
 * arrives in parts, taken apart by the very parser that will be used to connect, so that nobody can be told
 * one host and sent to another.
 */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-http-request-private.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "pdk-error.h"

static gboolean
fail (GError **error, const char *message)
{
  g_set_error_literal (error, PDK_ERROR, PDK_ERROR_USAGE, message);
  return FALSE;
}

/* A line end, say, would begin another header. */
static gboolean
is_token (const char *text)
{
  for (const char *c = text; *c != '\0'; c++)
    {
      if (!g_ascii_isgraph (*c))
        return FALSE;
    }
  return *text != '\0';
}

/* curl also takes one slash or three, so that an address whose host is missing would be sent to the first
 * part of its path. */
static gboolean
has_place_for_host (const char *url)
{
  const char *rest = strchr (url, ':');

  return rest != NULL && g_str_has_prefix (rest, "://") && rest[strlen ("://")] != '/';
}

/**
 * pdk_http_request_is_loopback:
 * @host: the host of an address, an IPv6 one in brackets
 *
 * Returns: whether @host is this computer, and nothing in the network is asked to know it (RFC 6761, 6.3)
 */
gboolean
pdk_http_request_is_loopback (const char *host)
{
  g_autoptr (GInetAddress) inet = NULL;
  gsize n_bytes = strlen (host);

  if (g_ascii_strcasecmp (host, "localhost") == 0)
    return TRUE;
  if (n_bytes > 2 && host[0] == '[' && host[n_bytes - 1] == ']')
    {
      g_autofree char *bare = g_strndup (host + 1, n_bytes - 2);

      inet = g_inet_address_new_from_string (bare);
    }
  else
    {
      inet = g_inet_address_new_from_string (host);
    }
  return inet != NULL && g_inet_address_get_is_loopback (inet);
}

/**
 * pdk_http_request_check:
 * @request: a request
 * @scheme: (nullable): of its address
 * @host: (nullable): of its address
 *
 * Returns: %FALSE with PDK_ERROR_USAGE when the request must not be sent
 */
gboolean
pdk_http_request_check (const PdkHttpRequest *request, const char *scheme, const char *host, GError **error)
{
  gboolean is_https = g_strcmp0 (scheme, "https") == 0;
  const char *token = request->bearer_token;

  if (host == NULL || *host == '\0' || !has_place_for_host (request->url))
    return fail (error, _ ("not a valid address"));
  if (!is_https && g_strcmp0 (scheme, "http") != 0)
    return fail (error, _ ("not an http or https address"));

  if (g_strcmp0 (request->method, "GET") != 0 && g_strcmp0 (request->method, "POST") != 0)
    return fail (error, _ ("neither a GET nor a POST request"));
  if (g_str_equal (request->method, "POST") != (request->body != NULL))
    return fail (error, _ ("a POST request has a body, and a GET request has none"));
  if (request->connect_msec == 0 || request->answer_msec == 0)
    return fail (error, _ ("a request needs its deadlines"));

  if (token != NULL && !is_token (token))
    return fail (error, _ ("the key is empty, or has characters that no key has"));
  if (token != NULL && !is_https && !pdk_http_request_is_loopback (host))
    return fail (error, _ ("a key is only sent over https, or to this computer"));
  return TRUE;
}

/** pdk_http_request_copy: Returns: (transfer full): a copy of @request, with all that it points to */
PdkHttpRequest *
pdk_http_request_copy (const PdkHttpRequest *request)
{
  PdkHttpRequest *copy = g_memdup2 (request, sizeof *request);

  copy->method = g_strdup (request->method);
  copy->url = g_strdup (request->url);
  copy->body = g_strdup (request->body);
  copy->bearer_token = g_strdup (request->bearer_token);
  return copy;
}

/** pdk_http_request_free: frees @copy (transfer full), and leaves nothing of a key behind */
void
pdk_http_request_free (PdkHttpRequest *copy)
{
  if (copy->bearer_token != NULL)
    explicit_bzero ((char *) copy->bearer_token, strlen (copy->bearer_token));
  g_free ((char *) copy->method);
  g_free ((char *) copy->url);
  g_free ((char *) copy->body);
  g_free ((char *) copy->bearer_token);
  g_free (copy);
}
