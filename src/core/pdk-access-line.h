/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

#include "pdk-route.h"

G_BEGIN_DECLS

/* One finished request, as the server's access log tells it. The time is the end of the request, in the
 * server's own zone, which the line does not name; it is a date that exists, but, in spring, maybe not an
 * hour that does. */
typedef struct
{
  guint16 year;
  guint8 month; /* 1 to 12 */
  guint8 day;   /* 1 to 31 */
  guint8 hour;
  guint8 minute;
  guint8 second;
  gboolean is_post;
  PdkRequestKind kind; /* PDK_REQUEST_NONE unless is_post */
  guint status;        /* HTTP status, 0 to 999 */
  gint64 latency_nsec; /* never negative; 0 unless is_post */
  gsize end;           /* offset in the given bytes just past the quote that closes the path */
  gboolean is_json;    /* it is inside the string of a Docker json-file line */
} PdkAccessLine;

gboolean pdk_access_line_is_before (const char *bytes, gsize length, const char *date);
gboolean pdk_access_line_parse (const char *bytes, gsize length, PdkAccessLine *line);
gboolean pdk_access_line_parse_behind (const char *bytes, gsize length, PdkAccessLine *line);
gsize pdk_access_line_find_end (const char *bytes, gsize length);

/* The next access line on the same line, if there is one: see pdk_access_line_parse_behind(). */
static inline gboolean
pdk_access_line_parse_next (const char *bytes, gsize length, PdkAccessLine *line)
{
  return length - line->end > sizeof ("[GIN] 2026/11/20 - 15:04:05") &&
         pdk_access_line_parse_behind (bytes, length, line);
}

G_END_DECLS
