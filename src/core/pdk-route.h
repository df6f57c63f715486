/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a request asked the server for. The order is stored (pdk-tally-chunk.c): add new kinds at the end. */
typedef enum
{
  PDK_REQUEST_NONE, /* no inference: a listing, a probe, a page that does not exist */
  PDK_REQUEST_CHAT,
  PDK_REQUEST_GENERATE,
  PDK_REQUEST_EMBED,
  PDK_REQUEST_OTHER, /* images and audio */
} PdkRequestKind;

#define PDK_REQUEST_N_KINDS 5

/* What Paddock posts to so that a model is unloaded. To the server the query means nothing, and its log shows
 * it: an access line names no program, so this is how the line is known for our own and not counted. */
#define PDK_ROUTE_UNLOAD_QUERY "paddock=unload"
#define PDK_ROUTE_UNLOAD "/api/generate?" PDK_ROUTE_UNLOAD_QUERY

PdkRequestKind pdk_route_classify (const char *target, gsize length);

G_END_DECLS
