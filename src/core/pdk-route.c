/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which of the server's routes runs a model, and what for. Pure: nothing is kept, nothing is allocated. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-route.h"

#include <string.h>

typedef struct
{
  const char *path;
  guint8 length;
  guint8 kind;
} Route;

#define ROUTE(path, kind)                                                                                    \
  {                                                                                                          \
    path, sizeof (path) - 1, kind                                                                            \
  }

/* The routes of Ollama's server/routes.go, those of past releases included. */
static const Route routes[] = {
  ROUTE ("/api/chat", PDK_REQUEST_CHAT),
  ROUTE ("/api/generate", PDK_REQUEST_GENERATE),
  ROUTE ("/v1/chat/completions", PDK_REQUEST_CHAT),
  ROUTE ("/v1/messages", PDK_REQUEST_CHAT),
  ROUTE ("/v1/responses", PDK_REQUEST_CHAT),
  ROUTE ("/api/embed", PDK_REQUEST_EMBED),
  ROUTE ("/v1/embeddings", PDK_REQUEST_EMBED),
  ROUTE ("/api/embeddings", PDK_REQUEST_EMBED),
  ROUTE ("/v1/completions", PDK_REQUEST_GENERATE),
  ROUTE ("/v1/images/generations", PDK_REQUEST_OTHER),
  ROUTE ("/v1/images/edits", PDK_REQUEST_OTHER),
  ROUTE ("/v1/audio/transcriptions", PDK_REQUEST_OTHER),
};

/**
 * pdk_route_classify:
 * @target: the request target as bytes, not NUL-terminated: a path, with or without a query
 * @length: its length in bytes
 *
 * Tells what a POST to @target asks for. A query is cut off. The rest must be a route exactly: the server
 * answers `//api/chat` and `/api/chat/` with an error or a redirect, and runs no model for them.
 *
 * Returns: the kind, or %PDK_REQUEST_NONE
 */
PdkRequestKind
pdk_route_classify (const char *target, gsize length)
{
  const char *query = length > 0 ? memchr (target, '?', length) : NULL;

  if (query != NULL)
    length = query - target;

  for (guint i = 0; i < G_N_ELEMENTS (routes); i++)
    {
      if (routes[i].length == length && memcmp (routes[i].path, target, length) == 0)
        return routes[i].kind;
    }
  return PDK_REQUEST_NONE;
}
