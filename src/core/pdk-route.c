/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which of the server's routes runs a model, and what for. Pure: nothing is kept, nothing is allocated. */

#define G_LOG_DOMAIN "paddock"

#include "config.h"

#include "pdk-route.h"

#include <string.h>

/* A comparison of a length that the compiler knows is no call. */
#define IS(path, text) (memcmp ((path), (text), sizeof (text) - 1) == 0)

/* The routes of Ollama's server/routes.go, those of past releases included, by the length of their path. */
static inline PdkRequestKind
find_route (const char *path, gsize length)
{
  switch (length)
    {
    case sizeof ("/api/chat") - 1:
      return IS (path, "/api/chat") ? PDK_REQUEST_CHAT : PDK_REQUEST_NONE;
    case sizeof ("/api/embed") - 1:
      return IS (path, "/api/embed") ? PDK_REQUEST_EMBED : PDK_REQUEST_NONE;
    case sizeof ("/v1/messages") - 1:
      return IS (path, "/v1/messages") ? PDK_REQUEST_CHAT : PDK_REQUEST_NONE;
    case sizeof ("/api/generate") - 1:
      return IS (path, "/api/generate")   ? PDK_REQUEST_GENERATE
             : IS (path, "/v1/responses") ? PDK_REQUEST_CHAT
                                          : PDK_REQUEST_NONE;
    case sizeof ("/v1/embeddings") - 1:
      return IS (path, "/v1/embeddings") ? PDK_REQUEST_EMBED : PDK_REQUEST_NONE;
    case sizeof ("/v1/completions") - 1:
      return IS (path, "/v1/completions")   ? PDK_REQUEST_GENERATE
             : IS (path, "/api/embeddings") ? PDK_REQUEST_EMBED
                                            : PDK_REQUEST_NONE;
    case sizeof ("/v1/images/edits") - 1:
      return IS (path, "/v1/images/edits") ? PDK_REQUEST_OTHER : PDK_REQUEST_NONE;
    case sizeof ("/v1/chat/completions") - 1:
      return IS (path, "/v1/chat/completions") ? PDK_REQUEST_CHAT : PDK_REQUEST_NONE;
    case sizeof ("/v1/images/generations") - 1:
      return IS (path, "/v1/images/generations") ? PDK_REQUEST_OTHER : PDK_REQUEST_NONE;
    case sizeof ("/v1/audio/transcriptions") - 1:
      return IS (path, "/v1/audio/transcriptions") ? PDK_REQUEST_OTHER : PDK_REQUEST_NONE;
    default:
      return PDK_REQUEST_NONE;
    }
}

/**
 * pdk_route_classify:
 * @target: the request target as bytes, not NUL-terminated: a path, with or without a query
 * @length: its length in bytes
 *
 * Tells what a POST to @target asks for. A query is cut off. The rest must be a route exactly: the server
 * answers `//api/chat` and `/api/chat/` with an error or a redirect, and runs no model for them. Nor does it
 * for what Paddock sends itself, %PDK_ROUTE_UNLOAD.
 *
 * Returns: the kind, or %PDK_REQUEST_NONE
 */
PdkRequestKind
pdk_route_classify (const char *target, gsize length)
{
  PdkRequestKind kind = find_route (target, length);
  const char *query;

  /* Few targets have a query, so it is looked for last. */
  if (kind != PDK_REQUEST_NONE || length == 0)
    return kind;
  query = memchr (target, '?', length);
  if (query == NULL || (length == sizeof (PDK_ROUTE_UNLOAD) - 1 && IS (target, PDK_ROUTE_UNLOAD)))
    return PDK_REQUEST_NONE;
  return find_route (target, query - target);
}
