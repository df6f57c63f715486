/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

#include <string.h>

/* What the readers of log lines share: a cursor over bytes that belong to somebody else. */

G_BEGIN_DECLS

/* Where a reader stands in a line. It never moves back, and never looks past the end. */
typedef struct
{
  const char *at;
  const char *end;
  gboolean is_json; /* inside the string of a Docker json-file line, where quotes and controls are escaped */
} PdkLogCursor;

static inline gboolean
pdk_log_is_digit (char c)
{
  return (guchar) (c - '0') <= 9;
}

static inline gboolean
pdk_log_cursor_looking_at (const PdkLogCursor *c, const char *text, gsize length)
{
  return (gsize) (c->end - c->at) >= length && memcmp (c->at, text, length) == 0;
}

#define PDK_LOG_LOOKING_AT(c, text) pdk_log_cursor_looking_at ((c), (text), sizeof (text) - 1)

static inline void
pdk_log_cursor_skip_spaces (PdkLogCursor *c)
{
  while (c->at < c->end && *c->at == ' ')
    c->at++;
}

/* ESC [ numbers m, as Gin writes on a terminal; Docker's json-file escapes the ESC. */
static inline gboolean
pdk_log_cursor_skip_colour (PdkLogCursor *c)
{
  const char *p = c->at;

  if (p < c->end && *p == '\x1b')
    p += 1;
  else if (c->is_json && PDK_LOG_LOOKING_AT (c, "\\u001b"))
    p += 6;
  else
    return FALSE;

  if (p == c->end || *p != '[')
    return FALSE;
  for (p++; p < c->end && (pdk_log_is_digit (*p) || *p == ';');)
    p++;
  if (p == c->end || *p != 'm')
    return FALSE;
  c->at = p + 1;
  return TRUE;
}

G_END_DECLS
